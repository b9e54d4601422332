"""What GraphML and GEXF share."""

from xml.etree.ElementTree import Element, tostring

__all__ = ["xml_bytes"]


def xml_bytes(root: Element) -> bytes:
    """An XML document of UTF-8 with its declaration."""
    # Through a string, because ElementTree encodes each piece of a byte stream by itself, which takes twice as long.
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'.encode()
