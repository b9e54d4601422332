"""Cells of a CSV file that a spreadsheet opens without running anything."""

__all__ = ["cell"]

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: object) -> object:
    """A value as it may stand in a CSV file: lists joined by |, what a spreadsheet would run after an apostrophe.

    The apostrophe is what the OWASP guide on CSV injection advises.

    >>> cell(["何松岩", "林牧之"]), cell("=1+1"), cell(0.8)
    ('何松岩|林牧之', "'=1+1", 0.8)
    """
    if isinstance(value, list | tuple):
        value = "|".join(map(str, value))
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS) else value
