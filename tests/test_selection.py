import json
import tracemalloc

import duckdb
import networkx as nx
import pandas as pd
import pytest
from samples import sample_outputs

from kg.database import open_database
from kg.errors import KgError
from kg.export import FORMATS, export
from kg.model import RELATIONS
from kg.query import load
from kg.store import TABLES, write_outputs

STATES = ("whole", "missing", "stale", "damaged", "in use")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("output")
    write_outputs(folder, **sample_outputs().arguments())
    with open_database(folder) as database:
        database.finish(folder, [], {})
    return load(folder)


@pytest.fixture(params=STATES)
def output(whole, request):
    """The output folder with its store in any state: the answers are the same."""
    store = whole.outputs.folder / "kg.duckdb"
    kept = store.read_bytes()
    if request.param == "missing":
        store.unlink()
    elif request.param == "damaged":
        store.write_bytes(b"no store" * 1000)
    elif request.param == "stale":
        with duckdb.connect(store) as database:
            database.execute("UPDATE versions SET value = '' WHERE name = 'statements.jsonl'")
            database.execute("DELETE FROM statements")
    if request.param == "in use":
        with open_database(whole.outputs.folder):
            yield whole.outputs.folder
    else:
        yield whole.outputs.folder
    store.unlink(missing_ok=True)
    store.write_bytes(kept)


def empty_store(folder):
    """The store of a build without a document, open to be filled."""
    hashes = {f"{table}.jsonl": table for table in TABLES}
    (folder / "report.json").write_text(json.dumps({"files": hashes}), encoding="utf-8")
    database = duckdb.connect(folder / "kg.duckdb")
    for table, columns in TABLES.items():
        listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        database.execute(f"CREATE TABLE {table} ({listed})")
    database.execute("CREATE TABLE versions (name VARCHAR, value VARCHAR)")
    database.executemany("INSERT INTO versions VALUES (?, ?)", [*hashes.items()])
    return database


def names(graph):
    return set(graph.entities["name"])


def said(graph):
    return set(graph.statements["relation"])


CASES = [
    ({"focus": ["苏远山"]}, {"苏远山", "江海大学校长", "江海大学", "林牧之"}, {"holds_post", "post_in", "met_with"}),
    ({"focus": "苏远山", "relations": ["met_with"]}, {"苏远山", "林牧之"}, {"met_with"}),
    ({"focus": ["苏远山"], "types": ["Post"]}, {"苏远山", "江海大学校长"}, {"holds_post"}),
    ({"focus": ["苏远山", "青川日报"], "until": "2023-03", "hops": 0}, {"苏远山", "青川日报"}, set()),
    ({"focus": ["青川市"], "hops": 1}, {"青川市", "云岭科技城建设推进会"}, {"located_in"}),
    ({"focus": ["青川日报"], "hops": 9}, {"青川日报", "青川市召开云岭科技城建设推进会"}, {"published_by"}),
    ({"focus": ["市科技局"], "relations": ["holds_post"]}, {"青川市科技局", "青川市科技局局长"}, {"post_in"}),
    (
        {"focus": ["市科技局"], "relations": ["holds_post"], "since": "2023-06", "hops": 2},
        {"青川市科技局", "青川市科技局局长", "何松岩"},
        {"post_in", "holds_post"},
    ),
    ({"focus": ["青川市科技局"], "until": "2023-05"}, {"青川市科技局"}, set()),
    ({"since": "2023-06", "relations": ["promotes"]}, {"何松岩", "云岭科技城"}, {"promotes"}),
    ({"since": "2022-06", "until": "2022", "types": ["Person", "Post"]}, {"林牧之", "青川市市长"}, {"holds_post"}),
    ({"since": "2030"}, set(), set()),
    ({"min_sources": 2}, {"林牧之", "青川市市长", "青川市政府"}, {"holds_post", "post_in"}),
    ({"min_sources": 2, "since": "2023-04"}, set(), set()),
    ({"types": ["Place", "Initiative"]}, {"青川市", "云岭科技城"}, set()),
    ({"relations": ["post_in"], "focus": ["市委"]}, {"青川市委", "青川市委书记"}, {"post_in"}),
]


@pytest.mark.parametrize(("chosen", "entities", "relations"), CASES, ids=str)
def test_a_part_holds_what_was_asked_for(output, chosen, entities, relations):
    part = load(output, **chosen)
    assert (names(part), said(part)) == (entities, relations)
    assert part.graph.number_of_nodes() == len(part.entities)
    assert set(part.mentions["entity"]) <= set(part.records)
    assert part.outputs.report["documents"] == part.statements["doc"].nunique()


def test_all_statements_are_those_of_the_whole_graph(whole):
    part = load(whole.outputs.folder, relations=RELATIONS)
    assert part.outputs.statements == whole.outputs.statements
    assert part.outputs.resolutions == whole.outputs.resolutions
    assert part.outputs.mentions == [m for m in whole.outputs.mentions if m["entity"]]
    isolated = set(nx.isolates(whole.graph))
    assert list(part.records) == [number for number in whole.records if number not in isolated]
    assert nx.utils.graphs_equal(part.graph, whole.graph.subgraph(part.records))
    pd.testing.assert_frame_equal(part.career("林牧之"), whole.career("林牧之"))


@pytest.mark.parametrize("name", ["林牧之", "林", "书记", "市委", "青川市委员会", "青川市长", "青川市科技局局长", "青川科技局",
                                  "云岭科技城", "「云岭」科技城", "person-he-2", "post-reporter", "记者", "何松岩", "牧之", "无人", ""])  # fmt: skip
def test_names_mean_what_they_mean_to_the_whole_graph(whole, name):
    def meant(ask):
        try:
            return ask()
        except KgError as error:
            return str(error)

    part = meant(lambda: [*load(whole.outputs.folder, focus=[name], types=["Article"], hops=0).records])
    assert part == meant(lambda: [whole.entity(name)["id"]])


@pytest.mark.parametrize(
    ("chosen", "why"),
    [({"types": ["Human"]}, "Human.*Person"), ({"relations": ["likes"]}, "attended"), ({"since": "May"}, "no date")],
)
def test_what_is_none_is_refused(whole, chosen, why):
    with pytest.raises(KgError, match=why):
        load(whole.outputs.folder, **chosen)


def test_a_folder_without_a_build_or_with_another_file_is_refused(whole, tmp_path):
    with pytest.raises(KgError, match="no finished build"):
        load(tmp_path, focus=["林牧之"])
    for path in whole.outputs.folder.glob("*.json*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "statements.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(KgError, match="changed or from another build"):
        load(tmp_path, focus=["林牧之"])


def test_a_store_of_strangers_reads_no_other_file(whole, tmp_path):
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    with empty_store(tmp_path) as database:
        database.execute("DROP TABLE entities")
        secret = f"read_text('{tmp_path / 'secret.txt'}')"
        database.execute(
            f"CREATE VIEW entities AS SELECT content AS id, 'Person' AS type, content AS name, * FROM "
            f"(SELECT []::VARCHAR[] AS aliases, true AS resolved, content FROM {secret})"
        )
    with pytest.raises(KgError, match=r"disabled|cannot be read"):
        load(tmp_path, types=["Person"])


def test_the_command_writes_page_and_graphml(whole, kg, tmp_path):
    done = kg("graph", "--from", whole.outputs.folder, "--focus", "苏远山", "-o", tmp_path / "part")
    assert (done.code, done.err) == (0, "")
    assert "4 entities, 3 statements" in done.out
    assert len(nx.read_graphml(tmp_path / "part" / "graph.graphml", force_multigraph=True)) == 4
    page = (tmp_path / "part" / "graph.html").read_text(encoding="utf-8")
    assert "苏远山" in page
    assert "何松岩" not in page
    done = kg("graph", "--from", whole.outputs.folder, "--types", "Person,Human")
    assert (done.code, "Human" in done.err) == (1, True)


def test_every_format_takes_a_part(whole, tmp_path):
    part = load(whole.outputs.folder, types=["Person", "Post"])
    assert len(export(part, FORMATS, tmp_path)) >= len(FORMATS)


def test_of_a_large_graph_only_the_part_is_loaded(tmp_path):
    """100,000 people, a statement each and 1,000 by all: memory follows the part."""
    evidence = "{'doc': (n % 9)::VARCHAR, 'start': n, 'end': n + 1, 'quote': repeat('言', 100)} AS evidence"
    with empty_store(tmp_path) as database:
        database.execute(f"""
            INSERT INTO entities BY NAME SELECT 'p' || n AS id, 'Person' AS type, '何' || n AS name,
            []::VARCHAR[] AS aliases, true AS resolved FROM range(100_000) AS r(n);
            INSERT INTO statements BY NAME SELECT n::VARCHAR AS id, 'p' || n AS subject, 'met_with' AS relation,
            'p' || (n + 1) % 100_000 AS object, 0.9 AS confidence, 'r' AS rule, {evidence} FROM range(100_000) AS r(n)""")
    tracemalloc.start()
    part = load(tmp_path, focus=["何500"], hops=3)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert set(part.records) == {f"p{n}" for n in range(497, 504)}
    assert len(part.outputs.statements) == 6
    assert peak < 2_000_000
