"""How fast, how large and how good: ``python -m bench [ARTICLES]``, a table a question."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import restoring
from bench.corpus import ROOT, SHARED, sample, write_records
from bench.recognition import compared, recognition
from bench.relating import relating
from kg.evaluate_graph import score_graph

Rows = list[tuple[str, str]]
KG = [sys.executable, "-c", "from kg.cli import main; main()"]


def speed(texts: list[str], folder: Path) -> Rows:
    """Build articles and say how long each stage took."""
    write_records(texts, folder / "news.jsonl")
    times, output = folder / "times.json", folder / "output"
    command = [sys.executable, "-m", "bench.timed", str(times), "build", str(folder / "news.jsonl"), "-o", str(output)]
    began = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - began
    measured: dict[str, Any] = json.loads(times.read_bytes())
    report: dict[str, Any] = json.loads((output / "report.json").read_bytes())
    errors = [s for s in report["skipped"] if not s["reason"].startswith("duplicate")]
    characters = sum(map(len, texts))
    seconds = (
        report["run"]["seconds"] + measured["seconds"]["write"]
    )  # the report cannot know how long its writing took
    found: Rows = [
        ("documents", f"{report['documents']:,} of {characters:,} characters"),
        ("skipped with an error", f"{len(errors):,}{''.join(f' {e}' for e in errors[:3])}"),
        ("build", f"{seconds:.1f} s; with start and imports {wall:.1f} s, {measured['processor']:.1f} s of processors"),
        ("documents/s", f"{report['documents'] / seconds:.1f}"),
        ("characters/s", f"{characters / seconds:,.0f}"),
        ("peak memory", f"{measured['peak']:,.0f} MiB"),
        ("statements", f"{sum(report['statements'].values()):,}"),
        ("entities", f"{sum(report['entities'].values()):,}, {report['unresolved']:,} of them unresolved"),
    ]
    for stage, spent in measured["seconds"].items():
        found.append((f"  {stage}", f"{spent:.1f} s, {spent / seconds:.0%}"))
    rest = seconds - sum(measured["seconds"].values())
    return [*found, ("  load, ingest, rest", f"{rest:.1f} s, {rest / seconds:.0%}")]


def quality(folder: Path) -> Rows:
    """Scores on the gold data beside the project."""
    found: Rows = []
    tagged = sorted((SHARED / "ner").glob("*.tagged.txt"))
    for label, option in (("recognition", []), ("bare model", ["--model-only"])):
        command = [*KG, "eval", "ner", *map(str, tagged), "--held-out", "--json", *option]
        scores = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        found.append((f"{label}, held-out sentences", " ".join(f"{k} {v:.3f}" for k, v in scores["all"].items())))
    for documents, gold in (("seeds", "gold/seeds"), ("gold/dev/texts", "gold/dev")):
        output = folder / gold.replace("/", "-")
        command = [*KG, "build", str(SHARED / documents), "-o", str(output)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        for group, table in score_graph(SHARED / gold, output).items():
            if isinstance(table, dict):
                scored = " ".join(f"{k} {table['all'][k]:.3f}" for k in ("P", "R", "F1"))
                found.append((f"{gold}: {group}", scored))
    return found


def main(count: int) -> None:
    """Measure, and print what was found."""
    texts = sample(count)
    table = Table("what", "measured", title=f"{count:,} articles", title_justify="left")
    with tempfile.TemporaryDirectory() as folder:
        rows = speed(texts, Path(folder)) + compared(recognition(texts[:200])) + relating(texts)
        rows += restoring.speed(texts[:500]) + restoring.damaged(texts[:200]) + restoring.changed(texts)
        rows += (
            quality(Path(folder)) + restoring.recall(Path(folder))
            if SHARED.is_dir()
            else [("scores", f"{SHARED} is not there")]
        )
    for row in rows:
        table.add_row(*row)
    Console(highlight=False).print(table)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
