"""Lexicons: lists of words and names kept as CSV, ours in ``kg/lexicons``, a user's in a folder of their own."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg.errors import LexiconError, RuleError
from kg.model import MENTION_TYPES
from kg.regexes import check_bounded, parse

__all__ = ["Name", "Title", "column", "cue", "departments", "either", "names", "rows", "table", "titles"]

MAX_NAME = 100
_OURS = Path(__file__).parent / "lexicons"


@dataclass(frozen=True, slots=True)
class Name:
    """A name that a user's lexicon gives a type; ``canonical`` is the name that its aliases stand for."""

    text: str
    type: str
    canonical: str


@dataclass(frozen=True, slots=True)
class Title:
    """The title of a post: ``body`` is what it implies without naming it, ``shared`` whether several may hold it."""

    title: str
    body: str
    shared: bool


def rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Read a lexicon row by row, with line numbers.

    Args:
        path: a UTF-8 CSV file with a header.
        columns: the columns that must be there; the first may not be empty.

    Raises:
        LexiconError: the file cannot be read, a column is missing, or a row is wrong.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [c for c in columns if c not in (reader.fieldnames or [])]
            if missing:
                raise LexiconError(f"{path}:1: add the column {', '.join(missing)} to the header")
            for row in reader:
                line = reader.line_num
                if None in row or None in row.values():
                    raise LexiconError(
                        f"{path}:{line}: give each of the {len(reader.fieldnames or [])} columns a value"
                    )
                if columns and not row[columns[0]].strip():
                    raise LexiconError(f"{path}:{line}: fill in the column {columns[0]} or delete the row")
                yield line, {key: value.strip() for key, value in row.items()}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LexiconError(f"{path}:1: cannot be read as UTF-8 CSV: {error}") from error


def either(words: Iterable[str]) -> str:
    """A regular expression for any of some words, the longest first, to be put into a group.

    >>> either(["委", "党工委", "工委"])
    '党工委|工委|委'
    """
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


@cache
def column(name: str, key: str) -> tuple[str, ...]:
    """One column of one of our lexicons.

    >>> "科技城" in column("zone_suffixes", "suffix")
    True
    """
    return tuple(row[key] for row in table(name))


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """All rows of one of our lexicons."""
    return tuple(row for _, row in rows(_OURS / f"{name}.csv", []))


@cache
def cue(name: str, path: Path = _OURS / "cues.csv") -> re.Pattern[str]:
    """The words that signal something, as a pattern that may be part of another; rows of one name are alternatives.

    Raises:
        LexiconError: there is no such cue, or one of the file is no regular expression or has no bounds.

    >>> cue("event.held-before").search("何松岩出席了")[0]
    '出席了'
    """
    if name not in (known := _cues(path)):
        raise LexiconError(f"{path}:1: add the cue {name}")
    return re.compile(f"(?:{known[name]})")


@cache
def _cues(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for line, row in rows(path, ["cue", "pattern"]):
        name, pattern = row["cue"], row["pattern"]
        try:
            check_bounded(parse(pattern))
        except (re.error, RuleError) as error:
            raise LexiconError(f"{path}:{line}: {pattern}: {error}") from None
        found[name] = f"{found[name]}|{pattern}" if name in found else pattern
    return found


@cache
def titles() -> dict[str, Title]:
    """The titles of posts: every title alone and with each prefix (副, 常务副, …).

    >>> titles()["常务副市长"]
    Title(title='常务副市长', body='government', shared=False)
    """
    found: dict[str, Title] = {}
    for prefix in ({"prefix": "", "shared": ""}, *table("post_prefixes")):
        for row in table("posts"):
            title = prefix["prefix"] + row["title"]
            found.setdefault(title, Title(title, row["body"], bool(prefix["shared"] or row["shared"])))
    return found


@cache
def departments() -> dict[str, str]:
    """Departments that are named without their body, and which body that is: party, territory, zone or same."""
    return {row["name"]: row["parent"] for row in table("departments")}


def names(folders: Sequence[Path]) -> list[Name]:
    """Read a user's lexicons: CSV files with the columns ``name``, ``type`` and, if wanted, ``aliases`` (joined by |).

    Raises:
        LexiconError: a folder is missing, a type is unknown, or a name stands there with two types.
    """
    found: dict[str, Name] = {}
    for folder in folders:
        if not folder.exists():
            raise LexiconError(f"{folder}:1: there is no such lexicon; give a CSV file or a folder of CSV files")
        for path in sorted(folder.glob("*.csv")) if folder.is_dir() else [folder]:
            for line, row in rows(path, ["name", "type"]):
                if row["type"] not in MENTION_TYPES:
                    raise LexiconError(f"{path}:{line}: type {row['type']!r} is none of {', '.join(MENTION_TYPES)}")
                for text in [row["name"], *filter(None, row.get("aliases", "").split("|"))]:
                    if len(text) > MAX_NAME:
                        raise LexiconError(f"{path}:{line}: a name has at most {MAX_NAME} characters")
                    known = found.get(text)
                    if known and known.type != row["type"]:
                        raise LexiconError(f"{path}:{line}: {text} is {row['type']} here and {known.type} before")
                    found[text] = Name(text, row["type"], row["name"])
    return [found[text] for text in sorted(found)]
