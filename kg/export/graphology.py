"""The JSON of graphology, for sigma and Gephi Lite."""

from pathlib import Path

from kg.export.arrange import Drawing, json_bytes

__all__ = ["write"]


def write(drawing: Drawing, folder: Path) -> None:
    """Write ``graph.graphology.json`` of an arranged graph."""
    nodes = [{"key": node, "attributes": data} for node, data in drawing.nodes]
    edges = [
        {"key": data["id"], "source": source, "target": target, "attributes": data}
        for source, target, data in drawing.edges
    ]
    options = {"type": "directed", "multi": True, "allowSelfLoops": True}
    content = {"attributes": {}, "options": options, "nodes": nodes, "edges": edges}
    (folder / "graph.graphology.json").write_bytes(json_bytes(content))
