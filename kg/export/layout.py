"""Where the nodes of the page stand: communities first, then each by springs, then packed side by side.

Springs over a whole graph take a minute at 5,000 nodes; over blocks of at most 500 they take a second, and communities
stay apart. Everything is computed on integers in a fixed order, so the same graph has the same picture.
"""

import math
from collections.abc import Mapping, Sequence

import networkx as nx
import numpy as np
from numpy.typing import NDArray

__all__ = ["layout"]

MAX_BLOCK = 500
_GAP = 20.0
_STRETCH = 1.2  # windows are wider than high
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
    for a, b in edges:
        if a != b and core[a] and core[b]:
            weight = graph.edges[a, b]["weight"] + 1 if graph.has_edge(a, b) else 1
            graph.add_edge(a, b, weight=weight)
    size = np.array(boxes, dtype=float).reshape(-1, 2)
    blocks = _blocks(graph)
    places = [_place(graph.subgraph(block), block, size[block]) for block in blocks]
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
    ordered = _ordered(graph, block)
    springs = nx.spring_layout(ordered, k=2.2 / math.sqrt(len(block)), iterations=120, weight=None, seed=7)
    radius = 0.62 * math.sqrt(float((size[:, 0] * size[:, 1]).sum()))
    return _centred(_apart(np.array([springs[i] for i in block]) * radius * (1.15, 0.9), size))


def _apart(at: Points, size: Points) -> Points:
    """Push overlapping boxes apart along the axis on which they overlap least."""
    at = at.copy()
    for _ in range(150):
        delta = at[:, None] - at[None]
        overlap = (size[:, None] + size[None]) / 2 - np.abs(delta)
        hit: NDArray[np.bool_] = np.all(overlap > 0, axis=2)
        np.fill_diagonal(hit, False)
        if not hit.any():
            break
        along_x = overlap[..., 0] < overlap[..., 1]
        order = np.sign(np.subtract.outer(np.arange(len(at)), np.arange(len(at))))
        way = np.where(delta == 0, order[..., None], np.sign(delta))
        push = overlap * way * hit[..., None] * np.stack([along_x, ~along_x], axis=2)
        at += push.sum(axis=1) * 0.3
    return at


def _centred(at: Points) -> Points:
    middle: Points = (at.min(axis=0) + at.max(axis=0)) / 2
    return at - middle


def _pack(
    graph: "nx.Graph[int]", blocks: Sequence[list[int]], places: Sequence[Points], sizes: Sequence[Points]
) -> list[Points]:
    """Put blocks side by side, each as near as there is room to those that it is tied to most."""
    owner = {node: i for i, block in enumerate(blocks) for node in block}
    ties: list[dict[int, int]] = [{} for _ in blocks]
    for a, b in graph.edges:
        for one, other in ((owner[a], owner[b]), (owner[b], owner[a])):
            ties[one][other] = ties[one].get(other, 0) + 1
    half = np.array([(np.abs(p) + s / 2).max(axis=0) + _GAP for p, s in zip(places, sizes, strict=True)])
    centres: list[Points] = []
    for i in range(len(blocks)):
        wanted = {j: n for j, n in ties[i].items() if j < i}
        start = np.zeros(2)
        if wanted:
            start = np.average([centres[j] for j in wanted], axis=0, weights=list(wanted.values()))
        centres.append(_room(start, half[i], np.array(centres).reshape(-1, 2), half[:i], bool(wanted)))
    return centres


def _room(start: Points, half: Points, centres: Points, halves: Points, tied: bool) -> Points:
    """The first free place on a spiral around the start; what is tied to nothing goes around all the rest."""
    step = float(min(half.min(), 120.0))
    turn = 0.0
    if len(centres) and not tied:
        # Around all that is placed; well within it nothing is free, so the spiral need not start in its middle.
        start = np.asarray(centres.mean(axis=0))
        inner = 0.5 * math.sqrt(float((halves * 2).prod(axis=1).sum()) / math.pi / _STRETCH)
        turn = (inner / step) ** 2
    while True:
        radius, angle = step * math.sqrt(turn), turn * _GOLDEN_ANGLE
        at = start + np.array([math.cos(angle) * radius * _STRETCH, math.sin(angle) * radius])
        if not len(centres) or not (np.abs(centres - at) < halves + half).all(axis=1).any():
            return np.asarray(at, dtype=float)
        turn += 1


def _fill(at: Points, size: Points, edges: Sequence[tuple[int, int]], core: Sequence[bool]) -> None:
    """Place what is hidden at first: into the free cell nearest to the middle of its neighbours."""
    near: Mapping[int, list[int]] = {i: [] for i, shown in enumerate(core) if not shown}
    for a, b in edges:
        for one, other in ((a, b), (b, a)):
            if not core[one] and core[other]:
                near[one].append(other)
    taken = {
        (math.floor(x / _GRID), math.floor(y / _GRID))
        for i, shown in enumerate(core)
        if shown
        for x in np.arange(at[i, 0] - size[i, 0] / 2, at[i, 0] + size[i, 0] / 2 + 1, _GRID)
        for y in np.arange(at[i, 1] - size[i, 1] / 2, at[i, 1] + size[i, 1] / 2 + 1, _GRID)
    }
    for i, others in near.items():
        middle = at[others].mean(axis=0) if others else np.zeros(2)
        turn = 0
        while True:
            radius, angle = _GRID * math.sqrt(turn), turn * _GOLDEN_ANGLE
            x, y = middle[0] + radius * math.cos(angle), middle[1] + radius * math.sin(angle)
            cell = (math.floor(x / _GRID), math.floor(y / _GRID))
            if cell not in taken:
                break
            turn += 1
        wide = math.ceil(size[i, 0] / 2 / _GRID)
        taken |= {(cell[0] + dx, cell[1] + dy) for dx in range(-wide, wide + 1) for dy in (0, 1)}
        at[i] = x, y
