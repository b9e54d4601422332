"""GraphML, for Gephi, yEd, igraph and networkx."""

import networkx as nx
from networkx.readwrite.graphml import GraphMLWriter

from kg.export.xml import xml_bytes, xml_safe

__all__ = ["graphml"]


def graphml(graph: "nx.MultiDiGraph[str]") -> bytes:
    """Write a graph of :func:`kg.graph.build_graph` as GraphML.

    An edge's id is its XML id alone: igraph drops the ids where an attribute of that name stands beside them.
    """
    writer = GraphMLWriter(xml_safe(graph, {"id": ""}), prettyprint=True, named_key_ids=False)
    writer.indent(writer.xml)
    return xml_bytes(writer.xml)
