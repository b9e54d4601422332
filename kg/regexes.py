"""What a regular expression costs and what it cannot do without, read from its parse tree."""

from importlib import import_module
from itertools import product
from typing import Any

from kg.errors import RuleError

__all__ = ["check_bounded", "needs", "parse", "telling"]

# CPython's own parser of regular expressions: the only exact way to see quantifiers and required literals.
PARSER: Any = import_module("re._parser")

_LONGEST = 60  # characters that one quantifier may run over
_WIDEST = 50_000  # ways to fill the gaps of one expression
_MOST = 64  # literals of which one must be there
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")


def parse(source: str) -> Any:
    """The parse tree of a regular expression; ``re.error`` where it is none."""
    return PARSER.parse(source)


def check_bounded(tree: Any) -> None:
    """Every quantifier has an end and the ways to fill all gaps of a piece are few: time grows with the text only."""

    def ways(node: Any) -> int:
        total = 1
        for op, value in node:
            name = str(op)
            if name in _REPEATS:
                low, high, inner = value
                if high == PARSER.MAXREPEAT or int(high) * int(inner.getwidth()[1]) > _LONGEST:
                    raise RuleError(
                        f"a repetition takes {_LONGEST} characters at most: write {{0,20}} for * or +, or …"
                    )
                total *= (int(high) - int(low) + 1 if high > 1 else 1) * ways(inner) ** int(high)
            elif name == "BRANCH":
                total *= max(ways(branch) for branch in value[1])
            elif name == "SUBPATTERN":
                total *= ways(value[-1])
            elif name in ("ASSERT", "ASSERT_NOT"):
                total *= ways(value[1])
            elif name == "ATOMIC_GROUP":
                total *= ways(value)
        return total

    if ways(tree) > _WIDEST:
        raise RuleError("the gaps can be filled in too many ways: make them shorter, or use …")


def telling(literals: frozenset[str]) -> tuple[int, int]:
    """How well literals tell apart the texts that may match: long ones first, then few."""
    return (min(map(len, literals)), -len(literals)) if literals else (0, 0)


def needs(tree: Any) -> frozenset[str]:
    """Literals of which one must be in a text that the expression matches; empty where nothing can be said."""
    best: frozenset[str] = frozenset()
    run: set[str] = {""}
    for node in [*tree, None]:
        exact = None if node is None else _exact(node)
        inner: frozenset[str] = frozenset()
        joined = {a + b for a, b in product(run, exact)} if exact and len(run) * len(exact) <= _MOST else None
        if joined is None:
            if "" not in run:
                best = max(best, frozenset(run), key=telling)
            run = exact or {""}
            if node is not None and exact is None:
                inner = _inner(node)
        else:
            run = joined
        best = max(best, inner, key=telling)
    return frozenset(word for word in best if not any(other in word for other in best if other != word))


def _inner(node: Any) -> frozenset[str]:
    op, value = str(node[0]), node[1]
    if op == "SUBPATTERN":
        return needs(value[-1])
    if op in _REPEATS and value[0] > 0:
        return needs(value[2])
    if op == "BRANCH":
        branches = [needs(branch) for branch in value[1]]
        return frozenset().union(*branches) if all(branches) else frozenset()
    return frozenset()


def _exact(node: Any) -> set[str] | None:
    """All strings that a node matches, where they are few and hold no mention."""
    op, value = str(node[0]), node[1]
    found: set[str] | None = None
    if op == "LITERAL" and not 0xE000 <= value <= 0xF8FF:
        found = {chr(value)}
    elif op == "IN" and all(str(kind) == "LITERAL" for kind, _ in value):
        found = {chr(char) for _, char in value}
    elif op == "SUBPATTERN":
        found = _exact_all(value[-1])
    elif op == "BRANCH":
        branches = [_exact_all(branch) for branch in value[1]]
        found = None if None in branches else set().union(*(b for b in branches if b is not None))
    elif op == "MAX_REPEAT" and value[:2] == (0, 1):
        inner = _exact_all(value[2])
        found = None if inner is None else inner | {""}
    elif op in ("ASSERT_NOT", "ASSERT", "AT"):
        found = {""}
    return found if found is not None and len(found) <= _MOST else None


def _exact_all(nodes: Any) -> set[str] | None:
    run = {""}
    for node in nodes:
        exact = _exact(node)
        if exact is None or len(run) * len(exact) > _MOST:
            return None
        run = {a + b for a, b in product(run, exact)}
    return run
