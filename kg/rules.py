"""Relation rules as data: loading them, matching them, and the check that runs each rule's own examples."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, product
from operator import itemgetter
from pathlib import Path

from kg.confidence import calibration
from kg.errors import RuleError
from kg.model import SIGNATURES, SYMMETRIC, Claim, TypedSpan
from kg.rulefile import Example, Rule, read_rules, read_words
from kg.skeleton import Skeleton
from kg.slots import Found, Language, Pattern

__all__ = ["Match", "Problem", "Rule", "RuleSet", "check_rules", "find_matches", "load_rules"]

_FOLDER = Path(__file__).parent / "rules"
_WORDS = "_words.yaml"

Key = tuple[str, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Match:
    """What a rule says of a text: indices into the spans (``None``: the article) and the matched range."""

    rule: Rule
    subject: int | None
    object: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a rule, and where."""

    file: Path
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.message}"


class RuleSet:
    """Rules in the order of their ids, indexed by the literals that their patterns need.

    >>> rules = load_rules()
    >>> text, spans = "何松岩主持春季推进会。", [TypedSpan(0, 3, "Person"), TypedSpan(5, 10, "Event")]
    >>> [(m.rule.relation, m.subject, m.object) for m in rules.match(text, spans, "body")]
    [('chaired', 0, 1)]
    """

    def __init__(self, rules: Sequence[Rule], language: Language) -> None:
        self.language = language
        self.rules = tuple(sorted(rules, key=lambda rule: rule.id))
        self._own = {rule.id for rule in rules if rule.file.parent != _FOLDER}
        self._by_literal: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for r, rule in enumerate(self.rules):
            for p, pattern in enumerate(rule.patterns):
                for literal in pattern.needs or {""}:  # which is in every text
                    self._by_literal[literal].append((r, p))

    def skeleton(self, text: str, spans: Sequence[TypedSpan]) -> Skeleton:
        """The text as the patterns see it."""
        return Skeleton.of(text, spans, self.language.marks)

    def confidence(self, claim: Claim) -> float:
        """How far a claim can be trusted: what was counted of our rules, what users say of their own."""
        return claim.confidence if claim.rule in self._own else calibration().of(claim.relation, claim.rule)

    def every_match(self, text: str, spans: Sequence[TypedSpan], zone: str) -> Iterator[Match]:
        """What each rule says, the same statement of several rules included; arguments as for :meth:`match`."""
        skeleton = self.skeleton(text, spans)
        due = {place for literal, needy in self._by_literal.items() if literal in skeleton.text for place in needy}
        for r, places in groupby(sorted(due), key=itemgetter(0)):
            rule = self.rules[r]
            if zone in rule.zones:
                yield from find_matches(rule, skeleton, [rule.patterns[p] for _, p in places])

    def match(self, text: str, spans: Sequence[TypedSpan], zone: str) -> list[Match]:
        """The statements that a text makes, each once, by the rule with the highest confidence.

        Args:
            text: a sentence, or any stretch of an article.
            spans: its mentions; where spans overlap, the first and longest counts.
            zone: what part of the article it is from (``headline``, ``byline``, ``source``, ``body``, ``caption``).
        """
        best: dict[Key, Match] = {}
        for match in self.every_match(text, spans, zone):
            key = _key(match.rule.relation, match.subject, match.object, spans)
            if key not in best or match.rule.confidence > best[key].rule.confidence:
                best[key] = Match(match.rule, key[1], key[2], match.start, match.end)
        return sorted(best.values(), key=lambda m: (m.start, m.end, m.rule.id, m.subject or 0, m.object or 0))


def load_rules(folders: Sequence[Path] = ()) -> RuleSet:
    """Load the rules of the package and those of the user's folders.

    Args:
        folders: each holds ``*.yaml`` with rules, and may hold ``_words.yaml`` with word lists; or is one such file. A
            rule there replaces one with the same id only when it says ``override: true``.

    Raises:
        RuleError: a rule is wrong; the message starts with ``file:line:`` and says what to do.
    """
    files: list[Path] = []
    words: dict[str, list[str]] = defaultdict(list)
    for folder in (_FOLDER, *folders):
        if not folder.exists():
            raise RuleError(f"{folder}:1: there is no such folder or file of rules: check the path")
        own = sorted(folder.glob("*.yaml")) if folder.is_dir() else [folder]
        files += [path for path in own if path.name != _WORDS]
        if (folder / _WORDS).exists():
            for name, more in read_words(folder / _WORDS).items():
                words[name] += more
    language = Language(dict(words))
    rules: dict[str, Rule] = {}
    for rule in chain.from_iterable(read_rules(path, language) for path in files):
        known, place = rules.get(rule.id), f"{rule.file}:{rule.line}"
        if known and not rule.override:
            there = f"{known.file}:{known.line}"
            raise RuleError(f"{place}: the id {rule.id} is that of {there}: rename it, or say override: true")
        if rule.override and not known:
            raise RuleError(f"{place}: there is no rule {rule.id} to override: check the id")
        rules[rule.id] = rule
    return RuleSet(list(rules.values()), language)


class _Exceptions:
    """Where the exceptions of a rule match in a text, found once, when its first pattern has matched."""

    def __init__(self, rule: Rule, skeleton: Skeleton) -> None:
        hits = [hit for exception in rule.unless for hit in exception.overlapping(skeleton)]
        self.hits = sorted(hits, key=lambda hit: hit.ranges)
        self.starts = [hit.ranges[0][0] for hit in self.hits]
        self.longest = max((hit.ranges[0][1] - hit.ranges[0][0] for hit in self.hits), default=0)

    def on(self, found: Found) -> Iterator[Found]:
        """The exceptions that overlap a matched range."""
        for start, end in found.ranges:
            first, last = bisect_left(self.starts, start - self.longest), bisect_left(self.starts, end)
            yield from (hit for hit in self.hits[first:last] if hit.ranges[0][1] > start)


def find_matches(
    rule: Rule, skeleton: Skeleton, patterns: Sequence[Pattern], exceptions: bool = True
) -> Iterator[Match]:
    """The statements that patterns of a rule make; ``exceptions=False`` leaves ``unless`` out."""
    stops: _Exceptions | None = None
    for found in (found for pattern in patterns for found in pattern.find(skeleton)):
        if exceptions and stops is None:
            stops = _Exceptions(rule, skeleton)
        banned = [rule.ends(hit) for hit in stops.on(found)] if stops else []
        start, end = skeleton.starts[found.ranges[0][0]], skeleton.ends[found.ranges[-1][1] - 1]
        for subject, object_ in product(*(named or (None,) for named in rule.ends(found))):
            if subject != object_ and not any(
                (not subjects or subject in subjects) and (not objects or object_ in objects)
                for subjects, objects in banned
            ):
                yield Match(rule, subject, object_, start, end)


def _key(relation: str, subject: int | None, object_: int | None, spans: Sequence[TypedSpan]) -> Key:
    """A symmetric relation is one statement: the first-named end that may be a subject is its subject."""
    if relation in SYMMETRIC and subject is not None and object_ is not None:
        first = spans[object_]
        if first.start < spans[subject].start and first.type in SIGNATURES[relation][0]:
            return relation, object_, subject
    return relation, subject, object_


def check_rules(rules: RuleSet) -> list[Problem]:
    """Run every rule over its examples and counterexamples, and every other rule over its examples.

    A rule says of an example what is tagged there and nothing else. Of a counterexample no rule of the relation says
    what is tagged, and the rule would but for its exceptions; of a near miss it would not in any case. What other
    rules say of an example is listed under ``also`` as “relation: subject → object”.
    """
    problems: list[Problem] = []
    for rule in rules.rules:
        problems += _check_examples(rules, rule)
        for example in (*rule.counterexamples, *rule.near):
            problems += _check_counterexample(rules, rule, example)
    return problems


def _check_examples(rules: RuleSet, rule: Rule) -> Iterator[Problem]:
    unused = dict(rule.also)
    listed = set(unused)
    for example in rule.examples:
        wanted = {_key(rule.relation, s, o, example.spans) for s, o in example.pairs()}
        found: set[Key] = set()
        for match in rules.every_match(example.text, example.spans, rule.zones[0]):
            key = _key(match.rule.relation, match.subject, match.object, example.spans)
            said = _say(example, *key)
            if match.rule is rule:
                found.add(key)
            elif match.rule.carried and not rule.carried:
                continue  # an end that is left out counts only where no rule finds both
            elif key not in wanted and said not in listed:
                message = f"{match.rule.id} says “{said}” of this example: list it under also, or mend that rule"
                yield Problem(rule.file, example.line, rule.id, message)
            unused.pop(said, None)
        for key in sorted(wanted ^ found, key=str):
            problem = "the example does not yield “{}”" if key in wanted else "the example yields “{}” too"
            yield Problem(rule.file, example.line, rule.id, problem.format(_say(example, *key)))
    for said, line in unused.items():
        yield Problem(rule.file, line, rule.id, f"no other rule says “{said}” of an example: remove it from also")


def _check_counterexample(rules: RuleSet, rule: Rule, example: Example) -> Iterator[Problem]:
    banned = {_key(rule.relation, s, o, example.spans) for s, o in example.pairs()}
    for match in rules.every_match(example.text, example.spans, rule.zones[0]):
        key = _key(match.rule.relation, match.subject, match.object, example.spans)
        if key in banned or (match.rule is rule and not banned):
            message = f"{match.rule.id} says “{_say(example, *key)}” of this counterexample"
            yield Problem(rule.file, example.line, rule.id, message)
    skeleton = rules.skeleton(example.text, example.spans)
    fires = any(True for _ in find_matches(rule, skeleton, rule.patterns, exceptions=False))
    if fires and example in rule.near:
        yield Problem(rule.file, example.line, rule.id, "a pattern matches it: list it under counterexamples")
    elif not fires and example not in rule.near:
        yield Problem(rule.file, example.line, rule.id, "no pattern matches it: list it under near")


def _say(example: Example, relation: str, subject: int | None, object_: int | None) -> str:
    def words(index: int | None) -> str:
        return "article" if index is None else example.text[example.spans[index].start : example.spans[index].end]

    return f"{relation}: {words(subject)} → {words(object_)}"
