"""The way of the data, in one function: files become sources, articles, mentions, claims, entities and a graph."""

import gc
import os
import platform
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import TypeVar

from msgspec import msgpack

from kg.database import Database, open_database
from kg.errors import KgError
from kg.ingest import Files, Page, contents, count, find, repeated
from kg.judgements import VERDICTS, Judgement, read_judgements
from kg.model import Skipped, Source
from kg.options import Keys, Options, Tools, keys, prepare
from kg.readings import BATCH, Row, Task, failed, raw_text, read_tasks, reader, unpack
from kg.resolve import Reading, Resolved, resolve
from kg.store import Record, write_outputs
from kg.workers import Start, work

__all__ = ["Build", "build"]

LOOKED_UP = 8 * BATCH
LARGE = 2_000_000  # bytes, of which a batch has no more than it must
SMALL = 1_000_000  # bytes that are read sooner than processes start
DIED = "the process that read it was ended twice, for lack of memory perhaps; build again to try once more"
SHOWN = 20
Document = tuple[str, str | None, str | None]
Progress = Callable[[str, int, int | None], None]
Work = Callable[[Iterator[list[Task]], Start[Task, Row], int, Callable[[Task], Row]], Iterator[list[Row]]]
T = TypeVar("T")
PACKAGES = ("hanlp", "torch", "spacy", "networkx", "pyvis")


@dataclass(frozen=True, slots=True)
class Build:
    """What a build did: the files it wrote and what it reports."""

    written: tuple[Path, ...]
    report: Record = field(repr=False)


def build(
    inputs: Sequence[Path | str],
    output: Path,
    options: Options | None = None,
    progress: Progress = lambda stage, count, total: None,
    jobs: int = 1,
    work: Work = work,
) -> Build:
    """Build the graph of files, folders and ``-`` (standard input) into a folder.

    What an earlier build into the folder has read, and its model, rules and lexicons still give, is not read again; the
    result is that of a full build.

    Args:
        inputs: what to read.
        output: the folder to write; what an earlier build wrote there stays whole until this one is done.
        options: model, rules and lexicons, where not ours.
        progress: told of each stage, how many sources or entities it has done, and of about how many.
        jobs: how many processes read, where there is enough to read for more than one.
        work: what gives them their work: ``kg.workers.work``, or ``kg.cluster.work`` on the machines of a Ray cluster.

    Raises:
        KgError: nothing can be built: an input is missing, a rule, a lexicon or the model is wrong, or the output
            folder cannot be written to or is being written to. A single document that cannot be read is skipped and
            reported instead.
    """
    options = options or Options()
    began = time.perf_counter()
    _check_writable(output)
    judgements = read_judgements(options.judgements) if options.judgements else []
    files = find(inputs)
    total = count(files)
    tools = prepare(options)
    made_with = keys(options, tools.names)
    with open_database(output) as database:
        items = _Inputs(files, made_with, database)
        for rows in _read(items, tools, options, jobs, work):
            database.add(rows)
            items.waiting.difference_update(row.key for row in rows)
            progress("read", len(items.given) - len(items.waiting), total)
        database.commit()
        documents = items.settled()
        built = [(doc, key) for doc, key, why in documents if key and not why]
        skipped = [Skipped(doc, why) for doc, _, why in documents if why]
        if not built:
            raise KgError("no document could be read:\n" + "\n".join(f"  {s.doc}: {s.reason}" for s in skipped[:SHOWN]))
        with _uncollected():
            readings: list[Reading] = []
            damaged: list[Record] = []
            texts: dict[str, str] = {}
            for doc, row in database.rows(built):
                readings += unpack(row, doc)
                if row.lost:
                    damaged.append({"doc": doc, "encoding": row.encoding, "lost": row.lost})
                if row.keep:
                    texts[doc] = raw_text(row)
            resolved = resolve(readings, tools.names, judgements)
            progress("resolve", len(resolved.entities), None)
            report = _report(len(built), readings, resolved, skipped, options) | _judged(resolved, judgements)
            report["damaged"] = sorted(damaged, key=lambda record: record["doc"])
            report["run"] = {"seconds": round(time.perf_counter() - began, 2), "python": platform.python_version()}
            written = write_outputs(
                output,
                entities=resolved.entities,
                documents=resolved.documents(),
                unsure=resolved.unsure,
                texts=texts.items(),
                report=lambda: report,
            )
            progress("write", len(written), None)
            judged = sha256(options.judgements.read_bytes() if options.judgements else b"").hexdigest()
            database.finish(output, documents, made_with._asdict() | {"judgements": judged})
    return Build(tuple(written), report)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Do not look for cycles of garbage: resolving and writing make few, and to look takes a third of their time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _check_writable(folder: Path) -> None:
    """Refuse an output folder at once where that can be seen, not after hours of reading."""
    there = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        reason = "it is read-only" if there.is_dir() else f"{there} is a file"
        raise KgError(f"{folder}: cannot be written ({reason}): allow writing there, or give another --output")


class _Inputs:
    """The documents of a build, with the key of what is read of each or the reason why nothing is."""

    def __init__(self, files: Files, made_with: Keys, database: Database) -> None:
        self._files, self._made_with, self._database = files, made_with, database
        self.given: list[Document] = []
        self.waiting: set[str] = set()

    def tasks(self) -> Iterator[Task]:
        """What is still to be read, in order; a row of other rules is only to be related again."""
        asked: set[str] = set()
        for items in _bounded(contents(self._files), _size, LOOKED_UP):
            tasks: dict[str, Task] = {}
            for item in items:
                if isinstance(item, Skipped):
                    self.given.append((item.doc, None, item.reason))
                    continue
                key, recognition = self._made_with.of(_content(item))
                self.given.append((item.doc, key, None))
                if key not in asked:
                    tasks[key] = Task(key, recognition, item)
            asked.update(tasks)
            known = self._database.known(list(tasks))
            fresh = [task for key, task in tasks.items() if key not in known]
            recognized = self._database.recognized([task.recognition for task in fresh])
            self.waiting.update(task.key for task in fresh)
            yield from (replace(task, item=recognized.get(task.recognition, task.item)) for task in fresh)

    def settled(self) -> list[Document]:
        """All documents, once they are read: of those that are alike, or have one name, the first counts."""
        states, why = self._database.states(), repeated()
        documents: list[Document] = []
        for doc, key, reason in self.given:
            if key:
                digest, skipped, failed = states[key]
                reason = skipped if skipped and not failed else why(doc, digest) or skipped
            documents.append((doc, key, reason))
        return documents


def _read(inputs: _Inputs, tools: Tools, options: Options, jobs: int, work: Work) -> Iterator[list[Row]]:
    """Read what is to be read, in this process or, where it is more than a little, in others."""
    batches = _bounded(inputs.tasks(), lambda task: _size(task.item), BATCH)
    first: list[list[Task]] = []
    size = 0
    while jobs > 1 and size <= SMALL and (batch := next(batches, None)):
        first.append(batch)
        size += sum(_size(task.item) for task in batch)
    batches = chain(first, batches)
    if size > SMALL:
        return work(batches, partial(reader, options), jobs, partial(failed, why=DIED))
    return (read_tasks(batch, tools.nlp, tools.rules) for batch in batches)


def _content(item: Page | Source) -> str:
    """What stands for all that is read of an input but its name."""
    if isinstance(item, Page):
        return f"{item.kind}|{item.digest}"
    said = (item.raw, item.digest, item.encoding, item.keep, item.title, item.date, item.medium)
    return sha256(msgpack.encode(said)).hexdigest()


def _size(item: Page | Source | Row | Skipped) -> int:
    """About how many bytes an input has."""
    match item:
        case Page():
            return len(item.data)
        case Source():
            return 3 * len(item.raw)
        case Row():
            return 3 * len(item.articles)
        case _:
            return 0


def _bounded(items: Iterable[T], size: Callable[[T], int], count: int) -> Iterator[list[T]]:
    """Lists of up to ``count`` items, fewer where they are large."""
    batch: list[T] = []
    held = 0
    for item in items:
        batch.append(item)
        held += size(item)
        if len(batch) == count or held > LARGE:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _report(
    sources: int, readings: Sequence[Reading], resolved: Resolved, skipped: Sequence[Skipped], options: Options
) -> Record:
    published = sorted(r.article.published for r in readings if r.article.published)
    overruled = Counter(found for r in readings for found in r.overruled)
    return {
        "documents": sources,
        "articles": len(readings),
        "mentions": len(resolved.mentions),
        "entities": dict(sorted(Counter(e.type for e in resolved.entities).items())),
        "statements": dict(sorted(Counter(s.relation for s in resolved.statements).items())),
        "unresolved": sum(not e.resolved for e in resolved.entities),
        "published": {"first": published[0], "last": published[-1]} if published else None,
        "skipped": [{"doc": s.doc, "reason": s.reason} for s in sorted(skipped, key=lambda s: (s.doc, s.reason))],
        "overruled": [asdict(found) | {"count": overruled[found]} for found in sorted(overruled)],
        "versions": {"kg": version("kg"), "model": Path(options.model).resolve().name if options.model else "ours"}
        | {p: version(p) for p in PACKAGES},
    }


def _judged(resolved: Resolved, judgements: Sequence[Judgement]) -> Record:
    """What a report says of names read as several types, and of a user's judgements."""
    verdicts = Counter(j.verdict for j in judgements)
    problems = [{"judgement": str(judgement), "reason": reason} for judgement, reason in resolved.problems]
    return {
        "conflicts": [{"name": c.name, "types": dict(c.types), "kept": c.kept} for c in resolved.conflicts],
        "unsure": len(resolved.unsure),
        "judgements": {verdict: verdicts[verdict] for verdict in VERDICTS} | {"problems": problems},
    }
