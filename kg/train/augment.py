"""Variants of tagged sentences: invented names, and the small disorders of real pages."""

import random
from collections.abc import Callable, Sequence

from kg.model import TypedSpan

__all__ = ["Sentence", "augmenter"]

Sentence = tuple[str, Sequence[TypedSpan]]
Part = tuple[str, str | None]
LENGTHS = (0, *(1,) * 4, *(2,) * 12)  # of a given name; 0 leaves a surname alone (许指出)


def augmenter(sentences: Sequence[Sentence], rng: random.Random) -> Callable[[Sentence], Sentence]:
    """A function that makes a random variant of a sentence.

    Persons get names put together from the surnames and given names in ``sentences``, or a surname alone, other
    mentions now and then the words of another mention of their type; a final mark is dropped, a space stands beside a
    name or between names.
    """
    mentions: dict[str, list[str]] = {}
    for text, spans in sentences:
        for span in spans:
            mentions.setdefault(span.type, []).append(text[span.start : span.end])
    chinese = [name for name in mentions.get("Person", []) if 2 <= len(name) <= 3 and min(name) >= "一"]
    surnames, given = [name[0] for name in chinese], [char for name in chinese for char in name[1:]]
    characters = sorted(set(given))

    def invented() -> str:
        return rng.choice(surnames) + "".join(
            rng.choice(given if rng.random() < 0.7 else characters) for _ in range(rng.choice(LENGTHS))
        )

    def changed(part: Part) -> Part:
        text, kind = part
        if kind == "Person" and 2 <= len(text) <= 3 and min(text) >= "一" and chinese and rng.random() < 0.4:
            return invented(), kind
        if kind in ("Organization", "Place", "Initiative", "Event", "Document") and rng.random() < 0.1:
            return rng.choice(mentions[kind]), kind
        return part

    def variant(sentence: Sentence) -> Sentence:
        parts = [changed(part) for part in _parts(sentence)]
        last, kind = parts[-1] if parts else ("", None)
        if kind is None and last[-1:] in tuple("。！；，") and rng.random() < 0.1:
            parts[-1] = (last[:-1], None)
        spaced: list[Part] = []
        between = rng.random() < 0.05
        for i, (text, kind) in enumerate(parts):
            if between and text == "、" and 0 < i < len(parts) - 1 and parts[i - 1][1] == parts[i + 1][1] == "Person":
                spaced.append((" ", None))
                continue
            if kind == "Person" and spaced and rng.random() < 0.04:
                spaced.append((" ", None))
            spaced.append((text, kind))
            if kind == "Person" and rng.random() < 0.03:
                spaced.append((" ", None))
        return _joined(spaced)

    return variant


def _parts(sentence: Sentence) -> list[Part]:
    text, spans = sentence
    parts: list[Part] = []
    at = 0
    for span in sorted(spans, key=lambda s: s.start):
        parts += [(text[at : span.start], None), (text[span.start : span.end], span.type)]
        at = span.end
    return [part for part in [*parts, (text[at:], None)] if part[0]]


def _joined(parts: Sequence[Part]) -> Sentence:
    spans = []
    at = 0
    for text, kind in parts:
        if kind:
            spans.append(TypedSpan(at, at + len(text), kind))
        at += len(text)
    return "".join(text for text, _ in parts), spans
