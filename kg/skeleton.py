"""A sentence as the relation rules see it: each mention is one character, and so are the words around names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.model import MENTION_TYPES, TypedSpan

__all__ = ["AFTER", "BODIES", "CHARS", "NAMES", "PERSON", "POST", "ROLE", "Skeleton", "either", "marks"]

CHARS = {kind: chr(0xE000 + i) for i, kind in enumerate(MENTION_TYPES)}
PERSON, POST = CHARS["Person"], CHARS["Post"]
BODIES = "".join(CHARS[kind] for kind in ("Organization", "Initiative", "Place"))
NAMES = "".join(char for kind, char in CHARS.items() if kind not in ("Date", "Post"))
ROLE, AFTER = "\ue010", "\ue011"  # 市领导 before a name, 同志 or 等 after one

_PRIVATE = {ord(char): 0xFFFD for char in (*CHARS.values(), ROLE, AFTER)}
_FULL_WIDTH = _PRIVATE | {ord(a): ord(b) for a, b in zip(",;:!?()", "，；：！？（）", strict=True)}
_SPACES = re.compile(r"\s+")


def either(words: Sequence[str]) -> str:
    """A regular expression that takes any of the words, the longest first; nothing where there are none.

    >>> either(["和", "以及", "、"])
    '(?:以及|[、和])'
    """
    ones = "".join(sorted({re.escape(word) for word in words if len(word) == 1}))
    longer = sorted({word for word in words if len(word) > 1}, key=lambda w: (-len(w), w))
    options = [*map(re.escape, longer), *([f"[{ones}]"] if ones else [])]
    return f"(?:{'|'.join(options)})" if options else "(?!)"


def marks(words: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """What becomes one character besides mentions: words of the lists role, after_name and list_end."""
    role, name, end = (either(words.get(key, ())) for key in ("role", "after_name", "list_end"))
    others = "".join(char for char in NAMES if char != PERSON)
    return re.compile(
        f"(?P<role>{role})(?= ?{PERSON})|(?P<after>(?<=[{PERSON}{POST}]){name}{{1,3}}|(?<=[{others}]){end})"
    )


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A sentence with one character for each mention.

    Half-width punctuation is full-width, a run of white space is one space. Character ``i`` stands for
    ``[starts[i], ends[i])`` of the text; ``owners[i]`` is the index of its span, -1 where it is not a mention.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    owners: Sequence[int]

    @classmethod
    def of(cls, text: str, spans: Sequence[TypedSpan], marked: re.Pattern[str] | None = None) -> "Skeleton":
        """Build the skeleton; of spans that overlap the first and longest counts.

        >>> skeleton = Skeleton.of("何松岩主持,", [TypedSpan(0, 3, "Person")])
        >>> skeleton.text[1:], skeleton.starts, skeleton.owners
        ('主持，', [0, 3, 4, 5], [0, -1, -1, -1])
        """
        parts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        owners: list[int] = []

        def literal(start: int, end: int) -> None:
            at = start
            for blank in [*_SPACES.finditer(text, start, end), None]:
                stop = blank.start() if blank else end
                parts.append(text[at:stop].translate(_FULL_WIDTH))
                starts.extend(range(at, stop))
                ends.extend(range(at + 1, stop + 1))
                if blank:
                    parts.append(" ")
                    starts.append(stop)
                    ends.append(blank.end())
                    at = blank.end()
            owners.extend([-1] * (len(starts) - len(owners)))

        at = 0
        for index in sorted(range(len(spans)), key=lambda i: (spans[i].start, -spans[i].end)):
            span = spans[index]
            if span.start < at or span.start >= span.end:
                continue
            literal(at, span.start)
            parts.append(CHARS[span.type])
            starts.append(span.start)
            ends.append(span.end)
            owners.append(index)
            at = span.end
        literal(at, len(text))
        found = cls("".join(parts), starts, ends, owners)
        return found._marked(marked) if marked else found

    def _marked(self, marked: re.Pattern[str]) -> "Skeleton":
        """Write each word around a name as one character."""
        parts: list[str] = []
        kept: list[tuple[int, int]] = []
        at = 0
        for match in marked.finditer(self.text):
            start, end = match.span()
            parts += [self.text[at:start], ROLE if match["role"] else AFTER]
            kept += [*((i, i) for i in range(at, start)), (start, end - 1)]
            at = end
        if not parts:
            return self
        kept += [(i, i) for i in range(at, len(self.text))]
        return Skeleton(
            "".join([*parts, self.text[at:]]),
            [self.starts[first] for first, _ in kept],
            [self.ends[last] for _, last in kept],
            [self.owners[first] for first, _ in kept],
        )
