"""What the parts of a line are by their words: titles, bylines with their medium, source lines."""

import re
from collections.abc import Iterator
from functools import cache

from kg.layout import HAN, marks, media_pattern, media_suffix_pattern, names_pattern, role_pattern, sign
from kg.model import ZoneKind
from kg.places import prefix

__all__ = ["Mark", "is_title", "marked", "medium_of"]

Mark = tuple[int, int, ZoneKind | None]
"""A part of a line, ``[start, end)``, and what it is, ``None`` where only its place can tell."""

_ENDS = "。！？!?…；;，,、：:"
_TITLE = 60
_CALL = 14
_STUB = 6  # a place or a garbled medium before reporters in brackets


def is_title(line: str) -> bool:
    """May the line stand above an article?

    >>> is_title("林牧之调研科技城"), is_title("林牧之来到科技城。")
    (True, False)
    """
    return len(line) <= _TITLE and line[-1] not in _ENDS and "。" not in line and not sign("no title").match(line)


def marked(text: str, start: int, end: int, opening: bool) -> Iterator[Mark]:
    """Cut a part of a line, ``text[start:end]``, into marks.

    Args:
        opening: whether no sentence of the article stands before it.
    """
    if opening and (match := sign("header").match(text, start, end)):
        header = text[start : match.end()].rsplit("正文", 1)[0].rstrip(" ,，")
        yield from _carved(text, start, start + len(header))
        start = match.end()
    for pattern, kind in marks("line"):
        if pattern.fullmatch(text, start, end):
            yield from _carved(text, start, end) if kind == "source" else [(start, end, kind)]
            return
    found: list[tuple[int, int, ZoneKind]] = []
    original = sign("original title").match(text, start, end)
    start = original.end() if original else start
    if (original or opening) and (twice := _TWICE.match(text, start, end)):
        start = twice.start(2)
        found.append((start, twice.end(), "headline"))
    elif original and (title := _title_end(text, start, end)) > start:
        found.append((start, title, "headline"))
    found.extend(_dispatches(text, start, end))
    found.extend(_reporters(text, start, end))
    for pattern, kind in marks("start"):
        if opening and (match := pattern.match(text, found[0][1] if found else start, end)):
            found.append((*match.span(), kind))
    for pattern, kind in marks("any"):
        found.extend((*m.span(), kind) for m in pattern.finditer(text, start, end))
    for pattern, kind in marks("after"):
        found.extend((*m.span(), kind) for m in pattern.finditer(text, start, end) if _is_after(text, *m.span(), end))
    found.extend(_signatures(text, start, end))
    at = start
    for first, last, kind in _disjoint(text, start, found):
        if at == start and kind == "byline" and first - at <= _STUB and text[first] in "（(":
            first = at
        elif at < first:
            head = opening and at == start and kind == "byline"
            yield at, first, _before_byline(text, at, first, last) if head else None
        yield first, last, kind
        at = last
    if at < end:
        yield at, end, None


def _carved(text: str, start: int, end: int) -> Iterator[Mark]:
    """A source line with the bylines in it as bylines."""
    found = [m.span() for pattern, _ in marks("after") for m in pattern.finditer(text, start, end)]
    found += [(first, last) for first, last, _ in _reporters(text, start, end)]
    at = start
    for first, last in sorted(found):
        if first >= at:
            yield at, first, "source"
            yield first, last, "byline"
            at = last
    yield at, end, "source"


def _before_byline(text: str, start: int, first: int, last: int) -> ZoneKind | None:
    """What stands before the byline ``text[first:last]`` in the line that opens an article."""
    if not is_title(text[start:first]):
        return None
    return "caption" if text[first:last].rstrip("）)").endswith("摄") else "headline"


def _disjoint(text: str, low: int, found: list[tuple[int, int, ZoneKind]]) -> Iterator[tuple[int, int, ZoneKind]]:
    """Marks in order, each byline with the medium before it; of two that overlap the first, then the longer."""
    at = low
    grown = [(_with_medium(text, low, a) if kind == "byline" else a, b, kind) for a, b, kind in found]
    for first, last, kind in sorted(grown, key=lambda f: (f[0], -f[1])):
        if first >= at and last > first:
            yield first, last, kind
            at = last


_TWICE = re.compile(r"(.{8,60}?)\s*(\1)")


def _title_end(text: str, start: int, end: int) -> int:
    """Where a title ends that the text follows without a break: before the byline or the first date; if it does."""
    signed = [first for first, _, _ in _dispatches(text, start, min(end, start + 150))][:1]
    signed += [first for first, _, _ in _reporters(text, start, end)][:1]
    # 点亮假期！云溟科学营开营: a short call is seldom all of the title.
    for least in (_CALL, _STUB):
        ends = sign("title ends").search(text, start + least, end)
        stop = min([ends.start() if ends else end, *signed])
        if stop - start <= _TITLE and not sign("title goes on").search(text, start, stop):
            return stop
    return start


_REPORTER = re.compile("记者|通讯员|实习生")
_DAY = re.compile(r"\s*\d{1,2}月\d{1,2}日")
_HEAD = 400


def _reporters(text: str, start: int, end: int) -> Iterator[tuple[int, int, ZoneKind]]:
    """Reporters without brackets near the start, after a medium or a break (安阳融媒记者何松岩 3月2日)."""
    for match in _REPORTER.finditer(text, start, min(end, start + _HEAD)):
        first = _with_medium(text, start, match.start())
        broken = first < match.start() or first == start or text[first - 1] in "\n。！？）)… "
        last = _named_at(text, match.start(), end)
        if last and (broken or _DAY.match(text, last, end)):
            yield first, last, "byline"


def _named_at(text: str, at: int, end: int) -> int:
    """Where the reporters end that are named without brackets from a place on, 0 where none are."""
    found = (pattern.match(text, at, end) for pattern, kind in marks("start") if kind == "byline")
    return max((match.end() for match in found if match), default=0)


_SENTENCE_END = "。！？!?”）)】…*|"


def _is_after(text: str, first: int, last: int, end: int) -> bool:
    before = text[max(0, first - 40) : first].rstrip()
    return not before or before[-1] in _SENTENCE_END or before[-1] == "\n" or last == end


_NO_SENTENCE = re.compile(f"[^{_SENTENCE_END}\n]{{2,120}}$")
_RARE_NAME = re.compile(f"{HAN}{{2,3}}$")


def _signatures(text: str, start: int, end: int) -> Iterator[tuple[int, int, ZoneKind]]:
    """Who signs at the end of a line, with roles but without colons: 云溟日报记者 何松岩 编辑 林牧之."""
    last = _NO_SENTENCE.search(text, max(start, end - 130), end)
    if last is None or last.start() == start:
        return
    roles = list(role_pattern().finditer(text, last.start(), end))
    if not roles or not sign("next signature").fullmatch(text, last.start(), roles[0].start()):
        return
    for role, after in zip(roles, [*roles[1:], None], strict=True):
        at, stop = role.end(), after.start() if after else end
        names = names_pattern().match(text, at, stop) or _RARE_NAME.match(text, at, stop)
        rest = names.end() if names else at
        if after and (names or at == stop) and sign("next signature").fullmatch(text, rest, stop):
            continue
        if not names or after or text[rest:end].strip(" |/摄文图影报道整理编译"):
            return
    yield last.start(), end, "byline"


_REACH = 26


def _dispatches(text: str, start: int, end: int) -> Iterator[tuple[int, int, ZoneKind]]:
    """Where a news item is opened: a medium, perhaps a place and a day, 讯 or 电, perhaps names in brackets."""
    for match in sign("dispatch").finditer(text, start, end):
        wired = match["day"] is not None and not match[0].startswith(match["day"] + "消息")
        first = _medium_before(text, start, match.start(), wired, match["names"] is not None)
        if first is None or sign("cited").search(text, max(start, first - 10), first):
            continue
        spoken = "消息" in match[0] or "报道" in match[0]
        at_start = first == start or text[first - 1] in "\n。！？）)…摄 "
        if spoken and not (wired or (first == start and text[match.end() : match.end() + 1] in "：:（( ")):
            continue
        if (at_start and first < start + 200) or (match["names"] and not spoken) or (wired and first < start + 200):
            named = _named_at(text, match.end() + text.startswith(" ", match.end()), end)  # 本报讯 记者何松岩
            yield first, named or match.end() + text.startswith(("：", ":"), match.end()), "byline"


def _medium_before(text: str, low: int, at: int, wired: bool, bracketed: bool) -> int | None:
    """Where the medium begins that stands before ``at``, perhaps with a place between, of any name before a day.

    Before names in brackets the word for a medium is enough (早报讯).
    """
    window = text[max(low, at - _REACH) : at]
    base = at - len(window)
    if match := sign("own").search(window):
        return base + match.start()
    found = [m for m in media_pattern().finditer(window) if _is_link(window[m.end() :], wired)]
    if found:
        return base + found[0].start()
    if base == low and sign("unknown medium").fullmatch(window):
        return base
    last = sign("end of a medium").search(window) if bracketed else None
    return base + last.start() if last else None


def _is_link(between: str, wired: bool) -> bool:
    """Is it what may stand between a medium and 讯: a place, a desk, another name of it in brackets?"""
    rest = sign("desk").sub("", between)
    if re.search(r"[^\u4e00-\u9fff]", rest):
        return False
    return not rest or (wired and len(rest) <= 9) or (len(rest) <= 4 and prefix(rest) is not None)


def _local(text: str) -> str:
    """The place and the word for a medium that a text begins with: 安阳融媒."""
    step = prefix(text)
    match = media_suffix_pattern().match(text, step[1]) if step else None
    return text[: match.end()] if match else ""


def _with_medium(text: str, low: int, at: int) -> int:
    """The start of a byline with the medium that stands right before it."""
    if text[at : at + 1] in "（(":
        return at
    window = text[max(low, at - 14) : at]
    stripped = window.rstrip()
    base = at - len(window)
    for i in range(len(stripped) - 1):
        known = media_pattern().match(stripped, i)
        if (known and not sign("desk").sub("", stripped[known.end() :])) or stripped[i:] == _local(stripped[i:]):
            return base + i
    lead = sign("rank").search(stripped)
    return base + lead.start() if lead else at


def medium_of(byline: str) -> str | None:
    """The medium that a byline names.

    >>> medium_of("云溟日报全媒体记者 何松岩"), medium_of("科技日报记者 何松岩"), medium_of("本报记者 何松岩")
    ('云溟日报', '科技日报', None)
    """
    if match := media_pattern().search(byline):
        return match[0]
    for i in range(min(len(byline), 12)):
        if local := _local(byline[i:]):
            return ("中国" if byline[:i].endswith("中国") else "") + local
    unlisted = _unlisted_medium().match(byline)
    return unlisted[0] if unlisted else None


@cache
def _unlisted_medium() -> re.Pattern[str]:
    """The name of a medium that no list knows, at the head of a byline: 云溟日报讯, 云溟日报记者."""
    return re.compile(
        rf"(?!本|记者|通讯){HAN}{{2,6}}?(?:{media_suffix_pattern().pattern})(?=讯|电|客户端|全媒体|融媒|记者|\d)"
    )
