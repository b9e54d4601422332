"""Judgements: a person's word that two entities are one or are not, in a CSV that can be edited and undone."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import KgError
from kg.lexicon import rows
from kg.model import ENTITY_TYPES

__all__ = ["VERDICTS", "Judged", "Judgement", "Member", "Unsure", "add_judgement", "judged_pairs", "member_key"]
__all__ += ["read_judgements"]

VERDICTS = {"same": "=", "different": "≠", "unsure": "?"}
_COLUMNS = ("a", "b", "verdict", "note")
_SHOWN = 12
_KEY = re.compile(r"([A-Z][a-z]+):(.+)@([0-9a-f]{4,})", re.DOTALL)
_MIXED = frozenset({"Organization", "Initiative", "Place"})  # one thing may be read as any of them

Member = tuple[str, str, str]
"""What is judged: a type, a name, and the content hash of the source that names it so, or how that hash begins."""


def member_key(member: Member) -> str:
    """How a file of judgements writes a member.

    >>> member_key(("Person", "何松岩", "5f4e8d2c1b0a99887766"))
    'Person:何松岩@5f4e8d2c1b0a'
    """
    type_, name, digest = member
    return f"{type_}:{name}@{digest[:_SHOWN]}"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One line of a file of judgements."""

    a: Member
    b: Member
    verdict: str
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        """Where the judgement stands, and what it says."""
        return f"{self.file}:{self.line}: {member_key(self.a)} {VERDICTS[self.verdict]} {member_key(self.b)}"


@dataclass(frozen=True, slots=True)
class Unsure:
    """Two members that a person should judge.

    ``docs`` is where they are named, ``same`` what was decided without a judgement, ``score`` how much speaks for one
    entity: bits for people, the likeness of the names for others.
    """

    a: Member
    b: Member
    docs: tuple[str, str]
    same: bool
    score: float
    why: str


def read_judgements(path: Path) -> list[Judgement]:
    """Read a file of judgements.

    Raises:
        KgError: the file cannot be read, or a line is wrong; the message says which.
    """
    found = []
    for line, row in rows(path, _COLUMNS[:3]):
        a, b = (_member(row[side], f"{path}:{line}") for side in "ab")
        if a[0] != b[0] and not _MIXED.issuperset((a[0], b[0])):
            raise KgError(f"{path}:{line}: a {a[0]} and a {b[0]} are never the same: mend or delete the line")
        if row["verdict"] not in VERDICTS:
            raise KgError(f"{path}:{line}: the verdict {row['verdict']!r} is none of {', '.join(VERDICTS)}")
        found.append(Judgement(a, b, row["verdict"], path.name, line))
    return found


def _member(key: str, where: str) -> Member:
    match = _KEY.fullmatch(key)
    if not match or match[1] not in ENTITY_TYPES:
        raise KgError(f"{where}: {key!r} is no key: write Type:name@hash, as kg review does")
    return match[1], match[2], match[3]


def judged_pairs(path: Path) -> set[frozenset[str]]:
    """The pairs of keys that a file judges, as it writes them.

    Raises:
        KgError: the file cannot be read, or a line is wrong.
    """
    return {frozenset((member_key(j.a), member_key(j.b))) for j in read_judgements(path)}


def add_judgement(path: Path, a: str, b: str, verdict: str, note: str = "") -> None:
    """Append a judgement of two keys to a file, which is made where it is missing.

    Raises:
        KgError: the file cannot be written to.
    """
    try:
        begun = path.exists() and path.stat().st_size
        with path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows([*([] if begun else [_COLUMNS]), (a, b, verdict, note)])
    except OSError as error:
        raise KgError(f"{path}: cannot be written to: {error}") from error


class Judged:
    """What judgements say of the members that there are.

    Of two judgements of one pair the later counts. ``different`` counts over a chain of ``same`` that contradicts it:
    the ``same`` that would close the chain does not count. ``problems`` are the judgements that do not count, and why.

    Args:
        judgements: in the order in which they stand in their file.
        members: all members, with whole hashes; taken only where there are judgements.
    """

    def __init__(self, judgements: Sequence[Judgement] = (), members: Iterable[Member] = ()) -> None:
        self.problems: list[tuple[Judgement, str]] = []
        self.groups: list[set[Member]] = []
        self._group: dict[Member, int] = {}
        self._apart: set[frozenset[int]] = set()
        if judgements:
            self._settle(self._known(judgements, members))

    def group(self, type_: str, name: str, digest: str) -> int | None:
        """The number of the group of judged members that a member is in: all of it is one."""
        return self._group.get((type_, name, digest))

    def apart(self, one: Iterable[int], other: Iterable[int]) -> bool:
        """Whether any of some groups is kept apart from any of others."""
        return bool(self._apart) and any(frozenset((a, b)) in self._apart for a in one for b in other)

    def _known(
        self, judgements: Sequence[Judgement], members: Iterable[Member]
    ) -> dict[frozenset[Member], tuple[Judgement, Member, Member]]:
        """The last judgement of each pair of members that are there, by the pair."""
        named: dict[tuple[str, str], set[Member]] = {end[:2]: set() for j in judgements for end in (j.a, j.b)}
        for member in members:
            if member[:2] in named:
                named[member[:2]].add(member)
        found: dict[frozenset[Member], tuple[Judgement, Member, Member]] = {}
        for judgement in judgements:
            ends: list[Member] = []
            lost: list[str] = []
            for wanted in (judgement.a, judgement.b):
                there = [m for m in named[wanted[:2]] if m[2].startswith(wanted[2])]
                ends += there
                if len(there) != 1:
                    lost.append(f"{member_key(wanted)} is in {f'{len(there)} sources' if there else 'no source'}")
            if lost:
                self.problems.append((judgement, "; ".join(lost)))
                continue
            if ends[0] != ends[1]:
                pair = frozenset(ends)
                if pair in found:
                    self.problems.append((found.pop(pair)[0], f"judged again in line {judgement.line}, which counts"))
                found[pair] = (judgement, ends[0], ends[1])
        return found

    def _settle(self, known: dict[frozenset[Member], tuple[Judgement, Member, Member]]) -> None:
        """Join members in the order of the file, unless that joins what is kept apart."""
        of: dict[Member, set[Member]] = {m: {m} for pair in sorted(known.values(), key=str) for m in pair[1:]}
        different = [found for found in known.values() if found[0].verdict == "different"]
        for judgement, a, b in known.values():
            if judgement.verdict != "same" or of[a] is of[b]:
                continue
            against = next(
                (d for d, x, y in different if (x in of[a] and y in of[b]) or (x in of[b] and y in of[a])), None
            )
            if against:
                self.problems.append((judgement, f"contradicts {against}, which counts"))
                continue
            joined = of[a] | of[b]
            of |= dict.fromkeys(joined, joined)
        for group in of.values():
            if group not in self.groups:
                self._group |= dict.fromkeys(group, len(self.groups))
                self.groups.append(group)
        self._apart = {frozenset((self._group[a], self._group[b])) for _, a, b in different}
