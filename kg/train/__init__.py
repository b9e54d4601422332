"""Training of the tagger that ships with the project, or of one's own."""

import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from kg.characters import code_points, fold
from kg.errors import ModelError
from kg.evaluate_ner import evaluate
from kg.hanlp_ner import NewsTagger, Recognizer, character_ids, new_tagger
from kg.tagged import read_tagged
from kg.train.fit import fit, pretrain
from kg.train.vectors import corpus_lines, frequent_ngrams, vectors

__all__ = ["DEV", "Recipe", "held_out", "train"]

DEV = 0.13
_CARD = """\
# {name}

A tagger for Chinese government and innovation news: HanLP's BiLSTM tagger with a conditional random field,
over vectors of characters, character pairs and triples. Made by

    {command}

with {made_with}: {facts}.

Exact spans on the held-out sentences, which are chosen by their hash and never trained on:

| Type | Precision | Recall | F1 |
|---|---|---|---|
{scores}
"""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The sizes of a tagger and of its training: how many characters and n-grams are known and the dimensions of their
    vectors; of the network; how many characters of raw text are counted for the vectors, and read once by the network.
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
        report: called with a line of progress now and then.

    Returns:
        The scores of the held-out sentences, as ``evaluate`` gives them.

    Raises:
        KgError: there is nothing to train on, a file cannot be read, or a line of one is not well-formed.
    """
    recipe = recipe or Recipe()
    torch.set_num_threads(1)  # the same weights whatever the number of cores
    torch.manual_seed(seed)
    try:
        notes = about.read_text(encoding="utf-8") if about else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{about}: cannot be read ({error}): --about takes a UTF-8 text") from None
    sentences = dict.fromkeys((text, tuple(spans)) for path in tagged for text, spans in read_tagged(path))
    training, scored = ([s for s in sentences if held_out(s[0]) == kept] for kept in (False, True))
    if not training:
        raise ModelError(f"{', '.join(map(str, tagged))}: no tagged sentences to train on")
    raw = _sample(corpus, recipe.corpus, seed) if corpus else []
    report(f"{len(training)} sentences to learn, {len(scored)} to score, {sum(map(len, raw))} characters to read")
    tagger, ids = _untrained([*raw, *(text for text, _ in training)], recipe)
    report("vectors are made")
    facts = {"sentences": len(training), "held out": len(scored)}
    if raw:
        facts |= {"characters counted": len(ids), "characters read": min(len(ids), recipe.read)}
        torch.manual_seed(seed)
        pretrain(tagger, ids[: recipe.read], report)
    torch.manual_seed(seed)
    fit(tagger, training, epochs, random.Random(seed), report)
    output.mkdir(parents=True, exist_ok=True)
    tagger.save(str(output))
    scores = evaluate(scored, Recognizer.load(output).recognize)
    paths = {"-o": output, "--corpus": corpus, "--about": about}
    command = [
        "kg train",
        *(path.name for path in tagged),
        *(f"{key} {path.name}" for key, path in paths.items() if path),
    ]
    command.append(f"--epochs {epochs} --seed {seed}")
    (output / "README.md").write_text(_card(output.name, " ".join(command), facts, scores, notes), encoding="utf-8")
    return scores


def _card(
    name: str, command: str, facts: Mapping[str, int], scores: Mapping[str, Mapping[str, float]], notes: str
) -> str:
    card = _CARD.format(
        name=name,
        command=command,
        made_with=", ".join(f"{package} {version(package)}" for package in ("kg", "hanlp", "torch")),
        facts=", ".join(f"{fact} {value:,}" for fact, value in facts.items()),
        scores="\n".join(f"| {kind} | {s['P']:.3f} | {s['R']:.3f} | {s['F1']:.3f} |" for kind, s in scores.items()),
    )
    return card + (f"\n{notes.strip()}\n" if notes else "")


def _sample(corpus: Path, characters: int, seed: int) -> list[str]:
    """Random lines of a corpus, up to so many characters."""
    lines = list(corpus_lines(corpus))
    random.Random(seed).shuffle(lines)
    before = accumulate(map(len, lines), initial=0)
    return [line for line, length in zip(lines, before, strict=False) if length < characters]


def _untrained(texts: Sequence[str], recipe: Recipe) -> tuple[NewsTagger, NDArray[np.int64]]:
    """A tagger that knows the commonest characters and n-grams of some texts by their vectors; the texts as ids."""
    codes = code_points("\n".join(map(fold, texts)))  # folded, a text has no line ends of its own
    used, counts = np.unique(codes, return_counts=True)
    most, dim = recipe.characters
    known = [chr(code) for code in used[np.argsort(-counts, kind="stable")] if code != ord("\n")][:most]
    numbers, base = character_ids(known), len(known) + 2
    numbers[ord("\n")] = 0
    ids = numbers[codes]
    sizes = {2: recipe.pairs, 3: recipe.triples}
    keys = {n: frequent_ngrams(ids, n, base, count) for n, (count, _) in sizes.items()}
    tagger = new_tagger(
        known,
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
