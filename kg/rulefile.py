"""The strict reader of files of relation rules: what a rule is, and every way in which one can be wrong."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import yaml

from kg.errors import KgError, RuleError
from kg.model import MENTION_TYPES, RELATIONS, SIGNATURES, STATUSES, SYMMETRIC, Relation, Status, TypedSpan, ZoneKind
from kg.slots import ENDS, Language, Pattern, Slot
from kg.tagged import parse

__all__ = ["Example", "Rule", "read_rules", "read_words"]

_ZONES: tuple[str, ...] = get_args(ZoneKind)
_DEFAULT_ZONES = ("headline", "body", "caption")
_ID = re.compile(r"[a-z_]+(\.[a-z0-9-]+)+")
_END_TAG = re.compile(r"<(/?)([sob])(?::([A-Za-z]+))?>")
_TAGS = {"s": "subject", "o": "object", "b": "both"}
_LISTS = ("patterns", "unless", "examples", "counterexamples", "near", "also", "zones", "carried")
_KEYS = {"id", "relation", "confidence", "status", "note", "override", *_LISTS}


@dataclass(frozen=True, slots=True)
class Example:
    """A tagged sentence of a rule: its text, all spans, and which of them are the tagged ends."""

    text: str
    spans: tuple[TypedSpan, ...]
    subjects: tuple[int, ...]
    objects: tuple[int, ...]
    line: int

    def pairs(self) -> set[tuple[int | None, int | None]]:
        """All pairs of a tagged subject and a tagged object."""
        if not self.subjects and not self.objects:
            return set()
        return {(s, o) for s in self.subjects or (None,) for o in self.objects or (None,) if s != o}


@dataclass(frozen=True, slots=True)
class Rule:
    """One relation rule as its author wrote it, with its patterns compiled.

    ``carried`` names the ends that its patterns leave out because the text does: the topic of the article so far, the
    event spoken of last.
    """

    id: str
    relation: Relation
    patterns: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]
    examples: tuple[Example, ...]
    counterexamples: tuple[Example, ...]
    near: tuple[Example, ...]
    also: tuple[tuple[str, int], ...]
    zones: tuple[str, ...]
    carried: tuple[str, ...]
    confidence: float
    status: Status | None
    note: str
    override: bool
    file: Path
    line: int
    source: tuple[str, ...]


class _File:
    """A YAML file whose nodes keep their lines."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def error(self, at: yaml.Node | int, message: str) -> RuleError:
        line = at if isinstance(at, int) else at.start_mark.line + 1
        return RuleError(f"{self.path}:{line}: {message}")

    def root(self) -> yaml.Node | None:
        try:
            return yaml.compose(self.path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise self.error(line, f"not valid YAML ({error.problem}): mend it") from None
        except yaml.YAMLError as error:
            raise self.error(1, f"not valid YAML ({error}): mend it") from None
        except (OSError, UnicodeDecodeError) as error:
            raise self.error(1, f"cannot be read ({error}): make it readable UTF-8") from None

    def mapping(self, node: yaml.Node, keys: set[str] | None) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self.error(node, "expected “key: value” lines")
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = self.text(key, "a key")
            if keys is not None and name not in keys:
                raise self.error(key, f"unknown key {name}: use one of {', '.join(sorted(keys))}")
            if name in found:
                raise self.error(key, f"the key {name} stands here twice: merge the two")
            found[name] = value
        return found

    def text(self, node: yaml.Node, what: str) -> str:
        if not isinstance(node, yaml.ScalarNode) or node.tag != "tag:yaml.org,2002:str" or not node.value:
            raise self.error(node, f"{what} must be text: put it in quotes")
        return str(node.value)

    def texts(self, node: yaml.Node, what: str) -> list[tuple[str, int]]:
        if not isinstance(node, yaml.SequenceNode):
            raise self.error(node, f"{what} must be a list: write each on a line that begins with -, or in [ ]")
        return [(self.text(item, f"each of {what}"), item.start_mark.line + 1) for item in node.value]


def read_words(path: Path) -> dict[str, list[str]]:
    """Read a file of word lists, ``name: [word, …]``.

    Raises:
        RuleError: something in it is wrong; the message starts with ``file:line:``.
    """
    file = _File(path)
    root = file.root()
    found = {} if root is None else file.mapping(root, None)
    return {name: [word for word, _ in file.texts(node, name)] for name, node in found.items()}


def read_rules(path: Path, language: Language) -> Iterator[Rule]:
    """Read one file of rules.

    Raises:
        RuleError: something in it is wrong; the message starts with ``file:line:``.
    """
    file = _File(path)
    root = file.root()
    if root is None:
        return
    if not isinstance(root, yaml.SequenceNode):
        raise file.error(root, "a file of rules is a list: begin each rule with “- id:”")
    for node in root.value:
        yield _read_rule(file, node, language)


def _read_rule(file: _File, node: yaml.Node, language: Language) -> Rule:
    fields = file.mapping(node, _KEYS)
    for key in ("id", "relation", "patterns", "examples"):
        if key not in fields:
            raise file.error(node, f"the key {key} is missing: add it")
    lists = {key: file.texts(fields[key], key) if key in fields else [] for key in _LISTS}
    for key in ("patterns", "examples"):
        if not lists[key]:
            raise file.error(fields[key], f"{key} is empty: write at least one")
    if not lists["counterexamples"] and not lists["near"]:
        raise file.error(node, "the rule has no counterexample: write one, or one under near")
    id_ = file.text(fields["id"], "the id")
    if not _ID.fullmatch(id_):
        raise file.error(fields["id"], f"the id {id_} must look like attended.person-before-event")
    relation: Any = _one_of(file, fields["relation"], "relation", RELATIONS)
    status: Any = _one_of(file, fields["status"], "status", STATUSES) if "status" in fields else None
    for zone, line in lists["zones"]:
        if zone not in _ZONES:
            raise file.error(line, f"unknown zone {zone}: use one of {', '.join(_ZONES)}")
    patterns = [(_compile(file, line, language, source, {}), line) for source, line in lists["patterns"]]
    for end, line in lists["carried"]:
        if end not in ("subject", "object"):
            raise file.error(line, f"carried is subject or object, not {end}")
    carried = tuple(end for end, _ in lists["carried"])
    slots = _slots(file, relation, patterns, carried)
    examples, counterexamples, near = (
        tuple(_example(file, line, text, slots) for text, line in lists[key])
        for key in ("examples", "counterexamples", "near")
    )
    for example in examples:
        ends = {"subject": example.subjects, "object": example.objects}
        if not all(ends[name] for name in slots if name != "both"):
            raise file.error(example.line, "an example tags its ends: <s>…</s> the subject, <o>…</o> the object")
    return Rule(
        id=id_,
        relation=relation,
        patterns=tuple(pattern for pattern, _ in patterns),
        unless=tuple(_compile(file, line, language, source, slots) for source, line in lists["unless"]),
        examples=examples,
        counterexamples=counterexamples,
        near=near,
        also=tuple(lists["also"]),
        zones=tuple(zone for zone, _ in lists["zones"]) or _DEFAULT_ZONES,
        carried=carried,
        confidence=_confidence(file, fields["confidence"]) if "confidence" in fields else 0.8,
        status=status,
        note=file.text(fields["note"], "the note") if "note" in fields else "",
        override="override" in fields and _flag(file, fields["override"]),
        file=file.path,
        line=node.start_mark.line + 1,
        source=tuple(source for source, _ in lists["patterns"]),
    )


def _confidence(file: _File, node: yaml.Node) -> float:
    value = yaml.SafeLoader("").construct_object(node)
    if type(value) not in (int, float) or not 0 <= value <= 1:
        raise file.error(node, f"confidence is a number from 0 to 1, not {value}")
    return float(value)


def _flag(file: _File, node: yaml.Node) -> bool:
    value = yaml.SafeLoader("").construct_object(node)
    if not isinstance(value, bool):
        raise file.error(node, f"override is true or false, not {value}")
    return value


def _one_of(file: _File, node: yaml.Node, what: str, choices: Sequence[str]) -> str:
    value = file.text(node, f"the {what}")
    if value not in choices:
        raise file.error(node, f"unknown {what} {value}: use one of {', '.join(choices)}")
    return value


def _compile(file: _File, line: int, language: Language, source: str, known: Mapping[str, Slot]) -> Pattern:
    try:
        pattern = language.pattern(source, known)
    except RuleError as error:
        raise file.error(line, str(error)) from None
    if known and pattern.gaps:
        raise file.error(line, "an exception has no long gap: write {~20} for …")
    return pattern


def _slots(
    file: _File, relation: Relation, patterns: Sequence[tuple[Pattern, int]], carried: Sequence[str]
) -> dict[str, Slot]:
    """The ends of a rule, each with all the types that its patterns give it, as far as the relation allows them."""
    allowed = dict(zip(("subject", "object"), SIGNATURES[relation], strict=True))
    needed = {end: types for end, types in allowed.items() if types != {"Article"} and end not in carried}
    found: dict[str, Slot] = {}
    for pattern, line in patterns:
        ends = {slot.name: slot for slot in pattern.slots if slot.name in ENDS}
        if "both" in ends and (relation not in SYMMETRIC or len(ends) > 1):
            raise file.error(line, "{both:…} stands alone, for a relation without direction: use subject and object")
        for missing in (end for end in needed if not {end, "both"} & ends.keys()):
            raise file.error(
                line, f"the pattern has no {missing}: add {{{missing}:{'|'.join(sorted(needed[missing]))}}}"
            )
        for name, slot in ends.items():
            types = needed.get(name, frozenset()) if name != "both" else needed["subject"] & needed["object"]
            if wrong := set(slot.types) - types:
                hint = ", ".join(sorted(types)) or "none, the article is that end"
                raise file.error(
                    line, f"the {name} of {relation} cannot be {', '.join(sorted(wrong))} (allowed: {hint})"
                )
            for end in ("subject", "object") if name == "both" else (name,):
                old = found.get(end, slot)
                found[end] = Slot(end, tuple(dict.fromkeys((*old.types, *slot.types))), old.many or slot.many)
            if name == "both":
                found["both"] = slot
    return found


def _example(file: _File, line: int, tagged: str, slots: Mapping[str, Slot]) -> Example:
    opened: list[str] = []

    def typed(match: re.Match[str]) -> str:
        closing, end, kind = match.groups()
        if closing:
            return f"</{opened.pop()}>" if opened else match[0]
        slot = slots.get(_TAGS[end])
        if kind is None and (slot is None or len(slot.types) != 1):
            raise file.error(line, f"<{end}> may be of several types here: write <{end}:Type>")
        kind = kind or (slot.types[0] if slot else "")
        if slot is None or kind not in slot.types:
            raise file.error(line, f"<{end}:{kind}> is not a type of this rule's slot")
        opened.append(end + kind)
        return f"<{opened[-1]}>"

    known = [*MENTION_TYPES, *(end + kind for end in _TAGS for kind in MENTION_TYPES)]
    try:
        text, spans = parse(_END_TAG.sub(typed, tagged), known)
    except KgError as error:
        raise file.error(line, f"bad tags: {error}") from None
    if re.search(r"</?\w+(:\w*)?>", text):
        raise file.error(line, f"unknown tag in: {text[:60]}: use s, o, b or one of {', '.join(MENTION_TYPES)}")
    subjects, objects = (tuple(i for i, span in enumerate(spans) if span.type[0] in (end, "b")) for end in "so")
    plain = tuple(TypedSpan(s.start, s.end, s.type[1:] if s.type[0] in _TAGS else s.type) for s in spans)
    return Example(text, plain, subjects, objects, line)
