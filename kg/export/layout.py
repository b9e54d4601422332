"""Where the nodes of the page stand: communities first, then each by springs, then packed side by side.

Springs over a whole graph take a minute at 5,000 nodes; over blocks of at most 500 they take a second, and communities
stay apart. Everything is computed on integers in a fixed order, so the same graph has the same picture.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import count

import networkx as nx
import numpy as np
from numpy.typing import NDArray

__all__ = ["layout"]

MAX_BLOCK = 450  # from 500 on, networkx's springs need scipy
_GAP = 20.0
_STRETCH = 1.2  # windows are wider than high
_STEP = 45.0
_GRID = 24
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))

Points = NDArray[np.float64]


def layout(
    boxes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int]], core: Sequence[bool]
) -> list[tuple[int, int]]:
    """Place nodes so that they do not overlap.

    Args:
        boxes: width and height in pixels that each node takes; node ``i`` is the ``i``-th.
        edges: pairs of nodes.
        core: which nodes are shown at first; the others are put where there is room beside their neighbours.

    Returns:
        ``x`` and ``y`` in pixels for each node.

    >>> layout([(10, 10)], [], [True])
    [(0, 0)]
    """
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(i for i, shown in enumerate(core) if shown)
    inside = Counter((min(a, b), max(a, b)) for a, b in edges if a != b and core[a] and core[b])
    graph.add_weighted_edges_from((a, b, weight) for (a, b), weight in inside.items())
    size = np.array(boxes, dtype=float).reshape(-1, 2)
    blocks = _blocks(graph)
    places = [_place(_ordered(graph, block), block, size[block]) for block in blocks]
    centres = _pack(graph, blocks, places, [size[block] for block in blocks])
    at = np.zeros((len(boxes), 2))
    for block, place, centre in zip(blocks, places, centres, strict=True):
        at[block] = place + centre
    _fill(at, size, edges, core)
    return [(round(x), round(y)) for x, y in at.tolist()]


def _blocks(graph: "nx.Graph[int]") -> list[list[int]]:
    """Communities of at most MAX_BLOCK nodes, the largest first, then lone nodes together."""
    lone = sorted(nx.isolates(graph))
    todo: list[tuple[list[int], float]] = [(sorted(c), 1.0) for c in nx.connected_components(graph) if len(c) > 1]
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
    return done + [lone[i : i + MAX_BLOCK] for i in range(0, len(lone), MAX_BLOCK)]


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
    """Push overlapping boxes apart along the axis on which they overlap least."""
    x, y = at[:, 0].copy(), at[:, 1].copy()
    wide, high = (np.add.outer(extent, extent) / 2 for extent in size.T)
    order = np.sign(np.subtract.outer(np.arange(len(at)), np.arange(len(at))))
    for _ in range(80):
        dx, dy = np.subtract.outer(x, x), np.subtract.outer(y, y)
        over_x, over_y = wide - np.abs(dx), high - np.abs(dy)
        hit = (over_x > 0) & (over_y > 0) & (order != 0)
        if not hit.any():
            break
        along_x = over_x < over_y
        x += (over_x * np.where(dx == 0, order, np.sign(dx)) * (hit & along_x)).sum(axis=1) * 0.3
        y += (over_y * np.where(dy == 0, order, np.sign(dy)) * (hit & ~along_x)).sum(axis=1) * 0.3
    return np.stack([x, y], axis=1)


def _centred(at: Points) -> Points:
    middle: Points = (at.min(axis=0) + at.max(axis=0)) / 2
    return at - middle


def _pack(
    graph: "nx.Graph[int]", blocks: Sequence[list[int]], places: Sequence[Points], sizes: Sequence[Points]
) -> list[Points]:
    """Put blocks side by side, each as near as there is room to those that it is tied to most."""
    owner = {node: i for i, block in enumerate(blocks) for node in block}
    ties: list[Counter[int]] = [Counter() for _ in blocks]
    for a, b in graph.edges:
        if owner[a] != owner[b]:
            ties[owner[a]][owner[b]] += 1
            ties[owner[b]][owner[a]] += 1
    half = np.array([(np.abs(p) + s / 2).max(axis=0) + _GAP for p, s in zip(places, sizes, strict=True)])
    centres: Points = np.zeros((len(blocks), 2))
    done: list[int] = []
    turn = 0
    for i in sorted(range(len(blocks)), key=lambda i: (not ties[i], i)):
        wanted = [j for j in done if j in ties[i]]
        if wanted:
            start = np.average(centres[wanted], axis=0, weights=[ties[i][j] for j in wanted])
            centres[i], _ = _room(start, half[i], centres[done], half[done], 0)
        else:
            # Around all the rest. Blocks come from large to small, so where one found no room the next looks no more.
            start = centres[[j for j in done if ties[j]]].mean(axis=0) if done and ties[done[0]] else np.zeros(2)
            centres[i], turn = _room(start, half[i], centres[done], half[done], turn if not ties[i] else 0)
        done.append(i)
    return list(centres)


def _room(start: Points, half: Points, centres: Points, halves: Points, turn: int) -> tuple[Points, int]:
    """The first free place on a spiral around the start from a turn on, and its turn."""
    spiral = _spiral(start, _STEP, _STRETCH, turn)
    return next((at, i) for i, at in spiral if not (np.abs(centres - at) < halves + half).all(axis=1).any())


def _spiral(start: Points, step: float, stretch: float = 1.0, turn: int = 0) -> Iterator[tuple[int, Points]]:
    for i in count(turn):
        radius, angle = step * math.sqrt(i), i * _GOLDEN_ANGLE
        yield i, start + np.array([math.cos(angle) * radius * stretch, math.sin(angle) * radius])


def _fill(at: Points, size: Points, edges: Sequence[tuple[int, int]], core: Sequence[bool]) -> None:
    """Place what is hidden at first: into the free cell nearest to the middle of its neighbours."""
    near: dict[int, list[int]] = {i: [] for i, shown in enumerate(core) if not shown}
    for a, b in edges:
        for one, other in ((a, b), (b, a)):
            if not core[one] and core[other]:
                near[one].append(other)
    taken = {
        _cell(x, y)
        for i, shown in enumerate(core)
        if shown
        for x in np.arange(at[i, 0] - size[i, 0] / 2, at[i, 0] + size[i, 0] / 2 + 1, _GRID)
        for y in np.arange(at[i, 1] - size[i, 1] / 2, at[i, 1] + size[i, 1] / 2 + 1, _GRID)
    }
    for i, others in near.items():
        middle = at[others].mean(axis=0) if others else np.zeros(2)
        at[i] = next(place for _, place in _spiral(middle, _GRID) if _cell(*place) not in taken)
        column, row = _cell(*at[i])
        wide = math.ceil(size[i, 0] / 2 / _GRID)
        taken |= {(column + dx, row + dy) for dx in range(-wide, wide + 1) for dy in (0, 1)}


def _cell(x: float, y: float) -> tuple[int, int]:
    return math.floor(x / _GRID), math.floor(y / _GRID)
