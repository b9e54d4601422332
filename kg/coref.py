"""Words that stand for something named elsewhere: 会议 for the article's meeting, 他 for the person spoken of.

An event that the article never names is named here from the text: who holds it, what it is about, and its head word.
"""

import re
from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from kg.lexicon import either, table
from kg.model import Mention, Span
from kg.nlp import Recognition, Sentence, overlapped, within
from kg.places import chain

__all__ = ["Anaphor", "find_anaphors", "is_held", "is_session", "name_events"]

_HOLD = r"(?:召开|举行|举办|组织召开|主持召开|主办|开展)(?:了|的)?"
_SIGN = re.compile(
    r"(?:正式|共同|在[^，。]{1,8})?(?:签署|签订|签约)(?:了)?([^，。；、]{0,24}?(?:协议书?|备忘录|合同))?"
)
_HELD_BEFORE = re.compile(r"(?:(?<!关于)(?:召开|举行|举办)(?:了|的)?|出席|参加|主持|列席|在)[^，。；]{0,3}$")
_HELD_AFTER = re.compile(r"(?:在[^，。；]{1,10})?(?:召开|举行|举办|开幕|上|现场|圆满|成功)|$")
_SHOW = re.compile(r"(?:运动|博览|[运博展]|音乐|晚|展销|展览|竞赛|游园)会$")
_AIMED = re.compile(r"(?:迎接|喜迎|学习|宣传|贯彻|落实|领会|传达|围绕|献礼)[^，。；]{0,6}$")
_PASSING = re.compile(r"[^，。；]{0,4}(?:方案|精神|部署|以来|筹备|报告|决议|议题|提出)")
_NOT_EVENT = "制度|机制|精神|室|中心|厅|场|纪要|议题|代表|公司|经济|[谈见员长计客]"
_NATIONAL = re.compile(r"党的|中央|全国|二十|十九|世界|国际|20\d\d|首届")
_VISIT = re.compile(r"调研|考察|视察|检查")
_PRONOUN = re.compile(r"(?:(?<=[，。；：“！？\s])|^)[他她](?=[^们人])")
_PARTY = re.compile(r"[与和同、]")
_ACTORS = {"Organization", "Initiative", "Place"}
LONGEST_TOPIC = 40
NEAR = 24


@dataclass(frozen=True, slots=True)
class Anaphor:
    """Words in an article's text and the mention that they stand for."""

    at: Span
    mention: Mention


@cache
def _heads() -> dict[str, tuple[str, bool]]:
    return {row["head"]: (row["kind"], bool(row["specific"])) for row in table("event_heads")}


@cache
def _head_pattern() -> re.Pattern[str]:
    heads = either(h for h in _heads() if h != "会")
    return re.compile(rf"(?:{heads})(?!{_NOT_EVENT})|会(?=[上前后]|议?期间|中，)")


def _kind(name: str) -> str:
    heads = [h for h in _heads() if name.endswith(h)]
    return _heads()[max(heads, key=len)][0] if heads else "meeting" if name.endswith("会") else "activity"


def is_session(name: str) -> bool:
    """Whether people speak in turn at an event of that name: a meeting or a ceremony, not games, a fair or a campaign.

    >>> is_session("云溟科学城建设推进会"), is_session("第六届进博会")
    (True, False)
    """
    return _kind(name) != "activity" and not _SHOW.search(name)


def name_events(found: Recognition) -> tuple[list[Mention], list[Anaphor]]:
    """Name the events that an article holds without naming them, and tie generic words to the events they mean.

    Args:
        found: what recognition found in an article.

    Returns:
        The article's events: those it names, with who holds them where the name does not say it, and those named here,
        each a mention of the words that stand for it. Then the words that refer back to one of them.
    """
    text = found.article.text
    events: list[Mention] = []
    for mention in found.mentions:
        if mention.type == "Event":
            events.append(_named_before(text, mention, events) or _with_holder(found, mention))
    anaphors: list[Anaphor] = []
    for sentence in found.sentences:
        if sentence.zone not in {"headline", "body"}:
            continue
        for match in _head_pattern().finditer(text, sentence.start, sentence.end):
            at, head = match.span(), match[0]
            if overlapped(found.mentions, *at):
                continue
            antecedent = _antecedent(text, head, at, events)
            if antecedent:
                anaphors.append(Anaphor(at, antecedent))
            elif name := _build_name(found, sentence, at, head):
                insort(events, found.mention(at, "Event", name=name, rule="event.named-from-text"), key=lambda m: m.at)
    return events, anaphors


def _named_before(text: str, event: Mention, known: Sequence[Mention]) -> Mention | None:
    """A bare 推进会 by the name of the one that was named in full."""
    antecedent = _antecedent(text, event.name, event.at, known) if event.name in _heads() else None
    return replace(event, name=antecedent.name) if antecedent else None


def _with_holder(found: Recognition, event: Mention) -> Mention:
    """云溟市人大常委会举行第二次主任会议: the name of the event begins with who holds it, unless it says so itself."""
    sentence = found.sentence_at(event.at[0])
    if sentence is None or sentence.zone != "body" or chain(event.name) or _NATIONAL.match(event.name):
        return event
    lead = found.article.text[sentence.start : event.at[0]]
    held = re.search(_HOLD + r"$", lead)
    who = _actors_before(found, sentence, sentence.start + held.start(), 3) if held else ""
    if not who or any(m.name in event.name for m in within(found.mentions, sentence.start, event.at[0])):
        return event
    return replace(event, name=who + event.name)


def _antecedent(text: str, head: str, at: Span, events: Sequence[Mention]) -> Mention | None:
    kind, specific = _heads()[head]
    before = events[: bisect_left(events, at, key=lambda m: m.at)]
    if specific:
        return next((m for m in reversed(before) if head in m.name), None)
    if kind == "activity":
        return before[-1] if before else None
    fitting = [m for m in before if _kind(m.name) == kind or (kind == "meeting" and _kind(m.name) == "press")]
    # A meeting that is held or attended is what 会议 means, not one that is mentioned in passing.
    held = [m for m in fitting if is_held(text, m)]
    return held[-1] if held else fitting[0] if fitting else None


def is_held(text: str, event: Mention) -> bool:
    """Whether the words around an event say that it takes place: 召开, 出席, 在…上."""
    before, after = text[max(0, event.at[0] - 10) : event.at[0]], text[event.at[1] : event.at[1] + 12]
    held = _HELD_BEFORE.search(before) or _HELD_AFTER.match(after)
    return bool(held) and not _PASSING.match(after) and not _AIMED.search(before)


def _build_name(found: Recognition, sentence: Sentence, at: Span, head: str) -> str | None:
    """Who + topic + head word; ``None`` where the text says neither."""
    text = found.article.text
    kind, specific = _heads()[head]
    if kind == "ceremony" and head.startswith("签") and (signed := _signing(found, sentence)):
        return signed + ("签约仪式" if head == "签约" else head)
    lead = text[sentence.start : at[0]]
    held = [m for m in re.finditer(_HOLD, lead) if len(lead) - m.end() <= LONGEST_TOPIC]
    if held:
        topic = lead[held[-1].end() :]
        who = _actors_before(found, sentence, sentence.start + held[-1].start())
        if not topic and specific and any(m.type == "Person" and m.name == who for m in found.mentions):
            who = _visit(found, sentence) or who
        if re.search(r"[，。；]|[这此本一]次|重要", topic):
            return None
        return who + topic + head if (specific or topic) and (who or len(topic) > 1) else None
    if not specific:
        return None
    who = _actors_before(found, sentence, at[0], bodies_only=True)
    return who + head if who else None


def _visit(found: Recognition, sentence: Sentence) -> str:
    """The visit that an article has told of up to a sentence: 何松岩在云溟大学调研."""
    text = found.article.text
    for s in found.sentences:
        people = [m for m in within(found.mentions, s.start, s.end) if m.type == "Person"]
        if s.zone == "body" and s.start <= sentence.start and people:
            verb = _VISIT.search(text, people[0].at[1], s.end)
            if verb:
                between = within(found.mentions, people[0].at[1], verb.start())
                seen = [m for m in between if m.type in _ACTORS]
                return people[0].name + (f"在{seen[-1].name}" if seen else "") + verb[0]
    return ""


def _actors_before(
    found: Recognition, sentence: Sentence, end: int, near: int = NEAR, *, bodies_only: bool = False
) -> str:
    """The bodies, zones, places or people that stand before a position of the sentence, as they are written."""
    text = found.article.text
    offices = {m.at[0] for m in within(found.mentions, sentence.start, sentence.end) if m.type == "Post"}
    inside = within(found.mentions, sentence.start, end)
    # A body that opens somebody's title does not act itself.
    actors = [m for m in inside if m.type in _ACTORS and m.at[1] not in offices]
    people = [m for m in inside if m.type == "Person" and not bodies_only]
    if people and end - people[-1].at[1] <= len("同志一行") and (not actors or actors[-1].at < people[-1].at):
        actors = people
    close = [m for m in actors if end - m.at[1] <= near]
    if not close:
        return ""
    first = close[-1]
    for mention in reversed(actors[: actors.index(first)]):
        if not _PARTY.fullmatch(text[mention.at[1] : first.at[0]]):
            break
        first = mention
    return text[first.at[0] : close[-1].at[1]]


def _signing(found: Recognition, sentence: Sentence) -> str | None:
    """Who signs what, in this sentence or one before it: A与B战略合作协议."""
    text = found.article.text
    for s in [s for s in reversed(found.sentences) if s.start <= sentence.start]:
        for match in _SIGN.finditer(text, s.start, s.end):
            parties = _actors_before(found, s, match.start(), bodies_only=True)
            if parties and _PARTY.search(parties):
                return parties + (match[1] or "")
    return None


def find_anaphors(found: Recognition) -> list[Anaphor]:
    """Pronouns at the start of a clause, each with the person who was last the subject of a sentence."""
    text = found.article.text
    anaphors: list[Anaphor] = []
    topic: Mention | None = None
    for sentence in found.sentences:
        if sentence.zone != "body":
            continue
        people = [m for m in within(found.mentions, sentence.start, sentence.end) if m.type == "Person"]
        for match in _PRONOUN.finditer(text, sentence.start, sentence.end):
            earlier = [p for p in people if p.at[1] <= match.start()]
            if meant := earlier[0] if earlier else topic:
                anaphors.append(Anaphor(match.span(), meant))
        if people:
            topic = people[0]
    return anaphors
