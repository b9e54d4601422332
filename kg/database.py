"""The store: one DuckDB file beside the outputs that keeps what was read, so that a build does only what changed."""

import re
import signal
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from glob import escape
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from kg.errors import KgError
from kg.ingest import STORE
from kg.readings import Row
from kg.store import TABLES, TEMPORARY

__all__ = ["Database", "open_database"]

SCHEMA = "2"
SECONDS = 3.0  # between two commits: what a run that is cut short may lose
PENDING = 1_000  # rows
FETCHED = 500  # rows
MEMORY = "1GB"
_DTYPES = {"VARCHAR": "string", "BLOB": "object", "BOOLEAN": "bool", "BIGINT": "int64"}
_TEXT = "VARCHAR"
_READINGS = {
    "key": _TEXT, "recognition": _TEXT, "digest": _TEXT, "encoding": _TEXT, "keep": "BOOLEAN", "lost": "BIGINT",
    "skipped": _TEXT, "failed": "BOOLEAN", "articles": "BLOB", "mentions": "BLOB", "drafts": "BLOB",
}  # fmt: skip
_VERSIONS = {"name": _TEXT, "value": _TEXT}
_DOCUMENTS = {"doc": _TEXT, "key": _TEXT, "skipped": _TEXT}
_ARTICLES = "SELECT id, doc, title, published, home FROM entities WHERE type = 'Article'"
_MISTAKES = (duckdb.ProgrammingError, duckdb.DataError, duckdb.NotSupportedError)  # ours, not the file's
_IN_USE = ("Could not set lock", "used by another process")
_NO_ROOM = ("No space left", "File too large", "Cannot open file", "Out of Memory")
_LONE = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


@contextmanager
def _whole() -> Iterator[None]:
    """Let Ctrl-C wait until the store has done its work, as DuckDB takes it for an error of its own."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    told: list[int] = []
    usual = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, lambda number, frame: told.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual or signal.SIG_DFL)
        if told:
            raise KeyboardInterrupt


class Database:
    """What is kept of earlier builds; ``open_database`` makes it. Rows are committed every few seconds."""

    @_whole()
    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._pending: list[Row] = []
        self._committed = time.monotonic()
        connection.execute("SET preserve_insertion_order = false")
        with suppress(duckdb.InvalidInputException):  # a notebook without widgets has no bars to switch off
            connection.execute("SET enable_progress_bar = false")
        connection.execute(f"CREATE TABLE IF NOT EXISTS readings ({_columns(_READINGS)})")
        connection.execute("DELETE FROM readings WHERE failed")

    @_whole()
    def known(self, keys: Sequence[str]) -> set[str]:
        """Those of some keys that have a row."""
        sql = "SELECT key FROM readings WHERE key IN (SELECT unnest($1))"
        return {key for (key,) in self._connection.execute(sql, [keys]).fetchall()}

    @_whole()
    def recognized(self, recognitions: Sequence[str]) -> dict[str, Row]:
        """Rows that were related by other rules, by the key of their recognition."""
        sql = "SELECT * FROM readings WHERE recognition IN (SELECT unnest($1))"
        rows = self._connection.execute(sql, [recognitions]).fetchall()
        return {row.recognition: row for row in map(Row._make, rows)}

    def add(self, rows: Iterable[Row]) -> None:
        """Keep rows."""
        self._pending += rows
        if len(self._pending) > PENDING or time.monotonic() > self._committed + SECONDS:
            self.commit()

    @_whole()
    def commit(self) -> None:
        """Write the rows added so far."""
        if self._pending:
            self._insert("readings", _READINGS, self._pending)
        self._pending.clear()
        self._committed = time.monotonic()

    @_whole()
    def states(self) -> dict[str, tuple[str, str | None, bool]]:
        """Of every row, by its key: the digest, why it was skipped, and whether it failed."""
        found = self._connection.execute("SELECT key, digest, skipped, failed FROM readings").fetchall()
        return {key: (digest, skipped, failed) for key, digest, skipped, failed in found}

    @_whole()
    def want(self, keys: Sequence[str]) -> None:
        """Choose the rows that ``chosen`` gives, one for each key given, in this order."""
        self._connection.execute("CREATE OR REPLACE TEMP TABLE wanted (number BIGINT, key VARCHAR)")
        self._insert("wanted", {"number": "BIGINT", "key": _TEXT}, list(enumerate(keys)))

    def chosen(self, columns: str, where: str = "true") -> Iterator[tuple[Any, ...]]:
        """The number and some columns of the rows wanted; to be taken before anything else is asked."""
        sql = f"SELECT number, {columns} FROM readings JOIN wanted USING (key) WHERE {where} ORDER BY number"
        with _whole():
            found = self._connection.execute(sql)
        while True:
            with _whole():
                rows = found.fetchmany(FETCHED)
            if not rows:
                break
            yield from rows

    @_whole()
    def finish(
        self, folder: Path, documents: Sequence[tuple[str, str | None, str | None]], versions: Mapping[str, str]
    ) -> None:
        """Replace the tables by what a build wrote, and forget the readings that it did not need.

        Args:
            folder: where the files of the build are.
            documents: name, key of the reading and why it was skipped, of every input.
            versions: what the build was made with.
        """
        run = self._connection.execute
        names = [(doc.encode(errors="replace").decode(), *rest) for doc, *rest in documents]
        run("BEGIN")
        run(f"CREATE OR REPLACE TABLE documents ({_columns(_DOCUMENTS)})")
        self._insert("documents", _DOCUMENTS, names)
        known = {"schema": SCHEMA, **versions}
        for table, columns in TABLES.items():
            run(f"CREATE OR REPLACE TABLE {table} ({_columns(columns)})")
            file = folder / f"{table}.jsonl"
            known[file.name] = sha256(content := file.read_bytes()).hexdigest()
            with _loadable(file, content) as path:
                lines = "SELECT * FROM read_json($1, format = 'nd', columns = $2)"
                run(f"INSERT INTO {table} BY NAME {lines}", [escape(str(path)), dict(columns)])
        run("DELETE FROM versions")
        self._insert("versions", _VERSIONS, list(known.items()))
        run(f"CREATE OR REPLACE VIEW articles AS {_ARTICLES}")
        run("DELETE FROM readings WHERE key NOT IN (SELECT key FROM documents WHERE key IS NOT NULL)")
        run("COMMIT")

    def _insert(self, table: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        by_column = dict(zip(columns, zip(*rows, strict=True), strict=False))
        data = {name: pd.Series(values, dtype=_DTYPES[columns[name]]) for name, values in by_column.items()}
        self._connection.register("added", pd.DataFrame(data, columns=list(columns)))
        self._connection.execute(f"INSERT INTO {table} SELECT * FROM added")
        self._connection.unregister("added")


@contextmanager
def open_database(folder: Path) -> Iterator[Database]:
    """The store of an output folder, made where there is none. One of another version is made anew, one that is damaged
    is moved aside: all that is in it can be read again from the documents. Folders that were made for a store in which
    nothing came to be are taken away again.

    Raises:
        KgError: another build or a query has it open, or it cannot be written or read.
    """
    path = folder / STORE
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    connection = _connect(path)
    try:
        database = Database(connection)
        try:
            yield database
        finally:
            database.commit()
    except KgError:
        if made and not database.states():
            connection.close()
            path.unlink()
            for each in made:
                each.rmdir()
        raise
    except duckdb.Error as error:
        connection.close()
        moved = _moved(path, error)
        raise KgError(f"{path}: it was damaged, and moved to {moved}: run the same command again") from error
    finally:
        connection.close()


@_whole()
def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    connection = None
    try:
        connection = duckdb.connect(path, config={"memory_limit": MEMORY})
        connection.execute(f"CREATE TABLE IF NOT EXISTS versions ({_columns(_VERSIONS)})")
        schema = connection.execute("SELECT value FROM versions WHERE name = 'schema'").fetchone()
    except duckdb.Error as error:
        if connection:
            connection.close()
        _moved(path, error)
        return _connect(path)
    if schema is None:
        connection.execute("INSERT INTO versions VALUES ('schema', $1)", [SCHEMA])
    elif schema != (SCHEMA,):
        connection.close()
        path.unlink()
        return _connect(path)
    return connection


def _moved(path: Path, error: duckdb.Error) -> Path:
    """Move a damaged store out of the way, and say where to.

    Raises:
        KgError: it is in use, or there is no room, so that nothing says that it is damaged.
    """
    reason = str(error).partition("\n")[0]
    if isinstance(error, _MISTAKES):
        raise error
    if any(words in reason for words in _IN_USE):
        raise KgError(f"{path}: another kg is at work on it: wait until that is done") from error
    if any(words in reason for words in _NO_ROOM):
        raise KgError(f"{path}: {reason}: free some, or allow writing there, and run the same command again") from error
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
    return path.replace(path.with_name(f"{path.name}.damaged"))


@contextmanager
def _loadable(path: Path, content: bytes) -> Iterator[Path]:
    """A file of JSON lines in which every text is one to DuckDB: without lone surrogates, in a copy if need be."""
    if not _LONE.search(content):
        yield path
        return
    copy = path.with_name(f".{path.name}{TEMPORARY}")
    copy.write_bytes(_LONE.sub(rb"\\ufffd", content))
    yield copy
    copy.unlink()


def _columns(columns: Mapping[str, str]) -> str:
    return ", ".join(f'"{name}" {type_}' for name, type_ in columns.items())
