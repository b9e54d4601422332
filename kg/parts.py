"""What names say by themselves: 云溟市委组织部 is part of 云溟市委 and located in 云溟市."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from kg.bodies import TOWNS, zone_of
from kg.lexicon import column, cue, either, table
from kg.model import Claim, Mention, MentionType, Relation, Span
from kg.nlp import Recognition
from kg.places import chain

__all__ = ["name_parts"]

CONFIDENCE = 0.9
_ZONES = re.compile(either(column("zone_suffixes", "suffix")))
_TOPIC = cue("part.topic")
_ROAD = cue("part.road")
_HOLDS = re.compile(r"(?:^\d*|[·、与和在赴])$")
_BRANCH = cue("part.branch")
_SHORTEST = 3
_LARGE = {"province", "city"}


@cache
def _body() -> re.Pattern[str]:
    """A body and a unit of it: the first ends where a body's name can end, the second is a name of its own."""
    by_part: dict[str, list[str]] = {"territory": [], "whole": [], "unit": list(column("unit_suffixes", "suffix"))}
    for row in table("organization_suffixes"):
        for part in filter(None, row["part"].split("/")):
            by_part[part].append(row["suffix"])
    territory, whole, unit = map(either, by_part.values())
    return re.compile(rf"((?:.*(?:{territory}))|.{{2,}}(?:{whole}))(?!员|会)(.{{2,}}(?:{unit})|党组|党委)")


@cache
def _issuer() -> re.Pattern[str]:
    """《云溟市人民政府关于…的决定》 says who issued it."""
    return re.compile(rf"《([^《》、，\s]{{1,24}}(?:{_bodies()}))(?:办公厅|办公室)?关于")


@cache
def _signing() -> re.Pattern[str]:
    """云溟市人民政府与华澜大学战略合作协议签约仪式 says who works with whom."""
    body = rf"[^与和暨、，\s]{{1,20}}(?:{_bodies()})"
    return re.compile(rf"({body})[与和]({body})(?=战略|合作|框架|共建|签)[^与和暨]*(?:签约|签署)")


def _bodies() -> str:
    return either(column("organization_suffixes", "suffix"))


def name_parts(found: Recognition, mentions: Sequence[Mention]) -> tuple[list[Mention], list[Claim]]:
    """The parts of names and the claims that they make, once a name.

    Args:
        found: what recognition found in the article.
        mentions: its mentions, in order, events named from the text among them.

    Returns:
        Mentions of the parts, and claims of ``part_of``, ``located_in``, ``concerns``, ``issued`` and
        ``cooperates_with``.
    """
    parts: list[Mention] = []
    claims: list[Claim] = []
    seen: set[tuple[str, str]] = set()
    initiatives = {m.name.strip("“”"): m for m in mentions if m.type == "Initiative"}
    for mention in mentions:
        if (mention.type, mention.name) in seen:
            continue
        seen.add((mention.type, mention.name))
        sentence = found.sentence_at(mention.at[0])
        if sentence is None:
            continue
        evidence = (sentence.start, sentence.end)
        claims += [_claim("concerns", mention, about, evidence) for about in _about(mention, initiatives)]
        # A name that was completed from the text does not stand there as it is.
        as_written = mention.name == found.article.text[slice(*mention.at)]
        for relation, type_, at in _parts_of(mention) if as_written else ():
            part = found.mention(at, type_, part=True)
            if relation == "concerns" and part.name in initiatives:
                continue
            parts.append(part)
            ends = (part, mention) if relation == "issued" else (mention, part)
            claims.append(_claim(relation, *ends, evidence))
        if as_written and mention.type == "Event" and (signing := _signing().match(mention.name)):
            spans = ((mention.at[0] + signing.start(i), mention.at[0] + signing.end(i)) for i in (1, 2))
            one, other = (found.mention(at, "Organization", part=True) for at in spans)
            parts += [one, other]
            claims.append(_claim("cooperates_with", one, other, evidence))
    return parts, claims


def _about(mention: Mention, initiatives: dict[str, Mention]) -> list[Mention]:
    """The initiatives of the article that the name of an event or document holds, the longest of them."""
    if mention.type not in {"Event", "Document"}:
        return []
    inside = [n for n in initiatives if len(n) >= _SHORTEST and n in mention.name.removesuffix("活动") != n]
    longest = [n for n in sorted(inside) if not any(n in other and n != other for other in inside)]
    return [initiatives[n] for n in longest if not _holds(n, mention)]


def _holds(zone: str, event: Mention) -> bool:
    """Whether a zone in the name of an event is who holds it or where it was, and not what it is about."""
    before, _, after = event.name.partition(zone.lstrip("0123456789"))
    is_zone = event.type == "Event" and zone.endswith(column("zone_suffixes", "suffix"))
    return is_zone and bool(_HOLDS.search(before)) and not _TOPIC.match(after)


def _place_length(name: str) -> int:
    """The length of the place that a name begins with; 0 where it may be another thing's name (巨鹿集团, 海口路社区)
    and where a branch is elsewhere (云溟银行临岚分行).
    """
    division, length = chain(name) or (None, 0)
    named_in_full = division is not None and (name[:length].endswith(division.name) or division.level in _LARGE)
    elsewhere = _ROAD.match(name, length) or _BRANCH.search(name, length)
    return length if named_in_full and not elsewhere and length < len(name) else 0


def _claim(relation: Relation, subject: Mention, object_: Mention, evidence: Span) -> Claim:
    return Claim(
        relation, subject, object_, subject.article, evidence, f"{relation}.own-name",
        subject_at=subject.at, object_at=object_.at, confidence=CONFIDENCE,
    )  # fmt: skip


def _parts_of(mention: Mention) -> Iterator[tuple[Relation, MentionType, Span]]:
    name, start = mention.name, mention.at[0]
    zone = zone_of(name) or "" if mention.type == "Organization" else ""
    town = len(zone) if zone.endswith(TOWNS) and len(zone) >= _SHORTEST else 0
    if mention.type in {"Organization", "Initiative", "Event"} and (length := _place_length(name) or town):
        yield "located_in", "Place", (start, start + length)
    if not town and _SHORTEST <= len(zone) < len(name):
        yield "part_of", "Initiative", (start, start + len(zone))
    elif mention.type == "Initiative" and (inner := _ZONES.search(name)) and len(name) - inner.end() >= _SHORTEST:
        if inner.end() >= _SHORTEST and "“" not in name[: inner.end()]:  # “园区直通车” is one name
            yield "part_of", "Initiative", (start, start + inner.end())
    elif mention.type == "Organization" and (unit := _body().fullmatch(name)):
        yield "part_of", "Organization", (start, start + unit.end(1))
    elif mention.type == "Document" and (issuer := _issuer().match(name)):
        yield "issued", "Organization", (start + issuer.start(1), start + issuer.end(1))
    topic = _ZONES.search(name) if mention.type == "Event" else None
    if topic and topic.start() > 0 and _TOPIC.match(name, topic.end()):
        yield "concerns", "Initiative", (start, start + topic.end())
