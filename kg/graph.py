"""The graph: a late view of the statements, never the store."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

import networkx as nx

from kg.labels import label
from kg.model import Entity, Statement

__all__ = ["EdgeKey", "best_first", "build_graph", "edge_id", "edge_key"]

EdgeKey = tuple[str, str, str, str]


def build_graph(entities: Iterable[Entity], statements: Iterable[Statement]) -> "nx.MultiDiGraph[str]":
    """Build the graph of entities and statements.

    Nodes are all entities by id, with ``label``, ``type``, ``resolved`` and, where known, ``aliases`` (joined by
    "; "), ``title``, ``organization``, ``home``, ``doc`` and ``published``. Edges, with ``id`` as their key, are one
    for each subject, relation, object and status; what they quote is the best evidence. Unknown values have no
    attribute, each attribute has one type, and the order does not depend on the order given.

    Raises:
        KeyError: a statement names an entity that is not there.

    >>> ann, post = Entity("p1", "Person", "何松岩"), Entity("p2", "Post", "局长")
    >>> said = Statement("s1", "p1", "holds_post", "p2", "a.txt", (0, 7), "局长何松岩出席", "r", 0.8, status="current")
    >>> [(a, b, d["label"], d["weight"]) for a, b, d in build_graph([ann, post], [said]).edges(data=True)]
    [('p1', 'p2', '任职', 1)]
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for entity in sorted(entities, key=lambda e: e.id):
        graph.add_node(entity.id, **_node(entity))
    claims: dict[EdgeKey, list[Statement]] = defaultdict(list)
    for statement in statements:
        claims[edge_key(statement)].append(statement)
    for key in sorted(claims):
        subject, _, target, _ = key
        for end in (subject, target):
            if end not in graph:
                raise KeyError(f"a statement names the entity {end}, which is not there")
        graph.add_edge(subject, target, key=edge_id(key), **_edge(key, best_first(claims[key])))
    return graph


def edge_key(statement: Statement) -> EdgeKey:
    """What an edge stands for: subject, relation, object and status (empty where there is none)."""
    return statement.subject, statement.relation, statement.object, statement.status or ""


def edge_id(key: EdgeKey) -> str:
    """A short stable name for an edge."""
    return "e" + hashlib.sha256("\x1f".join(key).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def best_first(statements: Iterable[Statement]) -> list[Statement]:
    """Order statements of one edge: the surest first, those that name both ends in the quote, the shortest."""
    return sorted(
        statements,
        key=lambda s: (-s.confidence, (s.subject_span is None) + (s.object_span is None), len(s.quote), s.doc, s.id),
    )


def _node(entity: Entity) -> dict[str, str | bool]:
    known: dict[str, str | None] = {
        "aliases": "; ".join(entity.aliases),
        "title": entity.title,
        "organization": entity.organization,
        "home": entity.home,
        "doc": entity.doc,
        "published": entity.published,
    }
    return {
        "label": entity.name,
        "type": entity.type,
        "resolved": entity.resolved,
        **{key: value for key, value in known.items() if value},
    }


def _edge(key: EdgeKey, statements: Sequence[Statement]) -> dict[str, str | int | float]:
    best = statements[0]
    known: dict[str, str | None] = {
        "status": best.status,
        "start": next((s.start for s in statements if s.start), None),
        "end": next((s.end for s in statements if s.end), None),
        "published": best.published,
    }
    return {
        "id": edge_id(key),
        "relation": best.relation,
        "label": label("relation", best.relation),
        "weight": len(statements),
        "sources": len({s.doc for s in statements}),
        "quote": best.quote,
        "doc": best.doc,
        "confidence": round(float(best.confidence), 2),
        "rule": best.rule,
        **{name: value for name, value in known.items() if value},
    }
