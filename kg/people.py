"""People: surnames and given names within an article, and which bearers of one name are one person."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from kg.lexicon import column

__all__ = ["Bearer", "cluster_bearers", "full_name"]


def full_name(name: str, known: Sequence[str]) -> str | None:
    """The full name that a surname (许) or a given name (俊峰) stands for, the last named first.

    Args:
        name: a name as written.
        known: the full names of the article, in the order in which they come before it, then those after it.

    >>> full_name("许", ["王安之", "许见山"])
    '许见山'
    >>> full_name("见山", ["许见山"])
    '许见山'
    """
    if name in column("surnames", "surname"):
        return next((k for k in reversed(known) if k != name and k.startswith(name) and len(k) > len(name)), None)
    if len(name) == 2 and name not in known:
        return next((k for k in reversed(known) if len(k) == 3 and k.endswith(name)), None)
    return None


@dataclass(frozen=True, slots=True)
class Bearer:
    """A person of one article: the bodies whose posts they hold, the places of these, and the article's home.

    Places are chains of full names, widest first (河南省, 郑州市).
    """

    key: str
    name: str
    bodies: frozenset[str]
    places: frozenset[tuple[str, ...]]
    near: tuple[str, ...] = ()


def cluster_bearers(bearers: Sequence[Bearer]) -> list[list[Bearer]]:
    """Group bearers of one name into people; namesakes whose places contradict each other stay apart.

    Two bearers are one person when they share a body, or when their places do not contradict each other. A bearer joins
    a group only when it fits every member, so that nothing is joined through a third; of several fitting groups it
    joins the one from the same home, and stays by itself when there is none.

    >>> a = Bearer("1", "周明", frozenset(["郑州市财政局"]), frozenset([("河南省", "郑州市")]))
    >>> b = Bearer("2", "周明", frozenset(["杭州市科技局"]), frozenset([("浙江省", "杭州市")]))
    >>> len(cluster_bearers([a, b]))
    2
    """
    groups: list[_Group] = []
    # Who is known by body or place comes first, so that bearers of whom nothing is known find their group.
    for bearer in sorted(bearers, key=lambda b: (not b.bodies and not b.places, b.key)):
        fitting = [g for g in groups if all(_compatible(bearer, other) for other in g.profiles.values())]
        if len(fitting) > 1:
            fitting = [g for g in fitting if any(_meet(bearer.near, home) for home in g.homes)]
        group = fitting[0] if fitting else _Group()
        if not group.members:
            groups.append(group)
        group.members.append(bearer)
        group.profiles.setdefault((bearer.bodies, bearer.places), bearer)
        group.homes.add(bearer.near)
    return [g.members for g in groups]


@dataclass(slots=True)
class _Group:
    """Bearers that are one person; what is known of them is kept once, so that thousands of mentions cost little."""

    members: list[Bearer] = field(default_factory=list)
    profiles: dict[tuple[frozenset[str], frozenset[tuple[str, ...]]], Bearer] = field(default_factory=dict)
    homes: set[tuple[str, ...]] = field(default_factory=set)


def _compatible(a: Bearer, b: Bearer) -> bool:
    return bool(a.bodies & b.bodies) or _agree(a, b)


def _agree(a: Bearer, b: Bearer) -> bool:
    """Nothing is known of one, or some place of one contains or is a place of the other."""
    return not a.places or not b.places or any(_meet(p, q) for p in a.places for q in b.places)


def _meet(p: tuple[str, ...], q: tuple[str, ...]) -> bool:
    """One contains the other; of a place that no list knows, only the name is known."""
    return bool(p and q) and (p[-1] == q[-1] or all(x == y for x, y in zip(p, q, strict=False)))
