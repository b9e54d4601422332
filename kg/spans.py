"""Where spans meet: what model, lexicons and patterns propose becomes one list of spans that do not overlap.

Priorities, highest first: the user's lexicon; title marks 《》 and the medium of a byline; the model; patterns. Of two
proposals of one priority the longer wins. What is left is then cleaned by the conventions of the annotation: a post is
cut from its body, a place joins the body or zone that follows it, a zone is an initiative whatever the model called it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise, zip_longest

from kg.bodies import TOWNS
from kg.lexicon import column, cue, either, table, titles
from kg.model import TypedSpan
from kg.places import chain, find, prefix

__all__ = ["Proposal", "proposals_by_pattern", "reconcile"]

PRIORITY = {"user": 0, "marks": 1, "medium": 1, "model": 2, "pattern": 3}
LONGEST_NAME = 4
LONGEST_GAP = 20
LONGEST_PLACE = 12

Fixed = set[TypedSpan]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A typed span and who proposes it: user, marks, medium, model or pattern."""

    start: int
    end: int
    type: str
    origin: str


_TITLE = re.compile(r"《[^《》\n]{1,80}(?:《[^《》\n]{1,60}》[^《》\n]{0,40})?》")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    programmes = either(column("programme_suffixes", "suffix"))
    rows = table("name_patterns")
    return tuple((re.compile(row["pattern"].replace("{programmes}", programmes)), row["type"]) for row in rows)


def proposals_by_pattern(text: str) -> list[Proposal]:
    """What can be told from the form alone: titles in 《》, and what ``name_patterns.csv`` describes.

    >>> proposals_by_pattern("实施“崤山英才计划”工程，印发《若干措施》")[0]
    Proposal(start=15, end=21, type='Document', origin='marks')
    """
    titles = [Proposal(m.start(), m.end(), "Document", "marks") for m in _TITLE.finditer(text)]
    named = ((m.span(m.lastindex or 0), type_) for pattern, type_ in _patterns() for m in pattern.finditer(text))
    return [*titles, *(Proposal(*at, type_, "pattern") for at, type_ in named)]


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
    fixed = {TypedSpan(p.start, p.end, p.type) for p in proposals if p.origin == "user"}
    spans: list[TypedSpan] = []
    for chosen in _choose(text, proposals):
        refined = [chosen]
        for step in () if chosen in fixed else (_trim, _strip, _split, _retype):
            refined = [part for span in refined for part in step(text, span)]
        spans += refined
    for whole in (_widen, _join, _lengthen, _complete_lists, _cut_names, _give_ranks):
        spans = whole(text, spans, fixed)
    return spans


@cache
def _document() -> re.Pattern[str]:
    return re.compile(rf"(?:{either(column('document_suffixes', 'suffix'))})(?:[（(][^（）()]{{1,10}}[）)])?》")


def _choose(text: str, proposals: Sequence[Proposal]) -> list[TypedSpan]:
    bodies = {(p.start, p.end) for p in proposals if p.origin == "model" and p.type == "Organization"}
    documents = {i for p in proposals if (p.origin, p.type) == ("model", "Document") for i in range(p.start, p.end)}
    taken: list[Proposal] = []
    occupied: set[int] = set()
    for p in sorted(proposals, key=lambda p: (PRIORITY[p.origin], p.start - p.end, p.start, p.type)):
        # Media, books and films stand in the same marks as documents: there the model's word counts.
        if p.origin == "marks":
            document = _document().search(text, p.start, p.end) or not documents.isdisjoint(range(p.start, p.end))
            if not document or bodies & {(p.start, p.end), (p.start + 1, p.end - 1)}:
                continue
        if occupied.isdisjoint(range(p.start, p.end)):
            occupied.update(range(p.start, p.end))
            taken.append(p)
    return [TypedSpan(p.start, p.end, p.type) for p in sorted(taken, key=lambda p: p.start)]


_OPENING, _CLOSING = {*"“《（("}, {*"”》）)"}
_EDGE = " \n\t|｜丨，。、；：,.;:!！?？的"


def _trim(text: str, span: TypedSpan) -> Iterator[TypedSpan]:
    """Take off what the annotation keeps outside: edges of punctuation, 同志 after a name, a quote left open."""
    piece = text[span.start : span.end]
    start, end = span.start + len(piece) - len(piece.lstrip(_EDGE)), span.start + len(piece.rstrip(_EDGE))
    piece = text[start:end]
    framed = piece[:1] in _OPENING or piece[-1:] in _CLOSING
    for opening, closing in ("“”", "《》", "（）", "()") if framed else ():
        piece = text[start:end]
        if piece.startswith(opening) and closing not in piece:
            start += 1
        elif piece.endswith(closing) and opening not in piece:
            end -= 1
    words = column("after_names", "word") if span.type == "Person" else ()
    if words and (piece := text[start:end]).endswith(words):
        end -= next((len(word) for word in words if piece.endswith(word) and len(word) < len(piece)), 0)
    if start < end:
        yield span if (start, end) == (span.start, span.end) else TypedSpan(start, end, span.type)


_CODE = re.compile(r"(?<=.)[（(]\d{4,6}(?:\.[A-Z]{2,3})?[）)]$")  # of a share
_INTO = cue("span.into")


def _strip(text: str, span: TypedSpan) -> Iterator[TypedSpan]:
    """Leave out what only looks like a name (各街道党工委, 博士); take a verb off a body (重建省科学院)."""
    piece = text[span.start : span.end]
    lead = ""
    if span.type == "Organization":
        if piece.startswith(column("generic_bodies", "word")) and "机关工" not in piece:
            return
        if piece[-1] in _CLOSING and (code := _CODE.search(piece)):
            span = replace(span, end=span.start + code.start())
            piece = piece[: code.start()]
        if verb := _INTO.match(piece):
            span = replace(span, start=span.start + verb.end())
            piece = piece[verb.end() :]
        if piece.startswith(leads := column("body_leads", "word")):
            lead = next(filter(piece.startswith, leads))
            rest = piece[len(lead) :]
            lead = lead if rest[:1] in {*"省市区县"} or chain(rest) else ""
    alone, after = _not_names(span.type)
    if not (
        alone.fullmatch(piece) or any(then.match(text, span.end) and name.fullmatch(piece) for name, then in after)
    ):
        yield replace(span, start=span.start + len(lead)) if lead else span


@cache
def _not_names(kind: str) -> tuple[re.Pattern[str], list[tuple[re.Pattern[str], re.Pattern[str]]]]:
    """What is taken for a name of a type and is none: alone, and with what must follow it."""
    rows = [(row["pattern"], row["after"]) for row in table("not_names") if row["type"] == kind]
    alone = "|".join(f"(?:{pattern})" for pattern, after in rows if not after)
    return re.compile(alone or "(?!)"), [(re.compile(name), re.compile(after)) for name, after in rows if after]


@cache
def _pairs() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Two bodies joined by a verb; a body and the title after it."""
    bodies = either(column("organization_suffixes", "suffix"))
    joined = rf"(.{{2,30}}?(?:{bodies}))(?:联合|会同|携手)(.{{2,30}}?(?:{bodies}))"
    body = rf".{{0,30}}?(?:{bodies})|.{{2,30}}?(?:{either(column('unit_suffixes', 'suffix'))})"
    return re.compile(joined), re.compile(rf"({body})([^，。、]{{0,4}}(?:{either(titles())}))")


def _split(text: str, span: TypedSpan) -> Iterator[TypedSpan]:
    """市委书记 is 市委 and 书记; two bodies joined by a verb are two."""
    piece = text[span.start : span.end]
    found, second = None, "Organization"
    if span.type in {"Post", "Organization"} and piece not in titles():
        two, office = _pairs()
        found = two.fullmatch(piece) if span.type == "Organization" else None
        if not found and piece[-1] in _last() and (found := office.fullmatch(piece)):
            found, second = (found, "Post") if found[2] in titles() else (None, second)
    if found:
        yield TypedSpan(span.start, span.start + found.end(1), "Organization")
        yield TypedSpan(span.start + found.start(2), span.end, second)
    else:
        yield span


@cache
def _last() -> frozenset[str]:
    """The characters that titles end with."""
    return frozenset(title[-1] for title in titles())


_HELD = cue("span.held")


def _retype(text: str, span: TypedSpan) -> Iterator[TypedSpan]:
    """A zone is an Initiative also when it acts or is looked at, a town a Place; what ends like a meeting or is held is
    an Event.
    """
    if span.type in {"Place", "Organization"}:
        piece = text[span.start : span.end]
        if piece.endswith(column("zone_suffixes", "suffix")):
            span = replace(span, type="Initiative")
        elif piece.endswith(_meetings()):
            span = replace(span, type="Event")
    elif span.type == "Initiative" and text[span.start : span.end].endswith(TOWNS):
        span = replace(span, type="Place")
    elif span.type == "Initiative" and _HELD.search(text[max(0, span.start - 3) : span.start]):
        span = replace(span, type="Event")
    yield span


@cache
def _meetings() -> tuple[str, ...]:
    return tuple(row["head"] for row in table("event_heads") if row["specific"] and row["head"][-1] in "会议式")


def _widen(text: str, spans: list[TypedSpan], fixed: Fixed) -> list[TypedSpan]:
    """A place that was cut (三门 of 三门峡) takes the longest name of a place that stands there."""
    out: list[TypedSpan] = []
    for span, after in zip_longest(spans, spans[1:]):
        if span.type == "Place" and span not in fixed:
            step = prefix(text[span.start : min(after.start if after else len(text), span.start + LONGEST_PLACE)])
            if step and span.start + step[1] > span.end:
                span = replace(span, end=span.start + step[1])
        out.append(span)
    return out


_ABOUT = cue("span.about")
_SIGNED = cue("span.signed")
_APART = cue("span.apart")
_YEAR = re.compile(r"(?:19|20)\d\d年")
_JOINS = {
    ("Place", "Place"): "Place",
    ("Place", "Organization"): "Organization",
    ("Place", "Initiative"): "Initiative",
    ("Initiative", "Organization"): "Organization",
    ("Organization", "Organization"): "Organization",
}


def _joined(text: str, left: TypedSpan, right: TypedSpan) -> str | None:
    """The type of the one name that two spans are, if they are one.

    A place joins the place, body or zone that follows it without a break, and a zone its body. A meeting is named with
    its year, with what it is about (云溟科学城建设推进会), and a signing with both parties (甲与乙战略合作签约仪式).
    """
    gap = text[left.end : right.start]
    if not gap and left.type in {"Place", "Organization"} and _APART.match(text, right.start, right.end):
        return None
    if left.type == right.type == "Post":  # 市长助理
        return "Post" if not gap and text[left.start : right.end] in titles() else None
    if (left.type, right.type, gap) == ("Person", "Organization", ""):  # 林牧之基金会
        return "Organization" if text[right.start : right.end] in {"基金会", "工作室", "纪念馆", "故居"} else None
    if left.type == right.type == "Place" and (found := find(text[right.start : right.end])):
        return None if gap or found[0].level == "province" else "Place"  # 沪苏浙皖, 上海宁夏两地
    if right.type != "Event":
        return None if gap else _JOINS.get((left.type, right.type))
    year = left.type == "Date" and not gap and _YEAR.fullmatch(text[left.start : left.end])
    party = left.type == "Organization" and gap in {"与", "和"} and _SIGNED.search(text[right.start : right.end])
    about = left.type in {"Initiative", "Place", "Organization"} and _ABOUT.fullmatch(gap)
    return "Event" if year or party or about else None


def _join(text: str, spans: list[TypedSpan], fixed: Fixed) -> list[TypedSpan]:
    out: list[TypedSpan] = []
    for span in spans:
        if out and (type_ := _joined(text, out[-1], span)) and not {out[-1], span} & fixed:
            out[-1] = TypedSpan(out[-1].start, span.end, type_)
        else:
            out.append(span)
    return out


@cache
def _zone() -> re.Pattern[str]:
    word = r"[^，。；：、（）()“”《》的了和与及或等各将是在至到进为把对向设立入选拥有建打造推促加快深持关培结签\s]"
    return re.compile(
        rf"(?:[（(][^（）()，]{{1,10}}[）)]{word}{{0,12}}?|(?!全|首|各|多|省级|市级|国家级){word}{{2,12}}?)"
        rf"(?:{either(column('zone_suffixes', 'suffix'))})(?:项目)?"
        r"(?![域级化]|管委|管理|党|有限|集团|公司|法院|检察|[^，。；]{0,2}局)"
    )


def _lengthen(text: str, spans: list[TypedSpan], fixed: Fixed) -> list[TypedSpan]:
    """A zone of which only the place or the owner was found: 云溟高新区<生命健康产业园>, 云溟<（临岚）石化产业园>."""
    out: list[TypedSpan] = []
    for span, after in zip_longest(spans, spans[1:]):
        if span.type in {"Place", "Initiative"} and span not in fixed:
            rest = _zone().match(text, span.end, after.start if after else len(text))
            span = TypedSpan(span.start, rest.end(), "Initiative") if rest else span
        out.append(span)
    return out


@cache
def _name() -> re.Pattern[str]:
    return re.compile(rf"(?:{either(column('surnames', 'surname'))})[一-龥]{{1,2}}")


def _complete_lists(text: str, spans: list[TypedSpan], _: Fixed) -> list[TypedSpan]:
    """A gap of the form of a name between two people of a list (周正、何青、李远) is a person too."""
    out = list(spans)
    for left, right in pairwise(spans):
        if left.type == right.type == "Person" and 0 < right.start - left.end <= LONGEST_GAP:
            at = left.end
            for piece in re.split(r"([、，])", text[left.end : right.start]):
                if _name().fullmatch(piece):
                    out.append(TypedSpan(at, at + len(piece), "Person"))
                at += len(piece)
    return sorted(out, key=lambda s: s.start)


def _cut_names(text: str, spans: list[TypedSpan], fixed: Fixed) -> list[TypedSpan]:
    """What begins with a name that stands elsewhere in the text is cut: 何松岩升, 何松岩到开发区."""
    counts = Counter(text[s.start : s.end] for s in spans if s.type == "Person")
    begun = {s.start for s in spans}
    out: list[TypedSpan] = []
    for span in spans:
        piece = text[span.start : span.end]
        longer = text[span.start : span.end + 1]
        if span.type == "Person" and span not in fixed and longer in counts and span.end not in begun:
            span = replace(span, end=span.end + 1)
            piece = longer
        known = [piece[:n] for n in range(2, min(len(piece), LONGEST_NAME + 1)) if piece[:n] in counts]
        if known and span not in fixed and "·" not in piece:
            length = len(known[-1])
            if span.type == "Person":
                if len(piece) >= LONGEST_NAME or counts[piece] < counts[known[-1]]:
                    span = replace(span, end=span.start + length)
            elif span.type not in {"Document", "Event"} and length > 2 and len(piece) > length + 2:
                out.append(TypedSpan(span.start, span.start + length, "Person"))
                span = replace(span, start=span.start + length + (piece[length] in "到在赴率对向"))
        out.append(span)
    return out


@cache
def _rank() -> re.Pattern[str]:
    return re.compile(rf"(?:{either(column('post_prefixes', 'prefix'))})$")


def _give_ranks(text: str, spans: list[TypedSpan], fixed: Fixed) -> list[TypedSpan]:
    """A rank at the end of a body belongs to the title that follows it: 云溟书画院终身名誉 + 院长."""
    out: list[TypedSpan] = []
    for span in spans:
        left = out[-1] if out else None
        adjacent = left and (left.type, span.type, left.end) == ("Organization", "Post", span.start)
        if left and adjacent and not {left, span} & fixed and (rank := _rank().search(text[left.start : left.end])):
            start = left.start + rank.start()
            out[-1:] = [replace(left, end=start)] if start > left.start else []
            span = replace(span, start=start)
        out.append(span)
    return out
