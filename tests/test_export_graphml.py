import xml.etree.ElementTree as ET

import igraph
import networkx as nx
import pytest
from readers import counts, graphology, trap_graph

from kg.export.graphml import graphml
from kg.graph import build_graph

NS = {"g": "http://graphml.graphdrawing.org/xmlns"}


@pytest.fixture(params=["traps", "empty"])
def graph(request):
    return trap_graph() if request.param == "traps" else build_graph([], [])


@pytest.fixture
def path(graph, tmp_path):
    (tmp_path / "graph.graphml").write_bytes(graphml(graph))
    return tmp_path / "graph.graphml"


def test_networkx_reads_it_back(graph, path):
    # Without edges a file cannot say that several are allowed between two nodes.
    back = nx.read_graphml(path, force_multigraph=True)
    assert counts(back) == counts(graph)
    assert {key for *_, key in back.edges(keys=True)} == {key for *_, key in graph.edges(keys=True)}
    for node, data in graph.nodes(data=True):
        assert back.nodes[node]["type"] == data["type"]
        assert back.nodes[node]["resolved"] is data["resolved"]
    for one, other, key, data in graph.edges(keys=True, data=True):
        assert back.edges[one, other, key]["weight"] == data["weight"]
        assert back.edges[one, other, key].get("status") == data.get("status")


def test_igraph_reads_it_back(graph, path):
    back = igraph.Graph.Read_GraphML(str(path))
    assert (back.vcount(), back.ecount()) == counts(graph)
    if back.vcount():
        assert set(back.vs["id"]) == set(graph)
        assert sorted(back.es["relation"]) == sorted(d["relation"] for *_, d in graph.edges(data=True))


@pytest.mark.node
def test_graphology_reads_it_back(graph, path):
    back = graphology(path)
    assert (len(back["nodes"]), len(back["edges"])) == counts(graph)
    assert {edge["key"] for edge in back["edges"]} == {key for *_, key in graph.edges(keys=True)}
    assert {n: d["type"] for n, d in back["nodes"].items()} == dict(graph.nodes(data="type"))


def test_ids_are_unique_and_attributes_have_one_type(path):
    root = ET.parse(path).getroot()
    edges = [edge.get("id") for edge in root.iterfind(".//g:edge", NS)]
    assert len(edges) == len(set(edges))
    keys = [(key.get("for"), key.get("attr.name").lower()) for key in root.iterfind("g:key", NS)]
    assert len(keys) == len(set(keys))
    assert ("edge", "id") not in keys


def test_text_loses_only_what_xml_forbids(tmp_path):
    (tmp_path / "g").write_bytes(graphml(trap_graph()))
    back = nx.read_graphml(tmp_path / "g")
    assert back.nodes["person-he-1"]["label"] == "何松岩]]><b>"
    assert '引 "号"\n& <i>\t完' in {d["quote"].replace("\r\n", "\n") for *_, d in back.edges(data=True)}


def test_the_graph_is_left_as_it_was():
    graph = trap_graph()
    nodes, edges = dict(graph.nodes(data=True)), list(graph.edges(keys=True, data=True))
    graphml(graph)
    assert (dict(graph.nodes(data=True)), list(graph.edges(keys=True, data=True))) == (nodes, edges)
