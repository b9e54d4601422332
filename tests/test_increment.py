"""Building again does only what changed, and gives what a full build gives."""

import json
import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ARTICLES, ROOT, RULE, ListRecognizer
from test_pipeline import files

from kg import ingest, options, pipeline, readings
from kg.hanlp_ner import Recognizer
from kg.ingest import Page
from kg.options import Options
from kg.pipeline import build

KILLS = 5
RECORDS = [{"id": name, "text": text} for name, text in ARTICLES.items()]


def write_records(folder: Path, records: list[dict[str, str]]) -> None:
    lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in records]
    (folder / "news.jsonl").write_text("".join(lines), encoding="utf-8")


def add(folder: Path) -> None:
    (folder / "new.txt").write_text("何松岩任云溟市科技局党组书记。", encoding="utf-8")


def correct(folder: Path) -> None:
    (folder / "visit.txt").write_text(ARTICLES["visit"].replace("何松岩陪同", "钟意帆陪同"), encoding="utf-8")


def delete(folder: Path) -> None:
    (folder / "note.txt").unlink()


def move(folder: Path) -> None:
    (folder / "deeper").mkdir()
    (folder / "note.txt").rename(folder / "deeper" / "a note.txt")


def copy(folder: Path) -> None:
    shutil.copy(folder / "visit.txt", folder / "a visit.txt")


def change_records(folder: Path) -> None:
    changed = {"id": "visit", "text": ARTICLES["visit"], "title": "在科技城"}
    write_records(folder, [{"id": "new", "text": ARTICLES["note"] * 2}, *RECORDS[:1], changed])


def nothing(folder: Path) -> None:
    pass


# What is read again of each change: how many documents.
CHANGES: list[tuple[Callable[[Path], None], int]] = [
    (nothing, 0), (add, 1), (correct, 1), (delete, 0), (move, 0), (copy, 0), (change_records, 2),
]  # fmt: skip


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The documents that were restored and split, that is, read from the beginning."""
    documents: list[str] = []
    split = readings.split

    def watched(source):  # type: ignore[no-untyped-def]
        documents.append(source.doc)
        return split(source)

    monkeypatch.setattr(readings, "split", watched)
    return documents


@pytest.mark.usefixtures("list_recognizer")
class TestChanges:
    @pytest.mark.parametrize(("change", "count"), CHANGES, ids=[change.__name__ for change, _ in CHANGES])
    def test_only_what_changed_is_read_and_the_result_is_that_of_a_full_build(
        self, articles: Path, tmp_path: Path, read: list[str], change: Callable[[Path], None], count: int
    ) -> None:
        write_records(articles, RECORDS)
        (articles / "broken.txt").write_bytes(b"\x00\x01\x02")
        build([articles], tmp_path / "out")
        change(articles)
        read.clear()
        build([articles], tmp_path / "out")
        assert len(read) == count
        build([articles], tmp_path / "full")
        assert files(tmp_path / "out") == files(tmp_path / "full")

    def test_what_is_known_is_not_even_parsed_and_needs_no_model(
        self, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (articles / "broken.pdf").write_bytes(b"%PDF nonsense")
        build([articles], tmp_path / "out")
        before = files(tmp_path / "out")
        monkeypatch.setattr(Page, "source", None)
        monkeypatch.setattr(Recognizer, "load", None)
        build([articles], tmp_path / "out")
        assert files(tmp_path / "out") == before
        assert [s["doc"] for s in json.loads(before["report.json"])["skipped"]] == ["broken.pdf"]

    def test_a_statement_goes_with_the_only_document_that_made_it(self, articles: Path, tmp_path: Path) -> None:
        build([articles], tmp_path / "out")
        assert b'"appointed"' in files(tmp_path / "out")["statements.jsonl"]
        delete(articles)
        build([articles], tmp_path / "out")
        assert b'"appointed"' not in files(tmp_path / "out")["statements.jsonl"]
        build([articles], tmp_path / "full")
        assert files(tmp_path / "out") == files(tmp_path / "full")

    @pytest.mark.parametrize("changed", ["rules", "lexicons", "code"])
    def test_rules_are_applied_to_what_was_recognized_all_else_reads_anew(
        self,
        articles: Path,
        tmp_path: Path,
        read: list[str],
        list_recognizer: ListRecognizer,
        monkeypatch: pytest.MonkeyPatch,
        changed: str,
    ) -> None:
        (articles / "tour.txt").write_text("林牧之巡视了云溟科技城。", encoding="utf-8")
        (articles / "broken.pdf").write_bytes(b"%PDF nonsense")
        build([articles], tmp_path / "out")
        (tmp_path / "mine.yaml").write_text(RULE, encoding="utf-8")
        (tmp_path / "mine.csv").write_text("name,type\n云溟,Place\n", encoding="utf-8")
        given = Options()
        match changed:
            case "rules":
                given = Options(rules=(tmp_path / "mine.yaml",))
            case "lexicons":
                given = Options(lexicons=(tmp_path / "mine.csv",))
            case "code":
                monkeypatch.setattr(options, "version", lambda name: "99")
        asked = list_recognizer.asked
        read.clear()
        build([articles], tmp_path / "out", given)
        assert (len(read), list_recognizer.asked > asked) == ((0, False) if changed == "rules" else (4, True))
        build([articles], tmp_path / "full", given)
        assert files(tmp_path / "out") == files(tmp_path / "full")
        assert (b"inspected.mine" in files(tmp_path / "out")["statements.jsonl"]) == (changed == "rules")

    def test_what_could_not_be_processed_is_tried_again(
        self, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as context:
            context.setattr(readings, "relate", None)
            context.setattr(pipeline, "SHOWN", 0)
            with pytest.raises(pipeline.KgError, match="no document could be read"):
                build([articles], tmp_path / "out")
        build([articles], tmp_path / "out")
        build([articles], tmp_path / "full")
        assert files(tmp_path / "out") == files(tmp_path / "full")

    @pytest.mark.parametrize("stop", [KeyboardInterrupt, MemoryError])
    def test_a_run_cut_short_goes_on_where_it_was(
        self,
        articles: Path,
        tmp_path: Path,
        read: list[str],
        monkeypatch: pytest.MonkeyPatch,
        stop: type[BaseException],
    ) -> None:
        monkeypatch.setattr(pipeline, "BATCH", 1)

        def progress(stage: str, count: int, total: int | None) -> None:
            assert (stage, total) == ("read", 3)
            if count == 2:
                raise stop

        with pytest.raises(stop):
            build([articles], tmp_path / "out", progress=progress)
        assert len(read) == 2
        build([articles], tmp_path / "out")
        assert sorted(read) == ["meeting.txt", "note.txt", "visit.txt"]
        build([articles], tmp_path / "full")
        assert files(tmp_path / "out") == files(tmp_path / "full")

    def test_killed_at_any_moment_nothing_is_lost(self, articles: Path, tmp_path: Path) -> None:
        kill_builds(articles, tmp_path, KILLS)

    def test_an_unfinished_output_among_the_inputs_is_no_input(self, articles: Path, tmp_path: Path) -> None:
        (articles / "out").mkdir()
        (articles / "out" / ingest.STORE).write_bytes(b"")
        (articles / "out" / "entities.jsonl").write_text('{"id": "x", "text": "林牧之。"}\n', encoding="utf-8")
        assert build([articles], tmp_path / "out").report["documents"] == 3


def kill_builds(articles: Path, tmp_path: Path, times: int) -> None:
    """Kill builds at random moments, one over another; what the last one gives is what a full build gives."""
    began = time.perf_counter()
    build([articles], tmp_path / "full")
    seconds = time.perf_counter() - began
    chance = random.Random(1)
    for number in range(times):
        (articles / f"{number}.txt").write_text(f"何松岩{number}次到云溟科技城调研。", encoding="utf-8")
        child = os.fork()
        if not child:
            build([articles], tmp_path / "out")
            os._exit(0)
        time.sleep(chance.uniform(0, 1.2 * seconds))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    build([articles], tmp_path / "out")
    build([articles], tmp_path / "new")
    assert files(tmp_path / "out") == files(tmp_path / "new")
    assert not [p for p in (tmp_path / "out").rglob("*") if "kg-tmp" in p.name or "damaged" in p.name]


@pytest.mark.model
def test_processes_and_what_came_before_change_nothing(
    seeds_output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model reads a few samples, then the others in processes: the result is that of all at once."""
    monkeypatch.setattr(pipeline, "SMALL", 0)
    monkeypatch.setattr(pipeline, "BATCH", 3)
    some = sorted(p for p in (ROOT / "seeds").iterdir() if not p.name.startswith("README"))[::3]
    build(some, tmp_path / "out")
    build([ROOT / "seeds"], tmp_path / "out", jobs=2)
    assert files(tmp_path / "out") == files(seeds_output)
