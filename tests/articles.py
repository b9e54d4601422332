"""Articles for tests, written with inline tags, so that no model is needed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from kg.drafts import Draft, draft
from kg.judgements import Judgement
from kg.lexicon import Name
from kg.model import Article, Entity, Home, Mention, Resolution, Statement, Zone
from kg.naming import aliases_of
from kg.nlp import Recognition, split_sentences
from kg.offsets import OffsetMap
from kg.relate import Relations, relate
from kg.resolve import resolve
from kg.rules import load_rules
from kg.tagged import parse
from kg.things import Conflict

RULES = load_rules()
YUNMING = Home(province="河南省", city="云溟市", why="the medium")


def recognized(
    tagged: str, *, doc: str = "a.txt", home: Home | None = YUNMING, published: str | None = "2023-08-10"
) -> Recognition:
    """What recognition would find in an article whose paragraphs are tagged."""
    text, spans = parse(tagged)
    zones, at = [], 0
    for line in text.split("\n"):
        zones.append(Zone("body", at, at + len(line)))
        at += len(line) + 1
    article = Article(doc, 0, text, OffsetMap.identity(len(text)), tuple(zones), published=published, home=home)
    bare = Recognition(article, text, tuple(split_sentences(text, zones)), ())
    return replace(bare, mentions=tuple(bare.mention((s.start, s.end), s.type) for s in spans))


def related(tagged: str, **fields: object) -> Relations:
    """The claims of such an article."""
    return relate(recognized(tagged, **fields), RULES)


def drafted(tagged: str, names: Sequence[Name] = (), **fields: object) -> Draft:
    """What resolution gets of such an article."""
    found = recognized(tagged, **fields)
    doc = found.article.doc
    return draft(found, relate(found, RULES), aliases_of(names)).under(doc, f"digest of {doc}")


@dataclass
class Known:
    """What resolution finds, all of it at once."""

    entities: tuple[Entity, ...]
    conflicts: tuple[Conflict, ...]
    mentions: list[tuple[Mention, str | None]]
    statements: list[Statement]
    resolutions: list[Resolution]


def resolved(drafts: Sequence[Draft], judgements: Sequence[Judgement] = ()) -> Known:
    """What resolution finds of drafts."""
    found = resolve(drafts, judgements)
    told = [(t.mentions, t.statements, t.resolutions) for t in found.documents]
    return Known(found.entities, found.conflicts, *([*chain.from_iterable(own)] for own in zip(*told, strict=True)))  # type: ignore[arg-type]


def triples(relations: Relations, relation: str) -> set[tuple[str, ...]]:
    """The ends of the claims of one relation, with the body and status of a post."""
    return {
        (c.subject.name if c.subject else "article", c.object.name if c.object else "article")
        + ((c.body.name if c.body else c.implied or "", c.status or "") if relation == "holds_post" else ())
        for c in relations.claims
        if c.relation == relation
    }
