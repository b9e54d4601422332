"""The pattern language of the relation rules: regular expressions over a text whose mentions are single characters.

A pattern is a Python regular expression with slots (``{subject:Person+}``), bare types (``{Date}``), word lists
(``{says}``) and gaps (``{~6}``, ``…``). It is matched against a *skeleton* of the sentence, in which each mention is
one private-use character for its type: a mention counts as one character in a gap, and no literal of a pattern can
match inside a name.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import chain

import regex

from kg.errors import RuleError
from kg.regexes import check_bounded, mentions, needs, parse, telling
from kg.skeleton import AFTER, BODIES, CHARS, NAMES, PERSON, POST, ROLE, Skeleton, either, marks

__all__ = ["ENDS", "Found", "Language", "Pattern", "Slot"]

_BRACE = re.compile(
    r"\{(?:(?P<kind>~~?)(?P<gap>\d+)|(?P<bare>[A-Z][a-z]+)|(?P<name>[a-z_]*)(?::(?P<types>[A-Za-z|]+)(?P<many>\+)?)?)\}"
)
_BOUND = re.compile(r"(\{(?:~~?|0,))(\d+)\}")
ENDS = ("subject", "object")
_GAP = re.compile("…+")
_GAPS = {"…": (80, re.compile("[。！？；]")), "……": (300, re.compile("[。！？]"))}
_LIST = 80  # names in a list
_NEAR = 600  # characters of a skeleton between the words that a piece needs and either end of its match


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a mention of some types; ``many`` takes a list."""

    name: str
    types: tuple[str, ...]
    many: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One match in a skeleton: the pattern, the matched ranges, one a piece, and the spans in the slots."""

    source: str
    ranges: tuple[tuple[int, int], ...]
    subjects: tuple[int, ...]
    objects: tuple[int, ...]


_compiled = cache(regex.compile)


@cache
def _any(words: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, words))))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A regular expression without long gaps, whose groups are the names in its slots.

    The text must hold one of ``needs`` (none: no demand) and one of each of ``mentions``.
    """

    source: str
    needs: frozenset[str]
    mentions: frozenset[frozenset[str]]

    def windows(self, text: str) -> Iterator[tuple[int, int]]:
        """The stretches of a text in which it may match: however long a list of names, it is read where a word is."""
        start, end = 0, 0 if self.needs else len(text)
        for match in _any(self.needs).finditer(text) if self.needs else ():
            if match.start() - _NEAR > end:
                yield start, end
                start = match.start() - _NEAR
            end = match.end() + _NEAR
        yield start, end

    def find(self, text: str, overlapped: bool = False) -> Iterator[regex.Match[str]]:
        """All matches in order, those that overlap others only where asked for."""
        if len(text) <= _NEAR:
            there = not self.needs or any(word in text for word in self.needs)
            return _compiled(self.source).finditer(text, overlapped=overlapped) if there else iter(())
        windows = self.windows(text)
        return chain.from_iterable(
            _compiled(self.source).finditer(text, *window, overlapped=overlapped) for window in windows
        )


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern: pieces, the kind of long gap before each piece but the first, and what its author wrote."""

    pieces: tuple[_Piece, ...]
    gaps: tuple[str, ...]
    slots: tuple[Slot, ...]
    source: str

    @property
    def needs(self) -> frozenset[str]:
        """Literals of which a sentence must hold one, from the most telling piece."""
        return max((p.needs for p in self.pieces), key=telling)

    @property
    def mentions(self) -> frozenset[frozenset[str]]:
        """Sets of kinds of mentions: a sentence must hold one of each set."""
        return frozenset().union(*(piece.mentions for piece in self.pieces))

    def find(self, skeleton: Skeleton) -> Iterator[Found]:
        """All matches; a piece is joined to the nearest match of the piece before it that is within the gap."""
        text = skeleton.text
        chains: list[tuple[regex.Match[str], ...]] = [(match,) for match in self.pieces[0].find(text)]
        for piece, gap in zip(self.pieces[1:], self.gaps, strict=True):
            if not chains:
                return
            chains = list(_join(chains, piece.find(text), text, gap))
        for matches in chains:
            yield self._found(skeleton, matches)

    def overlapping(self, skeleton: Skeleton) -> Iterator[Found]:
        """All matches, those that overlap others included; the pattern has one piece."""
        (piece,) = self.pieces
        return (self._found(skeleton, (match,)) for match in piece.find(skeleton.text, overlapped=True))

    def _found(self, skeleton: Skeleton, matches: tuple[regex.Match[str], ...]) -> Found:
        subjects, objects = (
            tuple(skeleton.owners[at] for match in matches if end in match.re.groupindex for at in match.starts(end))
            for end in ENDS
        )
        return Found(self.source, tuple(match.span() for match in matches), subjects, objects)


def _join(
    chains: list[tuple[regex.Match[str], ...]], matches: Iterator[regex.Match[str]], text: str, gap: str
) -> Iterator[tuple[regex.Match[str], ...]]:
    reach, stop = _GAPS[gap]
    stops = [found[-1].end() for found in chains]
    for match in matches:
        nearest = bisect_right(stops, match.start()) - 1
        if nearest < 0 or match.start() - stops[nearest] > reach:
            continue
        if not stop.search(text, stops[nearest], match.start()):
            yield (*chains[nearest], match)


class Language:
    """Compiles patterns; ``words`` are the named word lists, those that the slots themselves use among them.

    >>> language = Language({})
    >>> pattern = language.pattern("{subject:Person+}主持{object:Event}")
    >>> from kg.model import TypedSpan
    >>> spans = [TypedSpan(0, 3, "Person"), TypedSpan(5, 8, "Event")]
    >>> [(m.subjects, m.objects) for m in pattern.find(Skeleton.of("何松岩主持读书会", spans))]
    [((0,), (1,))]
    """

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self.words = words
        self.marks = marks(words)
        kind = f"{self._either('before_post')}?[{POST}{ROLE}]"
        title = f"(?:[{BODIES}]{self._either('inside_title')}?){{0,3}}{kind}"
        self._titles = f"(?>(?:{title}{self._either('between_posts')}?){{0,8}})"
        # A body that opens somebody's title, or a place that qualifies the next name, is not itself the one who acts.
        self._free = f"(?!{self._either('before_post')}?{POST}|(?:{ROLE} ?)?{PERSON})"
        self._opening = BODIES + POST + ROLE + "".join(sorted({word[0] for word in words.get("before_post", ())}))
        self._comma = f"，(?={title})"

    def _either(self, name: str) -> str:
        return either(self.words.get(name, ()))

    @staticmethod
    def _chars(types: Sequence[str]) -> str:
        for kind in types:
            if kind not in CHARS:
                raise RuleError(f"unknown type {kind}: use one of {', '.join(CHARS)}")
        return "".join(CHARS[kind] for kind in types)

    def _item(self, slot: Slot, inner: bool = False) -> str:
        """One name: a person with the titles around it, or a body that is not part of a title.

        Inside a list (``inner``) a title between two names goes to the first at once: weighing it for each pair of
        names would double the ways to read the list with every name.
        """
        take = "+" if inner else ""
        group = f"(?P<{slot.name}>{{}})" if slot.name else "{}"
        options = []
        if "Person" in slot.types:
            after = f"[{AFTER}{POST}]{{0,2}}{take}(?:（[^（）]{{1,20}}）)?{AFTER}?"
            options.append(f"{self._titles}[{BODIES}]?{group.format(PERSON)}{after}")
        if others := self._chars([t for t in slot.types if t != "Person"]):
            place = CHARS["Place"]
            qualifies = f"(?!(?<={place})[{BODIES}{CHARS['Event']}])" if place in others else ""
            after = f"{AFTER}?(?:（[^（）]{{1,30}}）)?{AFTER}?"
            options.append(f"{group.format(f'[{others}]')}{qualifies}{self._free}{after}")
        return f"(?:{'|'.join(options)})"

    def _slot(self, slot: Slot, opens: bool) -> str:
        chars = self._chars(slot.types)
        people = "Person" in slot.types
        first = f"(?=[{chars}{self._opening if people else ''}])"
        body = item = self._item(slot)
        if slot.many:
            join = f"(?:{self._either('list_separator')}|，(?=[{chars}][、和][{chars}])|(?<={AFTER})，(?=[{chars}]))"
            join = f"(?:{join}| (?={PERSON}))" if people else join  # 林牧之 何松岩
            if slot.types == ("Initiative",):  # “领雁计划”、乡村工匠“薪火”工程
                join = f"(?:{join}|、[^，。；：、？！{NAMES}]{{2,8}}(?=[{chars}]))"
            if people or slot.types in {("Document",), ("Initiative",)}:
                join = f"(?:{join}|{self._comma})?"
            # A list starts at its first name: no name is left to the gap before it, and each list is read once.
            first += f"(?<![{chars}][、{'和与及' if opens else ''}{' ' if people else ''}])"
            first += f"(?<!{PERSON})" if people else ""
            body = f"(?:{self._item(slot, inner=True)}{join}){{0,{_LIST - 1}}}{item}"
        return f"{first}(?:{body})"

    def _expand(self, source: str, known: Mapping[str, Slot], plain: bool) -> tuple[str, list[Slot]]:
        """Replace slots and word lists; ``plain`` leaves one mention in a slot, to look at what was written."""
        slots: list[Slot] = []

        def replace(match: re.Match[str]) -> str:
            name, types = match["name"], match["types"]
            if match["gap"]:
                return f"[^，。；！？：{PERSON if match['kind'] == '~' else NAMES}]{{0,{match['gap']}}}?"
            if match["bare"]:
                return self._chars([match["bare"]])
            if types:
                slots.append(Slot(name, tuple(types.split("|")), bool(match["many"])))
            elif name not in known:
                if name not in self.words:
                    raise RuleError(f"{match[0]} is neither a word list nor a slot: write {{{name or 'subject'}:Type}}")
                return self._either(name)
            slot = slots[-1] if types else known[name]
            return f"[{self._chars(slot.types)}]" if plain else self._slot(slot, opens=match.start() == 0)

        return _BRACE.sub(replace, source), slots

    def relaxed(self, source: str) -> Iterator[tuple[str, Pattern]]:
        """The same pattern with one demand less: the types of its ends, its gaps, an end; each with what that is."""

        def any_type(match: re.Match[str]) -> str:
            many = match["many"] or ""
            return f"{{{match['name']}:{'|'.join(CHARS)}{many}}}" if match["name"] in ENDS else match[0]

        def longer(match: re.Match[str]) -> str:
            return f"{match[1]}{2 * int(match[2])}}}"

        looser = {"type": _BRACE.sub(any_type, source)}
        looser["gap"] = _BOUND.sub(longer, source).replace("…", "……").replace("…………", "……")
        looser |= {m[0]: source.replace(m[0], "") for m in _BRACE.finditer(source) if m["types"] and m["name"] in ENDS}
        for demand, wider in looser.items():
            with suppress(RuleError):  # what is left of a short pattern may match nothing at all
                yield demand, self.pattern(wider, bounded=False)

    def pattern(
        self, source: str, known: Mapping[str, Slot] | None = None, *, bounded: bool = True, trusted: bool = False
    ) -> Pattern:
        """Compile a pattern; ``known`` are the slots that ``{subject}`` and ``{object}`` stand for in an exception.

        ``bounded=False`` lets it take its time, for a single sentence; a ``trusted`` one is compiled when it is used.

        Raises:
            RuleError: it does not compile, is not bounded, or names an unknown type or word list.
        """
        gaps = tuple(_GAP.findall(source))
        if any(gap not in _GAPS for gap in gaps):
            raise RuleError("a long gap is … (up to 80 characters) or …… (up to 300)")
        pieces, slots = [], []
        for part in _GAP.split(source):
            plain, _ = self._expand(part, known or {}, plain=True)
            try:
                tree = parse(plain)
                if bounded:
                    check_bounded(tree)
                expanded, own = self._expand(part, known or {}, plain=False)
                if not trusted:
                    _compiled(expanded)
            except (re.error, regex.error, RecursionError, OverflowError) as error:
                raise RuleError(f"{part} is not a regular expression ({error}): mend it") from None
            if tree.getwidth()[0] == 0:
                raise RuleError(f"“{part}” can match nothing at all: give it a word that must be there")
            slots += own
            pieces.append(_Piece(expanded, needs(tree), mentions(tree)))
        return Pattern(tuple(pieces), gaps, tuple(slots), source)
