"""Text with inline tags, ``<Person>侯红</Person>主持<Event>推进会</Event>``: training data, examples of rules."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from kg.errors import KgError
from kg.model import MENTION_TYPES, TypedSpan

__all__ = ["parse", "read_tagged", "render"]

_TAG = re.compile(r"<(/?)([A-Za-z]+)>")


def parse(tagged: str, types: Collection[str] = MENTION_TYPES) -> tuple[str, list[TypedSpan]]:
    """Split tagged text into plain text and typed spans.

    Args:
        tagged: text with flat, non-overlapping ``<Type>…</Type>`` tags; other angle brackets stay as they are.
        types: the tags that are known.

    Raises:
        KgError: a tag is nested, stray, empty or not closed.

    >>> parse("<Person>侯红</Person>主持")
    ('侯红主持', [TypedSpan(start=0, end=2, type='Person')])
    """
    plain: list[str] = []
    spans: list[TypedSpan] = []
    length = at = 0
    opened: tuple[str, int] | None = None
    for match in _TAG.finditer(tagged):
        if match[2] not in types:
            continue
        piece = tagged[at : match.start()]
        plain.append(piece)
        length += len(piece)
        at = match.end()
        if not match[1]:
            if opened:
                raise KgError(f"<{match[2]}> inside <{opened[0]}> in: {tagged[:80]}")
            opened = (match[2], length)
        else:
            if not opened or opened[0] != match[2] or opened[1] == length:
                raise KgError(f"stray or empty </{match[2]}> in: {tagged[:80]}")
            spans.append(TypedSpan(opened[1], length, match[2]))
            opened = None
    if opened:
        raise KgError(f"<{opened[0]}> is not closed in: {tagged[:80]}")
    plain.append(tagged[at:])
    return "".join(plain), spans


def render(text: str, spans: Collection[TypedSpan]) -> str:
    """Write typed spans back as inline tags.

    >>> render("侯红主持", [TypedSpan(0, 2, "Person")])
    '<Person>侯红</Person>主持'
    """
    out: list[str] = []
    at = 0
    for span in sorted(spans, key=lambda s: s.start):
        out += [text[at : span.start], f"<{span.type}>", text[span.start : span.end], f"</{span.type}>"]
        at = span.end
    return "".join([*out, text[at:]])


def read_tagged(path: Path, types: Collection[str] = MENTION_TYPES) -> Iterator[tuple[str, list[TypedSpan]]]:
    """Read a UTF-8 file of one tagged sentence a line; empty lines are passed over.

    Raises:
        KgError: the file cannot be read, or a line is not well-formed; the message starts with the file.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if sentence := line.strip("\r\n"):
                    try:
                        yield parse(sentence, types)
                    except KgError as error:
                        raise KgError(f"{path}:{number}: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise KgError(f"{path}: cannot be read ({error}): give a UTF-8 file of tagged sentences, one a line") from None
