"""Careers, successions, overlaps, contradictions, changes."""

import pytest
from claims import graph_of, rows

BUREAU = "云溟市科技局"


def test_career_is_in_order_of_time():
    g = graph_of(f"""
        何松岩 云溟市政府 副市长 current - - 2024-03
        何松岩 {BUREAU} 局长 current 2022-06 - 2023-06
        何松岩 云溟大学 讲师 former - - 2024-01
        何松岩 望泽县政府 副县长 former 2014-09 2018-11 2024-01
        何松岩 云溟科学城管委会 主任 proposed - - 2024-01
        林牧之 云溟市政府 市长 current - - 2024-01
    """)
    career = g.career("何松岩")
    assert career["title"].tolist() == ["讲师", "副县长", "局长", "副市长"]
    assert set(career.columns) >= {"quote", "doc", "published", "id", "organization"}
    assert career["id"].tolist() == ["c3", "c4", "c2", "c1"]
    assert career["quote"].str.startswith("何松岩").all()
    assert "主任" in g.posts("何松岩")["title"].tolist()


def test_succession_of_one_seat():
    g = graph_of(f"""
        林牧之 {BUREAU} 局长 current - - 2024-05
        何松岩 {BUREAU} 局长 current - - 2023-06
        钟意帆 {BUREAU} 局长 former 2015 2021 2023-06
        温如松 {BUREAU} 副局长 current - - 2023-06
        冯镭 {BUREAU} 局长 proposed - - 2024-06
        冯镭 云岭市科技局 局长 current - - 2024-01
    """)
    held = g.succession(f"{BUREAU}局长")
    assert held["name"].tolist() == ["钟意帆", "何松岩", "林牧之"]
    assert rows(held, "over_by")[1] == ("2024-05",)
    assert set(g.holders("局长")["name"]) == {"林牧之", "何松岩", "钟意帆", "冯镭"}
    assert g.holders("副局长")["name"].tolist() == ["温如松"]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("局长 former 2018 2022-06 2024", "副局长 former 2020-01 2023 2024", [("sure", "2020-01", "2022-06")]),
        ("局长 former 2018 2022-06 2024", "副局长 former 2022-07 2023 2024", []),
        ("局长 former 2018 2022-06 2024", "副局长 current 2022-06 - 2024", [("possible", None, None)]),
        ("局长 current - - 2023-03", "副局长 current - - 2023-03", [("sure", "2023-03", "2023-03")]),
        ("局长 current - - 2023-03", "副局长 current - - 2023-04", [("possible", None, None)]),
        ("局长 removed - - 2023-03", "副局长 current 2023-09 - 2024", []),
        ("局长 current - - -", "副局长 former - - -", [("possible", None, None)]),
    ],
)
def test_overlap(one, other, expected):
    g = graph_of(f"何松岩 {BUREAU} {one}\n林牧之 {BUREAU} {other}\n林牧之 云溟市政府 市长 current - - 2023-03")
    found = g.overlap("何松岩", "林牧之")
    assert rows(found, "known", "since", "until") == expected
    assert rows(g.overlap("林牧之", "何松岩"), "known", "since", "until") == expected
    if expected:
        assert rows(found, "organization", "title", "other_title", "id", "other_id") == [
            (BUREAU, "局长", "副局长", "c1", "c2")
        ]


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        # one post for one, two holders
        ("何松岩 {b} 局长 current - - 2023-03\n林牧之 {b} 局长 current - - 2023-03", [("two holders", "何松岩", "林牧之")]),
        ("何松岩 {b} 局长 current - - 2023-03\n林牧之 {b} 局长 current - - 2023-02\n林牧之 {b} 局长 current - - 2023-04",
         [("two holders", "林牧之", "何松岩")]),
        ("何松岩 {b} 局长 former 2018 2022 2024\n林牧之 {b} 局长 former 2020 2023 2024",
         [("two holders", "何松岩", "林牧之")]),
        # a handover
        ("何松岩 {b} 局长 current - - 2023-03\n林牧之 {b} 局长 current - - 2023-04", []),
        ("何松岩 {b} 局长 former 2018 2022-06 2024\n林牧之 {b} 局长 former 2022-06 2023 2024", []),
        ("何松岩 {b} 局长 removed - - 2023-03\n林牧之 {b} 局长 appointed - - 2023-03", []),
        ("何松岩 {b} 局长 current - - 2023-03\n林牧之 {b} 局长 appointed - - 2023-03", []),
        # posts that several hold, or of nobody knows which body
        ("何松岩 {b} 副局长 current - - 2023-03\n林牧之 {b} 副局长 current - - 2023-03", []),
        ("何松岩 云溟市委 常委 current - - 2023-03\n林牧之 云溟市委 常委 current - - 2023-03", []),
        ("何松岩 - 局长 current - - 2023-03\n林牧之 - 局长 current - - 2023-03", []),
        # the division is left out: each heads one of his own
        ("何松岩 {b} 处长 current - - 2023-03\n林牧之 {b} 处长 current - - 2023-03", []),
        ("何松岩 云溟大学 院长 current - - 2023-03\n林牧之 云溟大学 院长 current - - 2023-03", []),
        ("何松岩 云溟大学 校长 current - - 2023-03\n林牧之 云溟大学 校长 current - - 2023-03",
         [("two holders", "何松岩", "林牧之")]),
        # dates of one holder
        ("何松岩 {b} 局长 current 2021 - 2023\n何松岩 {b} 局长 current 2022-06 - 2024", [("two starts", "何松岩", "何松岩")]),
        ("何松岩 {b} 局长 current 2022 - 2023\n何松岩 {b} 局长 current 2022-06 - 2024", []),
        ("何松岩 {b} 局长 former 2018 2021 2024\n何松岩 {b} 局长 former 2018 2022 2024", [("two ends", "何松岩", "何松岩")]),
        ("何松岩 {b} 局长 former - 2021 2024\n何松岩 {b} 局长 current - - 2023",
         [("named after the end", "何松岩", "何松岩")]),
        ("何松岩 {b} 局长 removed - - 2023-01\n何松岩 {b} 局长 current - - 2023-02",
         [("named after the end", "何松岩", "何松岩")]),
        ("何松岩 {b} 局长 removed - - 2023-01\n何松岩 {b} 局长 current - - 2022-02", []),
        ("何松岩 {b} 局长 current 2022-06 - 2023\n何松岩 {b} 局长 current - - 2022-05",
         [("named before the start", "何松岩", "何松岩")]),
        ("何松岩 {b} 局长 current 2022-06 - 2023\n何松岩 {b} 局长 current - - 2022", []),
    ],
)  # fmt: skip
def test_conflicts(claims, expected):
    found = graph_of(claims.format(b=BUREAU)).conflicts()
    assert rows(found, "conflict", "name", "other") == expected
    assert (found["id"] != found["other_id"]).all()


def test_changes_between_two_dates():
    g = graph_of(f"""
        何松岩 {BUREAU} 局长 current - - 2023-03-05
        林牧之 {BUREAU} 局长 current - - 2023-09-01
        冯镭 云溟市工信局 局长 removed - - 2023-05-06
        温如松 云溟市工信局 局长 appointed - - 2023-05-06
        钟意帆 云溟市政府 市长 current 2023-04 - 2023-08
        卜见山 云溟市审计局 局长 former 2018 2023-06-30 2024
        席若蘅 云溟市财政局 局长 current - - 2022-05
        席若蘅 云溟市财政局 局长 current - - 2024-05
    """)
    assert rows(g.diff("2023-03-31", "2023-10"), "change", "date", "name", "title", "other") == [
        ("took up", "2023-04", "钟意帆", "市长", None),
        ("left", "2023-05-06", "冯镭", "局长", None),
        ("took up", "2023-05-06", "温如松", "局长", None),
        ("left", "2023-06-30", "卜见山", "局长", None),
    ]
    changed = g.diff("2023-03", "2023-09")
    assert rows(changed[changed["change"] == "changed hands"], "name", "other", "id", "other_id") == [
        ("林牧之", "何松岩", "c2", "c1")
    ]
    assert g.diff("2022-06", "2023-02").empty
