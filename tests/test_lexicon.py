"""Lexicons: what is wrong with one is said with file and line."""

from pathlib import Path

import pytest

from kg.errors import LexiconError
from kg.lexicon import Name, column, departments, names, table, titles

OURS = sorted(path.stem for path in (Path(__file__).parent.parent / "kg" / "lexicons").glob("*.csv"))


@pytest.mark.parametrize("name", OURS)
def test_ours_are_well_formed(name: str) -> None:
    rows = table(name)
    assert rows
    first = next(iter(rows[0]))
    values = [row[first] for row in rows]
    assert all(values)
    if first in {"suffix", "title", "surname", "head", "name", "word", "long", "tail", "prefix"}:
        assert len(values) == len(set(values)), "a row stands there twice"


def test_titles_are_built_with_prefixes() -> None:
    assert titles()["常务副市长"].body == "government"
    assert titles()["副主任"].shared
    assert not titles()["主任"].shared


def test_departments_name_a_known_parent() -> None:
    assert set(departments().values()) == {"party", "territory", "zone", "village", "same"}


def test_a_users_names_with_aliases(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("name,type,aliases\n云溟科学城,Initiative,溟科城|科学城\n", encoding="utf-8")
    found = names([tmp_path])
    assert Name("溟科城", "Initiative", "云溟科学城") in found
    assert [n.text for n in found] == sorted(n.text for n in found)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name\nx\n", ":1: add the column type"),
        ("name,type\n云溟,City\n".encode(), ":2: type 'City' is none of"),
        ("name,type\n云溟,Place\n云溟,Person\n".encode(), ":3: 云溟 is Person here and Place before"),
        ("name,type\n云溟,Place,more\n".encode(), ":2: give each of the"),
        ("name,type\n云溟\n".encode(), ":2: give each of the"),
        (b"name,type\n ,Place\n", ":2: fill in the column name"),
        ("name,type\n云溟,Place\n".encode("utf-16"), ":1: cannot be read"),
        (b'name,type\n"x,Place\n', "cannot be read"),
        (b"name,type\n" + b"x" * 200 + b",Place\n", ":2: a name has at most"),
    ],
)
def test_a_wrong_lexicon_is_named_with_its_line(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    with pytest.raises(LexiconError) as error:
        names([path])
    assert str(path) in str(error.value)
    assert message in str(error.value)


def test_a_missing_lexicon_is_named(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="there is no such lexicon"):
        names([tmp_path / "none"])


def test_column_gives_the_values() -> None:
    assert "科学城" in column("zone_suffixes", "suffix")
