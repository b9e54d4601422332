"""What GraphML and GEXF share: a copy of the graph whose every string may stand in XML."""

import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, tostring

import networkx as nx

__all__ = ["xml_bytes", "xml_safe"]

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_safe(graph: "nx.MultiDiGraph[str]", rename: Mapping[str, str]) -> "nx.MultiDiGraph[str]":
    """Copy a graph without the characters that XML forbids.

    Args:
        graph: its edges are keyed by their ``id``.
        rename: new names of edge attributes; an empty one drops the attribute.
    """
    safe: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    safe.add_nodes_from((_id(node), _clean(data, {})) for node, data in graph.nodes(data=True))
    for subject, target, key, data in graph.edges(keys=True, data=True):
        safe.add_edge(_id(subject), _id(target), key=_id(str(key)), **_clean(data, rename))
    return safe


def xml_bytes(root: Element) -> bytes:
    """An XML document of UTF-8 with its declaration."""
    # Through a string, because ElementTree encodes each piece of a byte stream by itself, which takes twice as long.
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'.encode()


def _id(text: str) -> str:
    # Ids must stay apart, so a character becomes its code where other text loses it.
    return _ILLEGAL.sub(lambda match: f"_{ord(match[0]):04X}_", text)


def _clean(data: Mapping[str, Any], rename: Mapping[str, str]) -> dict[str, Any]:
    named = {rename.get(key, key): value for key, value in data.items()}
    return {key: _ILLEGAL.sub("", value) if isinstance(value, str) else value for key, value in named.items() if key}
