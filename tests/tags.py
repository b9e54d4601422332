"""Typed spans written back as inline tags."""

from collections.abc import Collection

from kg.model import TypedSpan


def render(text: str, spans: Collection[TypedSpan]) -> str:
    out: list[str] = []
    at = 0
    for span in sorted(spans, key=lambda s: s.start):
        out += [text[at : span.start], f"<{span.type}>", text[span.start : span.end], f"</{span.type}>"]
        at = span.end
    return "".join([*out, text[at:]])
