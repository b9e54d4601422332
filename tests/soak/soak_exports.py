"""Every export of a graph of 100,000 edges, read back by other programs. `make soak`."""

import time
from pathlib import Path

import duckdb
import pyoxigraph
import pytest
from readers import GRAPH_READERS, of_networkx
from samples import Outputs

from kg.export import FORMATS, export
from kg.model import Entity, Statement
from kg.query import KnowledgeGraph, load
from kg.store import write_outputs

PEOPLE, POSTS, EDGES = 40_000, 3_000, 100_000
SECONDS = 120


def large() -> Outputs:
    """People with posts and companions, in 5,000 documents, one statement an edge."""
    people = [Entity(f"p{i}", "Person", f"人物{i}") for i in range(PEOPLE)]
    posts = [Entity(f"post{i}", "Post", f"局长{i}", title="局长") for i in range(POSTS)]

    def say(i: int) -> Statement:
        relation, end = (
            ("holds_post", f"post{(i + i // PEOPLE * 997) % POSTS}") if i % 3 else ("met_with", f"p{i // 3}")
        )
        return Statement(f"s{i}", f"p{i % PEOPLE}", relation, end, f"{i % 5000}.txt", (0, 6), f"第{i}句话。", "r", 0.8,
                         published="2023-03-05", status="current" if i % 3 else None)  # fmt: skip

    return Outputs([*people, *posts], [], [say(i) for i in range(EDGES)])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    folder = tmp_path_factory.mktemp("large")
    write_outputs(folder, **large().arguments())
    return load(folder)


@pytest.fixture(scope="module")
def exported(built: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    for name in FORMATS:
        began = time.process_time()
        files = export(built, [name], folder)
        seconds = time.process_time() - began
        print(f"{name}: {seconds:.0f} s of the processor, {sum(path.stat().st_size for path in files) / 1e6:.0f} MB")
        assert seconds < SECONDS
    return folder


def test_the_graph_is_large(built: KnowledgeGraph) -> None:
    assert built.graph.number_of_edges() == EDGES


@pytest.mark.parametrize(("form", "reader"), GRAPH_READERS, ids=map(" by ".join, GRAPH_READERS))
def test_another_program_reads_the_same_graph(built: KnowledgeGraph, exported: Path, form: str, reader: str) -> None:
    nodes, edges = GRAPH_READERS[form, reader](exported)
    ours, said = of_networkx(built.graph)
    same = nodes == ours, sorted(edges.values(), key=repr) == sorted(said.values(), key=repr)
    assert same == (True, True)  # without a list of what differs, which would take hours


def test_records_are_all_there(built: KnowledgeGraph, exported: Path) -> None:
    with duckdb.connect() as database:
        rows = database.read_parquet(str(exported / "statements.parquet")).aggregate("count(*), count(DISTINCT id)")
        assert rows.fetchall() == [(EDGES, EDGES)]
    store = pyoxigraph.Store()
    store.bulk_load(path=str(exported / "graph.ttl"))
    (row,) = store.query("SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s <http://www.w3.org/ns/prov#value> ?quote }")
    assert int(row["n"].value) == EDGES
    lines = sum(1 for _ in (exported / "entities.ftm.json").open(encoding="utf-8"))
    assert lines > EDGES + PEOPLE
