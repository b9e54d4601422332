"""Relation rules as data: loading them, matching them, and the check that runs each rule's own examples."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby, product
from operator import itemgetter
from pathlib import Path

from kg.confidence import calibration
from kg.errors import RuleError
from kg.model import SIGNATURES, SYMMETRIC, Claim, TypedSpan
from kg.rulefile import FOLDER as _FOLDER
from kg.rulefile import Example, Rule, read_rules, read_words
from kg.skeleton import AFTER, CHARS, ROLE, Skeleton
from kg.slots import Found, Language, Pattern

__all__ = ["Match", "Rule", "RuleSet", "check_rules", "find_matches", "load_rules", "statement_key"]

_WORDS = "_words.yaml"

Key = tuple[str, int | None, int | None]
_Places = dict[str, list[tuple[str, list[tuple[int, int]]]]]


@dataclass(frozen=True, slots=True)
class Match:
    """What a rule says of a text: indices into the spans (``None``: the article), the matched range, what stops it."""

    rule: Rule
    subject: int | None
    object: int | None
    start: int
    end: int
    stop: Found | None = None


class RuleSet:
    """Rules in the order of their ids, indexed by the mentions and the literals that their patterns need.

    >>> rules = load_rules()
    >>> text, spans = "何松岩主持春季推进会。", [TypedSpan(0, 3, "Person"), TypedSpan(5, 10, "Event")]
    >>> [(m.rule.relation, m.subject, m.object) for m in rules.match(text, spans, "body")]
    [('chaired', 0, 1)]
    """

    def __init__(self, rules: Sequence[Rule], language: Language) -> None:
        self.language = language
        self.rules = tuple(sorted(rules, key=lambda rule: rule.id))
        self._own = {rule.id for rule in rules if rule.file.parent != _FOLDER}
        self._needs = [
            (r, p, q.mentions, q.needs) for r, rule in enumerate(self.rules) for p, q in enumerate(rule.patterns)
        ]
        self._places: dict[frozenset[str], _Places] = {}

    def _able(self, kinds: frozenset[str]) -> "_Places":
        """The patterns that mentions of some types allow, by the literals that they need and the initials of these."""
        if kinds not in self._places:
            there = {ROLE, AFTER, *(CHARS[kind] for kind in kinds)}
            found: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
            for r, p, mentions, needs in self._needs:
                for literal in () if any(map(there.isdisjoint, mentions)) else needs or {""}:  # which is in every text
                    found[literal[:1]][literal].append((r, p))
            self._places[kinds] = {initial: [*table.items()] for initial, table in found.items()}
        return self._places[kinds]

    def skeleton(self, text: str, spans: Sequence[TypedSpan]) -> Skeleton:
        """The text as the patterns see it."""
        return Skeleton.of(text, spans, self.language.marks)

    def confidence(self, claim: Claim) -> float:
        """How far a claim can be trusted: what was counted of our rules, what users say of their own."""
        return claim.confidence if claim.rule in self._own else calibration().of(claim.relation, claim.rule)

    def every_match(self, text: str, spans: Sequence[TypedSpan], zone: str) -> Iterator[Match]:
        """What each rule says, the same statement of several rules included; arguments as for :meth:`match`."""
        able = self._able(frozenset(span.type for span in spans))
        if not able:
            return
        skeleton = self.skeleton(text, spans)
        seen = skeleton.text
        initials = able.keys() & {"", *seen}
        due = {place for i in initials for literal, places in able[i] if literal in seen for place in places}
        for r, places in groupby(sorted(due), key=itemgetter(0)):
            rule = self.rules[r]
            if zone in rule.zones:
                found = find_matches(rule, skeleton, [rule.patterns[p] for _, p in places])
                yield from (match for match in found if not match.stop)

    def match(self, text: str, spans: Sequence[TypedSpan], zone: str) -> list[Match]:
        """The statements that a text makes, each once, by the rule with the highest confidence.

        Args:
            text: a sentence, or any stretch of an article.
            spans: its mentions; where spans overlap, the first and longest counts.
            zone: what part of the article it is from (``headline``, ``byline``, ``source``, ``body``, ``caption``).
        """
        best: dict[Key, Match] = {}
        for match in self.every_match(text, spans, zone):
            key = statement_key(match.rule.relation, match.subject, match.object, spans)
            if key not in best or match.rule.confidence > best[key].rule.confidence:
                best[key] = replace(match, subject=key[1], object=key[2])
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


def find_matches(rule: Rule, skeleton: Skeleton, patterns: Sequence[Pattern]) -> Iterator[Match]:
    """The statements that patterns of a rule make, those that an exception stops included."""
    matches = [found for pattern in patterns for found in pattern.find(skeleton)]
    exceptions: dict[int, list[Found]] = defaultdict(list)  # by each character that they match
    for hit in chain.from_iterable(exception.overlapping(skeleton) for exception in rule.unless if matches):
        for at in range(*hit.ranges[0]):
            exceptions[at].append(hit)
    for found in matches:
        hits = {
            hit: rule.ends(hit) for range_ in found.ranges for at in range(*range_) for hit in exceptions.get(at, ())
        }
        start, end = skeleton.starts[found.ranges[0][0]], skeleton.ends[found.ranges[-1][1] - 1]
        for subject, object_ in product(*(named or (None,) for named in rule.ends(found))):
            if subject != object_:
                stops = (
                    hit for hit, (subjects, objects) in hits.items()
                    if (not subjects or subject in subjects) and (not objects or object_ in objects)
                )  # fmt: skip
                yield Match(rule, subject, object_, start, end, next(stops, None))


def statement_key(relation: str, subject: int | None, object_: int | None, spans: Sequence[TypedSpan]) -> Key:
    """A symmetric relation is one statement: the first-named end that may be a subject is its subject."""
    if relation in SYMMETRIC and subject is not None and object_ is not None:
        first = spans[object_]
        if first.start < spans[subject].start and first.type in SIGNATURES[relation][0]:
            return relation, object_, subject
    return relation, subject, object_


def check_rules(rules: RuleSet) -> list[str]:
    """Run every rule over its examples and counterexamples, and every other rule over its examples.

    A rule says of an example what is tagged there and nothing else. Of a counterexample no rule of the relation says
    what is tagged, and the rule would but for its exceptions; of a near miss it would not in any case. What other
    rules say of an example is listed under ``also`` as “relation: subject → object”.

    Returns:
        What is wrong, each as ``file:line: rule: message``.
    """
    return [
        f"{rule.file}:{line}: {rule.id}: {message}"
        for rule in rules.rules
        for line, message in chain(_check_examples(rules, rule), _check_counterexamples(rules, rule))
    ]


def _said(rules: RuleSet, rule: Rule, example: Example) -> Iterator[tuple[Rule, Key, str]]:
    """What each rule says of an example, with its words."""
    for match in rules.every_match(example.text, example.spans, rule.zones[0]):
        key = statement_key(match.rule.relation, match.subject, match.object, example.spans)
        yield match.rule, key, _words(example, key)


def _tagged(rule: Rule, example: Example) -> set[Key]:
    return {statement_key(rule.relation, s, o, example.spans) for s, o in example.pairs()}


def _check_examples(rules: RuleSet, rule: Rule) -> Iterator[tuple[int, str]]:
    unused = dict(rule.also)
    listed = set(unused)
    for example in rule.examples:
        wanted, found = _tagged(rule, example), set[Key]()
        for other, key, words in _said(rules, rule, example):
            if other is rule:
                found.add(key)
            elif other.carried and not rule.carried:
                continue  # an end that is left out counts only where no rule finds both
            elif key not in wanted and words not in listed:
                yield example.line, f"{other.id} says “{words}” of this example: list it under also, or mend that rule"
            unused.pop(words, None)
        for key in sorted(wanted ^ found, key=str):
            problem = "the example does not yield “{}”" if key in wanted else "the example yields “{}” too"
            yield example.line, problem.format(_words(example, key))
    for words, line in unused.items():
        yield line, f"no other rule says “{words}” of an example: remove it from also"


def _check_counterexamples(rules: RuleSet, rule: Rule) -> Iterator[tuple[int, str]]:
    for example in (*rule.counterexamples, *rule.near):
        banned = _tagged(rule, example)
        for other, key, words in _said(rules, rule, example):
            if key in banned or (other is rule and not banned):
                yield example.line, f"{other.id} says “{words}” of this counterexample"
        fires = any(find_matches(rule, rules.skeleton(example.text, example.spans), rule.patterns))
        if fires and example in rule.near:
            yield example.line, "a pattern matches it: list it under counterexamples"
        elif not fires and example not in rule.near:
            yield example.line, "no pattern matches it: list it under near"


def _words(example: Example, key: Key) -> str:
    relation, *ends = key
    names = [example.text[example.spans[i].start : example.spans[i].end] if i is not None else "article" for i in ends]
    return f"{relation}: {' → '.join(names)}"
