"""From a source to its articles: cut newspaper pages, drop furniture, say what each part of the text is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import get_args

from kg.dates import find_date
from kg.home import home_of
from kg.layout import furniture, is_opening, is_stop, marks, media_pattern
from kg.lexicon import column
from kg.model import Article, Source, Span, Zone, ZoneKind
from kg.offsets import OffsetMap
from kg.places import prefix
from kg.restore import restore

__all__ = ["split"]

_ENDS = "。！？!?…；;，,、"
_HEADLINE = 70
_KINDS: tuple[ZoneKind, ...] = get_args(ZoneKind)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of one line of the restored text: what it is, and whether the whole line is that."""

    start: int
    end: int
    kind: ZoneKind | None  # not known yet: headline or body


def split(source: Source) -> list[Article]:
    """Restore a source and cut it into its articles.

    >>> source = Source("a.txt", "林牧之调研科技城\\n本报讯(记者 何松岩)3月2日，林牧之来到云溟科技城。\\n打印", "")
    >>> [article] = split(source)
    >>> [(zone.kind, article.text[zone.start:zone.end]) for zone in article.zones]
    [('headline', '林牧之调研科技城'), ('byline', '本报讯(记者 何松岩)'), ('body', '3月2日，林牧之来到云溟科技城。')]
    """
    text, offsets = restore(source.raw)
    lines = [_stripped(text, *match.span()) for match in re.finditer(r"[^\n]+", text)]
    lines = [(start, end) for start, end in lines if start < end]
    articles = []
    for group in _cut(text, lines):
        pieces = [piece for piece in _pieces(text, group) if piece.start < piece.end]
        if any(piece.kind in {None, "body"} for piece in pieces) or not articles:
            articles.append(_article(source, len(articles), text, offsets, pieces))
    return [article for article in articles if article.text] or articles[:1]


def _stripped(text: str, start: int, end: int) -> Span:
    line = text[start:end]
    return start + len(line) - len(line.lstrip()), start + len(line.rstrip())


def _is_title(line: str) -> bool:
    """May the line stand above an article?"""
    return len(line) <= _HEADLINE and line[-1] not in _ENDS and "。" not in line


def _cut(text: str, lines: list[Span]) -> list[list[Span]]:
    """The lines of each article: a new one begins with the titles above a line that opens as news items do."""
    starts = []
    last = 0
    for i, (start, end) in enumerate(lines):
        if not is_opening(text[start : min(end, start + 40)]):
            continue
        first = i
        while first > last and i - first < 5:
            line = text[slice(*lines[first - 1])]
            if is_stop(line) or not _is_title(line):
                break
            first -= 1
        starts.append(first)
        last = i + 1
    cuts = [0, *starts[1:], len(lines)]
    return [lines[a:b] for a, b in zip(cuts, cuts[1:], strict=False)] if lines else []


def _pieces(text: str, lines: list[Span]) -> list[_Piece]:
    """What is kept of the lines of one article, in order, and what it is where its words say so."""
    pieces: list[_Piece] = []
    for number, (start, end) in enumerate(lines):
        line = text[start:end]
        if furniture("tail").fullmatch(line) and number:
            break
        if not furniture("line").fullmatch(line):
            pieces.extend(_line(text, start, end, opening=not any(p.kind is None for p in pieces)))
    known = _titles(text, pieces)
    return [_Piece(*_stripped(text, p.start, p.end), k) for p, k in zip(pieces, known, strict=True)]


def _line(text: str, start: int, end: int, opening: bool) -> Iterator[_Piece]:
    """Cut one line at its furniture, its byline and its source line."""
    at = start
    for match in furniture("inline").finditer(text, start, end):
        yield from _marked(text, at, match.start(), opening and at == start)
        at = match.end()
    yield from _marked(text, at, end, opening and at == start)


_HEADER = re.compile(r"[^。\n]{0,120}?[,，]?\s*正文[:：]\s*")
_ORIGINAL = re.compile(r"(?:原标题|标题)\s*[:：]\s*")


def _marked(text: str, start: int, end: int, opening: bool) -> Iterator[_Piece]:
    start, end = _stripped(text, start, end)
    if start >= end:
        return
    for pattern, kind in marks("line"):
        if pattern.fullmatch(text, start, end):
            yield _Piece(start, end, _kind(kind))
            return
    if opening and (match := _HEADER.match(text, start, end)):
        header = text[start : match.end()].rsplit("正文", 1)[0].rstrip(" ,，")
        yield _Piece(start, start + len(header), "source")
        start = match.end()
    found: list[tuple[int, int, ZoneKind]] = []
    if match := _ORIGINAL.match(text, start, end):
        start = match.end()
        found.append((start, _title_end(text, start, end), "headline"))
    found.extend(_dispatches(text, start, end))
    for pattern, kind in marks("start"):
        if opening and (match := pattern.match(text, found[0][1] if found else start, end)):
            found.append((*match.span(), _kind(kind)))
    for pattern, kind in marks("any"):
        found.extend((*m.span(), _kind(kind)) for m in pattern.finditer(text, start, end))
    at = start
    for first, last, kind in _disjoint(text, start, found):
        if at < first:
            glued = opening and at == start and kind == "byline" and _is_title(text[at:first])
            yield _Piece(at, first, "headline" if glued and first - at < _HEADLINE else None)
        yield _Piece(first, last, kind)
        at = last
    if at < end:
        yield _Piece(at, end, None)


def _kind(name: str) -> ZoneKind:
    return next(kind for kind in _KINDS if kind == name)


def _disjoint(text: str, low: int, found: list[tuple[int, int, ZoneKind]]) -> Iterator[tuple[int, int, ZoneKind]]:
    """Marks in order, each byline with the medium before it; of two that overlap the first, then the longer."""
    at = low
    grown = [(_with_medium(text, low, a) if kind == "byline" else a, b, kind) for a, b, kind in found]
    for first, last, kind in sorted(grown, key=lambda f: (f[0], -f[1])):
        if first >= at and last > first:
            yield first, last, kind
            at = last


_TITLE_END = re.compile(r"(?<=[！!？?])(?![”’])|(?=(?:\d{4}年)?\d{1,2}月\d{1,2}日)|(?=近日|日前|本报讯)|$")


def _title_end(text: str, start: int, end: int) -> int:
    """Where a title ends that the text follows without a break: before the byline or the first date."""
    stops = [match.start() for match in _TITLE_END.finditer(text, start + 6, end)][:1] or [end]
    stops += [first for first, _, _ in _dispatches(text, start, min(end, start + 150))][:1]
    bare = (pattern for pattern, kind in marks("start") if kind == "byline")
    head = text[start : min(end, start + 150)]
    for pattern in bare:
        for i in (m.start() for m in re.finditer("记者|通讯员", head)):
            if pattern.match(text, start + i, end):
                stops.append(_with_medium(text, start, start + i))
    return min(stops)


_DISPATCH = re.compile(
    r"(?:(?P<day>(?:\d{4}年)?\d{1,2}月\d{1,2}日)(?:[\u4e00-\u9fff]{0,2}电|讯|消息|报道)|讯|综合消息|消息)"
    r"(?P<names>\s*[（(][^（）()。]{2,70}[）)])?"
)
_OWN = re.compile(r"(?:本报|本网|本台|本刊)[\u4e00-\u9fff]{0,6}$")
_NAMES_ONLY = re.compile(
    r"\s*[（(](?:[^（）()]{0,20}(?:记者|通讯员|实习生)[^（）()]*|[\u4e00-\u9fff·]{2,8}(?:[ 、，][\u4e00-\u9fff·]{2,8}){0,5})[）)]"
)
_REACH = 26


def _dispatches(text: str, start: int, end: int) -> Iterator[tuple[int, int, ZoneKind]]:
    """Where a news item is opened: a medium, perhaps a place and a day, 讯 or 电, perhaps names in brackets."""
    for match in _DISPATCH.finditer(text, start, end):
        first = _medium_before(text, start, match.start())
        if first is None:
            continue
        names = match["names"] is not None and _NAMES_ONLY.fullmatch(match["names"])
        spoken = match[0].startswith(("消息", "综合消息")) or match[0].endswith(("消息", "报道"))
        at_start = first == start or text[first - 1] in "\n。！？）)…摄 "
        if (at_start and first < start + 200) or (names and not spoken) or (match["day"] and "电" in match[0]):
            if spoken and not (first == start and text[match.end() : match.end() + 1] in "：:（( "):
                continue
            last = match.end() if names or not match["names"] else match.start("names")
            yield first, _with_reporter(text, last, end), "byline"


def _with_reporter(text: str, at: int, end: int) -> int:
    """The end of 讯 or 电 with the reporter that follows without brackets (本报讯 记者何松岩报道)."""
    for pattern, kind in marks("start"):
        if kind == "byline":
            space = re.compile(r"\s*").match(text, at, end)
            if space and (match := pattern.match(text, space.end(), end)):
                return match.end()
    return at


def _medium_before(text: str, low: int, at: int) -> int | None:
    """Where the medium begins that stands before ``at``, perhaps with a place between."""
    window = text[max(low, at - _REACH) : at]
    base = at - len(window)
    if match := _OWN.search(window):
        return base + match.start()
    found = [m for m in media_pattern().finditer(window) if _is_link(window[m.end() :])]
    if found:
        return base + found[0].start()
    for i in range(len(window) - 3):
        if _is_local(window[i:]):
            return base + i
    if base == low and re.fullmatch(
        r"[\u4e00-\u9fffA-Za-z]{2,14}(?:报|网|社|台|媒体|客户端|发布)[\u4e00-\u9fff]{0,4}", window
    ):
        return base
    return None


def _is_link(between: str) -> bool:
    """Is it what may stand between a medium and 讯: a place, a desk, another name of it in brackets?"""
    rest = re.sub(r"[（(][^（）()]{2,16}[）)]", "", between)
    rest = re.sub(r"(?:客户端|新闻|融媒体?|全媒体|新媒体|网|[·\s])+", "", rest)
    return len(rest) <= 4 and not re.search(r"[^\u4e00-\u9fff]", rest) and (not rest or prefix(rest) is not None)


@cache
def _suffixes() -> tuple[str, ...]:
    return tuple(sorted(column("media_suffixes", "suffix"), key=len, reverse=True))


def _is_local(name: str) -> bool:
    """A place and a word for a medium: 安阳融媒."""
    step = prefix(name)
    return step is not None and name[step[1] :] in _suffixes()


def _with_medium(text: str, low: int, at: int) -> int:
    """The start of a byline with the medium that stands right before it."""
    if text[at : at + 1] in "（(":
        return at
    window = text[max(low, at - 14) : at]
    stripped = window.rstrip()
    for i in range(len(stripped) - 1):
        if media_pattern().fullmatch(stripped, i) or _is_local(stripped[i:]):
            return at - len(window) + i
    return at


def _titles(text: str, pieces: list[_Piece]) -> list[ZoneKind]:
    """Whole lines before the first sentence, or after the last where none is before, are titles; the rest is body."""
    lines = [text[p.start : p.end] for p in pieces]
    title = [p.kind is None and _is_title(line) and _whole(text, p) for p, line in zip(pieces, lines, strict=True)]
    body = [i for i, p in enumerate(pieces) if p.kind is None and not title[i]]
    kinds: list[ZoneKind] = [p.kind or "body" for p in pieces]
    if not body:
        for i, _ in enumerate(pieces):
            if title[i] and i == next((j for j, t in enumerate(title) if t), -1) and sum(title) > 1:
                kinds[i] = "headline"
        return kinds
    heads = [i for i, t in enumerate(title) if t and i < body[0]]
    tails = [i for i, t in enumerate(title) if t and i > body[-1]]
    if not heads and "headline" not in kinds:
        heads = tails
    for i in heads:
        kinds[i] = "headline"
    for i, piece in enumerate(pieces):
        if kinds[i] == "body" and piece.kind is None and _is_caption(text, pieces, i):
            kinds[i] = "caption"
    return kinds


def _whole(text: str, piece: _Piece) -> bool:
    before, after = text[: piece.start].rstrip(" "), text[piece.end :].lstrip(" |")
    return (not before or before[-1] == "\n") and (not after or after[0] == "\n")


_CAPTION = re.compile(r"(?:上图|下图|左图|右图|图[为：:]|▲|△|图片说明)")


def _is_caption(text: str, pieces: list[_Piece], i: int) -> bool:
    line = text[pieces[i].start : pieces[i].end]
    if len(line) > 80 or "\n" not in text[: pieces[i].start][-2:]:
        return False
    return bool(_CAPTION.match(line))


def _article(source: Source, number: int, text: str, offsets: OffsetMap, pieces: list[_Piece]) -> Article:
    parts: list[str] = []
    maps: list[OffsetMap] = []
    zones: list[Zone] = []
    length = at = 0
    for piece in pieces:
        if zones:
            gap = _gap(text, at, piece.start)
            parts.append(text[slice(*gap)])
            maps.append(offsets.slice(*gap))
            length += gap[1] - gap[0]
        parts.append(text[piece.start : piece.end])
        maps.append(offsets.slice(piece.start, piece.end))
        zones.append(Zone(piece.kind or "body", length, length + piece.end - piece.start))
        length += piece.end - piece.start
        at = piece.end
    whole = "".join(parts)
    headline = _headline(source, number, whole, zones)
    medium = _medium(source, whole, zones)
    return Article(
        doc=source.doc,
        number=number,
        text=whole,
        offsets=OffsetMap.concat(maps),
        zones=tuple(zones),
        headline=headline,
        medium=medium,
        published=_published(source, whole, zones),
        home=home_of(whole, zones, medium),
    )


def _gap(text: str, start: int, end: int) -> Span:
    """White space that stays between two pieces: of what was between them the first line end, or the first space."""
    between = text[start:end]
    for space in ("\n", " "):
        if (i := between.find(space)) >= 0:
            return start + i, start + i + 1
    return start, start


def _headline(source: Source, number: int, text: str, zones: list[Zone]) -> str | None:
    titles = [text[z.start : z.end] for z in zones if z.kind == "headline"]
    if source.title and number == 0:
        return source.title
    return " ".join(titles) or None


_SOURCE = re.compile(r"(?:来源|稿源|转自|本文转自|转载自|原载|出处)\s*[:：]\s*")
_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z+·]{2,16}")


def _medium(source: Source, text: str, zones: list[Zone]) -> str | None:
    """The medium that a source line names, else the record, else the byline."""
    for zone in zones:
        if zone.kind == "source" and (match := _SOURCE.search(text, zone.start, zone.end)):
            known = media_pattern().match(text, match.end(), zone.end)
            name = _NAME.match(text, match.end(), zone.end)
            if name and known and not name[0].removeprefix(known[0]).startswith(("客户端", "新闻")):
                return known[0]
            if name:
                return name[0].removesuffix("客户端")
    if source.medium:
        return source.medium
    for zone in zones:
        if zone.kind == "byline" and (name := _byline_medium(text[zone.start : zone.end])):
            return name
    return None


def _byline_medium(byline: str) -> str | None:
    if match := media_pattern().search(byline):
        return match[0]
    for i in range(min(len(byline), 12)):
        for suffix in _suffixes():
            step = prefix(byline[i:])
            if step and byline.startswith(suffix, i + step[1]):
                return byline[i : i + step[1] + len(suffix)]
    return None


def _published(source: Source, text: str, zones: list[Zone]) -> str | None:
    for kinds in (("source",), ("byline",)):
        for zone in zones:
            if zone.kind in kinds and (found := find_date(text[zone.start : zone.end])):
                return found
    return find_date(source.date) if source.date else None
