import re
from dataclasses import replace

import networkx as nx
import pandas as pd
import pytest
from samples import sample_outputs

import kg
from kg.errors import KgError
from kg.export.choice import choose
from kg.export.html import html
from kg.store import write_outputs


@pytest.fixture
def graph(tmp_path):
    write_outputs(tmp_path, **sample_outputs().arguments())
    return kg.load(tmp_path)


def names(view):
    return set(re.findall(r'"name":(\[.*?\])', view.html)[0].strip("[]").replace('"', "").split(","))


def test_the_whole_graph_is_the_page_of_the_build(graph):
    sample = sample_outputs()
    assert kg.show(graph).html == html(choose(sample.entities, sample.statements))


def test_parts_of_the_networkx_graph(graph):
    ego = nx.ego_graph(graph.graph, "person-su", undirected=True)
    assert names(kg.show(ego)) == {"苏远山", "林牧之", "江海大学校长"}
    held = ("person-lin", "post-mayor")
    part = graph.graph.edge_subgraph([(*held, key) for key in graph.graph.get_edge_data(*held)])
    assert kg.show(part).html.count("青川市长林牧之会见") == 0  # the second piece of evidence
    assert kg.show(part, graph).html.count("青川市长林牧之会见") == 1


def test_answers(graph):
    assert names(kg.show(graph.posts("苏远山"), graph)) == {"苏远山", "江海大学校长"}
    assert {"苏远山", "林牧之"} <= names(kg.show(graph.path("苏远山", "青川市市长"), graph))
    assert '"edges":{}' in kg.show(pd.DataFrame({"id": ["person-lin"]}), graph).html


def test_what_cannot_be_shown_says_what_to_give(graph):
    with pytest.raises(KgError, match="give that too"):
        kg.show(graph.posts("苏远山"))
    with pytest.raises(KgError, match=r"has no 'type': give g\.graph"):
        kg.show(nx.path_graph(2))


@pytest.mark.browser
def test_in_a_notebook_it_is_shut_off_and_works(graph, visit):
    sample = sample_outputs()
    bad = "</iframe>\"'><script>top.hacked = 1</script>"
    outputs = [replace(e, name=bad) if e.id == "person-su" else e for e in sample.entities]
    view = replace(kg.show(graph), html=html(choose(outputs, sample.statements)))
    tab = visit(f"<!doctype html><meta charset=utf-8><p>before</p>{view._repr_html_()}", "#cell-7")
    frame = tab.frame_locator("iframe")
    frame.locator("#search").fill("林牧之")
    frame.locator("#search").press("Enter")
    assert frame.locator("aside h2").inner_text() == "林牧之"
    frame.locator("aside").get_by_role("link", name="script").first.click()
    assert frame.locator("aside h2").inner_text() == bad
    frame.locator("#back").click()
    frame.locator("aside h2", has_text="林牧之").wait_for()
    frame.locator("aside").get_by_role("link", name="青川市市长").click()
    assert frame.locator("aside h2").inner_text() == "青川市市长"
    assert tab.evaluate("[location.hash, window.hacked]") == ["#cell-7", None]
