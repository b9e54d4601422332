"""What all graph files share: text that other programs read back, and nodes with a place, a size and a colour."""

import math
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import msgspec

from kg.cells import legal
from kg.export.choice import LOOKS, Choice
from kg.graph import edge, node

__all__ = ["Attributes", "Drawing", "arrange", "json_bytes"]

Attributes = dict[str, Any]
Places = dict[str, tuple[float, float]]

_STEP = 60.0
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


@dataclass(frozen=True, slots=True)
class Drawing:
    """A graph as graph files hold it, in order: ids of nodes and ends of edges, each with attributes."""

    nodes: Sequence[tuple[str, Attributes]]
    edges: Sequence[tuple[str, str, Attributes]]


def json_bytes(value: object) -> bytes:
    """A line of JSON in UTF-8."""
    return msgspec.json.encode(value) + b"\n"


def arrange(choice: Choice) -> Drawing:
    """A whole graph for graph files, its text legal and its nodes arranged as the page has them.

    Nodes and edges have the attributes of :func:`kg.graph.build_graph`, nodes ``x``, ``y`` (upwards), ``size`` (the
    radius) and ``color`` as well. What the page does not lay out stands beside what it hangs on, the rest around all.

    >>> from kg.export.choice import choose
    >>> from kg.model import Entity
    >>> arrange(choose([Entity("p", "Person", "何松岩")], [])).nodes[0][1]["color"]
    '#E69F00'
    """
    places = _places(choice)
    nodes = []
    for name, entity in choice.entities.items():
        x, y = places[name]
        look = {"x": x, "y": y, "size": choice.size(name), "color": LOOKS["types"][entity.type]["color"]}
        nodes.append((_id(name), _legal(node(entity)) | look))
    edges = [(_id(key[0]), _id(key[2]), _legal(edge(key, said))) for key, said in choice.claims.items()]
    return Drawing(nodes, edges)


def _id(name: str) -> str:
    # Ids must stay apart, so a character becomes its code where other text loses it.
    return legal(name, "_{:04X}_")


def _legal(data: Mapping[str, Any]) -> Attributes:
    return {key: legal(value) if isinstance(value, str) else value for key, value in data.items()}


def _places(choice: Choice) -> Places:
    at = ((choice.carried[i].id, choice.places[i]) for i in sorted(choice.placed))
    places = {name: (float(x), float(-y)) for name, (x, y) in at}
    near = defaultdict(list)
    for subject, _, target, _ in choice.claims:
        near[subject].append(target)
        near[target].append(subject)
    todo = deque(places)
    while todo:  # what hangs on a node that has a place stands around it, step by step outward
        here = todo.popleft()
        free = _spiral(*places[here], choice.size(here) + _STEP / 2, _STEP / 2)
        for other in near[here]:
            if other not in places:
                places[other] = next(free)
                todo.append(other)
    # What hangs on nothing that has a place stands around all the others, neighbours near each other.
    free = _spiral(0, 0, max((math.hypot(*place) for place in places.values()), default=0) + _STEP, _STEP)
    for start in choice.entities:
        todo = deque([start] if start not in places else [])
        while todo:
            here = todo.popleft()
            if here not in places:
                places[here] = next(free)
                todo.extend(near[here])
    return places


def _spiral(x: float, y: float, radius: float, step: float) -> Iterator[tuple[float, float]]:
    """Places around a point from a radius on, evenly dense."""
    for i in count():
        distance, angle = math.hypot(radius, step * math.sqrt(i)), i * _GOLDEN_ANGLE
        yield round(x + distance * math.cos(angle), 1), round(y + distance * math.sin(angle), 1)
