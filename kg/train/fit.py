"""Training of the network: it learns to read raw text, then to tag."""

import math
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from kg.hanlp_ner import TAGS, NewsTagger
from kg.train.augment import Sentence, augmenter
from kg.train.resume import Checkpoint

__all__ = ["fit", "pretrain"]

RATE = 2e-3
BATCH = 32  # sentences
UNKNOWN = 0.01  # share of the characters that are hidden from the model while it learns
ROWS, LENGTH = 96, 96  # of a batch of raw text
NEGATIVES = 600


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
            with _half():
                emissions, mask = model(ids.masked_fill(hidden, 1))
            total += descent.step(-model.crf(emissions, tags, mask) / BATCH) * BATCH
        model.eval()
        kept.curve.append((f"{stage} {epoch}/{epochs}", total / len(sentences), score()))
        kept.save(stage, epoch, model, descent, rng)
        report("{}: loss {:.3f} a sentence, F1 of the sentences held out {:.3f}".format(*kept.curve[-1]))


def pretrain(
    tagger: NewsTagger, ids: NDArray[np.int64], seed: int, kept: Checkpoint, report: Callable[[str], None]
) -> None:
    """Read a corpus once (character ids, 0 separates documents), changing the tagger's vectors and LSTMs in place.

    What the LSTM of each direction knows at a character must tell the second next character from others (a language
    model, Dai and Le 2015; the vectors show it the next one already).
    """
    torch.manual_seed(seed)
    model = tagger.model
    text = torch.from_numpy(ids[ids > 0])
    text = text[: len(text) // LENGTH * LENGTH].reshape(-1, LENGTH)
    text = text[torch.randperm(len(text))]
    base = len(tagger.vocabs["token"])
    share = torch.bincount(text[:2000].flatten(), minlength=base).float().add_(1).pow_(0.75)
    share /= share.sum()
    hidden = model.word_lstm[0].hidden_size
    heads = nn.ModuleList(nn.Embedding(base, hidden) for _ in range(2))
    for head in heads.parameters():
        nn.init.normal_(head, std=hidden**-0.5)
    learnt, rng = nn.ModuleList([model.embed, model.word_lstm, heads]), random.Random(seed)
    steps = math.ceil(len(text) / ROWS)
    descent = Descent(learnt.parameters(), steps + 1, 0.05)
    model.eval()  # nothing is dropped
    losses = []
    for step in range(kept.resume("reading", learnt, descent, rng), steps):
        batch = text[step * ROWS : (step + 1) * ROWS]
        noise = torch.multinomial(share, NEGATIVES, replacement=True)
        with _half():
            left, right, _ = model.read(batch)
            loss = _sampled(heads[0], left[:, :-2], batch[:, 2:], noise, share)
            loss = loss + _sampled(heads[1], right[:, 2:], batch[:, :-2], noise, share)
        losses.append(descent.step(loss) / 2)
        if (step + 1) % 100 == 0 or step + 1 == steps:
            kept.save("reading", step + 1, learnt, descent, rng)
            report(f"reading, step {step + 1}/{steps}: loss {np.mean(losses[-100:]):.3f}")


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


def _half() -> torch.autocast:
    """Arithmetic in half precision where the processor is made for it."""
    return torch.autocast("cpu", torch.bfloat16, enabled=bool(torch.cpu.get_capabilities().get("amx_bf16")))


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


def _sampled(head: nn.Module, known: Tensor, wanted: Tensor, noise: Tensor, share: Tensor) -> Tensor:
    """Sampled softmax: the wanted characters against noise, each score corrected by how often it is drawn."""
    known, wanted = known.flatten(0, 1), wanted.flatten()
    right = (known * head(wanted)).sum(1, dtype=torch.float32) - share[wanted].log()
    others = (known @ head(noise).T).float() - share[noise].log()
    others = others.masked_fill(noise == wanted[:, None], -1e4)
    scores = torch.cat((right[:, None], others), 1) - math.log(NEGATIVES)
    return nn.functional.cross_entropy(scores, torch.zeros_like(wanted))
