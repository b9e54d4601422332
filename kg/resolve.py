"""Resolution: mentions become entities, claims become statements, and every step says from what and why."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.bearers import bearers
from kg.bodies import has_term
from kg.judgements import Judged, Judgement, Unsure
from kg.lexicon import Name, cue
from kg.model import (
    SIGNATURES,
    Article,
    Claim,
    Entity,
    EntityType,
    Mention,
    Overruled,
    Resolution,
    Span,
    Statement,
    Told,
)
from kg.namesakes import ACCEPT, find_people
from kg.naming import Naming, Referent
from kg.nlp import Sentence
from kg.people import family
from kg.things import Conflict, Thing, Things

__all__ = ["Reading", "Resolved", "resolve"]

HASH = 8
LEAD = 30  # characters that stand for a title
_CAPTION = cue("line.caption")
_UNLISTED = re.compile(r"[一-龥]{2,4}?[市县区州]")


@dataclass(frozen=True, slots=True)
class Reading:
    """All that the stages before say of one article; ``digest`` is that of its source."""

    article: Article
    raw: str
    digest: str
    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]
    claims: tuple[Claim, ...]
    overruled: tuple[Overruled, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolved:
    """Entities, what each mention refers to, statements, and the reasons for what was resolved.

    ``conflicts`` are names read as several types, ``unsure`` pairs to judge, ``problems`` judgements that do not count.
    """

    entities: tuple[Entity, ...]
    mentions: tuple[tuple[Mention, str | None], ...]
    statements: tuple[Statement, ...]
    resolutions: tuple[Resolution, ...]
    conflicts: tuple[Conflict, ...] = ()
    unsure: tuple[Unsure, ...] = ()
    problems: tuple[tuple[Judgement, str], ...] = ()

    def documents(self) -> Iterator[Told]:
        """What each document tells, in the order of the files."""
        told: dict[str, tuple[list[tuple[Mention, str | None]], list[Statement], list[Resolution]]] = defaultdict(
            lambda: ([], [], [])
        )
        for mention in sorted(self.mentions, key=lambda m: (m[0].start, m[0].end, m[0].type, m[1] or "")):
            told[mention[0].doc][0].append(mention)
        for statement in sorted(self.statements, key=lambda s: (s.evidence, s.id)):
            told[statement.doc][1].append(statement)
        for resolution in self.resolutions:
            told[resolution.doc][2].append(resolution)
        return (Told(tuple(m), tuple(s), tuple(r)) for _, (m, s, r) in sorted(told.items()))


class _Group:
    """What is known of one entity while mentions are gathered."""

    def __init__(self, type_: str) -> None:
        self.type = type_
        self.names: set[str] = set()
        self.surfaces: set[str] = set()
        self.members: set[tuple[str, str]] = set()
        self.resolved = True
        self.readable = ""
        self.label = ""
        self.extra: dict[str, str | None] = {}

    def add(self, name: str, surface: str, digest: str, resolved: bool = True) -> None:
        self.names.add(name)
        self.surfaces.update((name, surface))
        self.members.add((name, digest))
        self.resolved = self.resolved and resolved

    @property
    def name(self) -> str:
        """The fullest name, for a body one without its term (第十届市委), for people the usual whole one."""
        if self.type == "Person":
            usual = Counter(name for name, _ in self.members)
            return min(self.names, key=lambda n: (family(n) == n, -usual[n], n))
        return min(self.names, key=lambda n: (self.type == "Organization" and has_term(n), -len(n), n))

    @property
    def id(self) -> str:
        """Type, readable name and a short hash of the smallest member key."""
        name, digest = min(self.members)
        key = f"{self.type}|{name}|{digest}"
        return f"{self.type}:{self.readable or self.name}{self.label}:{_hash(key)}"


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:HASH]


def resolve(readings: Iterable[Reading], names: Iterable[Name] = (), judgements: Sequence[Judgement] = ()) -> Resolved:
    """Resolve the readings of all articles.

    Args:
        readings: one an article, in any order: the result does not depend on it.
        names: the user's lexicon, whose aliases stand for their canonical names.
        judgements: what a user said is one and is not, as it stands in a file.
    """
    ordered = sorted(readings, key=lambda r: (r.article.doc, r.article.number))
    aliases = {(n.type, n.text): n.canonical for n in names if n.canonical != n.text}
    namings = [Naming(r.article, r.sentences, r.mentions, aliases) for r in ordered]
    keys = _Keys(ordered, namings, judgements)
    groups: dict[str, _Group] = {}
    assigned: list[tuple[Mention, str | None]] = []
    resolutions: list[tuple[Mention, str, Referent]] = []

    def group(key: str) -> _Group:
        return groups.setdefault(key, _Group(key.partition("|")[0]))

    drafts: list[tuple[Reading, Claim, str, str]] = []
    posts_in: dict[str, tuple[Reading, Claim, str]] = {}
    for reading, naming in zip(ordered, namings, strict=True):
        meant: dict[Mention, str] = {}
        for mention, referent in naming.referents.items():
            key = keys.of(reading, naming, referent)
            group(key).add(referent.name, mention.name, reading.digest, referent.resolved)
            meant[mention] = key
            if referent.why:
                resolutions.append((mention, key, referent))
            if referent.type == "Person" and (join := keys.joins.pop((naming.scope, referent.key), None)):
                resolutions.append((mention, key, replace(referent, source=join.other.key, why=join.why)))
        article_key = f"Article|{naming.scope}"
        _article(group(article_key), reading)
        for claim in reading.claims:
            subject = meant[claim.subject] if claim.subject else article_key
            if claim.relation != "holds_post":
                drafts.append((reading, claim, subject, meant[claim.object] if claim.object else article_key))
                continue
            title, body = naming.office(claim)
            if body is None and title.endswith("记者"):
                continue  # a reporter of no medium
            body_group = None
            if body:
                body_group = keys.of(reading, naming, body)
                group(body_group).add(body.name, body.name, reading.digest)
            post = f"Post|{title}|{body_group or subject}"
            made = group(post)
            made.add(title, title, reading.digest)
            made.resolved = body is not None
            made.extra |= {"title": title, "organization": body_group}
            if claim.object is not None and claim.object not in meant:
                meant[claim.object] = post
            drafts.append((reading, claim, subject, post))
            if body_group and post not in posts_in:
                posts_in[post] = (reading, claim, body_group)
        for mention in reading.mentions:
            if mention.type == "Post" and mention not in meant:
                meant[mention] = f"Post|{mention.name}|{naming.scope}"
                group(meant[mention]).add(mention.name, mention.name, reading.digest, resolved=False)
                groups[meant[mention]].extra["title"] = mention.name
            assigned.append((mention, meant.get(mention)))

    for key, label in keys.labels().items():
        groups[key].label = f"（{label}）"
    _name_posts(groups)
    ids = _ids(groups)
    statements = [_statement(r, c, ids[s], ids[o]) for r, c, s, o in drafts if _allowed(c, groups[s], groups[o], s, o)]
    statements += [_post_in(r, c, ids[post], ids[body]) for post, (r, c, body) in posts_in.items()]
    return Resolved(
        tuple(sorted((_entity(g, ids[k], ids) for k, g in groups.items()), key=lambda e: e.id)),
        tuple((m, ids[k] if k else None) for m, k in assigned),
        tuple(_unique(statements)),
        tuple(
            sorted(
                (Resolution(m.doc, m.start, m.end, m.text, ids[k], ref.source, ref.why) for m, k, ref in resolutions),
                key=lambda x: (x.doc, x.start, x.end, x.entity),
            )
        ),
        tuple(sorted(keys.things.conflicts)),
        tuple(sorted((*keys.people.unsure, *keys.things.unsure()), key=_doubt)),
        tuple(keys.judged.problems),
    )


def _doubt(pair: Unsure) -> tuple[bool, str, float, tuple[str, ...]]:
    """People first, and what is least sure."""
    type_ = pair.a[0]
    is_person = type_ == "Person"
    return not is_person, type_, abs(pair.score - ACCEPT) if is_person else -pair.score, (*pair.a, *pair.b, *pair.docs)


class _Keys:
    """The key of what a referent of an article is, across articles; it begins with the type."""

    def __init__(self, readings: Sequence[Reading], namings: Sequence[Naming], judgements: Sequence[Judgement]) -> None:
        both = list(zip(readings, namings, strict=True))
        known = [b for r, n in both for b in bearers(r.article, r.digest, n, r.claims)]
        things = [Thing(n, r.digest, referent) for r, n in both for referent in _things(r, n)]
        members = {("Person", b.name, b.digest) for b in known} | {t.member for t in things} if judgements else set()
        self.judged = Judged(judgements, members)
        self.people = find_people(known, self.judged)
        self.things = Things(things, self.judged)
        self.joins = {(join.bearer.key, join.bearer.name): join for join in self.people.joins}
        firsts = [(members, min((m.name, m.key) for m in members)) for members in self.people.people]
        self._persons = {(m.key, m.name): "|".join(("Person", *first)) for ms, first in firsts for m in ms}

    def of(self, reading: Reading, naming: Naming, referent: Referent) -> str:
        """The key of a referent."""
        if referent.type == "Person":
            return self._persons[naming.scope, referent.key]
        return self.things.key(Thing(naming, reading.digest, referent))

    def labels(self) -> dict[str, str]:
        """What tells namesakes apart in their ids, by key: the body, the medium or the home that is known of most."""
        bearing = Counter(name for members in self.people.people for name in {m.name for m in members})
        labels = {}
        for members in self.people.people:
            if bearing[members[0].name] > 1:
                known = (
                    [p.body for m in members for p in m.posts if p.body],
                    [medium for m in members for medium in m.media if medium],
                    ["".join(m.home) for m in members if m.home],
                )
                if count := next((Counter(values) for values in known if values), None):
                    label = min(count, key=lambda value: (-count[value], value))
                    labels[self._persons[members[0].key, members[0].name]] = label
        return labels


def _things(reading: Reading, naming: Naming) -> Iterator[Referent]:
    """What an article names or implies, people aside."""
    bodies = (naming.office(c)[1] for c in reading.claims if c.relation == "holds_post")
    yield from dict.fromkeys(r for r in (*naming.referents.values(), *bodies) if r and r.type != "Person")


def _article(group: _Group, reading: Reading) -> None:
    article = reading.article
    lines = [line for z in article.zones if z.kind == "body" for line in article.text[z.start : z.end].split("\n")]
    lead = next((line for line in lines if len(line) > LEAD // 2 and not _CAPTION.match(line)), "".join(lines[:1]))
    title = article.headline or lead[:LEAD] or article.doc
    group.add(title, title, f"{reading.digest}#{article.number}")
    group.extra |= {"doc": article.doc, "title": title, "published": article.published}
    group.extra["home"] = article.home.name if article.home else None


def _name_posts(groups: Mapping[str, _Group]) -> None:
    for g in groups.values():
        if g.type == "Post":
            body = g.extra.get("organization")
            title = g.extra["title"] or ""
            g.readable = (groups[body].name if body else "") + title


def _ids(groups: Mapping[str, _Group]) -> dict[str, str]:
    """Ids by group; where two groups would share one, their keys tell them apart."""
    taken: dict[str, str] = {}
    ids: dict[str, str] = {}
    for key in sorted(groups):
        id_ = groups[key].id
        if id_ in taken:
            id_ = f"{groups[key].type}:{groups[key].readable or groups[key].name}:{_hash(key)}"
        taken[id_] = key
        ids[key] = id_
    return ids


def _entity(group: _Group, id_: str, ids: Mapping[str, str]) -> Entity:
    extra = group.extra
    body = extra.get("organization")
    type_: EntityType = group.type  # type: ignore[assignment]
    name = group.readable or group.name
    aliases = tuple(sorted(group.surfaces - {name} - ({group.name} if group.type == "Post" else set())))
    return Entity(
        id_, type_, name, aliases, group.resolved, extra.get("title"), ids[body] if body else None,
        extra.get("home"), extra.get("doc"), extra.get("published"),
    )  # fmt: skip


def _allowed(claim: Claim, subject: _Group, object_: _Group, s: str, o: str) -> bool:
    """Relations join different entities of the types that they are made for."""
    subjects, objects = SIGNATURES[claim.relation]
    return s != o and subject.type in subjects and object_.type in objects


def _raw(reading: Reading, span: Span | None) -> Span | None:
    return reading.article.raw_span(*span) if span else None


def _within(span: Span | None, evidence: Span) -> Span | None:
    """A span, if it stands in the evidence; an end that is carried over has none."""
    return span if span and evidence[0] <= span[0] and span[1] <= evidence[1] else None


def _statement(reading: Reading, claim: Claim, subject: str, object_: str) -> Statement:
    article = reading.article
    start, end = article.raw_span(*claim.evidence)
    a, b = (_raw(reading, _within(s, claim.evidence)) for s in (claim.subject_at, claim.object_at))
    key = f"{article.doc}|{claim.relation}|{start}|{end}|{a}|{b}|{claim.status}"
    if a is None or b is None:
        key += f"|{subject}|{object_}"
    return Statement(
        _hash(key) + _hash(key[::-1]), subject, claim.relation, object_, article.doc, (start, end),
        reading.raw[start:end], claim.rule, round(claim.confidence, 2), a, b, claim.status, claim.start, claim.end,
        article.published,
    )  # fmt: skip


def _post_in(reading: Reading, claim: Claim, post: str, body: str) -> Statement:
    at = claim.body.at if claim.body and claim.body.type in {"Organization", "Initiative"} else None
    inner = Claim(
        "post_in", claim.object, claim.body, claim.article, claim.evidence, claim.rule, claim.object_at, at,
        confidence=claim.confidence,
    )  # fmt: skip
    return _statement(reading, inner, post, body)


def _unique(statements: Iterable[Statement]) -> list[Statement]:
    """One statement an id, the most confident; sorted by document and place."""
    best: dict[str, Statement] = {}
    for s in sorted(statements, key=lambda s: (-s.confidence, s.rule, s.subject, s.object)):
        best.setdefault(s.id, s)
    return sorted(best.values(), key=lambda s: (s.doc, s.evidence, s.relation, s.id))
