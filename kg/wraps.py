"""Lines as they were before a page was set: sentences cut by line ends and by page heads are whole again."""

import re
from collections.abc import Sequence
from functools import cache

from kg.layout import is_apart, is_stop, sign
from kg.offsets import Edit, OffsetMap, edit
from kg.regexes import Guarded

__all__ = ["without_page_heads", "without_wraps"]

_BREAK = re.compile(r"(?<! ) *\n\s*")
_SENTENCE_END = re.compile("[。！？!?…]")
_CLAUSE_END = re.compile("[，,。；！？]")
_ITEM = re.compile(r"\d{1,3}[.、．](?!\d)|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]")
_NARROW = re.compile("[\0-\u2e7f]")
_PROSE = 60
_COLUMN = 24  # cells of the narrowest column
_NEAR = 4  # lines on either side that a line of a column is compared with
_ALIKE = 3  # lines of one width that make a column


def _goes_on(before: str, after: str, ends: str = "，,、；“《（(—") -> bool:
    """May a sentence run from one line to the other?"""
    if not before or not after or after[0] in "（([【■●◆▲-—*#|>" or _ITEM.match(after):
        return False
    return (before[-1].isalnum() or before[-1] in ends) and not is_apart(before) and not is_stop(after)


@cache
def _page_heads() -> tuple[re.Pattern[str], dict[str, Guarded]]:
    """Neighbouring lines of page heads, and the parts of them by kind."""
    parts = {kind: sign(kind, "page_heads") for kind in ("alone", "beside", "day", "number")}
    line = f"[^\\S\\n]*(?:(?:{'|'.join(part.pattern for part in parts.values())})[ |｜，,]*){{1,6}}"
    return re.compile(f"^{line}(?:\\n\\s*{line})*$", re.MULTILINE), parts


def without_page_heads(text: str) -> tuple[str, OffsetMap]:
    r"""Remove page numbers and running heads; between sentences, one that tells a new day stays.

    >>> without_page_heads("会议要求，各部门加快推\n- 2 -\n云溟日报 2023年5月6日 星期六\n动重点项目，抓紧落实。")[0]
    '会议要求，各部门加快推动重点项目，抓紧落实。'
    """
    edits: list[Edit] = []
    known: set[str] = set()
    heads, parts = _page_heads()
    for match in heads.finditer(text) if "\n" in text else ():
        found = {kind: part.findall(match[0]) for kind, part in parts.items()}
        if not found["alone"] and not (found["beside"] and sum(map(len, found.values())) > 1):
            continue
        before = text[max(0, match.start() - _PROSE) : match.start()].rstrip()
        after = text[match.end() : match.end() + _PROSE].lstrip()
        cut = _goes_on(before.split("\n")[-1], after.split("\n")[0])
        if cut and _CLAUSE_END.search(before) and _CLAUSE_END.search(after):
            start = len(text[: match.start()].rstrip())
            edits.append((start, len(text) - len(text[match.end() :].lstrip()), ""))
        elif known.issuperset(found["day"]):
            edits.append((*match.span(), ""))
        known.update(found["day"])
    return edit(text, edits)


def _width(line: str) -> int:
    return 2 * len(line) - len(_NARROW.findall(line))


def _in_column(lines: Sequence[str]) -> list[bool]:
    """Which lines are as long as those around them, as in a column of fixed width where most end in mid-sentence?"""
    widths = list(map(_width, lines))
    found = []
    for i, line in enumerate(lines):
        around = range(max(0, i - _NEAR), min(len(lines), i + _NEAR + 1))
        alike = [j for j in around if abs(widths[j] - widths[i]) <= 3 or abs(len(lines[j]) - len(line)) <= 1]
        column = widths[i] >= _COLUMN and len(alike) >= _ALIKE
        cut = sum(lines[j][-1].isalnum() or lines[j][-1] in "，、；“《（—" for j in alike)
        prose = sum(_CLAUSE_END.search(lines[j]) is not None for j in alike)
        found.append(column and cut * 2 > len(alike) and prose * 3 >= len(alike))
    return found


def _is_cut(before: str, after: str) -> bool:
    """Does prose end in mid-sentence, and prose follow?"""
    full = len(before) >= _PROSE or _SENTENCE_END.search(before)
    within = full and _CLAUSE_END.search(before) and _CLAUSE_END.search(after)
    return bool(within) or before.endswith(("，", "、", "；", "“", "《"))


def _must_go_on(before: str, after: str) -> bool:
    """Does a line begin with what only closes, or end within a title or bracket that the next one closes?"""
    if before.endswith(("（", "(", "“", "《")) or after.startswith(
        ("，", "、", "；", "。", "）", ")", "”", "》", ",", ";")
    ):
        return True
    tail = before[-_PROSE:]
    return any(tail.rfind(a) > tail.rfind(b) and after[:_PROSE].find(b) > -1 for a, b in ("《》", "（）", "()"))


def without_wraps(text: str) -> tuple[str, OffsetMap]:
    r"""Join lines, also over blank ones, where the text goes on in mid-sentence.

    >>> without_wraps("何松岩要求，要提升服务。要优化环境，建好人才\n\n公寓，推动规划落地。")[0]
    '何松岩要求，要提升服务。要优化环境，建好人才公寓，推动规划落地。'
    """
    breaks = list(_BREAK.finditer(text))
    edges = [0, *(edge for match in breaks for edge in match.span()), len(text)]
    lines = [text[a:b] or " " for a, b in zip(edges[::2], edges[1::2], strict=True)]
    column = _in_column(lines)
    edits = []
    before = lines[0]
    for i, (match, after) in enumerate(zip(breaks, lines[1:], strict=True)):
        must = before != " " and after != " " and _must_go_on(before, after)
        if column[i]:  # the end of a full line is seldom the end of a paragraph
            prose = column[i + 1] or _CLAUSE_END.search(after)
            joined = _goes_on(before, after, "，,、；“《（(—：:" + "。！？”）" * bool(prose))
        else:
            joined = _is_cut(before, after) and _goes_on(before, after)
        if must or joined:
            words = before[-1].isascii() and before[-1].isalpha() and after[0].isascii() and after[0].isalnum()
            edits.append((*match.span(), " " if words else ""))
            before = before[-_PROSE * 4 :] + after
        else:
            before = after
    return edit(text, edits)
