"""Word documents: paragraphs and tables in the order in which they stand."""

import hashlib
import io
from collections.abc import Iterator
from zipfile import BadZipFile, ZipFile

import docx
from docx.document import Document
from docx.table import Table, _Cell

from kg.errors import DocumentError
from kg.formats.archive import refuse_bomb
from kg.formats.text import checked
from kg.model import Source

__all__ = ["extract"]


def extract(doc: str, data: bytes) -> Source:
    """The source that a Word document is: a line a paragraph, the cells of a table's row joined by ``|``.

    Raises:
        DocumentError: it is no Word document, unpacks to too much, or has no text.
    """
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            for part in archive.infolist():
                refuse_bomb(part)
        raw = "\n".join(_lines(docx.Document(io.BytesIO(data))))
    except BadZipFile:
        raise DocumentError("no Word document, or one with a password: save it as .docx without one") from None
    except DocumentError:
        raise
    except Exception as error:  # python-docx raises what it comes across: KeyError, ValueError, XMLSyntaxError, …
        raise DocumentError(f"a broken Word document ({type(error).__name__}: {error}): save it again") from error
    return Source(doc, checked(raw), hashlib.sha256(data).hexdigest(), keep=True)


def _lines(parent: Document | _Cell) -> Iterator[str]:
    for block in parent.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                cells = {id(cell._tc): " ".join(_lines(cell)).strip() for cell in row.cells}  # one for merged cells
                yield " | ".join(filter(None, cells.values()))
        else:
            yield block.text
