"""All of the corpus in one go: nothing lost, reading in the same memory however much there is. `make soak`."""

import json
import multiprocessing
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from conftest import require
from test_pipeline import assert_exact, raw_texts

from bench.corpus import ARCHIVE, everything, write_records
from bench.growth import timed_build

FEW = 2_000
JOBS = 2
STORE = 1024  # MiB that the store may take beside


def built(texts: list[str], folder: Path) -> dict[str, Any]:
    folder.mkdir()
    write_records(texts, folder / "news.jsonl")
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(timed_build, folder / "news.jsonl", folder / "out", JOBS).result()


@pytest.mark.model
def test_all_of_the_corpus_is_built_or_skipped(tmp_path: Path) -> None:
    require(ARCHIVE.is_file(), "the corpus beside the project")
    texts = everything()
    few, everything_built = built(texts[:FEW], tmp_path / "few"), built(texts, tmp_path / "all")
    assert everything_built["documents"] + len(everything_built["skipped"]) == len(texts)
    reasons = Counter(skipped["reason"].split()[0] for skipped in everything_built["skipped"])
    assert set(reasons) <= {"duplicate"}
    assert everything_built["peak"]["read"] < few["peak"]["read"] + STORE
    print(json.dumps({"few": few["peak"], "all": everything_built["peak"], "skipped": reasons}))
    assert_exact(tmp_path / "all" / "out", raw_texts(tmp_path / "all" / "news.jsonl"))
