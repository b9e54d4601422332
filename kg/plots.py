"""Pictures of small graphs with Chinese labels, by matplotlib (in the extra ``notebook``)."""

from functools import cache

import matplotlib.pyplot as plt
import networkx as nx
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.ft2font import FT2Font

from kg.export.choice import LOOKS
from kg.export.layout import layout
from kg.labels import label

__all__ = ["chinese_font", "draw", "use_chinese_font"]

_NEEDED = "图谱溟岘书长这"
_CURVE = "arc3,rad=0.2"
_ROOM = 36  # pixels that a node takes, its name below it as many again
_CHARACTER = 16


@cache
def chinese_font() -> str | None:
    """The name of an installed font with Chinese characters, a plain sans serif one where there is one."""
    fonts = [f for f in font_manager.fontManager.ttflist if f.style == "normal" and str(f.weight) in {"400", "normal"}]
    for font in sorted(fonts, key=lambda f: ("Sans" not in f.name, "Mono" in f.name, "SC" not in f.name, f.name)):
        face = FT2Font(font.fname)
        if all(face.get_char_index(ord(character)) for character in _NEEDED):
            return font.name
    return None


def use_chinese_font() -> str | None:
    """Make matplotlib write with a font that has Chinese characters, and name it; None where none is installed."""
    font = chinese_font()
    if font:
        plt.rcParams["font.family"] = [font, "DejaVu Sans"]  # the second has signs that the first may lack
    return font


def draw(graph: "nx.MultiDiGraph[str]", axes: Axes | None = None, *, relations: bool = True) -> Axes:
    """Draw a graph of a hundred nodes or so; without a Chinese font names and relations are left out.

    Args:
        graph: as ``KnowledgeGraph.graph`` and ``KnowledgeGraph.subgraph`` give it.
        axes: where to draw; a new figure by default.
        relations: whether to write what an edge says.

    >>> plt.switch_backend("agg")
    >>> graph = nx.MultiDiGraph()
    >>> graph.add_node("a", label="何松岩", type="Person")
    >>> [text.get_text() for text in draw(graph).get_legend().get_texts()] in (["人物"], ["Person"])
    True
    """
    axes = axes or plt.subplots(figsize=(11, 7))[1]
    font = use_chinese_font()
    names = {node: data["label"] for node, data in graph.nodes(data=True)}
    number = {node: i for i, node in enumerate(names)}
    boxes = [(_ROOM + _CHARACTER * len(name), 2 * _ROOM) for name in names.values()]
    found = layout(boxes, [(number[a], number[b]) for a, b in graph.edges()], [True] * len(names))
    place = dict(zip(names, ((x, -y) for x, y in found), strict=True))
    nx.draw_networkx_edges(graph, place, ax=axes, edge_color="#c8c8c8", node_size=260, connectionstyle=_CURVE)
    for kind, look in LOOKS["types"].items():
        if nodes := [node for node, data in graph.nodes(data=True) if data["type"] == kind]:
            name = label("type", kind, "zh" if font else "en")
            nx.draw_networkx_nodes(
                graph, place, nodes, ax=axes, node_color=look["color"], edgecolors="#999999", node_size=260, label=name
            )
    if font:
        low = {node: (x, y - _ROOM) for node, (x, y) in place.items()}
        nx.draw_networkx_labels(graph, low, names, ax=axes, font_family=font, font_size=11, clip_on=False)
        if relations:
            simple = nx.DiGraph(graph)
            says = {(a, b): data["label"] for a, b, data in graph.edges(data=True)}
            nx.draw_networkx_edge_labels(
                simple, place, says, ax=axes, font_family=font, font_size=8, font_color="#666666", rotate=False,
                connectionstyle=_CURVE,
            )  # fmt: skip
    axes.margins(0.1)
    if names:
        axes.legend(frameon=False, loc="best", markerscale=0.6)
    axes.axis("off")
    return axes
