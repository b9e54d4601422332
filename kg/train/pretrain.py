"""Teaching the network to read before it learns to tag: what the LSTM of each direction knows at a character must tell
the second next character from others (a language model, Dai and Le 2015; the vectors show it the next one already)."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from kg.hanlp_ner import NewsTagger
from kg.train.fit import half

__all__ = ["pretrain"]


def pretrain(
    tagger: NewsTagger,
    ids: NDArray[np.int64],
    *,
    seed: int,
    rate: float = 2e-3,
    rows: int = 96,
    length: int = 96,
    negatives: int = 600,
    report: Callable[[str], None],
) -> None:
    """Read a corpus once (character ids, 0 separates documents), changing the tagger's vectors and LSTMs in place."""
    torch.manual_seed(seed)
    model = tagger.model
    text = torch.from_numpy(ids[ids > 0])
    text = text[: len(text) // length * length].reshape(-1, length)
    text = text[torch.randperm(len(text))]
    base = len(tagger.vocabs["token"])
    share = torch.bincount(text[:2000].flatten(), minlength=base).float().add_(1).pow_(0.75)
    share /= share.sum()
    hidden = model.word_lstm[0].hidden_size
    heads = [nn.Embedding(base, hidden) for _ in range(2)]
    learnt = [*model.embed.parameters(), *model.word_lstm.parameters()]
    for head in heads:
        nn.init.normal_(head.weight, std=hidden**-0.5)
        learnt.append(head.weight)
    optimizer = torch.optim.Adam(learnt, lr=rate)
    steps = math.ceil(len(text) / rows)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rate, total_steps=steps + 1, pct_start=0.05, cycle_momentum=False
    )
    drop, model.drop.p = model.drop.p, 0.0
    model.train()
    recent: list[float] = []
    for step in range(1, steps + 1):
        batch = text[(step - 1) * rows : step * rows]
        noise = torch.multinomial(share, negatives, replacement=True)
        with half():
            left, right, _ = model.read(batch)
            loss: Any = _loss(heads[0], left[:, :-2], batch[:, 2:], noise, share)
            loss = loss + _loss(heads[1], right[:, 2:], batch[:, :-2], noise, share)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learnt, 5.0)
        optimizer.step()
        schedule.step()
        recent.append(loss.item() / 2)
        if len(recent) == 100 or step == steps:
            report(f"reading, step {step}/{steps}: loss {sum(recent) / len(recent):.3f}")
            recent.clear()
    model.drop.p = drop
    model.eval()


def _loss(head: nn.Embedding, known: Tensor, wanted: Tensor, noise: Tensor, share: Tensor) -> Tensor:
    """Sampled softmax: the wanted characters against noise, each score corrected by how often it is drawn."""
    known, wanted = known.flatten(0, 1), wanted.flatten()
    right = (known * head(wanted)).sum(1, dtype=torch.float32) - share[wanted].log()
    others = (known @ head(noise).T).float() - share[noise].log()
    others = others.masked_fill(noise == wanted[:, None], -1e4)
    scores = torch.cat((right[:, None], others), 1) - math.log(len(noise))
    return nn.functional.cross_entropy(scores, torch.zeros_like(wanted))
