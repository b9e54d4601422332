"""The page inside a notebook: of a whole graph, or of a part of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape as escaped
from typing import Any

import networkx as nx
import pandas as pd

from kg.errors import KgError
from kg.export.choice import choose
from kg.export.html import html
from kg.graph import edge, group
from kg.model import Entity, Statement
from kg.query import KnowledgeGraph, Step

__all__ = ["View", "show"]


@dataclass(frozen=True, slots=True)
class View:
    """What a notebook shows: the page, shut off from the notebook's own."""

    html: str = field(repr=False)
    height: int

    def _repr_html_(self) -> str:
        return (
            f'<iframe title="kg" srcdoc="{escaped(self.html)}" sandbox="allow-scripts allow-downloads" '
            f'style="width:100%;height:{self.height}px;border:1px solid #8884;border-radius:8px"></iframe>'
        )


def show(
    what: "KnowledgeGraph | nx.Graph[str] | pd.DataFrame | Sequence[Sequence[Step]]",
    graph: KnowledgeGraph | None = None,
    *,
    height: int = 640,
) -> View:
    """The page of a graph, to look at in a notebook.

    Args:
        what: a built graph; a part of its networkx graph, such as ``nx.ego_graph(g.graph, id, undirected=True)``; or
            an answer to a question, such as ``g.posts(name)`` or ``g.path(a, b)``.
        graph: the built graph that it is of. Without it an edge has its best quote and not all of them.
        height: in pixels.

    Raises:
        KgError: an answer comes without its graph, or the networkx graph is not one of ours.

    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph()
    >>> graph.add_node("p1", type="Person", label="何松岩")
    >>> "何松岩" in show(graph).html
    True
    """
    part: nx.Graph[str]
    if isinstance(what, KnowledgeGraph):
        part, graph = what.graph, what
    elif isinstance(what, nx.Graph):
        part = what
    elif graph is None:
        raise KgError("an answer names statements of a graph: give that too, as in kg.show(g.path(a, b), g)")
    elif isinstance(what, pd.DataFrame):
        part = graph.subgraph(what)
    else:
        part = graph.subgraph(pd.DataFrame({"id": [step.statement for path in what for step in path]}))
    try:
        entities = [_entity(node, data) for node, data in part.nodes(data=True)]
        drawn = {data["id"]: _statement(one, other, data) for one, other, data in part.edges(data=True)}
    except KeyError as error:
        raise KgError(f"a node or an edge has no {error}: give g.graph, or a part of it") from error
    statements = list(drawn.values())
    if graph:
        claims = group(graph.outputs.told()[1])
        statements = [s for key, said in claims.items() if edge(key, said)["id"] in drawn for s in said]
    return View(html(choose(entities, statements)), height)


def _entity(node: str, data: dict[str, Any]) -> Entity:
    known = {name: data.get(name) for name in ("title", "organization", "home", "doc", "published")}
    aliases = tuple(filter(None, data.get("aliases", "").split("; ")))
    return Entity(node, data["type"], data["label"], aliases, data.get("resolved", True), **known)


def _statement(one: str, other: str, data: dict[str, Any]) -> Statement:
    known = {name: data.get(name) for name in ("status", "start", "end", "published")}
    return Statement(
        data["id"], one, data["relation"], other, data["doc"], (0, len(data["quote"])), data["quote"], data["rule"],
        data["confidence"], **known,
    )  # fmt: skip
