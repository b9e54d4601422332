import math

import networkx as nx
from readers import trap_graph
from samples import sample_outputs

from kg.export.arrange import arrange
from kg.graph import build_graph
from kg.model import Entity


def test_no_two_nodes_of_a_small_graph_overlap() -> None:
    sample = sample_outputs()
    nodes = [data for _, data in arrange(build_graph(sample.entities, sample.statements)).nodes(data=True)]
    for i, a in enumerate(nodes):
        for b in nodes[:i]:
            assert math.dist((a["x"], a["y"]), (b["x"], b["y"])) > 8, (a["label"], b["label"])


def test_the_same_graph_has_the_same_look_and_is_left_as_it_was() -> None:
    graph = trap_graph()
    before = repr([*graph.nodes(data=True)])
    assert [*arrange(graph).nodes(data=True)] == [*arrange(trap_graph()).nodes(data=True)]
    assert repr([*graph.nodes(data=True)]) == before


def test_a_large_graph_is_placed_in_linear_time_and_neighbours_stay_near() -> None:
    number = 20_000
    graph = build_graph([Entity(f"p{i:05}", "Person", "何松岩") for i in range(number)], [])
    graph.add_edges_from((f"p{i:05}", f"p{i // 50:05}", str(i)) for i in range(1, number // 2))
    places = {name: (data["x"], data["y"]) for name, data in arrange(graph).nodes(data=True)}
    assert len(set(places.values())) > 0.99 * number
    apart = [math.dist(places[a], places[b]) for a, b in nx.Graph(graph.edges()).edges()]
    width = max(x for x, _ in places.values()) - min(x for x, _ in places.values())
    assert sum(apart) / len(apart) < width / 10
    lone = min(math.hypot(*places[f"p{i:05}"]) for i in range(number // 2, number))
    assert lone >= max(math.hypot(*places[f"p{i:05}"]) for i in range(number // 2))  # around the others
