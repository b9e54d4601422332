"""What all graph files share: text that other programs read back, and nodes with a place, a size and a colour."""

import json
import math
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from importlib.resources import files
from itertools import count
from typing import Any

import networkx as nx

from kg.cells import legal
from kg.export.layout import layout

__all__ = ["arrange", "json_bytes"]

Places = dict[str, tuple[float, float]]

_FIRST = 1500  # the best connected are laid out together; of more than these nobody sees the order
_ASIDE = frozenset({"Article", "Place"})  # they would tie everything to everything
_LABEL = 10.0  # pixels a character
_ROOM = 32.0
_STEP = 60.0
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))

_LOOKS = json.loads((files("kg") / "export" / "page" / "looks.json").read_text(encoding="utf-8"))["types"]


def json_bytes(value: object) -> bytes:
    """A line of JSON in UTF-8."""
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def arrange(graph: "nx.MultiDiGraph[str]") -> "nx.MultiDiGraph[str]":
    """A copy of a graph of :func:`kg.graph.build_graph` for graph files, its text legal and its nodes arranged.

    Nodes have ``x``, ``y`` (upwards), ``size`` (the radius) and ``color``. The best connected are laid out, the others
    stand beside what they hang on, the rest around all; but for the layout of the first 1,500 the time is linear.

    >>> from kg.model import Entity
    >>> from kg.graph import build_graph
    >>> arrange(build_graph([Entity("p", "Person", "何松岩")], [])).nodes["p"]["color"]
    '#E69F00'
    """
    # Ids must stay apart, so a character becomes its code where other text loses it.
    ids = {node: legal(node, "_{:04X}_") for node in graph}
    places = _places(graph, sizes := _sizes(graph))
    drawn: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node, data in graph.nodes(data=True):
        look = {"x": places[node][0], "y": places[node][1], "size": sizes[node], "color": _LOOKS[data["type"]]["color"]}
        drawn.add_node(ids[node], **_legal(data), **look)
    for subject, target, key, data in graph.edges(keys=True, data=True):
        drawn.add_edge(ids[subject], ids[target], key=key, **_legal(data))
    return drawn


def _legal(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: legal(value) if isinstance(value, str) else value for key, value in data.items()}


def _core(graph: "nx.MultiDiGraph[str]") -> Counter[str]:
    aside = {node for node, data in graph.nodes(data=True) if data["type"] in _ASIDE}
    return Counter(end for edge in graph.edges() if aside.isdisjoint(edge) for end in edge)


def _sizes(graph: "nx.MultiDiGraph[str]") -> dict[str, float]:
    degrees = _core(graph)
    return {node: round(7 + 3 * math.sqrt(min(degrees[node], 100)), 1) for node in graph}


def _places(graph: "nx.MultiDiGraph[str]", sizes: Mapping[str, float]) -> Places:
    degrees = _core(graph)
    core = sorted(degrees, key=lambda node: (-degrees[node], node))[:_FIRST]
    number = {node: i for i, node in enumerate(core)}
    room = [max(_ROOM, _LABEL * len(graph.nodes[node]["label"][:16])) for node in core]
    boxes = [(2 * sizes[node] + wide, 2 * sizes[node] + _ROOM) for node, wide in zip(core, room, strict=True)]
    pairs = [(number[a], number[b]) for a, b in graph.edges() if a in number and b in number]
    laid = layout(boxes, pairs, [True] * len(core))
    places = {node: (float(x), float(-y)) for node, (x, y) in zip(core, laid, strict=True)}
    _beside(graph, places, sizes)
    _around(graph, places)
    return places


def _beside(graph: "nx.MultiDiGraph[str]", places: Places, sizes: Mapping[str, float]) -> None:
    """Place what hangs on a placed node around it, step by step outward."""
    todo = deque(places)
    while todo:
        node = todo.popleft()
        free = _spiral(*places[node], sizes[node] + _STEP / 2, _STEP / 2)
        for other in nx.all_neighbors(graph, node):
            if other not in places:
                places[other] = next(free)
                todo.append(other)


def _around(graph: "nx.MultiDiGraph[str]", places: Places) -> None:
    """Place what hangs on nothing that has a place around all the others, neighbours near each other."""
    free = _spiral(0, 0, max((math.hypot(*at) for at in places.values()), default=0) + _STEP, _STEP)
    for node in graph:
        todo = deque([node] if node not in places else [])
        while todo:
            here = todo.popleft()
            if here not in places:
                places[here] = next(free)
                todo.extend(nx.all_neighbors(graph, here))


def _spiral(x: float, y: float, radius: float, step: float) -> Iterator[tuple[float, float]]:
    """Places around a point from a radius on, evenly dense."""
    for i in count():
        distance, angle = math.hypot(radius, step * math.sqrt(i)), i * _GOLDEN_ANGLE
        yield round(x + distance * math.cos(angle), 1), round(y + distance * math.sin(angle), 1)
