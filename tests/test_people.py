"""Names of people: surnames, given names, spellings, how frequent they are."""

import pytest

from kg.people import expected_share, full_name, is_masked, one_spelling


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
        ("谢苗诺夫", ["阿列克谢·谢苗诺夫"], "阿列克谢·谢苗诺夫"),
        ("谢苗诺夫", ["阿列克谢·谢苗诺夫", "伊琳娜·谢苗诺夫"], None),
        ("许\ufffd山", ["许明远", "许见山"], "许见山"),
    ],
)
def test_full_names(name: str, known: list[str], expected: str | None) -> None:
    assert full_name(name, known) == expected


def test_hidden_names_are_told() -> None:
    hidden = ["许", "许某", "许某某", "小许", "许女士", "许×山"]
    assert [name for name in [*hidden, "许见山", "某见", "小林见"] if is_masked(name)] == [*hidden, "某见"]


@pytest.mark.parametrize(
    ("one", "other"), [("阿列克谢·谢苗诺夫", "阿列克谢•谢苗诺夫"), ("許見山", "许见山"), ("Ada Lin", "ada lin")]
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert one_spelling(one) == one_spelling(other)


def test_common_names_are_borne_by_more() -> None:
    shares = [expected_share(name) for name in ("张伟", "张建华", "许见山", "欧阳砚宁")]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 1e-4
