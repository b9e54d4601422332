"""Confidence that means something: how often what a rule says was right in gold documents.

The counts of a rule are shrunk towards those of its relation, and these towards those of all, so that a rule that was
seen seldom says little of itself (empirical Bayes with a beta prior; Carlin and Louis 2000, chapter 3).
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from kg.errors import KgError
from kg.lexicon import table

__all__ = ["Calibration", "Judged", "calibration", "cross_validated", "reliability", "write_counts"]

UNKNOWN = 0.8  # where nothing was counted
STRENGTH = 16  # how many statements what is known of the wider group counts for
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9)
COLUMNS = ("relation", "rule", "right", "wrong")

Counts = Mapping[tuple[str, str], tuple[int, int]]
"""How often what a rule (relation, id) said was right and wrong."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement of a gold document, and whether a gold fact says the same."""

    doc: str
    relation: str
    rule: str
    confidence: float
    right: bool


class Calibration:
    """The confidence of each rule, from counts.

    >>> known = Calibration({("chaired", "chaired.a"): (40, 0), ("chaired", "chaired.b"): (1, 1)})
    >>> known.of("chaired", "chaired.a"), known.of("chaired", "chaired.b"), known.of("chaired", "chaired.new")
    (0.99, 0.91, 0.96)
    """

    def __init__(self, counts: Counts) -> None:
        self._counts: dict[tuple[str, ...], tuple[int, int]] = defaultdict(lambda: (0, 0))
        for key, (right, wrong) in counts.items():
            for level in ((), key[:1], key):
                known = self._counts[level]
                self._counts[level] = known[0] + right, known[1] + wrong

    def of(self, relation: str, rule: str) -> float:
        """The share of right statements to expect of a rule, with two decimals."""
        share = UNKNOWN
        for level in ((), (relation,), (relation, rule)):
            right, wrong = self._counts.get(level, (0, 0))
            share = (right + STRENGTH * share) / (right + wrong + STRENGTH)
        return round(share, 2)


@cache
def calibration() -> Calibration:
    """What the counts of the package say (``kg/lexicons/confidence.csv``)."""
    rows = table("confidence")
    return Calibration({(row["relation"], row["rule"]): (int(row["right"]), int(row["wrong"])) for row in rows})


def _count(judged: Iterable[Judged]) -> Counts:
    counted = Counter((j.relation, j.rule, j.right) for j in judged)
    keys = sorted({key[:2] for key in counted})
    return {key: (counted[*key, True], counted[*key, False]) for key in keys}


def write_counts(judged: Iterable[Judged], path: Path) -> None:
    """Write how often each rule was right and wrong: what :func:`calibration` reads.

    Raises:
        KgError: the file cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows((*key, *counts) for key, counts in _count(judged).items())
    except OSError as error:
        raise KgError(f"{path}: cannot be written ({error.strerror}): give another file to --calibrate") from error


def cross_validated(judged: Sequence[Judged]) -> list[Judged]:
    """Each statement with the confidence that the other documents give to its rule."""
    by_doc: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        by_doc[one.doc].append(one)
    weighed: list[Judged] = []
    for doc, own in by_doc.items():
        others = Calibration(_count(one for one in judged if one.doc != doc))
        weighed += [replace(one, confidence=others.of(one.relation, one.rule)) for one in own]
    return weighed


def reliability(judged: Sequence[Judged]) -> dict[str, Any]:
    """How far stated confidence is from the share that is right (Naeini et al. 2015).

    Returns:
        ``{"bins": {from: {"statements", "confidence", "right"}}, "error"}``: mean confidence and share right of each
        bin that holds statements, and the expected calibration error, None where there are no statements.
    """
    bins: dict[float, list[Judged]] = {low: [] for low in BINS}
    for one in judged:
        bins[max(low for low in BINS if low <= one.confidence)].append(one)
    rows = {
        f"{low:.1f}": {
            "statements": len(held),
            "confidence": sum(one.confidence for one in held) / len(held),
            "right": sum(one.right for one in held) / len(held),
        }
        for low, held in bins.items()
        if held
    }
    gaps = sum(row["statements"] * abs(row["confidence"] - row["right"]) for row in rows.values())
    return {"bins": rows, "error": gaps / len(judged) if judged else None}
