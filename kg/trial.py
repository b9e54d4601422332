"""Trying rules out: what a text gives and what it nearly gives, and how often each rule fires in a corpus."""

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from spacy.language import Language

from kg.model import Article, Claim, Skipped, TypedSpan, Zone
from kg.nlp import recognize
from kg.offsets import OffsetMap
from kg.readings import read_all
from kg.relate import relate
from kg.rules import Match, Rule, RuleSet, find_matches, statement_key
from kg.skeleton import Skeleton
from kg.slots import Pattern
from kg.tagged import render

__all__ = ["count_fired", "try_rules"]

SHOWN = 5  # near misses of a text
QUOTES = 2
_STOPPED, _SILENT, _TYPE, _GAP, _LACKING = range(5)  # what was amiss, the nearest first


class _Listening(RuleSet):
    """The same rules, which remember what they were asked."""

    def __init__(self, rules: RuleSet) -> None:
        super().__init__(rules.rules, rules.language)
        self.heard: list[tuple[str, Sequence[TypedSpan], str, list[Match]]] = []

    def match(self, text: str, spans: Sequence[TypedSpan], zone: str) -> list[Match]:
        found = super().match(text, spans, zone)
        self.heard.append((text, spans, zone, found))
        return found


def try_rules(text: str, nlp: Language, rules: RuleSet) -> dict[str, Any]:
    """Read a text as the body of an article.

    Args:
        text: a sentence or several; what an end is carried over from must be in it.
        nlp: what ``build_pipeline`` made.
        rules: the rules to try.

    Returns:
        ``text`` with its mentions as tags; ``statements``, each with ``rule``, ``statement``, ``status`` and
        ``confidence``; and ``near``, the rules that nearly said something, the nearest first, each with ``rule``,
        ``at`` (its file and line), ``statement`` (… for an end that is not there), ``why`` it did not, and the
        ``pattern`` or exception that this is about.
    """
    article = Article("-", 0, text, OffsetMap.identity(len(text)), (Zone("body", 0, len(text)),))
    (found,) = recognize(nlp, [(article, text)])
    listening = _Listening(rules)
    claims = relate(found, listening).claims
    fired = {claim.rule for claim in claims}
    nearest: dict[str, tuple[tuple[int, int], dict[str, Any]]] = {}
    for heard in listening.heard:
        for nearness, row in _near_misses(rules, *heard, fired):
            if row["rule"] not in nearest or nearness < nearest[row["rule"]][0]:
                nearest[row["rule"]] = nearness, row
    ordered = sorted(nearest.items(), key=lambda item: (item[1][0], item[0]))
    return {
        "text": render(text, [TypedSpan(*m.at, m.type) for m in found.mentions]),
        "statements": [
            {"rule": c.rule, "statement": _said(c), "status": c.status, "confidence": c.confidence} for c in claims
        ],
        "near": [row for _, (_, row) in ordered[:SHOWN]],
    }


def _said(claim: Claim) -> str:
    subject, target = (end.name if end else "article" for end in (claim.subject, claim.object))
    body = (claim.body.name if claim.body else "") + (claim.implied or "")
    return f"{claim.relation}: {subject} → {body} {target}" if body else f"{claim.relation}: {subject} → {target}"


def _near_misses(
    rules: RuleSet, text: str, spans: Sequence[TypedSpan], zone: str, found: Sequence[Match], fired: Collection[str]
) -> Iterator[tuple[tuple[int, int], dict[str, Any]]]:
    """The rules that did not fire on a sentence but nearly did, each with how near it is, the smaller the nearer."""
    said = {statement_key(m.rule.relation, m.subject, m.object, spans) for m in found}
    skeleton = rules.skeleton(text, spans)
    for rule in (r for r in rules.rules if zone in r.zones and r.id not in fired):
        for step, pattern, match, why in _nearly(rules, rule, text, skeleton, spans):
            source = match.stop.source if match.stop else pattern.source
            key = statement_key(rule.relation, match.subject, match.object, spans)
            if (step != _SILENT and key in said) or (step == _LACKING and any(key[0] == rule.relation for key in said)):
                continue
            ends = ("…" if i is None else text[spans[i].start : spans[i].end] for i in key[1:])
            telling = min(map(len, pattern.needs), default=0)  # long words are seldom there by chance
            row = {"rule": rule.id, "at": f"{rule.file.name}:{rule.line}"}
            row |= {"statement": f"{rule.relation}: {' → '.join(ends)}", "why": why, "pattern": source}
            yield (step, -telling), row


def _nearly(
    rules: RuleSet, rule: Rule, text: str, skeleton: Skeleton, spans: Sequence[TypedSpan]
) -> Iterator[tuple[int, Pattern, Match, str]]:
    """What a rule would say with one demand less, and which demand of which pattern that is."""
    said = {(m.subject, m.object) for m in find_matches(rule, skeleton, rule.patterns) if not m.stop}
    for pattern in rule.patterns:
        if not all(any(word in skeleton.text for word in piece.needs) for piece in pattern.pieces if piece.needs):
            continue
        for match in find_matches(rule, skeleton, [pattern]):
            if match.stop and (match.subject, match.object) not in said:
                ((first, last),) = match.stop.ranges
                words = text[skeleton.starts[first] : skeleton.ends[last - 1]]
                yield _STOPPED, pattern, match, f"“{words}” is one of its exceptions"
            elif rule.carried and not match.stop:
                yield _SILENT, pattern, match, f"nothing named before can be its {' and '.join(rule.carried)}"
        for demand, wider in rules.language.relaxed(pattern.source):
            for match in find_matches(rule, skeleton, [wider]):
                if match.stop or (match.subject, match.object) in said:
                    continue
                if demand == "type":
                    if why := _wrong_type(pattern, match, spans):
                        yield _TYPE, pattern, match, why
                elif demand == "gap":
                    yield _GAP, pattern, match, "its words stand farther apart than it allows"
                elif min(map(len, pattern.needs), default=0) > 1:
                    yield _LACKING, pattern, match, f"there is no {demand} where it has one"


def _wrong_type(pattern: Pattern, match: Match, spans: Sequence[TypedSpan]) -> str:
    """What is wrong where one end has a type that its slot does not take; nothing where both do."""
    ends = {"subject": match.subject, "object": match.object}
    wrong = [
        f"the {slot.name} is of type {spans[at].type}, not {' or '.join(slot.types)}"
        for slot in pattern.slots
        if (at := ends.get(slot.name)) is not None and spans[at].type not in slot.types
    ]
    return wrong[0] if len(wrong) == 1 else ""


def count_fired(
    inputs: Sequence[Path | str], nlp: Language, rules: RuleSet, progress: Callable[[int], None] = lambda count: None
) -> list[dict[str, Any]]:
    """How often each rule fires on files and folders, the office grammar and what names say by themselves included.

    Args:
        inputs: what ``kg build`` reads.
        nlp: what ``build_pipeline`` made.
        rules: the rules to count; those that never fire are there too.
        progress: told how many documents have been read.

    Returns:
        ``{"rule", "count", "examples": [{"statement", "quote"}]}``, the most frequent first.
    """
    fired: dict[str, dict[str, str]] = {rule.id: {} for rule in rules.rules}
    counts = dict.fromkeys(fired, 0)
    read = (item for item in read_all(inputs, nlp, rules) if not isinstance(item, Skipped))
    for done, articles in enumerate(read, 1):
        for found, relations in articles:
            for claim in relations.claims:
                counts[claim.rule] = counts.get(claim.rule, 0) + 1
                examples = fired.setdefault(claim.rule, {})
                if len(examples) < QUOTES:
                    examples.setdefault(found.article.text[slice(*claim.evidence)], _said(claim))
        progress(done)
    return [
        {"rule": rule, "count": count, "examples": [{"statement": s, "quote": q} for q, s in fired[rule].items()]}
        for rule, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
