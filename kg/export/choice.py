"""What a picture shows and where it stands, chosen once for the page and for all graph files."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from kg.export.layout import layout
from kg.graph import EdgeKey, group
from kg.model import Entity, Statement

__all__ = ["ASIDE", "FIRST", "LOOKS", "MAX_NODES", "Choice", "choose", "short"]

MAX_NODES = 20_000
FIRST = 1500  # how many nodes a picture shows at once, unless asked for more
ASIDE = ("Article", "Place")  # hidden at first: they would tie everything to everything
_MAX_LABEL = 16
_ROOM = (30, 30)  # around a node, in pixels: for its edges, and below for its label

# The colours are Okabe and Ito's, which the colour-blind can tell apart; the shape says the same once more.
LOOKS = json.loads((files("kg") / "export" / "page" / "looks.json").read_text(encoding="utf-8"))

Claims = Mapping[EdgeKey, Sequence[Statement]]


@dataclass(frozen=True, slots=True)
class Choice:
    """A graph and its best part.

    ``entities`` are all by id, ``claims`` all statements by edge, ``degrees`` those among what is not put aside.
    ``carried`` is the best part, best first, ``inside`` the claims among it, and the ``first`` of it are shown at once.
    ``places`` are in pixels, downwards, by the number in ``carried``; ``placed`` are the numbers of those that have a
    place of their own: of the first those that are tied to each other.
    """

    entities: Mapping[str, Entity]
    claims: Claims
    degrees: Mapping[str, int]
    first: int
    carried: Sequence[Entity]
    inside: Claims
    places: Sequence[tuple[int, int]]
    placed: frozenset[int]

    def size(self, node: str) -> float:
        """The radius of a node, by what ties it to others."""
        return _size(self.degrees[node])


def choose(entities: Iterable[Entity], statements: Iterable[Statement]) -> Choice:
    """Choose the at most MAX_NODES best supported, the FIRST best connected before the others, and lay those out.

    The order given does not matter.

    Raises:
        KeyError: a statement names an entity that is not there.

    >>> choose([Entity("p", "Person", "何松岩")], []).carried[0].name
    '何松岩'
    """
    known = {e.id: e for e in sorted(entities, key=lambda e: e.id)}
    claims = group(statements)
    aside = {e.id for e in known.values() if e.type in ASIDE}
    core = {key: said for key, said in claims.items() if key[0] not in aside and key[2] not in aside}
    degrees = _ends(core)
    support = Counter(end for end, _ in {(end, s.doc) for key, said in core.items() for s in said for end in key[::2]})
    tied = {known[end].id for key in claims for end in key[::2]}

    def merit(e: Entity) -> tuple[bool, bool, int, int]:
        return e.id not in tied, e.id in aside, -support[e.id], -degrees[e.id]

    carried = _ranked(sorted(known.values(), key=merit)[:MAX_NODES], core, degrees)
    number = {e.id: i for i, e in enumerate(carried)}
    inside = {key: said for key, said in claims.items() if key[0] in number and key[2] in number}
    pairs = [(number[subject], number[target]) for subject, _, target, _ in inside]
    first = [i < FIRST and e.type not in ASIDE for i, e in enumerate(carried)]
    placed = frozenset(end for pair in pairs if first[pair[0]] and first[pair[1]] for end in pair if pair[0] != pair[1])
    # In pixels a character: of a larger graph the picture is zoomed out more, and fewer labels are drawn.
    room = min(12.0, max(5.0, 90 / math.sqrt(sum(1 for e in carried[:FIRST] if degrees[e.id]) or 1)))
    radii = [_size(degrees[e.id]) for e in carried]
    boxes = [
        (max(2 * radius + _ROOM[0], room * min(len(short(e)), 12)), 2 * radius + _ROOM[1])
        for e, radius in zip(carried, radii, strict=True)
    ]
    return Choice(known, claims, degrees, FIRST, carried, inside, layout(boxes, pairs, first), placed)


def short(entity: Entity) -> str:
    """A short name for a picture; a panel shows the whole one."""
    text = " ".join(entity.name.split()) or entity.type
    return text if len(text) <= _MAX_LABEL else text[: _MAX_LABEL - 1] + "…"


def _size(degree: int) -> float:
    return round(7 + 3 * math.sqrt(min(degree, 100)), 1)


def _ends(edges: Iterable[EdgeKey]) -> Counter[str]:
    return Counter(end for subject, _, target, _ in edges for end in {subject, target})


def _ranked(entities: Sequence[Entity], core: Iterable[EdgeKey], degrees: Mapping[str, int]) -> list[Entity]:
    """The best connected first, then what is tied to most of them, so that the first of a large graph hang together."""
    hubs = {e.id for e in sorted(entities, key=lambda e: (-degrees[e.id], e.id))[: FIRST // 3]}
    pairs = {(one, other) for s, _, o, _ in core for one, other in ((s, o), (o, s)) if other in hubs}
    ties = Counter(one for one, _ in pairs)

    def key(e: Entity) -> tuple[bool, bool, int, int, str]:
        return e.type in ASIDE, e.id not in hubs, -ties[e.id] * (e.id not in hubs), -degrees[e.id], e.id

    return sorted(entities, key=key)
