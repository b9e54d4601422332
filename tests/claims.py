"""Small graphs from a few lines: who held what, and who did what."""

from pathlib import Path
from typing import Any

from kg.query import KnowledgeGraph
from kg.store import Outputs


def graph_of(
    claims: str = "", relations: str = "", aliases: dict[str, tuple[str, ...]] | None = None
) -> KnowledgeGraph:
    """A graph of lines ``person, body, title, status, start, end, published`` and ``Type name, relation, Type name, published``.

    A dash stands for what is not known. Ids are type and name; line 3 of the claims is statement c3 of document c3.txt.
    """
    entities: dict[str, dict[str, Any]] = {}
    statements: list[dict[str, Any]] = []

    def entity(kind: str, name: str, **more: Any) -> str:
        number = f"{kind}:{name}"
        own = {
            "id": number,
            "type": kind,
            "name": name,
            "aliases": list((aliases or {}).get(name, ())),
            "resolved": True,
        }
        entities.setdefault(number, own | more)
        return number

    def say(number: str, subject: str, relation: str, target: str, published: str | None, **more: Any) -> None:
        quote = f"{entities[subject]['name']}{relation}{entities[target]['name']}"
        statements.append(
            {"id": number, "subject": subject, "relation": relation, "object": target, "published": published,
             "subject_span": None, "object_span": None, "status": None, "start": None, "end": None, "rule": "r",
             "confidence": 0.8, "evidence": {"doc": f"{number}.txt", "start": 0, "end": len(quote), "quote": quote}} | more
        )  # fmt: skip

    for row, line in enumerate(filter(None, map(str.strip, claims.splitlines())), 1):
        person, body, title, status, start, end, published = (None if v == "-" else v for v in line.split())
        organization = entity("Organization", body) if body else None
        post = entity("Post", f"{body or ''}{title}", title=title, organization=organization)
        say(
            f"c{row}", entity("Person", str(person)), "holds_post", post, published, status=status, start=start, end=end
        )
    for row, line in enumerate(filter(None, map(str.strip, relations.splitlines())), 1):
        kind, name, relation, other_kind, other, published = (None if v == "-" else v for v in line.split())
        say(f"r{row}", entity(str(kind), str(name)), str(relation), entity(str(other_kind), str(other)), published)
    return KnowledgeGraph(Outputs(Path("nowhere"), list(entities.values()), [], statements, [], {}))


def rows(frame: Any, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of a data frame, None where nothing is known."""
    found = frame[list(columns)].astype(object).where(frame[list(columns)].notna(), None)
    return [tuple(row) for row in found.to_numpy().tolist()]
