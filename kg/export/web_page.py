"""The interactive page, as a file of its own."""

from pathlib import Path

from kg.export.choice import choose
from kg.export.html import html
from kg.store import Outputs

__all__ = ["write"]


def write(outputs: Outputs, folder: Path) -> None:
    """Write ``graph.html``; it leads to ``graph.graphml`` where that lies beside it already."""
    report = outputs.report if (folder / "graph.graphml").is_file() else None
    (folder / "graph.html").write_bytes(html(choose(*outputs.told()), report=report).encode())
