"""Maps from a restored text back to the raw text that it came from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

__all__ = ["Edit", "OffsetMap", "edit"]

Edit = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """For every character of a restored text, the raw span ``[starts[i], ends[i])`` that it stands for.

    Both sequences never decrease, so the order of the raw text is kept and a restored span maps to the smallest raw
    span that covers it.

    >>> OffsetMap([0, 1, 4], [1, 2, 5]).raw(1, 3)
    (1, 5)
    """

    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def identity(cls, end: int, start: int = 0) -> "OffsetMap":
        """The map of a text, or of its part ``[start, end)``, in which nothing was repaired."""
        return cls(range(start, end), range(start + 1, end + 1))

    def __len__(self) -> int:
        return len(self.starts)

    def raw(self, start: int, end: int) -> tuple[int, int]:
        """The smallest raw span that covers the restored characters ``start`` to ``end`` (exclusive).

        Raises:
            ValueError: the span is empty or not within the text.
        """
        if not 0 <= start < end <= len(self.starts):
            raise ValueError(f"span [{start}, {end}) is empty or outside a text of {len(self.starts)} characters")
        return self.starts[start], self.ends[end - 1]

    def slice(self, start: int, end: int) -> "OffsetMap":
        """The map of ``text[start:end]``."""
        return OffsetMap(self.starts[start:end], self.ends[start:end])

    def then(self, step: "OffsetMap") -> "OffsetMap":
        """Compose: ``self`` leads from the middle text to raw, ``step`` from the new text to the middle one.

        >>> OffsetMap([3, 4, 8], [4, 5, 9]).then(OffsetMap([0, 2], [2, 3])).raw(0, 1)
        (3, 5)
        """
        unchanged = OffsetMap.identity(len(self))
        if step == unchanged:
            return self
        if self == unchanged:
            return step
        starts, ends = self.starts, self.ends
        return OffsetMap([starts[i] for i in step.starts], [ends[i - 1] for i in step.ends])

    @staticmethod
    def concat(parts: Sequence["OffsetMap"]) -> "OffsetMap":
        """The map of several texts written one after the other."""
        if len(parts) == 1:
            return parts[0]
        join = chain.from_iterable
        return OffsetMap(list(join(part.starts for part in parts)), list(join(part.ends for part in parts)))


def edit(text: str, edits: Iterable[Edit]) -> tuple[str, OffsetMap]:
    """Replace parts of a text, ``(start, end, replacement)`` in order and not overlapping, and map back to it.

    A replacement as long as what it replaces maps character by character, any other one as a whole.

    >>> text, offsets = edit("發(fā)展", [(1, 5, "")])
    >>> text, offsets.raw(0, 2)
    ('發展', (0, 6))
    """
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for start, end, new in edits:
        pieces += (text[at:start], new)
        alike = len(new) == end - start
        starts += range(at, end if alike else start)
        ends += range(at + 1, (end if alike else start) + 1)
        if not alike:
            starts += [start] * len(new)
            ends += [end] * len(new)
        at = end
    if not pieces:
        return text, OffsetMap.identity(len(text))
    starts += range(at, len(text))
    ends += range(at + 1, len(text) + 1)
    return "".join([*pieces, text[at:]]), OffsetMap(starts, ends)
