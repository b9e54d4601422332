"""GraphML, for Gephi, yEd, igraph and networkx."""

from collections.abc import Iterator
from pathlib import Path

from kg.export.arrange import Attributes, Drawing
from kg.export.xml import attributes, escaped, typed

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
    types = {
        "node": typed(data for _, data in drawing.nodes),
        "edge": typed(data for *_, data in drawing.edges),
    }
    if "color" in types["node"]:
        del types["node"]["color"]
        types["node"] |= dict.fromkeys("rgb", "long")
    types["edge"].pop("id", None)
    keys: dict[str, dict[str, str]] = {"node": {}, "edge": {}}
    for kind, names in types.items():
        for name, of in names.items():
            number = keys[kind][name] = f"d{len(keys['node']) + len(keys['edge'])}"
            key = {"id": number, "for": kind, "attr.name": name, "attr.type": of}
            yield f"  <key{attributes(**key)}/>\n"
    yield '  <graph edgedefault="directed">\n'
    for name, data in drawing.nodes:
        painted = data | dict(zip("rgb", bytes.fromhex(data["color"][1:]), strict=True))
        yield f'    <node id="{escaped(name)}">{_data(painted, keys["node"])}</node>\n'
    for source, target, number, data in drawing.edges:
        ends = attributes(source=source, target=target, id=number)
        yield f"    <edge{ends}>{_data(data, keys['edge'])}</edge>\n"
    yield "  </graph>\n</graphml>\n"


def write(drawing: Drawing, folder: Path) -> None:
    """Write ``graph.graphml`` of an arranged graph."""
    with (folder / "graph.graphml").open("w", encoding="utf-8", newline="") as file:
        file.writelines(graphml(drawing))


def _data(data: Attributes, keys: dict[str, str]) -> str:
    return "".join(f'<data key="{keys[name]}">{escaped(value)}</data>' for name, value in data.items() if name in keys)
