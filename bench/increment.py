"""What a second build costs after a few articles more: ``python -m bench.increment [ARTICLES] [MORE]``."""

import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from bench.corpus import sample, write_records
from kg.ingest import STORE
from kg.pipeline import build

__all__ = ["measure"]

STAGES = ("read", "resolve", "write", "store")


def timed(texts: list[str], file: Path, output: Path) -> dict[str, float]:
    """Build articles, and say how long the processor worked in each stage (loading counts as reading)."""
    write_records(texts, file)
    ends = {"start": time.process_time()}

    def progress(stage: str, count: int, total: int | None) -> None:
        ends[stage] = time.process_time()

    build([file], output, progress=progress)
    ends["store"] = time.process_time()
    before = ("start", *STAGES)
    return {stage: ends[stage] - ends[last] for last, stage in zip(before, STAGES, strict=False)}


def content(folder: Path) -> dict[str, bytes]:
    """All files of a build that have to be the same."""
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    found = {name: data for name, data in found.items() if not name.startswith(STORE)}
    report = json.loads(found["report.json"])
    del report["run"]
    return found | {"report.json": json.dumps(report).encode()}


def measure(count: int, more: int, folder: Path) -> Table:
    """Build articles, build some more into the same folder, and build all at once to compare."""
    texts = sample(count + more)
    first = timed(texts[:count], folder / "news.jsonl", folder / "first")
    second = timed(texts, folder / "news.jsonl", folder / "first")
    full = timed(texts, folder / "news.jsonl", folder / "full")
    same = "the same" if content(folder / "first") == content(folder / "full") else "NOT the same"
    title = f"{count:,} articles, then {more:,} more; files are {same} as of a full build"
    table = Table("processor seconds", "first", "second", "full", "second / first", title=title, title_justify="left")
    for stage in STAGES:
        share = second[stage] / first[stage]
        table.add_row(stage, *(f"{times[stage]:.1f}" for times in (first, second, full)), f"{share:.1%}")
    all_ = [sum(times.values()) for times in (first, second, full)]
    table.add_row("all", *(f"{seconds:.1f}" for seconds in all_), f"{all_[1] / all_[0]:.1%}")
    table.add_row(f"{STORE}, MB", f"{(folder / 'first' / STORE).stat().st_size / 1e6:.1f}")
    return table


if __name__ == "__main__":
    given = [int(number) for number in sys.argv[1:]]
    with TemporaryDirectory() as name:
        Console(highlight=False).print(measure(given[0] if given else 1_000, given[1] if given[1:] else 10, Path(name)))
