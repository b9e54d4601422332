"""The page in Chromium, without a network: each feature by click and by keyboard."""

import csv
import io
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from page_samples import counted, find, heading, sample_page, saved
from samples import sample_outputs

from kg.export.choice import choose
from kg.export.html import html

pytestmark = pytest.mark.browser


def sections(tab):
    return [h.inner_text() for h in tab.locator("aside h3").all()]


def slide(tab, slider, value):
    tab.locator(slider).fill(str(value))


def test_header_and_legend(visit):
    tab = visit(sample_page())
    assert tab.locator("h1").inner_text() == "新闻知识图谱"
    assert re.findall(r"\d[\d-]*", tab.locator("#counts").inner_text()) == [
        "2", "21", "23", "2023-03-05", "2023-06", "0", "1",
    ]  # fmt: skip
    assert "kg 0.1" in tab.locator("#counts").inner_text()
    legend = {
        button.get_attribute("data-key"): (button.locator("b").inner_text(), button.get_attribute("aria-pressed"))
        for button in tab.locator("#types button").all()
    }
    assert legend["Person"] == ("5", "true")
    assert legend["Article"] == ("2", "false")
    assert legend["Place"] == ("1", "false")
    assert counted(tab) == [17, 19]
    tab.keyboard.press("?")
    assert "kg" in tab.locator("dialog dl").inner_text()
    tab.keyboard.press("Escape")
    assert tab.locator("dialog").is_hidden()
    tab.click("#help")
    tab.get_by_role("button", name="关闭").click()
    assert tab.locator("dialog").is_hidden()


@pytest.mark.parametrize("query", ["云岭", "“云岭”科技城", "ylkjc", "yunlingke", "YLKJC"])
def test_search_by_name_alias_and_pinyin(visit, query):
    tab = visit(sample_page())
    tab.fill("#search", query)
    assert "云岭科技城" in tab.locator("#results [role=option]").first.inner_text()
    tab.press("#search", "Enter")
    assert heading(tab) == "云岭科技城"
    assert tab.locator("#results").is_hidden()


def test_search_by_keyboard_results_by_type_and_no_result(visit):
    tab = visit(sample_page())
    tab.keyboard.press("/")
    tab.keyboard.type("何松岩")
    options = tab.locator("#results [role=option]")
    assert [option.locator("small").inner_text() for option in options.all()] == ["青川市委书记", "青川市科技局局长"]
    tab.keyboard.press("ArrowDown")
    assert tab.locator("#results [aria-selected=true]").get_attribute("id") == "results-1"
    assert tab.locator("#search").get_attribute("aria-activedescendant") == "results-1"
    tab.keyboard.press("Escape")
    assert tab.locator("#results").is_hidden()
    tab.fill("#search", "青川")
    groups = tab.locator("#results [role=group]")
    assert {"职务", "机构"} <= {g.get_attribute("aria-label") for g in groups.all()}
    options.nth(1).click()
    assert "青川" in heading(tab)
    tab.fill("#search", "无此人")
    assert tab.locator("#results").inner_text() == "没有找到"


def test_a_node_shows_posts_relations_and_quotes(visit):
    tab = visit(sample_page())
    find(tab, "林牧之")
    panel = tab.locator("aside")
    assert tab.evaluate("document.activeElement.tagName") == "H2"
    assert "人物" in panel.inner_text()
    assert sections(tab) == ["任职 · 1", "出席 · 1", "讲话 · 1", "陪同 · 1", "会见 · 1"]
    post = panel.locator("li").first
    for words in ("青川市市长", "现任", "2022-06", "2023-06", "青川市政府"):
        assert words in post.inner_text()
    post.locator("summary").click()
    quote = post.locator("blockquote").first
    assert "林牧之出席并讲话。" in quote.inner_text()
    assert "青川市召开云岭科技城建设推进会 · a.txt · 2023-03-05" in quote.inner_text()
    assert [m.inner_text() for m in quote.locator("mark").all()] == ["市长", "林牧之"]
    panel.get_by_role("link", name="苏远山").click()
    assert heading(tab) == "苏远山"


def test_an_edge_shows_its_evidence(visit):
    tab = visit(sample_page())
    find(tab, "林牧之")
    tab.locator("aside li", has_text="青川市市长").get_by_role("link", name="详情").press("Enter")
    assert heading(tab) == "林牧之 任职 青川市市长"
    panel = tab.locator("aside")
    facts = dict(zip(panel.locator("dt").all_inner_texts(), panel.locator("dd").all_inner_texts(), strict=True))
    assert facts == {"状态": "现任", "时间": "2022-06 – …", "可信度": "0.80", "规则": "holds_post.test", "来源数": "2"}
    assert panel.locator("blockquote").count() == 2
    assert panel.locator("blockquote mark.s").first.inner_text() == "林牧之"
    assert "holds_post.test" in panel.locator("blockquote .rule").first.inner_text()


def test_back_and_forward_and_links(visit):
    tab = visit(sample_page())
    assert tab.locator("#back").is_disabled()
    find(tab, "林牧之")
    tab.locator("aside").get_by_role("link", name="苏远山").click()
    tab.locator("aside li", has_text="江海大学校长").get_by_role("link", name="详情").click()
    place = tab.evaluate("location.hash")
    assert heading(tab) == "苏远山 任职 江海大学校长"
    tab.click("#back")
    tab.locator("h2", has_text=re.compile("^苏远山$")).wait_for()
    tab.keyboard.press("[")
    tab.locator("h2", has_text="林牧之").wait_for()
    tab.keyboard.press("]")
    tab.locator("h2", has_text="苏远山").wait_for()
    tab.keyboard.press("Escape")
    assert tab.locator("aside h2").count() == 0
    assert tab.locator("#forward").is_disabled()
    tab.evaluate(f"location.hash = {place!r}")
    tab.locator("h2", has_text="苏远山 任职 江海大学校长").wait_for()
    again = visit(sample_page(), place)
    assert heading(again) == "苏远山 任职 江海大学校长"
    assert heading(visit(sample_page(), "#person-lin")) == "林牧之"
    assert "没有链接所指的实体" in visit(sample_page(), "#person-nobody").locator("#notice").inner_text()


def test_the_canvas_by_click_and_keyboard(visit):
    sample = sample_outputs()
    tab = visit(html(choose(sample.entities[:1], []), report={"documents": 1}))
    box = tab.locator("#graph canvas").bounding_box()
    tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert heading(tab) == "何松岩"
    tab.mouse.click(box["x"] + 5, box["y"] + 5)
    assert tab.locator("aside h2").count() == 0
    tab = visit(sample_page())
    canvas = tab.get_by_role("application")
    assert canvas.get_attribute("aria-label").startswith("关系图")
    canvas.focus()
    met = set()
    for key in ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"]:
        tab.keyboard.press(key)
        met.add(heading(tab))
    assert len(met) > 1
    before = tab.locator("#graph").screenshot()
    tab.keyboard.press("Shift+ArrowLeft")
    tab.keyboard.press("+")
    assert tab.locator("#graph").screenshot() != before


def test_types_and_relations(visit):
    tab = visit(sample_page())
    tab.locator("#types button[data-key=Organization]").click()
    assert tab.locator("#types button[data-key=Organization]").get_attribute("aria-pressed") == "false"
    fewer = counted(tab)
    assert fewer[0] < 17
    assert fewer[1] < 19
    tab.locator("#none").press("Enter")
    assert counted(tab) == [0, 0]
    tab.click("#all")
    tab.locator("#types button[data-key=Organization]").press("Space")
    assert counted(tab) == [17, 19]
    assert tab.evaluate("document.activeElement.dataset.key") == "Organization"
    tab.locator("#types button[data-key=Article]").click()
    assert counted(tab) == [19, 21]
    tab.click("#reset")
    assert counted(tab) == [17, 19]


@pytest.mark.parametrize(
    ("slider", "value", "edges"),
    [("#to", 0, 12), ("#from", 3, 8), ("#confidence", 90, 1), ("#sources", 2, 1), ("#degree", 4, 4)],
)
def test_sliders(visit, slider, value, edges):
    tab = visit(sample_page())
    slide(tab, slider, value)
    assert counted(tab)[1] == edges
    tab.locator(slider).press("Home" if slider != "#to" else "End")
    tab.locator(slider).press("ArrowRight")
    assert tab.locator(slider).get_attribute("aria-valuetext")
    tab.click("#reset")
    assert counted(tab) == [17, 19]


def test_the_histogram_follows_the_slider(visit):
    tab = visit(sample_page())
    assert tab.locator("#period").inner_text() == "2023-03-05 – 2023-06-01"
    bars = tab.locator("#histogram rect.in")
    assert bars.count() == 27 + 30 + 31 + 1
    assert bars.first.locator("title").text_content() == "2023-03-05: 15"
    tab.locator("#from").fill("27")
    assert tab.locator("#period").inner_text() == "2023-04-01 – 2023-06-01"
    assert bars.count() == 62


@pytest.mark.parametrize(
    ("last", "bins"), [("2023-09", ["2023-03", "2023-09"]), ("2031-01-02", ["2023", "2031"]), ("2023-03-05", None)]
)
def test_the_histogram_is_by_day_month_or_year(visit, last, bins):
    sample = sample_outputs()
    said = [replace(s, published=last if s.doc != "a.txt" else s.published) for s in sample.statements]
    tab = visit(html(choose(sample.entities, said)))
    assert tab.locator("#time").is_visible() == bool(bins)
    if bins:
        assert tab.locator("#period").inner_text() == " – ".join(bins)


@pytest.mark.parametrize(("words", "edges"), [("news/", 8), ("会见客人", 8), ("b.TXT", 8), ("无此文", 0)])
def test_documents(visit, words, edges):
    tab = visit(sample_page())
    tab.fill("#doc", words)
    assert counted(tab)[1] == edges


def test_posts_can_be_hidden(visit):
    tab = visit(sample_page())
    tab.get_by_label("隐去职务：人物直连机构").press("Space")
    assert counted(tab) == [11, 14]
    lines = list(csv.reader(io.StringIO(saved(tab, "#csv").decode("utf-8-sig"))))
    assert ["林牧之", "市长", "青川市政府"] in [[line[0], line[2], line[3]] for line in lines]


def test_ego_views(visit):
    tab = visit(sample_page())
    find(tab, "苏远山")
    counts = {}
    for depth in ("1", "2", "3"):
        tab.locator("aside").get_by_role("button", name=depth, exact=True).press("Enter")
        counts[depth] = counted(tab)[0]
        assert tab.evaluate("location.hash").endswith(f"&depth={depth}")
    assert counts["1"] == 3
    assert counts["1"] < counts["2"] < counts["3"]
    tab.locator("aside").get_by_role("link", name="江海大学校长").click()
    assert tab.evaluate("location.hash").endswith("&depth=3")
    tab.locator("aside").get_by_role("button", name="全图").click()
    assert counted(tab) == [17, 19]


def test_paths_by_search_by_canvas_and_by_link(visit):
    tab = visit(sample_page())
    find(tab, "青川市委书记")
    tab.get_by_role("button", name="查找到另一节点的路径…").press("Enter")
    tab.keyboard.type("林牧之")
    tab.keyboard.press("Enter")
    panel = tab.locator("aside")
    assert heading(tab) == "青川市委书记 — 林牧之"
    assert "最短路径: 1 · 步数: 2" in panel.inner_text()
    assert counted(tab) == [3, 2]
    steps = panel.locator("ol.path").first.locator("li")
    assert "任职" in steps.first.inner_text()
    assert "何松岩" in steps.first.locator("blockquote").inner_text()
    place = tab.evaluate("location.hash")
    assert heading(visit(sample_page(), place)) == "青川市委书记 — 林牧之"
    tab.click("#none")
    assert counted(tab) == [2, 0]
    assert "没有相连的路径" in panel.inner_text()
    tab.click("#all")
    find(tab, "青川市委书记")
    tab.click("#pick")
    tab.keyboard.press("Escape")
    assert tab.evaluate("document.activeElement.id") == "pick"


def test_a_path_by_two_clicks_and_an_edge_by_one(visit):
    tab = visit(sample_page())
    size = "{http://www.w3.org/2000/svg}"
    drawing = ElementTree.fromstring(saved(tab, "#svg"))
    tab.keyboard.press("Escape")
    left, top, wide, _ = map(float, drawing.get("viewBox").split())
    scale = float(drawing.get("width")) / wide
    box = tab.locator("#graph canvas").bounding_box()

    def click(x, y, **options):
        tab.mouse.click(box["x"] + (x - left) * scale, box["y"] + (y - top) * scale, **options)

    spots = {}
    for mark in drawing.iter(f"{size}path"):
        if found := re.match(r"translate\((\S+) (\S+)\)", mark.get("transform") or ""):
            spots[mark.find(f"{size}title").text] = [float(number) for number in found.groups()]
    click(*spots["苏远山"])
    assert heading(tab) == "苏远山"
    tab.keyboard.down("Shift")
    click(*spots["江海大学"])
    tab.keyboard.up("Shift")
    assert heading(tab) == "苏远山 — 江海大学"
    tab.keyboard.press("Escape")
    one, other = spots["苏远山"], spots["江海大学校长"]
    click((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)
    assert heading(tab) == "苏远山 任职 江海大学校长"


def test_both_languages(visit):
    tab = visit(sample_page(), locale="en-GB")
    assert tab.locator("h1").inner_text() == "News knowledge graph"
    find(tab, "林牧之")
    assert "holds post · 1" in tab.locator("aside").inner_text()
    assert tab.get_by_role("button", name="Back").count() == 1
    tab.click("#language")
    assert tab.locator("h1").inner_text() == "新闻知识图谱"
    assert "任职 · 1" in tab.locator("aside").inner_text()
    assert tab.evaluate("document.documentElement.lang") == "zh"
    tab.keyboard.press("l")
    assert tab.locator("h1").inner_text() == "News knowledge graph"


def test_dark_and_light(visit):
    ground = "getComputedStyle(document.body).backgroundColor"
    tab = visit(sample_page(), color_scheme="dark")
    dark = tab.evaluate(ground)
    tab.click("#theme")
    light = tab.evaluate(ground)
    assert dark != light
    tab.keyboard.press("d")
    assert tab.evaluate(ground) == dark
    assert visit(sample_page()).evaluate(ground) == light


def test_narrow_windows_and_print(visit):
    tab = visit(sample_page(), "#person-lin", viewport={"width": 390, "height": 800})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert tab.locator("#types").is_hidden()
    tab.click("#box > summary")
    assert tab.locator("#types").is_visible()
    tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    tab.emulate_media(media="print")
    assert tab.locator("#stage svg.paper text", has_text="林牧之").is_visible()
    assert tab.locator("aside details:not([open])").count() == 0
    assert "林牧之出席并讲话" in tab.locator("aside blockquote").first.inner_text()
    tab.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert tab.locator("#stage svg.paper, aside details[open]").count() == 0
    assert tab.locator("#buttons").is_hidden()
    assert tab.locator("aside h2").is_visible()


def test_every_control_has_a_name_and_the_focus_goes_in_order(visit):
    tab = visit(sample_page())
    find(tab, "林牧之")
    names = tab.evaluate("""() => [...document.querySelectorAll("button, input, select, summary, a[href], [tabindex='0']")]
        .filter((e) => e.checkVisibility()).map((e) => e.getAttribute("aria-label") || e.textContent.trim()
            || [...(e.labels ?? [])].map((l) => l.textContent.trim()).join(""))""")
    assert len(names) > 40
    assert all(names)
    tab.evaluate("document.activeElement.blur()")
    tab.locator("#search").focus()
    order = []
    for _ in range(4):
        tab.keyboard.press("Tab")
        order.append(tab.evaluate("document.activeElement.id || document.activeElement.textContent"))
    assert order == ["back", "fit", "导出", "theme"]
    where = """[...document.querySelectorAll("#search, #types button, .vis-network, aside a")]
        .map((e) => e.closest("header, nav, #stage, aside").tagName).filter((tag, i, all) => tag !== all[i - 1])"""
    assert tab.evaluate(where) == ["HEADER", "NAV", "DIV", "ASIDE"]
