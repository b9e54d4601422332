"""Which share of the commonest new names is right: ``python -m bench.names``.

The names of each type in 5,000 articles that no hand-tagged sentence has, the most frequent ones, against verdicts in
``judged_names.csv`` (a hash of type and name, so no text of others).
"""

import csv
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Collection
from pathlib import Path

from bench.corpus import SHARED, sample, short_hash, write_records
from kg.pipeline import build
from kg.tagged import read_tagged

__all__ = ["main", "name_hash", "new_names", "verdicts"]

JUDGED = Path(__file__).with_name("judged_names.csv")


def new_names(mentions: Path, known: Collection[tuple[str, str]], most: int = 100) -> dict[str, list[tuple[str, int]]]:
    """For each type the commonest names in a build's ``mentions.jsonl`` that are not known, each with its count.

    Args:
        known: type and words of every mention that the model learnt from.
        most: names of a type.
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    with mentions.open(encoding="utf-8") as lines:
        for line in lines:
            mention = json.loads(line)
            if (mention["type"], mention["text"]) not in known:
                counts[mention["type"]][mention["text"]] += 1
    return {
        kind: sorted(found.items(), key=lambda item: (-item[1], item[0]))[:most]
        for kind, found in sorted(counts.items())
    }


def name_hash(kind: str, name: str) -> str:
    """What stands for a name in the list of verdicts."""
    return short_hash(f"{kind} {name}")


def verdicts(names: dict[str, list[tuple[str, int]]]) -> list[tuple[str, str]]:
    """For each type how many of the names were judged, and how many of these are right."""
    with JUDGED.open(encoding="ascii", newline="") as file:
        judged = {row["name"]: row["verdict"] == "right" for row in csv.DictReader(file)}
    found = []
    for kind, listed in names.items():
        said = [judged[key] for name, _ in listed if (key := name_hash(kind, name)) in judged]
        found.append((f"new names, {kind}", f"{sum(said)} right of {len(said)} judged, of {len(listed)}"))
    return found


def main() -> None:
    """Build the articles and print the share of each type."""
    tagged = [s for path in sorted((SHARED / "ner").glob("*.tagged.txt")) for s in read_tagged(path)]
    known = {(span.type, text[span.start : span.end]) for text, spans in tagged for span in spans}
    with tempfile.TemporaryDirectory() as folder:
        write_records(sample(5_000, seed=5), Path(folder, "news.jsonl"))
        build([Path(folder, "news.jsonl")], Path(folder, "output"))
        for row in verdicts(new_names(Path(folder, "output", "mentions.jsonl"), known)):
            print(*row, sep=": ")


if __name__ == "__main__":
    main()
