"""What GraphML and GEXF share: rows are written as text, for elements of a library take five times as long."""

import re
from collections.abc import Iterable
from typing import Any

__all__ = ["TYPES", "attributes", "escaped", "typed"]

TYPES = {str: "string", bool: "boolean", int: "long", float: "double"}
"""The types of both formats, by those of Python."""

_ENTITIES = {
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;",
}  # fmt: skip
_SPECIAL = re.compile(f"[{''.join(_ENTITIES)}]")


def escaped(value: object) -> str:
    r"""A value as text of an element or an attribute; its characters are such as XML allows.

    >>> escaped("<何>\n"), escaped(True), escaped(0.8)
    ('&lt;何&gt;&#10;', 'true', '0.8')
    """
    if isinstance(value, str):
        return _SPECIAL.sub(lambda match: _ENTITIES[match[0]], value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def attributes(**values: object) -> str:
    """Attributes of an element.

    >>> attributes(id="a", weight=1)
    ' id="a" weight="1"'
    """
    return "".join(f' {name}="{escaped(value)}"' for name, value in values.items())


def typed(rows: Iterable[dict[str, Any]]) -> dict[str, str]:
    """The type of each attribute of some rows, in the order in which they come.

    >>> typed([{"label": "何松岩"}, {"label": "", "weight": 1}])
    {'label': 'string', 'weight': 'long'}
    """
    return {name: TYPES[kind] for name, kind in {n: type(v) for row in rows for n, v in row.items()}.items()}
