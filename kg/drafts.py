"""What resolution needs of one article: what its names refer to, whom it names, what it states; packed, and small.

All of it is worked out where the article is read, by several processes at a time: what is said across articles then
needs neither texts nor claims.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from sys import intern

from msgspec import Struct, msgpack
from msgspec.structs import replace

from kg.bearers import COMPANY, NOTHING, Bearer, bearers
from kg.lexicon import cue
from kg.model import Article, Claim, Mention, Overruled, Relation, Span, Status
from kg.naming import Naming, Referent, scoped
from kg.nlp import Recognition
from kg.relate import Relations

__all__ = ["Draft", "Office", "Said", "draft", "pack", "unpack"]

_ARTICLE = 0  # the number of the end that is the article itself
_LEAD = 30  # characters that stand for a title
_CAPTION = cue("line.caption")


class Office(Struct, frozen=True, array_like=True):
    """A post, and the numbers of who holds it, where that is said, and of its body, where that is known."""

    title: str
    holder: int | None = None
    body: int | None = None


class Said(Struct, frozen=True, array_like=True):
    """A statement between numbered ends."""

    relation: Relation
    subject: int
    object: int
    evidence: Span
    quote: str
    rule: str
    confidence: float
    subject_span: Span | None
    object_span: Span | None
    status: Status | None = None
    start: str | None = None
    end: str | None = None


class Draft(Struct, frozen=True, array_like=True):
    """One article as resolution needs it. Ends have numbers: 0 is the article, then come referents, then offices.

    ``named`` referents are those of mentions, the others bodies that are only implied. ``introduced`` are the keys of
    short names, with the number of what each stands for. ``people`` are bearers, less what all have alike.
    """

    number: int
    title: str
    published: str | None
    home: str | None
    near: tuple[str, ...]
    named: int
    referents: list[Referent]
    offices: list[Office]
    introduced: list[tuple[str, int]]
    people: list[Bearer]
    overruled: tuple[Overruled, ...]
    mentions: list[tuple[Mention, int | None]]
    statements: list[Said]
    doc: str = ""
    digest: str = ""

    @property
    def scope(self) -> str:
        """The name of the article."""
        return f"{self.doc}#{self.number}"

    def under(self, doc: str, digest: str) -> "Draft":
        """The draft, once the name of its document is known."""
        scope = f"{doc}#{self.number}"
        own = [r if (key := scoped(r.key, scope)) is r.key else replace(r, key=key) for r in self.referents]
        return replace(self, doc=doc, digest=digest, title=self.title or doc, referents=own)

    def bearers(self) -> Iterator[Bearer]:
        """The people of the article, with all that is known of them; words that recur are held once."""
        scope = self.scope
        named = (r for r in self.referents[: self.named] if r.type in COMPANY and r.resolved)
        company = frozenset(intern(f"{r.type}|{r.key}") for r in named)
        for person in self.people:
            posts = [
                replace(
                    p, title=intern(p.title), body=intern(scoped(p.body, scope)) if p.body else None,
                    place=tuple(map(intern, p.place)), at=self.published,
                )
                for p in person.posts
            ]  # fmt: skip
            yield Bearer(
                scope, intern(person.name), self.digest, frozenset(posts) if posts else NOTHING,
                frozenset(map(intern, person.media)) if person.media else NOTHING, self.near, self.published, company,
            )  # fmt: skip

    def surfaces(self) -> set[tuple[int, str]]:
        """The ends that are named, with how."""
        return {(end, m.name) for m, end in self.mentions if end and end <= len(self.referents)}

    def told(self) -> Iterator[tuple[Mention, int | None]]:
        """The mentions, each with its end."""
        for m, end in self.mentions:
            yield Mention(self.doc, m.start, m.end, m.text, m.type, m.article, m.at, m.name, m.part, m.rule), end


_decoder = msgpack.Decoder(list[Draft])


def pack(drafts: Sequence[Draft]) -> bytes:
    """Drafts as bytes."""
    return zlib.compress(msgpack.encode(drafts), 1)


def unpack(packed: bytes, doc: str, digest: str) -> list[Draft]:
    """The drafts of a document."""
    return [found.under(doc, digest) for found in _decoder.decode(zlib.decompress(packed))]


def draft(found: Recognition, relations: Relations, aliases: Mapping[tuple[str, str], str] | None = None) -> Draft:
    """What resolution needs of an article; it does not depend on the name of its document.

    Args:
        found: the article and its sentences.
        relations: its mentions and claims.
        aliases: the name that a lexicon gives for another, by (type, alias).
    """
    article = found.article
    naming = Naming(article, found.sentences, relations.mentions, aliases)
    bodies = [naming.office(claim)[1] for claim in relations.claims if claim.relation == "holds_post"]
    referents = dict.fromkeys(naming.referents.values())
    named = len(referents)
    numbers = {r: number for number, r in enumerate(referents | dict.fromkeys(r for r in bodies if r), 1)}
    offices: dict[Office, int] = {}

    def office(title: str, holder: int | None = None, body: int | None = None) -> int:
        return offices.setdefault(Office(title, holder, body), len(numbers) + len(offices) + 1)

    meant = {mention: numbers[referent] for mention, referent in naming.referents.items()}
    statements = []
    for claim in relations.claims:
        subject = meant[claim.subject] if claim.subject else _ARTICLE
        if claim.relation != "holds_post":
            statements.append(_said(found, claim, subject, meant[claim.object] if claim.object else _ARTICLE))
            continue
        title, body = naming.office(claim)
        if body is None and title.endswith("记者"):
            continue  # a reporter of no medium
        post = office(title, subject, numbers[body] if body else None)
        if claim.object is not None:
            meant.setdefault(claim.object, post)
        said = _said(found, claim, subject, post)
        statements.append(said)
        if body:
            at = claim.body.at if claim.body and claim.body.type in {"Organization", "Initiative"} else None
            spans = {"subject_span": said.object_span, "object_span": _within(found, claim, at)}
            placed = {"relation": "post_in", "subject": post, "object": numbers[body], **spans}
            statements.append(replace(said, **placed, status=None, start=None, end=None))
    mentions = sorted(relations.mentions, key=lambda m: (m.at[0], -m.at[1]))
    for mention in mentions:
        if mention.type == "Post" and mention not in meant:
            meant[mention] = office(mention.name)
    return Draft(
        article.number,
        _title(article),
        article.published,
        article.home.name if article.home else None,
        naming.near,
        named,
        list(numbers),
        list(offices),
        [(short, numbers[referent]) for short, referent in naming.introductions()],
        list(bearers(article, naming, relations.claims)),
        found.overruled,
        [(mention, meant.get(mention)) for mention in mentions],
        statements,
    )


def _title(article: Article) -> str:
    lines = [line for z in article.zones if z.kind == "body" for line in article.text[z.start : z.end].split("\n")]
    lead = next((line for line in lines if len(line) > _LEAD // 2 and not _CAPTION.match(line)), "".join(lines[:1]))
    return article.headline or lead[:_LEAD]


def _said(found: Recognition, claim: Claim, subject: int, object_: int) -> Said:
    start, end = found.article.raw_span(*claim.evidence)
    return Said(
        claim.relation, subject, object_, (start, end), found.raw[start:end], claim.rule, round(claim.confidence, 2),
        _within(found, claim, claim.subject_at), _within(found, claim, claim.object_at), claim.status, claim.start,
        claim.end,
    )  # fmt: skip


def _within(found: Recognition, claim: Claim, at: Span | None) -> Span | None:
    """The raw span of an end, if it stands in the evidence; an end that is carried over has none."""
    stands = at and claim.evidence[0] <= at[0] and at[1] <= claim.evidence[1]
    return found.article.raw_span(*at) if at and stands else None
