"""Lexicons: what is wrong with one is said with file and line."""

import re
from pathlib import Path

import pytest

from kg.errors import LexiconError
from kg.lexicon import Name, column, cue, departments, names, table, titles

KG = Path(__file__).parent.parent / "kg"
OURS = sorted(path.stem for path in (KG / "lexicons").glob("*.csv"))


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


def _signals(pattern: str, example: str) -> bool:
    """Whether a pattern matches what is tagged in an example, or anything where nothing is."""
    before, *tagged = re.split("</?c>", example)
    text = "".join([before, *tagged])
    matches = [*re.finditer(pattern, text), *filter(None, [re.fullmatch(pattern, text)])]
    return (len(before), len(before + tagged[0])) in {m.span() for m in matches} if tagged else bool(matches)


@pytest.mark.parametrize("row", table("cues"), ids=lambda row: f"{row['cue']} {row['note']}")
def test_a_cue_finds_its_example_alone(row: dict[str, str]) -> None:
    assert "<c>" in row["example"]
    assert _signals(row["pattern"], row["example"])
    assert row["counterexample"]
    assert not _signals(row["pattern"], row["counterexample"])


def test_every_cue_is_used_and_every_cue_used_is_there() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in KG.rglob("*.py") if path.name != "lexicon.py")
    assert sorted(set(re.findall(r'\bcue\("([^"]+)"\)', code))) == sorted(set(column("cues", "cue")))


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("召开[", ":2: 召开[: "),
        ("召开.*", ":2: 召开.*: "),
        ("(?:.?.?){0,30}会", ":2: "),
        ("召开", ":1: add the cue event.none"),
    ],
)
def test_a_wrong_cue_is_named_with_its_line(tmp_path: Path, pattern: str, message: str) -> None:
    path = tmp_path / "cues.csv"
    path.write_text(f"cue,pattern\nevent.hold,{pattern}\n", encoding="utf-8")
    with pytest.raises(LexiconError) as error:
        cue("event.none", path)
    assert f"{path}{message}" in str(error.value)


def test_rows_of_one_cue_are_alternatives_also_within_a_longer_pattern(tmp_path: Path) -> None:
    path = tmp_path / "cues.csv"
    path.write_text("cue,pattern\nevent.hold,召开|举行\nevent.hold,举办\n", encoding="utf-8")
    held = cue("event.hold", path).pattern + "会议"
    assert [bool(re.fullmatch(held, text)) for text in ("召开会议", "举行会议", "举办会议", "召开")] == [
        True,
        True,
        True,
        False,
    ]
