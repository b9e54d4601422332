"""Words that stand for something named elsewhere: 他 for a person, 该局 for a body, and who says a quotation."""

from bisect import bisect_left
from dataclasses import dataclass

from kg.bodies import complete
from kg.lexicon import cue
from kg.model import Mention, MentionType, Span
from kg.nlp import Recognition, Sentence, overlapped, within
from kg.places import locate

__all__ = ["ACTORS", "LOOK_BACK", "Anaphor", "find_anaphors", "find_references", "find_speakers", "find_visit"]

_VISIT = cue("event.visit")
_SAID = cue("event.said")
_GROUP = cue("event.group")
_INVITED = cue("event.invited")
_PRONOUN = cue("reference.pronoun")
_ACTING = cue("reference.acting")
_SPEAKS = cue("speech.says")
ACTORS = {"Organization", "Initiative", "Place"}
LOOK_BACK = 60  # mentions
LONGEST_QUOTE = 8  # sentences


@dataclass(frozen=True, slots=True)
class Anaphor:
    """Words in an article's text and the mention that they stand for."""

    at: Span
    mention: Mention


def find_visit(found: Recognition) -> tuple[Mention, int, str] | None:
    """The visit that an article tells of: who comes, where it is said, its name.

    The name is like 何松岩在云溟大学调研 or 云溟代表团赴岭北县考察.
    """
    text = found.article.text
    for s in found.sentences:
        people = [m for m in within(found.mentions, s.start, s.end) if m.type == "Person"]
        if s.zone == "body" and people:
            verb = _VISIT.search(text, people[0].at[1], s.end)
            said = verb and _SAID.search(text, people[0].at[1], verb.start())
            if verb and not said and not _INVITED.search(text[s.start : people[0].at[0]]):
                between = within(found.mentions, people[0].at[1], verb.start())
                who = next((m for m in between if _GROUP.search(m.name)), people[0])
                seen = [m for m in between if m.type in ACTORS and m.at > who.at]
                to = "赴" if seen and text[: seen[-1].at[0]].endswith("赴") else "在"
                return people[0], verb.start(), who.name + (to + seen[-1].name if seen else "") + verb[0]
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
        anaphors += [
            Anaphor(match.span(), meant)
            for match in _PRONOUN.finditer(text, sentence.start, sentence.end)
            if (meant := people[0] if people and people[0].at[1] <= match.start() else topic)
        ]
        if people:
            topic = people[0]
    return anaphors


def find_references(found: Recognition) -> list[Mention]:
    """Words that open a clause and mean a body or a place named elsewhere, as what they mean: 该局, 我市, 全市."""
    text, home = found.article.text, found.article.home
    references: list[Mention] = []
    for sentence in found.sentences:
        if sentence.zone != "body":
            continue
        for match in _ACTING.finditer(text, sentence.start, sentence.end):
            type_: MentionType = "Organization" if match["body"] else "Place"
            last = bisect_left(found.mentions, match.start(), key=lambda m: m.at[0])
            near = [m for m in reversed(found.mentions[max(0, last - LOOK_BACK) : last]) if m.type == type_]
            before = [place.name if (place := locate(m.name, home)) else m.name for m in near]
            meant = complete(match[0], home, before if match[0].startswith("该") else [], before)
            if meant and not overlapped(found.mentions, *match.span()):
                references.append(found.mention(match.span(), type_, name=meant.name, rule="said-before"))
    return references


def find_speakers(found: Recognition) -> dict[Sentence, Mention]:
    """Who speaks the sentences of a quotation that its speaker follows: “……。”何松岩说。"""
    text = found.article.text
    speakers: dict[Sentence, Mention] = {}
    for i, sentence in enumerate(found.sentences):
        start = sentence.start
        people = [m for m in within(found.mentions, start, sentence.end) if m.type == "Person"][:1]
        if i == 0 or text[found.sentences[i - 1].end - 1] != "”" or not people:
            continue
        if not {*"，。；"}.isdisjoint(text[start : people[0].at[0]]) or not _SPEAKS.match(text, people[0].at[1]):
            continue
        for quoted in reversed(found.sentences[max(0, i - LONGEST_QUOTE) : i]):
            speakers[quoted] = people[0]
            if text[quoted.start] == "“":
                break
    return speakers
