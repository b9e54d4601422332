"""A sentence as the relation rules see it: each mention is one character, and so are the words around names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.model import MENTION_TYPES, TypedSpan
from kg.offsets import Edit, edit

__all__ = ["AFTER", "BODIES", "CHARS", "NAMES", "PERSON", "POST", "ROLE", "Skeleton", "either", "marks"]

CHARS = {kind: chr(0xE000 + i) for i, kind in enumerate(MENTION_TYPES)}
PERSON, POST = CHARS["Person"], CHARS["Post"]
BODIES = "".join(CHARS[kind] for kind in ("Organization", "Initiative", "Place"))
NAMES = "".join(char for kind, char in CHARS.items() if kind not in ("Date", "Post"))
ROLE, AFTER = "\ue010", "\ue011"  # 市领导 before a name, 同志 or 等 after one

_PRIVATE = {ord(char): 0xFFFD for char in (*CHARS.values(), ROLE, AFTER)}
_FULL_WIDTH = _PRIVATE | {ord(a): ord(b) for a, b in zip(",;:!?()", "，；：！？（）", strict=True)}
_SPACES = re.compile(r"\s+")
_MARKS = {None: " ", "role": ROLE, "after": AFTER}


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
        owners: dict[int, int] = {}
        edits: list[Edit] = []
        for index in sorted(range(len(spans)), key=lambda i: (spans[i].start, -spans[i].end)):
            span = spans[index]
            if span.start < span.end and (not edits or edits[-1][1] <= span.start):
                owners[span.start] = index
                edits.append((span.start, span.end, CHARS[span.type]))
        line, offsets = edit(text.translate(_FULL_WIDTH), edits)
        for pattern in (_SPACES, *([marked] if marked else [])):
            if found := [(*m.span(), _MARKS[m.lastgroup]) for m in pattern.finditer(line)]:
                line, step = edit(line, found)
                offsets = offsets.then(step)
        return cls(line, offsets.starts, offsets.ends, [owners.get(start, -1) for start in offsets.starts])
