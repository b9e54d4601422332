"""Resolution: mentions become entities, claims become statements, and every step says from what and why."""

import hashlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby, repeat
from operator import attrgetter
from typing import Any, cast

from msgspec.structs import replace

from kg.bearers import Bearer
from kg.bodies import has_term
from kg.drafts import Draft, Said
from kg.judgements import Judged, Judgement, Unsure
from kg.model import SIGNATURES, Entity, EntityType, Mention, Overruled, Resolution, Statement, Told
from kg.namesakes import ACCEPT, find_people
from kg.naming import Referent
from kg.people import family
from kg.things import Conflict, Context, Thing, Things

__all__ = ["Resolved", "resolve"]

_HASH = 8
_UNNAMED = (0, "")


@dataclass(frozen=True, slots=True)
class Resolved:
    """Entities, and what documents tell of them.

    ``documents`` are to be taken once, in order. ``conflicts`` are names read as several types, ``unsure`` pairs to
    judge, ``problems`` judgements that do not count, ``overruled`` how often a lexicon's word counted.
    """

    entities: tuple[Entity, ...]
    documents: Iterator[Told] = field(repr=False)
    conflicts: tuple[Conflict, ...]
    unsure: tuple[Unsure, ...]
    problems: tuple[tuple[Judgement, str], ...]
    overruled: Mapping[Overruled, int]


class _Group:
    """What is known of one entity while drafts are gathered."""

    __slots__ = ("extra", "first", "label", "names", "resolved", "type")

    def __init__(self, type_: str) -> None:
        self.type = type_
        self.names: dict[str, tuple[int, str]] = {}  # in how many sources, and in which last; none for a mere surface
        self.first = ("", "")  # member key
        self.resolved = True
        self.label = ""
        self.extra: dict[str, Any] = {}

    def add(self, name: str, surface: str, digest: str, resolved: bool = True) -> None:
        count, last = self.names.get(name, _UNNAMED)
        if last != digest:
            self.names[name] = count + 1, digest
            self.first = min(self.first, (name, digest)) if self.first[1] else (name, digest)
        self.names.setdefault(surface, _UNNAMED)
        self.resolved = self.resolved and resolved

    @property
    def name(self) -> str:
        """The fullest name, for a body one without its term (第十届市委), for people the usual whole one."""
        names = {name: count for name, (count, _) in self.names.items() if count}
        if self.type == "Person":
            return min(names, key=lambda n: (family(n) == n, -names[n], n))
        return min(names, key=lambda n: (self.type == "Organization" and has_term(n), -len(n), n))


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH]


def resolve(drafts: Iterable[Draft], judgements: Sequence[Judgement] = ()) -> Resolved:
    """Resolve all articles, of which no more is held than who and what they name.

    Args:
        drafts: one an article, in the order of documents and their articles; gone through three times.
        judgements: what a user said is one and is not, as it stands in a file.
    """
    keys = _Keys(drafts, judgements)
    numbers: dict[str, int] = {}
    groups: list[_Group] = []
    ends = array("I")  # the groups of the ends of each draft
    overruled: Counter[Overruled] = Counter()
    for draft in drafts:
        overruled.update(draft.overruled)
        own = []
        for key in keys.ends(draft):
            if (number := numbers.setdefault(key, len(groups))) == len(groups):
                groups.append(_Group(key.partition("|")[0]))
            own.append(number)
        ends.extend(own)
        _gather(draft, [groups[number] for number in own], own)
    for key, label in keys.labels().items():
        groups[numbers[key]].label = f"（{label}）"
    unsure = sorted((*keys.people.unsure, *keys.things.unsure()), key=_doubt)
    conflicts, problems, joins = sorted(keys.things.conflicts), keys.judged.problems, keys.joins
    del keys  # all that is known of people and things
    names = [group.name for group in groups]
    ids = _ids(numbers, groups, names)
    entities = map(_entity, groups, ids, names, repeat(ids), repeat(names))
    return Resolved(
        tuple(sorted(entities, key=attrgetter("id"))),
        _documents(drafts, ends, ids, [group.type for group in groups], joins),
        tuple(conflicts),
        tuple(unsure),
        tuple(problems),
        overruled,
    )


def _gather(draft: Draft, groups: Sequence[_Group], numbers: Sequence[int]) -> None:
    """Add what an article says to the groups of its ends."""
    article = groups[0]
    article.add(draft.title, draft.title, f"{draft.digest}#{draft.number}")
    article.extra = {"doc": draft.doc, "title": draft.title, "published": draft.published, "home": draft.home}
    for end, surface in draft.surfaces():
        referent = draft.referents[end - 1]
        groups[end].add(referent.name, surface, draft.digest, referent.resolved)
    for post, office in zip(groups[len(draft.referents) + 1 :], draft.offices, strict=True):
        post.add(office.title, office.title, draft.digest)
        post.resolved = office.body is not None
        post.extra = {"title": office.title, "organization": None}
        if office.body is not None:
            post.extra["organization"] = numbers[office.body]
            body = draft.referents[office.body - 1].name
            groups[office.body].add(body, body, draft.digest)


def _doubt(pair: Unsure) -> tuple[bool, str, float, tuple[str, ...]]:
    """People first, and what is least sure."""
    type_ = pair.a[0]
    is_person = type_ == "Person"
    return not is_person, type_, abs(pair.score - ACCEPT) if is_person else -pair.score, (*pair.a, *pair.b, *pair.docs)


class _Keys:
    """The key of what a referent of an article is, across articles; it begins with the type."""

    def __init__(self, drafts: Iterable[Draft], judgements: Sequence[Judgement]) -> None:
        known: list[Bearer] = []
        things: list[Thing] = []
        introduced: dict[str, set[str]] = defaultdict(set)
        equal: dict[Referent, Referent] = {}  # held once
        for draft in drafts:
            known += draft.bearers()
            article = _context(draft)
            for referent in draft.referents:
                if referent.type != "Person":
                    bare = replace(referent, source="", why="")
                    things.append(Thing(article, equal.setdefault(bare, bare)))
            for short, end in draft.introduced:
                introduced[short].add(f"{draft.referents[end - 1].type}|{draft.referents[end - 1].key}")
        people = (("Person", bearer.name, bearer.digest) for bearer in known)
        self.judged = Judged(judgements, chain(people, (thing.member for thing in things)))
        self.people = find_people(known, self.judged)
        self.things = Things(things, introduced, self.judged)
        self.joins = {(join.bearer.key, join.bearer.name): (join.other.key, join.why) for join in self.people.joins}
        firsts = [(members, min((m.name, m.key) for m in members)) for members in self.people.people]
        self._persons = {(m.key, m.name): "|".join(("Person", *first)) for ms, first in firsts for m in ms}

    def ends(self, draft: Draft) -> list[str]:
        """The keys of the ends of a draft."""
        article, scope = _context(draft), draft.scope
        keys = [f"Article|{scope}"]
        for referent in draft.referents:
            is_person = referent.type == "Person"
            keys.append(self._persons[scope, referent.key] if is_person else self.things.key(Thing(article, referent)))
        for office in draft.offices:
            of = office.holder if office.body is None else office.body
            keys.append(f"Post|{office.title}|{scope if of is None else keys[of]}")
        return keys

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


def _context(draft: Draft) -> Context:
    return Context(draft.scope, draft.digest, draft.near, draft.published)


def _ids(numbers: Mapping[str, int], groups: Sequence[_Group], names: Sequence[str]) -> list[str]:
    """Type, readable name and a short hash of the smallest member key; of the key where two would share that."""
    ids = [""] * len(groups)
    taken: set[str] = set()
    for key in sorted(numbers):
        number = numbers[key]
        group, readable = groups[number], _readable(groups[number], names[number], names)
        id_ = f"{group.type}:{readable}{group.label}:{_hash('|'.join((group.type, *group.first)))}"
        if id_ in taken:
            id_ = f"{group.type}:{readable}:{_hash(key)}"
        taken.add(id_)
        ids[number] = id_
    return ids


def _readable(group: _Group, name: str, names: Sequence[str]) -> str:
    """The name of an entity; that of a post begins with its body's."""
    if group.type != "Post":
        return name
    body = group.extra["organization"]
    return (names[body] if body is not None else "") + group.extra["title"] or name


def _entity(group: _Group, id_: str, own: str, ids: Sequence[str], names: Sequence[str]) -> Entity:
    name = _readable(group, own, names)
    aliases = tuple(sorted(group.names.keys() - {name} - ({own} if group.type == "Post" else set())))
    extra = group.extra
    if (body := extra.get("organization")) is not None:
        extra = extra | {"organization": ids[body]}
    return Entity(id_, cast(EntityType, group.type), name, aliases, group.resolved, **extra)


def _documents(
    drafts: Iterable[Draft],
    ends: Sequence[int],
    ids: Sequence[str],
    types: Sequence[str],
    joins: dict[tuple[str, str], tuple[str, str]],
) -> Iterator[Told]:
    """What each document tells, in the order of the files; of each post its body is told once."""
    at = 0
    placed: set[int] = set()
    for _, articles in groupby(drafts, attrgetter("doc")):
        mentions: list[tuple[Mention, str | None]] = []
        statements: list[Statement] = []
        resolutions: list[Resolution] = []
        for draft in articles:
            after = at + 1 + len(draft.referents) + len(draft.offices)
            own, at = ends[at:after], after
            for mention, end in draft.told():
                entity = None if end is None else ids[own[end]]
                mentions.append((mention, entity))
                if entity and end and end <= len(draft.referents):
                    referent = draft.referents[end - 1]
                    join = joins.pop((draft.scope, referent.key), None) if referent.type == "Person" else None
                    reasons = [reason for reason in ((referent.source, referent.why), join) if reason and reason[1]]
                    place = (mention.doc, mention.start, mention.end, mention.text, entity)
                    resolutions += [Resolution(*place, *reason) for reason in reasons]
            for said in draft.statements:
                subject, target = own[said.subject], own[said.object]
                if said.relation == "post_in":
                    is_told = subject not in placed
                    placed.add(subject)
                else:  # relations join different entities of the types that they are made for
                    subjects, targets = SIGNATURES[said.relation]
                    is_told = subject != target and types[subject] in subjects and types[target] in targets
                if is_told:
                    statements.append(_statement(draft, said, ids[subject], ids[target]))
        yield Told(
            tuple(sorted(mentions, key=lambda m: (m[0].start, m[0].end, m[0].type, m[1] or ""))),
            tuple(_unique(statements)),
            tuple(sorted(resolutions, key=lambda r: (r.start, r.end, r.entity))),
        )


def _statement(draft: Draft, said: Said, subject: str, target: str) -> Statement:
    spans = said.subject_span, said.object_span
    key = "|".join(map(str, (draft.doc, said.relation, *said.evidence, *spans, said.status)))
    if None in spans:
        key += f"|{subject}|{target}"
    return Statement(
        _hash(key) + _hash(key[::-1]), subject, said.relation, target, draft.doc, said.evidence, said.quote, said.rule,
        said.confidence, *spans, said.status, said.start, said.end, draft.published,
    )  # fmt: skip


def _unique(statements: Iterable[Statement]) -> list[Statement]:
    """One statement an id, the most confident, by place."""
    best: dict[str, Statement] = {}
    for s in sorted(statements, key=lambda s: (-s.confidence, s.rule, s.subject, s.object)):
        best.setdefault(s.id, s)
    return sorted(best.values(), key=lambda s: (s.evidence, s.id))
