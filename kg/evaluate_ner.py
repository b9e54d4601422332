"""Scoring of recognized mentions against tagged sentences: exact spans, exact types."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from kg.model import MENTION_TYPES, TypedSpan

__all__ = ["evaluate"]

Spans = Sequence[TypedSpan]


def evaluate(
    sentences: Sequence[tuple[str, Spans]], recognize: Callable[[list[str]], Iterable[Spans]]
) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 over all and for each type that occurs, as fractions; 0 where there is nothing.

    Args:
        sentences: texts with their true mentions.
        recognize: finds the mentions of texts, as ``Recognizer.recognize`` or the whole recognize stage does.

    Raises:
        ValueError: there are more or fewer answers than sentences.

    >>> sentences = [("何松岩、林牧之", [TypedSpan(0, 3, "Person"), TypedSpan(4, 7, "Person")])]
    >>> evaluate(sentences, lambda texts: [[TypedSpan(0, 3, "Person")] for _ in texts])["all"]
    {'P': 1.0, 'R': 0.5, 'F1': 0.6666666666666666}
    """
    right, said, true = Counter[str](), Counter[str](), Counter[str]()
    for (_, wanted), found in zip(sentences, recognize([text for text, _ in sentences]), strict=True):
        for counter, spans in ((right, {*wanted} & {*found}), (said, {*found}), (true, {*wanted})):
            counter.update(kind for span in spans for kind in ("all", span.type))
    return {
        kind: {
            "P": right[kind] / (said[kind] or 1),
            "R": right[kind] / (true[kind] or 1),
            "F1": 2 * right[kind] / (said[kind] + true[kind] or 1),
        }
        for kind in ("all", *MENTION_TYPES)
        if kind == "all" or said[kind] or true[kind]
    }
