"""The output folder: JSON lines, texts, page, graph files, report; written so that a failed run changes nothing."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from kg.errors import KgError
from kg.export.arrange import arrange
from kg.export.gexf import gexf
from kg.export.graphml import graphml
from kg.export.html import html
from kg.graph import build_graph
from kg.judgements import Unsure, member_key
from kg.model import Entity, Mention, Resolution, Statement, Told

__all__ = [
    "TEMPORARY",
    "Outputs",
    "Record",
    "read_outputs",
    "read_records",
    "read_report",
    "table_file",
    "text_path",
    "write_outputs",
]

Record = dict[str, Any]

_REPORT = "report.json"
_AGAIN = "run kg build INPUT… --output {}"
_TABLES = ("entities", "mentions", "statements", "resolutions")
_STATEMENT = (
    "id", "subject", "relation", "object", "subject_span", "object_span", "status", "start", "end", "published",
)  # fmt: skip
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
    told = list(documents)
    statements = [s for t in told for s in t.statements]
    graph = arrange(build_graph(entities, statements))
    says = report()
    contents: dict[str, bytes] = {
        "entities.jsonl": _lines(map(_entity, sorted(entities, key=lambda e: e.id))),
        "mentions.jsonl": _lines(_mention(m, e) for t in told for m, e in t.mentions),
        "statements.jsonl": _lines(map(_statement, statements)),
        "resolutions.jsonl": _lines(map(_resolution, chain.from_iterable(t.resolutions for t in told))),
        "unsure.jsonl": _lines(map(_unsure, unsure)),
        "graph.graphml": graphml(graph),
        "graph.gexf": gexf(graph),
        "graph.html": html(entities, statements, report=says).encode(),
    }
    contents |= {text_path(doc): _SURROGATE.sub("\ufffd", raw).encode() for doc, raw in texts}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(contents.items())}
    contents[_REPORT] = _json({**says, "files": hashes}, indent=2)
    try:
        return _replace(folder, contents)
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
    tables = {table: list(read_records(table_file(folder, table, report))) for table in _TABLES}
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
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        digest = None
    if digest is None or digest != report["files"].get(path.name):
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


def _replace(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in [*folder.glob(f"*{TEMPORARY}"), *folder.glob(f"texts/**/*{TEMPORARY}")]:
        leftover.unlink()
    stale = _own_texts(folder) - contents.keys()
    temporary = {folder / name: (folder / name).with_name(f".{Path(name).name}{TEMPORARY}") for name in contents}
    *others, report = temporary
    try:
        for path, content in zip(temporary, contents.values(), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary[path].write_bytes(content)
        for path in others:
            temporary[path].replace(path)
        for name in stale:
            (folder / name).unlink(missing_ok=True)
        temporary[report].replace(report)
    finally:
        for path in temporary.values():
            path.unlink(missing_ok=True)
    return [*others, report]


def _own_texts(folder: Path) -> set[str]:
    """The texts that the last build kept; only those are ever deleted."""
    try:
        names = json.loads((folder / _REPORT).read_bytes())["files"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return set()
    return {name for name in names if name.startswith("texts/") and ".." not in name.split("/")}


def _json(value: object, indent: int | None = None) -> bytes:
    # A lone surrogate has no UTF-8 form: "backslashreplace" writes the JSON escape of it.
    return (json.dumps(value, ensure_ascii=False, indent=indent) + "\n").encode("utf-8", "backslashreplace")


def _lines(records: Iterable[Record]) -> bytes:
    return b"".join(map(_json, records))


def _entity(e: Entity) -> Record:
    own = {"Post": ("title", "organization"), "Article": ("doc", "title", "published")}.get(e.type, ())
    names = ("id", "type", "name", "aliases", *own, "resolved", "home")
    return {name: getattr(e, name) for name in names}


def _mention(m: Mention, entity: str | None) -> Record:
    return {name: getattr(m, name) for name in ("doc", "start", "end", "text", "type")} | {"entity": entity}


def _statement(s: Statement) -> Record:
    own = {name: getattr(s, name) for name in _STATEMENT}
    evidence = {"doc": s.doc, "start": s.evidence[0], "end": s.evidence[1], "quote": s.quote}
    return own | {"rule": s.rule, "confidence": round(s.confidence, 2), "evidence": evidence}


def _unsure(pair: Unsure) -> Record:
    a, b = member_key(pair.a), member_key(pair.b)
    return {
        "a": a, "b": b, "type": pair.a[0], "docs": pair.docs, "same": pair.same, "score": pair.score, "why": pair.why,
    }  # fmt: skip


def _resolution(r: Resolution) -> Record:
    own = {name: getattr(r, name) for name in ("doc", "start", "end", "text", "entity")}
    return own | {"from": r.source, "why": r.why}
