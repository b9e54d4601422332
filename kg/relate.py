"""Relating: offices by their grammar, everything else by rules, both over the sentences of an article."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.coref import Anaphor, find_anaphors, find_references, find_speakers, find_visit
from kg.dates import resolve_date
from kg.event_names import is_held, is_session, name_events
from kg.lexicon import column, cue
from kg.model import Claim, Mention, Span, TypedSpan
from kg.nlp import Recognition, Sentence, within
from kg.offices import Chain, careers, claim, held, parse_chains, stations, tenure
from kg.parts import name_parts
from kg.places import chain
from kg.rules import Match, RuleSet

__all__ = ["Relations", "relate"]

_TOPICAL = {"inspected", "chaired", "spoke_at", "promotes", "holds_post"}
_HEADING = cue("decision.heading")
_CITED = cue("speech.cited")
_DECIDES = cue("decision.meets")
_DECISION = cue("decision.made")
_GAMES = cue("event.games")
_CREDITS = {"byline", "source", "caption"}
_NATURAL = cue("place.natural")
_ACTS = {"attended", "spoke_at", "organized", "promotes", "cooperates_with", "issued"}
_MINOR = {"attended", "accompanied"}


@dataclass(frozen=True, slots=True)
class Relations:
    """What an article claims, and all its mentions, events named from the text and parts of names among them."""

    mentions: tuple[Mention, ...]
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class _Item:
    """What a rule sees as one typed span: a mention, words that stand for one, or a chain of offices."""

    at: Span
    type: str
    mention: Mention
    chain: Chain | None = None


class _Context:
    """Who and what the article has spoken of so far; a sentence without a subject goes on about the topic."""

    def __init__(self, events: Sequence[_Item], visit: tuple[Mention, int, str] | None) -> None:
        self.topic: Mention | None = None
        self.visitor = visit[0] if visit else None
        self.session: Mention | None = None  # where somebody was said to speak
        self.heading = ""
        self.decided: str | None = None
        self.events = events
        self.people: Sequence[_Item] = ()  # of the sentence
        self.dates: Sequence[Mention] = ()

    def event_before(self, position: int, relation: str, said: str) -> Mention | None:
        """The event that takes place, as last spoken of before a position; none where events are only mentioned.

        What is signed is signed at a ceremony, which may be spoken of only later.
        """
        if "签" in said and (ceremonies := [e.mention for e in self.events if "签" in e.mention.name]):
            return ceremonies[0]
        if relation == "spoke_at" and self.session and is_session(self.session.name):
            return self.session
        before = [e.mention for e in self.events[: bisect_left(self.events, position, key=lambda e: e.at[0])]]
        sessions = [event for event in before if is_session(event.name)]
        return next(reversed(sessions or (before if relation not in {"spoke_at", "chaired"} else [])), None)


def relate(found: Recognition, rules: RuleSet) -> Relations:
    """Read the claims of an article.

    Args:
        found: what recognition found in the article.
        rules: the relation rules.
    """
    visit = find_visit(found)
    named, anaphors = name_events(found, visit)
    anaphors += find_anaphors(found)
    references = find_references(found)
    mentions = sorted([*(m for m in found.mentions if m.type != "Event"), *named, *references], key=lambda m: m.at)
    events = sorted(
        [_Item(m.at, "Event", m) for m in mentions if m.type == "Event"]
        + [_Item(a.at, "Event", a.mention) for a in anaphors if a.mention.type == "Event"],
        key=lambda e: e.at,
    )
    anaphors_in: dict[Sentence | None, list[Anaphor]] = defaultdict(list)
    for anaphor in anaphors:
        anaphors_in[found.sentence_at(anaphor.at[0])].append(anaphor)
    context = _Context([e for e in events if is_held(found.article.text, e.mention)], visit)
    claims: list[Claim] = []
    speakers = find_speakers(found)
    for sentence in found.sentences:
        context.topic = speakers.get(sentence, context.topic)
        inside = within(mentions, sentence.start, sentence.end)
        claims += _relate_sentence(found, sentence, inside, anaphors_in.get(sentence, []), context, rules)
    parts, nested = name_parts(found, mentions)
    settled = _settle(careers([*claims, *nested]))
    # 我市 is a mention only of what something is said of.
    unused = set(references) - {end for c in settled for end in (c.subject, c.object, c.body)}
    return Relations(
        (*(m for m in mentions if m not in unused), *parts),
        tuple(replace(c, confidence=rules.confidence(c)) for c in settled),
    )


def _relate_sentence(
    found: Recognition,
    sentence: Sentence,
    mentions: Sequence[Mention],
    anaphors: Sequence[Anaphor],
    context: _Context,
    rules: RuleSet,
) -> list[Claim]:
    text, span = found.article.text, (sentence.start, sentence.end)
    chains = parse_chains(text, mentions)
    claims = [c for c in held(text, mentions, chains, span) if sentence.zone not in _CREDITS or _is_reporter(c)]
    claims += stations(text, mentions, chains, span, context.topic, found.article.published)
    context.dates = [m for m in mentions if m.type == "Date"]
    if context.dates and _DECIDES.search(text, *span):
        context.decided = resolve_date(context.dates[0].name, found.article.published) or context.decided
    items = _items(mentions, anaphors, chains)
    context.people = [i for i in items if i.type == "Person"]
    # A heading (决定任命：) is read with each of the lines under it.
    if not mentions and (heading := _HEADING.fullmatch(text[span[0] : span[1]])):
        context.heading = heading[1]
    elif items and items[0].type != "Person":
        context.heading = ""
    shift = span[0] - len(context.heading)
    spans = [TypedSpan(i.at[0] - shift, i.at[1] - shift, i.type) for i in items]
    matches = [
        replace(m, start=max(span[0], m.start + shift), end=m.end + shift)
        for m in rules.match(context.heading + text[span[0] : span[1]], spans, sentence.zone)
    ]
    subject: Mention | None = None
    for match in matches:
        made = _claims_of(found, match, items, span, context)
        claims += made
        if made and match.rule.relation == "spoke_at" and any(e.mention == made[0].object for e in context.events):
            context.session = made[0].object
        if made and match.rule.relation == "inspected" and "subject" not in match.rule.carried:
            context.visitor = context.visitor or made[0].subject
        if made and match.rule.relation in _TOPICAL and not subject:
            first = made[0].subject
            subject = first if first and first.type == "Person" and not _CITED.match(text, first.at[1]) else None
    if subject:
        context.topic = subject
    elif sentence.zone == "body" and not any(m.rule.relation in _MINOR for m in matches):
        people = [m for m in mentions if m.type == "Person" and not _CITED.match(text, m.at[1])]
        context.topic = people[0] if people else context.topic
    return claims


def _is_reporter(claim: Claim) -> bool:
    """Of those who made an article, only its reporters have a post: with the medium."""
    return claim.object is not None and claim.object.name.endswith("记者")


def _items(mentions: Sequence[Mention], anaphors: Sequence[Anaphor], chains: Sequence[Chain]) -> list[_Item]:
    """The spans that rules see: a chain of offices is one Post, and hides the bodies in it."""
    # 责编, 摄影 are words to the rules, not posts.
    items = [_Item(c.at, "Post", c.offices[0].post, c) for c in chains if any(o.role != "byline" for o in c.offices)]
    hidden = {m.at for c in chains for m in within(mentions, *c.at)}
    items += [_Item(m.at, m.type, m) for m in mentions if m.at not in hidden]
    items += [_Item(a.at, a.mention.type, a.mention) for a in anaphors]
    return sorted(items, key=lambda i: i.at)


def _claims_of(
    found: Recognition, match: Match, items: Sequence[_Item], sentence: Span, context: _Context
) -> list[Claim]:
    rule = match.rule
    subject = items[match.subject] if match.subject is not None else None
    thing = items[match.object] if match.object is not None else None
    person = subject.mention if subject else None
    other = thing.mention if thing else None
    if "subject" in rule.carried:
        # Only who is on a visit goes on to the next place; who speaks is the topic, whomever the speech names.
        match rule.relation:
            case "inspected":
                person = context.visitor
            case "promotes":
                person = context.topic
            case _:
                before = bisect_right(context.people, match.start, key=lambda i: i.at[1])
                person = context.people[before - 1].mention if before else context.topic
    if "object" in rule.carried:
        on_visit = rule.relation == "accompanied"
        words = found.article.text[match.start : match.end]
        other = context.visitor if on_visit else context.event_before(match.start, rule.relation, words)
    acts = person is None or rule.relation not in _ACTS or _acts(person)
    if (rule.carried and not (person and other)) or (person and person == other) or not acts:
        return []
    if rule.relation == "spoke_at" and other and _GAMES.search(other.name):
        return []
    at = subject.at if subject else None
    if rule.relation == "holds_post" and person and thing and thing.chain:
        dates = context.dates[: bisect_right(context.dates, match.end, key=lambda d: d.at[1])]
        decided = context.decided if _DECISION.search(found.article.text, match.start, thing.at[1]) else None
        start, end, said = tenure(
            found.article.text, dates, (match.start, match.end), rule.status, found.article.published, decided
        )
        if until := _until(found.article.text, context.dates, thing.at[1]):  # 任云溟银行行长至2004年8月
            end, said = resolve_date(until.name, found.article.published), "former"
        said_of = [(o, o.status if o.status in {"acting", "former"} else said) for o in thing.chain.offices]
        return [
            claim(
                person, office, sentence, rule.id,
                status=status, start=start, end=end, confidence=rule.confidence, subject_at=at,
            )
            for office, status in said_of
        ]  # fmt: skip
    return [
        Claim(
            rule.relation, person, other, found.article.number, sentence, rule.id, status=rule.status,
            subject_at=at, object_at=thing.at if thing else None, confidence=rule.confidence,
        )
    ]  # fmt: skip


def _acts(subject: Mention) -> bool:
    """Whether something may be the one who acts: a zone, but no plan; a county, but no river."""
    if subject.type == "Initiative":
        return subject.name.endswith((*column("zone_suffixes", "suffix"), *column("zone_places", "zone")))
    return subject.type != "Place" or not _NATURAL.search(subject.name) or bool(chain(subject.name))


def _until(text: str, dates: Sequence[Mention], position: int) -> Mention | None:
    """The date up to which what stands before a position is said to have lasted."""
    return next((d for d in dates if d.at[0] == position + 1 and text[position] in "至到"), None)


def _settle(claims: Sequence[Claim]) -> list[Claim]:
    """Drop what is said twice of one pair of words, and a bare title after a name that has an office with it."""
    titled: dict[str, set[str]] = defaultdict(set)
    for c in claims:
        if c.relation == "holds_post" and c.subject and c.object and (c.body or c.implied):
            # 何律师 is 何松岩, of whom the body is said elsewhere.
            for who in {c.subject.name, c.subject.name[:1]}:
                titled[who].add(c.object.name)
    specific = {(c.subject_at, c.object_at) for c in claims if c.relation == "holds_post" and c.status != "current"}
    kept: dict[tuple[object, ...], Claim] = {}
    for c in claims:
        if c.relation == "holds_post" and c.subject and c.object:
            if not (c.body or c.implied) and c.status == "current":
                fuller = titled[c.subject.name]
                after = c.rule == "holds_post.after-name"
                if c.object.name in fuller or (after and any(title.endswith(c.object.name) for title in fuller)):
                    continue
            if c.status == "current" and (c.subject_at, c.object_at) in specific:
                continue
        key = (c.relation, c.subject, c.object, c.status, c.evidence)
        if key not in kept or kept[key].confidence < c.confidence:
            kept[key] = c
    return list(kept.values())
