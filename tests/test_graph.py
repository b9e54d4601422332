import random

import pytest
from samples import sample_outputs

from kg.graph import build_graph


def test_nodes_are_all_entities_and_edges_all_claims():
    sample = sample_outputs()
    graph = build_graph(sample.entities, sample.statements)
    assert set(graph) == {e.id for e in sample.entities}
    claims = {(s.subject, s.relation, s.object, s.status) for s in sample.statements}
    edges = list(graph.edges(keys=True, data=True))
    assert {(a, d["relation"], b, d.get("status")) for a, b, _, d in edges} == claims
    assert len(edges) == len(claims) == len(sample.statements) - 1
    assert all(key == d["id"] for _, _, key, d in edges)
    assert len({key for *_, key, _ in edges}) == len(edges)


def test_an_edge_counts_its_claims_and_quotes_the_best():
    sample = sample_outputs()
    graph = build_graph(sample.entities, sample.statements)
    (mayor,) = graph["person-lin"]["post-mayor"].values()
    assert (mayor["weight"], mayor["sources"], mayor["label"], mayor["start"]) == (2, 2, "任职", "2022-06")
    assert mayor["quote"] == "青川市委书记何松岩主持会议，市长林牧之出席并讲话。"
    (director,) = graph["person-he-2"]["post-director"].values()
    assert director["confidence"] == 0.95


def test_attributes_have_one_type_each_and_no_empty_values():
    sample = sample_outputs()
    graph = build_graph(sample.entities, sample.statements)
    for items in (graph.nodes(data=True), ((k, d) for *_, k, d in graph.edges(keys=True, data=True))):
        types: dict[str, set[type]] = {}
        for _, data in items:
            assert not [value for value in data.values() if value is None or value == ""]
            for key, value in data.items():
                types.setdefault(key, set()).add(type(value))
        assert {len(found) for found in types.values()} == {1}
        assert set().union(*types.values()) <= {str, int, float, bool}


def test_the_order_given_does_not_matter():
    sample = sample_outputs()
    one = build_graph(sample.entities, sample.statements)
    random.Random(1).shuffle(sample.entities)
    random.Random(2).shuffle(sample.statements)
    two = build_graph(sample.entities, sample.statements)
    assert list(one.nodes(data=True)) == list(two.nodes(data=True))
    assert list(one.edges(keys=True, data=True)) == list(two.edges(keys=True, data=True))


def test_an_unknown_entity_is_an_error():
    sample = sample_outputs()
    with pytest.raises(KeyError, match="person-lin"):
        build_graph([e for e in sample.entities if e.id != "person-lin"], sample.statements)
