"""CSV lists of nodes and edges, for spreadsheets, pandas, DuckDB and Gephi's import of spreadsheets."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from kg.cells import cell
from kg.export.arrange import Drawing

__all__ = ["write"]

_NODE = ("type", "aliases", "title", "organization", "home", "doc", "published", "resolved", "x", "y", "size", "color")
_EDGE = (
    "weight", "relation", "status", "start", "end", "published", "first_published", "last_published", "sources",
    "quote", "doc", "confidence", "rule",
)  # fmt: skip


def write(drawing: Drawing, folder: Path) -> None:
    """Write ``nodes.csv`` and ``edges.csv`` of an arranged graph, with the names of columns that Gephi knows.

    A cell that a spreadsheet would take for a formula begins with an apostrophe, see :func:`kg.cells.cell`.
    """
    nodes = ([node, data["label"], *map(data.get, _NODE)] for node, data in drawing.nodes)
    edges = (
        [subject, target, "Directed", data["id"], data["label"], *map(data.get, _EDGE)]
        for subject, target, data in drawing.edges
    )
    _write(folder / "nodes.csv", ("Id", "Label", *_NODE), nodes)
    _write(folder / "edges.csv", ("Source", "Target", "Type", "Id", "Label", *_EDGE), edges)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(map(cell, row) for row in rows)
