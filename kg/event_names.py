"""Events by name: one that an article holds and never names is named from its text, and 会议 refers back to it.

A name says who holds the event, what it is about, and its head word.
"""

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, cached_property, partial
from itertools import islice, pairwise, takewhile
from operator import itemgetter

from kg.coref import ACTORS, LOOK_BACK, Anaphor
from kg.lexicon import column, cue, either, table
from kg.model import Mention, Span
from kg.nlp import Recognition, Sentence, backwards, overlapped, within
from kg.places import chain

__all__ = ["is_held", "is_session", "name_events"]

_HOLD = cue("event.hold").pattern
_SIGN = cue("event.signs")
_HELD_BEFORE = cue("event.held-before")
_HELD_AFTER = cue("event.held-after")
_SHOW = cue("event.show")
_PLANNED = cue("event.planned")
_AIMED = cue("event.aimed-at")
_PASSING = cue("event.in-passing")
_NOT_EVENT = cue("event.no-head").pattern
_NATIONAL = cue("event.national")
_TALK = cue("event.talks-with")
_VERB = cue("event.signs-with")
_FOR = cue("event.for-whom")
_OPENING = cue("event.opens-clause")
_OFTEN = cue("event.often")
_OF_KIND = cue("event.of-kind")
_ORDINAL = re.compile(r"[（(]?第[一二三四五六七八九十\d]+[场次期][）)]?$")
_HABIT = cue("event.habit")
_THIS = cue("event.this")
_JOINED = cue("event.of-parties")
_NO_TOPIC = cue("event.no-topic")
_SERIES = re.compile(_HOLD + r"([^，。；的]{2,40})$")
_OPENS = cue("event.opening").pattern
_PARTY = re.compile(r"[与和同、]")
_TALK_WORD = cue("event.talk")
_HELD_NAME = re.compile(_HOLD + r"((?=[\d“《])[^，。；的]{2,30})$")
LONGEST_TOPIC = 40
LONGEST_LEAD = 200
NEAR = 24
ADJACENT = 8


@cache
def _heads() -> dict[str, tuple[str, bool]]:
    return {row["head"]: (row["kind"], bool(row["specific"])) for row in table("event_heads")}


@cache
def _head_pattern() -> re.Pattern[str]:
    heads = either(h for h, (kind, _) in _heads().items() if h != "会" and kind != "reception")
    receptions = f"(?:{either(h for h, (kind, _) in _heads().items() if kind == 'reception')})"
    held = rf"(?<=参加|出席|举行|进行|开展){receptions}|{receptions}(?=时?在座|[上中]，|活动)"
    return re.compile(rf"(?:{heads})(?!{_NOT_EVENT})|会(?=[上前后]|议?期间|中，)|{held}")


def _kind(name: str) -> str:
    name = _ORDINAL.sub("", name)
    heads = [h for h in _heads() if name.endswith(h)]
    return _heads()[max(heads, key=len)][0] if heads else "meeting" if name.endswith("会") else "activity"


def is_session(name: str) -> bool:
    """Whether people speak in turn at an event of that name: a meeting or a ceremony, not games, a fair or a campaign.

    >>> is_session("云溟科学城建设推进会"), is_session("第六届进博会")
    (True, False)
    """
    return _kind(name) != "activity" and not _SHOW.search(name)


def name_events(found: Recognition, visit: tuple[Mention, int, str] | None) -> tuple[list[Mention], list[Anaphor]]:
    """Name the events that an article holds without naming them, and tie generic words to the events they mean.

    Args:
        found: what recognition found in an article.
        visit: the visit that it tells of.

    Returns:
        The article's events: those it names, with who holds them where the name does not say it, and those named here,
        each a mention of the words that stand for it. Then the words that refer back to one of them.
    """
    text = found.article.text
    events: list[Mention] = []
    joint: list[Mention] = []
    news = _News(found)
    for mention in found.mentions:
        if mention.type == "Event":
            events.append(_named_before(text, mention, events, joint) or _with_lead(news, mention))
            joint += events[-1:] if "暨" in events[-1].name else []
    anaphors: list[Anaphor] = []
    for sentence in found.sentences:
        if sentence.zone not in {"headline", "body"}:
            continue
        for match in _head_pattern().finditer(text, sentence.start, sentence.end):
            at, head = match.span(), match[0]
            lead = _lead(found, sentence, at[0])
            if overlapped(found.mentions, *at) or (head == "签约" and _VERB.search(lead) and not _FOR.search(lead)):
                continue
            told = visit if visit and visit[1] < at[0] else None
            if head == "活动" and (told or _OF_KIND.search(lead)):
                continue
            opened = _opened(text, head, at, events)
            if not opened and (antecedent := _antecedent(text, head, at, events)):
                anaphors.append(Anaphor(at, antecedent))
            elif name := (
                opened
                or _build_name(news, sentence, at, head, told[2] if told else "")
                or _ceremony_of(text, head, at, events)
            ):
                insort(events, found.mention(at, "Event", name=name, rule="event.named-from-text"), key=lambda m: m.at)
    return events, anaphors


def _named_before(text: str, event: Mention, known: Sequence[Mention], joint: Sequence[Mention]) -> Mention | None:
    """A bare 推进会, or 此次推进会, by the name of the one that was named in full, or of a ``joint`` event (A暨B)."""
    antecedent = _antecedent(text, event.name, event.at, known) if event.name in _heads() else None
    if not antecedent and _THIS.search(text[max(0, event.at[0] - 3) : event.at[0]]):
        antecedent = next((m for m in reversed(known) if m.name.endswith(event.name)), None)
    if not antecedent and (core := event.name.removesuffix("仪式")):
        antecedent = next((m for m in joint if core in m.name), None)
    return replace(event, name=antecedent.name) if antecedent else None


def _with_lead(news: "_News", event: Mention) -> Mention:
    """Complete a name that was cut, or that does not say who holds the event.

    举行2023年春季<推进会> and A、<B战略合作签约仪式> begin earlier; 云溟市人大常委会举行<第二次主任会议> has a holder.
    """
    found = news.found
    sentence = found.sentence_at(event.at[0])
    if sentence is None or sentence.zone != "body":
        return event
    lead = _lead(found, sentence, event.at[0])
    start = event.at[0] - len(lead)
    before = list(islice(backwards(found.mentions, sentence.start, event.at[0]), LOOK_BACK))
    if _JOINED.search(event.name) and (parties := _list_before(found, before, event.at[0])):
        return replace(event, name=parties + event.name)
    if "系列" in event.name and (held := _SERIES.search(lead)):
        return replace(event, name=held[1] + event.name)
    names = [m for m in before if m.type != "Date"]
    if (held := _HELD_NAME.search(lead)) and not any(m.at[1] > start + held.start(1) for m in names):
        event = replace(event, name=held[1] + event.name)
        lead = lead[: held.start(1)]
    about_zone = any(suffix in event.name for suffix in column("zone_suffixes", "suffix"))
    if about_zone or chain(event.name) or _NATIONAL.match(event.name) or event.name[0] in "“‘":
        return event
    lead = lead[: hold.start()] if (hold := re.search(_HOLD + "$", lead)) else ""
    who = _actors_before(news, sentence, start + len(lead), 3, bodies_only=True) if lead else ""
    elsewhere = lead.endswith(tuple(at + who for at in "在到赴来"))
    if not who or elsewhere or any(m.name in event.name for m in before):
        return event
    return replace(event, name=who + event.name)


def _list_before(found: Recognition, before: Iterable[Mention], end: int) -> str:
    """The bodies of those before a position, nearest first, that stand in a list right before it: A、B与."""
    text, start = found.article.text, end
    for mention in before:
        if mention.type not in ACTORS or not _PARTY.fullmatch(text[mention.at[1] : start]):
            break
        start = mention.at[0]
    return text[start:end]


def _before(events: Sequence[Mention], at: Span) -> Sequence[Mention]:
    """The events that stand before a position, as far back as words refer."""
    place = bisect_left(events, at, key=lambda m: m.at)
    return events[max(0, place - LOOK_BACK) : place]


def _antecedent(text: str, head: str, at: Span, events: Sequence[Mention]) -> Mention | None:
    kind, specific = _heads()[head]
    before = [m for m in _before(events, at) if not _in_passing(text, m)]
    if kind == "reception":
        return next((m for m in reversed(before) if _kind(m.name) in {"talk", "reception"}), None)
    if specific:
        talks = [m for m in before if _kind(m.name) == "talk"] if "座谈" in head else []
        same = talks or [m for m in before if head in m.name]
        return same[-1] if same else None
    if kind == "activity":
        return next((m for m in before if is_held(text, m)), before[-1] if before else None)
    kinds = {"meeting", "press", "talk"} if kind == "meeting" else {kind}
    sessions = [m for m in before if is_session(m.name)]
    fitting = [m for m in sessions if _kind(m.name) in kinds] or (sessions if kind == "meeting" else [])
    # A meeting that is held or attended is what 会议 means, not one that is mentioned in passing.
    held = [m for m in fitting if is_held(text, m)]
    return held[-1] if held else fitting[0] if fitting else None


def _opened(text: str, head: str, at: Span, events: Sequence[Mention]) -> str:
    """The event that a ceremony named before opens or ends: 该培训班, after 云溟市首席数据官培训开班仪式."""
    if not _THIS.search(text[max(0, at[0] - 3) : at[0]]):
        return ""
    before = reversed(_before(events, at))
    opened = (re.search(rf"([^暨、]+{head.removesuffix('班')}班?){_OPENS}", e.name) for e in before)
    return next((match[1] for match in opened if match), "")


def _ceremony_of(text: str, head: str, at: Span, events: Sequence[Mention]) -> str:
    """What a ceremony opens or ends, of which the words before say so: 云溟英才培训班开班。何松岩出席开班仪式."""
    deed = re.sub("仪?式$", "", head)
    before = _before(events, at) if deed and deed != head else []
    return next((e.name + head for e in reversed(before) if deed in text[e.at[1] : e.at[1] + NEAR]), "")


def _in_passing(text: str, event: Mention) -> bool:
    """Whether an event is mentioned for what was said or decided there, or is only looked forward to."""
    before, after = text[max(0, event.at[0] - 10) : event.at[0]], text[event.at[1] : event.at[1] + 16]
    return bool(_PASSING.match(after) or _AIMED.search(before))


def is_held(text: str, event: Mention) -> bool:
    """Whether the words around an event say that it takes place: 召开, 出席, 在…上."""
    before, after = text[max(0, event.at[0] - NEAR) : event.at[0]], text[event.at[1] : event.at[1] + NEAR]
    said = _HELD_BEFORE.search(before[-10:]) or _HELD_AFTER.match(after)
    return bool(said) and not (_PLANNED.search(before) or _in_passing(text, event))


def _build_name(news: "_News", sentence: Sentence, at: Span, head: str, visit: str) -> str | None:
    """Who + topic + head word; ``None`` where the text says neither."""
    found = news.found
    kind, specific = _heads()[head]
    if kind == "ceremony" and head.startswith("签") and (signed := news.signed(sentence)):
        return "".join(signed) + ("签约仪式" if head == "签约" else head)
    lead = _lead(found, sentence, at[0])
    talks = "座谈" in head or kind in {"talk", "reception"}
    who = news.talks(sentence, at[0], anywhere=kind == "reception") if talks else ""
    if talks and not who and "双方" in lead and visit:
        return visit + head
    held = [m for m in re.finditer(_HOLD, lead) if len(lead) - m.end() <= LONGEST_TOPIC]
    topic = lead[held[-1].end() :] if held else ""
    if _NO_TOPIC.search(topic) or (held and _HABIT.search(lead[: held[-1].start()])):
        return None
    if held and not who:
        start = at[0] - len(lead) + held[-1].start()
        who = _actors_before(news, sentence, start)
        if not topic and specific and ("Person", who) in news.names:
            who = visit or who
        if head == "会议" and not topic and not _OFTEN.search(lead[: held[-1].start()]):
            # A body that 召开会议 holds a meeting of its own.
            specific = ("Organization", who) in news.names
    elif not who and specific:
        who = _actors_before(news, sentence, at[0], ADJACENT, bodies_only=True)
        if not who and (talks or _OPENING.search(lead)):
            signed = None if visit else news.signed(sentence)
            who = visit or (signed[0] if signed else "")
        return who + head if who else None
    if head == "会见":  # 何松岩会见钟意帆
        return who.replace("与", head) if who else None
    return who + topic + head if (specific or topic or talks) and (who or len(topic) > 1) else None


def _lead(found: Recognition, sentence: Sentence, end: int) -> str:
    """The words of a sentence that may tell of an event before its head word."""
    return found.article.text[max(sentence.start, end - LONGEST_LEAD) : end]


def _actors_before(news: "_News", sentence: Sentence, end: int, near: int = NEAR, *, bodies_only: bool = False) -> str:
    """The bodies, zones, places or people that stand before a position of the sentence, as they are written."""
    mentions = news.found.mentions
    close = list(takewhile(lambda m: end - m.at[1] <= near, backwards(mentions, sentence.start, end)))
    person = next((m for m in close if m.type == "Person" and not bodies_only), None)
    actor = next(news.actors(close), None)
    if person and end - person.at[1] <= len("同志一行") and (not actor or actor.at < person.at):
        return person.name
    if not actor:
        return ""
    before = news.actors(backwards(mentions, sentence.start, actor.at[0]))
    return _list_before(news.found, before, actor.at[0]) + actor.name


def _talk(found: Recognition, sentence: Sentence) -> tuple[int, str] | None:
    """The two people who talk with each other in a sentence, as 甲与乙, and where the second name ends."""
    text = found.article.text
    people = [m for m in within(found.mentions, sentence.start, sentence.end) if m.type == "Person"]
    for one, other in pairwise(people):
        between = text[one.at[1] : other.at[0]]
        if "。" not in between and _TALK.search(between):
            said = _TALK_WORD.search(text, one.at[1], sentence.end)
            return (other.at[1], f"{people[0].name}与{other.name}") if said else None
    return None


class _News:
    """What an article tells, each worked out once, when it is asked for."""

    def __init__(self, found: Recognition) -> None:
        self.found = found
        self._talk = cache(partial(_talk, found))

    @cached_property
    def names(self) -> set[tuple[str, str]]:
        """The types and names of all mentions."""
        return {(m.type, m.name) for m in self.found.mentions}

    @cached_property
    def _offices(self) -> set[int]:
        return {m.at[0] for m in self.found.mentions if m.type == "Post"}

    def actors(self, mentions: Iterable[Mention]) -> Iterator[Mention]:
        """Those that may act: a body that opens somebody's title does not act itself."""
        return (m for m in mentions if m.type in ACTORS and m.at[1] not in self._offices)

    def talks(self, sentence: Sentence, position: int, *, anywhere: bool) -> str:
        """The two who talk with each other in a sentence before a position, or ``anywhere`` before it: 甲与乙."""
        last = bisect_right(self.found.sentences, sentence.start, key=lambda s: s.start) if anywhere else 0
        earlier = (s for s in self.found.sentences[:last][::-1] if s.zone == "body")
        pairs = filter(None, map(self._talk, earlier if anywhere else [sentence]))
        return next((names for end, names in pairs if end <= position), "")

    @cached_property
    def _signings(self) -> list[tuple[int, str, str]]:
        text, found = self.found.article.text, []
        for s in self.found.sentences:
            signed = (
                (_actors_before(self, s, m.start(), bodies_only=True), m[1])
                for m in _SIGN.finditer(text, s.start, s.end)
            )
            found += [(s.start, who, what or "") for who, what in signed if _PARTY.search(who)][:1]
        return found

    def signed(self, sentence: Sentence) -> tuple[str, str] | None:
        """Who signs what, in this sentence or one before it: A与B, 战略合作协议."""
        last = bisect_right(self._signings, sentence.start, key=itemgetter(0))
        return self._signings[last - 1][1:] if last else None
