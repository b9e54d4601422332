"""Scoring of recognized mentions against tagged sentences: exact spans, exact types."""

from collections.abc import Callable, Iterable, Sequence

from spacy.scorer import PRFScore

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
    scores = {kind: PRFScore() for kind in ("all", *MENTION_TYPES)}
    for (_, wanted), found in zip(sentences, recognize([text for text, _ in sentences]), strict=True):
        for kind, score in scores.items():
            score.score_set(*({span for span in spans if kind in ("all", span.type)} for spans in (found, wanted)))
    return {
        kind: {"P": score.precision, "R": score.recall, "F1": score.fscore}
        for kind, score in scores.items()
        if kind == "all" or len(score)
    }
