import math
import random

from readers import trap_outputs
from samples import sample_outputs

from kg.export.arrange import arrange
from kg.export.choice import choose
from kg.model import Entity, Statement


def test_no_two_nodes_of_a_small_graph_overlap() -> None:
    sample = sample_outputs()
    nodes = [data for _, data in arrange(choose(sample.entities, sample.statements)).nodes]
    for i, a in enumerate(nodes):
        for b in nodes[:i]:
            assert math.dist((a["x"], a["y"]), (b["x"], b["y"])) > 8, (a["label"], b["label"])


def test_the_same_graph_has_the_same_look_whatever_the_order() -> None:
    one, two = trap_outputs(), trap_outputs()
    for records in (two.entities, two.statements):
        random.Random(1).shuffle(records)  # type: ignore[arg-type]
    assert arrange(choose(one.entities, one.statements)) == arrange(choose(two.entities, two.statements))


def test_the_page_and_the_graph_files_show_the_same_picture() -> None:
    sample = sample_outputs()
    choice = choose(sample.entities, sample.statements)
    drawn = dict(arrange(choice).nodes)
    assert len(choice.placed) > 10
    for i in choice.placed:
        node = drawn[choice.carried[i].id]
        assert (node["x"], -node["y"]) == choice.places[i]


def test_a_large_graph_is_placed_in_linear_time_and_neighbours_stay_near() -> None:
    number = 20_000
    entities = [Entity(f"p{i:05}", "Person", "何松岩") for i in range(number)]
    pairs = [(f"p{i:05}", f"p{i // 50:05}") for i in range(1, number // 2)]
    said = [Statement(f"s{a}", a, "met_with", b, "a.txt", (0, 2), "会见", "r", 0.8) for a, b in pairs]
    places = {name: (data["x"], data["y"]) for name, data in arrange(choose(entities, said)).nodes}
    assert len(set(places.values())) > 0.99 * number
    apart = [math.dist(places[a], places[b]) for a, b in pairs]
    width = max(x for x, _ in places.values()) - min(x for x, _ in places.values())
    assert sum(apart) / len(apart) < width / 10
    lone = min(math.hypot(*places[f"p{i:05}"]) for i in range(number // 2, number))
    assert lone >= max(math.hypot(*places[f"p{i:05}"]) for i in range(number // 2))  # around the others
