"""Parquet files of articles, read by pyarrow (in the extra ``parquet``), a few rows at a time."""

import datetime
from collections.abc import Iterator
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from kg.errors import DocumentError
from kg.formats.archive import BOMB, allowed
from kg.formats.records import KEYS, source
from kg.model import Skipped, Source

__all__ = ["count_rows", "read_parquet"]

_ROWS = 8  # held at a time: each may be as long as a document may be
_BUFFER = 1 << 20
_LEAST = 64  # bytes that a row counts for, as there may be endless empty ones


def count_rows(file: IO[bytes]) -> int:
    """How many rows a Parquet file says that it has; 0 where it is none."""
    try:
        return int(pq.ParquetFile(file).metadata.num_rows)
    except (pa.ArrowException, OSError):
        return 0


def read_parquet(doc: str, file: IO[bytes]) -> Iterator[Source | Skipped]:
    """The rows of a Parquet file that has a column ``text``; the others that count are those of JSON Lines.

    Raises:
        DocumentError: there is no such column, it is no Parquet file or a damaged one, or it unpacks to too much.
    """
    try:
        yield from _sources(doc, file)
    except (pa.ArrowException, OSError) as error:
        reason = " ".join(str(error).split())[:200]
        raise DocumentError(f"no Parquet file, or what follows is damaged ({reason}): write it again") from error


def _sources(doc: str, file: IO[bytes]) -> Iterator[Source | Skipped]:
    table = pq.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False)
    names = {name.lower(): name for name in reversed(table.schema_arrow.names)}
    if "text" not in names:
        raise DocumentError(f"no column text among {', '.join(names)[:200]}: give that name to the articles' column")
    columns = {key: names[key] for key in KEYS if key in names}
    _refuse_bomb(table.metadata)
    left = allowed(file.seek(0, 2))
    ids: set[str] = set()
    number = 0
    for batch in table.iter_batches(_ROWS, columns=[*columns.values()], use_threads=False):
        for row in range(batch.num_rows):
            number += 1
            try:
                cells = {key: batch.column(name)[row].as_py() for key, name in columns.items()}
                values = {key: _plain(value) for key, value in cells.items() if value is not None}
                item: Source | Skipped = source(doc, number, values, repr(values).encode(), ids)
            except (DocumentError, UnicodeDecodeError) as error:
                item = Skipped(f"{doc}#{number}", str(error))
            left -= _LEAST + (len(item.raw.encode()) if isinstance(item, Source) else 0)
            if left < 0:
                raise DocumentError(BOMB)
            yield item


def _refuse_bomb(found: pq.FileMetaData) -> None:
    """Do nothing where no column unpacks to more than its packed size allows.

    Raises:
        DocumentError: one does.
    """
    for group in map(found.row_group, range(found.num_row_groups)):
        for column in map(group.column, range(found.num_columns)):
            if column.total_uncompressed_size > allowed(column.total_compressed_size):
                raise DocumentError(BOMB)


def _plain(value: object) -> object:
    return str(value) if isinstance(value, datetime.date) else value
