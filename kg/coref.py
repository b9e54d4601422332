"""Words that stand for something named elsewhere: 会议 for the article's meeting, 他 for the person spoken of.

An event that the article never names is named here from the text: who holds it, what it is about, and its head word.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from kg.lexicon import table
from kg.model import Mention, Span
from kg.nlp import Recognition, Sentence

__all__ = ["Anaphor", "find_anaphors", "name_events"]

_HOLD = r"(?:召开|举行|举办|组织召开|主持召开|主办|开展)(?:了|的)?"
_SIGN = re.compile(
    r"(?:正式|共同|在[^，。]{1,8})?(?:签署|签订|签约)(?:了)?([^，。；、]{0,24}?(?:协议书?|备忘录|合同))?"
)
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
    heads = sorted((h for h in _heads() if h != "会"), key=lambda h: (-len(h), h))
    return re.compile("|".join([*map(re.escape, heads), r"会(?=[上前后]|议?期间|中，)"]))


def _kind(name: str) -> str:
    heads = [h for h in _heads() if name.endswith(h)]
    return _heads()[max(heads, key=len)][0] if heads else "meeting" if name.endswith("会") else "activity"


def name_events(found: Recognition) -> tuple[list[Mention], list[Anaphor]]:
    """Name the events that an article holds without naming them, and tie generic words to the events they mean.

    Args:
        found: what recognition found in an article.

    Returns:
        The events named from the text, each a mention of the words that stand for it, and the words that refer back
        to an event, named or built.
    """
    text = found.article.text
    known = [m for m in found.mentions if m.type == "Event"]
    built: list[Mention] = []
    anaphors: list[Anaphor] = []
    for sentence in found.sentences:
        if sentence.zone not in {"headline", "body"}:
            continue
        for match in _head_pattern().finditer(text, sentence.start, sentence.end):
            at, head = match.span(), match[0]
            if any(m.at[0] < at[1] and at[0] < m.at[1] for m in found.mentions):
                continue
            events = sorted([*known, *built], key=lambda m: m.at)
            antecedent = _antecedent(head, at, events)
            if antecedent:
                anaphors.append(Anaphor(at, antecedent))
            elif name := _build_name(found, sentence, at, head):
                built.append(found.mention(at, "Event", name=name, rule="event.named-from-text"))
    return built, anaphors


def _antecedent(head: str, at: Span, events: Sequence[Mention]) -> Mention | None:
    kind, specific = _heads()[head]
    before = [m for m in events if m.at[0] < at[0]]
    if specific:
        return next((m for m in reversed(before) if m.name.endswith(head)), None)
    if kind == "activity":
        return before[-1] if before else None
    fitting = [m for m in before if _kind(m.name) == kind or (kind == "meeting" and _kind(m.name) == "press")]
    return fitting[-1] if fitting else None


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
        if re.search(r"[，。；]", topic):
            return None
        return who + topic + head if (specific or topic) and (who or len(topic) > 1) else None
    if not specific:
        return None
    who = _actors_before(found, sentence, at[0])
    return who + head if who else None


def _actors_before(found: Recognition, sentence: Sentence, end: int) -> str:
    """The bodies, zones or places that stand before a position of the sentence, as they are written."""
    actors = [m for m in found.mentions if m.type in _ACTORS and sentence.start <= m.at[0] and m.at[1] <= end]
    near = [m for m in actors if end - m.at[1] <= NEAR]
    if not near:
        return ""
    first = near[-1]
    for mention in reversed(near[:-1]):
        if not _PARTY.fullmatch(found.article.text[mention.at[1] : first.at[0]]):
            break
        first = mention
    return found.article.text[first.at[0] : near[-1].at[1]]


def _signing(found: Recognition, sentence: Sentence) -> str | None:
    """Who signs what, in this sentence or one before it: A与B战略合作协议."""
    text = found.article.text
    for s in [s for s in reversed(found.sentences) if s.start <= sentence.start]:
        for match in _SIGN.finditer(text, s.start, s.end):
            parties = _actors_before(found, s, match.start())
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
        people = [m for m in found.mentions if m.type == "Person" and sentence.start <= m.at[0] < sentence.end]
        for match in _PRONOUN.finditer(text, sentence.start, sentence.end):
            earlier = [p for p in people if p.at[1] <= match.start()]
            if meant := earlier[0] if earlier else topic:
                anaphors.append(Anaphor(match.span(), meant))
        if people:
            topic = people[0]
    return anaphors
