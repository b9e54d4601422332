"""Fitting the tagger to tagged sentences."""

import math
import random
from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor, nn

from kg.hanlp_ner import NewsTagger, tag_names
from kg.train.augment import Sentence, augmenter

__all__ = ["fit", "half"]

_TAGS = {tag: i for i, tag in enumerate(tag_names())}


def fit(
    tagger: NewsTagger,
    sentences: Sequence[Sentence],
    *,
    epochs: int,
    seed: int,
    rate: float = 2e-3,
    size: int = 32,
    unknown: float = 0.01,
    report: Callable[[str], None],
) -> None:
    """Train the tagger in place, by Adam with a rate that rises for a tenth of the time and falls to zero.

    Args:
        unknown: share of the characters that are hidden from the model while it learns.
    """
    rng = random.Random(seed)
    torch.manual_seed(seed)
    variant = augmenter(sentences, rng)
    model = tagger.model
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    steps = epochs * math.ceil(len(sentences) / size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rate, total_steps=steps, pct_start=0.1, cycle_momentum=False
    )
    model.train()
    for epoch in range(1, epochs + 1):
        total = 0.0
        for ids, tags in _batches(tagger, [variant(sentence) for sentence in sentences], size, rng):
            hidden = (torch.rand(ids.shape) < unknown) & (ids > 1)
            batch = ids.masked_fill(hidden, 1)
            with half():
                emissions, mask = model(batch)
            loss = -model.crf(emissions, tags, mask) / size
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * size
        report(f"epoch {epoch}/{epochs}: loss {total / len(sentences):.3f} a sentence")
    model.eval()


def half() -> torch.autocast:
    """Arithmetic in half precision where the processor is made for it."""
    return torch.autocast("cpu", torch.bfloat16, enabled=bool(torch.cpu.get_capabilities().get("amx_bf16")))


def _batches(
    tagger: NewsTagger, sentences: Sequence[Sentence], size: int, rng: random.Random
) -> Iterator[tuple[Tensor, Tensor]]:
    """Padded character and tag ids of sentences of like length, the longest first, the batches in random order."""
    ordered = sorted((sentence for sentence in sentences if sentence[0]), key=lambda s: -len(s[0]) - rng.random() * 8)
    batches = [ordered[at : at + size] for at in range(0, len(ordered), size)]
    rng.shuffle(batches)
    for batch in batches:
        ids = tagger.batch([text for text, _ in batch])
        tags = torch.zeros_like(ids)
        for row, (_, spans) in enumerate(batch):
            for span in spans:
                tags[row, span.start : span.end] = _TAGS[f"I-{span.type}"]
                tags[row, span.end - 1] = _TAGS[f"E-{span.type}"]
                tags[row, span.start] = _TAGS[f"{'S' if span.end - span.start == 1 else 'B'}-{span.type}"]
        yield ids, tags
