"""How well damage is undone, what is changed in real articles, and what that costs: rows for ``python -m bench``."""

import csv
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from bench.corpus import ROOT, SHARED, short_hash
from kg.evaluate_graph import score_graph
from kg.hanlp_ner import Recognizer
from kg.offsets import OffsetMap
from kg.pipeline import build
from kg.restore import STEPS, restore

sys.path.append(str(ROOT / "tests"))
import damage

__all__ = ["changed", "changes", "damaged", "recall", "repairs", "speed"]

Rows = list[tuple[str, str]]
JUDGED = Path(__file__).with_name("judged_repairs.csv")
_AROUND = 12


def _likeness(clean: list[str], kind: str, density: float) -> float:
    """1 - edit distance / length of what is restored; blank lines do not count."""
    make = damage.KINDS.get(kind, damage.all_kinds)
    wrong = 0
    for i, text in enumerate(clean):
        restored = restore(make(text, random.Random(f"{kind} {density} {i}"), density))[0]
        wrong += Levenshtein.distance(text, "\n".join(filter(None, restored.split("\n"))))
    return 1 - wrong / sum(map(len, clean))


def damaged(texts: list[str]) -> Rows:
    """How like the clean text is what is restored from each kind of damage, at each density."""
    clean = [text for text in map(damage.clean, texts) if len(text) > 200]
    found = []
    for kind, densities in {**damage.DENSITIES, "all together": (0, 1)}.items():
        scores = [f"{_likeness(clean, kind, density):.4f} at {density:.2g}" for density in densities]
        found.append((f"restored: {kind}", ", ".join(scores)))
    return found


def changes(before: str, after: str, offsets: OffsetMap) -> Iterator[tuple[int, int, str]]:
    """What one step changed: ``before[start:end]`` became the new text; neighbouring changes are one.

    >>> list(changes("发(fā)展", "发展", OffsetMap([0, 5], [1, 6])))
    [(1, 5, '')]
    """
    start = end = 0
    new = ""
    for i, character in enumerate(after):
        first, last = offsets.starts[i], offsets.ends[i]
        if before[first:last] == character and first >= end:
            if new or first > end or end > start:
                yield start, first, new
            start, end, new = last, last, ""
        else:
            end, new = last, new + character
    if new or start < len(before):
        yield start, len(before), new


def repairs(texts: list[str]) -> Iterator[tuple[str, str, str, str]]:
    """Every change that restoring makes: its kind, what was there, what is there, both with their neighbours."""
    for text in texts:
        for step in STEPS:
            done, offsets = step(text)
            if done != text:
                for start, end, new in changes(text, done, offsets):
                    left, right = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
                    yield step.__name__.removeprefix("without_"), text[start:end], new, f"{left}\0{right}"
            text = done


def _key(before: str, after: str, context: str) -> str:
    return short_hash("\0".join((before, after, context)))


def changed(texts: list[str]) -> Rows:
    """How many changes of each kind restoring makes in real articles, and how many of the judged ones are right."""
    with JUDGED.open(encoding="utf-8") as file:
        verdicts = {row["key"]: row["verdict"] for row in csv.DictReader(file)}
    length = sum(map(len, texts)) / 100_000
    made, right, judged = Counter[str](), 0, set[str]()
    for kind, before, after, context in repairs(texts):
        made[kind] += 1
        if (key := _key(before, after, context)) in verdicts and key not in judged:
            judged.add(key)
            right += verdicts[key] == "right"
    found = [(f"changes: {kind}", f"{n:,}, {n / length:.2f} in 100,000 characters") for kind, n in made.most_common()]
    return [*found, ("changes judged", f"{right} of {len(judged)} right (of {len(verdicts)} judged in all)")]


def speed(texts: list[str]) -> Rows:
    """Restoring beside the bare recognizer: processor seconds on the same texts, as they are and damaged."""
    bad = [damage.all_kinds(damage.clean(text), random.Random(i), 0) for i, text in enumerate(texts)]
    model = Recognizer.load()
    sentences = [part + "。" for text in texts for part in restore(text)[0].split("。") if part.strip()][:5_000]
    model.recognize(sentences[:100])
    found: Rows = []
    began = time.process_time()
    model.recognize(sentences)
    pace = sum(map(len, sentences)) / (time.process_time() - began)
    for name, sources in (("as they are", texts), ("damaged", bad)):
        for text in sources[:20]:
            restore(text)
        began = time.process_time()
        for text in sources:
            restore(text)
        own = sum(map(len, sources)) / (time.process_time() - began)
        found.append((f"restoring, {name}", f"{own:,.0f} characters/s, {own / pace:.1f} times the recognizer"))
    return found


def recall(folder: Path) -> Rows:
    """Recall and F1 of statements in damaged copies of the ``dev`` articles, and their share of the clean ones'."""
    gold = SHARED / "gold"
    found: Rows = []
    clean = 0.0
    for kind in ("", *damage.DENSITIES, "all together"):
        source, output = folder / f"texts {kind}", folder / f"graph {kind}"
        source.mkdir()
        for i, path in enumerate(sorted((gold / "dev" / "texts").iterdir())):
            text = path.read_text(encoding="utf-8")
            density = damage.DENSITIES.get(kind, (1,))[-1]
            make = damage.KINDS.get(kind, damage.all_kinds) if kind else lambda text, *_: text
            (source / path.name).write_text(make(text, random.Random(i), density), encoding="utf-8", newline="")
        build([source], output)
        scores = score_graph(gold / "dev", output)["facts"]["all"]
        clean = clean or scores["R"]
        share = f"R {scores['R']:.3f}, F1 {scores['F1']:.3f}, {scores['R'] / clean:.1%} of the clean recall"
        found.append((f"statements: {kind or 'clean'}", share))
    return found
