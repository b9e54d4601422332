"""From inputs to readings, plain data in and plain data out: what processes, machines and the store share."""

import gc
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from msgspec import msgpack
from spacy.language import Language

from kg import hanlp_ner
from kg.articles import split
from kg.drafts import draft, pack
from kg.ingest import Page, read
from kg.model import Article, Mention, Skipped, Source
from kg.naming import aliases_of
from kg.nlp import Recognition, batches, recognize
from kg.offsets import OffsetMap
from kg.options import Options, prepare
from kg.relate import Relations, relate
from kg.rules import RuleSet

__all__ = ["BATCH", "Row", "Task", "failed", "raw_text", "read_all", "read_tasks", "reader"]

BATCH = 32


class Row(NamedTuple):
    """What is read of one content, without its name, so that a file that moves is not read again.

    ``skipped`` says why nothing is read; where it ``failed``, another try may succeed. The last three are packed
    records: articles with their text and sentences, what was recognized, and what resolution needs.
    """

    key: str
    recognition: str
    digest: str
    encoding: str = ""
    keep: bool = False
    lost: int = 0
    skipped: str | None = None
    failed: bool = False
    articles: bytes = b""
    mentions: bytes = b""
    drafts: bytes = b""


@dataclass(frozen=True, slots=True)
class Task:
    """Something to read, and the keys of its row and its recognition; a row given is only related again."""

    key: str
    recognition: str
    item: Page | Source | Row


def read_tasks(
    tasks: Sequence[Task], nlp: Language, rules: RuleSet, aliases: Mapping[tuple[str, str], str] | None = None
) -> list[Row]:
    """The rows of some tasks, in their order: together, as the recognizer is quicker with many sentences at a time.

    ``aliases`` are the names that a lexicon gives for others, by (type, alias).
    """
    try:
        return _read(tasks, nlp, rules, aliases or {})
    except Exception as error:  # one document must not take the others with it: find out which it is
        if len(tasks) == 1:
            return [failed(tasks[0], f"could not be processed ({type(error).__name__}: {error}); please report it")]
        return [row for task in tasks for row in read_tasks([task], nlp, rules, aliases)]


def reader(options: Options) -> Callable[[Sequence[Task]], list[Row]]:
    """``read_tasks`` with its tools, for a process that is one of several: one thread is enough for it."""
    hanlp_ner.WORKERS = 1
    gc.set_threshold(100_000)  # of what it makes to start with nearly all stays
    tools = prepare(options)
    return partial(read_tasks, nlp=tools.nlp, rules=tools.rules, aliases=aliases_of(tools.names))


def failed(task: Task, why: str) -> Row:
    """The row of a task that failed."""
    return Row(task.key, task.recognition, task.item.digest, skipped=why, failed=True)


def read_all(
    inputs: Sequence[Path | str], nlp: Language, rules: RuleSet
) -> Iterator[list[tuple[Recognition, Relations]] | Skipped]:
    """What is read of each source, which has no name there, or why it is skipped; without a store."""
    for items in batches(read(inputs), BATCH):
        yield from (item for item in items if isinstance(item, Skipped))
        sources = [item for item in items if isinstance(item, Source)]
        rows = read_tasks([Task("", "", source) for source in sources], nlp, rules)
        for source, row in zip(sources, rows, strict=True):
            found = [] if row.skipped else _recognitions(row)
            yield Skipped(source.doc, row.skipped) if row.skipped else [(one, relate(one, rules)) for one in found]


def _read(tasks: Sequence[Task], nlp: Language, rules: RuleSet, aliases: Mapping[tuple[str, str], str]) -> list[Row]:
    rows: list[Row] = []
    raws: dict[int, str] = {}
    articles: list[tuple[int, Article]] = []
    found: list[list[Recognition]] = [[] for _ in tasks]
    for at, task in enumerate(tasks):
        item = task.item.source() if isinstance(task.item, Page) else task.item
        if isinstance(item, Row):
            rows.append(item._replace(key=task.key))
            found[at] = [] if item.skipped else _recognitions(item)
        elif isinstance(item, Skipped):
            rows.append(Row(task.key, task.recognition, task.item.digest, skipped=item.reason))
        else:
            broken = item.raw.count("\ufffd")
            rows.append(Row(task.key, task.recognition, item.digest, item.encoding, item.keep, broken))
            raws[at] = item.raw
            articles += [(at, replace(article, doc="")) for article in split(item)]
    recognized = recognize(nlp, [(article, raws[at]) for at, article in articles])
    for (at, _), one in zip(articles, recognized, strict=True):
        found[at].append(one)
    for at, raw in raws.items():
        packed = _packed((raw, list(map(_bare, found[at])))), _packed([f.mentions for f in found[at]])
        rows[at] = rows[at]._replace(articles=packed[0], mentions=packed[1])
    return [
        row if row.skipped else row._replace(drafts=pack([draft(f, relate(f, rules), aliases) for f in found[at]]))
        for at, row in enumerate(rows)
    ]


_texts = msgpack.Decoder(tuple[str, list[tuple[Recognition, bytes, bytes]]])
_mentions = msgpack.Decoder(list[list[Mention]])


def raw_text(articles: bytes) -> str:
    """The raw text of a row, given its articles."""
    return _texts.decode(zlib.decompress(articles))[0]


def _packed(value: object) -> bytes:
    return zlib.compress(msgpack.encode(value), 1)


def _bare(found: Recognition) -> tuple[Recognition, bytes, bytes]:
    """An article and its sentences, less what is packed elsewhere or shorter."""
    offsets = found.article.offsets
    article = replace(found.article, offsets=OffsetMap((), ()))
    return replace(found, article=article, raw="", mentions=()), _steps(offsets.starts), _steps(offsets.ends)


def _recognitions(row: Row) -> list[Recognition]:
    raw, texts = _texts.decode(zlib.decompress(row.articles))
    recognized = []
    for (found, *offsets), mentions in zip(texts, _mentions.decode(zlib.decompress(row.mentions)), strict=True):
        article = replace(found.article, offsets=OffsetMap(*map(_places, offsets)))
        recognized.append(replace(found, raw=raw, mentions=tuple(mentions), article=article))
    return recognized


def _steps(places: Sequence[int]) -> bytes:
    """Places as steps from one to the next: nearly all are alike, so that they pack well."""
    return np.diff(places, prepend=0).astype("<i4").tobytes()


def _places(steps: bytes) -> list[int]:
    places: list[int] = np.cumsum(np.frombuffer(steps, "<i4")).tolist()
    return places
