"""Text as the recognizer reads it: one punctuation, digits and letters alike, in pieces of a bearable length."""

from collections.abc import Iterator
from itertools import cycle

__all__ = ["Folder", "balanced", "pieces", "punctuate"]

LONGEST = 400
_PUNCTUATION = str.maketrans(",;:()!?[]<>~﹑•・‧∙●「」『』﹐–―─", "，；：（）！？【】《》～、·····“”‘’，———")


def punctuate(text: str) -> str:
    """Chinese punctuation for half-width and rare forms, one for one; straight quotes open and close in turn.

    >>> punctuate('说:"开工了",散会')
    '说：“开工了”，散会'
    """
    quoted = text.translate(_PUNCTUATION).split('"')
    return "".join(part + mark for part, mark in zip(quoted, cycle("“”"), strict=False))[: len(text)]


class Folder(dict[int, int]):
    """What the model reads for a character, as a table for ``str.translate``: a digit is ``0``, a Latin letter ``A``
    or ``a``, white space a space, full-width forms of them too. The length never changes.

    >>> "ＧＤＰ 7.5%".translate(Folder())
    'AAA 0.0%'
    """

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


def pieces(text: str, longest: int = LONGEST) -> Iterator[tuple[int, int]]:
    """Cut a text into spans of at most ``longest`` characters, where possible after a full stop, else a comma.

    >>> list(pieces("一二三。四五六，七八", 6))
    [(0, 4), (4, 10)]
    """
    start = 0
    while start < len(text):
        end = min(start + longest, len(text))
        if end < len(text):
            stop = max(text.rfind(mark, start, end) for mark in "。！？；\n")
            pause = max(text.rfind(mark, start, end) for mark in "，、 ")
            end = next((at + 1 for at in (stop, pause) if at >= 0), end)
        yield start, end
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
