"""Surnames, given names, namesakes."""

import pytest

from kg.people import Bearer, cluster_bearers, full_name


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("许", ["王安之", "许见山"], "许见山"),
        ("许", ["许见山", "许明远"], "许明远"),
        ("欧阳", ["欧阳明"], "欧阳明"),
        ("见山", ["许见山"], "许见山"),
        ("许", ["王安之"], None),
        ("许见山", ["许见"], None),
        ("见山", ["见山", "许见山"], None),
    ],
)
def test_full_names(name: str, known: list[str], expected: str | None) -> None:
    assert full_name(name, known) == expected


def bearer(key: str, bodies: tuple[str, ...] = (), place: tuple[str, ...] = (), near: tuple[str, ...] = ()) -> Bearer:
    return Bearer(key, "周砚宁", frozenset(bodies), frozenset([place] if place else []), near)


HENAN, JIANGSU = ("河南省", "云溟市"), ("江苏省", "临岚市")
CLUSTERS = [
    pytest.param([bearer("1", ("甲",), HENAN), bearer("2", ("乙",), JIANGSU)], [["1"], ["2"]], id="two cities"),
    pytest.param([bearer("1", ("甲",), HENAN), bearer("2", ("甲",), HENAN)], [["1", "2"]], id="one body"),
    pytest.param([bearer("1", ("甲",), HENAN), bearer("2", ("乙",), HENAN[:1])], [["1", "2"]], id="city and province"),
    pytest.param([bearer("1", ("甲",), HENAN), bearer("2")], [["1", "2"]], id="nothing known joins the only one"),
    pytest.param(
        [bearer("1", ("甲",), HENAN), bearer("2", ("乙",), JIANGSU), bearer("3")],
        [["1"], ["2"], ["3"]],
        id="nothing known joins none of two",
    ),
    pytest.param(
        [bearer("1", ("甲",), HENAN, HENAN), bearer("2", ("乙",), JIANGSU, JIANGSU), bearer("3", near=JIANGSU)],
        [["1"], ["2", "3"]],
        id="the one from the same home",
    ),
    pytest.param(
        [bearer("1", ("甲",), HENAN), bearer("2", ("甲", "乙")), bearer("3", ("乙",), JIANGSU)],
        [["1", "2"], ["3"]],
        id="not joined through a third",
    ),
]


@pytest.mark.parametrize(("bearers", "expected"), CLUSTERS)
def test_clusters(bearers: list[Bearer], expected: list[list[str]]) -> None:
    for order in (bearers, bearers[::-1]):
        assert sorted(sorted(b.key for b in group) for group in cluster_bearers(order)) == expected
