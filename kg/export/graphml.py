"""GraphML, for Gephi, yEd, igraph and networkx."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from kg.export.arrange import Attributes, Drawing
from kg.export.xml import attributes, columns, escaped

__all__ = ["graphml", "write"]

_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""


def graphml(drawing: Drawing) -> Iterator[str]:
    """The lines of a graph as GraphML, with the names that Gephi knows for places and colours.

    An edge's id is its XML id alone: igraph drops the ids where an attribute of that name stands beside them.
    """
    yield _HEAD
    nodes = columns(_painted(data) for _, data in drawing.nodes)
    edges = columns((data for *_, data in drawing.edges), leave={"id"}, first=len(nodes))
    for of, names in (("node", nodes), ("edge", edges)):
        for name, (number, kind) in names.items():
            yield f'  <key id="d{number}" for="{of}" attr.name="{name}" attr.type="{kind}"/>\n'
    yield '  <graph edgedefault="directed">\n'
    for name, data in drawing.nodes:
        yield f"    <node{attributes(id=name)}>{_data(_painted(data), nodes)}</node>\n"
    for source, target, data in drawing.edges:
        yield f"    <edge{attributes(source=source, target=target, id=data['id'])}>{_data(data, edges)}</edge>\n"
    yield "  </graph>\n</graphml>\n"


def write(drawing: Drawing, folder: Path) -> None:
    """Write ``graph.graphml`` of an arranged graph."""
    with (folder / "graph.graphml").open("w", encoding="utf-8", newline="") as file:
        file.writelines(graphml(drawing))


def _painted(data: Attributes) -> Attributes:
    paint = dict(zip("rgb", bytes.fromhex(data["color"][1:]), strict=True))
    return {name: value for name, value in data.items() if name != "color"} | paint


def _data(data: Attributes, names: Mapping[str, tuple[int, str]]) -> str:
    return "".join(
        f'<data key="d{names[name][0]}">{escaped(value)}</data>' for name, value in data.items() if name in names
    )
