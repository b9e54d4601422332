"""The page in Chromium: what it lets one take away, texts that try to do something, large graphs."""

import csv
import io
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from page_samples import INJECTIONS, counted, find, heading, large, sample_page, saved
from samples import sample_outputs

from kg.export import choice
from kg.export.choice import choose
from kg.export.html import html

pytestmark = pytest.mark.browser


def test_taking_away(visit):
    tab = visit(sample_page())
    assert saved(tab, "#png").startswith(b"\x89PNG")
    tab.keyboard.press("Escape")
    drawing = ElementTree.fromstring(saved(tab, "#svg"))
    words = [e.text for e in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert "林牧之" in words
    titles = [e.text for e in drawing.iter("{http://www.w3.org/2000/svg}title")]
    assert len(titles) == 17 + 19
    tab.keyboard.press("Escape")
    lines = list(csv.DictReader(io.StringIO(saved(tab, "#csv").decode("utf-8-sig"))))
    assert len(lines) == 19
    said = next(line for line in lines if line["relation"] == "chaired")
    assert (said["subject"], said["object"], said["document"]) == ("何松岩", "云岭科技城建设推进会", "a.txt")
    assert "何松岩主持会议" in said["quote"]
    assert tab.locator("#graphml").get_attribute("href") == "graph.graphml"
    assert visit(html(choose(sample_outputs().entities, []))).locator("#graphml").get_attribute("href") is None


@pytest.mark.parametrize("bad", INJECTIONS, ids=range(len(INJECTIONS)))
def test_text_of_the_web_does_nothing(visit, bad):
    sample = sample_outputs()
    entities = [replace(e, name=bad, aliases=(bad,), home=bad) for e in sample.entities[:7]]
    entities += [replace(e, title=bad) for e in sample.entities[7:]]
    entities[2] = replace(entities[2], id=bad)
    statements = [
        replace(
            s, quote=bad + s.quote, doc=bad, rule=bad, start=bad, subject_span=None,
            subject=bad if s.subject == "person-lin" else s.subject, object=bad if s.object == "person-lin" else s.object,
        )
        for s in sample.statements
    ]  # fmt: skip
    tab = visit(html(choose(entities, statements), report={"documents": 1, "versions": {bad[:20]: bad}}))
    tab.fill("#search", bad[:20])
    assert tab.locator("#results [role=option]").count() == 7
    tab.press("#search", "Enter")
    assert tab.locator("aside h2").text_content() == bad
    for summary in tab.locator("aside summary").all():
        summary.click()
    assert bad[:40] in tab.locator("aside blockquote").first.text_content()
    tab.locator("aside").get_by_role("link", name="详情").first.click()
    assert bad in tab.locator("aside blockquote").first.text_content()
    assert bad in tab.locator("aside dl").text_content()
    drawing = saved(tab, "#svg").decode()
    ElementTree.fromstring(drawing)
    assert "<script" not in drawing
    tab.keyboard.press("Escape")
    cells = [cell for line in csv.reader(io.StringIO(saved(tab, "#csv").decode("utf-8-sig"))) for cell in line]
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))]
    assert tab.locator("aside img, aside script, aside svg[onload], aside b").count() == 0
    place = tab.evaluate("location.hash")
    tab.evaluate("location.hash = ''")
    tab.evaluate(f"location.hash = {place!r}")
    tab.locator("aside h2", has_text=bad[:3] if bad.strip() else "").first.wait_for()
    assert tab.evaluate("window.hacked") is None


@pytest.mark.parametrize(
    "place", ["#%", "#%E0%A4", "#a&b=c=d", "#__proto__", "#person-lin&depth=9", "#person-lin&path=x", "#<b>"]
)
def test_odd_links_do_nothing(visit, place):
    tab = visit(sample_page(), place)
    assert counted(tab) == [17, 19]


def test_an_empty_graph_says_so(visit):
    tab = visit(html(choose([], [])))
    assert "图中还没有实体" in tab.locator("aside").inner_text()
    tab.fill("#search", "何")
    assert tab.locator("#results").inner_text() == "没有找到"


def test_a_large_graph_opens_on_its_backbone_and_search_brings_the_rest(visit, monkeypatch):
    monkeypatch.setattr(choice, "MAX_NODES", 350)
    monkeypatch.setattr(choice, "FIRST", 60)
    big = large(400)
    tab = visit(html(choose(big.entities, big.statements)))
    find(tab, "人物349")
    assert heading(tab) == "人物349"
    assert counted(tab)[0] == 61
    tab.keyboard.press("Escape")
    assert 40 < counted(tab)[0] <= 60
    assert "350 / 400" in tab.locator("#notice").inner_text()
    tab.locator("#limit").select_option("200")
    assert counted(tab)[0] > 150


def test_quotes_are_cut_by_characters_and_not_by_utf_16(visit):
    sample = sample_outputs()
    quote = "𠮷𠮷何松岩主持"
    statement = replace(sample.statements[0], quote=quote, evidence=(10, 17), subject_span=(12, 15), object_span=None)
    tab = visit(html(choose(sample.entities, [statement])))
    find(tab, "青川市委书记")
    tab.locator("aside summary").first.click()
    assert tab.locator("mark.s").inner_text() == "何松岩"


@pytest.mark.model
def test_the_graph_of_the_seeds(visit, seeds_output):
    text = (seeds_output / "graph.html").read_text(encoding="utf-8")
    tab = visit(text)
    assert min(counted(tab)) > 200
    find(tab, "zykjc")
    assert "中原科技城" in heading(tab)
    find(tab, "何松岩")
    sure = tab.locator("aside h3").first.inner_text()
    assert sure.startswith("任职")
    tab.click("#pick")
    tab.fill("#target", "林牧之")
    tab.press("#target", "Enter")
    assert heading(tab) == "何松岩 — 林牧之"
    assert tab.locator("ol.path blockquote").count() >= 1
    tab.keyboard.press("[")
    tab.locator("aside h2", has_text="何松岩").wait_for()
    tab.locator("aside .claim a").first.click()
    assert tab.locator("aside mark.s").count() >= 1
    assert (seeds_output / tab.locator("#graphml").get_attribute("href")).is_file()
    tab.keyboard.press("Escape")
    everything = counted(tab)
    tab.locator("#from").fill("1")
    tab.locator("#confidence").fill("90")
    assert counted(tab)[1] < everything[1]
    assert tab.evaluate("document.documentElement.scrollWidth") <= 1400
