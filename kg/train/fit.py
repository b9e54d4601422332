"""Training of the network."""

import math
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from kg.hanlp_ner import TAGS, NewsTagger, half_precision
from kg.train.augment import Sentence, augmenter
from kg.train.resume import Checkpoint

__all__ = ["fit"]

RATE = 2e-3
BATCH = 32  # sentences
UNKNOWN = 0.01  # share of the characters that are hidden from the model while it learns


def fit(
    tagger: NewsTagger,
    sentences: Sequence[Sentence],
    *,
    stage: str,
    epochs: int,
    seed: int,
    kept: Checkpoint,
    score: Callable[[], float],
    report: Callable[[str], None],
) -> None:
    """Train the tagger on variants of tagged sentences, in place; after each epoch it is scored and kept."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    variant = augmenter(sentences, rng)
    model = tagger.model
    descent = Descent(model.parameters(), epochs * math.ceil(len(sentences) / BATCH), 0.1)
    for epoch in range(kept.resume(stage, model, descent, rng) + 1, epochs + 1):
        model.train()
        total = 0.0
        for ids, tags in _batches(tagger, [variant(sentence) for sentence in sentences], rng):
            hidden = (torch.rand(ids.shape) < UNKNOWN) & (ids > 1)
            with half_precision():
                emissions, mask = model(ids.masked_fill(hidden, 1))
            total += descent.step(-model.crf(emissions, tags, mask) / BATCH) * BATCH
        model.eval()
        kept.curve.append((f"{stage} {epoch}/{epochs}", total / len(sentences), score()))
        kept.save(stage, epoch, model, descent, rng)
        report("{}: loss {:.3f} a sentence, F1 of the sentences held out {:.3f}".format(*kept.curve[-1]))


class Descent:
    """Adam down a loss; its rate rises for the share ``warm`` of the steps and then falls to zero."""

    def __init__(self, parameters: Iterable[nn.Parameter], steps: int, warm: float) -> None:
        self._learnt = list(parameters)
        self._adam = torch.optim.Adam(self._learnt, lr=RATE)
        self._rate = torch.optim.lr_scheduler.OneCycleLR(
            self._adam, RATE, total_steps=steps, pct_start=warm, cycle_momentum=False
        )

    def step(self, loss: Any) -> float:
        """Go down a loss, and say how large it was."""
        self._adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self._learnt, 5.0)
        self._adam.step()
        self._rate.step()
        return float(loss.item())

    def state_dict(self) -> dict[str, Any]:
        """Where the descent is."""
        return {"adam": self._adam.state_dict(), "rate": self._rate.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from where another descent was."""
        self._adam.load_state_dict(state["adam"])
        self._rate.load_state_dict(state["rate"])


def _batches(tagger: NewsTagger, sentences: Sequence[Sentence], rng: random.Random) -> Iterator[tuple[Tensor, Tensor]]:
    """Padded character and tag ids of sentences of like length, the longest first, the batches in random order."""
    ordered = sorted((sentence for sentence in sentences if sentence[0]), key=lambda s: -len(s[0]) - rng.random() * 8)
    batches = [ordered[at : at + BATCH] for at in range(0, len(ordered), BATCH)]
    rng.shuffle(batches)
    for batch in batches:
        ids = tagger.batch([text for text, _ in batch])
        tags = torch.zeros_like(ids)
        for row, (_, spans) in zip(tags, batch, strict=True):
            for span in spans:
                length = span.end - span.start
                positions = "S" if length == 1 else f"B{'I' * (length - 2)}E"
                row[span.start : span.end] = torch.tensor([TAGS.index(f"{p}-{span.type}") for p in positions])
        yield ids, tags
