"""Names of people: who a surname or a given name stands for, how names are spelt, how many bear one."""

import math
import re
from collections.abc import Sequence
from functools import cache

from kg.characters import simplified
from kg.lexicon import column, cue, table

__all__ = ["LOST", "expected_share", "family", "full_name", "is_masked", "one_spelling"]

LOST = "\ufffd"
_RARE = 1e-8
_UNLISTED = 1e-4  # the share of a character that is not listed
_GIVEN = {"single": 0.32, "double": 0.68}  # the shares of given names of one character and of two
_MASKED = cue("name.masked")
_POINTS = re.compile(r"[·•・‧∙．.\s]+")


def full_name(name: str, known: Sequence[str]) -> str | None:
    """The full name that a surname (许), a given name (俊峰) or a damaged name stands for, the last named first.

    Args:
        name: a name as written.
        known: the full names of the article, in the order in which they come before it, then those after it.

    >>> full_name("许", ["王安之", "许见山"])
    '许见山'
    >>> full_name("见山", ["许见山"])
    '许见山'
    """
    if LOST in name:
        pattern = re.compile(re.escape(name).replace(LOST, "[^\ufffd]"))
        return next((k for k in reversed(known) if pattern.fullmatch(k)), None)
    abroad = {k for k in known if family(k) == name != k}
    if len(abroad) == 1:
        return abroad.pop()
    if name in column("surnames", "surname"):
        return next((k for k in reversed(known) if k != name and k.startswith(name) and len(k) > len(name)), None)
    if len(name) == 2 and name not in known:
        return next((k for k in reversed(known) if len(k) == 3 and k.endswith(name)), None)
    return None


def family(name: str) -> str:
    """The last part of a foreign name; another name is its own.

    >>> family("玛尔塔·科瓦尔斯卡")
    '科瓦尔斯卡'
    """
    last = _POINTS.split(name)[-1]
    return last if len(last) > 1 else name


def is_masked(name: str) -> bool:
    """Whether a name hides who it is: such names are never the same person in two articles.

    >>> [is_masked(name) for name in ("王某某", "张", "老周", "何女士", "何松岩")]
    [True, True, True, True, False]
    """
    return _MASKED.fullmatch(name) is not None


@cache
def one_spelling(name: str) -> str:
    """What two spellings of one name have in common.

    >>> one_spelling("約翰•史密斯") == one_spelling("约翰·史密斯")
    True
    """
    return simplified(_POINTS.sub("", name)).casefold()


@cache
def _shares() -> dict[str, dict[str, float]]:
    """How frequent surnames are, characters as given names and in given names of two, and common given names of two."""
    parts = ("surname", "single", "double", "given")
    return {
        part: {r["characters"]: float(r["share"]) for r in table("name_shares") if r["part"] == part} for part in parts
    }


@cache
def expected_share(name: str) -> float:
    """The share of people who bear a name, from how frequent its characters are in names.

    >>> expected_share("王伟") > 1e-4 > 1e-6 > expected_share("何松岩")
    True
    """
    surname = name[:2] if len(name) > 2 and name[:2] in _shares()["surname"] else name[:1]
    given = name[len(surname) :]
    if surname not in _shares()["surname"] or not 0 < len(given) < 3:
        return _RARE  # a foreign name, or no usual one
    part = "single" if len(given) == 1 else "double"
    known = _shares()[part]
    likely = max(math.prod(known.get(c, _UNLISTED) for c in given), _shares()["given"].get(given, 0.0))
    return _shares()["surname"][surname] * _GIVEN[part] * likely
