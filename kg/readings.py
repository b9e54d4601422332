"""From inputs to readings, plain data in and plain data out: what processes, machines and the store share."""

import zlib
from array import array
from collections.abc import Callable, Iterator, Sequence
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
from kg.ingest import Page, read
from kg.model import Article, Claim, Mention, Overruled, Skipped, Source
from kg.nlp import Recognition, Sentence, batches, recognize
from kg.offsets import OffsetMap
from kg.options import Options, prepare
from kg.relate import Relations, relate
from kg.resolve import Reading
from kg.rules import RuleSet

__all__ = ["BATCH", "Row", "Task", "failed", "raw_text", "read_all", "read_tasks", "reader", "unpack"]

BATCH = 32


class Row(NamedTuple):
    """What is read of one content, without its name, so that a file that moves is not read again.

    ``skipped`` says why nothing is read; where it ``failed``, another try may succeed. The last three are packed
    records: articles with their text and sentences, what was recognized, and what was related.
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
    related: bytes = b""


@dataclass(frozen=True, slots=True)
class Task:
    """Something to read, and the keys of its row and its recognition; a row given is only related again."""

    key: str
    recognition: str
    item: Page | Source | Row


def read_tasks(tasks: Sequence[Task], nlp: Language, rules: RuleSet) -> list[Row]:
    """The rows of some tasks, in their order: together, as the recognizer is quicker with many sentences at a time."""
    try:
        return _read(tasks, nlp, rules)
    except Exception as error:  # one document must not take the others with it: find out which it is
        if len(tasks) == 1:
            return [failed(tasks[0], f"could not be processed ({type(error).__name__}: {error}); please report it")]
        return [row for task in tasks for row in read_tasks([task], nlp, rules)]


def reader(options: Options) -> Callable[[Sequence[Task]], list[Row]]:
    """``read_tasks`` with its tools, for a process that is one of several: one thread is enough for it."""
    hanlp_ner.WORKERS = 1
    tools = prepare(options)
    return partial(read_tasks, nlp=tools.nlp, rules=tools.rules)


def failed(task: Task, why: str) -> Row:
    """The row of a task that failed."""
    return Row(task.key, task.recognition, task.item.digest, skipped=why, failed=True)


def read_all(inputs: Sequence[Path | str], nlp: Language, rules: RuleSet) -> Iterator[list[Reading] | Skipped]:
    """What is read of each source, or why it is skipped, without a store."""
    for items in batches(read(inputs), BATCH):
        yield from (item for item in items if isinstance(item, Skipped))
        sources = [item for item in items if isinstance(item, Source)]
        rows = read_tasks([Task("", "", source) for source in sources], nlp, rules)
        for source, row in zip(sources, rows, strict=True):
            yield Skipped(source.doc, row.skipped) if row.skipped else unpack(row, source.doc)


def _read(tasks: Sequence[Task], nlp: Language, rules: RuleSet) -> list[Row]:
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
        row if row.skipped else row._replace(related=_packed([_relations(relate(f, rules)) for f in found[at]]))
        for at, row in enumerate(rows)
    ]


# A record is packed as the tuple of its fields, less those that are the same throughout, or follow from the others.


def _shape(record: type, *without: str, **instead: Any) -> tuple[Callable[[Any], Any], list[str], Any]:
    """How a record becomes a tuple, the names of what is in it, and the type of it."""
    names = [field.name for field in fields(record) if field.name not in without]
    hints = get_type_hints(record) | instead
    return attrgetter(*names), names, tuple[tuple(hints[name] for name in names)]  # type: ignore[misc]


_article, _ARTICLE, _Article = _shape(Article, "doc", "offsets")
_mention, _MENTION, _Mention = _shape(Mention, "doc", "text", "article")
_ENDS = ("subject", "object", "body")
_claim, _CLAIM, _Claim = _shape(Claim, "article", **dict.fromkeys(_ENDS, int | None))
_list: Any = list
_tuple: Any = tuple
_TEXTS = _tuple[_Article, list[tuple[int, int, int]], tuple[Sentence, ...], tuple[Overruled, ...]]
_texts = msgpack.Decoder(_tuple[str, _list[_TEXTS]])
_mentions = msgpack.Decoder(_list[_list[_Mention]])
_related = msgpack.Decoder(_list[_tuple[int, _list[_Mention], _list[_Claim]]])


def _packed(value: object) -> bytes:
    return zlib.compress(msgpack.encode(value), 1)


def _unpacked(decoder: "msgpack.Decoder[Any]", packed: bytes) -> Any:
    return decoder.decode(zlib.decompress(packed))


def raw_text(row: Row) -> str:
    """The raw text of a row."""
    raw: str = _unpacked(_texts, row.articles)[0]
    return raw


def unpack(row: Row, doc: str) -> list[Reading]:
    """The readings of the articles of a row, under the name of its document."""
    readings = []
    for found, (count, packed, claims) in zip(_bare(row, doc), _unpacked(_related, row.related), strict=True):
        mentions = [_unpacked_mention(m, found) for m in packed]
        made = []
        for values in claims:
            known = dict(zip(_CLAIM, values, strict=True))
            ends = {end: mentions[known[end]] for end in _ENDS if known[end] is not None}
            made.append(Claim(**{**known, **ends, "article": found.article.number}))
        readings.append(
            Reading(
                found.article, found.raw, row.digest, found.sentences, tuple(mentions[:count]), tuple(made),
                found.overruled,
            )
        )  # fmt: skip
    return readings


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


def _relations(found: Relations) -> tuple[int, list[Any], list[Any]]:
    """How many mentions there are; these and what else claims have as ends; claims, with their ends by number."""
    mentions = list(found.mentions)
    numbers = {mention: number for number, mention in enumerate(mentions)}

    def number(end: Mention) -> int:
        if end not in numbers:
            numbers[end] = len(mentions)
            mentions.append(end)
        return numbers[end]

    claims = [[number(v) if isinstance(v, Mention) else v for v in _claim(claim)] for claim in found.claims]
    return len(found.mentions), list(map(_mention, mentions)), claims


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
