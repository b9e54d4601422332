"""Pictures of small graphs."""

import warnings

import matplotlib as mpl
import networkx as nx
import pytest
from claims import graph_of
from conftest import require

mpl.use("agg")

from kg import plots


@pytest.fixture
def graph():
    g = graph_of("何松岩 云溟市科技局 局长 current - - 2023\n林牧之 云溟市委 书记 current - - 2023")
    return g.graph


def drawn(graph: "nx.MultiDiGraph[str]", **options: bool) -> set[str]:
    """The texts of a picture that was really drawn; a character that the font lacks would warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        axes = plots.draw(graph, **options)
        axes.figure.canvas.draw()
    legend = axes.get_legend()
    return {text.get_text() for text in [*axes.texts, *(legend.get_texts() if legend else [])]}


def test_names_relations_and_types_are_written(graph):
    require(plots.chinese_font(), "no font with Chinese characters is installed")
    assert drawn(graph) == {"何松岩", "林牧之", "云溟市科技局局长", "云溟市委书记", "云溟市科技局", "云溟市委",
                            "任职", "人物", "职务", "机构"}  # fmt: skip
    assert "任职" not in drawn(graph, relations=False)


def test_without_a_chinese_font_there_are_types_only(graph, monkeypatch):
    monkeypatch.setattr(plots, "chinese_font", lambda: None)
    monkeypatch.setitem(mpl.rcParams, "font.family", ["DejaVu Sans"])
    assert drawn(graph) == {"Person", "Post", "Organization"}


def test_an_empty_graph_is_an_empty_picture():
    assert drawn(nx.MultiDiGraph()) == set()
