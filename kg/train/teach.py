"""Sentences of raw text, tagged by trained taggers together: what several know is distilled into one (Hinton et al.
2015, here with the one best reading of the teachers)."""

import random
import re
from collections.abc import Iterable, Sequence

import torch

from kg.hanlp_ner import LegalCRF, NewsTagger, half_precision, spans_of
from kg.train.augment import Sentence

__all__ = ["sentences_of", "teach"]

BATCH = 64  # sentences
_SENTENCE = re.compile(r"[^\s。！？；][^\n。！？；]{8,150}[。！？；][”’」』）]?")


def sentences_of(lines: Iterable[str], count: int, rng: random.Random) -> list[str]:
    """Whole sentences of raw text, no two alike, at most ``count`` of them drawn at random.

    >>> sentences_of(["何松岩到云溟市调研。会议强调。林牧之主持召开座谈会！"], 9, random.Random(1))
    ['何松岩到云溟市调研。', '林牧之主持召开座谈会！']
    """
    found = list(dict.fromkeys(sentence for line in lines for sentence in _SENTENCE.findall(line)))
    return [found[i] for i in sorted(rng.sample(range(len(found)), min(count, len(found))))]


@torch.inference_mode()
def teach(teachers: Sequence[NewsTagger], texts: Sequence[str]) -> list[Sentence]:
    """Tag texts by the mean of what the teachers hold of each tag, and of each step from tag to tag."""
    crf = LegalCRF(teachers[0].model.crf.tags)
    for name, mean in crf.named_parameters():
        mean.copy_(torch.stack([teacher.model.crf.get_parameter(name) for teacher in teachers]).mean(0))
    ordered = sorted(texts, key=len)
    taught: list[Sentence] = []
    for at in range(0, len(ordered), BATCH):
        batch = ordered[at : at + BATCH]
        with half_precision():
            read = [teacher.model(teacher.batch(batch)) for teacher in teachers]
        best = crf.best(torch.stack([emissions for emissions, _ in read]).mean(0), read[0][1]).tolist()
        taught += [(text, spans_of(tags[: len(text)])) for text, tags in zip(batch, best, strict=True)]
    return taught
