"""Connections, centrality and small graphs."""

import igraph
import pandas as pd
import pytest
from claims import graph_of, rows

STAR = "\n".join(f"Person 何松岩 met_with Person 人{i} 2023" for i in range(5))
RING = "\n".join(f"Person 甲{i} met_with Person 甲{(i + j) % 5} 2023" for i in range(5) for j in (1, 2))
ASIDE = "Person 甲0 authored Article 报道 2023\nOrganization 云溟市委 located_in Place 云溟市 2023"


@pytest.fixture(scope="module")
def g():
    return graph_of(
        "", f"{STAR}\n{RING}\n{ASIDE}\nPerson 何松岩 met_with Person 甲0 2023\nPerson 人0 met_with Person 何松岩 2024"
    )


def test_ranking(g):
    found = g.ranking()
    assert rows(found, "name", "neighbours", "statements")[0] == ("何松岩", 6, 7)
    assert set(found["type"]) == {"Person", "Organization"}
    known = {n: i for i, n in enumerate(found["id"])}
    pairs = {(known[a], known[b]) for a, b in g.graph.edges() if a in known and b in known}
    reference = igraph.Graph(len(known), sorted({(min(p), max(p)) for p in pairs})).pagerank()
    assert found["pagerank"].tolist() == pytest.approx(reference, abs=1e-6)
    assert found["pagerank"].is_monotonic_decreasing
    communities = found.groupby("community")["name"].agg(set).tolist()
    assert {"何松岩", *(f"人{i}" for i in range(5))} in communities
    assert {f"甲{i}" for i in range(5)} in communities
    assert g.ranking(type="Organization")["neighbours"].tolist() == [0]


def test_ranking_of_nothing():
    assert graph_of().ranking().empty


def test_an_answer_is_a_small_graph(g):
    around = g.subgraph(g.neighbours("甲0"))
    assert {d["label"] for _, d in around.nodes(data=True)} == {"甲0", "甲1", "甲2", "甲3", "甲4", "何松岩", "报道"}
    assert all(d["quote"] for _, _, d in around.edges(data=True))
    assert g.subgraph(g.search("云溟")).number_of_edges() == 0
    assert g.subgraph(pd.DataFrame({"id": []})).number_of_nodes() == 0
    both = graph_of("何松岩 云溟市委 书记 current - - 2023\n林牧之 云溟市委 副书记 current - - 2023")
    assert both.subgraph(both.overlap("何松岩", "林牧之")).number_of_edges() == 2
