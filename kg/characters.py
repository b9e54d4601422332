"""Characters in other forms: Simplified ones, and text as the recognizer reads it, in pieces of a bearable length."""

from collections.abc import Iterator
from functools import cache
from itertools import cycle

import numpy as np
import opencc
from numpy.typing import NDArray

__all__ = ["balanced", "code_points", "fold", "pieces", "punctuate", "simplified"]

LONGEST = 400
_PUNCTUATION = str.maketrans(",;:()!?[]<>~﹑•・‧∙●「」『』﹐–―─", "，；：（）！？【】《》～、·····“”‘’，———")


def punctuate(text: str) -> str:
    """Chinese punctuation for half-width and rare forms, one for one; straight quotes open and close in turn.

    >>> punctuate('说:"开工了",散会')
    '说：“开工了”，散会'
    """
    quoted = text.translate(_PUNCTUATION).split('"')
    return "".join(part + mark for part, mark in zip(quoted, cycle("“”"), strict=False))[: len(text)]


@cache
def _converters() -> tuple[opencc.OpenCC, ...]:
    return tuple(map(opencc.OpenCC, ("hk2t", "tw2t", "t2s")))  # t2s alone knows no regional forms: 衞, 枱, 看著


def simplified(text: str) -> str:
    """A text in Simplified characters, phrase by phrase.

    >>> simplified("衞生局局長")
    '卫生局局长'
    """
    for converter in _converters():
        text = converter.convert(text)
    return text


class _Folder(dict[int, int]):
    def __missing__(self, code: int) -> int:
        char = chr(code)
        if "！" <= char <= "｝" and char not in "！（），：；？":
            char = chr(code - 0xFEE0)
        if char.isspace():
            char = " "
        elif char.isdecimal():
            char = "0"
        elif char.isalpha() and ord(char) < 0x2E80:
            char = "A" if char.isupper() else "a"
        self[code] = ord(char)
        return self[code]


_FOLDER = _Folder()


def fold(text: str) -> str:
    """What the model reads: besides Chinese punctuation, 0 for a digit, A or a for a Latin letter, one white space.

    >>> fold("ＧＤＰ增长 7.5%,")
    'AAA增长 0.0%，'
    """
    return punctuate(text).translate(_FOLDER)


def code_points(text: str) -> NDArray[np.uint32]:
    """The code points of a text, lone surrogates too."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def pieces(text: str, longest: int = LONGEST) -> Iterator[tuple[int, int]]:
    """Cut a text into spans of at most ``longest`` characters, where possible after a full stop, else a comma.

    >>> list(pieces("一二三。四五六，七八", 6))
    [(0, 4), (4, 10)]
    """
    start = 0
    while start < len(text):
        end = start + longest
        if end < len(text):
            cuts = (max(text.rfind(mark, start, end) for mark in marks) + 1 for marks in ("。！？；\n", "，、 "))
            end = next(filter(None, cuts), end)
        yield start, min(end, len(text))
        start = end


def balanced(text: str, start: int, end: int) -> tuple[int, int]:
    """A span whose brackets and quotes are whole: the missing one beside it is taken in, a stray one left out.

    >>> balanced("（记者林牧之）报道", 3, 7)
    (3, 6)
    >>> balanced("《云岭日报》刊登", 1, 6)
    (0, 6)
    """
    for left, right in ("（）", "“”", "《》", "【】"):
        inside = text[start:end]
        opened = inside.count(left) - inside.count(right)
        if opened > 0 and text[end : end + 1] == right:
            end += 1
        elif opened > 0:
            start, end = (start + 1, end) if inside[0] == left else (start, start + inside.rindex(left))
        elif opened < 0 and text[max(0, start - 1) : start] == left:
            start -= 1
        elif opened < 0:
            start, end = (start, end - 1) if inside[-1] == right else (start + inside.index(right) + 1, end)
    return start, end
