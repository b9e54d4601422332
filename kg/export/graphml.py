"""GraphML, for Gephi, yEd, igraph and networkx."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import networkx as nx
from networkx.readwrite.graphml import GraphMLWriter

from kg.export.xml import xml_bytes

__all__ = ["graphml", "write"]


def graphml(graph: "nx.MultiDiGraph[str]") -> bytes:
    """A graph of :func:`kg.export.arrange.arrange` as GraphML, with the names that Gephi knows for places and colours.

    An edge's id is its XML id alone: igraph drops the ids where an attribute of that name stands beside them.
    """
    own: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    own.add_nodes_from((node, _painted(data)) for node, data in graph.nodes(data=True))
    for subject, target, key, data in graph.edges(keys=True, data=True):
        own.add_edge(subject, target, key=key, **{name: value for name, value in data.items() if name != "id"})
    writer = GraphMLWriter(own, prettyprint=True, named_key_ids=False)
    writer.indent(writer.xml)
    return xml_bytes(writer.xml)


def write(graph: "nx.MultiDiGraph[str]", folder: Path) -> None:
    """Write ``graph.graphml`` of an arranged graph."""
    (folder / "graph.graphml").write_bytes(graphml(graph))


def _painted(data: Mapping[str, Any]) -> dict[str, Any]:
    paint = dict(zip("rgb", bytes.fromhex(data["color"][1:]), strict=True))
    return {name: value for name, value in data.items() if name != "color"} | paint
