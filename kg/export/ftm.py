"""FollowTheMoney entities, for Aleph, OpenSanctions' tools and other work on people and power."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from kg.cells import legal
from kg.export.arrange import json_bytes
from kg.lexicon import column, either
from kg.store import Outputs, Record

__all__ = ["write"]

Properties = defaultdict[str, dict[str, None]]
Made = dict[str, tuple[str, Properties]]

_SCHEMAS = {
    "Person": "Person", "Post": "Position", "Initiative": "Project", "Place": "Address", "Event": "Event",
    "Document": "Document", "Article": "Article",
}  # fmt: skip
_LEGAL_ENTITIES = frozenset({"Person", "Organization"})  # what FollowTheMoney lets be a member or a participant
_LONGEST = 250  # of an address; only descriptions, which are texts, may be longer
_LINKS = {"authored": ("Documentation", "entity", "document"), "published_by": ("Documentation", "document", "entity")}
_PARTICIPANT = ("ProjectParticipant", "participant", "project")
_UNKNOWN = ("UnknownLink", "subject", "object")


def write(outputs: Outputs, folder: Path) -> None:
    """Write ``entities.ftm.json``: entities of FollowTheMoney 4, one a line.

    A post is a Position and who holds it an Occupancy, with a Membership in its body; what has no schema of its own is
    an UnknownLink whose role is the relation. Quotes are descriptions, articles proof, and ``notes`` has our id.
    """
    made: Made = {}
    records = {record["id"]: record for record in outputs.entities}
    proofs = _proofs(made, outputs)
    for record in outputs.entities:
        _entity(made, record, records)
    for statement in outputs.statements:
        _statement(made, statement, records, proofs[statement["evidence"]["doc"]])
    for mention in outputs.mentions:
        if mention["type"] in _LEGAL_ENTITIES and mention["entity"]:
            proof, entity = proofs[mention["doc"]], records[mention["entity"]]
            own = {"document": proof, "name": mention["text"], "resolved": _id(entity["id"])}
            _add(made, "Mention", "\x1f".join(own.values()), **own, detectedSchema=_schema(entity))
    with (folder / "entities.ftm.json").open("wb") as file:
        for key, (schema, properties) in made.items():
            values = {name: list(found) for name, found in properties.items() if found}
            file.write(json_bytes({"id": key, "schema": schema, "properties": values}))


def _id(*parts: str) -> str:
    """Ids of FollowTheMoney are of plain letters."""
    return "kg-" + hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _add(made: Made, schema: str, key: str, **values: str | Iterable[str] | None) -> str:
    """Add values to the properties of an entity, which is made where it is new; its id."""
    name = _id(key)
    properties = made.setdefault(name, (schema, defaultdict(dict)))[1]
    for prop, value in values.items():
        for text in [value] if isinstance(value, str) else value or ():
            if clean := " ".join(legal(text).split()):
                properties[prop][clean if prop == "description" else clean[:_LONGEST]] = None
    return name


def _proofs(made: Made, outputs: Outputs) -> dict[str, str]:
    """The entity that stands for each source: its article, or, where it holds several, a document."""
    articles = {r["doc"]: r["id"] for r in outputs.entities if r["type"] == "Article"}
    number = Counter(r["doc"] for r in outputs.entities if r["type"] == "Article")
    docs = dict.fromkeys([m["doc"] for m in outputs.mentions] + [s["evidence"]["doc"] for s in outputs.statements])
    return {
        doc: _id(articles[doc]) if number[doc] == 1 else _add(made, "Document", f"doc\x1f{doc}", fileName=doc)
        for doc in docs
    }


@cache
def _public() -> re.Pattern[str]:
    return re.compile(f".*(?:{either(column('public_bodies', 'ending'))})")


def _schema(record: Record) -> str:
    if record["type"] == "Organization":
        return "PublicBody" if _public().fullmatch(record["name"]) else "Organization"
    return _SCHEMAS[record["type"]]


def _body(post: Record, records: Mapping[str, Record]) -> str | None:
    """The body of a post where FollowTheMoney takes it: a programme or a zone is no Organization there."""
    body = records.get(post["organization"] or "")
    return _id(body["id"]) if body and body["type"] == "Organization" else None


def _entity(made: Made, record: Record, records: Mapping[str, Record]) -> None:
    schema, name = _schema(record), record["name"] or record["type"]
    _add(made, schema, record["id"], name=name, alias=record["aliases"], notes=record["id"])
    if schema == "Address":
        _add(made, schema, record["id"], full=name)
    elif (
        schema == "Position" and (body := records.get(record["organization"] or "")) and body["type"] == "Organization"
    ):
        _add(made, schema, record["id"], organization=_id(body["id"]))
    elif schema == "Document":
        _add(made, schema, record["id"], title=name, fileName=name)
    elif schema == "Article":
        _add(made, schema, record["id"], title=record["title"], fileName=record["doc"], publishedAt=record["published"])


def _statement(made: Made, said: Record, records: Mapping[str, Record], proof: str) -> None:
    subject, target, relation = records[said["subject"]], records[said["object"]], said["relation"]
    evidence = {
        "status": said["status"], "startDate": said["start"], "endDate": said["end"], "date": said["published"],
        "description": said["evidence"]["quote"], "proof": proof, "recordId": said["id"],
    }  # fmt: skip
    ends = (subject["id"], target["id"], said["status"] or "")
    if relation == "holds_post":
        whole = {"holder": _id(subject["id"]), "post": _id(target["id"]), **evidence}
        _add(made, "Occupancy", "\x1f".join(("Occupancy", *ends)), **whole)
        if body := _body(target, records):
            whole = {"member": _id(subject["id"]), "organization": body, "role": target["title"], **evidence}
            _add(made, "Membership", "\x1f".join(("Membership", *ends)), **whole)
    elif relation == "post_in":
        _add(made, "Position", subject["id"], proof=proof)
    else:
        taking_part = relation == "promotes" and subject["type"] in _LEGAL_ENTITIES
        schema, source, goal = _PARTICIPANT if taking_part else _LINKS.get(relation, _UNKNOWN)
        whole = {source: _id(subject["id"]), goal: _id(target["id"]), "role": relation, **evidence}
        _add(made, schema, "\x1f".join((relation, *ends)), **whole)
        _names(made, relation, subject, target)


def _names(made: Made, relation: str, subject: Record, target: Record) -> None:
    """Properties that FollowTheMoney has beside the link."""
    if relation == "authored":
        _add(made, "Article", target["id"], author=subject["name"])
    elif relation == "published_by":
        _add(made, "Article", subject["id"], publisher=target["name"])
    elif relation == "located_in" and subject["type"] == "Event":
        _add(made, "Event", subject["id"], location=target["name"])
    elif relation == "organized" and subject["type"] in _LEGAL_ENTITIES:
        _add(made, "Event", target["id"], organizer=_id(subject["id"]))
    elif target["type"] == "Event" and subject["type"] in _LEGAL_ENTITIES:
        _add(made, "Event", target["id"], involved=_id(subject["id"]))
