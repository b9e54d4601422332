"""What names say by themselves: 云溟市委组织部 is part of 云溟市委 and located in 云溟市."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from kg.lexicon import column
from kg.model import Claim, Mention, MentionType, Relation, Span
from kg.nlp import Recognition
from kg.places import chain

__all__ = ["name_parts"]

CONFIDENCE = 0.9
_ZONES = re.compile("|".join(sorted(map(re.escape, column("zone_suffixes", "suffix")), key=lambda z: (-len(z), z))))
_SHORTEST = 3


@cache
def _body() -> re.Pattern[str]:
    """A body and a unit of it: the first ends where a body's name can end, the second is a name of its own."""
    whole = ["市委", "省委", "区委", "县委", "州委", "政府", "人大", "委", "局", "厅", "大学", "学院", "法院", "检察院", "集团",
             "公司", "医院", "研究院", "日报社"]  # fmt: skip
    units = ["部", "室", "办", "局", "处", "科", "中心", "委", "庭", "党组", "常委会", "委员会", "研究院", "研究所", "学院",
             "附属医院", "实验室", "分公司", "支部", "总队", "支队"]  # fmt: skip
    return re.compile(rf"(.{{2,}}?(?:{'|'.join(whole)}))(?!员|会)(.{{2,}}(?:{'|'.join(units)}))")


def name_parts(found: Recognition, mentions: Sequence[Mention]) -> tuple[list[Mention], list[Claim]]:
    """The parts of names and the claims that they make, once a name.

    Args:
        found: what recognition found in the article.
        mentions: its mentions, in order, events named from the text among them.

    Returns:
        Mentions of the parts, and claims of ``part_of``, ``located_in`` and ``concerns``.
    """
    parts: list[Mention] = []
    claims: list[Claim] = []
    seen: set[tuple[str, str]] = set()
    initiatives = {m.name.strip("“”"): m for m in mentions if m.type == "Initiative"}
    for mention in mentions:
        if (mention.type, mention.name) in seen or mention.rule:
            continue
        seen.add((mention.type, mention.name))
        evidence = next(((s.start, s.end) for s in found.sentences if s.start <= mention.at[0] < s.end), None)
        if evidence is None:
            continue
        for relation, type_, at in _parts_of(mention, initiatives):
            part = found.mention(at, type_, part=True)
            parts.append(part)
            claims.append(_claim(relation, mention, part, evidence))
    return parts, claims


def _claim(relation: Relation, whole: Mention, part: Mention, evidence: Span) -> Claim:
    return Claim(
        relation, whole, part, whole.article, evidence, f"{relation}.own-name",
        subject_at=whole.at, object_at=part.at, confidence=CONFIDENCE,
    )  # fmt: skip


def _parts_of(mention: Mention, initiatives: dict[str, Mention]) -> Iterator[tuple[Relation, MentionType, Span]]:
    name, start = mention.name, mention.at[0]
    if mention.type in {"Organization", "Initiative", "Event"} and (place := chain(name)) and place[1] < len(name):
        yield "located_in", "Place", (start, start + place[1])
    if mention.type in {"Organization", "Initiative"} and (zone := _ZONES.search(name)) and zone.end() < len(name):
        if zone.end() >= _SHORTEST:
            yield "part_of", "Initiative", (start, start + zone.end())
    elif mention.type == "Organization" and (unit := _body().fullmatch(name)):
        yield "part_of", "Organization", (start, start + unit.end(1))
    if mention.type in {"Event", "Document"}:
        inside = [n for n in initiatives if len(n) >= _SHORTEST and n in name]
        longest = [n for n in inside if not any(n in other and n != other for other in inside)]
        for n in sorted(longest):
            at = start + name.index(n)
            yield "concerns", "Initiative", (at, at + len(n))
