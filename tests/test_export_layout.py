import random
import time

import pytest

from kg.export.layout import layout

GRAPHS = {
    "nothing": (0, []),
    "pairs": (600, [(i, i + 1) for i in range(0, 600, 2)]),
    "star": (1200, [(0, i) for i in range(1, 1200)]),
    "path": (700, [(i, i + 1) for i in range(699)]),
    "clique": (60, [(i, j) for i in range(60) for j in range(i)]),
    "loops and parallel edges": (2, [(0, 0), (0, 1), (0, 1), (1, 0)]),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_boxes_do_not_cover_each_other(name):
    count, edges = GRAPHS[name]
    places = layout([(40.0, 30.0)] * count, edges, [True] * count)
    assert len(places) == count
    # A few pixels may remain where springs crowd; no centre lies within another box.
    cells: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for x, y in places:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                for a, b in cells.get((x // 40 + dx, y // 30 + dy), []):
                    assert abs(x - a) > 20 or abs(y - b) > 15
        cells.setdefault((x // 40, y // 30), []).append((x, y))


def test_communities_stay_apart():
    edges = [(i, j) for first in (0, 20) for i in range(first, first + 20) for j in range(first, i)]
    places = layout([(30.0, 30.0)] * 40, [*edges, (0, 20)], [True] * 40)
    boxes = []
    for part in (places[:20], places[20:]):
        xs, ys = zip(*part, strict=True)
        boxes.append((min(xs), max(xs), min(ys), max(ys)))
    (left, right, top, bottom), (other_left, other_right, other_top, other_bottom) = boxes
    assert right < other_left or other_right < left or bottom < other_top or other_bottom < top


def test_what_is_not_placed_stands_where_its_neighbours_do_and_moves_nothing():
    core = [True] * 10 + [False] * 6
    ring = [(i, (i + 1) % 10) for i in range(10)]
    places = layout([(40.0, 30.0)] * 16, [*ring, (3, 10), (10, 11), (4, 12), (5, 12), (13, 14)], core)
    assert places[:10] == layout([(40.0, 30.0)] * 10, ring, core[:10])
    assert places[3] == places[10] == places[11]
    assert places[12] == tuple(round((a + b) / 2) for a, b in zip(places[4], places[5], strict=True))
    assert places[13] == places[14] != places[15]
    assert min(max(map(abs, place)) for place in places[13:]) > 50


def test_twenty_thousand_nodes_take_seconds():
    chance = random.Random(3)
    edges = [(i, chance.randrange(max(1, i // 4))) for i in range(1, 20_000)]
    edges += [(chance.randrange(2000), chance.randrange(20_000)) for _ in range(40_000)]
    began = time.process_time()
    places = layout([(60.0, 45.0)] * 20_000, edges, [i < 1500 for i in range(20_000)])
    assert len(set(places[:1500])) == 1500
    assert time.process_time() - began < 20
