"""The way of the data from end to end: same bytes, exact quotes, nothing half-written."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import ARTICLES, ROOT

from kg import pipeline, readings, store
from kg.errors import KgError, LexiconError, ModelError, RuleError
from kg.hanlp_ner import Recognizer
from kg.ingest import read
from kg.model import Source
from kg.options import Options
from kg.pipeline import build
from kg.query import load
from kg.store import TEMPORARY, text_path

RECORDS = ("entities", "mentions", "statements", "resolutions")


def files(folder: Path) -> dict[str, bytes]:
    """The content of every file, without what the report says of the run."""
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    found = {name: content for name, content in found.items() if not name.startswith("kg.duckdb")}
    report = json.loads(found["report.json"])
    del report["run"]
    found["report.json"] = json.dumps(report, ensure_ascii=False).encode()
    return found


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    with (folder / f"{name}.jsonl").open(encoding="utf-8") as file:  # whose lines end where a quote's U+2028 does not
        return [json.loads(line) for line in file]


def assert_exact(output: Path, raw: Mapping[str, str]) -> None:
    """Every quote and mention is the raw text at its offsets, and every end is an entity."""
    ids = {e["id"] for e in rows(output, "entities")}
    mentions, statements = rows(output, "mentions"), rows(output, "statements")
    assert mentions
    assert statements
    for m in [*mentions, *rows(output, "resolutions")]:
        assert raw[m["doc"]][m["start"] : m["end"]] == m["text"] != ""
        assert m["entity"] in ids or (m["entity"] is None and m["type"] == "Date")
    for s in statements:
        said = s["evidence"]
        assert raw[said["doc"]][said["start"] : said["end"]] == said["quote"] != ""
        assert {s["subject"], s["object"]} <= ids
        for span in (s["subject_span"], s["object_span"]):
            assert span is None or raw[said["doc"]][slice(*span)].strip()


def raw_texts(*inputs: Path) -> dict[str, str]:
    return {item.doc: item.raw for item in read(inputs) if isinstance(item, Source)}


@pytest.mark.usefixtures("list_recognizer")
class TestWithoutAModel:
    def test_statements_are_those_of_the_articles(self, articles: Path, tmp_path: Path) -> None:
        build([articles], tmp_path / "out")
        g = load(tmp_path / "out")
        said = {(r.subject_name, r.relation, r.object_name) for r in g.statements.itertuples()}
        assert ("林牧之", "chaired", "云溟科技城建设推进会") in said
        assert ("何松岩", "accompanied", "林牧之") in said
        assert ("林牧之", "inspected", "云溟科技城") in said
        posts = {(r.subject_name, r.object_name, r.status) for r in g.statements.itertuples()}
        assert ("何松岩", "云溟市科技局局长", "appointed") in posts

    def test_quotes_and_mentions_are_exact_whatever_the_encoding(self, articles: Path, tmp_path: Path) -> None:
        (articles / "big5.txt").write_bytes("林牧之來到雲溟科技城調研，何松岩陪同。".encode("big5") * 3)
        (articles / "bom.txt").write_bytes(b"\xef\xbb\xbf" + ARTICLES["visit"].encode())
        (articles / "a.jsonl").write_text(json.dumps({"id": 7, "text": ARTICLES["visit"] + "𠮷"}), encoding="utf-8")
        build([articles], tmp_path / "out")
        raw = raw_texts(articles)
        assert set(raw) == {"meeting.txt", "visit.txt", "note.txt", "big5.txt", "bom.txt", "a.jsonl#7"}
        assert {m["doc"] for m in rows(tmp_path / "out", "mentions")} == set(raw)
        assert_exact(tmp_path / "out", raw)
        kept = {p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out" / "texts").rglob("*.txt")}
        assert kept == {text_path("note.txt"), text_path("big5.txt")}
        for doc in ("note.txt", "big5.txt"):
            assert (tmp_path / "out" / text_path(doc)).read_bytes().decode() == raw[doc]

    def test_same_bytes_whatever_the_order_and_from_anywhere(
        self, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (articles / "empty.txt").write_bytes(b"")
        (articles / "copy.txt").write_bytes((articles / "visit.txt").read_bytes())
        build([articles], tmp_path / "one")
        build(sorted(articles.iterdir(), reverse=True), tmp_path / "two")
        monkeypatch.chdir(articles)
        build(["."], Path("../three"))
        monkeypatch.setattr(pipeline, "BATCH", 1)
        build([articles], tmp_path / "four")
        assert (
            files(tmp_path / "one") == files(tmp_path / "two") == files(tmp_path / "three") == files(tmp_path / "four")
        )

    def test_a_build_over_another_is_a_full_build(self, articles: Path, tmp_path: Path) -> None:
        build([articles / "note.txt", articles / "visit.txt"], tmp_path / "out")
        assert (tmp_path / "out" / text_path("note.txt")).exists()
        build([articles / "meeting.txt"], tmp_path / "out")
        build([articles / "meeting.txt"], tmp_path / "fresh")
        assert files(tmp_path / "out") == files(tmp_path / "fresh")

    def test_output_inside_the_input_is_never_read(self, articles: Path, tmp_path: Path) -> None:
        for _ in range(2):
            build([articles], articles / "out")
        build([articles], tmp_path / "elsewhere")
        assert files(articles / "out") == files(tmp_path / "elsewhere")

    def test_report_hashes_the_files(self, articles: Path, tmp_path: Path) -> None:
        built = build([articles], tmp_path / "out")
        report = json.loads((tmp_path / "out" / "report.json").read_bytes())
        others = {name: content for name, content in files(tmp_path / "out").items() if name != "report.json"}
        assert report["files"] == {name: hashlib.sha256(content).hexdigest() for name, content in others.items()}
        assert built.written[-1].name == "report.json"
        assert {p.relative_to(tmp_path / "out").as_posix() for p in built.written} == {*others, "report.json"}
        assert report["documents"] == report["articles"] == 3
        for name, kind in (("entities", "type"), ("statements", "relation")):
            counts: dict[str, int] = {}
            for row in rows(tmp_path / "out", name):
                counts[row[kind]] = counts.get(row[kind], 0) + 1
            assert report[name] == counts
        assert report["published"] == {"first": "2023-02-01", "last": "2023-03-09"}

    def test_no_clock_host_or_path_in_any_file(self, articles: Path, tmp_path: Path) -> None:
        shutil.copytree(articles, tmp_path / "model")  # only its name counts: the recognizer is a list
        (articles / "broken.jsonl").write_text("{", encoding="utf-8")
        build([articles], tmp_path / "out", Options(model=str(tmp_path / "model")))
        for name, content in files(tmp_path / "out").items():
            for private in (str(tmp_path), str(Path.home()) + "/", str(ROOT), date.today().isoformat()):
                assert private.encode() not in content, name

    def test_records_say_what_they_are(self, tmp_path: Path) -> None:
        lines = [
            {
                "id": "a",
                "text": "林牧之到云溟科技城调研。",
                "title": "调研",
                "date": "2023-05-06",
                "source": "云溟日报",
            },
            {"text": "何松岩到云溟科技城调研。"},
            {"id": "a", "text": "林牧之讲话。"},
            {"id": "b"},
            ["no object"],
        ]
        file = tmp_path / "news.jsonl"
        file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
        report = build([file], tmp_path / "out").report
        found = {e["doc"]: e for e in rows(tmp_path / "out", "entities") if e["type"] == "Article"}
        assert set(found) == {"news.jsonl#a", "news.jsonl#2"}
        assert (found["news.jsonl#a"]["title"], found["news.jsonl#a"]["published"]) == ("调研", "2023-05-06")
        assert [s["doc"] for s in report["skipped"]] == ["news.jsonl#3", "news.jsonl#4", "news.jsonl#5"]
        assert_exact(tmp_path / "out", raw_texts(file))

    def test_duplicates_are_listed_and_not_counted(self, articles: Path, tmp_path: Path) -> None:
        build([articles], tmp_path / "one")
        (articles / "visit-copy.txt").write_bytes((articles / "visit.txt").read_bytes())
        report = build([articles], tmp_path / "two").report
        assert report["documents"] == 3
        assert report["skipped"] == [{"doc": "visit.txt", "reason": "duplicate of visit-copy.txt"}]
        assert len(rows(tmp_path / "one", "statements")) == len(rows(tmp_path / "two", "statements"))

    def test_one_document_that_breaks_does_not_take_the_others_along(
        self, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(source: Source) -> object:
            if source.doc == "note.txt":
                raise ZeroDivisionError("of a new kind")
            return split(source)

        split = readings.split
        monkeypatch.setattr(readings, "split", broken)
        report = build([articles], tmp_path / "out").report
        assert report["documents"] == 2
        assert [s["doc"] for s in report["skipped"]] == ["note.txt"]
        assert "ZeroDivisionError: of a new kind" in report["skipped"][0]["reason"]

    @pytest.mark.parametrize(
        ("failure", "error"),
        [
            ("rule", RuleError),
            ("lexicon", LexiconError),
            ("model", ModelError),
            ("input", KgError),
            ("resolve", MemoryError),
            ("interrupt", KeyboardInterrupt),
            ("page", RecursionError),
            ("disk full", KgError),
        ],
    )
    def test_a_run_that_fails_leaves_the_earlier_one_whole(
        self, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: str, error: type[BaseException]
    ) -> None:
        output, bad = tmp_path / "out", tmp_path / "bad"
        build([articles / "note.txt", articles / "visit.txt"], output)
        before = files(output)
        bad.mkdir()
        (bad / "mine.yaml").write_text("- id: chaired.mine\n  relation: chairs\n", encoding="utf-8")
        (bad / "mine.csv").write_text("name,type\n云溟湖,Lake\n", encoding="utf-8")
        options, inputs = Options(), [articles]
        match failure:
            case "rule":
                options = Options(rules=(bad,))
            case "lexicon":
                options = Options(lexicons=(bad,))
            case "model":
                monkeypatch.setattr(Recognizer, "load", raiser(ModelError("no model")))
            case "input":
                inputs = [articles, tmp_path / "gone"]
            case "resolve":
                monkeypatch.setattr(pipeline, "resolve", raiser(MemoryError()))
            case "interrupt":
                monkeypatch.setattr(readings, "relate", raiser(KeyboardInterrupt()))
            case "page":
                monkeypatch.setattr(store, "html", raiser(RecursionError()))
            case "disk full":
                fill_after(3, monkeypatch)
        with pytest.raises(error):
            build(inputs, output, options)
        assert files(output) == before
        assert not [p for p in output.rglob("*") if "kg-tmp" in p.name]
        load(output)


def raiser(error: BaseException) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> object:
        raise error

    return fail


def fill_after(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full after some files."""
    opened, left = Path.open, iter(range(count))

    def limited(self: Path, mode: str = "r", *args: Any, **fields: Any) -> Any:
        if TEMPORARY in self.name and "w" in mode and next(left, None) is None:
            raise OSError(28, "No space left on device")
        return opened(self, mode, *args, **fields)

    monkeypatch.setattr(Path, "open", limited)


@pytest.mark.model
def test_same_bytes_by_the_model_from_another_folder(seeds_output: Path, tmp_path: Path) -> None:
    """Another working directory, hash seed, time zone, order of files, and an earlier output to write over."""
    shutil.copytree(seeds_output, tmp_path / "out")
    given = [str(p) for p in sorted((ROOT / "seeds").iterdir(), reverse=True) if not p.name.startswith("README")]
    environment = os.environ | {
        "PYTHONHASHSEED": "4711",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "OMP_NUM_THREADS": "1",
    }
    subprocess.run(
        [sys.executable, "-c", "from kg.cli import main; main()", "build", *given, "-o", "out"],
        cwd=tmp_path, env=environment, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    found, expected = files(tmp_path / "out"), files(seeds_output)
    assert found.keys() == expected.keys()
    assert [name for name in found if found[name] != expected[name]] == []


@pytest.mark.model
def test_quotes_and_mentions_of_the_samples_are_exact(seeds_output: Path) -> None:
    assert_exact(seeds_output, raw_texts(ROOT / "seeds"))


@pytest.mark.model
def test_no_private_word_in_the_samples_graph(seeds_output: Path) -> None:
    for name, content in files(seeds_output).items():
        for private in (str(seeds_output.parent), str(ROOT), date.today().isoformat()):
            assert private.encode() not in content, name
