"""Where spans meet: what model, lexicons and patterns propose becomes one list of spans that do not overlap.

Priorities, highest first: the user's lexicon, title marks 《》, the model, patterns. Of two proposals of one priority
the longer wins. What is left is then cleaned by the conventions of the annotation: a post is cut from its body, a
place joins the body or zone that follows it, a zone is an initiative whatever the model called it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise, zip_longest

from kg.lexicon import column, table, titles
from kg.model import TypedSpan
from kg.places import chain, prefix

__all__ = ["Proposal", "proposals_by_pattern", "reconcile"]

PRIORITY = {"user": 0, "marks": 1, "model": 2, "pattern": 3}
LONGEST_NAME = 4

Fixed = set[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A typed span and who proposes it: user, marks, model or pattern."""

    start: int
    end: int
    type: str
    origin: str


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w)))


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    programmes = _alternatives(column("programme_suffixes", "suffix"))
    return (
        (re.compile(r"《[^《》\n]{1,80}(?:《[^《》\n]{1,60}》[^《》\n]{0,40})?》"), "Document", "marks"),
        (re.compile(rf"“[^“”，。\n]{{2,16}}”(?:{programmes})"), "Initiative", "pattern"),
    )


def proposals_by_pattern(text: str) -> list[Proposal]:
    """What can be told from the form alone: titles in 《》 and quoted programmes.

    >>> proposals_by_pattern("实施“崤山英才计划”工程，印发《若干措施》")[0]
    Proposal(start=15, end=21, type='Document', origin='marks')
    """
    return [
        Proposal(m.start(), m.end(), type_, origin)
        for pattern, type_, origin in _patterns()
        for m in pattern.finditer(text)
    ]


def reconcile(text: str, proposals: Sequence[Proposal]) -> list[TypedSpan]:
    """Decide between proposals and apply the conventions of the annotation.

    Args:
        text: the restored text.
        proposals: typed spans with offsets in ``text``, in any order, overlapping as they like.

    >>> text = "河南省云溟市委书记林牧之"
    >>> spans = [Proposal(0, 3, "Place", "model"), Proposal(3, 9, "Post", "model"), Proposal(9, 12, "Person", "model")]
    >>> [(text[s.start:s.end], s.type) for s in reconcile(text, spans)]
    [('河南省云溟市委', 'Organization'), ('书记', 'Post'), ('林牧之', 'Person')]
    """
    spans = _choose(proposals)
    fixed = {(s.start, s.end) for s in proposals if s.origin == "user"}
    for step in (_trim, _widen, _drop, _cut_posts, _cut_pairs, _retype, _join, _complete_lists, _cut_names):
        spans = step(text, spans, fixed)
    return spans


def _choose(proposals: Sequence[Proposal]) -> list[TypedSpan]:
    taken: list[Proposal] = []
    order = sorted(proposals, key=lambda p: (PRIORITY[p.origin], p.start - p.end, p.start, p.type))
    occupied: set[int] = set()
    for p in order:
        # Media are written in the same marks as documents: there the model's word counts.
        if p.origin == "marks" and any(
            q.origin == "model" and q.type == "Organization" and p.start <= q.start and q.end <= p.end
            and q.end - q.start >= p.end - p.start - 2
            for q in proposals
        ):  # fmt: skip
            continue
        if occupied.isdisjoint(range(p.start, p.end)):
            occupied.update(range(p.start, p.end))
            taken.append(p)
    return [TypedSpan(p.start, p.end, p.type) for p in sorted(taken, key=lambda p: p.start)]


def _widen(text: str, spans: list[TypedSpan], fixed: Fixed) -> list[TypedSpan]:
    """A place that was cut (三门 of 三门峡) takes the longest name of a place that stands there."""
    out: list[TypedSpan] = []
    for span, after in zip_longest(spans, spans[1:]):
        limit = after.start if after else len(text)
        if span.type == "Place" and (span.start, span.end) not in fixed:
            step = prefix(text[span.start : limit])
            if step and step[1] > span.end - span.start:
                span = replace(span, end=span.start + step[1])
        out.append(span)
    return out


_EDGE = " \n\t，。、；：,.;:!！?？的"
_AFTER_NAME = ("同志", "先生", "女士", "一行")


def _trim(text: str, spans: list[TypedSpan], fixed: Fixed) -> list[TypedSpan]:
    """Take off what the annotation keeps outside: edges of punctuation, 同志 after a name, a quote left open."""
    out: list[TypedSpan] = []
    for span in spans:
        start, end = span.start, span.end
        if (start, end) not in fixed:
            while start < end and text[start] in _EDGE:
                start += 1
            while start < end and text[end - 1] in _EDGE:
                end -= 1
            for opening, closing in ("“”", "《》", "（）", "()"):
                piece = text[start:end]
                if piece.startswith(opening) and closing not in piece:
                    start += 1
                elif piece.endswith(closing) and opening not in piece:
                    end -= 1
            if span.type == "Person":
                end -= next((len(w) for w in _AFTER_NAME if text[start:end].endswith(w) and end - start > len(w)), 0)
        if start < end:
            out.append(replace(span, start=start, end=end))
    return out


def _drop(text: str, spans: list[TypedSpan], fixed: Fixed) -> list[TypedSpan]:
    """Leave out what only looks like a name: 各街道党工委, 博士; take a verb off a body (重建省科学院)."""
    out: list[TypedSpan] = []
    leads, generic = column("body_leads", "word"), column("generic_bodies", "word")
    no_posts = column("not_posts", "word")
    for span in spans:
        piece = text[span.start : span.end]
        if (span.start, span.end) in fixed:
            out.append(span)
        elif (span.type == "Post" and piece in no_posts) or (span.type == "Organization" and piece.startswith(generic)):
            continue
        else:
            lead = next((w for w in leads if piece.startswith(w)), "") if span.type == "Organization" else ""
            rest = piece[len(lead) :]
            starts_a_name = bool(rest) and (rest[0] in "省市区县" or chain(rest) is not None)
            out.append(replace(span, start=span.start + len(lead)) if starts_a_name else span)
    return out


@cache
def _pair() -> re.Pattern[str]:
    bodies = _alternatives(column("organization_suffixes", "suffix"))
    return re.compile(rf"(.{{2,30}}?(?:{bodies}))(?:联合|会同|携手)(.{{2,30}}?(?:{bodies}))")


def _cut_pairs(text: str, spans: list[TypedSpan], fixed: Fixed) -> list[TypedSpan]:
    """Two bodies joined by a verb are two."""
    out: list[TypedSpan] = []
    for span in spans:
        found = _pair().fullmatch(text[span.start : span.end]) if span.type == "Organization" else None
        if found and (span.start, span.end) not in fixed:
            out += [replace(span, start=span.start + s, end=span.start + e) for s, e in (found.span(1), found.span(2))]
        else:
            out.append(span)
    return out


def _cut_names(text: str, spans: list[TypedSpan], fixed: Fixed) -> list[TypedSpan]:
    """A name with a character too many (何松岩升), and one that a longer span begins with, are cut out.

    What counts is that the name stands elsewhere in the text.
    """
    names = {text[s.start : s.end] for s in spans if s.type == "Person"}
    out: list[TypedSpan] = []
    for span in spans:
        piece = text[span.start : span.end]
        lead = next((n for n in names if len(n) > 2 and piece.startswith(n) and len(piece) > len(n) + 2), None)
        if lead and span.type not in {"Person", "Document", "Event"} and (span.start, span.end) not in fixed:
            out.append(TypedSpan(span.start, span.start + len(lead), "Person"))
            verb = len(lead) + (piece[len(lead)] in "到在赴率对向")
            span = replace(span, start=span.start + verb)
        elif span.type == "Person" and (span.start, span.end) not in fixed and "·" not in piece:
            known = [n for n in names if 2 <= len(n) < len(piece) and piece.startswith(n)]
            if known and (len(piece) > LONGEST_NAME - 1 or text.count(piece) < text.count(known[0]) - 1):
                span = replace(span, end=span.start + len(max(known, key=len)))
        out.append(span)
    return out


@cache
def _body_then_title() -> re.Pattern[str]:
    bodies = _alternatives(column("organization_suffixes", "suffix"))
    return re.compile(rf"(.{{0,30}}?(?:{bodies}))((?:[^，。、]{{0,4}})(?:{_alternatives(titles())}))")


def _cut_posts(text: str, spans: list[TypedSpan], fixed: Fixed) -> list[TypedSpan]:
    """市委书记 as one span is 市委 and 书记."""
    out: list[TypedSpan] = []
    for span in spans:
        piece = text[span.start : span.end]
        if span.type in {"Post", "Organization"} and (span.start, span.end) not in fixed and piece not in titles():
            found = _body_then_title().fullmatch(piece)
            if found and found[2] in titles():
                cut = span.start + found.end(1)
                out += [TypedSpan(span.start, cut, "Organization"), TypedSpan(cut, span.end, "Post")]
                continue
        out.append(span)
    return out


def _retype(text: str, spans: list[TypedSpan], fixed: Fixed) -> list[TypedSpan]:
    """A zone is an Initiative also when it acts or is looked at as a place; what ends like a meeting is an Event."""
    endings = {"Initiative": column("zone_suffixes", "suffix"), "Event": _meetings()}
    out: list[TypedSpan] = []
    for span in spans:
        if span.type in {"Place", "Organization"} and (span.start, span.end) not in fixed:
            piece = text[span.start : span.end]
            type_ = next((t for t, suffixes in endings.items() if piece.endswith(suffixes)), span.type)
            span = replace(span, type=type_)
        out.append(span)
    return out


@cache
def _meetings() -> tuple[str, ...]:
    return tuple(row["head"] for row in table("event_heads") if row["specific"] and row["head"][-1] in "会议式")


_ABOUT = re.compile(r"(?:建设|发展|高质量发展|项目|项目建设|工作|专题|规划建设|重点工作)?")
_SIGNED = re.compile(r"合作|签约|签署|共建")
_YEAR = re.compile(r"(?:19|20)\d\d年")
_JOINS = {
    ("Place", "Place"): "Place",
    ("Place", "Organization"): "Organization",
    ("Place", "Initiative"): "Initiative",
    ("Initiative", "Organization"): "Organization",
    ("Organization", "Organization"): "Organization",
}


def _is_signing(text: str, party: TypedSpan, event: TypedSpan) -> bool:
    """甲与乙战略合作签约仪式: both parties are in the name."""
    ends = (party.type, event.type) == ("Organization", "Event") and text[party.end : event.start] in {"与", "和"}
    return ends and bool(_SIGNED.search(text[event.start : event.end]))


def _opens_event(text: str, opening: TypedSpan, event: TypedSpan) -> bool:
    """云溟科学城建设推进会: what a meeting is about is part of its name."""
    return (
        event.type == "Event"
        and opening.type in {"Initiative", "Place", "Organization"}
        and bool(_ABOUT.fullmatch(text[opening.end : event.start]))
    )


def _join(text: str, spans: list[TypedSpan], fixed: Fixed) -> list[TypedSpan]:
    """A place joins the place, body or zone that follows it without a break; so does a zone its body."""
    out: list[TypedSpan] = []
    for span in spans:
        last = out[-1] if out else None
        joined = _JOINS.get((last.type, span.type)) if last else None
        if last and (last.type, span.type) == ("Date", "Event") and _YEAR.fullmatch(text[last.start : last.end]):
            joined = "Event"
        if last and (_is_signing(text, last, span) or _opens_event(text, last, span)):
            out[-1] = TypedSpan(last.start, span.end, "Event")
            continue
        if last and joined and last.end == span.start and not {(last.start, last.end), (span.start, span.end)} & fixed:
            out[-1] = TypedSpan(last.start, span.end, joined)
        else:
            out.append(span)
    return out


@cache
def _name() -> re.Pattern[str]:
    surnames = _alternatives(column("surnames", "surname"))
    return re.compile(rf"(?:{surnames})[一-龥]{{1,2}}")


def _complete_lists(text: str, spans: list[TypedSpan], fixed: Fixed) -> list[TypedSpan]:
    """A gap of the form of a name between two people of a list (周正、何青、李远) is a person too."""
    out = list(spans)
    for left, right in pairwise(spans):
        if left.type != "Person" or right.type != "Person" or not 0 < right.start - left.end <= 5 * LONGEST_NAME:
            continue
        at = left.end
        for piece in re.split(r"([、，])", text[left.end : right.start]):
            if _name().fullmatch(piece):
                out.append(TypedSpan(at, at + len(piece), "Person"))
            at += len(piece)
    del fixed
    return sorted(out, key=lambda s: s.start)
