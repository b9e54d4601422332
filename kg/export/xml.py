"""What GraphML and GEXF share: rows are written as text, for elements of a library take five times as long."""

from collections.abc import Collection, Iterable
from html import escape
from typing import Any

__all__ = ["attributes", "columns", "escaped"]

_TYPES = {str: "string", bool: "boolean", int: "long", float: "double"}
_BREAKS = str.maketrans({character: f"&#{ord(character)};" for character in "\t\n\r"})


def escaped(value: object) -> str:
    r"""A value as text of an element or an attribute; its characters are such as XML allows.

    >>> escaped("<何>\n"), escaped(True), escaped(0.8)
    ('&lt;何&gt;&#10;', 'true', '0.8')
    """
    if isinstance(value, str):
        text = escape(value)
        return text if text.isprintable() else text.translate(_BREAKS)
    return str(value).lower() if isinstance(value, bool) else str(value)


def attributes(**values: object) -> str:
    """Attributes of an element.

    >>> attributes(id="a", weight=1)
    ' id="a" weight="1"'
    """
    return "".join(f' {name}="{escaped(value)}"' for name, value in values.items())


def columns(rows: Iterable[dict[str, Any]], leave: Collection[str] = (), first: int = 0) -> dict[str, tuple[int, str]]:
    """The number and the type of each attribute of some rows, but those to leave, in the order in which they come.

    >>> columns([{"label": "何松岩"}, {"label": "", "weight": 1}], leave={"label"})
    {'weight': (0, 'long')}
    """
    kinds = {name: type(value) for row in rows for name, value in row.items()}
    kept = (name for name in kinds if name not in leave)
    return {name: (i, _TYPES[kinds[name]]) for i, name in enumerate(kept, first)}
