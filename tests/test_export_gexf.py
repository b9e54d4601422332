import re
import xml.etree.ElementTree as ET

import networkx as nx
import pytest
from readers import counts, graphology, trap_graph

from kg.export.gexf import gexf
from kg.graph import build_graph

NS = {"g": "http://www.gexf.net/1.2draft"}


@pytest.fixture(params=["traps", "empty"])
def graph(request):
    return trap_graph() if request.param == "traps" else build_graph([], [])


@pytest.fixture
def path(graph, tmp_path):
    (tmp_path / "graph.gexf").write_bytes(gexf(graph))
    return tmp_path / "graph.gexf"


def test_networkx_reads_it_back(graph, path):
    back = nx.read_gexf(path)
    assert counts(back) == counts(graph)
    for one, other, key, data in graph.edges(keys=True, data=True):
        found = back.edges[one, other, key]
        assert found["id"] == key
        assert found["relation"] == data["relation"]
        assert found["label"] == data["label"]
        assert found["weight"] == data["weight"]
        assert found.get("valid_from") == data.get("start")


@pytest.mark.node
def test_graphology_reads_it_back(graph, path):
    back = graphology(path)
    assert (len(back["nodes"]), len(back["edges"])) == counts(graph)
    assert {edge["key"] for edge in back["edges"]} == {key for *_, key in graph.edges(keys=True)}
    assert {n: d["type"] for n, d in back["nodes"].items()} == dict(graph.nodes(data="type"))


def test_only_words_of_gexf_stand_on_nodes_and_edges(path):
    root = ET.parse(path).getroot()
    for edge in root.iterfind(".//g:edge", NS):
        assert set(edge.attrib) == {"id", "source", "target", "label", "weight"}
    for node in root.iterfind(".//g:node", NS):
        assert set(node.attrib) == {"id", "label"}
    for group in root.iterfind(".//g:attributes", NS):
        titles = [a.get("title").lower() for a in group]
        assert len(titles) == len(set(titles))
        assert not {"id", "label", "start", "end", "weight", "source", "target"} & set(titles)
        if group.get("class") == "edge":
            assert "type" not in titles


def test_the_date_is_the_latest_publication_in_full():
    root = ET.fromstring(gexf(trap_graph()))
    assert root.find("g:meta", NS).get("lastmodifieddate") == "2023-06-01"


def test_without_dates_there_is_no_date():
    assert ET.fromstring(gexf(build_graph([], []))).find("g:meta", NS).get("lastmodifieddate") is None


def test_no_character_that_xml_forbids():
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe]", gexf(trap_graph()).decode())
