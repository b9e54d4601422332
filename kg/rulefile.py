"""The strict reader of files of relation rules: what a rule is, and every way in which one can be wrong."""

import re
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, Field, StrictBool, StrictFloat, TypeAdapter, ValidationError

from kg.errors import KgError, RuleError
from kg.model import MENTION_TYPES, SIGNATURES, SYMMETRIC, Relation, Status, TypedSpan, ZoneKind
from kg.slots import ENDS, Found, Language, Pattern, Slot
from kg.tagged import parse

__all__ = ["FOLDER", "Example", "Rule", "read_rules", "read_words"]

FOLDER = Path(__file__).parent / "rules"
_TAGGED_END = re.compile(r"<([so])(?::([A-Za-z]+))?>(.*?)</\1>", re.DOTALL)
_TAGS = {"s": "subject", "o": "object"}

Text = Annotated[str, Field(min_length=1)]
Texts = tuple[Text, ...]
_TEXTS = "a list of texts in quotes: write each on a line that begins with -, or in [ ]"
_SOME = Field(min_length=1, description=f"{_TEXTS}, at least one")


class _Written(BaseModel, extra="forbid"):
    """The keys of a rule, as its author writes them; the descriptions are what our messages say of them."""

    id: str = Field(pattern=r"^[a-z_]+(\.[a-z0-9-]+)+$", description="text that must look like attended.before-event")
    relation: Relation
    patterns: Texts = _SOME
    examples: Texts = _SOME
    unless: Texts = ()
    counterexamples: Texts = ()
    near: Texts = ()
    also: Texts = ()
    zones: tuple[ZoneKind, ...] = Field(("headline", "body", "caption"), min_length=1)
    carried: tuple[Literal["subject", "object"], ...] = ()
    confidence: StrictFloat = Field(0.8, ge=0, le=1, description="a number from 0 to 1")
    status: Status | None = None
    note: str = Field("", description="text: put it in quotes")
    override: StrictBool = Field(False, description="true or false")


T = TypeVar("T")
_RULES, _WORDS = TypeAdapter(list[_Written]), TypeAdapter(dict[str, Texts])
_SHAPES = {
    "list_type": "a file of rules is a list: begin each rule with “- id:”",
    "dict_type": "a file of words holds “name: [word, …]” lines",
}


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
    """One relation rule with its patterns compiled.

    ``carried`` names the ends that its patterns leave out because the text does: the topic of the article so far, the
    event spoken of last. A ``mutual`` rule says something of each of its subjects with each other.
    """

    id: str
    relation: Relation
    zones: tuple[str, ...]
    carried: tuple[str, ...]
    confidence: float
    status: Status | None
    override: bool
    mutual: bool
    patterns: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]
    examples: tuple[Example, ...]
    counterexamples: tuple[Example, ...]
    near: tuple[Example, ...]
    also: tuple[tuple[str, int], ...]
    file: Path
    line: int

    def ends(self, found: Found) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The subjects and objects that a match names."""
        return found.subjects, found.objects or (found.subjects if self.mutual else ())


class _Loader(yaml.SafeLoader):  # the one in C has no bounds of its own for nesting, and crashes
    """YAML in which no key stands twice: PyYAML itself keeps the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        for i, (key, _) in enumerate(node.value):
            if key.value in keys[:i]:
                problem = f"the key {key.value} stands here twice: merge the two"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
        return super().construct_mapping(node, deep)


class _File:
    """A YAML file: its data, and the nodes that know their lines."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            loader = _Loader(path.read_text(encoding="utf-8-sig"))
            self.root = loader.get_single_node()
            self.data = loader.construct_document(self.root) if self.root else None
        except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
            mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", error)
            raise self.error(mark.line + 1 if mark else 1, f"not valid YAML in UTF-8 ({problem}): mend it") from None

    def error(self, line: int, message: object) -> RuleError:
        return RuleError(f"{self.path}:{line}: {message}")

    def line(self, *where: str | int) -> int:
        """The line of a part of the file, or of the innermost thing around it that there is."""
        node, line = self.root, 0
        for step in where:
            for i, item in enumerate(node.value if isinstance(node, yaml.CollectionNode) else ()):
                key, value = item if isinstance(node, yaml.MappingNode) else (item, item)
                if step == (key.value if isinstance(node, yaml.MappingNode) else i):
                    node, line = value, key.start_mark.line
                    break
        return line + 1

    def read(self, shape: TypeAdapter[T]) -> T | None:
        """The data in their shape, None where the file is empty."""
        try:
            return shape.validate_python(self.data) if self.root else None
        except ValidationError as errors:
            # An unknown key goes before what may be missing for it.
            error = min(errors.errors(), key=lambda e: e["type"] != "extra_forbidden")
        kind, where, given = error["type"], error["loc"], error["input"]
        given = reprlib.repr(given) if isinstance(given, list | dict) else given  # aliases make small files huge
        key = next((name for name in where if isinstance(name, str)), None)
        if kind == "extra_forbidden":
            message = f"unknown key {key}: use one of {', '.join(_Written.model_fields)}"
        elif kind == "missing":
            message = f"the key {key} is missing: add it"
        elif kind == "literal_error":
            message = f"unknown {key} {given}: use one of {error['ctx']['expected']}"
        elif key:
            field = _Written.model_fields.get(key)
            message = f"{key} must be {(field and field.description) or _TEXTS}, not {given}"
        else:
            message = "expected “key: value” lines" if where else _SHAPES[kind]
        raise self.error(self.line(*where), message)


def read_words(path: Path) -> dict[str, Texts]:
    """Read a file of word lists, ``name: [word, …]``.

    Raises:
        RuleError: something in it is wrong; the message starts with ``file:line:``.
    """
    return _File(path).read(_WORDS) or {}


def read_rules(path: Path, language: Language) -> list[Rule]:
    """Read one file of rules.

    Raises:
        RuleError: something in it is wrong; the message starts with ``file:line:``.
    """
    file = _File(path)
    written: list[_Written] = file.read(_RULES) or []
    return [_compile_rule(file, i, rule, language) for i, rule in enumerate(written)]


def _compile_rule(file: _File, number: int, written: _Written, language: Language) -> Rule:
    def lines(key: str) -> list[tuple[str, int]]:
        return [(text, file.line(number, key, i)) for i, text in enumerate(getattr(written, key))]

    if not written.counterexamples and not written.near:
        raise file.error(file.line(number), "the rule has no counterexample: write one, or one under near")
    patterns = [(_compile(file, line, language, source, {}), line) for source, line in lines("patterns")]
    slots = _slots(file, written, patterns)
    mutual = written.relation in SYMMETRIC and not written.carried and "object" not in slots
    examples, counterexamples, near = (
        tuple(_example(file, line, text, slots, mutual) for text, line in lines(key))
        for key in ("examples", "counterexamples", "near")
    )
    for example in examples:
        ends = {"subject": example.subjects, "object": example.objects}
        if not all(ends[name] for name in slots):
            raise file.error(example.line, "an example tags its ends: <s>…</s> the subject, <o>…</o> the object")
    return Rule(
        **written.model_dump(include={"id", "relation", "zones", "carried", "confidence", "status", "override"}),
        mutual=mutual,
        patterns=tuple(pattern for pattern, _ in patterns),
        unless=tuple(_compile(file, line, language, source, slots) for source, line in lines("unless")),
        examples=examples,
        counterexamples=counterexamples,
        near=near,
        also=tuple(lines("also")),
        file=file.path,
        line=file.line(number),
    )


def _compile(file: _File, line: int, language: Language, source: str, known: Mapping[str, Slot]) -> Pattern:
    try:
        pattern = language.pattern(source, known, trusted=file.path.parent == FOLDER)
    except RuleError as error:
        raise file.error(line, error) from None
    if known and pattern.gaps:
        raise file.error(line, "an exception has no long gap: write {~20} for …")
    return pattern


def _slots(file: _File, written: _Written, patterns: Sequence[tuple[Pattern, int]]) -> dict[str, Slot]:
    """The ends of a rule, each with all the types that its patterns give it, as far as the relation allows them."""
    allowed = zip(("subject", "object"), SIGNATURES[written.relation], strict=True)
    needed = {end: types for end, types in allowed if types != {"Article"} and end not in written.carried}
    found: dict[str, Slot] = {}
    for pattern, line in patterns:
        ends = {slot.name: slot for slot in pattern.slots if slot.name in ENDS}
        if written.relation in SYMMETRIC and not written.carried and "object" not in (found or ends):
            needed = {"subject": frozenset.intersection(*SIGNATURES[written.relation])}  # each with each other
        for missing in (end for end in needed if end not in ends):
            hint = "|".join(sorted(needed[missing]))
            raise file.error(line, f"the pattern has no {missing}: add {{{missing}:{hint}}}")
        for name, slot in ends.items():
            types = needed.get(name, frozenset())
            if wrong := ", ".join(sorted(set(slot.types) - types)):
                hint = ", ".join(sorted(types)) or "none, the article is that end"
                raise file.error(line, f"the {name} of {written.relation} cannot be {wrong} (allowed: {hint})")
            old = found.get(name, slot)
            found[name] = Slot(name, tuple(dict.fromkeys((*old.types, *slot.types))), old.many or slot.many)
    return found


def _example(file: _File, line: int, tagged: str, slots: Mapping[str, Slot], mutual: bool) -> Example:
    def typed(match: re.Match[str]) -> str:
        end, kind, words = match.groups()
        types = slots[_TAGS[end]].types if _TAGS[end] in slots else ()
        if kind is None and len(types) != 1:
            raise file.error(line, f"<{end}> may be of several types here: write <{end}:Type>")
        kind = kind or types[0]
        if kind not in types:
            raise file.error(line, f"<{end}:{kind}> is not a type of this rule's slot")
        return f"<{end}{kind}>{words}</{end}{kind}>"

    known = [*MENTION_TYPES, *(end + kind for end in _TAGS for kind in MENTION_TYPES)]
    tagged = _TAGGED_END.sub(typed, tagged)
    try:
        text, spans = parse(tagged, known)
    except KgError as error:
        raise file.error(line, f"bad tags: {error}") from None
    if re.search(r"</?\w+(:\w*)?>", text):
        known_tags = f"s, o or one of {', '.join(MENTION_TYPES)}"
        raise file.error(line, f"bad tags, an unknown tag or one that is not closed in: {text[:60]}: use {known_tags}")
    subjects, objects = (tuple(i for i, span in enumerate(spans) if span.type[0] == end) for end in _TAGS)
    objects = objects or (subjects if mutual else ())
    plain = tuple(TypedSpan(s.start, s.end, s.type[1:] if s.type[0] in _TAGS else s.type) for s in spans)
    return Example(text, plain, subjects, objects, line)
