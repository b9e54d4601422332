"""Statements of random articles against verdicts made by reading: ``python -m bench.statements [COUNTS]``.

``judged_statements.csv`` has the record of the article, a hash of where and what the statement says, and the verdict,
no text of others. What was right must still be said, what was wrong should be gone. How often each rule is right in
what is still said goes into ``COUNTS``: ``kg/lexicons/confidence_news.csv`` is made so.
"""

import csv
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from bench.corpus import sample, short_hash
from kg.confidence import write_counts
from kg.pipeline import build

__all__ = ["ARTICLES", "main", "statement_hash"]

ARTICLES = 10_000
COLUMNS = ["relation", "rule", "right"]
JUDGED = Path(__file__).with_name("judged_statements.csv")


def statement_hash(record: dict[str, Any]) -> str:
    """What stands for a statement: its own id may change with the articles that it is built together with."""
    parts = (record["relation"], record["evidence"]["start"], record["evidence"]["end"], record["status"])
    key = (record["evidence"]["doc"].partition("#")[2], *parts, record["subject_span"], record["object_span"])
    return short_hash(repr(key))


def main() -> None:
    """Build the articles of the judged statements and print what has become of each verdict."""
    with JUDGED.open(encoding="ascii", newline="") as file:
        judged = list(csv.DictReader(file))
    wanted = {int(row["article"]) for row in judged}
    texts = {i: text for i, text in enumerate(sample(ARTICLES, seed=7), 1) if i in wanted}
    with tempfile.TemporaryDirectory() as folder:
        lines = [json.dumps({"id": i, "text": text}, ensure_ascii=False) for i, text in texts.items()]
        Path(folder, "news.jsonl").write_text("\n".join(lines), encoding="utf-8")
        build([Path(folder, "news.jsonl")], Path(folder, "output"))
        written = Path(folder, "output", "statements.jsonl").read_text(encoding="utf-8")
        said = {statement_hash(r): r for r in map(json.loads, filter(None, written.split("\n")))}
    for verdict in ("right", "wrong"):
        ids = [row["statement"] for row in judged if row["verdict"] == verdict]
        print(f"{verdict}: {len(ids)} judged, {sum(i in said for i in ids)} still said")
    kept = [(said[row["statement"]]["rule"], row["verdict"] == "right") for row in judged if row["statement"] in said]
    counts = pd.DataFrame([(rule.partition(".")[0], rule, right) for rule, right in kept], columns=COLUMNS)
    for path in sys.argv[1:]:
        write_counts(counts, Path(path))


if __name__ == "__main__":
    main()
