"""Training of the tagger that ships with the project, or of one's own."""

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
import torch

from kg.characters import code_points, fold
from kg.errors import ModelError
from kg.evaluate_ner import evaluate
from kg.hanlp_ner import TAGS, NewsTagger, Recognizer, character_ids, new_tagger, news_tagger
from kg.tagged import read_tagged
from kg.train.augment import Sentence
from kg.train.card import Made, card
from kg.train.fit import fit
from kg.train.resume import Checkpoint
from kg.train.teach import sentences_of, teach
from kg.train.vectors import corpus_lines, frequent_ngrams, vectors

__all__ = ["DEV", "HELD_OUT", "Recipe", "held_out", "held_out_by", "sentence_hash", "train"]

DEV = 0.13
HELD_OUT = "held_out.txt"


@dataclass(frozen=True, slots=True)
class Recipe:
    """The sizes of a tagger and of its training: how many characters and n-grams are known and the dimensions of their
    vectors; of the network; how many characters of raw text are counted for the vectors; how many sentences teachers
    tag, and how often those are gone through; what is added in the end to the score of a character's being in no name,
    for fewer false ones.
    """

    characters: tuple[int, int] = (7_000, 64)
    pairs: tuple[int, int] = (50_000, 48)
    triples: tuple[int, int] = (50_000, 32)
    hidden: int = 256
    drop: float = 0.5
    corpus: int = 30_000_000
    taught: int = 40_000
    lessons: int = 4
    caution: float = 0.25


def sentence_hash(sentence: str) -> str:
    """What stands for a sentence where its words must not.

    >>> sentence_hash("何松岩任市长。")
    '46c892af3e8d694e'
    """
    return hashlib.sha256(sentence.encode()).hexdigest()[:16]


def held_out(sentence: str, share: float = DEV) -> bool:
    """Whether a sentence is kept for scoring where no list says so: decided by its hash, so it always is or never.

    >>> sum(held_out(str(i), 0.13) for i in range(1000))
    143
    """
    return int(sentence_hash(sentence)[:2], 16) < share * 256


def held_out_by(hashes: Path | None) -> Callable[[str], bool]:
    """Whether a sentence is kept for scoring: as a file of hashes says, or without one as ``held_out`` does.

    Raises:
        ModelError: the file cannot be read.
    """
    if hashes is None:
        return held_out
    listed = {*_text(hashes).split()}
    return lambda sentence: sentence_hash(sentence) in listed


def train(
    tagged: Sequence[Path],
    output: Path,
    *,
    corpus: Path | None = None,
    start: Path | None = None,
    teachers: Sequence[Path] = (),
    hold_out: Path | None = None,
    about: Path | None = None,
    epochs: int = 14,
    seed: int = 1,
    recipe: Recipe | None = None,
    report: Callable[[str], None] = print,
) -> dict[str, dict[str, float]]:
    """Train a tagger and write its folder: weights, vocabularies, ``config.json``, the hashes of the sentences held out
    and a model card.

    Cut short and called again with the same data and settings, it goes on from its last epoch.

    Args:
        tagged: files of tagged sentences, one a line.
        output: the folder to write; what HanLP's names of files are in it is overwritten.
        corpus: raw text that the vectors of a new tagger are counted in and that teachers tag: a .txt, .md or .jsonl
            file or a folder of them.
        start: the folder of a tagger to begin from instead of a new one.
        teachers: folders of taggers; what they find together in the corpus is learnt before the tagged sentences.
        hold_out: the hashes of the sentences to hold out for scoring, one a line, as a model's folder has them; none:
            about one of eight, by its hash.
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
    notes = _text(about) if about else ""
    is_held = held_out_by(hold_out)
    sentences = dict.fromkeys((text, tuple(spans)) for path in tagged for text, spans in read_tagged(path))
    training, scored = ([s for s in sentences if is_held(s[0]) == held] for held in (False, True))
    if not training:
        raise ModelError(f"{', '.join(map(str, tagged))}: no tagged sentences to train on")
    if bool(teachers or not start) < bool(corpus) or bool(teachers) > bool(corpus):
        raise ModelError("raw text is for a new tagger's vectors or for teachers to tag: --corpus needs one of these")
    raw = _sample(corpus, recipe.corpus, seed) if corpus else []
    report(f"{len(training)} sentences to learn, {len(scored)} to score, {sum(map(len, raw))} characters to read")
    output.mkdir(parents=True, exist_ok=True)
    taggers = [news_tagger(folder) for folder in (start, *teachers) if folder]
    weights = [float(p.detach().double().sum()) for tagger in taggers for p in tagger.model.parameters()]
    key = hashlib.sha256(repr((recipe, epochs, seed, training, raw, weights)).encode()).hexdigest()
    kept = Checkpoint(output / "unfinished.pt", key)
    facts = {"sentences": len(training), "held out": len(scored)}
    if start:
        tagger = taggers.pop(0)
        tagger.model.drop.p = recipe.drop
    else:
        tagger = _untrained([*raw, *(text for text, _ in training)], recipe)
        facts |= {"characters counted": sum(map(len, raw))} if raw else {}
        report("vectors are made")
    recognizer = Recognizer(tagger, output.name)

    def learn(stage: str, lessons: Sequence[Sentence], epochs: int) -> None:
        fit(tagger, lessons, stage=stage, epochs=epochs, seed=seed, kept=kept, score=score, report=report)

    def score() -> float:
        return evaluate(scored, recognizer.recognize)["all"]["F1"]

    if teachers:
        known = {text for text, _ in sentences}
        texts = [text for text in sentences_of(raw, recipe.taught, random.Random(seed)) if text not in known]
        lessons = [lesson for lesson in teach(taggers, texts) if lesson[1]]
        facts |= {"sentences tagged by teachers": len(lessons)}
        learn("lesson", lessons, recipe.lessons)
    learn("epoch", training, epochs)
    with torch.no_grad():
        tagger.model.out.bias[TAGS.index("O")] += recipe.caution
    tagger.save(str(output))
    scores = evaluate(scored, Recognizer.load(output).recognize) if scored else {}
    (output / HELD_OUT).write_text("".join(f"{sentence_hash(text)}\n" for text, _ in scored), encoding="ascii")
    options = [("-o", output), ("--corpus", corpus), ("--start", start), *(("--teacher", path) for path in teachers)]
    words = [
        f"{option} {path.name}" for option, path in [*options, ("--hold-out", hold_out), ("--about", about)] if path
    ]
    command = " ".join(["kg train", *(path.name for path in tagged), *words, f"--epochs {epochs} --seed {seed}"])
    made = Made(command, facts, kept.curve, scores)
    (output / "README.md").write_text(card(output.name, made, notes), encoding="utf-8")
    kept.file.unlink(missing_ok=True)
    return scores


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: cannot be read ({error}): give a UTF-8 text") from None


def _sample(corpus: Path, characters: int, seed: int) -> list[str]:
    """Random lines of a corpus, up to so many characters."""
    lines = list(corpus_lines(corpus))
    random.Random(seed).shuffle(lines)
    before = accumulate(map(len, lines), initial=0)
    return [line for line, length in zip(lines, before, strict=False) if length < characters]


def _untrained(texts: Sequence[str], recipe: Recipe) -> NewsTagger:
    """A tagger that knows the commonest characters and n-grams of some texts by their vectors."""
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
    return tagger
