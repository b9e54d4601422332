"""Text with inline tags, ``<Person>侯红</Person>主持<Event>推进会</Event>``: training data, examples of rules."""

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from kg.errors import KgError
from kg.model import MENTION_TYPES, TypedSpan

__all__ = ["parse", "read_tagged", "render"]


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
    first, *rest = re.split(f"<(/?)({'|'.join(types)})>", tagged)
    plain, opened, start = first, "", 0
    spans: list[TypedSpan] = []
    for close, kind, text in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        if close and (opened != kind or start == len(plain)):
            raise KgError(f"stray or empty </{kind}> in: {tagged[:80]}")
        if close:
            spans.append(TypedSpan(start, len(plain), kind))
        elif opened:
            raise KgError(f"<{kind}> inside <{opened}> in: {tagged[:80]}")
        opened, start = "" if close else kind, len(plain)
        plain += text
    if opened:
        raise KgError(f"<{opened}> is not closed in: {tagged[:80]}")
    return plain, spans


def render(text: str, spans: Iterable[TypedSpan]) -> str:
    """Write spans that do not overlap, in order, back as tags.

    >>> render("何松岩主持", [TypedSpan(0, 3, "Person")])
    '<Person>何松岩</Person>主持'
    """
    pieces, at = [], 0
    for span in spans:
        pieces += [text[at : span.start], f"<{span.type}>{text[span.start : span.end]}</{span.type}>"]
        at = span.end
    return "".join([*pieces, text[at:]])


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
