"""What bodies, initiatives, places and events of different articles are one thing, and of which type.

An article's own names are settled before (``kg.naming``). Here are names that only other articles explain: short forms
that one introduces, initiatives with and without their place or quotes, one thing read as two types, one meeting in two
papers. What a user judged counts over all of it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from rapidfuzz import fuzz

from kg.bodies import body_key, is_elliptical
from kg.event_names import is_session
from kg.judgements import Judged, Unsure, member_key
from kg.lexicon import column, cue
from kg.naming import MARKS, Referent
from kg.places import chain, find

__all__ = ["Conflict", "Context", "Thing", "Things"]

SESSION, LASTING = 10, 180  # days within which papers write of one meeting, and of one fair or games
SHORTEST, TELLING = 3, 6  # characters of a short name that may be known elsewhere, and of one that is known anywhere
ALIKE, LARGEST_BLOCK = 85, 200
_TYPES = ("Organization", "Initiative", "Place")
_NUMBER = re.compile(
    r"第?([〇一二三四五六七八九十百\d]+)届|(?:委|人大|政协|全国|中央).*(第[〇一二三四五六七八九十百\d]+次)"
)
_UNIQUE = cue("event.unique")
_LASTING = cue("event.lasting")
_QUOTED = re.compile(r"[“‘]([^“”‘’]{3,})[”’](.{2,6})")
_NUMBERS = re.compile(r"[\d一二三四五六七八九十东西南北中]")


@dataclass(frozen=True, slots=True)
class Context:
    """An article as far as things need it: its name, the hash of its source, where and when it was published."""

    scope: str
    digest: str
    near: tuple[str, ...] = ()
    published: str | None = None

    @property
    def doc(self) -> str:
        """The name of its document."""
        return self.scope.rpartition("#")[0]


@dataclass(frozen=True, slots=True)
class Thing:
    """What a name of one article refers to, as far as the article says."""

    article: Context
    referent: Referent

    @property
    def key(self) -> str:
        """Type and key."""
        return f"{self.referent.type}|{self.referent.key}"

    @property
    def member(self) -> tuple[str, str, str]:
        """What judgements call it."""
        return self.referent.type, self.referent.name, self.article.digest


@dataclass(frozen=True, slots=True, order=True)
class Conflict:
    """A name that articles read as several types: how many do, and which counts."""

    name: str
    types: tuple[tuple[str, int], ...]
    kept: str


class Things:
    """The keys of things across articles; what no other article explains keeps the key that its own gives it.

    Args:
        things: all that articles name, people aside, in an order that is always the same.
        introduced: the keys that articles give for short ones.
        judged: what a user said of them.
    """

    def __init__(self, things: Iterable[Thing], introduced: Mapping[str, set[str]], judged: Judged) -> None:
        self.conflicts: list[Conflict] = []
        self._local: dict[tuple[str, str], str] = {}  # by article and key
        self._same: dict[str, str] = {}
        self._judged: dict[tuple[str, ...], str] = {}  # by member, or by key and name
        self._by_key: dict[str, list[Thing]] = defaultdict(list)
        for thing in things:
            self._by_key[thing.key].append(thing)
        self._introduced(introduced)
        self._placed()
        self._quoted()
        self._typed()
        self._held()
        self._obey(judged)

    def key(self, thing: Thing) -> str:
        """The key of a thing; it begins with the type."""
        key = self._found(thing)
        return self._judged.get(thing.member) or self._judged.get((key, thing.referent.name)) or self._end(key)

    def _found(self, thing: Thing) -> str:
        key = self._end(thing.key)
        return self._end(
            self._local.get((thing.article.scope, key)) or self._local.get((thing.article.scope, thing.key), key)
        )

    def _end(self, key: str) -> str:
        while key in self._same:
            key = self._same[key]
        return key

    def _introduced(self, full: Mapping[str, set[str]]) -> None:
        """A short name that one article introduces, and no other for something else, is known in others."""
        for short, names in full.items():
            bare = short.split("|")[1]
            if len(names) == 1 and len(bare) >= SHORTEST and not (is_elliptical(bare) or bare in _generic()):
                self._elsewhere(short, *names)

    def _placed(self) -> None:
        """An initiative that is named with one place only is meant where the place is not said."""
        variants: dict[str, set[str]] = defaultdict(set)
        for key in [k for k in self._by_key if k.startswith("Initiative|")]:
            name = MARKS.sub("", self._by_key[key][0].referent.name)
            found = chain(name)
            if found and len(rest := name[found[1] :]) > SHORTEST and rest not in _generic():
                variants[f"Initiative|{body_key(rest)}"].add(key)
        for bare, keys in variants.items():
            if len(keys) == 1:
                self._elsewhere(bare, *keys)

    def _elsewhere(self, short: str, full: str) -> None:
        """Take a short name for the full one, unless an article from another place uses it."""
        if short == full or full not in self._by_key:
            return
        name = MARKS.sub("", self._by_key[full][0].referent.name)
        place = tuple(dict.fromkeys(found[0].path)) if (found := chain(name)) else ()
        users = self._by_key.get(short, [])
        if all(a == b for t in users for a, b in zip(place, t.article.near, strict=False)):
            near = [t for t in users if t.article.near or not place or len(short.partition("|")[2]) >= TELLING]
            self._local |= {(t.article.scope, short): full for t in near}

    def _quoted(self) -> None:
        """“两河计划” is “两河计划”行动, the form that most articles use."""
        forms: dict[str, list[str]] = defaultdict(list)
        for key in [k for k in self._by_key if k.startswith("Initiative|")]:
            match = _QUOTED.fullmatch(self._by_key[key][0].referent.name)
            if match and match[2].endswith(column("programme_suffixes", "suffix")):
                forms[f"Initiative|{body_key(match[1])}"].append(key)
        for bare, keys in forms.items():
            if bare in self._by_key:
                best = min(keys, key=lambda k: (-len(self._by_key[k]), k))
                self._same |= {k: best for k in [bare, *keys] if k != best}

    def _typed(self) -> None:
        """One name under several types is one thing, of the type that says most of it or is read most."""
        named: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for key, things in self._by_key.items():
            if (type_ := things[0].referent.type) in _TYPES and things[0].referent.resolved:
                named[body_key(MARKS.sub("", things[0].referent.name))][type_].add(self._end(key))
        zones = column("zone_suffixes", "suffix")
        for name, types in sorted(named.items()):
            is_zone = name.endswith(zones)
            if (
                min(len(types), len(name)) < 2
                or (find(name) and not is_zone)
                or any(len(keys) > 1 for keys in types.values())
            ):
                continue
            keys = {type_: min(found) for type_, found in types.items()}
            counts = {t: len({x.article.scope for x in self._by_key.get(k, ())}) for t, k in sorted(keys.items())}
            most = max(counts, key=lambda t: (counts[t], -_TYPES.index(t)))
            kept = "Initiative" if is_zone and "Initiative" in keys else most
            self.conflicts.append(Conflict(name, tuple(counts.items()), kept))
            self._same |= {k: keys[kept] for k in keys.values() if k != keys[kept]}

    def _held(self) -> None:
        """Events of one name are one where they have one number, else where they are near in time and place."""
        for key, things in self._by_key.items():
            if not key.startswith("Event|"):
                continue
            occasions: list[list[Thing]] = []
            for thing in sorted(things, key=lambda t: (t.article.published or "9", t.article.scope)):
                fitting = [o for o in occasions if all(_one_occasion(thing, x) for x in (o[0], o[-1], _numbered(o)))]
                if len(fitting) == 1 or (fitting and thing.article.published):
                    fitting[-1].append(thing)
                else:
                    occasions.append([thing])
            for occasion in occasions[1:]:
                first = f"{key}@{occasion[0].article.scope}"
                self._local |= {(thing.article.scope, key): first for thing in occasion}

    def _obey(self, judged: Judged) -> None:
        """Put the members that a user judged where they belong, and with them what has the same key and name."""
        members: dict[int, list[Thing]] = defaultdict(list)
        for thing in (t for known in self._by_key.values() for t in known) if judged.groups else ():
            if (group := judged.group(*thing.member)) is not None:
                members[group].append(thing)
        owners: dict[str, int] = {}
        names: dict[tuple[str, str], int] = {}
        for group, things in sorted(members.items()):
            keys = sorted({self._found(t) for t in things})
            own = [k for k in keys if not judged.apart([group], [owners.get(k, group)])]
            target = own[0] if own else f"{keys[0]}≠{member_key(min(t.member for t in things))}"
            self._same |= {k: target for k in own[1:] if k not in owners}
            owners |= {k: group for k in own if k not in owners}
            for thing in things:
                self._judged[thing.member] = target
                name = (self._found(thing), thing.referent.name)
                if names.setdefault(name, group) == group:
                    self._judged[name] = target

    def unsure(self) -> Iterator[Unsure]:
        """Names of one type that are nearly alike and not one thing, in blocks of one beginning."""
        blocks: dict[tuple[str, str], dict[str, Thing]] = defaultdict(dict)
        for things in self._by_key.values():
            thing, name = things[0], things[0].referent.name
            if thing.referent.type in {"Organization", "Initiative", "Event"} and thing.referent.resolved:
                found = chain(name)
                blocks[thing.referent.type, found[0].name if found else name[:2]].setdefault(self.key(thing), thing)
        for block in blocks.values():
            for (one, a), (other, b) in combinations(list(block.items())[:LARGEST_BLOCK], 2):
                names = a.referent.name, b.referent.name
                likeness = fuzz.ratio(*names)
                if one != other and likeness >= ALIKE and len({tuple(_NUMBERS.findall(n)) for n in names}) == 1:
                    docs = a.article.doc, b.article.doc
                    yield Unsure(a.member, b.member, docs, False, round(likeness / 100, 2), "the names are alike")


def _generic() -> frozenset[str]:
    return frozenset((*column("zone_suffixes", "suffix"), *column("programme_suffixes", "suffix")))


def _number(thing: Thing) -> str | None:
    """Which of a series an event is (第六届)."""
    match = _NUMBER.search(thing.referent.name)
    return "".join(match.groups("")) if match else None


def _numbered(occasion: Sequence[Thing]) -> Thing:
    return next((thing for thing in occasion if _number(thing)), occasion[0])


def _one_occasion(one: Thing, other: Thing) -> bool:
    """Whether two articles that name an event alike may tell of the same."""
    name = one.referent.name
    numbers = {_number(one), _number(other)}
    if len(numbers - {None}) > 1:
        return False
    if None not in numbers or _UNIQUE.search(name):
        return True
    built = one.referent.built or other.referent.built
    recurring = built or (is_session(name) and not _LASTING.search(name))
    if recurring and (built or not chain(name)):
        near = one.article.near, other.article.near
        if not (all(near) or len(name) >= TELLING) or any(a != b for a, b in zip(*near, strict=False)):
            return False
    dates = [d for t in (one, other) if (d := t.article.published) and len(d) == len("2021-01-01")]
    gap = abs((date.fromisoformat(dates[0]) - date.fromisoformat(dates[1])).days) if len(dates) == 2 else 0
    return gap <= (SESSION if recurring else LASTING)
