import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from page_samples import INJECTIONS, REPORT, large, sample_page
from samples import sample_outputs

from kg.export import choice
from kg.export import html as page_module
from kg.export.choice import choose
from kg.export.html import html
from kg.labels import labels
from kg.model import Entity


def data(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1])


def rows(columns: dict) -> list[dict]:
    """The records that a page carries as columns: lists, or values by the number of the record."""
    count = len(next(iter(columns.values()), []))
    pairs = {
        name: dict(enumerate(c)) if isinstance(c, list) else {int(i): v for i, v in c.items()}
        for name, c in columns.items()
    }
    return [{name: column[i] for name, column in pairs.items() if i in column} for i in range(count)]


def test_it_carries_what_the_records_say():
    carried = data(sample_page())
    assert carried["counts"] == {"documents": 2, "entities": 21, "statements": 23, "dates": ["2023-03-05", "2023-06"]}
    assert carried["versions"] == {"kg": "0.1"}
    nodes = rows(carried["nodes"])
    number = {node["id"]: i for i, node in enumerate(nodes)}
    assert nodes[number["org-committee"]]["aliases"] == ["市委", "中共青川市委员会"]
    assert nodes[number["post-reporter"]]["unresolved"] == 1
    assert nodes[nodes[number["post-mayor"]]["organization"]]["name"] == "青川市政府"
    ends = (number["person-lin"], number["post-mayor"])
    (edge,) = [e for e in rows(carried["edges"]) if (e["from"], e["to"]) == ends]
    assert (edge["relation"], edge["status"], len(edge["said"])) == ("holds_post", "current", 2)
    quote, rule, confidence, *spans = edge["said"][0]
    text, doc, date = carried["quotes"][quote]
    assert (carried["rules"][rule], confidence, carried["dates"][date]) == ("holds_post.test", 80, "2023-03-05")
    assert carried["docs"][doc][0] == "a.txt"
    assert [text[slice(*spans[i : i + 2])] for i in (0, 2)] == ["林牧之", "市长"]


def test_a_quote_stands_once():
    texts = [tuple(quote) for quote in data(sample_page())["quotes"]]
    assert len(texts) == len(set(texts)) < len(sample_outputs().statements)


def test_a_document_of_one_article_has_its_headline():
    sample = sample_outputs()
    assert ["a.txt", "青川市召开云岭科技城建设推进会"] in data(sample_page())["docs"]
    more = Entity("article-c", "Article", "另一篇", doc="a.txt", title="另一篇")
    assert ["a.txt"] in data(html(choose([*sample.entities, more], sample.statements)))["docs"]


def test_pinyin_of_names():
    def read(name: str) -> dict[str, str]:
        return data(html(choose([Entity("a", "Place", name)], [])))["pinyin"]

    assert read("何松岩A座") == {"何": "he", "岩": "yan", "座": "zuo", "松": "song"}
    assert read("重庆")["重庆"] == "chong qing"


def test_every_label_is_there_in_both_languages():
    folder = Path(page_module.__file__).parent / "page"
    own = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.js")))
    template = (folder / "page.html").read_text(encoding="utf-8")
    used = set(re.findall(r'page\("(\w+)"\)', own)) | set(re.findall(r'data-(?:label|name)="(\w+)"', template))
    used |= set(re.findall(r'(?:number\(\w+, |button\(|\[)"(\w+)"[,)]', own)) & labels("zh")["page"].keys()
    for language in ("zh", "en"):
        assert set(labels(language)["page"]) == used
        assert set(labels(language)["relation"]) == set(labels(language)["inverse"])


def test_same_bytes_whatever_the_order():
    sample = sample_outputs()
    assert html(choose(sample.entities[::-1], sample.statements[::-1]), report=REPORT) == sample_page()


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
    page = html(
        choose([replace(sample.entities[0], name=bad, aliases=(bad,)), *sample.entities[1:]], sample.statements)
    )
    assert page.count("<script") == sample_page().count("<script")
    names = data(page)["nodes"]["name"]
    assert bad in names


def test_no_nodes_overlap():
    nodes = [n for n in rows(data(sample_page())["nodes"]) if n.get("placed")]
    assert len(nodes) == 17
    for i, a in enumerate(nodes):
        for b in nodes[:i]:
            assert max(abs(a["x"] - b["x"]), abs(a["y"] - b["y"])) > a["size"] + b["size"]


def test_a_large_graph_is_cut_to_the_best_supported_and_says_what_it_left_out(monkeypatch):
    monkeypatch.setattr(choice, "MAX_NODES", 100)
    big = large(400)
    supported = [replace(big.statements[-1], id="more", doc="b.txt")]
    carried = data(html(choose(big.entities, [*big.statements, *supported])))
    nodes = rows(carried["nodes"])
    assert (len(nodes), carried["counts"]["entities"]) == (100, 400)
    ids = {n["id"]: n for n in nodes}
    assert {"p1", "p40", "p399", "p133"} <= ids.keys()
    assert ids["p60"]["left_out"] == 3
    assert all(edge["to"] < 100 for edge in rows(carried["edges"]))


def test_what_nothing_is_said_of_is_left_out_first(monkeypatch):
    sample = sample_outputs()
    lone = [Entity(f"lone{i}", "Person", f"甲{i}") for i in range(30)]
    monkeypatch.setattr(choice, "MAX_NODES", 25)
    ids = set(data(html(choose([*lone, *sample.entities], sample.statements)))["nodes"]["id"])
    assert {e.id for e in sample.entities} - {"article-b"} <= ids
    assert "article-b" not in ids


def test_it_opens_on_the_best_connected_and_what_ties_them(monkeypatch):
    monkeypatch.setattr(choice, "FIRST", 30)
    big = large(400)
    nodes = rows(data(html(choose(big.entities, big.statements)))["nodes"])
    placed = {n["id"] for n in nodes if n.get("placed")}
    assert placed <= {n["id"] for n in nodes[:30]}
    assert {"p0", "p1", "p3"} <= placed
    assert len(placed) > 25
