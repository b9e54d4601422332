import json
import sys
from pathlib import Path

import networkx as nx
import pytest
from conftest import Kg
from hostile import kept
from readers import GRAPH_READERS, GRAPHS, of_networkx, write_graph

from kg.cells import cell
from kg.errors import KgError
from kg.export import FORMATS, export
from kg.query import KnowledgeGraph

ILLEGAL_ID = {"person-\x00-\ud800": "person-_0000_-_D800_"}


@pytest.fixture(scope="module", params=GRAPHS)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    return write_graph(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="module")
def exported(built: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    export(built, FORMATS, folder)
    return folder


@pytest.mark.parametrize("form, reader", GRAPH_READERS, ids=map(" by ".join, GRAPH_READERS))
def test_another_program_reads_the_same_graph(built: KnowledgeGraph, exported: Path, form: str, reader: str) -> None:
    nodes, edges = GRAPH_READERS[form, reader](exported)
    ours, said = of_networkx(built.graph)
    if form == "csv":  # what a spreadsheet would run stands after an apostrophe
        ours = {name: (kept(str(cell(label))), kind) for name, (label, kind) in ours.items()}
        said = {key: {name: cell(value) for name, value in data.items()} for key, data in said.items()}
    assert nodes == {ILLEGAL_ID.get(name, name): about for name, about in ours.items()}
    assert sorted(edges.values(), key=repr) == sorted(said.values(), key=repr)
    assert edges.keys() == said.keys() or reader == "igraph"


def test_gephi_finds_places_sizes_and_colours(exported: Path) -> None:
    drawn = {node["id"]: node for node in json.loads((exported / "graph.json").read_bytes())["nodes"]}
    gexf = nx.read_gexf(exported / "graph.gexf", version="1.3").nodes(data="viz")
    for name, data in nx.read_graphml(exported / "graph.graphml", force_multigraph=True).nodes(data=True):
        own, viz = drawn[name], gexf[name]
        assert (data["x"], data["y"], data["size"]) == (own["x"], own["y"], own["size"])
        assert (viz["position"]["x"], viz["position"]["y"], viz["size"]) == (own["x"], own["y"], own["size"])
        assert [viz["color"][c] for c in "rgb"] == [data[c] for c in "rgb"] == [*bytes.fromhex(own["color"][1:])]


def test_files_are_replaced_whole_and_nothing_else_is_left(built: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "graph.gexf").write_text("earlier", encoding="utf-8")
    one = {path: path.read_bytes() for path in export(built, FORMATS, tmp_path)}
    assert {path: path.read_bytes() for path in export(built, reversed(FORMATS), tmp_path)} == one
    assert {*tmp_path.iterdir()} == {*one, tmp_path / "mine.txt"}


def test_what_cannot_be_done_is_said(built: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for formats, folder, message in [
        (["gexf", "visio"], tmp_path, "visio: no such format; choose of graphml, "),
        (["gexf"], tmp_path / "file", "cannot be written"),
    ]:
        with pytest.raises(KgError, match=message):
            export(built, formats, folder)
    monkeypatch.setitem(sys.modules, "pyoxigraph", None)
    monkeypatch.delitem(sys.modules, "kg.export.rdf", raising=False)
    with pytest.raises(KgError, match=r"the format rdf needs the package pyoxigraph: pip install"):
        export(built, ["gexf", "rdf"], tmp_path / "none")
    assert {path.name for path in tmp_path.iterdir()} == {"file"}  # said before anything is written


def test_the_command(kg: Kg, built: KnowledgeGraph, tmp_path: Path) -> None:
    done = kg("export", "-f", "gexf", "--format", "csv", "--from", built.outputs.folder, "-o", tmp_path / "x")
    assert (done.code, done.err) == (0, "")
    assert {path.name for path in (tmp_path / "x").iterdir()} == {"graph.gexf", "nodes.csv", "edges.csv"}
    assert done.out.count("wrote ") == 3
