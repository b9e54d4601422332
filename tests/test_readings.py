"""What is read of a document comes back from its row as it was, offsets and all."""

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ARTICLES, RULE, TAGGED, ListRecognizer

from kg import readings
from kg.articles import split
from kg.drafts import unpack
from kg.ingest import Page
from kg.ingest import read as ingest
from kg.model import Source
from kg.nlp import build_pipeline, recognize
from kg.readings import Task, raw_text, read_all, read_tasks
from kg.relate import relate
from kg.rules import load_rules

DAMAGED = "林牧之調研雲溟科技城\n2023-03-09 來源：云溟日报\n林牧之到云溟科技城发(fā)展调研，何松岩陪同。\u3000\u3000林牧之指出，要加快推进云溟科技城建设。\n"
NLP = build_pipeline(ListRecognizer(TAGGED))
RULES = load_rules()


def task(raw: str, doc: str = "a.txt") -> Task:
    return Task(f"key of {doc}", "recognition", Source(doc, raw, "digest", keep=True, title="调研"))


@pytest.mark.parametrize("raw", [*ARTICLES.values(), DAMAGED, "\n".join([*ARTICLES.values(), DAMAGED]), "打印"])
def test_what_is_read_is_the_same_after_packing(raw: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(raw, encoding="utf-8")
    [read] = read_all([tmp_path / "a.txt"], NLP, RULES)
    [source] = ingest([tmp_path / "a.txt"])
    assert isinstance(source, Source)
    assert isinstance(read, list)
    articles = [(replace(article, doc=""), raw) for article in split(source)]
    for (found, relations), expected in zip(read, recognize(NLP, articles), strict=True):
        assert (found.raw, found.sentences, found.mentions) == (raw, expected.sentences, expected.mentions)
        assert relations == relate(expected, RULES)
        for name in ("doc", "number", "text", "zones", "headline", "medium", "published", "home"):
            assert getattr(found.article, name) == getattr(expected.article, name)
        for at in range(len(found.article.text)):
            assert found.article.raw_span(at, at + 1) == expected.article.raw_span(at, at + 1)


def test_a_row_knows_no_name_of_its_document() -> None:
    [row], [other] = (read_tasks([task(ARTICLES["visit"], doc)], NLP, RULES) for doc in ("a.txt", "b/c.txt"))
    assert row._replace(key=other.key) == other
    assert raw_text(row.articles) == ARTICLES["visit"]
    assert {m.doc for one in unpack(row.drafts, "b/c.txt", "digest") for m, _ in one.told()} == {"b/c.txt"}


def test_relating_again_needs_no_recognition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = "林牧之巡视云溟科技城。"
    (tmp_path / "mine.yaml").write_text(RULE, encoding="utf-8")
    more = load_rules([tmp_path])
    [row], [expected] = (read_tasks([task(raw)], NLP, rules) for rules in (RULES, more))
    monkeypatch.setattr(readings, "split", None)
    [again] = read_tasks([Task(row.key, row.recognition, row)], NLP, more)
    assert again == expected != row


def test_a_page_that_is_none_is_skipped_and_what_breaks_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(source: Source) -> object:
        if source.doc == "b.txt":
            raise ZeroDivisionError("new")
        return split(source)

    monkeypatch.setattr(readings, "split", broken)
    page = Task("key", "recognition", Page("empty.txt", "text", b""))
    rows = read_tasks([task(ARTICLES["visit"]), task(ARTICLES["note"], "b.txt"), page], NLP, RULES)
    assert [(row.skipped, row.failed) for row in rows] == [
        (None, False),
        ("could not be processed (ZeroDivisionError: new); please report it", True),
        ("empty", False),
    ]
