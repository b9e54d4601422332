"""Node-link JSON, as networkx, D3 and many others read it."""

from pathlib import Path

from kg.export.arrange import Drawing, json_bytes

__all__ = ["write"]


def write(drawing: Drawing, folder: Path) -> None:
    """Write ``graph.json`` of an arranged graph: lists of ``nodes`` and ``edges``."""
    nodes = [data | {"id": name} for name, data in drawing.nodes]
    edges = [data | {"source": source, "target": target, "key": data["id"]} for source, target, data in drawing.edges]
    content = {"directed": True, "multigraph": True, "graph": {}, "nodes": nodes, "edges": edges}
    (folder / "graph.json").write_bytes(json_bytes(content))
