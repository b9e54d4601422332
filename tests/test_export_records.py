"""Parquet, FollowTheMoney and RDF, read back by other programs than ours."""

import json
from collections import Counter
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyoxigraph
import pytest
import rdflib
from conftest import require
from hostile import kept
from readers import GRAPHS, write_graph

from kg.export import export
from kg.export.rdf import PREFIXES
from kg.query import KnowledgeGraph

TABLES = ("entities", "mentions", "statements", "resolutions")


@pytest.fixture(scope="module", params=GRAPHS)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    return write_graph(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="module")
def exported(built: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    export(built, ["parquet", "ftm", "rdf"], folder)
    return folder


@pytest.fixture(scope="module")
def model() -> Any:
    """FollowTheMoney's own; it needs a compiler and the headers of ICU to install, so only CI is sure to have it."""
    require(find_spec("followthemoney"), "followthemoney is not installed")
    return import_module("followthemoney").model


def utf8(value: Any) -> Any:
    """What is left of a record when its strings have lost lone surrogates, which no UTF-8 file can carry."""
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "ignore"))


@pytest.mark.parametrize("table", TABLES)
def test_parquet_has_the_records_to_the_letter(built: KnowledgeGraph, exported: Path, table: str) -> None:
    records = utf8(getattr(built.outputs, table))
    path = exported / f"{table}.parquet"
    with duckdb.connect() as database:
        found = database.read_parquet(str(path))
        rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    keys = set().union(*records)
    assert set(rows[0] if rows else ()) == keys
    assert rows == [{key: record.get(key) for key in rows[0]} for record in records]
    frame = pd.read_parquet(path)
    assert len(frame) == len(records)
    if records:
        assert keys == set(frame.columns)
        assert frame["id" if "id" in keys else "text"].tolist() == [
            r["id" if "id" in keys else "text"] for r in records
        ]


def test_followthemoney_takes_every_value(built: KnowledgeGraph, exported: Path, model: Any) -> None:
    made = [json.loads(line) for line in (exported / "entities.ftm.json").open(encoding="utf-8")]
    entities = {data["id"]: model.get_proxy(data, cleaned=False) for data in made}
    assert len(entities) == len(made)
    for data in made:
        proxy = entities[data["id"]]
        assert not (proxy.schema.validate(data) or {}).get("properties")
        # Cleaning takes quotation marks off names, and marks of direction; it drops what is not valid.
        assert {k: len(v) for k, v in proxy.properties.items()} == {k: len(v) for k, v in data["properties"].items()}
        for prop, value in proxy.itervalues():
            if prop.type.name == "entity":
                assert prop.range is not None
                assert entities[value].schema.is_a(prop.range), (prop, data)
    schemata = Counter(proxy.schema.name for proxy in entities.values())
    types = Counter(record["type"] for record in built.outputs.entities)
    for kind, names in {
        "Person": ["Person"], "Post": ["Position"], "Organization": ["Organization", "PublicBody"],
        "Initiative": ["Project"], "Event": ["Event"], "Place": ["Address"], "Article": ["Article"],
    }.items():  # fmt: skip
        assert sum(schemata[name] for name in names) == types[kind]
    posts = {
        (s["subject"], s["object"], s["status"]) for s in built.outputs.statements if s["relation"] == "holds_post"
    }
    assert schemata["Occupancy"] == len(posts)


def test_followthemoney_says_what_the_sources_say(tmp_path: Path, model: Any) -> None:
    export(write_graph("sample", tmp_path), ["ftm"], tmp_path)
    made = [json.loads(line) for line in (tmp_path / "entities.ftm.json").open(encoding="utf-8")]
    entities = {data["id"]: model.get_proxy(data) for data in made}
    by_name = {
        proxy.first("name", quiet=True): proxy for proxy in entities.values() if proxy.schema.name not in {"Mention"}
    }
    lin, mayor = by_name["林牧之"], by_name["青川市市长"]
    assert lin.get("alias") == ["林"]
    assert mayor.get("organization") == [by_name["青川市政府"].id]
    assert [by_name[n].schema.name for n in ("青川市委", "江海大学", "青川市科技局")] == [
        "PublicBody", "Organization", "PublicBody",
    ]  # fmt: skip
    (held,) = [p for p in entities.values() if p.schema.name == "Occupancy" and p.get("holder") == [lin.id]]
    assert (held.get("post"), held.get("status"), held.get("startDate")) == ([mayor.id], ["current"], ["2022-06"])
    assert sorted(held.get("date")) == ["2023-03-05", "2023-06"]
    assert {entities[proof].schema.name for proof in held.get("proof")} == {"Article"}
    (article,) = [p for p in entities.values() if p.get("fileName", quiet=True) == ["a.txt"]]
    assert (article.get("author"), article.get("publisher")) == (["钟意帆"], ["青川日报"])
    roles = Counter(
        p.first("role") for p in entities.values() if p.schema.name in {"UnknownLink", "ProjectParticipant"}
    )
    assert roles["promotes"] == 2
    assert roles["met_with"] == roles["inspected"] == roles["accompanied"] == 1


@pytest.mark.parametrize("reader", ["pyoxigraph", "rdflib turtle", "rdflib json-ld"])
def test_rdf_is_read_and_asked(built: KnowledgeGraph, exported: Path, reader: str) -> None:
    def ask(query: str) -> list[tuple[str, ...]]:
        if reader == "pyoxigraph":
            return [tuple(value.value for value in row) for row in store.query(query, prefixes=PREFIXES)]
        return [tuple(map(str, row)) for row in graph.query(query, initNs=PREFIXES)]

    if reader == "pyoxigraph":
        store = pyoxigraph.Store()
        store.load(path=str(exported / "graph.ttl"))
    else:
        name, form = {"turtle": ("graph.ttl", "turtle"), "json-ld": ("graph.jsonld", "json-ld")}[reader.split()[1]]
        graph = rdflib.Graph().parse(exported / name, format=form)
    outputs = built.outputs
    names = ask(
        "SELECT ?e ?type ?name { ?e kg:resolved ?x ; a ?type . OPTIONAL { ?e schema:name ?name } FILTER(STRSTARTS(STR(?type), 'urn:kg:')) }"
    )
    assert Counter((kind.removeprefix("urn:kg:"), kept(name)) for _, kind, name in names) == Counter(
        (e["type"], kept(e["name"])) for e in outputs.entities
    )
    said = ask(
        "SELECT ?r ?quote ?doc { ?s a rdf:Statement ; rdf:predicate ?r ; prov:value ?quote ; prov:wasQuotedFrom/kg:doc ?doc }"
    )
    assert Counter((r.removeprefix("urn:kg:"), kept(quote), kept(doc)) for r, quote, doc in said) == Counter(
        (s["relation"], kept(s["evidence"]["quote"]), kept(s["evidence"]["doc"])) for s in outputs.statements
    )
    held = ask("SELECT DISTINCT ?p ?post { ?p org:holds ?post . ?p a schema:Person . ?post a org:Post }")
    statuses = {"current", "appointed", "acting"}
    assert len(held) == len({(s["subject"], s["object"]) for s in outputs.statements if s["status"] in statuses})
    posts = ask("SELECT ?post ?body { ?post org:postIn ?body . ?body a org:Organization }")
    assert len(posts) == len({s["subject"] for s in outputs.statements if s["relation"] == "post_in"})
