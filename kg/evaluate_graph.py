"""How good a built graph is: precision, recall and F1 of entities and statements against gold documents.

Recall counts the gold facts that are not optional; precision counts all that was predicted for the gold documents,
where an optional fact is right too. Names are compared after normalization: organizations by their short forms,
initiatives, events and documents also when one name holds the other and is not much longer.
"""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any

from kg.errors import KgError
from kg.lexicon import rows
from kg.model import SYMMETRIC
from kg.store import Record, read_records

__all__ = ["Tally", "score_graph"]

_SCORED = ("Person", "Organization", "Initiative", "Event", "Document")
_LOOSE = frozenset({"Initiative", "Event", "Document"})
_PUNCTUATION = re.compile(r"[\s“”\"'‘’「」『』《》〈〉()（）·・,，、]")
_ELLIPTICAL = re.compile(r"(?:市|省|区|县|州|全市|全省|我市|我省|本市)(?!场|中心区)")
_LEVEL_TWICE = re.compile(r"(?<=.)[省市](?=[省市]?(?:委|政府|政协|人大))")
_LONGEST_TITLE_PREFIX = 8
_LOOSE_RATIO = 0.6

Fact = tuple[str, ...]
GoldEntity = Mapping[str, Any]


@dataclass(slots=True)
class Tally:
    """Counts: gold items, those found, predicted items, those right."""

    gold: int = 0
    found: int = 0
    predicted: int = 0
    right: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def row(self) -> dict[str, float | int | None]:
        """Counts with precision, recall and F1 as fractions; None where there is nothing to divide by.

        >>> Tally(gold=4, found=2, predicted=2, right=2).row()
        {'gold': 4, 'predicted': 2, 'P': 1.0, 'R': 0.5, 'F1': 0.6666666666666666}
        """
        precision = self.right / self.predicted if self.predicted else None
        recall = self.found / self.gold if self.gold else None
        f1 = 0.0 if self.gold and self.predicted else None
        if precision and recall:
            f1 = 2 * precision * recall / (precision + recall)
        return {"gold": self.gold, "predicted": self.predicted, "P": precision, "R": recall, "F1": f1}


def score_graph(gold_dir: Path, output_dir: Path) -> dict[str, Any]:
    """Score a built graph.

    Args:
        gold_dir: holds one JSON file a document.
        output_dir: holds ``entities.jsonl``, ``mentions.jsonl`` and ``statements.jsonl``.

    Returns:
        ``{"documents", "entities": {type: row, "all": row}, "facts": {relation: row, "all": row}, "status accuracy"}``
        with rows of :meth:`Tally.row`.

    Raises:
        KgError: a folder holds no such files.
    """
    paths = sorted(gold_dir.glob("*.json"))
    if not paths:
        raise KgError(f"{gold_dir}: no gold documents (*.json) are there")
    entities = {record["id"]: record for record in read_records(output_dir / "entities.jsonl")}
    mentions = _by_document(read_records(output_dir / "mentions.jsonl"), lambda record: record["doc"])
    statements = _by_document(read_records(output_dir / "statements.jsonl"), lambda record: record["evidence"]["doc"])
    by_type = {kind: Tally() for kind in _SCORED}
    by_relation: dict[str, Tally] = defaultdict(Tally)
    status = Tally()
    for path in paths:
        try:
            gold = json.loads(path.read_bytes())
            document = _Gold(gold["entities"], gold["facts"])
            doc = gold["doc"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise KgError(f"{path}: not a gold document ({error!r})") from error
        _score_entities(document, mentions[doc], entities, by_type)
        _score_facts(document, statements[doc], entities, by_relation, status)
    return {
        "documents": len(paths),
        "entities": _table(by_type),
        "facts": _table(dict(sorted(by_relation.items()))),
        "status accuracy": status.right / status.predicted if status.predicted else None,
    }


def _by_document(records: Iterable[Record], doc: Callable[[Record], str]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        found[PurePosixPath(doc(record)).name].append(record)
    return found


def _table(tallies: Mapping[str, Tally]) -> dict[str, Any]:
    return {**{key: t.row() for key, t in tallies.items()}, "all": sum(tallies.values(), Tally()).row()}


@cache
def _short_forms() -> list[tuple[str, str]]:
    path = Path(str(files("kg") / "lexicons" / "scored_forms.csv"))
    return [(row["form"], row["scored_as"]) for _, row in rows(path, ["form", "scored_as"])]


@cache
def _plain(text: str | None) -> str:
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text or ""))


@cache
def _plain_body(text: str | None) -> str:
    plain = _plain(text)
    for long, short in _short_forms():
        plain = plain.replace(long, short)
    return _LEVEL_TWICE.sub("", plain) if len(plain) > 4 else plain


def _alike(name: str, others: Iterable[str], *, body: bool = False, loose: bool = False) -> bool:
    normal = _plain_body if body else _plain
    one = normal(name)
    for other in map(normal, others):
        if one == other:
            return True
        short, long = sorted((one, other), key=len)
        if loose and short and short in long and len(short) >= _LOOSE_RATIO * len(long):
            return True
    return False


def _names(entity: GoldEntity, *, full: bool = False) -> list[str]:
    """The names of a gold entity; ``full`` leaves out aliases that only the context completes."""
    aliases = [a for a in entity.get("aliases", []) if not (full and _ELLIPTICAL.match(_plain(a)))]
    return [entity["name"], *aliases]


@dataclass(slots=True)
class _Gold:
    """A gold document: its facts by what makes them the same, each with whether it is optional."""

    entities: Sequence[GoldEntity]
    facts: Sequence[Mapping[str, Any]]
    by_name: dict[str, GoldEntity] = field(init=False)
    optional: dict[Fact, bool] = field(init=False)
    statuses: dict[Fact, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_name = {entity["name"]: entity for entity in self.entities}
        self.optional, self.statuses = {}, defaultdict(set)
        for fact in self.facts:
            key = self._key(fact)
            self.optional[key] = self.optional.get(key, True) and bool(fact.get("optional"))
            if fact["rel"] == "holds_post":
                self.statuses[key].add(fact["status"])

    @staticmethod
    def _key(fact: Mapping[str, Any]) -> Fact:
        if fact["rel"] == "holds_post":
            return "holds_post", fact["person"], _plain(fact["post"]), fact.get("org") or ""
        return fact["rel"], fact["subj"], fact["obj"]

    def match(self, name: str, kind: str) -> GoldEntity | None:
        """The gold entity that a name of a type stands for: an equal name goes before a similar one."""
        candidates = [e for e in self.entities if kind in {e["type"], *e.get("alt_types", [])}]
        for similar in (False, True):
            for entity in candidates:
                loose = similar and entity["type"] in _LOOSE
                if _alike(name, _names(entity), body=entity["type"] == "Organization", loose=loose):
                    return entity
        return None

    def match_post(self, subject: Record, post: Record, entities: Mapping[str, Record]) -> Fact | None:
        """The gold fact that a predicted post stands for; the title may begin with the body's name."""
        person = self.match(subject["name"], "Person")
        if person is None:
            return None
        title = _plain(post.get("title") or post["name"])
        organization = entities.get(post.get("organization") or "")
        for key in self.optional:
            if key[0] != "holds_post" or key[1] != person["name"]:
                continue
            _, _, wanted, body = key
            prefix = title.removesuffix(wanted)
            if title != wanted and not (
                title.endswith(wanted)
                and body
                and prefix
                and len(prefix) <= _LONGEST_TITLE_PREFIX
                and _alike(prefix, _names(self.by_name[body]), body=True)
            ):
                continue
            if not body:
                return key
            if organization and _alike(organization["name"], _names(self.by_name[body], full=True), body=True):
                return key
        return None

    def match_relation(self, relation: str, subject: Record, target: Record) -> Fact | None:
        """The gold fact that a predicted relation stands for."""
        ends = []
        for entity in (subject, target):
            if entity["type"] == "Article":
                ends.append("article")
            elif found := self.match(entity["name"], entity["type"]):
                ends.append(found["name"])
            else:
                return None
        keys = [(relation, *ends), (relation, *reversed(ends))][: 2 if relation in SYMMETRIC else 1]
        return next((key for key in keys if key in self.optional), None)


def _score_entities(
    gold: _Gold, mentions: Iterable[Record], entities: Mapping[str, Record], by_type: Mapping[str, Tally]
) -> None:
    mentioned = {m["entity"]: e for m in mentions if (e := entities.get(m["entity"])) and e["type"] in _SCORED}
    hit = set()
    for entity in mentioned.values():
        names = (entity["name"], *entity.get("aliases", []))
        found = next((g for name in names if (g := gold.match(name, entity["type"]))), None)
        kind = found["type"] if found and found["type"] in by_type else entity["type"]
        by_type[kind].predicted += 1
        if found:
            by_type[kind].right += 1
            hit.add(found["name"])
    for wanted in gold.entities:
        if wanted["type"] in by_type and not wanted.get("optional"):
            by_type[wanted["type"]].gold += 1
            by_type[wanted["type"]].found += wanted["name"] in hit


def _score_facts(
    gold: _Gold,
    statements: Iterable[Record],
    entities: Mapping[str, Record],
    by_relation: dict[str, Tally],
    status: Tally,
) -> None:
    found: set[Fact] = set()
    done: set[tuple[str | None, ...]] = set()
    for statement in statements:
        relation = statement["relation"]
        subject, target = entities.get(statement["subject"]), entities.get(statement["object"])
        if relation == "post_in" or not subject or not target:
            continue
        said: tuple[str | None, ...] = (relation, subject["name"], target["name"])
        if relation == "holds_post":
            body = entities.get(target.get("organization") or "")
            said = (relation, subject["name"], target.get("title") or target["name"], body["name"] if body else None)
            key = gold.match_post(subject, target, entities)
        else:
            if relation in SYMMETRIC:
                said = (relation, *sorted((subject["name"], target["name"])))
            key = gold.match_relation(relation, subject, target)
        if said in done:
            continue
        done.add(said)
        by_relation[relation].predicted += 1
        if key is None:
            continue
        by_relation[relation].right += 1
        by_relation[relation].found += key not in found and not gold.optional[key]
        found.add(key)
        if relation == "holds_post":
            status.predicted += 1
            status.right += (statement.get("status") or "current") in gold.statuses[key]
    for key, optional in gold.optional.items():
        if not optional:
            by_relation[key[0]].gold += 1
