"""Text of documents made harmless: for spreadsheets, which run formulas, terminals, which obey codes, and XML."""

import re

__all__ = ["cell", "legal"]

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


_ILLEGAL = re.compile("[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str, instead: str = "") -> str:
    r"""Text without control characters and lone surrogates: XML forbids them, terminals obey them, others drop them.

    Args:
        text: any text.
        instead: what stands for one; ``{:04X}`` is its code.

    >>> legal("何\x00松\x0b岩\ud800"), legal("a\x01", "_{:04X}_")
    ('何松岩', 'a_0001_')
    """
    # Nothing printable is illegal, and to see that takes a fifth of the time.
    return text if text.isprintable() else _ILLEGAL.sub(lambda match: instead.format(ord(match[0])), text)


def cell(value: object) -> object:
    """A value for a CSV file: legal, lists joined by |, what a spreadsheet would run after an apostrophe.

    The apostrophe is what the OWASP guide on CSV injection advises.

    >>> cell(["何松岩", "林牧之"]), cell("=1+1"), cell(0.8)
    ('何松岩|林牧之', "'=1+1", 0.8)
    """
    if isinstance(value, list | tuple):
        value = "|".join(map(str, value))
    if not isinstance(value, str):
        return value
    value = legal(value)
    return f"'{value}" if value.startswith(_STARTS) else value
