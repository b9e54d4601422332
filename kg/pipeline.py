"""The way of the data, in one function: files become sources, articles, mentions, claims, entities and a graph."""

import gc
import os
import platform
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import cache, partial
from hashlib import sha256
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import TypeVar

from msgspec import msgpack

from kg.database import Database, open_database
from kg.drafts import Draft, unpack
from kg.errors import KgError
from kg.hanlp_ner import Recognizer
from kg.ingest import Files, Page, contents, count, find, repeated
from kg.judgements import VERDICTS, Judgement, read_judgements
from kg.lexicon import Name, names
from kg.model import RELATIONS, Skipped, Source, Told
from kg.naming import aliases_of
from kg.nlp import build_pipeline
from kg.options import Keys, Options, keys
from kg.readings import BATCH, Row, Task, failed, raw_text, read_tasks, reader
from kg.resolve import Resolved, resolve
from kg.rules import RuleSet, load_rules
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
    rules, lexicon = load_rules(options.rules), names(options.lexicons)
    made_with = keys(options, lexicon)
    with open_database(output) as database:
        items = _Inputs(files, made_with, database)
        for rows in _read(items, rules, lexicon, options, jobs, work):
            database.add(rows)
            items.waiting.difference_update(row.key for row in rows)
            progress("read", len(items.given) - len(items.waiting), total)
        database.commit()
        documents = items.settled()
        skipped = [Skipped(doc, why) for doc, _, why in documents if why]
        built = _Built(database, [(doc, key) for doc, key, why in documents if key and not why])
        if not built.docs:
            raise KgError("no document could be read:\n" + "\n".join(f"  {s.doc}: {s.reason}" for s in skipped[:SHOWN]))
        damaged = built.damaged()
        with _uncollected():
            resolved = resolve(built, judgements)
            progress("resolve", len(resolved.entities), None)
            counts: Counter[str] = Counter()

            @cache
            def report() -> Record:
                found = _report(len(built.docs), counts, resolved, skipped, options) | _judged(resolved, judgements)
                run = {"seconds": round(time.perf_counter() - began, 2), "python": platform.python_version()}
                return found | {"damaged": damaged, "run": run}

            written = write_outputs(
                output,
                entities=resolved.entities,
                documents=_counted(resolved.documents, counts),
                unsure=resolved.unsure,
                texts=built.texts(),
                report=report,
            )
            progress("write", len(written), None)
            judged = sha256(options.judgements.read_bytes() if options.judgements else b"").hexdigest()
            database.finish(output, documents, made_with._asdict() | {"judgements": judged})
    return Build(tuple(written), report())


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


class _Built:
    """The drafts of the documents that are built, in order, as often as they are gone through; none is held."""

    def __init__(self, database: Database, documents: Iterable[tuple[str, str]]) -> None:
        documents = sorted(documents)
        self._database = database
        self.docs = [doc for doc, _ in documents]
        database.want([key for _, key in documents])

    def __iter__(self) -> Iterator[Draft]:
        for number, packed, digest in self._database.chosen("drafts, digest"):
            yield from unpack(packed, self.docs[number], digest)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Documents whose raw text is to be kept, and that text."""
        return ((self.docs[n], raw_text(packed)) for n, packed in self._database.chosen("articles", "keep"))

    def damaged(self) -> list[Record]:
        """Documents in which characters were lost."""
        found = self._database.chosen("encoding, lost", "lost > 0")
        return [{"doc": self.docs[n], "encoding": encoding, "lost": lost} for n, encoding, lost in found]


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


def _read(
    inputs: _Inputs, rules: RuleSet, lexicon: list[Name], options: Options, jobs: int, work: Work
) -> Iterator[list[Row]]:
    """Read what is to be read, in this process or, where it is more than a little, in others; who reads has a model."""
    batches = _bounded(inputs.tasks(), lambda task: _size(task.item), BATCH)
    first: list[list[Task]] = []
    size = 0
    while jobs > 1 and size <= SMALL and (batch := next(batches, None)):
        first.append(batch)
        size += sum(_size(task.item) for task in batch)
    batches = chain(first, batches)
    if size > SMALL:
        yield from work(batches, partial(reader, options), jobs, partial(failed, why=DIED))
        return
    nlp, aliases = None, aliases_of(lexicon)
    for batch in batches:
        nlp = nlp or build_pipeline(Recognizer.load(options.model), lexicon)
        yield read_tasks(batch, nlp, rules, aliases)


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


def _counted(documents: Iterable[Told], counts: Counter[str]) -> Iterator[Told]:
    """Documents, of which mentions and statements are counted as they pass."""
    for told in documents:
        counts["mentions"] += len(told.mentions)
        counts.update(statement.relation for statement in told.statements)
        yield told


def _report(
    sources: int, counts: Counter[str], resolved: Resolved, skipped: Sequence[Skipped], options: Options
) -> Record:
    articles = [e.published for e in resolved.entities if e.type == "Article"]
    published = sorted(filter(None, articles))
    return {
        "documents": sources,
        "articles": len(articles),
        "mentions": counts["mentions"],
        "entities": dict(sorted(Counter(e.type for e in resolved.entities).items())),
        "statements": {relation: counts[relation] for relation in sorted(RELATIONS) if counts[relation]},
        "unresolved": sum(not e.resolved for e in resolved.entities),
        "published": {"first": published[0], "last": published[-1]} if published else None,
        "skipped": [{"doc": s.doc, "reason": s.reason} for s in sorted(skipped, key=lambda s: (s.doc, s.reason))],
        "overruled": [asdict(found) | {"count": count} for found, count in sorted(resolved.overruled.items())],
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
