"""A build that is killed at any moment, and a build of thousands of articles. `make soak`."""

import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest
from conftest import ROOT, ListRecognizer
from test_increment import kill_builds
from test_pipeline import assert_exact, files, raw_texts

from bench.corpus import sample, write_records
from kg.errors import KgError
from kg.ingest import STORE
from kg.pipeline import build
from kg.store import read_outputs

KILLS = 50
ARTICLES = 5_000


def test_a_killed_build_leaves_the_earlier_output_or_a_new_one(
    list_recognizer: ListRecognizer, articles: Path, tmp_path: Path
) -> None:
    """Between two renames neither is there; that such a folder is refused, and the next build mends it, is checked."""
    output, earlier, new = tmp_path / "out", tmp_path / "earlier", tmp_path / "new"
    build([articles / "note.txt"], earlier)
    began = time.perf_counter()
    build([articles], new)
    seconds = time.perf_counter() - began
    chance = random.Random(1)
    seen = {"earlier": 0, "new": 0, "refused": 0}
    for number in range(KILLS):
        shutil.rmtree(output, ignore_errors=True)
        shutil.copytree(earlier, output)
        child = os.fork()
        if not child:
            build([articles], output)
            os._exit(0)
        if number % 2:
            time.sleep(chance.uniform(0, 1.2 * seconds))
        else:  # the moment when files appear is a small part of the time: wait for it
            wait_for_files(output)
            time.sleep(chance.uniform(0, 0.01))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        whole = {name: content for name, content in raw_files(output).items() if "kg-tmp" not in name}
        try:
            read_outputs(output)
        except KgError:
            seen["refused"] += 1
        else:
            found = whole if whole == raw_files(earlier) else files(output)
            assert found in (raw_files(earlier), files(new))
            seen["earlier" if found == raw_files(earlier) else "new"] += 1
        build([articles], output)
        assert files(output) == files(new)
    print(seen)
    assert seen["earlier"]
    assert seen["refused"] < KILLS / 2


@pytest.mark.usefixtures("list_recognizer")
def test_killed_builds_one_over_another_lose_nothing(articles: Path, tmp_path: Path) -> None:
    kill_builds(articles, tmp_path, KILLS)


def raw_files(folder: Path) -> dict[str, bytes]:
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    return {name: content for name, content in found.items() if not name.startswith(STORE)}


def wait_for_files(folder: Path, limit: float = 30) -> None:
    end = time.perf_counter() + limit
    while time.perf_counter() < end and not any("kg-tmp" in p.name for p in folder.rglob("*")):
        time.sleep(0.0005)


@pytest.mark.model
def test_thousands_of_articles(tmp_path: Path) -> None:
    write_records(sample(ARTICLES), tmp_path / "news.jsonl")
    report = build([tmp_path / "news.jsonl", ROOT / "seeds"], tmp_path / "out").report
    assert [s for s in report["skipped"] if not s["reason"].startswith("duplicate")] == []
    assert report["documents"] > ARTICLES
    assert_exact(tmp_path / "out", raw_texts(tmp_path / "news.jsonl", ROOT / "seeds"))
