import pytest

from kg.evaluate_ner import evaluate
from kg.model import TypedSpan

A, B, C = TypedSpan(0, 3, "Person"), TypedSpan(4, 6, "Post"), TypedSpan(4, 7, "Post")


def score_ner(gold: list[list[TypedSpan]], predicted: list[list[TypedSpan]]) -> dict[str, dict[str, float]]:
    texts = [str(i) for i in range(len(gold))]
    return evaluate(list(zip(texts, gold, strict=True)), lambda asked: predicted if asked == texts else [])


@pytest.mark.parametrize(
    ("gold", "predicted", "overall"),
    [
        ([[A, B]], [[A, B]], (1, 1, 1)),
        ([[A, B]], [[A, C]], (0.5, 0.5, 0.5)),
        ([[A, B]], [[A]], (1, 0.5, 2 / 3)),
        ([[A]], [[A, B, C]], (1 / 3, 1, 0.5)),
        ([[A]], [[TypedSpan(0, 3, "Place")]], (0, 0, 0)),
        ([[A], []], [[], [A]], (0, 0, 0)),
        ([[A]], [[A, A]], (1, 1, 1)),
        ([[]], [[]], (0, 0, 0)),
        ([], [], (0, 0, 0)),
    ],
)
def test_overall(gold: list[list[TypedSpan]], predicted: list[list[TypedSpan]], overall: tuple[float, ...]) -> None:
    assert tuple(score_ner(gold, predicted)["all"].values()) == pytest.approx(overall)


def test_types_are_scored_apart() -> None:
    scores = score_ner([[A, B]], [[A, C]])
    assert list(scores) == ["all", "Person", "Post"]
    assert scores["Person"] == {"P": 1.0, "R": 1.0, "F1": 1.0}
    assert scores["Post"] == {"P": 0.0, "R": 0.0, "F1": 0.0}


def test_a_missing_sentence_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        score_ner([[A], []], [[A]])
