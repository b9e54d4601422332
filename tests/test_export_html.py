import base64
import hashlib
import json
import re
import shutil
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import require
from samples import Outputs, sample_outputs

from kg.export import html as page_module
from kg.export.html import html
from kg.labels import labels
from kg.model import Entity, Statement

INJECTIONS = [
    "</script><script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 1'>",
    "<!--<script>",
    "javascript:window.hacked = 1",
    '"onmouseover="window.hacked=1" x="',
    "{{ 7 * 7 }}{% raw %}",
    "</title></style><svg onload=window.hacked=1>",
    "&lt;b&gt; <b>bold</b> \u2028 \u2029 \u202e倒\u200f \x00\x07 \ud83d",
    "长" * 5000,
]


def data(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1])


def sample_page() -> str:
    sample = sample_outputs()
    return html(sample.entities, sample.statements, documents=2)


def test_it_carries_what_the_records_say():
    carried = data(sample_page())
    assert carried["counts"] == {
        "documents": 2, "entities": 21, "statements": 23, "carried": 21, "dates": ["2023-03-05", "2023-06"]
    }  # fmt: skip
    nodes = {node["id"]: node for node in carried["nodes"]}
    assert nodes["org-committee"]["info"]["aliases"] == ["市委", "中共青川市委员会"]
    assert nodes["post-reporter"]["resolved"] is False
    assert {"云岭科技城", "yunlingkejicheng", "ylkjc"} <= set(nodes["initiative-city"]["keys"])
    (edge,) = [e for e in carried["edges"] if (e["from"], e["to"]) == ("person-lin", "post-mayor")]
    assert (edge["relation"], edge["status"], edge["weight"], edge["sources"]) == ("holds_post", "current", 2, 2)
    best = edge["evidence"][0]
    quote = carried["quotes"][best["q"]]
    assert quote["text"][slice(*best["s"])] == "林牧之"
    assert quote["text"][slice(*best["o"])] == "市长"


def test_every_label_is_there_in_both_languages():
    own = (Path(page_module.__file__).parent / "page.js").read_text(encoding="utf-8")
    template = (Path(page_module.__file__).parent / "page.html").read_text(encoding="utf-8")
    used = set(re.findall(r'page\("(\w+)"\)', own)) | set(re.findall(r'data-(?:label|placeholder)="(\w+)"', template))
    used |= set(re.findall(r'number\(\w+, "(\w+)"\)', own))
    for language in ("zh", "en"):
        assert set(labels(language)["page"]) == used
        assert set(labels(language)["relation"]) == set(labels(language)["inverse"])


def test_same_bytes_whatever_the_order():
    sample = sample_outputs()
    assert html(sample.entities[::-1], sample.statements[::-1], documents=2) == sample_page()


def test_the_policy_allows_our_own_scripts_and_nothing_else():
    page = sample_page()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1].replace("&#39;", "'")
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.S)
    assert len(scripts) == 2
    for script in scripts:
        assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in policy
    assert "unsafe" not in policy
    assert not re.search(r"<(?:link|img|iframe|script src)\b", page)


@pytest.mark.parametrize("bad", INJECTIONS, ids=range(len(INJECTIONS)))
def test_text_cannot_leave_its_data(bad):
    sample = sample_outputs()
    page = html([replace(sample.entities[0], name=bad, aliases=(bad,)), *sample.entities[1:]], sample.statements)
    assert page.count("<script") == sample_page().count("<script")
    names = {node["name"] for node in data(page)["nodes"]}
    assert bad in names


def test_no_nodes_overlap():
    nodes = [n for n in data(sample_page())["nodes"] if n["group"] not in {"Article", "Place"}]
    for i, a in enumerate(nodes):
        for b in nodes[:i]:
            assert max(abs(a["x"] - b["x"]), abs(a["y"] - b["y"])) > a["size"] + b["size"]


def test_parallel_edges_bend_apart():
    edges = [e for e in data(sample_page())["edges"] if (e["from"], e["to"]) == ("person-lin", "event-meeting")]
    assert len(edges) == 2
    bends = {(e["smooth"]["type"], e["smooth"]["roundness"]) for e in edges}
    assert len(bends) == 2


def large(people: int) -> Outputs:
    entities = [Entity(f"p{i}", "Person", f"人物{i}") for i in range(people)]
    statements = [
        Statement(f"s{i}", f"p{i // 3}", "met_with", f"p{i}", "a.txt", (0, 2), "会见", "r", 0.8)
        for i in range(1, people)
    ]
    return Outputs(entities, [], statements)


def test_a_large_graph_is_cut_to_the_best_connected_and_says_so(monkeypatch):
    monkeypatch.setattr(page_module, "MAX_NODES", 100)
    big = large(400)
    carried = data(html(big.entities, big.statements))
    assert (carried["counts"]["carried"], carried["counts"]["entities"]) == (100, 400)
    assert len(carried["nodes"]) == 100
    assert {"p1", "p40"} <= {node["id"] for node in carried["nodes"]}
    assert {n["id"]: n["left_out"] for n in carried["nodes"]}["p60"] == 3
    assert all(edge["from"] in {n["id"] for n in carried["nodes"]} for edge in carried["edges"])


# ---- in Chromium, without a network


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    require(chromium, "Chromium is not installed")
    require(find_spec("playwright"), "playwright is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])


@pytest.fixture
def visit(browser, tmp_path):
    """Open a page; afterwards there must be no error and no request but the one for the file."""
    troubles: list[str] = []
    contexts = []

    def opened(text: str, locale: str = "zh-CN"):
        path = tmp_path / "graph.html"
        path.write_bytes(text.encode())
        context = browser.new_context(offline=True, locale=locale, viewport={"width": 1400, "height": 900})
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: troubles.append(f"{message.type}: {message.text}"))
        tab.on("pageerror", lambda error: troubles.append(str(error)))
        tab.on("request", lambda request: request.url == path.as_uri() or troubles.append(request.url))
        tab.on("dialog", lambda dialog: troubles.append(dialog.message))
        tab.goto(path.as_uri())
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.mark.browser
def test_header_and_legend(visit):
    tab = visit(sample_page())
    assert tab.locator("h1").inner_text() == "新闻知识图谱"
    counts = tab.locator("#counts").inner_text()
    assert re.findall(r"\d[\d-]*", counts) == ["2", "21", "23", "2023-03-05", "2023-06"]
    legend = {
        button.get_attribute("data-key"): (button.locator("b").inner_text(), button.get_attribute("aria-pressed"))
        for button in tab.locator("#types button").all()
    }
    assert legend["Person"] == ("5", "true")
    assert legend["Article"] == ("2", "false")
    assert legend["Place"] == ("1", "false")
    assert tab.locator("#notice").inner_text() == ""


@pytest.mark.browser
@pytest.mark.parametrize("query", ["云岭", "“云岭”科技城", "ylkjc", "yunlingke", "YLKJC"])
def test_search_by_name_alias_and_pinyin(visit, query):
    tab = visit(sample_page())
    tab.fill("#search", query)
    assert "云岭科技城" in tab.locator("#results li").first.inner_text()
    tab.press("#search", "Enter")
    assert tab.locator("aside h2").inner_text() == "云岭科技城"
    assert tab.locator("#results").is_hidden()


@pytest.mark.browser
def test_search_by_keyboard_and_without_result(visit):
    tab = visit(sample_page())
    tab.fill("#search", "何松岩")
    assert tab.locator("#results li").count() == 2
    tab.press("#search", "ArrowDown")
    assert tab.locator("#results li[aria-selected=true]").get_attribute("id") == "result-1"
    tab.press("#search", "Escape")
    assert tab.locator("#results").is_hidden()
    tab.fill("#search", "无此人")
    assert tab.locator("#results").inner_text() == "没有找到"


@pytest.mark.browser
def test_a_node_shows_posts_relations_and_quotes(visit):
    tab = visit(sample_page())
    tab.fill("#search", "林牧之")
    tab.press("#search", "Enter")
    panel = tab.locator("aside")
    assert "人物" in panel.inner_text()
    assert [h.inner_text() for h in panel.locator("h3").all()] == [
        "任职 · 1",
        "出席 · 1",
        "讲话 · 1",
        "陪同 · 1",
        "会见 · 1",
    ]
    post = panel.locator("li").first
    assert "青川市市长" in post.inner_text()
    assert "现任" in post.inner_text()
    assert "2022-06" in post.inner_text()
    assert "青川市政府" in post.inner_text()
    post.locator("summary").click()
    quote = post.locator("blockquote").first
    assert "林牧之出席并讲话。" in quote.inner_text()
    assert "a.txt · 2023-03-05" in quote.inner_text()
    assert [m.inner_text() for m in quote.locator("mark").all()] == ["市长", "林牧之"]
    panel.get_by_role("button", name="苏远山").click()
    assert panel.locator("h2").inner_text() == "苏远山"


@pytest.mark.browser
def test_an_edge_shows_its_evidence(visit):
    tab = visit(sample_page())
    tab.fill("#search", "何松岩")
    tab.press("#search", "Enter")
    tab.locator("aside li", has_text="青川市委书记").locator("summary button").click()
    panel = tab.locator("aside")
    assert panel.locator("h2").inner_text() == "何松岩 任职 青川市委书记"
    facts = dict(zip(panel.locator("dt").all_inner_texts(), panel.locator("dd").all_inner_texts(), strict=True))
    assert facts == {"状态": "现任", "可信度": "0.80", "规则": "holds_post.test", "来源数": "1"}
    assert panel.locator("blockquote mark.s").inner_text() == "何松岩"
    assert panel.locator("blockquote mark.o").inner_text() == "书记"


@pytest.mark.browser
def test_a_click_on_the_canvas_opens_the_node(visit):
    sample = sample_outputs()
    tab = visit(html(sample.entities[:1], [], documents=1))
    box = tab.locator("#graph canvas").bounding_box()
    tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert tab.locator("aside h2").inner_text() == "何松岩"
    tab.mouse.click(box["x"] + 5, box["y"] + 5)
    assert tab.locator("aside h2").count() == 0


@pytest.mark.browser
def test_toggling_types_and_relations_redraws(visit):
    tab = visit(sample_page())

    def picture() -> bytes:
        tab.mouse.move(1390, 890)
        tab.wait_for_timeout(100)
        return tab.locator("#graph").screenshot()

    everything = picture()
    tab.locator("#types button[data-key=Organization]").click()
    assert tab.locator("#types button[data-key=Organization]").get_attribute("aria-pressed") == "false"
    fewer = picture()
    tab.locator("#none").click()
    assert tab.locator("#relations button[aria-pressed=true]").count() == 0
    fewest = picture()
    assert len({everything, fewer, fewest}) == 3
    tab.locator("#all").click()
    assert picture() == fewer
    tab.locator("#types button[data-key=Organization]").click()
    assert picture() == everything


@pytest.mark.browser
def test_both_languages(visit):
    tab = visit(sample_page(), locale="en-GB")
    assert tab.locator("h1").inner_text() == "News knowledge graph"
    tab.fill("#search", "林牧之")
    tab.press("#search", "Enter")
    assert "holds post · 1" in tab.locator("aside").inner_text()
    tab.click("#language")
    assert tab.locator("h1").inner_text() == "新闻知识图谱"
    assert "任职 · 1" in tab.locator("aside").inner_text()
    assert tab.evaluate("document.documentElement.lang") == "zh"


@pytest.mark.browser
@pytest.mark.parametrize("bad", INJECTIONS, ids=range(len(INJECTIONS)))
def test_text_of_the_web_does_nothing(visit, bad):
    sample = sample_outputs()
    entities = [replace(e, name=bad, aliases=(bad,), home=bad) for e in sample.entities[:7]] + sample.entities[7:]
    statements = [
        replace(s, quote=bad + s.quote, doc=bad, rule=bad, start=bad, subject_span=None) for s in sample.statements
    ]
    tab = visit(html(entities, statements))
    tab.fill("#search", bad[:20])
    assert tab.locator("#results li").count() == 7
    tab.press("#search", "Enter")
    assert tab.locator("aside h2").text_content() == bad
    for summary in tab.locator("aside summary").all():
        summary.click()
    assert bad in tab.locator("aside blockquote").first.text_content()
    tab.locator("aside summary button").first.click()
    assert bad in tab.locator("aside dl").text_content()
    assert tab.locator("aside img, aside script, aside svg[onload], aside b").count() == 0
    assert tab.evaluate("window.hacked") is None


@pytest.mark.browser
def test_an_empty_graph_says_so(visit):
    tab = visit(html([], []))
    assert "图中还没有实体" in tab.locator("aside").inner_text()
    tab.fill("#search", "何")
    assert tab.locator("#results").inner_text() == "没有找到"


@pytest.mark.browser
def test_a_cut_graph_says_so(visit, monkeypatch):
    monkeypatch.setattr(page_module, "MAX_NODES", 50)
    big = large(400)
    assert "50 / 400" in visit(html(big.entities, big.statements)).locator("#notice").inner_text()


@pytest.mark.browser
def test_quotes_are_cut_by_characters_and_not_by_utf_16(visit):
    sample = sample_outputs()
    quote = "𠮷𠮷何松岩主持"
    statement = replace(sample.statements[0], quote=quote, evidence=(10, 17), subject_span=(12, 15), object_span=None)
    tab = visit(html(sample.entities, [statement]))
    tab.fill("#search", "青川市委书记")
    tab.press("#search", "Enter")
    tab.locator("aside summary").first.click()
    assert tab.locator("mark.s").inner_text() == "何松岩"
