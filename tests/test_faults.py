"""What goes wrong around a build: a stage for one document, the clock, the locale, home and temporary folders."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ARTICLES, ListRecognizer
from test_pipeline import files

from kg import readings
from kg.pipeline import build

MARK = "何松岩任云溟市科技局局长"  # stands in one document alone


@pytest.mark.parametrize("stage", ["split", "recognize", "relate"])
def test_a_stage_that_breaks_on_one_document_leaves_the_others(
    list_recognizer: ListRecognizer, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    whole: Callable[..., object] = getattr(readings, stage)

    def broken(*given: object) -> object:
        if MARK in repr(given):
            raise ZeroDivisionError("of a new kind")
        return whole(*given)

    (tmp_path / "others").mkdir()
    for name in ("meeting.txt", "visit.txt"):
        (tmp_path / "others" / name).write_bytes((articles / name).read_bytes())
    build([tmp_path / "others"], tmp_path / "without")
    monkeypatch.setattr(readings, stage, broken)
    report = build([articles], tmp_path / "out").report
    [skipped] = report["skipped"]
    assert skipped["doc"] == "note.txt"
    assert "ZeroDivisionError: of a new kind" in skipped["reason"]
    assert report["documents"] + len(report["skipped"]) == len(ARTICLES)
    for name in ("entities.jsonl", "mentions.jsonl", "statements.jsonl", "graph.gexf"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "without" / name).read_bytes()


def test_a_clock_that_runs_backwards(
    list_recognizer: ListRecognizer, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build([articles], tmp_path / "one")
    hours = iter(range(10**9, 0, -3600))
    for clock in ("time", "perf_counter", "monotonic"):
        monkeypatch.setattr(time, clock, lambda: float(next(hours)))
    build([articles], tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")


NO_TEMPORARY = "import tempfile; tempfile._candidate_tempdir_list = lambda: ['/nowhere']; "
RUN = "from kg.cli import main; main()"
PLACES = {
    "another encoding": (
        {"LC_ALL": "zh_CN.GB18030", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "gb18030"}, RUN
    ),
    "locale C, no home, no temporary folder": ({"LC_ALL": "C", "HOME": "/proc/nowhere", "TMPDIR": "/nowhere"}, NO_TEMPORARY + RUN),
}  # fmt: skip


@pytest.mark.model
def test_same_bytes_whatever_the_place(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name, text in ARTICLES.items():
        (tmp_path / "in" / f"{name}.txt").write_text(text, encoding="gb18030")
    (tmp_path / "in" / "broken.jsonl").write_text("何松岩", encoding="utf-8")
    build([tmp_path / "in"], tmp_path / "out")
    for place, (environment, code) in PLACES.items():
        command = [sys.executable, "-c", code, "build", "in", "-o", place]
        done = subprocess.run(command, cwd=tmp_path, env=os.environ | environment, capture_output=True, check=False)
        assert done.returncode == 0, (place, done.stderr)
        assert "人物" in done.stdout.decode(environment.get("PYTHONIOENCODING", "utf-8"))
        assert files(tmp_path / place) == files(tmp_path / "out")
    assert [s["doc"] for s in json.loads((tmp_path / "out" / "report.json").read_bytes())["skipped"]] == [
        "broken.jsonl#1"
    ]
