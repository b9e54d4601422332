"""Times in posts: from when until when sources say that a person holds one.

A source says what holds when it is published. So of a post that a person holds without stated dates only the days are
sure on which sources name the holder; whether they hold it before, between and after follows with less certainty, and
every answer for a date says which it is.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from kg.errors import KgError
from kg.lexicon import table
from kg.store import Record

__all__ = ["HOLDS", "LATEST", "LEFT", "Spell", "agree", "asked", "in_order", "is_single", "known_on", "spells"]

HOLDS = frozenset({"current", "acting", "appointed"})
LEFT = frozenset({"former", "removed"})
LATEST = "~"  # sorts after digits and hyphens: 2023 begins at "2023" and ends at "2023~"
_SPECIFIC = ("proposed", "current", "former", "acting", "appointed", "removed")
_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


def asked(date: str) -> str:
    """A date that is asked about.

    Raises:
        KgError: it is none.
    """
    if not _DATE.fullmatch(date):
        raise KgError(f"{date} is no date: give it as 2024-03-15, 2024-03 or 2024")
    return date


@dataclass(frozen=True, slots=True)
class Spell:
    """One time in a post, joined from all claims of it.

    Dates are ISO prefixes. ``start`` and ``end`` are what the sources state. ``seen`` are the publication dates of the
    sources that say the person holds the post then; ``over_by`` is when it is first known to be over: a source says
    former or removed, or, in a post that one person holds at a time, names another holder.
    """

    person: str
    post: str
    claims: tuple[Record, ...]
    start: str | None
    end: str | None
    seen: tuple[str, ...]
    over_by: str | None

    @property
    def status(self) -> str:
        """What the last source says; of two of one date the more specific."""
        return str(max(self.claims, key=_age)["status"])

    @property
    def best(self) -> Record:
        """The claim to quote: one that states dates, then the surest, then the last."""
        return max(self.claims, key=lambda c: (bool(c["start"]) + bool(c["end"]), c["confidence"], _age(c), c["id"]))

    @property
    def begun(self) -> str | None:
        """When the person is first known to hold it."""
        return min(filter(None, (self.start, *self.seen[:1])), default=None)

    @property
    def sure(self) -> tuple[str, str] | None:
        """A time, first and last moment, in which the person holds it for sure, if the sources are right."""
        first = self.start + LATEST if self.start else self.seen[0] if self.seen else None
        last = self.end or (self.seen[-1] if self.seen else None)
        return (first, last) if first and last and first <= last else None


def _age(claim: Record) -> tuple[str, int]:
    return claim["published"] or "", _SPECIFIC.index(claim["status"])


def spells(claims: Iterable[Record], records: Mapping[str, Record]) -> list[Spell]:
    """The times in posts that ``holds_post`` statements tell of, in the order of their first statement."""
    groups: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for claim in claims:
        groups[claim["subject"], claim["object"]].append(claim)
    found = [spell for (person, post), said in groups.items() for spell in _split(person, post, said)]
    return _succeeded(found, records)


def _split(person: str, post: str, claims: Sequence[Record]) -> Iterator[Spell]:
    """One spell, or several where a stated period begins when another has ended."""
    parts: list[list[Record]] = []
    ends: list[str | None] = []
    dated = (c for c in claims if c["start"] or c["end"])
    for claim in sorted(dated, key=lambda c: (c["start"] or c["end"], c["end"] or LATEST, c["start"] or "")):
        if parts and not (ends[-1] and claim["start"] and claim["start"] >= ends[-1]):
            parts[-1].append(claim)
            ends[-1] = ends[-1] or claim["end"]
        else:
            parts.append([claim])
            ends.append(claim["end"])
    parts = parts or [[]]
    begins = [min((c["start"] or "" for c in part), default="") for part in parts]
    for claim in claims:
        if not (claim["start"] or claim["end"]):
            at = sum(begin <= (claim["published"] or "") + LATEST for begin in begins)
            parts[max(at - 1, 0)].append(claim)
    for part in parts:
        seen = sorted({c["published"] for c in part if c["status"] in HOLDS and c["published"]})
        gone = [c["published"] for c in part if c["status"] in LEFT and c["published"]]
        over = min((day for day in gone if not seen or day >= seen[-1]), default=None)
        yield Spell(person, post, tuple(part), _agreed(part, "start"), _agreed(part, "end"), tuple(seen), over)


def _agreed(claims: Sequence[Record], key: str) -> str | None:
    """The stated date that most claims agree with, the most precise, then the earliest."""
    dates = [c[key] for c in claims if c[key]]
    votes = {day: sum(agree(day, other) for other in dates) for day in dates}
    return min(votes, key=lambda day: (-votes[day], -len(day), day), default=None)


def agree(a: str, b: str) -> bool:
    """Two dates can be one: 2022 and 2022-06."""
    return a.startswith(b) or b.startswith(a)


@cache
def _single() -> dict[str, tuple[str, ...]]:
    """The titles that one person in a body holds at a time, with the endings of the names of such bodies."""
    return {row["title"]: tuple(row["body"].split("|")) for row in table("single_posts")}


def is_single(post: Record, records: Mapping[str, Record]) -> bool:
    """Whether one person at a time holds a post: 局长 of a 局, not of a ministry whose 局 is left out."""
    body = records.get(post["organization"] or "")
    return bool(body and post["title"] in _single() and body["name"].endswith(_single()[post["title"]]))


def _succeeded(found: Sequence[Spell], records: Mapping[str, Record]) -> list[Spell]:
    """Spells in posts of one holder are over when another holder is first named after the last time."""
    begun: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for spell in found:
        if spell.begun and is_single(records[spell.post], records):
            begun[spell.post].append((spell.begun, spell.person))
    done = []
    for spell in found:
        last = max(filter(None, (spell.start, *spell.seen[-1:])), default=None)
        later = [day for day, person in begun[spell.post] if person != spell.person and last and day > last + LATEST]
        done.append(replace(spell, over_by=min(filter(None, (spell.over_by, *later)), default=None)))
    return done


def known_on(spell: Spell, date: str) -> str | None:
    """How it is known that a person holds a post at a date, or in a month or year: the strongest that applies.

    ``named``: a source of that date says so. ``stated``: a source states a period that contains it. ``between``:
    sources before and after it say so. ``assumed``: begun before, and nothing says that it is over; the further from
    ``last_seen``, the less that is worth. None: not begun, over, or nothing is known.
    """
    start, seen = spell.start, spell.seen
    if not (spell.begun and spell.begun <= date + LATEST):
        return None
    if any(agree(day, date) for day in seen):
        return "named"
    if spell.end:
        return "stated" if date <= spell.end + LATEST else None
    if seen and date <= seen[-1] + LATEST:
        return "stated" if start else "between"
    if spell.over_by and date >= spell.over_by:
        return None
    return None if any(c["status"] in LEFT and not c["published"] for c in spell.claims) else "assumed"


def in_order(spell: Spell) -> tuple[str, str]:
    """By the time in which they begin, as far as it is known: unknown ones first if they are over, else last."""
    over = spell.over_by or spell.end
    return spell.begun or spell.end or ("" if spell.status in LEFT else LATEST), over or LATEST
