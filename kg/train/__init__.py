"""Training of the tagger that ships with the project, or of one's own."""

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from kg.characters import Folder, punctuate
from kg.errors import ModelError
from kg.evaluate_ner import evaluate
from kg.hanlp_ner import NewsTagger, Recognizer, new_tagger
from kg.tagged import read_tagged
from kg.train.card import write_card
from kg.train.fit import fit
from kg.train.pretrain import pretrain
from kg.train.vectors import corpus_lines, frequent_ngrams, vectors

__all__ = ["DEV", "Recipe", "held_out", "train"]

DEV = 0.13
_DOCUMENT = "\n"


@dataclass(frozen=True, slots=True)
class Recipe:
    """The sizes of a tagger and of its training.

    ``characters`` and ``ngrams`` say how many are known and the dimensions of their vectors; ``corpus`` and ``read``
    how many characters of raw text are counted for the vectors and read once by the network.
    """

    characters: tuple[int, int] = (7_000, 64)
    pairs: tuple[int, int] = (50_000, 48)
    triples: tuple[int, int] = (50_000, 32)
    hidden: int = 256
    drop: float = 0.5
    corpus: int = 30_000_000
    read: int = 9_000_000


def held_out(sentence: str, share: float = DEV) -> bool:
    """Whether a sentence is kept for scoring: decided by its hash, so it always is or never.

    >>> sum(held_out(str(i), 0.13) for i in range(1000))
    143
    """
    return hashlib.sha256(sentence.encode()).digest()[0] < share * 256


def train(
    tagged: Sequence[Path],
    output: Path,
    *,
    corpus: Path | None = None,
    about: Path | None = None,
    dev: float = DEV,
    epochs: int = 14,
    seed: int = 1,
    recipe: Recipe | None = None,
    report: Callable[[str], None] = print,
) -> dict[str, dict[str, float]]:
    """Train a tagger and write its folder: weights, vocabularies, ``config.json`` and a model card.

    Args:
        tagged: files of tagged sentences, one a line.
        output: the folder to write; what HanLP's names of files are in it is overwritten.
        corpus: raw text to learn to read from: a .txt, .md or .jsonl file or a folder; none: the tagged sentences.
        about: a text on the data and its licence, for the model card.
        dev: share of the sentences that is only scored, the same ones in every training.
        report: called with a line of progress now and then.

    Returns:
        Precision, recall and F1 on the held-out sentences, as ``score_ner`` gives them.

    Raises:
        ModelError: there is nothing to train on.
        KgError: a tagged line is not well-formed.
    """
    recipe = recipe or Recipe()
    torch.set_num_threads(1)  # the same weights whatever the number of cores
    torch.manual_seed(seed)
    sentences = list(dict.fromkeys((text, tuple(spans)) for path in tagged for text, spans in read_tagged(path)))
    training = [sentence for sentence in sentences if not held_out(sentence[0], dev)]
    scored = [sentence for sentence in sentences if held_out(sentence[0], dev)]
    if not training:
        raise ModelError(f"{', '.join(map(str, tagged))}: no tagged sentences to train on")
    raw = _sample(list(corpus_lines(corpus)), recipe.corpus, seed) if corpus else []
    report(f"{len(training)} sentences to learn, {len(scored)} to score, {sum(map(len, raw))} characters to read")
    tagger, ids = _untrained([*raw, *(text for text, _ in training)], recipe)
    report("vectors are made")
    if raw:
        pretrain(tagger, ids[: recipe.read], seed=seed, report=report)
    fit(tagger, training, epochs=epochs, seed=seed, report=report)
    output.mkdir(parents=True, exist_ok=True)
    tagger.save(str(output))
    scores = evaluate(scored, Recognizer.load(output).recognize)
    facts = {"sentences": len(training), "held out": len(scored)}
    if raw:
        facts |= {"characters counted": len(ids), "characters read": min(len(ids), recipe.read)}
    write_card(output, tagged, corpus, about, {"epochs": epochs, "seed": seed}, facts, scores)
    return scores


def _sample(lines: list[str], characters: int, seed: int) -> list[str]:
    random.Random(seed).shuffle(lines)
    kept = []
    for line in lines:
        if characters <= 0:
            break
        kept.append(line)
        characters -= len(line)
    return kept


def _untrained(texts: Sequence[str], recipe: Recipe) -> tuple[NewsTagger, NDArray[np.int64]]:
    """A tagger that knows the commonest characters and n-grams of some texts by their vectors; the texts as ids."""
    folder = Folder()
    folded = _DOCUMENT.join(punctuate(text).translate(folder) for text in texts)
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), np.uint32)
    used, counts = np.unique(codes, return_counts=True)
    most, dim = recipe.characters
    known = [int(code) for code in used[np.argsort(-counts, kind="stable")] if code != ord(_DOCUMENT)][:most]
    numbers = np.ones(0x110000, np.int64)
    numbers[known], numbers[ord(_DOCUMENT)] = range(2, len(known) + 2), 0
    ids, base = numbers[codes], len(known) + 2
    sizes = {2: recipe.pairs, 3: recipe.triples}
    keys = {n: frequent_ngrams(ids, n, base, count) for n, (count, _) in sizes.items()}
    tagger = new_tagger(
        [chr(code) for code in known],
        chars=dim,
        ngrams={str(n): (len(keys[n]), size) for n, (_, size) in sizes.items()},
        rnn_hidden=recipe.hidden,
        drop=recipe.drop,
    )
    embed = tagger.model.embed
    with torch.no_grad():
        embed.chars.weight[2:] = vectors(ids, 1, np.arange(2, base), base, dim)
        for n, (_, size) in sizes.items():
            embed.get_buffer(f"keys{n}").copy_(torch.from_numpy(keys[n]))
            embed.tables[str(n)].weight[1:] = vectors(ids, n, keys[n], base, size)
    return tagger, ids
