"""Node-link JSON, as networkx, D3 and many others read it."""

from pathlib import Path

import networkx as nx

from kg.export.arrange import json_bytes

__all__ = ["write"]


def write(graph: "nx.MultiDiGraph[str]", folder: Path) -> None:
    """Write ``graph.json`` of an arranged graph: lists of ``nodes`` and ``edges``."""
    (folder / "graph.json").write_bytes(json_bytes(nx.node_link_data(graph, edges="edges")))
