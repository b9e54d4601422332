"""Maps from a restored text back to the raw text that it came from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["OffsetMap"]


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """For every character of a restored text, the raw span ``[starts[i], ends[i])`` that it stands for.

    Both sequences never decrease, so the order of the raw text is kept and a restored span maps to the smallest raw
    span that covers it.

    >>> m = OffsetMap.identity(5).keep([0, 1, 4])
    >>> m.raw(1, 3)
    (1, 5)
    """

    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def identity(cls, length: int) -> "OffsetMap":
        """The map of a text in which nothing was repaired."""
        return cls(range(length), range(1, length + 1))

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

    def keep(self, kept: Iterable[int]) -> "OffsetMap":
        """The map of the text that keeps only the characters at the given positions, in order."""
        positions = list(kept)
        return OffsetMap([self.starts[i] for i in positions], [self.ends[i] for i in positions])

    def then(self, step: "OffsetMap") -> "OffsetMap":
        """Compose: ``self`` leads from the middle text to raw, ``step`` from the new text to the middle one.

        >>> OffsetMap.identity(9).keep([3, 4, 8]).then(OffsetMap([0, 2], [2, 3])).raw(0, 1)
        (3, 5)
        """
        return OffsetMap([self.starts[i] for i in step.starts], [self.ends[i - 1] for i in step.ends])

    @staticmethod
    def concat(parts: Iterable["OffsetMap"]) -> "OffsetMap":
        """The map of several texts written one after the other."""
        starts: list[int] = []
        ends: list[int] = []
        for part in parts:
            starts.extend(part.starts)
            ends.extend(part.ends)
        return OffsetMap(starts, ends)
