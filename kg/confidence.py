"""Confidence that means something: how often what a rule says was right in gold documents.

The counts of a rule are shrunk towards those of its relation, and these towards those of all, so that a rule that was
seen seldom says little of itself (empirical Bayes with a beta prior; Carlin and Louis 2000, chapter 3).
"""

from collections.abc import Hashable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from kg.errors import KgError
from kg.lexicon import table

__all__ = ["Calibration", "calibration", "cross_validated", "reliability", "write_counts"]

UNKNOWN = 0.8  # where nothing was counted
STRENGTH = 16  # how many statements what is known of the wider group counts for
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9)
_RULE = ["relation", "rule"]
_COUNTS = ["right", "wrong"]


class Calibration:
    """The confidence of each rule, from how often (``right``, ``wrong``) what it (``relation``, ``rule``) said was so.

    >>> counts = {"relation": "chaired", "rule": ["chaired.a", "chaired.b"], "right": [40, 1], "wrong": [0, 1]}
    >>> known = Calibration(pd.DataFrame(counts))
    >>> known.of("chaired", "chaired.a"), known.of("chaired", "chaired.b"), known.of("chaired", "chaired.new")
    (0.99, 0.91, 0.96)
    """

    def __init__(self, counts: pd.DataFrame) -> None:
        self._counts: dict[tuple[Hashable, ...], tuple[int, int]] = {(): tuple(counts[_COUNTS].sum())}
        for level in (_RULE[:1], _RULE):
            self._counts |= {key: tuple(own[_COUNTS].sum()) for key, own in counts.groupby(level)}

    def of(self, relation: str, rule: str) -> float:
        """The share of right statements to expect of a rule, with two decimals."""
        share = UNKNOWN
        for level in ((), (relation,), (relation, rule)):
            right, wrong = self._counts.get(level, (0, 0))
            share = (right + STRENGTH * share) / (right + wrong + STRENGTH)
        return round(share, 2)


@cache
def calibration() -> Calibration:
    """What the counts of the package say: of gold documents (``kg/lexicons/confidence.csv``) and of random news."""
    return Calibration(pd.DataFrame(table("confidence") + table("confidence_news")).astype(dict.fromkeys(_COUNTS, int)))


def _count(judged: pd.DataFrame) -> pd.DataFrame:
    return judged.assign(wrong=~judged["right"]).groupby(_RULE, as_index=False)[_COUNTS].sum()


def write_counts(judged: pd.DataFrame, path: Path) -> None:
    """Write how often each rule was right and wrong: what :func:`calibration` reads.

    Args:
        judged: what :func:`kg.evaluate_graph.judge` found.
        path: a CSV file.

    Raises:
        KgError: the file cannot be written.
    """
    try:
        _count(judged).to_csv(path, index=False, lineterminator="\n")
    except OSError as error:
        raise KgError(f"{path}: cannot be written ({error.strerror}): give another file to --calibrate") from error


def cross_validated(judged: pd.DataFrame) -> pd.DataFrame:
    """Each statement with the confidence that the other documents give to its rule."""
    weighed = judged.copy()
    for doc, own in judged.groupby("doc"):
        others = Calibration(_count(judged[judged["doc"] != doc]))
        weighed.loc[own.index, "confidence"] = [others.of(*rule) for rule in own[_RULE].itertuples(index=False)]
    return weighed


def reliability(judged: pd.DataFrame) -> dict[str, Any]:
    """How far stated confidence is from the share that is right (Naeini et al. 2015).

    Returns:
        ``{"bins": {range: {"statements", "confidence", "right"}}, "error"}``: mean confidence and share right of each
        bin that holds statements, and the expected calibration error, None where there are no statements.
    """
    edges = [*BINS, 1.01]
    names = [f"{low:.1f}–{min(high, 1):.1f}" for low, high in pairwise(edges)]
    bins = judged.groupby(pd.cut(judged["confidence"], edges, right=False, labels=names), observed=True)
    rows = bins.agg(statements=("right", "size"), confidence=("confidence", "mean"), right=("right", "mean"))
    gaps = rows["statements"] * (rows["confidence"] - rows["right"]).abs()
    return {"bins": rows.to_dict("index"), "error": float(gaps.sum() / len(judged)) if len(judged) else None}
