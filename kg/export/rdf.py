"""RDF in the words of W3C's ORG and PROV-O and of schema.org, as Turtle and JSON-LD."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from kg.cells import legal
from kg.store import Outputs, Record

__all__ = ["PREFIXES", "write"]

PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "kg": "urn:kg:",
}
_CLASSES = {
    "Person": ("schema:Person",),
    "Post": ("org:Post",),
    "Organization": ("org:Organization", "schema:Organization"),
    "Initiative": ("schema:Project",),
    "Event": ("schema:Event",),
    "Document": ("schema:CreativeWork",),
    "Place": ("schema:Place",),
    "Article": ("schema:NewsArticle", "prov:Entity"),
}
_SAME = {"holds_post": "org:holds", "post_in": "org:postIn", "located_in": "schema:location",
         "published_by": "schema:publisher", "concerns": "schema:about"}  # fmt: skip
_INVERSE = {"attended": "schema:attendee", "organized": "schema:organizer", "authored": "schema:author",
            "issued": "schema:publisher"}  # fmt: skip
_HOLDING = frozenset({"current", "appointed", "acting"})
_DATES = {4: "gYear", 7: "gYearMonth", 10: "date"}
_OUTSIDE = re.compile(r"[^\w.:-]")


def write(outputs: Outputs, folder: Path) -> None:
    """Write ``graph.ttl`` and ``graph.jsonld``.

    Relations are plain triples in our own words (``kg:chaired``), and in those of the vocabularies where they have one;
    ``org:holds`` only where a source says that the post is held. Every statement is also an ``rdf:Statement`` with
    status, dates, confidence and quote.
    """
    for name, form in {"graph.ttl": RdfFormat.TURTLE, "graph.jsonld": RdfFormat.JSON_LD}.items():
        serialize(_triples(outputs), str(folder / name), form, prefixes=PREFIXES)


def _triples(outputs: Outputs) -> Iterator[Triple]:
    for record in outputs.entities:
        yield from _entity(record)
    types = {record["id"]: record["type"] for record in outputs.entities}
    for doc in dict.fromkeys(said["evidence"]["doc"] for said in outputs.statements):
        yield from _about(_node("source", doc), {"rdf:type": _name("prov:Entity"), "kg:doc": doc})
    for said in outputs.statements:
        subject, target = (_node("entity", said[end]) for end in ("subject", "object"))
        for word in _words(said, types):
            inverse = word == _INVERSE.get(said["relation"])
            yield Triple(target, _name(word), subject) if inverse else Triple(subject, _name(word), target)
        yield from _statement(said, subject, target)


def _entity(record: Record) -> Iterator[Triple]:
    node, kind = _node("entity", record["id"]), record["type"]
    for word in (f"kg:{kind}", *_CLASSES[kind]):
        yield Triple(node, _name("rdf:type"), _name(word))
    for alias in record["aliases"]:
        yield from _about(node, {"schema:alternateName": alias})
    about = {"schema:name": record["name"], "kg:resolved": record["resolved"], "kg:home": record["home"]}
    if kind == "Post":
        about["kg:title"] = record["title"]
    elif kind == "Article":
        about |= {
            "schema:headline": record["title"],
            "schema:datePublished": _date(record["published"]),
            "prov:wasDerivedFrom": _node("source", record["doc"]),
        }
    yield from _about(node, about)


def _words(said: Record, types: Mapping[str, str]) -> Iterator[str]:
    """The properties that say a relation: ours and, where one fits, that of a vocabulary."""
    relation = said["relation"]
    yield f"kg:{relation}"
    if relation in _INVERSE:
        yield _INVERSE[relation]
    elif relation == "part_of" and types[said["subject"]] == types[said["object"]] == "Organization":
        yield "org:subOrganizationOf"
    elif relation in _SAME and (relation != "holds_post" or said["status"] in _HOLDING):
        yield _SAME[relation]


def _statement(said: Record, subject: NamedNode, target: NamedNode) -> Iterator[Triple]:
    node, evidence = _node("statement", said["id"]), said["evidence"]
    yield Triple(node, _name("rdf:type"), _name("prov:Entity"))
    about = {
        "rdf:type": _name("rdf:Statement"), "rdf:subject": subject, "rdf:predicate": _name(f"kg:{said['relation']}"),
        "rdf:object": target, "kg:status": said["status"], "schema:startDate": _date(said["start"]),
        "schema:endDate": _date(said["end"]), "schema:datePublished": _date(said["published"]),
        "kg:confidence": said["confidence"], "kg:rule": said["rule"], "prov:value": evidence["quote"],
        "prov:wasQuotedFrom": _node("source", evidence["doc"]), "kg:start": evidence["start"],
        "kg:end": evidence["end"],
    }  # fmt: skip
    yield from _about(node, about)


def _about(node: NamedNode, values: Mapping[str, NamedNode | Literal | str | float | None]) -> Iterator[Triple]:
    for word, value in values.items():
        if value is not None:
            value = legal(value) if isinstance(value, str) else value
            yield Triple(node, _name(word), value if isinstance(value, NamedNode | Literal) else Literal(value))


def _name(word: str) -> NamedNode:
    prefix, _, local = word.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def _node(kind: str, key: str) -> NamedNode:
    """An IRI for an id; a character that may not stand there becomes its code."""
    return NamedNode(f"{PREFIXES['kg']}{kind}:{_OUTSIDE.sub(lambda match: quote(match[0], errors='replace'), key)}")


def _date(value: str | None) -> Literal | None:
    return Literal(value, datatype=NamedNode(PREFIXES["xsd"] + _DATES[len(value)])) if value else None
