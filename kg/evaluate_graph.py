"""How good a built graph is: precision, recall and F1 of entities and statements against gold documents.

Recall counts the gold facts that are not optional; precision counts all that was predicted for the gold documents,
where an optional fact is right too. Names are compared after normalization: organizations by their short forms,
initiatives, events and documents also when one name holds the other and is not much longer.
"""

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from kg.errors import KgError
from kg.lexicon import table
from kg.model import SYMMETRIC
from kg.store import Record, read_records

__all__ = ["judge", "score_graph"]

_SCORED = ("Person", "Organization", "Initiative", "Event", "Document")
_LOOSE = frozenset({"Initiative", "Event", "Document"})
_PUNCTUATION = re.compile(r"[\s“”\"'‘’「」『』《》〈〉()（）·・,，、]")
_ELLIPTICAL = re.compile(r"(?:市|省|区|县|州|全市|全省|我市|我省|本市)(?!场|中心区)")
_LEVEL_TWICE = re.compile(r"(?<=.)[省市](?=[省市]?(?:委|政府|政协|人大))")
_LONGEST_TITLE_PREFIX = 8
_LOOSE_RATIO = 0.6

Fact = tuple[str, ...]
Tallies = defaultdict[str, Counter[str]]
"""Counts by type or relation: gold items, those found, predicted items, those right."""


def score_graph(gold_dir: Path, output_dir: Path) -> dict[str, Any]:
    """Score a built graph.

    Args:
        gold_dir: holds one JSON file a document, at any depth.
        output_dir: holds ``entities.jsonl``, ``mentions.jsonl`` and ``statements.jsonl``.

    Returns:
        ``{"documents", "entities": {type: row, "all": row}, "facts": {relation: row, "all": row}, "status accuracy"}``
        with rows of counts, precision, recall and F1 as fractions; None where there is nothing to divide by.

    Raises:
        KgError: a folder holds no such files.
    """
    by_type: Tallies = defaultdict(Counter, {kind: Counter() for kind in _SCORED})
    by_relation: Tallies = defaultdict(Counter)
    status: Counter[bool] = Counter()
    entities = _entities(output_dir)
    mentions: dict[str, list[Record]] = defaultdict(list)
    for record in read_records(output_dir / "mentions.jsonl"):
        mentions[PurePosixPath(record["doc"]).name].append(record)
    documents = 0
    for doc, gold, statements in _documents(gold_dir, output_dir):
        documents += 1
        _score_entities(gold, mentions[doc], entities, by_type)
        _score_facts(gold, statements, entities, by_relation, status)
    return {
        "documents": documents,
        "entities": _rows(by_type),
        "facts": _rows(dict(sorted(by_relation.items()))),
        "status accuracy": status[True] / status.total() if status else None,
    }


def judge(gold_dir: Path, output_dir: Path) -> pd.DataFrame:
    """Every statement of the gold documents with whether it is right, as :func:`score_graph` counts it.

    Returns:
        ``doc, relation, rule, confidence, right``, one row a statement.

    Raises:
        KgError: a folder holds no such files.
    """
    entities = _entities(output_dir)
    columns = ["relation", "rule", "confidence"]
    rows = [
        (doc, *(statement[name] for name in columns), key is not None)
        for doc, gold, statements in _documents(gold_dir, output_dir)
        for statement, _, key in _matched(gold, statements, entities)
    ]
    return pd.DataFrame(rows, columns=["doc", *columns, "right"])


def _entities(output_dir: Path) -> dict[str, Record]:
    return {record["id"]: record for record in read_records(output_dir / "entities.jsonl")}


def _documents(gold_dir: Path, output_dir: Path) -> Iterator[tuple[str, "_Gold", list[Record]]]:
    """The gold documents, each with its name and what was stated of it."""
    paths = sorted(gold_dir.rglob("*.json"))
    if not paths:
        raise KgError(f"{gold_dir}: no gold documents (*.json) are there")
    statements: dict[str, list[Record]] = defaultdict(list)
    for record in read_records(output_dir / "statements.jsonl"):
        statements[PurePosixPath(record["evidence"]["doc"]).name].append(record)
    for path in paths:
        try:
            gold = json.loads(path.read_bytes())
            document, doc = _Gold(gold["entities"], gold["facts"]), gold["doc"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise KgError(f"{path}: not a gold document ({error!r})") from error
        yield doc, document, statements[doc]


def _rows(tallies: Mapping[str, Counter[str]]) -> dict[str, dict[str, float | int | None]]:
    """Precision, recall and F1 of each tally and of all together.

    >>> _rows({"Person": Counter(gold=4, found=2, predicted=2, right=2)})["all"]
    {'gold': 4, 'predicted': 2, 'P': 1.0, 'R': 0.5, 'F1': 0.6666666666666666}
    """
    rows: dict[str, dict[str, float | int | None]] = {}
    for name, tally in [*tallies.items(), ("all", sum(tallies.values(), Counter()))]:
        precision = tally["right"] / tally["predicted"] if tally["predicted"] else None
        recall = tally["found"] / tally["gold"] if tally["gold"] else None
        f1 = 0.0 if tally["gold"] and tally["predicted"] else None
        if precision and recall:
            f1 = 2 * precision * recall / (precision + recall)
        rows[name] = {"gold": tally["gold"], "predicted": tally["predicted"], "P": precision, "R": recall, "F1": f1}
    return rows


@cache
def _plain(text: str, body: bool = False) -> str:
    """A name without punctuation; a body's is brought to its short form."""
    plain = _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text))
    if not body:
        return plain
    for row in table("scored_forms"):
        plain = plain.replace(row["form"], row["scored_as"])
    return _LEVEL_TWICE.sub("", plain) if len(plain) > 4 else plain


def _alike(name: str, others: Iterable[str], *, body: bool = False, loose: bool = False) -> bool:
    one = _plain(name, body)
    for other in others:
        short, long = sorted((one, _plain(other, body)), key=len)
        if short == long or (loose and short and short in long and len(short) >= _LOOSE_RATIO * len(long)):
            return True
    return False


def _names(entity: Record, *, full: bool = False) -> list[str]:
    """The names of a gold entity; ``full`` leaves out aliases that only the context completes."""
    aliases = [a for a in entity.get("aliases", []) if not (full and _ELLIPTICAL.match(_plain(a)))]
    return [entity["name"], *aliases]


class _Gold:
    """A gold document: its facts by what makes them the same, each with whether it is optional."""

    def __init__(self, entities: list[Record], facts: list[Record]) -> None:
        self.entities = entities
        self.by_name = {entity["name"]: entity for entity in entities}
        self.optional: dict[Fact, bool] = {}
        self.statuses: dict[Fact, set[str]] = defaultdict(set)
        for fact in facts:
            if fact["rel"] == "holds_post":
                key: Fact = ("holds_post", fact["person"], _plain(fact["post"]), fact.get("org") or "")
                self.statuses[key].add(fact["status"])
            else:
                key = (fact["rel"], fact["subj"], fact["obj"])
            self.optional[key] = self.optional.get(key, True) and bool(fact.get("optional"))

    def match(self, name: str, kind: str) -> Record | None:
        """The gold entity that a name of a type stands for: an equal name goes before a similar one."""
        for similar in (False, True):
            for entity in self.entities:
                body, loose = entity["type"] == "Organization", similar and entity["type"] in _LOOSE
                fits = kind in {entity["type"], *entity.get("alt_types", [])}
                if fits and _alike(name, _names(entity), body=body, loose=loose):
                    return entity
        return None

    def match_post(self, subject: Record, post: Record, organization: Record | None) -> Fact | None:
        """The gold fact that a predicted post stands for; the title may begin with the body's name."""
        person = self.match(subject["name"], "Person")
        title = _plain(post.get("title") or post["name"])
        for key in self.optional:
            if person is None or key[:2] != ("holds_post", person["name"]) or not title.endswith(key[2]):
                continue
            prefix, body = title.removesuffix(key[2]), self.by_name[key[3]] if key[3] else None
            if prefix and not (
                body and len(prefix) <= _LONGEST_TITLE_PREFIX and _alike(prefix, _names(body), body=True)
            ):
                continue
            if not body or (organization and _alike(organization["name"], _names(body, full=True), body=True)):
                return key
        return None

    def match_relation(self, relation: str, subject: Record, target: Record) -> Fact | None:
        """The gold fact that a predicted relation stands for."""
        ends = []
        for entity in (subject, target):
            found = {"name": "article"} if entity["type"] == "Article" else self.match(entity["name"], entity["type"])
            ends.append(found["name"] if found else "")
        keys = [(relation, *ends), (relation, *reversed(ends))][: 2 if relation in SYMMETRIC else 1]
        return next((key for key in keys if key in self.optional), None)


def _score_entities(gold: _Gold, mentions: Iterable[Record], entities: Mapping[str, Record], by_type: Tallies) -> None:
    mentioned = {m["entity"]: e for m in mentions if (e := entities.get(m["entity"])) and e["type"] in _SCORED}
    hit = set()
    for entity in mentioned.values():
        names = (entity["name"], *entity.get("aliases", []))
        found = next((g for name in names if (g := gold.match(name, entity["type"]))), None)
        tally = by_type[found["type"] if found and found["type"] in _SCORED else entity["type"]]
        tally.update(predicted=1, right=bool(found))
        if found:
            hit.add(found["name"])
    for wanted in gold.entities:
        if wanted["type"] in _SCORED and not wanted.get("optional"):
            by_type[wanted["type"]].update(gold=1, found=wanted["name"] in hit)


def _matched(
    gold: _Gold, statements: Iterable[Record], entities: Mapping[str, Record]
) -> Iterator[tuple[Record, Fact, Fact | None]]:
    """The statements that are scored, each with what it says by name and the gold fact that says the same."""
    for statement in statements:
        relation = statement["relation"]
        subject, target = entities.get(statement["subject"]), entities.get(statement["object"])
        if relation == "post_in" or not subject or not target:
            continue
        if relation == "holds_post":
            body = entities.get(target.get("organization") or "")
            said = (relation, subject["name"], target.get("title") or target["name"], body["name"] if body else "")
            yield statement, said, gold.match_post(subject, target, body)
        else:
            names = subject["name"], target["name"]
            said = (relation, *(sorted(names) if relation in SYMMETRIC else names))
            yield statement, said, gold.match_relation(relation, subject, target)


def _score_facts(
    gold: _Gold, statements: Iterable[Record], entities: Mapping[str, Record], by_relation: Tallies,
    status: Counter[bool],
) -> None:  # fmt: skip
    found: set[Fact] = set()
    done: set[Fact] = set()
    for statement, said, key in _matched(gold, statements, entities):
        if said in done:
            continue
        done.add(said)
        relation = statement["relation"]
        by_relation[relation].update(predicted=1, right=key is not None)
        if key is None:
            continue
        by_relation[relation].update(found=key not in found and not gold.optional[key])
        found.add(key)
        if relation == "holds_post":
            status[(statement.get("status") or "current") in gold.statuses[key]] += 1
    for key in (key for key, optional in gold.optional.items() if not optional):
        by_relation[key[0]]["gold"] += 1
