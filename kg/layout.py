"""What a page has around its text: furniture, bylines and source lines, as patterns kept in the lexicons."""

import re
from functools import cache
from typing import get_args

from kg.lexicon import column
from kg.model import ZoneKind

__all__ = ["furniture", "is_opening", "is_stop", "marks", "media_pattern", "surname_pattern"]

_KINDS: dict[str, ZoneKind] = {kind: kind for kind in get_args(ZoneKind)}
HAN = "[\u4e00-\u9fff]"
_MACRO = re.compile(r"\{([a-z]+)\}")
_SEPARATOR = r"[ 、，,/|]{1,3}"
_ENDING = r"(?:\s*(?:[/／]\s*)?(?:文/图|图/文|摄影报道|报道|综合|摄|文|图))?"


@cache
def surname_pattern() -> str:
    """A pattern for one surname."""
    names = sorted(column("surnames", "surname"), key=len, reverse=True)
    double = [name for name in names if len(name) > 1]
    return f"(?:{'|'.join(double)}|[{''.join(name for name in names if len(name) == 1)}])"


@cache
def media_pattern() -> re.Pattern[str]:
    """A pattern for the name of a known medium, the longest first."""
    return re.compile("|".join(re.escape(n) for n in sorted(column("media", "name"), key=lambda n: (-len(n), n))))


@cache
def _macros() -> dict[str, str]:
    name = f"(?:{surname_pattern()}{HAN}{{1,2}}|{HAN}{{2,6}}·{HAN}{{2,8}})"
    names = f"{name}(?:{_SEPARATOR}{name}){{0,11}}"
    role = "(?:[\u4e00-\u9fffA-Za-z·]{0,16}?(?:记者|通讯员|特派员|评论员|报道员|实习生|撰稿人))"
    worded = f"{name}(?:[/／](?:文|图|摄))?(?:{_SEPARATOR}(?:{name})(?:[/／](?:文|图|摄))?){{0,11}}"
    several = f"{role}\\s*[:：]?\\s*{worded}(?:(?:\\s*[、，,/|；;]\\s*|\\s+){role}\\s*[:：]?\\s*{worded}){{0,5}}"
    credit = (
        "(?:责任编辑|责编|编辑|校对|审校|审核|监制|终审|初审|复审|作者|撰文|撰稿|文字|摄影|摄像|图片|供稿|来稿|编审|主编|"
        "统筹|策划|制作|剪辑|美编|版式|投稿|通讯员|记者|编审|签发|审签|值班编委|值班主任|一审|二审|三审)"
    )
    credit_names = f"{credit}\\s*[:：/]\\s*{names}"
    return {
        "name": name,
        "names": names,
        "role": role,
        "bare": several + _ENDING,
        "paren": several + _ENDING,
        "credits": f"{credit_names}(?:\\s*[|丨/；;，,、]?\\s*{credit_names}){{0,9}}",
        "day": r"(?:\d{2,4}年)?\d{1,2}月\d{1,2}日",
        "mark": r"[■●◆▲□◎★☆]\s*",
        "medium": f"(?:{media_pattern().pattern})",
    }


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_MACRO.sub(lambda m: f"(?:{_macros()[m[1]]})", pattern))


@cache
def furniture(kind: str) -> re.Pattern[str]:
    """One pattern for all furniture of a kind: a whole ``line``, a line that starts a ``tail``, or ``inline``."""
    pairs = zip(column("furniture", "pattern"), column("furniture", "kind"), strict=True)
    return re.compile("|".join(f"(?:{pattern})" for pattern, k in pairs if k == kind))


@cache
def marks(where: str) -> tuple[tuple[re.Pattern[str], ZoneKind], ...]:
    """The patterns, with the kind of zone they make, for a whole ``line``, its ``start``, or ``any`` part of it."""
    columns = (column("bylines", key) for key in ("pattern", "where", "kind"))
    return tuple((_compiled(p), _KINDS[kind]) for p, place, kind in zip(*columns, strict=True) if place == where)


_OPENING = re.compile(
    r"(?:本报|本网|本台|本刊)[\u4e00-\u9fff]{0,6}(?:\d{1,2}月\d{1,2}日)?(?:讯|电|消息)(?=[\s（(记]|$)"
)
_DISPATCH = re.compile(r"[\u4e00-\u9fffA-Za-z（）()]{2,20}(?:\d{1,2}月\d{1,2}日)?(?:讯|电)\s*[（(]")


def is_opening(line: str) -> bool:
    """Does the line start as a news item does?

    >>> is_opening("本报讯（记者 何松岩）3月2日，"), is_opening("本报讯者")
    (True, False)
    """
    return bool(_OPENING.match(line) or _DISPATCH.match(line))


def is_stop(line: str) -> bool:
    """Is the line no part of a running sentence: furniture, a byline, a source line, the start of a news item?"""
    if is_opening(line) or furniture("line").fullmatch(line) or furniture("tail").fullmatch(line):
        return True
    head = line[:200]
    return any(p.fullmatch(line) for p, _ in marks("line")) or any(p.match(head) for p, _ in marks("start"))
