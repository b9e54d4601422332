"""From a source to its articles: cut newspaper pages, drop furniture, say what each part of the text is."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from kg.bylines import Mark, is_title, marked, medium_of
from kg.dates import find_date
from kg.home import home_of
from kg.layout import is_opening, is_stop, media_pattern, names_pattern, sign
from kg.lexicon import column
from kg.model import Article, Source, Span, Zone, ZoneKind
from kg.offsets import OffsetMap
from kg.restore import restore, without_traditional

__all__ = ["split"]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of one line of the restored text, what it is, and whether nothing else of the line is kept."""

    start: int
    end: int
    kind: ZoneKind | None  # None: its place will tell whether it is a headline or body
    alone: bool = True


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
    articles: list[Article] = []
    for group in _cut(text, lines):
        pieces = [piece for piece in _pieces(text, group) if piece.start < piece.end]
        if any(piece.kind in {None, "body"} for piece in pieces) or not articles:
            articles.append(_article(source, len(articles), text, offsets, pieces))
    return _shared([article for article in articles if article.text])


def _shared(articles: list[Article]) -> list[Article]:
    """What some articles of a page say and none denies holds for all: the day, and where most are at home.

    So do the day and the medium of the page's head.
    """
    head = articles[0] if articles and articles[0].zones[0].kind == "source" else None
    homes = {article.home.name: article.home for article in articles if article.home}
    days = {article.published for article in articles if article.published}
    day = days.pop() if len(days) == 1 else head.published if head else None
    medium = head.medium if head else None
    home = None
    if len(homes) == 1 and 2 * sum(article.home is not None for article in articles) >= len(articles):
        [home] = homes.values()
        home = replace(home, why=f"the other articles of the page: {home.why}")
    return [replace(a, home=a.home or home, published=a.published or day, medium=a.medium or medium) for a in articles]


_PROSE = 80
_MARGIN = " \n|｜丨"


def _stripped(text: str, start: int, end: int) -> Span:
    line = text[start:end]
    kept = line.strip(_MARGIN)
    first = line.find(kept) if kept else 0
    return start + first, start + first + len(kept)


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
            if is_stop(line) or not is_title(line):
                break
            first -= 1
        starts.append(first)
        last = i + 1
    cuts = [0, *starts[1:], len(lines)]
    return [lines[a:b] for a, b in pairwise(cuts)] if lines else []


def _pieces(text: str, lines: list[Span]) -> list[_Piece]:
    """What is kept of the lines of one article, in order, and what it is where its words say so."""
    pieces: list[_Piece] = []
    opening, related = True, False
    for start, end in lines:
        line = text[start:end]
        if sign("tail", "furniture").fullmatch(line):
            related = True
        related = related and not (end - start > _PROSE and "。" in line)  # the article goes on after the list
        if related or sign("line", "furniture").fullmatch(line):
            continue
        parts = list(_line(text, start, end, opening))
        pieces.extend(_Piece(*part, alone=len(parts) == 1) for part in parts)
        opening = opening and not any(kind is None and not is_title(text[a:b]) for a, b, kind in parts)
    return _titled(text, pieces)


def _line(text: str, start: int, end: int, opening: bool) -> Iterator[Mark]:
    """Cut one line at its furniture, its byline and its source line."""
    at = start
    for match in [*sign("inline", "furniture").finditer(text, start, end), None]:
        first, last = _stripped(text, at, match.start() if match else end)
        if first < last:
            yield from marked(text, first, last, opening and at == start)
        at = match.end() if match else end


def _titled(text: str, pieces: list[_Piece]) -> list[_Piece]:
    """Whole lines before the first sentence, or after the last where none is before, are titles; the rest is body."""
    title = [p.kind is None and p.alone and is_title(text[p.start : p.end]) for p in pieces]
    body = [i for i, p in enumerate(pieces) if p.kind is None and not title[i]]
    if body:
        chosen = {i for i, t in enumerate(title) if t and i < body[0]}
        if not chosen and not any(p.kind == "headline" for p in pieces):
            chosen = {i for i, t in enumerate(title) if t and i > body[-1]}
    else:  # nothing but short lines: the first is the title
        chosen = {i for i in [title.index(True)] if sum(title) > 1} if any(title) else set()
    done = []
    for i, piece in enumerate(pieces):
        caption = piece.alone and piece.end - piece.start <= _PROSE and sign("caption").match(text, piece.start)
        kind = piece.kind or ("headline" if i in chosen else "caption" if caption else "body")
        done.append(_Piece(*_stripped(text, piece.start, piece.end), kind))
    return done


def _article(source: Source, number: int, text: str, offsets: OffsetMap, pieces: list[_Piece]) -> Article:
    parts: list[str] = []
    maps: list[OffsetMap] = []
    zones: list[Zone] = []
    length = at = 0
    for piece in pieces:
        if zones and at < piece.start:
            parts.append("\n" if text[at : piece.start].strip(" ") else " ")
            maps.append(OffsetMap([offsets.starts[at]], [offsets.ends[piece.start - 1]]))
            length += 1
        parts.append(text[piece.start : piece.end])
        maps.append(offsets.slice(piece.start, piece.end))
        zones.append(Zone(piece.kind or "body", length, length + piece.end - piece.start))
        length += piece.end - piece.start
        at = piece.end
    whole = "".join(parts)
    said: dict[ZoneKind, list[str]] = defaultdict(list)
    for zone in zones:
        said[zone.kind].append(whole[zone.start : zone.end])
    medium = _medium(source, said)
    return Article(
        doc=source.doc,
        number=number,
        text=whole,
        offsets=OffsetMap.concat(maps),
        zones=tuple(zones),
        headline=_headline(source, number, whole, zones),
        medium=medium,
        published=_published(source, said),
        home=home_of(whole, zones, medium),
    )


def _headline(source: Source, number: int, text: str, zones: list[Zone]) -> str | None:
    """The record's own title, or the first titles that stand together."""
    if source.title and number == 0:
        return restore(without_traditional(f"{source.title}\n{source.raw}")[0][: len(source.title)])[0]
    runs = groupby(zones, lambda zone: zone.kind)
    titles = ([text[zone.start : zone.end] for zone in run] for kind, run in runs if kind == "headline")
    return " ".join(next(titles, [])) or None


def _medium(source: Source, said: Mapping[ZoneKind, list[str]]) -> str | None:
    """The medium that a source line names, else the record, else the byline, else the portal that the page is from."""
    for line in said["source"]:
        if match := sign("source").search(line):
            known = media_pattern().match(line, match.end())
            name = sign("source name").match(line, match.end())
            if not name or name[0] in column("not_media", "name") or (not known and _is_person(name[0])):
                continue
            if known and not name[0].removeprefix(known[0]).startswith(("客户端", "新闻")):
                return known[0]
            return name[0].removesuffix("客户端")
        if dated := sign("dated paper").match(line):
            return dated[1]
    if source.medium:
        return restore(source.medium)[0]
    lines = [*said["byline"], *said["source"]]
    if named := next(filter(None, map(medium_of, lines)), None):
        return named
    portal = sign("portal").search(source.raw)  # which has no reporters of its own
    return portal[1] if portal and "记者" not in source.raw else None


def _is_person(name: str) -> bool:
    """Whether what a source line names is who wrote (来源：林牧之)."""
    return len(name) == 3 and name[-1] not in "网报社台刊视线讯闻" and bool(names_pattern().fullmatch(name))


def _published(source: Source, said: Mapping[ZoneKind, list[str]]) -> str | None:
    addresses = sign("address").findall(source.raw)
    titled = sign("date in title").findall("\n".join(said["headline"]))
    dates = map(find_date, [*said["source"], *said["byline"], source.date or "", *addresses, *titled])
    return next(filter(None, dates), None)
