"""The JSON of graphology, for sigma and Gephi Lite."""

from pathlib import Path

import networkx as nx

from kg.export.arrange import json_bytes

__all__ = ["write"]


def write(graph: "nx.MultiDiGraph[str]", folder: Path) -> None:
    """Write ``graph.graphology.json`` of an arranged graph."""
    nodes = [{"key": node, "attributes": data} for node, data in graph.nodes(data=True)]
    edges = [
        {"key": key, "source": source, "target": target, "attributes": data}
        for source, target, key, data in graph.edges(keys=True, data=True)
    ]
    options = {"type": "directed", "multi": True, "allowSelfLoops": True}
    content = {"attributes": {}, "options": options, "nodes": nodes, "edges": edges}
    (folder / "graph.graphology.json").write_bytes(json_bytes(content))
