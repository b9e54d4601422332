"""The page of 2,000 articles: everything that one does on it, quickly enough. `make soak`."""

import csv
import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from page_samples import counted, find, heading, saved

import kg
from bench.corpus import sample, write_records
from kg.export.choice import FIRST
from kg.pipeline import build


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("news")
    write_records(sample(2000), folder / "news.jsonl")
    build([folder / "news.jsonl"], folder / "output")
    return folder / "output"


@pytest.fixture
def tab(output: Path, visit: Any) -> Iterator[Any]:
    began = time.perf_counter()
    tab = visit((output / "graph.html").read_text(encoding="utf-8"))
    tab.locator("#notice:not(:empty)").wait_for(state="attached")
    assert time.perf_counter() - began < 10
    return tab


def test_it_opens_on_the_backbone(tab: Any) -> None:
    assert FIRST * 0.8 < counted(tab)[0] <= FIRST
    assert tab.locator("aside li").count() > 15


def test_every_kind_of_name_is_found_and_comes_with_its_neighbours(tab: Any, output: Path) -> None:
    graph = kg.load(output)
    said = graph.statements[~graph.statements["relation"].isin(["located_in", "authored", "published_by"])]
    wanted = graph.entities[graph.entities["id"].isin(said["subject"])].groupby("type").tail(3)
    for name in wanted["name"]:
        find(tab, name)
        assert tab.locator("aside h2").text_content() == name
        assert tab.locator("aside li").count() > 0
        assert counted(tab)[0] > 1


def test_filters_views_paths_and_files(tab: Any) -> None:
    for slider in ("#confidence", "#degree", "#from"):
        before = counted(tab)
        began = time.perf_counter()
        tab.locator(slider).fill(tab.locator(slider).get_attribute("max") if slider != "#degree" else "5")
        assert counted(tab) != before
        assert time.perf_counter() - began < 5
        tab.click("#reset")
    tab.check("#straight")
    assert counted(tab)[0] > 100
    tab.click("#reset")
    tab.locator("aside a").first.click()
    one = heading(tab)
    for depth in "123":
        tab.locator("aside .tools").get_by_role("button", name=depth, exact=True).click()
        assert 1 < counted(tab)[0] <= 601
    tab.click("#pick")
    tab.fill("#target", "a")
    tab.fill("#target", "新华社")
    tab.press("#target", "Enter")
    assert heading(tab).startswith(one)
    tab.keyboard.press("Escape")
    lines = list(csv.reader(io.StringIO(saved(tab, "#csv").decode("utf-8-sig"))))
    assert len(lines) == counted(tab)[1] + 1
