"""The output folder: JSON lines, texts, page, graph files, report; written so that a failed run changes nothing."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Self

import msgspec

from kg.errors import KgError
from kg.export.arrange import arrange
from kg.export.choice import choose
from kg.export.gexf import gexf
from kg.export.graphml import graphml
from kg.export.html import html
from kg.judgements import Unsure, member_key
from kg.model import Entity, Mention, Resolution, Statement, Told

__all__ = [
    "TABLES", "TEMPORARY", "Outputs", "Record", "entity_of", "read_outputs", "read_records", "read_report",
    "statement_of", "table_file", "text_path", "write_outputs",
]  # fmt: skip

Record = dict[str, Any]

_REPORT = "report.json"
_AGAIN = "run kg build INPUT… --output {}"
_SPAN, _TEXT = "INTEGER[]", "VARCHAR"
TABLES = {
    "entities": {
        "id": _TEXT, "type": _TEXT, "name": _TEXT, "aliases": "VARCHAR[]", "title": _TEXT, "organization": _TEXT,
        "doc": _TEXT, "published": _TEXT, "resolved": "BOOLEAN", "home": _TEXT,
    },
    "mentions": {"doc": _TEXT, "start": "INTEGER", "end": "INTEGER", "text": _TEXT, "type": _TEXT, "entity": _TEXT},
    "statements": {
        "id": _TEXT, "subject": _TEXT, "relation": _TEXT, "object": _TEXT, "subject_span": _SPAN, "object_span": _SPAN,
        "status": _TEXT, "start": _TEXT, "end": _TEXT, "published": _TEXT, "rule": _TEXT, "confidence": "DOUBLE",
        "evidence": 'STRUCT(doc VARCHAR, start INTEGER, "end" INTEGER, quote VARCHAR)',
    },
    "resolutions": {
        "doc": _TEXT, "start": "INTEGER", "end": "INTEGER", "text": _TEXT, "entity": _TEXT, "from": _TEXT,
        "why": _TEXT,
    },
}  # fmt: skip
"""The tables of JSON Lines, with the types of their columns in SQL."""
TEMPORARY = ".kg-tmp"
_SURROGATE = re.compile("[\ud800-\udfff]")
_MAX_PART = 120


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a build wrote, as plain records with the keys of the files."""

    folder: Path
    entities: list[Record]
    mentions: list[Record]
    statements: list[Record]
    resolutions: list[Record]
    report: Record

    def told(self) -> tuple[list[Entity], list[Statement]]:
        """The entities and the statements as a build makes them."""
        return [*map(entity_of, self.entities)], [*map(statement_of, self.statements)]


def write_outputs(
    folder: Path,
    *,
    entities: Sequence[Entity],
    documents: Iterable[Told],
    unsure: Sequence[Unsure] = (),
    texts: Iterable[tuple[str, str]],
    report: Callable[[], Record],
) -> list[Path]:
    """Write all output files: each under a temporary name first, then renamed one by one, the report last.

    Args:
        folder: made where it is missing; what an earlier build wrote there stays whole until all is written.
        entities: in any order.
        documents: what each tells, in the order of their names; taken once, and before the texts.
        unsure: pairs for a person to judge, in order.
        texts: doc and raw text of the sources whose raw text cannot be had again from their bytes; taken once.
        report: what ``report.json`` says, asked once the documents are taken; the SHA-256 of every other file is added
            under ``files``.

    Returns:
        The files written, the report last.

    Raises:
        KgError: the folder cannot be written to.
    """
    try:
        with _Writer(folder) as writer:
            writer.write("entities.jsonl", _lines(map(_entity, sorted(entities, key=lambda e: e.id))))
            statements = _write_documents(writer, documents)
            writer.write("unsure.jsonl", _lines(map(_unsure, unsure)))
            says = report()
            choice = choose(entities, statements)
            writer.write("graph.html", [html(choice, report=says).encode()])
            drawing = arrange(choice)
            writer.write("graph.graphml", map(str.encode, graphml(drawing)))
            writer.write("graph.gexf", map(str.encode, gexf(drawing)))
            for doc, raw in texts:
                writer.write(text_path(doc), [_SURROGATE.sub("\ufffd", raw).encode()])
            return writer.finish(says)
    except OSError as error:
        raise KgError(
            f"{folder}: cannot be written ({error.strerror or error}): "
            "free the space, allow writing there, or give another folder with --output"
        ) from error


def read_outputs(folder: Path) -> Outputs:
    """Read what a build wrote.

    Raises:
        KgError: the folder is not the output of a build, or a file is missing or is not the one the report names.
    """
    report = read_report(folder)
    tables = {table: list(read_records(table_file(folder, table, report))) for table in TABLES}
    return Outputs(folder, **tables, report=report)


def read_report(folder: Path) -> Record:
    """What ``report.json`` says.

    Raises:
        KgError: the folder is not the output of a build.
    """
    try:
        report: Record = json.loads((folder / _REPORT).read_bytes())
        _ = report["files"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KgError(f"{folder}: no finished build is there: {_AGAIN.format(folder)}") from error
    return report


def table_file(folder: Path, table: str, report: Record) -> Path:
    """The file of JSON lines that holds a table.

    Raises:
        KgError: it is missing or is not the one that the report names.
    """
    path = folder / f"{table}.jsonl"
    if not path.is_file() or _digest(path) != report["files"].get(path.name):
        raise KgError(f"{path}: missing, changed or from another build: {_AGAIN.format(folder)}")
    return path


def read_records(path: Path) -> Iterator[Record]:
    """Read a file of JSON lines.

    Raises:
        KgError: the file cannot be read, or a line is not JSON.
    """
    try:
        with path.open(encoding="utf-8") as file:
            yield from map(json.loads, file)
    except (OSError, ValueError) as error:
        raise KgError(f"{path}: cannot be read ({error}): build the folder again") from error


def entity_of(record: Record) -> Entity:
    """The entity that a record of ``entities.jsonl`` stands for."""
    return msgspec.convert(record, Entity)


def statement_of(record: Record) -> Statement:
    """The statement that a record of ``statements.jsonl`` stands for."""
    said = record["evidence"]
    place = {"doc": said["doc"], "quote": said["quote"], "evidence": (said["start"], said["end"])}
    return msgspec.convert(record | place, Statement)


def text_path(doc: str) -> str:
    """Where the raw text of a source is kept, relative to the output folder and never outside of it.

    >>> text_path("news.zip/a.txt")
    'texts/news.zip/a.txt.txt'
    >>> text_path("../a")
    'texts/%2E%2E/a.txt'
    """
    parts = f"{doc}.txt".replace("\0", "%00").split("/")
    return "/".join(["texts", *map(_safe_part, parts)])


def _safe_part(part: str) -> str:
    if part in {"", ".", ".."}:
        return part.replace(".", "%2E") or "%"
    if _SURROGATE.search(part) or len(part.encode()) > _MAX_PART or part.endswith(TEMPORARY):
        digest = hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest()
        return f"{digest[:32]}.txt" if part.endswith(".txt") else digest[:32]
    return part


class _Writer:
    """Writes files of a folder under temporary names, and gives them their own once all are whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._temporary: dict[str, Path] = {}

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        for leftover in [*self._folder.glob(f"*{TEMPORARY}"), *self._folder.glob(f"texts/**/*{TEMPORARY}")]:
            leftover.unlink()
        return self

    def __exit__(self, *_: object) -> None:
        for path in self._temporary.values():
            path.unlink(missing_ok=True)

    def open(self, name: str) -> BinaryIO:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self._temporary[name] = path.with_name(f".{path.name}{TEMPORARY}")
        return self._temporary[name].open("wb")

    def write(self, name: str, parts: Iterable[bytes]) -> None:
        with self.open(name) as file:
            file.writelines(parts)

    def finish(self, report: Record) -> list[Path]:
        """Rename all files, the report on them last, and delete the texts of an earlier build."""
        hashes = {name: _digest(path) for name, path in sorted(self._temporary.items())}
        self.write(_REPORT, [_dumped({**report, "files": hashes}, indent=2)])
        stale = _own_texts(self._folder) - hashes.keys()
        written = [self._temporary[name].replace(self._folder / name) for name in self._temporary if name in hashes]
        for name in stale:
            (self._folder / name).unlink(missing_ok=True)
        return [*written, self._temporary[_REPORT].replace(self._folder / _REPORT)]


def _write_documents(writer: _Writer, documents: Iterable[Told]) -> list[Statement]:
    """Write what the documents tell, one after the other, and keep their statements alone."""
    found: list[Statement] = []
    with (
        writer.open("mentions.jsonl") as mentions,
        writer.open("statements.jsonl") as statements,
        writer.open("resolutions.jsonl") as resolutions,
    ):
        for told in documents:
            mentions.writelines(_lines(_mention(m, e) for m, e in told.mentions))
            statements.writelines(_lines(map(_statement, told.statements)))
            resolutions.writelines(_lines(map(_resolution, told.resolutions)))
            found += told.statements
    return found


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _own_texts(folder: Path) -> set[str]:
    """The texts that the last build kept; only those are ever deleted."""
    try:
        names = json.loads((folder / _REPORT).read_bytes())["files"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return set()
    return {name for name in names if name.startswith("texts/") and ".." not in name.split("/")}


def _dumped(value: object, indent: int | None = None) -> bytes:
    # A lone surrogate has no UTF-8 form: "backslashreplace" writes the JSON escape of it.
    return (json.dumps(value, ensure_ascii=False, indent=indent) + "\n").encode("utf-8", "backslashreplace")


def _lines(records: Iterable[Record]) -> Iterator[bytes]:
    for record in records:
        try:
            yield msgspec.json.format(msgspec.json.encode(record), indent=0) + b"\n"
        except UnicodeEncodeError:
            yield _dumped(record)


def _entity(e: Entity) -> Record:
    own = {"Post": ("title", "organization"), "Article": ("doc", "title", "published")}.get(e.type, ())
    names = ("id", "type", "name", "aliases", *own, "resolved", "home")
    return {name: getattr(e, name) for name in names}


def _mention(m: Mention, entity: str | None) -> Record:
    return {"doc": m.doc, "start": m.start, "end": m.end, "text": m.text, "type": m.type, "entity": entity}


def _statement(s: Statement) -> Record:
    return {
        "id": s.id, "subject": s.subject, "relation": s.relation, "object": s.object, "subject_span": s.subject_span,
        "object_span": s.object_span, "status": s.status, "start": s.start, "end": s.end, "published": s.published,
        "rule": s.rule, "confidence": round(s.confidence, 2),
        "evidence": {"doc": s.doc, "start": s.evidence[0], "end": s.evidence[1], "quote": s.quote},
    }  # fmt: skip


def _unsure(pair: Unsure) -> Record:
    a, b = member_key(pair.a), member_key(pair.b)
    return {
        "a": a, "b": b, "type": pair.a[0], "docs": pair.docs, "same": pair.same, "score": pair.score, "why": pair.why,
    }  # fmt: skip


def _resolution(r: Resolution) -> Record:
    place = {"doc": r.doc, "start": r.start, "end": r.end, "text": r.text}
    return place | {"entity": r.entity, "from": r.source, "why": r.why}
