"""What builds cost by their size: ``python -m bench.growth [DOCUMENTS…] [--picture FILE]``.

Builds samples of the corpus, the largest with all of it, with a process a processor, and fits a power law to the
seconds of each stage: an exponent of 1 is a straight line. In the same run the recognizer and jieba alone.
"""

import json
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import psutil
from rich.console import Console
from rich.table import Table

from bench.corpus import everything, write_records
from bench.recognition import recognition
from kg.pipeline import build

__all__ = ["SIZES", "exponent", "measure", "timed_build"]

SIZES = (1_000, 5_000, 20_000, 100_000)
ALONE = 1_000  # articles that the recognizer and jieba are given alone
MILLION = 1_000_000
STAGES = ("load", "read", "resolve", "write", "all")
Measured = dict[str, Any]


class _Memory(threading.Thread):
    """The memory of this process and those under it, in MiB, watched: what they share counts once."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seen: list[tuple[float, float]] = []
        self.done = threading.Event()

    def run(self) -> None:
        this = psutil.Process()
        while not self.done.wait(0.5):
            total = 0
            for process in (this, *this.children(recursive=True)):
                try:
                    total += process.memory_full_info().pss
                except psutil.Error:  # it ended meanwhile
                    continue
            self.seen.append((time.perf_counter(), total / 2**20))

    def peak(self, begin: float, end: float) -> float:
        """The most that was seen from one moment to another."""
        return max((size for at, size in self.seen if begin <= at <= end), default=0.0)


def timed_build(file: Path, output: Path, jobs: int) -> Measured:
    """Build, and say how many seconds each stage took, its peak of memory in MiB, and what was built."""
    memory, told, first = _Memory(), dict[str, float](), dict[str, float]()
    memory.start()

    def progress(stage: str, count: int, total: int | None) -> None:
        told[stage] = time.perf_counter()
        first.setdefault(stage, told[stage])

    began = time.perf_counter()
    report = build([file], output, progress=progress, jobs=jobs).report
    ended = time.perf_counter()
    memory.done.set()
    memory.join()
    # A stage is told of when it is done, but reading, of which each batch is told; the store's last work is writing.
    moments = [began, first["read"], told["read"], told["resolve"], ended]
    spells = dict(zip(STAGES, pairwise(moments), strict=False)) | {"all": (began, ended)}
    return {
        "seconds": {stage: end - begin for stage, (begin, end) in spells.items()},
        "peak": {stage: memory.peak(*spell) for stage, spell in spells.items()},
        "documents": report["documents"],
        "skipped": report["skipped"],
        "articles": report["articles"],
        "statements": sum(report["statements"].values()),
        "entities": sum(report["entities"].values()),
        "disk": sum(path.stat().st_size for path in output.rglob("*") if path.is_file()) / 2**20,
    }


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """The exponent of the power law that fits best.

    >>> round(exponent([1, 10, 100], [3, 30, 300]), 3)
    1.0
    """
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])


def measure(sizes: Sequence[int]) -> list[Measured]:
    """Build samples of so many documents, each in a process of its own, the recognizer measured before and after."""
    texts, found = everything(), []
    jobs = os.cpu_count() or 1
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn, max_tasks_per_child=1) as pool, TemporaryDirectory() as folder:
        for size in sizes:
            alone = [pool.submit(recognition, texts[:ALONE], False).result()]
            file = Path(folder) / "news.jsonl"
            write_records(texts[:size], file)
            built = pool.submit(timed_build, file, Path(folder) / str(size), jobs).result()
            alone.append(pool.submit(recognition, texts[:ALONE], False).result())
            built["given"] = len(texts[:size])
            built["characters"] = sum(map(len, texts[:size]))
            built["alone"] = {name: sum(rates[name] for rates in alone) / len(alone) for name in alone[0]}
            built["lost"] = built["given"] - built["documents"] - len(built["skipped"])
            print(json.dumps(built, ensure_ascii=False), file=sys.stderr)
            found.append(built)
    return found


def table(found: Sequence[Measured]) -> Table:
    """A column a size, the exponent of what grows, and what a million articles would cost by the largest build."""
    sizes = [built["articles"] for built in found]
    shown = Table("", *(f"{size:,}" for size in sizes), "exponent", "a million", title="by articles")

    def row(name: str, values: Sequence[float], form: str = ",.0f", grows: bool = True) -> None:
        power = f"{exponent(sizes, values):.2f}" if grows and len(sizes) > 1 and min(values) > 0 else ""
        million = f"{values[-1] * MILLION / sizes[-1]:{form}}" if grows else ""
        shown.add_row(name, *(f"{value:{form}}" for value in values), power, million)

    for name in ("documents", "characters", "statements", "entities"):
        row(name, [built[name] for built in found])
    row("skipped", [len(built["skipped"]) for built in found], grows=False)
    row("lost", [built["lost"] for built in found], grows=False)
    for stage in STAGES:
        row(f"{stage}, s", [built["seconds"][stage] for built in found], ",.1f", grows=stage != "load")
    for stage in STAGES[1:]:
        row(f"{stage}, peak MiB", [built["peak"][stage] for built in found], grows=stage != "read")
    row("on disk, MiB", [built["disk"] for built in found])
    speeds = [built["characters"] / built["seconds"]["all"] for built in found]
    row("documents/s", [built["given"] / built["seconds"]["all"] for built in found], ",.1f", grows=False)
    row("characters/s", speeds, grows=False)
    for name in found[0]["alone"]:
        row(f"{name} alone, characters/s", [built["alone"][name] for built in found], grows=False)
    shares = [speed / built["alone"]["recognizer"] for speed, built in zip(speeds, found, strict=True)]
    row("end to end / recognizer alone", shares, ".2f", grows=False)
    return shown


def picture(found: Sequence[Measured], path: Path) -> None:
    """Draw the seconds of each stage by articles on logarithmic axes, with the straight lines on to a million."""
    figure, axes = plt.subplots(figsize=(8, 5))
    sizes = [built["articles"] for built in found]
    for stage in STAGES[1:]:
        seconds = [built["seconds"][stage] for built in found]
        power, factor = np.polyfit(np.log(sizes), np.log(seconds), 1)
        reach = np.array([sizes[0], MILLION])
        (line,) = axes.plot(sizes, seconds, "o", label=f"{stage}: articles^{power:.2f}")
        axes.plot(reach, np.exp(factor) * reach**power, "--", color=line.get_color(), linewidth=1)
    axes.set(xscale="log", yscale="log", xlabel="articles", ylabel="seconds")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=110, bbox_inches="tight", metadata={"Software": None})


def main(arguments: Sequence[str]) -> None:
    """Measure, and print what was found."""
    numbers = [int(argument) for argument in arguments if argument.isdecimal()]
    found = measure(numbers or SIZES)
    Console(highlight=False, width=140).print(table(found))
    if "--picture" in arguments:
        picture(found, Path(arguments[arguments.index("--picture") + 1]))


if __name__ == "__main__":
    main(sys.argv[1:])
