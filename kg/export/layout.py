"""Where the nodes of the page stand: communities first, then each by springs, then packed side by side.

Springs over a whole graph take a minute at 5,000 nodes; over blocks of at most 500 they take a second, and communities
stay apart. Everything is computed on integers in a fixed order, so the same graph has the same picture.
"""

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import count

import networkx as nx
import numpy as np
from numpy.typing import NDArray

__all__ = ["layout"]

MAX_BLOCK = 450  # from 500 on, networkx's springs need scipy
_GAP = 8.0
_STRETCH = 1.15  # windows are wider than high
_GRID = 20.0
_TRIED = 4096  # cells at a time
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))

Points = NDArray[np.float64]


def layout(
    boxes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int]], core: Sequence[bool]
) -> list[tuple[int, int]]:
    """Place nodes so that they do not overlap.

    Args:
        boxes: width and height in pixels that each node takes; node ``i`` is the ``i``-th.
        edges: pairs of nodes.
        core: which nodes are shown at first. The others, and those of them that are tied to none of them, may overlap:
            the page looks for room when it shows them.

    Returns:
        ``x`` and ``y`` in pixels for each node.

    >>> layout([(10, 10)], [], [True])
    [(0, 0)]
    """
    graph: nx.Graph[int] = nx.Graph()
    inside = Counter((min(a, b), max(a, b)) for a, b in edges if a != b and core[a] and core[b])
    graph.add_weighted_edges_from((a, b, weight) for (a, b), weight in sorted(inside.items()))
    size = np.array(boxes, dtype=float).reshape(-1, 2)
    blocks = _blocks(graph)
    own = [_place(_ordered(graph, block), block, size[block]) for block in blocks]
    at = np.zeros((len(boxes), 2))
    for block, place, centre in zip(blocks, own, _pack(graph, blocks, own, [size[b] for b in blocks]), strict=True):
        at[block] = place + centre
    places = at.tolist()
    _beside(places, edges, [i in graph for i in range(len(boxes))])
    return [(round(x), round(y)) for x, y in places]


def _blocks(graph: "nx.Graph[int]") -> list[list[int]]:
    """Communities of at most MAX_BLOCK nodes, the largest first."""
    todo: list[tuple[list[int], float]] = [(sorted(c), 1.0) for c in nx.connected_components(graph)]
    done: list[list[int]] = []
    while todo:
        block, resolution = todo.pop()
        if len(block) <= 12:
            done.append(block)
            continue
        parts = [sorted(p) for p in nx.community.louvain_communities(_ordered(graph, block), None, resolution, seed=0)]
        if len(parts) == 1 and len(block) > MAX_BLOCK:
            parts = [block[i : i + MAX_BLOCK] for i in range(0, len(block), MAX_BLOCK)]
        done += [p for p in parts if len(p) <= MAX_BLOCK]
        todo += [(p, resolution * 2) for p in parts if len(p) > MAX_BLOCK]
    done.sort(key=lambda block: (-len(block), block))
    return done


def _ordered(graph: "nx.Graph[int]", block: Sequence[int]) -> "nx.Graph[int]":
    """A subgraph whose order of nodes and edges is fixed: networkx's own follows a set."""
    sub: nx.Graph[int] = nx.Graph()
    sub.add_nodes_from(block)
    inside = set(block)
    sub.add_weighted_edges_from(
        (a, b, graph.edges[a, b]["weight"]) for a in block for b in sorted(graph[a]) if a < b and b in inside
    )
    return sub


def _place(graph: "nx.Graph[int]", block: Sequence[int], size: Points) -> Points:
    """Place one block around the origin."""
    if graph.number_of_edges() == 0:
        columns = max(1, round(math.sqrt(len(block) * size[:, 1].mean() / size[:, 0].mean() * _STRETCH * 2)))
        grid = np.array([(i % columns, i // columns) for i in range(len(block))], dtype=float)
        return _centred(grid * size.max(axis=0))
    number = {node: i for i, node in enumerate(block)}
    springs = _springs(len(block), tuple((number[a], number[b]) for a, b in graph.edges))
    radius = 0.62 * math.sqrt(float((size[:, 0] * size[:, 1]).sum()))
    return _centred(_apart(springs * radius * (1.15, 0.9), size))


@lru_cache(maxsize=256)
def _springs(number: int, edges: tuple[tuple[int, int], ...]) -> Points:
    """Springs within the unit square; most blocks of a large graph are small and of few forms."""
    graph: nx.Graph[int] = nx.Graph(edges)
    places = nx.spring_layout(graph, k=2.2 / math.sqrt(number), iterations=120, weight=None, seed=7)
    return np.array([places[i] for i in range(number)])


def _apart(at: Points, size: Points) -> Points:
    """Push overlapping boxes apart along the axis on which they overlap least, but for a pixel."""
    x, y = at[:, 0].copy(), at[:, 1].copy()
    wide, high = (np.triu(np.add.outer(extent, extent) / 2, 1) for extent in size.T)  # of each pair, once
    for _ in range(250):
        over_x = wide - np.abs(np.subtract.outer(x, x))
        over_y = high - np.abs(np.subtract.outer(y, y))
        one, other = (np.minimum(over_x, over_y) > 1).nonzero()
        if not len(one):
            break
        along_x = over_x[one, other] < over_y[one, other]
        for axis, over, chosen in ((x, over_x, along_x), (y, over_y, ~along_x)):
            push = 0.3 * over[one, other] * chosen * np.where(axis[one] > axis[other], 1, -1)
            axis += np.bincount(one, push, len(x)) - np.bincount(other, push, len(x))
    return np.stack([x, y], axis=1)


def _centred(at: Points) -> Points:
    middle: Points = (at.min(axis=0) + at.max(axis=0)) / 2
    return at - middle


def _pack(
    graph: "nx.Graph[int]", blocks: Sequence[list[int]], places: Sequence[Points], sizes: Sequence[Points]
) -> list[Points]:
    """Put blocks side by side, each as near as there is room to those that it is tied to most.

    Blocks are compared by the cells of a grid that their nodes take, so that they fit into each other's corners.
    """
    owner = {node: i for i, block in enumerate(blocks) for node in block}
    ties: list[Counter[int]] = [Counter() for _ in blocks]
    for a, b in graph.edges:
        if owner[a] != owner[b]:
            ties[owner[a]][owner[b]] += 1
            ties[owner[b]][owner[a]] += 1
    centres: Points = np.zeros((len(blocks), 2))
    taken = np.zeros((1, 1), dtype=bool)
    done: list[int] = []
    turn = 0
    for i in sorted(range(len(blocks)), key=lambda i: not ties[i]):
        cells = _cells(places[i], sizes[i])
        wanted = [j for j in done if j in ties[i]]
        start = np.average(centres[wanted], axis=0, weights=[ties[i][j] for j in wanted]) if wanted else np.zeros(2)
        if not (ties[i] or turn):  # around all the rest
            turn = round((0.35 * np.abs(centres).max(initial=0) / _GRID) ** 2)
        many = max(1, _TRIED // len(cells))  # places to try in one go
        for first in count(0 if ties[i] else turn, many):
            at = np.rint(_spiral(start, np.arange(first, first + many)) / _GRID).astype(int)
            moved = cells + at[:, None]
            while np.abs(moved).max() >= len(taken) // 2:
                taken = np.pad(taken, len(taken))
            x, y = np.moveaxis(moved + len(taken) // 2, 2, 0)
            free = ~taken[x, y].any(axis=1)
            if free.any():
                break
        found = int(free.argmax())
        turn = 0 if ties[i] else first + found
        taken[x[found], y[found]] = True
        centres[i] = at[found] * _GRID
        done.append(i)
    return list(centres)


def _cells(at: Points, size: Points) -> NDArray[np.int_]:
    """The cells of the grid that boxes touch, with a gap around them."""
    found = {
        (column, row)
        for (left, top), (right, bottom) in zip(at - size / 2 - _GAP, at + size / 2 + _GAP, strict=True)
        for column in range(math.floor(left / _GRID), math.ceil(right / _GRID))
        for row in range(math.floor(top / _GRID), math.ceil(bottom / _GRID))
    }
    return np.array(sorted(found))


def _spiral(start: Points, turns: NDArray[np.int_]) -> Points:
    """Places around a start, evenly dense."""
    radius, angle = _GRID * np.sqrt(turns), turns * _GOLDEN_ANGLE
    places: Points = start + np.stack([np.cos(angle) * radius * _STRETCH, np.sin(angle) * radius], axis=1)
    return places


def _beside(at: list[list[float]], edges: Sequence[tuple[int, int]], placed: Sequence[bool]) -> None:
    """Where the others would stand: amid their neighbours that have a place, step by step outward.

    What hangs on nothing that has a place gets one around the rest, and what hangs on that the same one.
    """
    near: dict[int, list[int]] = {i: [] for i, done in enumerate(placed) if not done}
    for a, b in edges:
        for one, other in ((a, b), (b, a)):
            if one in near:
                near[one].append(other)
    done = set(range(len(placed))) - near.keys()
    turn = round((1.1 * np.abs(at).max(initial=0) / _GRID) ** 2)
    around = iter(_spiral(np.zeros(2), np.arange(turn, turn + len(near))).tolist())
    wave = [i for i in near if not done.isdisjoint(near[i])]
    while near:
        for i in wave:
            amid = [at[j] for j in near[i] if j in done]
            at[i] = [sum(axis) / len(amid) for axis in zip(*amid, strict=True)]
        if not wave:
            wave = [next(iter(near))]
            at[wave[0]] = next(around)
        done.update(wave)
        wave = sorted({j for i in wave for j in near.pop(i) if j in near and j not in done})
