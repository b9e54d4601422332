"""The graph: a late view of the statements, never the store."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import networkx as nx

from kg.labels import label
from kg.model import Entity, Statement

__all__ = ["EdgeKey", "build_graph", "edge", "group", "node"]

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
        graph.add_node(entity.id, **node(entity))
    for key, said in group(statements).items():
        subject, _, target, _ = key
        for end in (subject, target):
            if end not in graph:
                raise KeyError(f"a statement names the entity {end}, which is not there")
        data = edge(key, said)
        graph.add_edge(subject, target, key=data["id"], **data)
    return graph


def group(statements: Iterable[Statement]) -> dict[EdgeKey, list[Statement]]:
    """Statements by edge: subject, relation, object and status (empty where there is none), in order.

    Of each edge, the surest comes first, then those that name both ends in the quote, then the shortest.
    """
    found: dict[EdgeKey, list[Statement]] = defaultdict(list)
    for s in statements:
        found[s.subject, s.relation, s.object, s.status or ""].append(s)
    for said in found.values():
        said.sort(
            key=lambda s: (-s.confidence, (s.subject_span, s.object_span).count(None), len(s.quote), s.doc, s.id),
        )
    return {key: found[key] for key in sorted(found)}


def edge(key: EdgeKey, statements: Sequence[Statement]) -> dict[str, Any]:
    """The attributes of an edge, those that are known."""
    best = statements[0]
    dates = [s.published for s in statements if s.published]
    known = {
        "status": best.status,
        "start": next((s.start for s in statements if s.start), None),
        "end": next((s.end for s in statements if s.end), None),
        "published": best.published,
        "first_published": min(dates, default=None),
        "last_published": max(dates, default=None),
    }
    return {
        "id": "e" + hashlib.sha256("\x1f".join(key).encode("utf-8", "surrogatepass")).hexdigest()[:16],
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


def node(entity: Entity) -> dict[str, Any]:
    """The attributes of a node, those that are known."""
    known = {name: getattr(entity, name) for name in ("title", "organization", "home", "doc", "published")}
    known = {"aliases": "; ".join(entity.aliases), **known}
    own = {"label": entity.name, "type": entity.type, "resolved": entity.resolved}
    return own | {name: value for name, value in known.items() if value}
