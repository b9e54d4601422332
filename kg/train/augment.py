"""Variants of tagged sentences: invented names, and the small disorders of real pages."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from kg.lexicon import column
from kg.model import TypedSpan
from kg.tables import locations, world

__all__ = ["Sentence", "augmenter"]

Sentence = tuple[str, Sequence[TypedSpan]]
Part = tuple[str, str | None]
LENGTHS = (0, *(1,) * 4, *(2,) * 12)  # of a given name; 0 leaves a surname alone (许指出)


def augmenter(sentences: Sequence[Sentence], rng: random.Random) -> Callable[[Sentence], Sentence]:
    """A function that makes a random variant of a sentence.

    Persons get names put together from the surnames and given names in ``sentences``, or a surname alone, places the
    names of others in China and the world, other mentions now and then the words of another mention of their type; a
    final mark is dropped, a space stands beside a name or between names.
    """
    zones = tuple(column("zone_suffixes", "suffix"))
    divisions = [
        name
        for depth, *names in locations()
        for name in dict.fromkeys("/".join(names).split("/"))
        if depth < 3 and not name.endswith(zones) and "直辖" not in name
    ]
    abroad = world()

    mentions: dict[str, list[str]] = defaultdict(list)
    for sentence in sentences:
        for words, kind in _parts(sentence):
            if kind:
                mentions[kind].append(words)
    names = [name for name in mentions["Person"] if _is_chinese(name)]
    surnames, given = [name[0] for name in names], [char for name in names for char in name[1:]]
    characters = sorted(set(given))

    def changed(words: str, kind: str | None) -> Part:
        if kind == "Person" and _is_chinese(words) and rng.random() < 0.4:
            words = rng.choice(surnames)
            for _ in range(rng.choice(LENGTHS)):
                words += rng.choice(given if rng.random() < 0.7 else characters)
        elif kind == "Place" and rng.random() < 0.25:
            words = rng.choice(divisions if rng.random() < 0.7 else abroad)
        elif kind in {"Organization", "Initiative", "Event", "Document"} and rng.random() < 0.1:
            words = rng.choice(mentions[kind])
        return words, kind

    def variant(sentence: Sentence) -> Sentence:
        parts = [changed(*part) for part in _parts(sentence)]
        last, kind = parts[-1]
        if kind is None and last[-1] in "。！；，" and rng.random() < 0.1:
            parts[-1] = last[:-1], None
        apart = rng.random() < 0.05
        kinds = [None, *(kind for _, kind in parts), None]
        text, spans = "", []
        for i, (words, kind) in enumerate(parts):
            if kind == "Person" and text and rng.random() < 0.04:
                text += " "
            if kind:
                spans.append(TypedSpan(len(text), len(text) + len(words), kind))
            text += " " if apart and words == "、" and kinds[i] == kinds[i + 2] == "Person" else words
            if kind == "Person" and rng.random() < 0.03:
                text += " "
        return text, spans

    return variant


def _is_chinese(name: str) -> bool:
    return 2 <= len(name) <= 3 and min(name) >= "一"


def _parts(sentence: Sentence) -> Iterator[Part]:
    """The mentions of a sentence with their types, and what stands between them."""
    text, spans = sentence
    at = 0
    for span in spans:
        if at < span.start:
            yield text[at : span.start], None
        yield text[span.start : span.end], span.type
        at = span.end
    if at < len(text):
        yield text[at:], None
