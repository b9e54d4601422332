"""From inputs to readings, plain data in and plain data out: what processes, machines and the store share."""

import zlib
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from itertools import chain, pairwise
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

import numpy as np
from msgspec import msgpack
from spacy.language import Language

from kg import hanlp_ner
from kg.articles import split
from kg.drafts import draft, pack
from kg.ingest import Page, read
from kg.model import Article, Mention, Overruled, Skipped, Source
from kg.naming import aliases_of
from kg.nlp import Recognition, Sentence, batches, recognize
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
    tools = prepare(options)
    return partial(read_tasks, nlp=tools.nlp, rules=tools.rules, aliases=aliases_of(tools.names))


def failed(task: Task, why: str) -> Row:
    """The row of a task that failed."""
    return Row(task.key, task.recognition, task.item.digest, skipped=why, failed=True)


def read_all(
    inputs: Sequence[Path | str], nlp: Language, rules: RuleSet
) -> Iterator[list[tuple[Recognition, Relations]] | Skipped]:
    """What is read of each source, or why it is skipped, without a store."""
    for items in batches(read(inputs), BATCH):
        yield from (item for item in items if isinstance(item, Skipped))
        sources = [item for item in items if isinstance(item, Source)]
        rows = read_tasks([Task("", "", source) for source in sources], nlp, rules)
        for source, row in zip(sources, rows, strict=True):
            found = [] if row.skipped else _recognitions(row, source.doc)
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
            articles += [(at, article) for article in split(item)]
    recognized = recognize(nlp, [(article, raws[at]) for at, article in articles])
    for (at, _), one in zip(articles, recognized, strict=True):
        found[at].append(one)
    for at, raw in raws.items():
        texts = [(_article(f.article), _runs(f.article.offsets), f.sentences, f.overruled) for f in found[at]]
        mentions = [list(map(_mention, f.mentions)) for f in found[at]]
        rows[at] = rows[at]._replace(articles=_packed((raw, texts)), mentions=_packed(mentions))
    return [
        row if row.skipped else row._replace(drafts=pack([draft(f, relate(f, rules), aliases) for f in found[at]]))
        for at, row in enumerate(rows)
    ]


# A record is packed as the tuple of its fields, less those that are the same throughout, or follow from the others.


def _shape(record: type, *without: str) -> tuple[Callable[[Any], Any], list[str], Any]:
    """How a record becomes a tuple, the names of what is in it, and the type of it."""
    names = [field.name for field in fields(record) if field.name not in without]
    hints = get_type_hints(record)
    return attrgetter(*names), names, tuple[tuple(hints[name] for name in names)]  # type: ignore[misc]


_article, _ARTICLE, _Article = _shape(Article, "doc", "offsets")
_mention, _MENTION, _Mention = _shape(Mention, "doc", "text", "article")
_list: Any = list
_tuple: Any = tuple
_TEXTS = _tuple[_Article, list[tuple[int, int, int]], tuple[Sentence, ...], tuple[Overruled, ...]]
_texts = msgpack.Decoder(_tuple[str, _list[_TEXTS]])
_mentions = msgpack.Decoder(_list[_list[_Mention]])


def _packed(value: object) -> bytes:
    return zlib.compress(msgpack.encode(value), 1)


def _unpacked(decoder: "msgpack.Decoder[Any]", packed: bytes) -> Any:
    return decoder.decode(zlib.decompress(packed))


def raw_text(articles: bytes) -> str:
    """The raw text of a row, given its articles."""
    raw: str = _unpacked(_texts, articles)[0]
    return raw


def _recognitions(row: Row, doc: str = "") -> list[Recognition]:
    packed = zip(_bare(row, doc), _unpacked(_mentions, row.mentions), strict=True)
    return [replace(found, mentions=tuple(_unpacked_mention(m, found) for m in mentions)) for found, mentions in packed]


def _bare(row: Row, doc: str) -> Iterator[Recognition]:
    """The recognitions of a row without the mentions."""
    raw, texts = _unpacked(_texts, row.articles)
    for values, runs, sentences, overruled in texts:
        article = Article(doc=doc, offsets=_offsets(runs), **dict(zip(_ARTICLE, values, strict=True)))
        yield Recognition(article, raw, sentences, (), overruled)


def _unpacked_mention(values: tuple[Any, ...], found: Recognition) -> Mention:
    known = dict(zip(_MENTION, values, strict=True))
    text = found.raw[known["start"] : known["end"]]
    known["name"] = text if known["name"] == text else known["name"]  # one string is held, not two
    return Mention(doc=found.article.doc, text=text, article=found.article.number, **known)


def _runs(offsets: OffsetMap) -> list[tuple[int, int, int]]:
    """A map as stretches, (start, end, length), in which both sides advance by one with each character."""
    starts, ends = np.asarray(offsets.starts), np.asarray(offsets.ends)
    breaks = np.flatnonzero((np.diff(starts) != 1) | (np.diff(ends) != 1)) + 1
    return [(int(starts[a]), int(ends[a]), b - a) for a, b in pairwise([0, *breaks.tolist(), len(offsets)])]


def _offsets(runs: Sequence[tuple[int, int, int]]) -> OffsetMap:
    """A map from its stretches; arrays take a tenth of the memory of lists."""
    if len(runs) == 1 and runs[0][1] == runs[0][0] + 1:
        return OffsetMap.identity(runs[0][0] + runs[0][2], runs[0][0])
    return OffsetMap(*(array("I", chain.from_iterable(range(r[i], r[i] + r[2]) for r in runs)) for i in (0, 1)))
