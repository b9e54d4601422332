"""Graphs that make graph files go wrong, and readers of files that are not ours."""

import csv
import json
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import igraph
import networkx as nx
import pandas as pd
from conftest import require
from hostile import HOSTILE, kept
from samples import Outputs, sample_outputs

from kg.model import Entity
from kg.query import KnowledgeGraph, load
from kg.store import write_outputs

__all__ = ["GRAPH_READERS", "Read", "counts", "graphology", "trap_outputs"]

NODE = Path(__file__).parent / "node"
ATTRIBUTES = ("relation", "status", "quote", "doc", "published", "start")

Read = tuple[dict[str, tuple[str, str]], dict[str, dict[str, Any]]]
"""Label and type of each node, and the attributes of each edge with ``source``, ``target`` and ``weight``."""


def trap_outputs() -> Outputs:
    """Every hostile text as name, alias, title, quote and document; a loop; parallel edges that differ in status alone."""
    sample = sample_outputs()
    first = sample.statements[0]
    for number, (what, text) in enumerate(HOSTILE.items()):
        person, post = Entity(f"person {what}", "Person", text, (text, "x")), f"post-{number}"
        sample.entities += [person, Entity(post, "Post", text, title=text, organization="org-committee", home=text)]
        sample.statements.append(
            replace(
                first, id=f"hostile-{number}", subject=person.id, object=post, quote=text, doc=f"{number}{text}.txt"
            )
        )
    sample.entities.append(Entity("person-\x00-\ud800", "Person", "何松岩"))
    sample.statements += [
        replace(first, id="s1", status="former", quote='引 "号"\r\n& <i>\t\x07完'),
        replace(first, id="s2", status="appointed", doc="a\x01.txt", published="2022-06"),
        replace(sample.statements[1], id="s4", doc="\udcb0\x1b[2J.txt"),
        replace(first, id="s3", relation="accompanied", object=first.subject, status=None),
    ]
    return sample


def counts(graph: "nx.MultiDiGraph[str]") -> tuple[int, int]:
    return graph.number_of_nodes(), graph.number_of_edges()


def node(*arguments: object) -> Any:
    """What a script of node prints, as JSON."""
    require(shutil.which("node"), "node is not installed")
    require((NODE / "node_modules").is_dir(), "no node packages: npm ci --prefix tests/node")
    done = subprocess.run(["node", *arguments], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def graphology(path: Path) -> dict[str, Any]:
    """What the JavaScript library graphology reads of a file."""
    found: dict[str, Any] = node(NODE / "read.mjs", path)
    return found


def as_read(nodes: Iterable[tuple[str, Mapping[str, Any]]], edges: Iterable[Mapping[str, Any]]) -> Read:
    """What a reader found, in one form; CSV has an empty cell where other files have nothing."""
    return (
        {name: (kept(str(data.get("label") or "")), data["type"]) for name, data in nodes},
        {
            edge["id"]: {"source": edge["source"], "target": edge["target"], "weight": float(edge["weight"])}
            | {name: kept(edge[name]) for name in ATTRIBUTES if edge.get(name)}
            for edge in edges
        },
    )


def of_networkx(graph: "nx.MultiDiGraph[str]") -> Read:
    edges = graph.edges(keys=True, data=True)
    named = {"valid_from": "start"}  # as GEXF calls it
    return as_read(
        graph.nodes(data=True),
        # Without parallel edges networkx reads a GEXF as a simple graph, whose edges have ids but no keys.
        [
            {"id": key} | {named.get(k, k): v for k, v in d.items()} | {"source": a, "target": b}
            for a, b, key, d in edges
        ],
    )


def _igraph(folder: Path) -> Read:
    graph = igraph.Graph.Read_GraphML(str(folder / "graph.graphml"))
    names = graph.vs["id"] if graph.vcount() else []
    own = ({"id": e.index, "source": names[e.source], "target": names[e.target]} for e in graph.es)
    edges = (e.attributes() | more for e, more in zip(graph.es, own, strict=True))  # igraph gives edges ids of nodes
    return as_read(((v["id"], v.attributes()) for v in graph.vs), edges)


def _graphology(name: str) -> Callable[[Path], Read]:
    def read(folder: Path) -> Read:
        found = graphology(folder / name)
        named = {"valid_from": "start"}
        edges = ({named.get(k, k): v for k, v in e.items()} | {"id": e["key"]} for e in found["edges"])
        return as_read(found["nodes"].items(), edges)

    return read


def _frames(nodes: pd.DataFrame, edges: pd.DataFrame) -> Read:
    lower = {name: name.lower() for name in ("Id", "Label", "Source", "Target")}
    found = [frame.rename(columns=lower).to_dict("records") for frame in (nodes, edges)]
    return as_read(((row["id"], row) for row in found[0]), found[1])


def _pandas(folder: Path) -> Read:
    options: Any = {"dtype": str, "keep_default_na": False}
    nodes, edges = (pd.read_csv(folder / f"{name}.csv", **options) for name in ("nodes", "edges"))
    return _frames(nodes, edges)


def _duckdb(folder: Path) -> Read:
    read = "SELECT * FROM read_csv(?, header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"')"
    with duckdb.connect() as database:
        nodes, edges = (database.execute(read, [str(folder / f"{name}.csv")]).df() for name in ("nodes", "edges"))
    return _frames(nodes.fillna(""), edges.fillna(""))


def _neo4j(folder: Path) -> Read:
    nodes, edges = (
        list(csv.DictReader((folder / f"neo4j-{name}.csv").open(encoding="utf-8", newline="")))
        for name in ("nodes", "edges")
    )
    ends = {":START_ID": "source", ":END_ID": "target", "weight:int": "weight"}
    rows = [{ends.get(k, k): v for k, v in row.items()} | {"relation": row[":TYPE"].lower()} for row in edges]
    return as_read(((row["id:ID"], row | {"label": row["name"]}) for row in nodes), rows)


GRAPH_READERS: dict[tuple[str, str], Callable[[Path], Read]] = {
    # Without edges a file cannot say that several are allowed between two nodes.
    ("graphml", "networkx"): lambda f: of_networkx(nx.read_graphml(f / "graph.graphml", force_multigraph=True)),
    ("graphml", "igraph"): _igraph,
    ("graphml", "graphology"): _graphology("graph.graphml"),
    ("gexf", "networkx"): lambda f: of_networkx(nx.MultiDiGraph(nx.read_gexf(f / "graph.gexf", version="1.3"))),
    ("gexf", "graphology"): _graphology("graph.gexf"),
    ("node-link", "networkx"): lambda f: of_networkx(
        nx.node_link_graph(json.loads((f / "graph.json").read_bytes()), edges="edges")
    ),
    ("csv", "pandas"): _pandas,
    ("csv", "duckdb"): _duckdb,
    ("graphology", "graphology"): _graphology("graph.graphology.json"),
    ("neo4j", "csv"): _neo4j,
}


GRAPHS = {"sample": sample_outputs, "traps": trap_outputs, "empty": Outputs}


def write_graph(name: str, folder: Path) -> KnowledgeGraph:
    """One of the small graphs that exports are tried on."""
    write_outputs(folder, **GRAPHS[name]().arguments())
    return load(folder)
