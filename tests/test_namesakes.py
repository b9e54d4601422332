"""Namesakes: who is one person, who is not, and what is unsure."""

import pytest

from kg.bearers import Bearer, Held
from kg.judgements import Judged, Judgement
from kg.namesakes import find_people

HENAN, JIANGSU = ("河南省", "云溟市"), ("江苏省", "临岚市")
NAME = "周砚宁"


def held(body: str, place: tuple[str, ...], at: str = "2023-08-10", **fields: str) -> Held:
    return Held("局长", body, place, fields.pop("status", "current"), at=at, shared=False, **fields)


def bearer(key: str, *posts: Held, name: str = NAME, near: tuple[str, ...] = (), medium: str = "") -> Bearer:
    media = frozenset([medium] if medium else [])
    return Bearer(key, name, f"digest {key}", frozenset(posts), media, near, posts[0].at if posts else None)


ONE = held("云溟市财政局", HENAN)
OTHER = held("临岚市科技局", JIANGSU)
LATER = held("临岚市科技局", JIANGSU, at="2023-12-01", status="appointed", start="2023-12-01")
LEFT = held("云溟市财政局", HENAN, at="2023-11-20", status="removed", end="2023-11-20")
CASES = [
    pytest.param([bearer("1", ONE), bearer("2", OTHER)], ["1", "2"], id="two cities"),
    pytest.param([bearer("1", ONE), bearer("2", ONE)], ["12"], id="one seat"),
    pytest.param([bearer("1", LEFT), bearer("2", LATER)], ["12"], id="moved, with matching dates"),
    pytest.param([bearer("1", ONE), bearer("2")], ["12"], id="nothing known joins the only one"),
    pytest.param([bearer("1", ONE), bearer("2", OTHER), bearer("3")], ["1", "2", "3"], id="nothing known, and two"),
    pytest.param(
        [bearer("1", ONE, near=HENAN), bearer("2", OTHER, near=JIANGSU), bearer("3", near=JIANGSU)],
        ["1", "23"],
        id="the one from the same home",
    ),
    pytest.param(
        [bearer("1", name="张伟", near=HENAN), bearer("2", name="张伟")], ["1", "2"], id="a common name alone"
    ),
    pytest.param(
        [bearer("1", name="张伟", medium="云溟日报"), bearer("2", name="张伟", medium="云溟日报")],
        ["12"],
        id="reporter",
    ),
    pytest.param([bearer("1", name="周某某"), bearer("2", name="周某某")], ["1", "2"], id="hidden names"),
]


def people(bearers: list[Bearer], judged: Judged | None = None) -> list[str]:
    return sorted("".join(sorted(b.key for b in members)) for members in find_people(bearers, judged).people)


@pytest.mark.parametrize(("bearers", "expected"), CASES)
def test_people(bearers: list[Bearer], expected: list[str]) -> None:
    for order in (bearers, bearers[::-1]):
        assert people(order) == expected


def judged(bearers: list[Bearer], *pairs: tuple[int, int, str]) -> Judged:
    members = [("Person", b.name, b.digest) for b in bearers]
    return Judged([Judgement(members[a], members[b], verdict) for a, b, verdict in pairs], members)


def test_judgements_count_over_weights() -> None:
    apart = [bearer("1", ONE), bearer("2", OTHER)]
    assert people(apart, judged(apart, (0, 1, "same"))) == ["12"]
    alike = [bearer("1", ONE), bearer("2", ONE), bearer("3", ONE)]
    assert len(people(alike, judged(alike, (0, 1, "different")))) > 1


def test_two_names_may_be_judged_one_person() -> None:
    spelt = [bearer("1", ONE), bearer("2", name="周研宁"), bearer("3")]
    assert people(spelt) == ["13", "2"]
    assert people(spelt, judged(spelt, (0, 1, "same"))) == ["123"]


def test_what_hardly_counts_is_unsure() -> None:
    found = find_people([bearer("1", ONE, name="张建华"), bearer("2", name="张建华", near=HENAN)])
    [pair] = found.unsure
    assert {pair.a[2], pair.b[2]} == {"digest 1", "digest 2"}
    assert "name" in pair.why


def test_every_join_has_a_reason() -> None:
    [join] = find_people([bearer("1", ONE), bearer("2", ONE)]).joins
    assert (join.bearer.key, join.other.key) == ("2", "1")
    assert "post: same seat" in join.why


def test_a_foreign_family_name_is_that_of_whom_mostly_bears_it() -> None:
    whole, bare = (bearer(key, name=name, near=HENAN) for key, name in (("1", "阿列克谢·谢苗诺夫"), ("2", "谢苗诺夫")))
    assert people([whole, bare]) == ["12"]
    assert people([whole, bare, bearer("3", name="伊琳娜·谢苗诺夫")]) == ["1", "2", "3"]
