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
_GAP = 8.0
_STRETCH = 1.15  # windows are wider than high
_GRID = 20.0
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
    places = [_place(_ordered(graph, block), block, size[block]) for block in blocks]
    centres = _pack(graph, blocks, places, [size[block] for block in blocks])
    at = np.zeros((len(boxes), 2))
    for block, place, centre in zip(blocks, places, centres, strict=True):
        at[block] = place + centre
    _beside(at, edges, [i in graph for i in range(len(boxes))])
    return [(round(x), round(y)) for x, y in at.tolist()]


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
    """Push overlapping boxes apart along the axis on which they overlap least."""
    x, y = at[:, 0].copy(), at[:, 1].copy()
    wide, high = (np.add.outer(extent, extent) / 2 for extent in size.T)
    order = np.sign(np.subtract.outer(np.arange(len(at)), np.arange(len(at))))
    for _ in range(250):
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
        for step, at in _spiral(start, _GRID, _STRETCH, 0 if ties[i] else turn):
            moved = cells + np.rint(at / _GRID).astype(int)
            while np.abs(moved).max() >= len(taken) // 2:
                taken = np.pad(taken, len(taken))
            x, y = (moved + len(taken) // 2).T
            if not taken[x, y].any():
                turn = 0 if ties[i] else step
                break
        taken[x, y] = True
        centres[i] = np.rint(at / _GRID) * _GRID
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


def _spiral(start: Points, step: float, stretch: float = 1.0, turn: int = 0) -> Iterator[tuple[int, Points]]:
    for i in count(turn):
        radius, angle = step * math.sqrt(i), i * _GOLDEN_ANGLE
        yield i, start + np.array([math.cos(angle) * radius * stretch, math.sin(angle) * radius])


def _beside(at: Points, edges: Sequence[tuple[int, int]], placed: Sequence[bool]) -> None:
    """Where the others would stand: amid their neighbours that have a place, step by step outward.

    What hangs on nothing that has a place gets one around the rest, and what hangs on that the same one.
    """
    near: dict[int, list[int]] = {i: [] for i, done in enumerate(placed) if not done}
    for a, b in edges:
        for one, other in ((a, b), (b, a)):
            if one in near:
                near[one].append(other)
    done = set(range(len(placed))) - near.keys()
    spiral = _spiral(np.zeros(2), _GRID, _STRETCH, round((1.1 * np.abs(at).max(initial=0) / _GRID) ** 2))
    wave = [i for i in near if done.intersection(near[i])]
    while near:
        for i in wave:
            at[i] = at[[j for j in near[i] if j in done]].mean(axis=0)
        if not wave:
            wave = [next(iter(near))]
            at[wave[0]] = next(spiral)[1]
        done.update(wave)
        wave = sorted({j for i in wave for j in near.pop(i) if j in near and j not in done})
