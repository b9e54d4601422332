"""Scoring of recognized mentions against tagged sentences: exact spans, exact types."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from kg.model import MENTION_TYPES, TypedSpan

__all__ = ["evaluate", "score_ner"]

Spans = Sequence[TypedSpan]


def score_ner(gold: Iterable[Spans], predicted: Iterable[Spans]) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 over all and for each type that occurs, as fractions; 0 where there is nothing.

    Args:
        gold, predicted: the mentions of each sentence, in the same order of sentences.

    Raises:
        ValueError: the two differ in length.

    >>> score_ner([[TypedSpan(0, 2, "Person"), TypedSpan(3, 5, "Post")]], [[TypedSpan(0, 2, "Person")]])["all"]
    {'P': 1.0, 'R': 0.5, 'F1': 0.6666666666666666}
    """
    right: Counter[str] = Counter()
    said: Counter[str] = Counter()
    true: Counter[str] = Counter()
    for wanted, found in zip(gold, predicted, strict=True):
        for counter, spans in ((right, set(wanted) & set(found)), (said, set(found)), (true, set(wanted))):
            for span in spans:
                counter.update(("all", span.type))
    types = [kind for kind in MENTION_TYPES if said[kind] or true[kind]]
    return {kind: _measures(right[kind], said[kind], true[kind]) for kind in ("all", *types)}


def evaluate(
    sentences: Sequence[tuple[str, Spans]], recognize: Callable[[list[str]], Iterable[Spans]]
) -> dict[str, dict[str, float]]:
    """Score anything that finds the mentions of sentences, a ``Recognizer.recognize`` or the whole recognize stage.

    >>> evaluate([("何松岩到会", [TypedSpan(0, 3, "Person")])], lambda texts: [[] for _ in texts])["all"]
    {'P': 0.0, 'R': 0.0, 'F1': 0.0}
    """
    return score_ner([spans for _, spans in sentences], recognize([text for text, _ in sentences]))


def _measures(right: int, said: int, true: int) -> dict[str, float]:
    return {
        "P": right / said if said else 0.0,
        "R": right / true if true else 0.0,
        "F1": 2 * right / (said + true) if said + true else 0.0,
    }
