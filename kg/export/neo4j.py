"""Neo4j: CSV files for its bulk import, and a Cypher script that loads the same files."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from kg.export.arrange import Drawing

__all__ = ["write"]

_NODE = ("type", "aliases", "title", "organization", "home", "doc", "published", "resolved:boolean")
_EDGE = (
    "weight:int", "sources:int", "status", "start", "end", "published", "quote", "doc", "confidence:float", "rule",
)  # fmt: skip
_CONVERTED = {"boolean": "toBoolean", "int": "toInteger", "float": "toFloat"}


def write(drawing: Drawing, folder: Path) -> None:
    """Write ``neo4j-nodes.csv``, ``neo4j-edges.csv`` and ``neo4j-load.cypher`` of an arranged graph.

    Nothing of a document stands in the script; labels and types of relations are those of our own vocabulary.
    """
    nodes = ([n, d["label"], *_values(d, _NODE), f"Entity;{d['type']}"] for n, d in drawing.nodes)
    edges = (
        [subject, target, data["relation"].upper(), data["id"], *_values(data, _EDGE)]
        for subject, target, data in drawing.edges
    )
    _write(folder / "neo4j-nodes.csv", ["id:ID", "name", *_NODE, ":LABEL"], nodes)
    _write(folder / "neo4j-edges.csv", [":START_ID", ":END_ID", ":TYPE", "id", *_EDGE], edges)
    types = sorted({data["type"] for _, data in drawing.nodes})
    relations = sorted({data["relation"] for *_, data in drawing.edges})
    (folder / "neo4j-load.cypher").write_text(_script(types, relations), encoding="utf-8")


def _values(data: dict[str, object], names: Iterable[str]) -> Iterable[object]:
    found = (data.get(name.partition(":")[0]) for name in names)
    return (str(value).lower() if isinstance(value, bool) else value for value in found)


def _write(path: Path, header: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def _script(types: Iterable[str], relations: Iterable[str]) -> str:
    parts = ["CREATE CONSTRAINT kg_entity IF NOT EXISTS FOR (n:Entity) REQUIRE n.id IS UNIQUE;"]
    rows = "LOAD CSV WITH HEADERS FROM 'file:///{}' AS row WITH row WHERE {}"
    for kind in types:
        each = rows.format("neo4j-nodes.csv", f"row.type = '{kind}'")
        one = f"MERGE (n:Entity {{id: row.`id:ID`}}) SET n:{kind}, n.name = row.name, {_sets('n', _NODE)}"
        parts.append(f"{each}\nCALL (row) {{ {one} }} IN TRANSACTIONS;")
    for relation in relations:
        each = rows.format("neo4j-edges.csv", f"row.`:TYPE` = '{relation.upper()}'")
        ends = "MATCH (a:Entity {id: row.`:START_ID`}), (b:Entity {id: row.`:END_ID`})"
        one = f"{ends} MERGE (a)-[r:{relation.upper()} {{id: row.id}}]->(b) SET {_sets('r', _EDGE)}"
        parts.append(f"{each}\nCALL (row) {{ {one} }} IN TRANSACTIONS;")
    return "\n".join(parts) + "\n"


def _sets(variable: str, names: Iterable[str]) -> str:
    """Assignments; an empty cell is null, which sets nothing."""
    found = []
    for name in names:
        key, _, kind = name.partition(":")
        value = f"row.`{name}`"
        found.append(f"{variable}.{key} = {_CONVERTED[kind]}({value})" if kind else f"{variable}.{key} = {value}")
    return ", ".join(found)
