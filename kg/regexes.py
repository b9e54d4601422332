"""What a regular expression costs and what it cannot do without, read from its parse tree."""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from itertools import product
from typing import Any

from kg.errors import RuleError

__all__ = ["Guarded", "check_bounded", "mentions", "needs", "parse", "telling"]

# CPython's own parser of regular expressions: the only exact way to see quantifiers and required literals.
PARSER: Any = import_module("re._parser")

_LONGEST = 60  # characters that one quantifier may run over
_WIDEST = 50_000  # ways to fill the gaps of one expression
_MOST = 64  # literals of which one must be there
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_MENTIONS = range(0xE000, 0xF900)  # private-use characters stand for mentions
_GROUPS = ("SUBPATTERN", "ASSERT", "ASSERT_NOT", "ATOMIC_GROUP")


class Guarded:
    """A regular expression that is looked for only where one of the literals stands that it cannot do without.

    >>> [match[0] for match in Guarded("(?:责任编辑|责编)[:：]").finditer("责编:何松岩")]
    ['责编:']

    Args:
        source: the expression.
        flags: as for ``re.compile``.
        simpler: one that matches all that ``source`` does, and is quicker to parse.
    """

    def __init__(self, source: str, flags: int = 0, simpler: str = "") -> None:
        self.pattern = source
        compiled = re.compile(source, flags)
        self.match, self.fullmatch, self.search = compiled.match, compiled.fullmatch, compiled.search
        self.sub, self.findall, self._finditer = compiled.sub, compiled.findall, compiled.finditer
        self._needs = sorted(needs(parse(simpler or source)))

    def finditer(self, text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[re.Match[str]]:
        """All matches in a part of a text."""
        part = text[start:end]
        able = not self._needs or any(map(part.__contains__, self._needs))
        return self._finditer(text, start, end) if able else iter(())


def parse(source: str) -> Any:
    """The parse tree of a regular expression; ``re.error`` where it is none."""
    return PARSER.parse(source)


def check_bounded(tree: Any) -> None:
    """Every quantifier has an end and the ways to fill all gaps of a piece are few: time grows with the text only."""

    def ways(node: Any, repeated: bool = False) -> int:
        total = 1
        for op, value in node:
            name = str(op)
            if name in _REPEATS:
                low, high, inner = value
                if high == PARSER.MAXREPEAT or int(high) * int(inner.getwidth()[1]) > _LONGEST:
                    raise RuleError(
                        f"a repetition takes {_LONGEST} characters at most: write {{0,20}} for * or +, or …"
                    )
                total *= (int(high) - int(low) + 1 if high > 1 else 1) * ways(inner, repeated or high > 1) ** int(high)
            elif name == "BRANCH":
                total *= options(value[1]) if repeated else max(map(ways, value[1]))
            elif name in _GROUPS:
                total *= ways(value if name == "ATOMIC_GROUP" else value[-1], repeated)
        return total

    def options(branches: Any) -> int:
        """Of alternatives that begin with different characters one can match; repeated ones multiply."""
        first: Counter[int | None] = Counter()
        for branch in branches:
            literal = len(branch) > 0 and str(branch[0][0]) == "LITERAL"
            first[branch[0][1] if literal else None] += ways(branch, True)
        return first.pop(None, 0) + max(first.values(), default=0)

    if ways(tree) > _WIDEST:
        raise RuleError("the gaps can be filled in too many ways: make them shorter, or use …")


def telling(literals: frozenset[str]) -> tuple[int, int]:
    """How well literals tell apart the texts that may match: long ones first, then few."""
    return (min(map(len, literals)), -len(literals)) if literals else (0, 0)


def mentions(tree: Any) -> frozenset[frozenset[str]]:
    """The mentions that a text must hold for the expression to match: one of the characters of each set."""
    found = frozenset[frozenset[str]]()
    for op, value in tree:
        name = str(op)
        if name in ("LITERAL", "IN"):
            options = [("LITERAL", value)] if name == "LITERAL" else value
            if all(str(kind) == "LITERAL" and code in _MENTIONS for kind, code in options):
                found |= {frozenset(chr(code) for _, code in options)}
        elif name == "ATOMIC_GROUP":
            found |= mentions(value)
        elif name == "SUBPATTERN" or (name in _REPEATS and value[0]):
            found |= mentions(value[-1])
        elif name == "BRANCH":
            found |= frozenset.intersection(*map(mentions, value[1]))
    return found


def needs(tree: Any) -> frozenset[str]:
    """Literals of which one must be in a text that the expression matches; empty where nothing can be said."""
    best = _read(tree)[1] if not tree.state.flags & re.IGNORECASE else frozenset[str]()
    return frozenset(word for word in best if not any(other in word for other in best if other != word))


def _read(nodes: Any) -> tuple[set[str] | None, frozenset[str]]:
    """All strings that an expression matches, where they are few and hold no mention, and the literals it needs."""
    whole, run, best = True, {""}, frozenset[str]()
    for node in nodes:
        exact, inner = _read_one(str(node[0]), node[1])
        if exact and len(run) * len(exact) <= _MOST:
            run = {a + b for a, b in product(run, exact)}
        else:
            best = max(best, frozenset() if "" in run else frozenset(run), frozenset() if exact else inner, key=telling)
            whole, run = False, exact or {""}
    return run if whole else None, max(best, frozenset() if "" in run else frozenset(run), key=telling)


def _read_one(op: str, value: Any) -> tuple[set[str] | None, frozenset[str]]:
    nothing = frozenset[str]()
    if op == "LITERAL" and value not in _MENTIONS:
        return {chr(value)}, nothing
    if op == "IN" and len(value) <= _MOST and all(str(k) == "LITERAL" and c not in _MENTIONS for k, c in value):
        return {chr(char) for _, char in value}, nothing
    if op in ("ASSERT_NOT", "ASSERT", "AT"):
        return {""}, nothing
    if op == "SUBPATTERN":
        return (None, nothing) if value[1] & re.IGNORECASE else _read(value[-1])
    if op in _REPEATS:
        exact, needed = _read(value[2])
        optional = exact is not None and op == "MAX_REPEAT" and value[:2] == (0, 1)
        return exact | {""} if exact is not None and optional else None, needed if value[0] else nothing
    if op == "BRANCH":
        options = [_read(branch) for branch in value[1]]
        exact = set().union(*(e or () for e, _ in options))
        all_needed = all(needed for _, needed in options)
        known = all(e is not None for e, _ in options) and len(exact) <= _MOST
        return exact if known else None, nothing.union(*(n for _, n in options)) if all_needed else nothing
    return None, nothing
