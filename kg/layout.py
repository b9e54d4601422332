"""What a page has around its text: furniture, bylines and source lines, as patterns kept in the lexicons."""

import re
from collections.abc import Mapping
from functools import cache
from typing import get_args

from kg.lexicon import column, either, table
from kg.model import ZoneKind
from kg.regexes import Guarded

__all__ = ["is_apart", "is_opening", "is_stop", "marks", "media_pattern", "media_suffix_pattern", "names_pattern"]
__all__ += ["role_pattern", "sign", "surname_pattern"]

_KINDS: dict[str, ZoneKind] = {kind: kind for kind in get_args(ZoneKind)}
HAN = "[\u4e00-\u9fff]"
_MACRO = re.compile(r"\{([a-z]+)\}")
_SEPARATOR = r"[ 、，,/|]{1,3}"
_ENDING = r"(?:\s*(?:[/／]\s*)?(?:文/图|图/文|摄影报道|整理报道|报道|综合|摄|文|图))?"


@cache
def surname_pattern() -> str:
    """A pattern for one surname."""
    return f"(?:{either(column('surnames', 'surname'))})"


@cache
def media_pattern() -> re.Pattern[str]:
    """A pattern for the name of a known medium."""
    return re.compile(either(column("media", "name")))


@cache
def media_suffix_pattern() -> re.Pattern[str]:
    """A pattern for what follows a place in the name of a medium."""
    return re.compile(either(column("media_suffixes", "suffix")))


def _roles(kind: str) -> str:
    return f"(?:{either(row['role'] for row in table('byline_roles') if row['kind'] == kind)})"


@cache
def _macros() -> dict[str, str]:
    given = f"(?:(?!{_roles('credit')}\\s*[:：|丨｜]){HAN}){{1,2}}"  # 编辑：何松岩监制：林牧之
    name = f"(?:{surname_pattern()}{given}(?:[（(]实习[）)])?|{HAN}{{2,6}}·{HAN}{{2,8}})"
    # A rare surname, where spaces say where the name ends; it never overlaps with a name, or matching explodes.
    token = f"(?:(?!{surname_pattern()}|{_roles('reporter')}|{_roles('credit')}){HAN}{{2,3}}(?=[ 、]))"
    names = f"(?:{token}[ 、]{{1,3}}){{0,3}}?{name}(?:{_SEPARATOR}(?:{name}|{token})){{0,11}}"
    role = f"(?:[\u4e00-\u9fffA-Za-z·、/／《》+-]{{0,16}}?{_roles('reporter')})"
    medium = r"(?:[/／](?:文|图|摄))?"
    worded = f"{name}{medium}(?:{_SEPARATOR}(?:{name}|{token}){medium}){{0,11}}"
    several = f"{role}\\s*[:：|]?\\s*{worded}(?:(?:\\s*[、，,/|；;]\\s*|\\s*){role}\\s*[:：|]?\\s*{worded}){{0,5}}"
    credit = f"{_roles('credit')}\\s*[:：/|丨｜]\\s*{names}"
    return {
        "names": names,
        "reporter": role,
        "bare": several + _ENDING,
        "credits": f"{credit}(?:\\s*[|丨/；;，,、]?\\s*{credit}){{0,9}}",
        "day": r"(?:\d{2,4}年)?\d{1,2}月\d{1,2}日",
        "mark": r"[■●◆▲□◎★☆]\s*",
        "role": _roles("credit"),
        "medium": f"(?:{media_pattern().pattern})",
    }


@cache
def names_pattern() -> re.Pattern[str]:
    """A pattern for the names of several people."""
    return re.compile(_macros()["names"])


@cache
def role_pattern() -> re.Pattern[str]:
    """A pattern for what somebody did for the article: 记者, 编辑, with the colon after it."""
    return re.compile(f"(?:{either(column('byline_roles', 'role'))})[\\s:：/|丨]*")


@cache
def sign(kind: str, lexicon: str = "page_signs") -> Guarded:
    """One pattern for all of a kind in a lexicon of patterns: of ``furniture`` a whole ``line``, a ``tail``, ….

    >>> bool(sign("line", "furniture").fullmatch("打印"))
    True
    """
    rows = [row["pattern"] for row in table(lexicon) if row["kind"] == kind]
    return Guarded("|".join(f"(?:{pattern})" for pattern in rows), re.MULTILINE)


@cache
def marks(where: str) -> tuple[tuple[Guarded, ZoneKind], ...]:
    """The patterns of a lexicon with the kind of zone they make.

    Args:
        where: for a whole ``line``, its ``start``, ``any`` part of it, or ``after`` a sentence or before its end.
    """
    must = {"credits": _roles("credit"), "reporter": _roles("reporter"), "bare": _roles("reporter")}
    rows = [(row["pattern"], _KINDS[row["kind"]]) for row in table("bylines") if row["where"] == where]
    return tuple((Guarded(_filled(row, _macros()), simpler=_filled(row, must)), kind) for row, kind in rows)


def _filled(pattern: str, macros: Mapping[str, str]) -> str:
    return _MACRO.sub(lambda m: f"(?:{macros.get(m[1], '.')})", pattern)


def is_opening(line: str) -> bool:
    """Does the line start as a news item does?

    >>> is_opening("本报讯（记者 何松岩）3月2日，"), is_opening("本报讯者")
    (True, False)
    """
    return bool(sign("news item").match(line))


def is_apart(line: str) -> bool:
    """Is the whole line no part of a running sentence: furniture, a byline, a source line?"""
    patterns = [sign("line", "furniture"), sign("tail", "furniture"), *(pattern for pattern, _ in marks("line"))]
    return any(pattern.fullmatch(line) for pattern in patterns)


def is_stop(line: str) -> bool:
    """Can no sentence go on with the line: is it apart, or does a news item start with it?"""
    return is_opening(line) or is_apart(line) or any(pattern.match(line[:200]) for pattern, _ in marks("start"))
