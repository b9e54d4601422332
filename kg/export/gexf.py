"""GEXF with a time line, for Gephi, Gephi Lite and sigma."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter

from kg.export.xml import xml_bytes

__all__ = ["gexf", "write"]

Spell = tuple[str, str]

_RENAMED = {"start": "valid_from", "end": "valid_until"}
_LOOK = ("x", "y", "size", "color")


def gexf(graph: "nx.MultiDiGraph[str]") -> bytes:
    """A graph of :func:`kg.export.arrange.arrange` as GEXF 1.3.

    Edges have a ``kind`` (relation and status): Gephi joins those of one kind between the same two nodes. ``start`` and
    ``end`` belong to GEXF's own time line, so what the sources state is in ``valid_from`` and ``valid_until``. The time
    line shows an edge from the stated start, else the first report, to the stated end, else the last report, and a node
    from its first edge to its last. The file is dated by the latest publication, not by the clock.
    """
    spells: defaultdict[str, list[Spell]] = defaultdict(list)
    own: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    own.add_nodes_from(graph)  # their order
    for subject, target, key, data in graph.edges(keys=True, data=True):
        spell = _spell(data)
        for node in (subject, target):
            spells[node] += spell
        named = {_RENAMED.get(name, name): value for name, value in data.items()}
        own.add_edge(subject, target, key=key, **named, spells=spell)
    for node, data in graph.nodes(data=True):
        own.add_node(node, **_node(data, spells[node]))
    writer = GEXFWriter(own, version="1.3")
    kinds = (f"{data['relation']} {data.get('status', '')}".strip() for *_, data in own.edges(data=True))
    for element, kind in zip(writer.xml.iter("edge"), kinds, strict=True):
        element.set("kind", kind)
    meta = writer.xml.find("meta")
    meta.attrib.pop("lastmodifieddate")
    dates = [data.get("published") for _, data in graph.nodes(data=True)]
    dates += [data.get("last_published") for *_, data in graph.edges(data=True)]
    if any(dates):
        meta.set("lastmodifieddate", _first_day(max(filter(None, dates))))
    writer.indent(writer.xml)
    return xml_bytes(writer.xml)


def write(graph: "nx.MultiDiGraph[str]", folder: Path) -> None:
    """Write ``graph.gexf`` of an arranged graph."""
    (folder / "graph.gexf").write_bytes(gexf(graph))


def _node(data: Mapping[str, Any], spells: Sequence[Spell]) -> dict[str, Any]:
    red, green, blue = bytes.fromhex(data["color"][1:])
    look = {
        "color": {"r": red, "g": green, "b": blue},
        "size": data["size"],
        "position": {"x": data["x"], "y": data["y"], "z": 0.0},
    }
    whole = [(min(start for start, _ in spells), max(end for _, end in spells))] if spells else []
    return {name: value for name, value in data.items() if name not in _LOOK} | {"viz": look, "spells": whole}


def _spell(edge: Mapping[str, Any]) -> list[Spell]:
    """When an edge is on the time line, in full dates; never where no source has a date."""
    start = edge.get("start") or edge.get("first_published")
    end = edge.get("end") or edge.get("last_published")
    start, end = start or end, end or start
    if not start or not end:
        return []
    if _first_day(start) > _last_day(end):  # a post that had ended, or is to begin, when it was reported
        start = end = edge.get("start") or edge["end"]
    return [(_first_day(start), _last_day(end))]


def _first_day(date: str) -> str:
    return f"{date}-01-01"[:10] if len(date) == 4 else f"{date}-01"[:10]


def _last_day(date: str) -> str:
    """The last day of a year, a month or a day.

    >>> _last_day("2023"), _last_day("2024-02"), _last_day("2023-02-03")
    ('2023-12-31', '2024-02-29', '2023-02-03')
    """
    year, month, *_ = (*date.split("-"), "12", "")
    return date[:10] if len(date) > 7 else f"{year}-{month}-{monthrange(int(year), int(month))[1]}"
