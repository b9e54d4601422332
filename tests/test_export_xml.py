"""GraphML and GEXF: what their readers in tests/test_export.py would not notice."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest
from readers import trap_graph

from kg.export.arrange import arrange
from kg.export.gexf import gexf
from kg.export.graphml import graphml
from kg.graph import build_graph

GRAPHML = {"g": "http://graphml.graphdrawing.org/xmlns"}
GEXF = {"g": "http://gexf.net/1.3"}


@pytest.fixture(scope="module", params=["traps", "empty"])
def graph(request):
    return arrange(trap_graph() if request.param == "traps" else build_graph([], []))


@pytest.mark.parametrize("write", [graphml, gexf])
def test_no_character_that_xml_forbids_and_the_graph_is_left_as_it_was(write: Callable, graph) -> None:
    before = repr([*graph.nodes(data=True), *graph.edges(keys=True, data=True)])
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe]", write(graph).decode())
    assert repr([*graph.nodes(data=True), *graph.edges(keys=True, data=True)]) == before


def test_graphml_ids_are_unique_and_attributes_have_one_type(graph) -> None:
    root = ET.fromstring(graphml(graph))
    edges = [edge.get("id") for edge in root.iterfind(".//g:edge", GRAPHML)]
    assert len(edges) == len(set(edges))
    keys = [(key.get("for"), key.get("attr.name").lower()) for key in root.iterfind("g:key", GRAPHML)]
    assert len(keys) == len(set(keys))
    assert ("edge", "id") not in keys


def test_only_words_of_gexf_stand_on_nodes_and_edges(graph) -> None:
    root = ET.fromstring(gexf(graph))
    kinds = {(e.get("source"), e.get("target"), e.get("kind")) for e in root.iterfind(".//g:edge", GEXF)}
    assert len(kinds) == graph.number_of_edges()  # Gephi joins the edges of a pair that are of one kind
    for edge in root.iterfind(".//g:edge", GEXF):
        assert set(edge.attrib) == {"id", "source", "target", "label", "weight", "kind"}
    for node in root.iterfind(".//g:node", GEXF):
        assert set(node.attrib) == {"id", "label"}
    for group in root.iterfind(".//g:attributes", GEXF):
        titles = [a.get("title").lower() for a in group]
        assert len(titles) == len(set(titles))
        assert not {"id", "label", "start", "end", "weight", "source", "target", "kind"} & set(titles)
        if group.get("class") == "edge":
            assert "type" not in titles


@pytest.mark.parametrize(
    ("dates", "spell"),
    [
        ({}, None),
        ({"first_published": "2023-03-05", "last_published": "2023-06"}, ("2023-03-05", "2023-06-30")),
        (
            {"start": "2022", "first_published": "2023-03-05", "last_published": "2023-03-05"},
            ("2022-01-01", "2023-03-05"),
        ),
        (
            {"end": "2021", "first_published": "2023-03-05", "last_published": "2023-03-05"},
            ("2021-01-01", "2021-12-31"),
        ),
        ({"start": "2024-02", "first_published": "2023-12", "last_published": "2023-12"}, ("2024-02-01", "2024-02-29")),
        ({"start": "2019-05", "end": "2020"}, ("2019-05-01", "2020-12-31")),
        ({"start": "2019-05"}, ("2019-05-01", "2019-05-31")),
    ],
)
def test_the_time_line_shows_an_edge_and_its_ends_for_its_spell(dates: dict[str, str], spell) -> None:
    graph = trap_graph()
    graph.remove_edges_from([*graph.edges(keys=True)])
    graph.add_edge("person-lin", "post-mayor", key="e", relation="holds_post", label="任职", weight=1, **dates)
    root = ET.fromstring(gexf(arrange(graph)))
    found = [(s.get("start"), s.get("end")) for s in root.iterfind(".//g:spell", GEXF)]
    assert found == ([spell] * 3 if spell else [])  # both ends and the edge
    whole = root.find("g:graph", GEXF)
    assert (whole.get("mode"), whole.get("timeformat")) == (("dynamic", "date") if spell else ("static", None))


def test_a_node_is_on_the_time_line_from_its_first_edge_to_its_last() -> None:
    root = ET.fromstring(gexf(arrange(trap_graph())))
    spells = root.iterfind(".//g:node[@id='person-lin']/g:spells/g:spell", GEXF)
    assert [(s.get("start"), s.get("end")) for s in spells] == [("2022-06-01", "2023-06-30")]


def test_gexf_is_dated_by_the_latest_publication_in_full_not_by_the_clock() -> None:
    root = ET.fromstring(gexf(arrange(trap_graph())))
    assert root.find("g:meta", GEXF).get("lastmodifieddate") == "2023-06-01"
    assert ET.fromstring(gexf(arrange(build_graph([], [])))).find("g:meta", GEXF).get("lastmodifieddate") is None
