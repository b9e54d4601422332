"""GEXF with a time line, for Gephi, Gephi Lite and sigma."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from kg.export.arrange import Attributes, Drawing
from kg.export.xml import attributes, columns, escaped

__all__ = ["gexf", "write"]

Spell = tuple[str, str]

_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd" version="1.3">
"""
_OWN = frozenset({"label", "x", "y", "size", "color", "weight"})  # what GEXF has a place for
_RENAMED = {"start": "valid_from", "end": "valid_until", "id": "networkx_key"}


def gexf(drawing: Drawing) -> Iterator[str]:
    """The lines of a graph as GEXF 1.3.

    Edges have a ``kind`` (relation and status): Gephi joins those of one kind between the same two nodes. ``start`` and
    ``end`` belong to GEXF's own time line, so what the sources state is in ``valid_from`` and ``valid_until``. The time
    line shows an edge from the stated start, else the first report, to the stated end, else the last report, and a node
    from its first edge to its last. The file is dated by the latest publication, not by the clock.
    """
    spells: dict[str, Spell] = {}
    for source, target, data in drawing.edges:
        if spell := _spell(data):
            for end in (source, target):
                first, last = spells.get(end, spell)
                spells[end] = min(first, spell[0]), max(last, spell[1])
    dates = [data.get("published") for _, data in drawing.nodes]
    dates += [data.get("last_published") for *_, data in drawing.edges]
    latest = max(filter(None, dates), default=None)
    dated = attributes(lastmodifieddate=_first_day(latest)) if latest else ""
    mode = ' mode="dynamic" timeformat="date"' if spells else ' mode="static"'
    yield f'{_HEAD}  <meta{dated}><creator>kg</creator></meta>\n  <graph defaultedgetype="directed"{mode}>\n'
    nodes = columns((data for _, data in drawing.nodes), leave=_OWN)
    edges = columns((data for *_, data in drawing.edges), leave=_OWN, first=len(nodes))
    for of, names in (("node", nodes), ("edge", edges)):
        yield f'    <attributes class="{of}" mode="static">\n'
        for name, (number, kind) in names.items():
            yield f'      <attribute id="{number}" title="{_RENAMED.get(name, name)}" type="{kind}"/>\n'
        yield "    </attributes>\n"
    yield "    <nodes>\n"
    for name, data in drawing.nodes:
        red, green, blue = bytes.fromhex(data["color"][1:])
        yield (
            f"      <node{attributes(id=name, label=data['label'])}>{_line(spells.get(name))}"
            f'<viz:color r="{red}" g="{green}" b="{blue}" a="1.0"/><viz:size value="{data["size"]}"/>'
            f'<viz:position x="{data["x"]}" y="{data["y"]}" z="0.0"/>{_values(data, nodes)}</node>\n'
        )
    yield "    </nodes>\n    <edges>\n"
    for source, target, data in drawing.edges:
        kind = f"{data['relation']} {data.get('status', '')}".strip()
        own = {name: data[name] for name in ("id", "label", "weight")}
        ends = attributes(**own, source=source, target=target, kind=kind)
        yield f"      <edge{ends}>{_line(_spell(data))}{_values(data, edges)}</edge>\n"
    yield "    </edges>\n  </graph>\n</gexf>\n"


def write(drawing: Drawing, folder: Path) -> None:
    """Write ``graph.gexf`` of an arranged graph."""
    with (folder / "graph.gexf").open("w", encoding="utf-8", newline="") as file:
        file.writelines(gexf(drawing))


def _values(data: Attributes, names: Mapping[str, tuple[int, str]]) -> str:
    found = (f'<attvalue for="{names[n][0]}" value="{escaped(v)}"/>' for n, v in data.items() if n in names)
    return f"<attvalues>{''.join(found)}</attvalues>"


def _line(spell: Spell | None) -> str:
    return f'<spells><spell start="{spell[0]}" end="{spell[1]}"/></spells>' if spell else ""


def _spell(edge: Attributes) -> Spell | None:
    """When an edge is on the time line, in full dates; never where no source has a date."""
    start = edge.get("start") or edge.get("first_published")
    end = edge.get("end") or edge.get("last_published")
    start, end = start or end, end or start
    if not start or not end:
        return None
    if _first_day(start) > _last_day(end):  # a post that had ended, or is to begin, when it was reported
        start = end = edge.get("start") or edge["end"]
    return _first_day(start), _last_day(end)


def _first_day(date: str) -> str:
    return f"{date}-01-01"[:10] if len(date) == 4 else f"{date}-01"[:10]


@cache
def _last_day(date: str) -> str:
    """The last day of a year, a month or a day.

    >>> _last_day("2023"), _last_day("2024-02"), _last_day("2023-02-03")
    ('2023-12-31', '2024-02-29', '2023-02-03')
    """
    year, month, *_ = (*date.split("-"), "12", "")
    return date[:10] if len(date) > 7 else f"{year}-{month}-{monthrange(int(year), int(month))[1]}"
