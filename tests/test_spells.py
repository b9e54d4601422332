"""When a person is known to hold a post."""

import pytest
from claims import graph_of, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import STATUSES
from kg.spells import Spell, known_on, spells

BUREAU = "云溟市科技局"


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        # a source says what holds when it is published, not since when
        ("current - - 2023-03", [("current", None, None, "2023-03", "2023-03", None)]),
        ("current - - 2023-03\ncurrent - - 2024-05", [("current", None, None, "2023-03", "2024-05", None)]),
        ("current 2022-06 - 2023-03", [("current", "2022-06", None, "2023-03", "2023-03", None)]),
        # what the last source says is the status; of one date the more specific
        ("current - - 2023-03\nformer - - 2024-01", [("former", None, None, "2023-03", "2023-03", "2024-01")]),
        ("current - - 2023-03\nappointed - - 2023-03", [("appointed", None, None, "2023-03", "2023-03", None)]),
        ("removed - - 2023-03\ncurrent - - 2023-01", [("removed", None, None, "2023-01", "2023-01", "2023-03")]),
        ("proposed - - 2023-03", [("proposed", None, None, None, None, None)]),
        # sources without a date are counted, and date nothing
        ("current - - -", [("current", None, None, None, None, None)]),
        ("former - - -\ncurrent - - 2023-03", [("current", None, None, "2023-03", "2023-03", None)]),
        # stated dates: most agree with, then the most precise
        ("current 2022 - 2023-03\ncurrent 2022-06 - 2023-04", [("current", "2022-06", None, "2023-03", "2023-04", None)]),
        ("current 2021 - 2023-03\ncurrent 2022 - 2023-04\ncurrent 2022-06 - 2023-05",
         [("current", "2022-06", None, "2023-03", "2023-05", None)]),
        # held twice
        ("former 2010 2013 2024-01\ncurrent 2019 - 2024-01",
         [("former", "2010", "2013", None, None, "2024-01"), ("current", "2019", None, "2024-01", "2024-01", None)]),
        ("former 2010 2013 2024-01\ncurrent 2019 - 2024-01\ncurrent - - 2020-05\ncurrent - - 2011-05",
         [("former", "2010", "2013", "2011-05", "2011-05", "2024-01"),
          ("current", "2019", None, "2020-05", "2024-01", None)]),
    ],
)  # fmt: skip
def test_claims_are_joined(claims, expected):
    g = graph_of("\n".join(f"何松岩 {BUREAU} 局长 {line}" for line in claims.splitlines()))
    found = g.posts("何松岩")
    assert rows(found, "status", "start", "end", "first_seen", "last_seen", "over_by") == expected
    assert sum(found["statements"]) == len(claims.splitlines())


@pytest.mark.parametrize(
    ("claims", "on", "known"),
    [
        ("current - - 2023-03-05", "2023-03-05", "named"),
        ("current - - 2023-03-05", "2023-03", "named"),
        ("current - - 2023-03", "2023-03-20", "named"),
        ("current - - 2023-03-05", "2023-03-06", "assumed"),
        ("current - - 2023-03-05", "2023-03-04", None),
        ("current - - 2023-03-05", "2023", "named"),
        ("current - - 2023-03-05\ncurrent - - 2023-09-01", "2023-06", "between"),
        ("acting - - 2023-03-05\ncurrent - - 2023-09-01", "2023-06", "between"),
        ("current 2022-06 - 2023-03-05", "2022-12", "stated"),
        ("current 2022-06 - 2023-03-05", "2022-06-11", "stated"),  # somewhere in that month
        ("current 2022-06 - 2023-03-05", "2022-05", None),
        ("current 2022-06 - 2023-03-05", "2023-04", "assumed"),
        ("former 2018-11 2022-06 2024-01", "2020", "stated"),
        ("former 2018-11 2022-06 2024-01", "2022-06-30", "stated"),
        ("former 2018-11 2022-06 2024-01", "2022-07", None),
        ("former 2018-11 - 2024-01", "2020", "assumed"),
        ("former 2018-11 - 2024-01", "2024-02", None),
        ("former - - 2024-01", "2023-01", None),  # before, but since when?
        ("current - - 2023-03-05\nremoved - - 2023-09-01", "2023-06", "assumed"),
        ("current - - 2023-03-05\nremoved - - 2023-09-01", "2023-09-01", None),
        ("current - - 2023-03-05\nremoved - - -", "2023-06", None),  # some day it was over
        ("proposed - - 2023-03-05", "2023-06", None),
        ("current - - -", "2023-06", None),
    ],
)  # fmt: skip
def test_known_on_a_date(claims, on, known):
    g = graph_of("\n".join(f"何松岩 {BUREAU} 局长 {line}" for line in claims.splitlines()))
    expected = [] if known is None else [(known,)]
    assert rows(g.posts("何松岩", on), "known") == expected
    assert rows(g.holders(f"{BUREAU}局长", on), "known") == expected
    assert rows(g.staff(BUREAU, on), "known") == expected


def test_a_successor_ends_a_post_of_one_holder_only():
    one = f"何松岩 {BUREAU} %s current - - 2023-03-05\n林牧之 {BUREAU} %s current - - 2023-09-01"
    assert rows(graph_of(one.replace("%s", "局长")).holders(f"{BUREAU}局长", "2023-10"), "name") == [("林牧之",)]
    assert rows(graph_of(one.replace("%s", "局长")).posts("何松岩"), "over_by") == [("2023-09-01",)]
    assert len(graph_of(one.replace("%s", "副局长")).holders(f"{BUREAU}副局长", "2023-10")) == 2


DATES = st.sampled_from(["-", "2019", "2020-05", "2020-05-06", "2021", "2022-03-01", "2023-07", "2024"])
CLAIMS = st.lists(
    st.tuples(st.sampled_from(["何松岩", "林牧之"]), st.sampled_from(STATUSES), DATES, DATES, DATES),
    min_size=1,
    max_size=8,
)


@given(CLAIMS, st.randoms())
@settings(max_examples=100, deadline=None)
def test_whatever_is_claimed(claims, random):
    lines = [" ".join((name, BUREAU, "局长", *rest)) for name, *rest in claims]

    def read() -> list[Spell]:
        g = graph_of("\n".join(lines))
        return spells([s for s in g.outputs.statements if s["relation"] == "holds_post"], g.records)

    found = read()
    assert sum(len(spell.claims) for spell in found) == len(claims)
    for spell in found:
        assert [known_on(spell, day) for day in spell.seen] == ["named"] * len(spell.seen)
        assert known_on(spell, "2018") is None
    random.shuffle(lines)
    for one, other in zip(sorted(found, key=_known), sorted(read(), key=_known), strict=True):
        assert _known(one) == _known(other)


def _known(spell: Spell) -> str:
    return str((spell.person, spell.start, spell.end, spell.seen, spell.over_by, spell.status, len(spell.claims)))
