"""Texts that nobody wrote: reading, restoring and building never break, and every offset leads back. `make soak`."""

import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import networkx as nx
import pytest
from conftest import TAGGED, ListRecognizer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pages import SAMPLES, assert_read_or_skipped, mutants
from test_pipeline import assert_exact, raw_texts, rows

from kg.articles import split
from kg.errors import DocumentError, KgError
from kg.formats.text import decode
from kg.hanlp_ner import Recognizer
from kg.model import Source
from kg.pipeline import build
from kg.store import text_path

SECONDS = 300  # for each kind of file
PIECES = [
    "云溟科技城建设推进会召开", "林牧之", "何松岩", "云溟市科技局", "党组书记、局长", "市委副书记、市长", "主持会议并讲话", "陪同调研",
    "发(fā)展(zhǎn)", "雲溟市科技局黨組書記", "！被搓巺^", "２０２３年３月２日", "2023-03-02 08:30", "来源：云溟日报", "记者 钟意帆",
    "（记者 钟意帆 通讯员 许知夏）", "首页 > 新闻 > 正文", "上一篇：", "分享到：", "相关新闻", "。", "，", "、", "：“", "”", "《云溟条例》",
    "\n", "\r\n", "\n\n", "\u3000\u3000", " ", "\t", "\ufeff", "\u2028", "\x00", "\ufffd", "𠮷", "e\u0301", "　", "<p>", "&nbsp;",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=60).map("".join)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "big5"])
MANY = settings(max_examples=5_000, deadline=None, suppress_health_check=list(HealthCheck))
SOME = settings(MANY, max_examples=400)


def written(text: str, encoding: str) -> bytes:
    return text.encode("utf-8", "replace").decode().encode(encoding, "replace")


@MANY
@given(st.binary(max_size=400) | st.builds(written, TEXTS, ENCODINGS))
def test_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        text, _, keep = decode(data)
    except DocumentError:
        return
    assert text.strip()
    if not keep:
        assert data in {text.encode("utf-8"), text.encode("utf-8-sig"), text.encode("gb18030")}


@pytest.mark.parametrize("name", SAMPLES)
def test_broken_files_are_read_or_skipped(tmp_path: Path, name: str) -> None:
    end = time.monotonic() + SECONDS
    for tried, data in enumerate(mutants(SAMPLES[name], seed=2), 1):
        assert_read_or_skipped(tmp_path / name, data)
        if time.monotonic() > end:
            print(f"{name}: {tried} broken files")
            break


@MANY
@given(TEXTS)
def test_restored_text_leads_back_to_the_raw_text(raw: str) -> None:
    before = 0
    for article in split(Source("a.txt", raw, "digest")):
        spans = [article.raw_span(i, i + 1) for i in range(len(article.text))]
        assert all(0 <= start <= end <= len(raw) for start, end in spans)
        assert [start for start, _ in spans] == sorted(start for start, _ in spans)
        zones = [point for zone in article.zones for point in (zone.start, zone.end)]
        assert zones == sorted(zones)
        assert all(0 <= point <= len(article.text) for point in zones)
        if spans:
            assert spans[0][0] >= before
            before = spans[0][0]


@SOME
@given(st.lists(st.tuples(TEXTS, ENCODINGS), min_size=1, max_size=4), st.booleans())
def test_anything_is_built(texts: list[tuple[str, str]], as_records: bool) -> None:
    recognizer = ListRecognizer(TAGGED)
    load, Recognizer.load = Recognizer.load, staticmethod(lambda model=None: recognizer)
    try:
        with TemporaryDirectory() as folder:
            check(Path(folder), texts, as_records)
    finally:
        Recognizer.load = load


def check(folder: Path, texts: list[tuple[str, str]], as_records: bool) -> None:
    news, output = folder / "news", folder / "out"
    news.mkdir()
    for number, (text, encoding) in enumerate(texts):
        (news / f"{number}.txt").write_bytes(written(text, encoding))
    if as_records:
        lines = [json.dumps({"text": text}) for text, _ in texts]
        (news / "records.jsonl").write_text("\n".join(lines), encoding="utf-8")
    try:
        report = build([news], output).report
    except KgError as error:
        assert "no document" in str(error)
        return
    broken = [s for s in report["skipped"] if "please report it" in s["reason"]]
    assert broken == []
    raw = raw_texts(news)
    assert report["documents"] == len(raw)
    if rows(output, "statements"):
        assert_exact(output, raw)
    for doc, text in raw.items():
        kept = output / text_path(doc)
        assert not kept.exists() or kept.read_bytes().decode() == text
    graph = nx.read_graphml(output / "graph.graphml", force_multigraph=True)
    assert len(graph) == len(nx.read_gexf(output / "graph.gexf")) == len(rows(output, "entities"))
