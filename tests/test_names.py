"""Entities by what people call them."""

import pytest
from claims import graph_of

from kg.errors import KgError

CLAIMS = """
    何松岩 郑州市发展和改革委员会 主任 current - - 2023
    林牧之 云溟市委 书记 current - - 2023
    钟意帆 云溟市人民政府 市长 current - - 2023
    温如松 云溟市科学技术局 副局长 current - - 2023
    冯镭 云岭市科学技术局 局长 current - - 2023
    单家瑞 云岭市审计局 局长 current - - 2023
    许知夏 工业和信息化部信息司 司长 current - - 2023
    郑州科 - 记者 current - - 2023
"""
RELATIONS = """
    Organization 云溟市委 promotes Initiative “溟英计划” 2023
    Organization 云溟市委 located_in Place 云溟市 2023
    Person 林牧之 authored Article 林牧之调研 2023
    Person 林牧之 spoke_at Event 云溟科学城建设推进会 2023
"""


@pytest.fixture(scope="module")
def g():
    return graph_of(CLAIMS, RELATIONS, {"云溟市委": ("市委", "中共云溟市委"), "林牧之": ("林",)})


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("云溟市委", ["云溟市委"]),
        ("中共云溟市委", ["云溟市委"]),
        ("市委", ["云溟市委"]),  # only one is called so
        ("郑州发改委", ["郑州市发展和改革委员会"]),
        ("郑州市发改委", ["郑州市发展和改革委员会"]),
        ("河南省郑州市发展和改革委员会", ["郑州市发展和改革委员会"]),
        ("云溟市科技局", ["云溟市科学技术局"]),
        ("工信部信息司", ["工业和信息化部信息司"]),
        ("市审计局", ["云岭市审计局"]),
        ("市科技局", ["云岭市科学技术局", "云溟市科学技术局"]),
        ("市财政局", []),
        ("溟英计划", ["“溟英计划”"]),
        ("“云溟科学城”建设推进会", ["云溟科学城建设推进会"]),
        ("云溟市市长", ["云溟市人民政府市长"]),
        ("云溟市政府市长", ["云溟市人民政府市长"]),
        ("云溟市委书记", ["云溟市委书记"]),
        ("市委书记", ["云溟市委书记"]),
        ("云溟市科技局副局长", ["云溟市科学技术局副局长"]),
        ("云溟市科技局局长", []),
        ("郑州市发改委主任", ["郑州市发展和改革委员会主任"]),
        ("Person:林牧之", ["林牧之"]),
        ("", []),
    ],
)  # fmt: skip
def test_find(g, name, found):
    assert sorted(r["name"] for r in g.find(name)) == found


def test_a_type_chooses(g):
    assert [r["type"] for r in g.find("云溟市", type="Place")] == ["Place"]
    assert g.find("云溟市", type="Person") == []
    with pytest.raises(KgError, match="among Organization"):
        g.organization("云溟市")


def test_an_unresolved_name_does_not_hide_the_body_that_it_may_be():
    g = graph_of(
        "何松岩 市委 书记 current - - 2023\n林牧之 云溟市委 书记 current - - 2023", "", {"云溟市委": ("市委",)}
    )
    g.records["Organization:市委"]["resolved"] = False
    assert g.entity("市委")["name"] == "云溟市委"
    assert g.entity("Organization:市委")["name"] == "市委"


def test_many_candidates_are_not_all_listed():
    g = graph_of("\n".join(f"人{i:02} 云溟{i:02}所 所长 current - - 2023" for i in range(15)))
    for record in g.records.values():
        record["aliases"] = ["该所"] if record["type"] == "Organization" else []
    with pytest.raises(KgError, match="and 3 more") as error:
        g.staff("该所")
    assert "云溟00所" in str(error.value)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("林牧之", "林牧之"), ("牧之", "林牧之"), ("linmuzhi", "林牧之"), ("lin muzhi", "林牧之"), ("linmuz", "林牧之"),
        ("lmz", "林牧之"), ("muzhi", "林牧之"), ("LinMuZhi", "林牧之"),
        ("shanjiarui", "单家瑞"), ("danjiarui", "单家瑞"),  # either reading
        ("zhengzhou", "郑州科"), ("fagaiwei", None), ("fazhanhegaige", "郑州市发展和改革委员会主任"),
        ("sw", "云溟市委"), ("无此人", None), ("", None), ("(", None), ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", None),
    ],
)  # fmt: skip
def test_search(g, text, first):
    found = g.search(text)
    assert (found["name"].iloc[0] if len(found) else None) == first


def test_search_ranks_the_exact_then_the_beginning_then_the_often_named(g):
    found = g.search("林牧之")
    assert found["name"].tolist() == ["林牧之", "林牧之调研"]
    assert found["matched"].tolist() == ["林牧之", "林牧之调研"]
    assert g.search("云溟市", type="Post")["name"].str.startswith("云溟市").all()
    assert set(g.search("云溟市", type="Post")["type"]) == {"Post"}
