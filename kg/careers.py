"""Answers about posts in time, with the words behind them: careers, holders, overlaps, contradictions, changes."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

import pandas as pd

from kg.spells import HOLDS, LATEST, LEFT, Spell, agree, in_order, is_single, known_on
from kg.store import Record

__all__ = ["EVIDENCE", "changes", "conflicts", "overlaps", "said", "spell_frame"]

EVIDENCE = ["quote", "doc", "published", "id"]
_SPELL = ["name", "title", "organization", "status", "start", "end", "first_seen", "last_seen", "over_by"]
_CLAIMS = ["seen", "statements", "subject", "object"]
_OTHER = [f"other_{key}" for key in EVIDENCE]


def spell_frame(
    found: Sequence[Spell], records: Mapping[str, Record], known: Callable[[Spell], str | None] | None = None
) -> pd.DataFrame:
    """Spells as a data frame, each with its evidence; ``known`` adds a column and drops those of which it is None."""
    rows = []
    for spell in found:
        how = known(spell) if known else None
        if how or not known:
            seen = list(spell.seen)
            dates = {"start": spell.start, "end": spell.end, "over_by": spell.over_by, "seen": seen, "known": how}
            first_and_last = {"first_seen": seen[0], "last_seen": seen[-1]} if seen else {}
            counts = {"statements": len(spell.claims), "subject": spell.person, "object": spell.post}
            rows.append({"status": spell.status} | said(spell.best, records) | dates | first_and_last | counts)
    return pd.DataFrame(rows, columns=[*_SPELL, *(["known"] if known else []), *EVIDENCE, *_CLAIMS])


def said(claim: Record, records: Mapping[str, Record]) -> Record:
    """Who, in which post, in whose words."""
    post = records[claim["object"]]
    body = records.get(post["organization"] or "")
    return {
        "name": records[claim["subject"]]["name"], "title": post["title"] or post["name"],
        "organization": body["name"] if body else None, "quote": claim["evidence"]["quote"],
        "doc": claim["evidence"]["doc"], "published": claim["published"], "id": claim["id"],
    }  # fmt: skip


def _pair(one: Record, other: Record, records: Mapping[str, Record], **more: str | None) -> Record:
    """Two claims side by side; ``more`` are the further columns, their dates without the mark of a period's end."""
    a, b = said(one, records), said(other, records)
    clean = {key: value and value.rstrip(LATEST) for key, value in more.items()}
    return a | {"other": b["name"]} | {f"other_{key}": b[key] for key in ("title", *EVIDENCE)} | clean


def _common(one: Spell, other: Spell) -> tuple[str, str] | None:
    """The time in which both hold their posts for sure."""
    if not (one.sure and other.sure):
        return None
    since, until = max(one.sure[0], other.sure[0]), min(one.sure[1], other.sure[1])
    return (since, until) if since <= until else None


def overlaps(a: Sequence[Spell], b: Sequence[Spell], records: Mapping[str, Record]) -> pd.DataFrame:
    """Posts of two people in one body at one time: ``sure`` by the dates known, ``possible`` where none denies it."""
    rows = []
    for one in a:
        for other in b:
            body = records[one.post]["organization"]
            if not body or body != records[other.post]["organization"]:
                continue
            since, until = _common(one, other) or (None, None)
            if since or not (_before(one, other) or _before(other, one)):
                known = "sure" if since else "possible"
                rows.append(_pair(one.best, other.best, records, known=known, since=since, until=until))
    columns = ["organization", "name", "title", "other", "other_title", "known", "since", "until", *EVIDENCE, *_OTHER]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["known", "since"], ascending=[False, True], kind="stable", ignore_index=True)


def _before(one: Spell, other: Spell) -> bool:
    """One is known to be over before the other is known to begin."""
    over = one.end or one.over_by
    begun = other.begun
    return bool(over and begun and over + LATEST < begun)


def conflicts(found: Sequence[Spell], records: Mapping[str, Record]) -> pd.DataFrame:
    """What cannot all be true: two holders of a post for one at a time, two starts or ends, a holder out of term."""
    rows = []
    posts: dict[str, list[Spell]] = defaultdict(list)
    for spell in found:
        rows += [_pair(a, b, records, **more) for a, b, more in _contradictions(spell)]
        if is_single(records[spell.post], records):
            posts[spell.post].append(spell)
    for held in posts.values():
        for one, other in combinations(sorted(held, key=in_order), 2):
            common = _common(one, other) if one.person != other.person else None
            if common and not _handed_over(one, other, common):
                more = {"conflict": "two holders", "since": common[0], "until": common[1]}
                rows.append(_pair(one.best, other.best, records, **more))
    columns = ["conflict", "name", "title", "organization", "other", "since", "until", *EVIDENCE, *_OTHER]
    order = ["conflict", "organization", "title", "name", "other", "since"]
    return pd.DataFrame(rows, columns=columns).sort_values(order, kind="stable", ignore_index=True)


def _handed_over(one: Spell, other: Spell, common: tuple[str, str]) -> bool:
    """Whether both are named on the day when one followed the other: but not both as in office."""
    ends = [spell.sure for spell in (one, other)]
    meet = any(a and b and a[1] == b[0] == common[0] == common[1] for a, b in (ends, ends[::-1]))
    days = [{c["published"] for c in spell.claims if c["status"] == "current"} - {None} for spell in (one, other)]
    return meet and not days[0] & days[1]


def _contradictions(spell: Spell) -> Iterator[tuple[Record, Record, dict[str, str]]]:
    """Within a spell: two starts or ends that cannot be one date; a holder named before the start or after the end."""
    for key in ("start", "end"):
        stated = {c[key]: c for c in spell.claims if c[key]}
        for one, other in combinations(sorted(stated), 2):
            if not agree(one, other):
                yield stated[one], stated[other], {"conflict": f"two {key}s", "since": one, "until": other}
    over = [(c["end"] or c["published"], c["id"], c) for c in spell.claims if c["end"] or c["status"] in LEFT]
    named = [(c["published"], c["id"], c) for c in spell.claims if c["status"] in HOLDS]
    end, _, gone = min((found for found in over if found[0]), default=("", "", None))
    dated = [found for found in named if found[0]]
    day, _, last = max(dated, default=("", "", None))
    if gone and last and day > end + LATEST:
        yield gone, last, {"conflict": "named after the end", "since": end, "until": day}
    day, _, first = min(dated, default=("", "", None))
    begun = next((c for c in spell.claims if c["start"] == spell.start), None)
    if spell.start and begun and first and day + LATEST < spell.start:
        yield first, begun, {"conflict": "named before the start", "since": day, "until": spell.start}


def changes(found: Sequence[Spell], records: Mapping[str, Record], since: str, until: str) -> pd.DataFrame:
    """Who took up and who left which post after one date and up to another.

    ``date`` is stated, or is the publication date of a source that says appointed or removed. Where neither is known, a
    post that one person holds has ``changed hands`` when its holder at the end (not merely assumed) is another than at
    the beginning.
    """
    rows = []
    told: set[tuple[str, str]] = set()
    for spell in found:
        for change, key, status in (("took up", "start", "appointed"), ("left", "end", "removed")):
            claims = [c for c in spell.claims if c["status"] == status]
            reported = min((c["published"] for c in claims if c["published"]), default=None)
            date = getattr(spell, key) or reported
            if date and since + LATEST < date <= until + LATEST:
                told.add((change, spell.post))
                best = next((c for c in claims if c["published"] == date), spell.best)
                rows.append(said(best, records) | {"change": change, "date": date})
    for post, (before, after) in _holders(found, records, since, until).items():
        if ("took up", post) not in told and before.person != after.person:
            rows.append(_pair(after.best, before.best, records, change="changed hands"))
    columns = ["change", "date", "name", "title", "organization", "other", *EVIDENCE, *_OTHER]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["date", "organization", "title", "change"], kind="stable", ignore_index=True)


def _holders(
    found: Sequence[Spell], records: Mapping[str, Record], since: str, until: str
) -> dict[str, tuple[Spell, Spell]]:
    """For each post of one holder the holder at two dates, where there is one at each."""
    held: dict[str, tuple[list[Spell], list[Spell]]] = defaultdict(lambda: ([], []))
    for spell in found:
        if is_single(records[spell.post], records):
            if known_on(spell, since):
                held[spell.post][0].append(spell)
            if known_on(spell, until) not in {None, "assumed"}:
                held[spell.post][1].append(spell)
    return {post: (a[0], b[0]) for post, (a, b) in held.items() if len(a) == len(b) == 1}
