"""GEXF, for Gephi, Gephi Lite and sigma."""

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter

from kg.export.xml import xml_bytes, xml_safe

__all__ = ["gexf"]

_RENAMED = {"start": "valid_from", "end": "valid_until"}
_FULL_DATE = "0001-01-01"


def gexf(graph: "nx.MultiDiGraph[str]") -> bytes:
    """Write a graph of :func:`kg.graph.build_graph` as GEXF 1.2.

    ``start`` and ``end`` belong to GEXF's own time line, which wants full dates, so an edge's dates are named
    ``valid_from`` and ``valid_until``. The file is dated by the latest publication date, not by the clock.
    """
    writer = GEXFWriter(xml_safe(graph, _RENAMED), version="1.2draft")
    published = [d["published"] for _, d in graph.nodes(data=True) if "published" in d]
    published += [d["published"] for *_, d in graph.edges(data=True) if "published" in d]
    meta = writer.xml.find("meta")
    meta.attrib.pop("lastmodifieddate")
    if published:
        latest = max(published)[:10]
        meta.set("lastmodifieddate", latest + _FULL_DATE[len(latest) :])
    writer.indent(writer.xml)
    return xml_bytes(writer.xml)
