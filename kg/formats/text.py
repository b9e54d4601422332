"""Plain text: bytes are decoded once, as what leaves the likeliest text."""

import codecs
import hashlib
import re
from functools import cache

import charset_normalizer
import opencc

from kg.errors import DocumentError
from kg.model import Source

__all__ = ["MAX_BYTES", "MAX_CHARACTERS", "checked", "decode", "extract", "likely"]

MAX_CHARACTERS = 20_000_000
MAX_BYTES = 4 * MAX_CHARACTERS  # no encoding takes more bytes a character
MAX_LINE = 1_000_000  # what has no line ends is a dump or a program's output, and costs minutes
_SAMPLE = 200_000
_BROKEN = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd]")
_WRITTEN = re.compile(r"[^\s\ufeff]")


def extract(doc: str, data: bytes) -> Source:
    """The source that a text file is.

    Raises:
        DocumentError: see ``decode`` and ``checked``.
    """
    raw, encoding, keep = decode(data)
    return Source(doc, checked(raw), hashlib.sha256(data).hexdigest(), encoding, keep)


def checked(text: str) -> str:
    """The text itself, where it can be worked with.

    Raises:
        DocumentError: it is empty, too long, or has a line that is.
    """
    if any(len(line) > MAX_LINE for line in _sized(text).split("\n")):
        raise DocumentError(f"a line of more than {MAX_LINE:,} characters: break it into paragraphs")
    return text


def _sized(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        raise DocumentError(f"longer than {MAX_CHARACTERS:,} characters: split it")
    if not _WRITTEN.search(text):
        raise DocumentError("empty")
    return text


def decode(data: bytes) -> tuple[str, str, bool]:
    """The text of a document, its encoding, and whether that is neither strict UTF-8 nor strict GB18030.

    Raises:
        DocumentError: the bytes are empty, too many, binary, or in no encoding that leaves Chinese text.

    >>> decode("科技城".encode("utf-16"))
    ('科技城', 'utf-16', True)
    """
    text, encoding, keep = _strict(data) or _likeliest(data)
    return _sized(text), encoding, keep


def _strict(data: bytes) -> tuple[str, str, bool] | None:
    for codec, name in (("utf-8-sig", "utf-8"), ("gb18030", "gb18030")):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and (name == "utf-8" or _likely_han(text) > 0.8):
            return text, name, False
    return None


def _likeliest(data: bytes) -> tuple[str, str, bool]:
    """Of all encodings that may be meant, the one that leaves the likeliest text, broken bytes as U+FFFD."""
    names, sample = ["utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be"], data[:_SAMPLE]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        names = ["utf-16"]
    elif guess := charset_normalizer.from_bytes(sample, steps=5, chunk_size=2048).best():
        names.append(guess.encoding)
    name = max(names, key=lambda name: _likely_han(sample.decode(name, "replace")))
    text = data.decode("utf-8-sig" if name == "utf-8" else name, "replace")
    if likely(text) < 0.6:
        raise DocumentError("unknown encoding or a binary file: save it as UTF-8")
    return text, name, name != "gb18030" or "\ufffd" in text


def likely(text: str) -> float:
    """The share of characters that Chinese news is written in; one that is broken or a control counts against it."""
    sample = text[:_SAMPLE]
    usual = sum(c in _usual() for c in sample)
    return (usual - 2 * len(_BROKEN.findall(sample))) / (len(sample) or 1)


def _likely_han(text: str) -> float:
    """The same without ASCII, of which markup may have much: that is alike in all encodings."""
    return likely("".join(c for c in text[:_SAMPLE] if c not in _ASCII) or "。")


_ASCII = frozenset("\n\r\t" + "".join(map(chr, range(32, 127))))


@cache
def _usual() -> frozenset[str]:
    """Printable ASCII, punctuation, the common characters of GB 2312 and how they are written in Traditional."""
    codes = bytes(b for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF) for b in (lead, trail))
    common = codes.decode("gb2312", "ignore")
    marks = "\u3000\xa0，。、；：？！“”‘’（）《》【】—…·～％"
    return _ASCII | frozenset(common + opencc.OpenCC("s2t").convert(common) + marks)
