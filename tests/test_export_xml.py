"""GraphML and GEXF: what their readers in tests/test_export.py would not notice."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest
from readers import trap_outputs

from kg.export.arrange import Drawing, arrange
from kg.export.choice import choose
from kg.export.gexf import gexf as gexf_lines
from kg.export.graphml import graphml as graphml_lines

GRAPHML = {"g": "http://graphml.graphdrawing.org/xmlns"}
GEXF = {"g": "http://gexf.net/1.3"}


def graphml(graph: Drawing) -> str:
    return "".join(graphml_lines(graph))


def gexf(graph: Drawing) -> str:
    return "".join(gexf_lines(graph))


def trap_drawing() -> Drawing:
    traps = trap_outputs()
    return arrange(choose(traps.entities, traps.statements))


@pytest.fixture(scope="module", params=["traps", "empty"])
def graph(request: pytest.FixtureRequest) -> Drawing:
    return trap_drawing() if request.param == "traps" else arrange(choose([], []))


@pytest.mark.parametrize("write", [graphml, gexf])
def test_no_character_that_xml_forbids_and_the_graph_is_left_as_it_was(write: Callable, graph: Drawing) -> None:
    before = repr(graph)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe]", write(graph))
    assert repr(graph) == before


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
    assert len(kinds) == len(graph.edges)  # Gephi joins the edges of a pair that are of one kind
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
    data = {"id": "e", "relation": "holds_post", "label": "任职", "weight": 1, **dates}
    root = ET.fromstring(gexf(Drawing(trap_drawing().nodes, [("person-lin", "post-mayor", data)])))
    found = [(s.get("start"), s.get("end")) for s in root.iterfind(".//g:spell", GEXF)]
    assert found == ([spell] * 3 if spell else [])  # both ends and the edge
    whole = root.find("g:graph", GEXF)
    assert (whole.get("mode"), whole.get("timeformat")) == (("dynamic", "date") if spell else ("static", None))


def test_a_node_is_on_the_time_line_from_its_first_edge_to_its_last() -> None:
    root = ET.fromstring(gexf(trap_drawing()))
    spells = root.iterfind(".//g:node[@id='person-lin']/g:spells/g:spell", GEXF)
    assert [(s.get("start"), s.get("end")) for s in spells] == [("2022-06-01", "2023-06-30")]


def test_gexf_is_dated_by_the_latest_publication_in_full_not_by_the_clock() -> None:
    root = ET.fromstring(gexf(trap_drawing()))
    assert root.find("g:meta", GEXF).get("lastmodifieddate") == "2023-06-01"
    assert ET.fromstring(gexf(arrange(choose([], [])))).find("g:meta", GEXF).get("lastmodifieddate") is None
