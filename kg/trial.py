"""Trying rules out: what a text gives and what it nearly gives, and how often each rule fires in a corpus."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from spacy.language import Language

from kg.articles import split
from kg.ingest import read
from kg.model import Article, Claim, Source, TypedSpan, Zone
from kg.nlp import batches, recognize
from kg.offsets import OffsetMap
from kg.relate import relate
from kg.rules import Match, Rule, RuleSet, find_matches
from kg.skeleton import Skeleton
from kg.slots import Pattern
from kg.tagged import render

__all__ = ["Fired", "NearMiss", "Trial", "count_fired", "try_rules"]

SHOWN = 5  # near misses of a text
QUOTES = 2
BATCH = 32
_STOPPED, _SILENT, _TYPE, _GAP, _LACKING = range(5)  # the nearest first

Nearness = tuple[int, int]
"""How near a miss is, the smaller the nearer: what was amiss, and how telling the words are that are there."""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A rule that nearly said something of a text, and why it did not; an end that is not there is empty."""

    rule: str
    relation: str
    subject: str
    object: str
    why: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What was read of a text: its mentions as tags, its claims, and near misses, the nearest first."""

    tagged: str
    claims: tuple[Claim, ...]
    near: tuple[NearMiss, ...]


@dataclass(slots=True)
class Fired:
    """How often a rule fired, and the first sentences in which it did."""

    count: int = 0
    quotes: list[str] = field(default_factory=list)


class _Listening(RuleSet):
    """The same rules, which remember what they were asked."""

    def __init__(self, rules: RuleSet) -> None:
        super().__init__(rules.rules, rules.language)
        self.heard: list[tuple[str, Sequence[TypedSpan], str, list[Match]]] = []

    def match(self, text: str, spans: Sequence[TypedSpan], zone: str) -> list[Match]:
        found = super().match(text, spans, zone)
        self.heard.append((text, spans, zone, found))
        return found


def try_rules(text: str, nlp: Language, rules: RuleSet) -> Trial:
    """Read a text as the body of an article.

    Args:
        text: a sentence or several; what an end is carried over from must be in it.
        nlp: what ``build_pipeline`` made.
        rules: the rules to try.
    """
    article = Article("-", 0, text, OffsetMap.identity(len(text)), (Zone("body", 0, len(text)),))
    (found,) = recognize(nlp, [(article, text)])
    listening = _Listening(rules)
    claims = relate(found, listening).claims
    fired = {claim.rule for claim in claims}
    nearest: dict[str, tuple[Nearness, NearMiss]] = {}
    for sentence in listening.heard:
        for near in _near_misses(rules, *sentence, fired):
            rule = near[1].rule
            nearest[rule] = min(nearest.get(rule, near), near, key=lambda n: n[0])
    ordered = sorted(nearest.values(), key=lambda n: (n[0], n[1].rule))
    spans = [TypedSpan(*m.at, m.type) for m in found.mentions]
    return Trial(render(text, spans), claims, tuple(miss for _, miss in ordered[:SHOWN]))


def _near_misses(
    rules: RuleSet, text: str, spans: Sequence[TypedSpan], zone: str, found: Sequence[Match], fired: Collection[str]
) -> Iterator[tuple[Nearness, NearMiss]]:
    """The near misses of a sentence among the rules that did not fire, each with how near it is."""

    def words(index: int | None) -> str:
        return "" if index is None else text[spans[index].start : spans[index].end]

    said = {(m.rule.relation, m.subject, m.object) for m in found}
    skeleton = rules.skeleton(text, spans)
    for rule in (r for r in rules.rules if zone in r.zones and r.id not in fired):
        for (step, telling), match, why in _nearly(rules, rule, skeleton, spans):
            if step == _LACKING and any(m.rule.relation == rule.relation for m in found):
                continue
            if step == _SILENT or (rule.relation, match.subject, match.object) not in said:
                miss = NearMiss(rule.id, rule.relation, words(match.subject), words(match.object), why)
                yield (step, -telling), miss


def _nearly(
    rules: RuleSet, rule: Rule, skeleton: Skeleton, spans: Sequence[TypedSpan]
) -> Iterator[tuple[Nearness, Match, str]]:
    """What a rule would say with one demand less, and which demand that is."""
    matched = {(m.subject, m.object) for m in find_matches(rule, skeleton, rule.patterns)}
    for pattern in rule.patterns:
        if not all(any(word in skeleton.text for word in piece.needs) for piece in pattern.pieces if piece.needs):
            continue
        words = min(map(len, pattern.needs), default=0)
        for match in find_matches(rule, skeleton, [pattern], exceptions=False):
            if (match.subject, match.object) not in matched:
                yield (_STOPPED, words), match, f"stopped by unless “{_stop(rule, match, skeleton, pattern)}”"
            elif rule.carried:
                yield (_SILENT, words), match, f"nothing named before can be its {' and '.join(rule.carried)}"
        for demand, wider in rules.language.relaxed(pattern.source):
            for match in find_matches(rule, skeleton, [wider]):
                if (match.subject, match.object) in matched:
                    continue
                if demand == "type":
                    if wrong := _wrong_types(pattern, match, spans):
                        yield (_TYPE, words), match, wrong
                elif demand == "gap":
                    yield (_GAP, words), match, f"its words stand farther apart than “{pattern.source}” allows"
                elif words > 1:
                    yield (_LACKING, words), match, f"there is no {demand} where “{pattern.source}” has it"


def _stop(rule: Rule, match: Match, skeleton: Skeleton, pattern: Pattern) -> str:
    """The exception that keeps a rule from saying what its pattern matched."""
    for exception in rule.unless:
        left = find_matches(replace(rule, unless=(exception,)), skeleton, [pattern])
        if all((m.subject, m.object) != (match.subject, match.object) for m in left):
            return exception.source
    return "any of its exceptions"


def _wrong_types(pattern: Pattern, match: Match, spans: Sequence[TypedSpan]) -> str:
    ends = {"subject": match.subject, "object": match.object}
    wrong = []
    for slot in pattern.slots:
        for end in ends if slot.name == "both" else (slot.name,):
            index = ends.get(end)
            if index is not None and spans[index].type not in slot.types:
                wrong.append(f"the {end} is of type {spans[index].type}, not {' or '.join(slot.types)}")
    return "; ".join(wrong)


def count_fired(
    inputs: Sequence[Path | str], nlp: Language, rules: RuleSet, progress: Callable[[int], None] = lambda count: None
) -> dict[str, Fired]:
    """How often each rule fires on files and folders, the office grammar and what names say by themselves included.

    Args:
        inputs: what ``kg build`` reads.
        nlp: what ``build_pipeline`` made.
        rules: the rules to count; those that never fire are there too.
        progress: told how many documents have been read.
    """
    fired = {rule.id: Fired() for rule in rules.rules}
    done = 0
    for batch in batches((item for item in read(inputs) if isinstance(item, Source)), BATCH):
        articles = [(article, source.raw) for source in batch for article in split(source)]
        for recognition in recognize(nlp, articles):
            for claim in relate(recognition, rules).claims:
                known = fired.setdefault(claim.rule, Fired())
                known.count += 1
                quote = recognition.article.text[slice(*claim.evidence)]
                if len(known.quotes) < QUOTES and quote not in known.quotes:
                    known.quotes.append(quote)
        done += len(batch)
        progress(done)
    return dict(sorted(fired.items(), key=lambda item: (-item[1].count, item[0])))
