"""The model card: what a tagger is, what it was made of, how good it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

__all__ = ["Made", "card"]

_CARD = """\
# {name}

A tagger for Chinese government and innovation news: HanLP's BiLSTM tagger with a conditional random field,
over vectors of characters, character pairs and triples. Made by

    {command}

with {made_with}: {facts}.
"""
_SCORES = """
Exact spans on the held-out sentences, which are chosen by their hash (`held_out.txt`) and never trained on:

| Type | Precision | Recall | F1 |
|---|---|---|---|
{scores}

How it learnt:

| Epoch | Loss a sentence | F1 of the held-out sentences |
|---|---|---|
{curve}
"""


@dataclass(frozen=True, slots=True)
class Made:
    """How a tagger was made: the command, counts of what went in, what each epoch reached, the scores at the end."""

    command: str
    facts: Mapping[str, int]
    curve: Sequence[tuple[str, float, float]]
    scores: Mapping[str, Mapping[str, float]]


def card(name: str, made: Made, notes: str) -> str:
    """The card of a model as Markdown; ``notes``, on the data and its licence, close it."""
    text = _CARD.format(
        name=name,
        command=made.command,
        made_with=", ".join(f"{package} {version(package)}" for package in ("kg", "hanlp", "torch")),
        facts=", ".join(f"{fact} {value:,}" for fact, value in made.facts.items()),
    )
    if made.scores:
        lines = [f"| {kind} | {s['P']:.3f} | {s['R']:.3f} | {s['F1']:.3f} |" for kind, s in made.scores.items()]
        curve = [f"| {epoch} | {loss:.3f} | {f1:.3f} |" for epoch, loss, f1 in made.curve]
        text += _SCORES.format(scores="\n".join(lines), curve="\n".join(curve))
    return text + (f"\n{notes.strip()}\n" if notes else "")
