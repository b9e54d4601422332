"""Records of articles: JSON Lines, read line by line, and CSV with a header."""

import codecs
import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import IO

from kg.errors import DocumentError
from kg.formats.text import MAX_BYTES, MAX_CHARACTERS, checked, decode
from kg.model import Skipped, Source

__all__ = ["KEYS", "read_csv", "read_jsonl", "source"]

KEYS = ("text", "id", "title", "date", "source")

_CHUNK = 1 << 20  # bytes of UTF-16, which are all decoded to find where a line ends
_TOO_LONG = f"longer than {MAX_CHARACTERS:,} characters: split it"


def read_jsonl(doc: str, file: IO[bytes]) -> Iterator[Source | Skipped]:
    """The records of JSON Lines, one object a line: ``text``, and if known the other KEYS."""
    wide = file.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
    file.seek(0)
    ids: set[str] = set()
    read, size = (codecs.EncodedFile(file, "utf-8", "utf-16", "replace"), _CHUNK) if wide else (file, MAX_BYTES)
    for number, line in enumerate(_lines(iter(lambda: read.readline(size), b"")), 1):
        try:
            if line is None:
                yield Skipped(f"{doc}#{number}", _TOO_LONG)
            elif line.strip():
                found = _json_record(doc, number, line, ids)
                yield replace(found, encoding="utf-16", keep=True) if wide else found
        except DocumentError as error:
            yield Skipped(f"{doc}#{number}", str(error))


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes | None]:
    """Lines put together from parts that end at their ends at the latest; None for each that is too long to be held."""
    held: bytes | None = b""
    for chunk in chunks:
        held = held + chunk if held is not None and len(held) + len(chunk) <= MAX_BYTES else None
        if chunk.endswith(b"\n"):
            yield held
            held = b""
    if held != b"":
        yield held


def _json_record(doc: str, number: int, line: bytes, ids: set[str]) -> Source:
    text, encoding, keep = decode(line)
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"line {number} is not JSON: {error}") from None
    if not isinstance(record, dict):
        raise DocumentError(f"line {number} is not a JSON object")
    return source(doc, number, record, line.strip(), ids, encoding, keep)


def read_csv(doc: str, file: IO[bytes]) -> Iterator[Source | Skipped]:
    """The rows of a CSV file whose header has a column ``text``; the others that count are those of JSON Lines.

    Raises:
        DocumentError: there is no such column, or the file is too large or no text.
    """
    text, encoding, keep = decode(file.read(MAX_BYTES + 1))
    csv.field_size_limit(MAX_CHARACTERS)
    rows = csv.reader(io.StringIO(text, newline=""))
    ids: set[str] = set()
    try:
        header = [name.strip().lower() for name in next(rows, [])]
        if "text" not in header:
            raise DocumentError(
                f"no column text among {', '.join(header)[:200]}: give that name to the articles' column"
            )
        number = rows.line_num + 1
        for row in rows:
            try:
                if len(row) > len(header):
                    reason = f"line {number} has more than {len(header)} columns: put texts into quotes"
                    yield Skipped(f"{doc}#{number}", reason)
                elif row:
                    line = json.dumps(row).encode()
                    yield source(doc, number, dict(zip(header, row, strict=False)), line, ids, encoding, keep)
            except DocumentError as error:
                yield Skipped(f"{doc}#{number}", str(error))
            number = rows.line_num + 1
    except csv.Error as error:
        raise DocumentError(f"line {rows.line_num} is not CSV, nor is what follows read: {error}") from None


def source(
    doc: str,
    number: int,
    record: Mapping[str, object],
    line: bytes,
    ids: set[str],
    encoding: str = "utf-8",
    keep: bool = False,
) -> Source:
    """The source that a record is.

    Args:
        doc: the name of the file.
        number: that of the record in it, which names it where it has no id.
        record: the values of KEYS.
        line: bytes that stand for its content.
        ids: those of the records before it; its own is added.
        encoding: that of the file.
        keep: whether the text cannot be had again from the file in a simple way.

    Raises:
        DocumentError: it has no text, or one that cannot be worked with, or the id of another.
    """
    name = _field(record, "id") if record.get("id", "") != "" else str(number)
    if not name:
        raise DocumentError(f"line {number}: id has to be a string or a number")
    raw = _field(record, "text")
    if not raw:
        raise DocumentError("the record has no text: fill in the field text")
    checked(raw)
    if name in ids:
        raise DocumentError(f"line {number} repeats the id {name}: give each record its own")
    ids.add(name)
    title, date, medium = ((_field(record, key) or "").strip() or None for key in ("title", "date", "source"))
    return Source(f"{doc}#{name}", raw, hashlib.sha256(line).hexdigest(), encoding, keep, title, date, medium)


def _field(record: Mapping[str, object], key: str) -> str | None:
    """A string or number that is not blank; a lone surrogate, which cannot be written, becomes U+FFFD."""
    value = record.get(key)
    if not isinstance(value, str | int) or isinstance(value, bool) or not str(value).strip():
        return None
    return str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
