"""The page beside a plain pyvis page of the same graph: ``python -m bench.page [OUTPUT]``.

OUTPUT is the folder of a build with at least 20,000 entities; without it, ARTICLES articles of the corpus are built.
``python -m bench.page --pictures docs`` takes the pictures of the documentation instead.
"""

import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import TimeoutError as TimedOut
from pyvis.network import Network
from rich.console import Console
from rich.table import Table

from bench.corpus import ROOT, sample, write_records
from kg.export.choice import choose
from kg.export.html import html
from kg.graph import build_graph
from kg.model import Entity, Statement
from kg.pipeline import build
from kg.query import load

ARTICLES = 2500
SIZES = (100, 1500, 5000, 20_000)
PATIENCE = 120.0
# What the page has, and in which state, when it shows its graph: pyvis shows nothing before its springs are at rest.
READY = {"kg": ("#notice:not(:empty)", "attached"), "pyvis": ("#loadingBar", "hidden")}


def largest(
    entities: Sequence[Entity], statements: Sequence[Statement], count: int
) -> tuple[list[Entity], list[Statement]]:
    """The best connected entities, and what is said of them alone."""
    degrees = Counter(end for s in statements for end in (s.subject, s.object))
    kept = sorted(entities, key=lambda e: (-degrees[e.id], e.id))[:count]
    ids = {e.id for e in kept}
    return kept, [s for s in statements if s.subject in ids and s.object in ids]


def ours(entities: Sequence[Entity], statements: Sequence[Statement]) -> str:
    """Our page."""
    return html(choose(entities, statements))


def plain(entities: Sequence[Entity], statements: Sequence[Statement]) -> str:
    """A page as pyvis makes it: every node and edge with the quote as its title."""
    graph, network = build_graph(entities, statements), Network(directed=True, cdn_resources="in_line")
    for node, data in graph.nodes(data=True):
        network.add_node(node, label=data["label"], group=data["type"])
    for one, other, data in graph.edges(data=True):
        network.add_edge(one, other, label=data["label"], title=data["quote"])
    return str(network.generate_html())


def opening(browser: Browser, path: Path, ready: tuple[str, Any]) -> float:
    """Seconds until a page shows its graph and answers."""
    context = browser.new_context(offline=True, viewport={"width": 1400, "height": 900})
    tab = context.new_page()
    began = time.perf_counter()
    try:
        tab.goto(path.as_uri(), wait_until="commit", timeout=PATIENCE * 1000)
        tab.locator(ready[0]).wait_for(state=ready[1], timeout=PATIENCE * 1000)
        tab.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    except TimedOut:
        return PATIENCE
    finally:
        context.close()
    return time.perf_counter() - began


def measure(browser: Browser, built: Path, folder: Path) -> Table:
    """One row a size and kind of page; the pages are written to a folder."""
    graph = load(built)
    known, said = graph.outputs.told()
    table = Table("entities", "edges", "page", "made in", "size", "opens in", title="The page", title_justify="left")
    tired: set[str] = set()
    for size in SIZES:
        some, about = largest(known, said, size)
        for name, make in (("kg", ours), ("pyvis", plain)):
            began = time.perf_counter()
            text = make(some, about).encode()
            spent = time.perf_counter() - began
            path = folder / f"{name}-{size}.html"
            path.write_bytes(text)
            opened = PATIENCE if name in tired else opening(browser, path, READY[name])
            if opened >= PATIENCE:
                tired.add(name)
            shown = f"more than {PATIENCE:.0f} s" if name in tired else f"{opened:.1f} s"
            edges = len({(s.subject, s.relation, s.object, s.status) for s in about})
            table.add_row(f"{len(some):,}", f"{edges:,}", name, f"{spent:.1f} s", f"{len(text) / 1e6:.1f} MB", shown)
    return table


def pictures(browser: Browser, page: Path, folder: Path) -> None:
    """The pictures of the documentation."""

    def take(name: str, locale: str, act: Callable[[Any], None]) -> None:
        view = {"width": 1400, "height": 860}
        context = browser.new_context(offline=True, locale=locale, viewport=view, reduced_motion="reduce")  # type: ignore[arg-type]
        tab = context.new_page()
        tab.goto(page.as_uri())
        act(tab)
        tab.locator("#search").fill("")
        tab.evaluate("document.activeElement.blur()")
        tab.wait_for_timeout(500)
        tab.screenshot(path=folder / name)
        context.close()

    def meeting(tab: Any) -> None:
        tab.fill("#search", "中原科技城建设推进会")
        tab.press("#search", "Enter")
        tab.locator("aside .tools button").nth(1).click()
        tab.locator("aside details").first.locator("summary").click()

    def path(tab: Any) -> None:
        tab.fill("#search", "何松岩")
        tab.press("#search", "Enter")
        tab.click("#pick")
        tab.fill("#target", "冯镭")
        tab.press("#target", "Enter")

    take("graph.png", "en-GB", meeting)
    take("graph.zh.png", "zh-CN", meeting)
    take("path.png", "en-GB", path)


def main(arguments: Sequence[str]) -> None:
    """Measure, or take pictures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        print("the page is measured in Chromium, which is not installed")
        return
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as temporary:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        output = Path(temporary) / "output"
        if arguments and arguments[0] == "--pictures":
            build([ROOT / "seeds"], output)
            pictures(browser, output / "graph.html", Path(arguments[1]))
            return
        if not arguments:
            write_records(sample(ARTICLES), Path(temporary) / "news.jsonl")
            build([Path(temporary) / "news.jsonl"], output)
        Console(highlight=False).print(measure(browser, Path(arguments[0]) if arguments else output, Path(temporary)))


if __name__ == "__main__":
    main(sys.argv[1:])
