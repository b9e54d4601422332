"""Namesakes: which bearers of one name are one person. Blocks, weights and the decision, in this order.

The weights are those of Fellegi and Sunter, "A Theory for Record Linkage" (1969): for each comparison the binary
logarithm of how much likelier a result is for one person than for two; they are data, with where they come from, in
``lexicons/identity_weights.csv``. What the name alone says follows from how many bear it: the next bearer is an old
person with odds ``n : a``, for ``n`` articles on that person and ``a`` others of the name to expect (the Chinese
restaurant process; Pitman, "Combinatorial Stochastic Processes", 2006). All of it: ``docs/identity.md``.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from rapidfuzz import fuzz

from kg.bearers import Bearer, Held
from kg.judgements import Judged, Unsure
from kg.lexicon import cue, table
from kg.people import expected_share, family, is_masked, one_spelling

__all__ = ["ACCEPT", "Join", "News", "People", "Person", "compare", "find_people"]

ACCEPT = 1.5  # bits: three to one
UNSURE = 4.0  # bits around it that a person should look at
AMBIGUOUS = 1.0  # bits by which the best of several people must lead
FEWEST_NAMES, FEWEST_ARTICLES = 10_000, 100  # a small collection, too, is a part of much news
MOST_KNOWN = 4.0  # bits that being much written about is worth
NAME_ALONE = 5.0  # bits that the rarest name is worth
COMPANY = ((24.0, "24 bits"), (12.0, "12 bits"), (6.0, "6 bits"), (0.0, "some"))
FOREIGN = 3e-5  # the share of people who bear a foreign family name
ALIKE = 75  # two ways of writing a foreign name
MOSTLY = 0.8  # of a family that is named, the one whom its bare name means
COMMON = 5.0  # bits: company below is no reason to compare
MOVED, AT_ONCE, LONG = 92, 180, 365  # days

FEWEST_PEOPLE = {"home": (5_000, 2_000, 500), "place of post": (2_000, 500, 200)}  # of a province, city, county

Result = tuple[str, str]  # a comparison and its level, as in the file of weights
Place = tuple[str, ...]
_SAME_BODY = frozenset({"same seat", "same body", "same large body", "body within body"})
_LARGE = cue("body.large")
_COMING = frozenset({"appointed", "proposed", "acting"})
_NOW = frozenset({"current", "acting"})


@dataclass(frozen=True, slots=True)
class Join:
    """Why a bearer is the person that another bearer is."""

    bearer: Bearer
    other: Bearer
    why: str


@dataclass(slots=True)
class People:
    """The people behind bearers of names, why each was joined, and what is unsure."""

    people: list[list[Bearer]] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    unsure: list[Unsure] = field(default_factory=list)


class Person:
    """All that is known of the bearers joined so far."""

    def __init__(self, bearers: Iterable[Bearer], group: int | None = None) -> None:
        self.members: list[Bearer] = []
        self.judged = set() if group is None else {group}
        self.posts: set[Held] = set()
        self.seats: set[tuple[str, str]] = set()
        self.bodies: set[str] = set()
        self.titles: set[str] = set()
        self.bodiless: set[str] = set()
        self.places: set[tuple[str, ...]] = set()
        self.homes: set[tuple[str, ...]] = set()
        self.media: set[str] = set()
        self.dates: set[str] = set()
        self.company: set[str] = set()
        self.whole: set[str] = set()  # foreign names with all their parts
        for bearer in bearers:
            self.add(bearer)

    def add(self, bearer: Bearer) -> None:
        """Join a bearer."""
        self.members.append(bearer)
        self.whole |= {one_spelling(bearer.name)} if family(bearer.name) != bearer.name else set()
        self.posts |= bearer.posts
        self.seats |= {(p.title, p.body) for p in bearer.posts if p.body}
        self.bodies |= {p.body for p in bearer.posts if p.body}
        self.titles |= {p.title for p in bearer.posts}
        self.bodiless |= {p.title for p in bearer.posts if not p.body}
        self.places |= {p.place for p in bearer.posts if p.place}
        self.homes |= {bearer.home} - {()}
        self.media |= bearer.media
        self.dates |= {bearer.published} if bearer.published else set()
        self.company |= bearer.company - {f"Person|{bearer.name}"}


@cache
def _weights() -> dict[Result, float]:
    return {(row["comparison"], row["level"]): float(row["bits"]) for row in table("identity_weights")}


class News:
    """What a collection of articles is like: how common company is, and how many people a place has.

    A small collection is a part of much news, and is taken to be no smaller than a part that says something.
    """

    def __init__(self, bearers: Iterable[Bearer]) -> None:
        company: dict[str, set[str]] = defaultdict(set)
        crowds: dict[tuple[str, Place], set[str]] = defaultdict(set)
        for bearer in bearers:
            company[bearer.key] |= bearer.company - {f"Person|{bearer.name}"}
            for kind, place in {("home", bearer.home), *(("place of post", p.place) for p in bearer.posts)}:
                for depth in range(len(place)):
                    crowds[kind, place[: depth + 1]].add(bearer.name)
        named_in = Counter(c for known in company.values() for c in known)
        articles = max(len(company), FEWEST_ARTICLES)
        self._crowds = {where: len(names) for where, names in crowds.items()}
        self.names = max(len({one_spelling(b.name) for b in bearers}), FEWEST_NAMES)
        self.rarity: Callable[[str], float] = cache(lambda item: math.log2(articles / named_in[item]))

    def most(self, kind: str, place: Place) -> float:
        """The bits that being from one place, or having a post there, is worth at most: it has so many people."""
        fewest = FEWEST_PEOPLE[kind][min(len(place), 3) - 1]
        return max(0.0, math.log2(self.names / max(fewest, self._crowds.get((kind, place), 0))))


def compare(p: Person, q: Person, news: News) -> Iterator[tuple[Result, int, float]]:
    """The result of each comparison of two people, among how many candidates an agreement was looked for, and how many
    bits it is worth at most.
    """
    posts = _posts(p, q)
    yield from ((result, 1, math.inf) for result in posts)
    if not posts or posts[0][1] not in _SAME_BODY:  # whose place would be the same
        yield from _places(p, q, news)
    if p.media and q.media:
        unknown = "medium unknown" if "" in p.media | q.media else "other medium"
        level = "same medium" if p.media & q.media - {""} else unknown
        yield ("byline", level), len(p.media) * len(q.media), math.inf
    elif p.media or q.media:
        yield ("byline", "one writes"), 1, math.inf
    # The more articles, the more company they share by chance; in one city they share much of it anyhow.
    both = p.company & q.company - {f"Organization|{body}" for body in p.bodies | q.bodies}
    shared = math.fsum(map(news.rarity, both)) - math.log2(max(len(p.members), len(q.members)))
    few = "none of few" if min(len(p.company), len(q.company)) < 3 else "none"
    near = any(_agreement(a, b) > 1 for a in p.homes for b in q.homes)
    level = next((level for bits, level in COMPANY if shared > bits), few)
    yield ("company in one city" if near else "company", level), 1, math.inf


def _posts(p: Person, q: Person) -> list[Result]:
    if not p.posts or not q.posts:
        return []
    if p.seats & q.seats:
        return [("post", "same seat")]
    if same := p.bodies & q.bodies:
        return [("post", "same large body" if all(map(_LARGE.search, same)) else "same body")]
    if any(a.startswith(b) or b.startswith(a) for a in p.bodies for b in q.bodies):
        return [("post", "body within body")]
    if p.bodiless & q.titles or p.titles & q.bodiless:
        return [("post", "same title, body unknown")]
    elsewhere = "same title, other body" if p.titles & q.titles else "other body"
    level = elsewhere if p.bodies and q.bodies else "other title, body unknown"
    return [("post", level), *[("career", career) for career in [_career(p, q)] if career]]


def _career(p: Person, q: Person) -> str | None:
    """Whether the posts of two people follow each other, exclude each other, or lie far apart in time."""
    for one, other in ((p, q), (q, p)):
        left = {h.end or h.at for h in one.posts if h.end or h.status == "removed"}
        taken = {h.start or h.at for h in other.posts if h.start or h.status in _COMING}
        if any(abs(days) <= MOVED for days in _gaps(left, taken)):
            return "moved"
    now = [[h for h in x.posts if h.status in _NOW and h.place and not h.shared] for x in (p, q)]
    apart = [(a.at, b.at) for a in now[0] for b in now[1] if not _agreement(a.place, b.place)]
    if any(abs(days) <= AT_ONCE for a, b in apart for days in _gaps({a}, {b})):
        return "two places at once"
    return "years between" if min(map(abs, _gaps(p.dates, q.dates)), default=0) > LONG else None


def _gaps(one: set[str | None] | set[str], other: set[str | None] | set[str]) -> list[int]:
    """The days from dates to others, as far as they are known to the day."""
    days = [[date.fromisoformat(d) for d in dates if d and len(d) == len("2021-01-01")] for dates in (one, other)]
    return [(b - a).days for a in days[0] for b in days[1]]


def _places(p: Person, q: Person, news: News) -> Iterator[tuple[Result, int, float]]:
    kind, ours, theirs = "place of post", p.places, q.places
    if not (ours and theirs):
        kind, ours, theirs = "home", p.homes, q.homes
    if ours and theirs:
        levels, depth, place = max(
            (_agreement(a, b), min(len(a), len(b)), max(a, b, key=len)) for a in ours for b in theirs
        )
        level = ("apart", "same province", "same city", "same county")[min(levels, 3)]
        most = news.most(kind, place[:levels]) if levels else 0.0
        yield (kind, "other city" if levels == 1 < depth else level), len(ours) * len(theirs), most


def _agreement(p: Place, q: Place) -> int:
    """How many levels of two places are the same; of a place that no list knows, only the name is known."""
    if p[-1] == q[-1]:
        return max(len(p), len(q))
    return next((i for i, (a, b) in enumerate(zip(p, q, strict=False)) if a != b), min(len(p), len(q)))


class _Block:
    """Bearers of one name become people: each joins whom it most likely is, then people who are likely one are joined.

    Args:
        others: how many other people of the name to expect.
        news: what the collection is like.
        judged: what a user said of bearers.
    """

    def __init__(self, others: float, news: News, judged: Judged) -> None:
        self.others, self.news, self.judged = others, news, judged
        self.people: dict[int, Person] = {}
        self.found = People()
        self._sharing: dict[tuple[str, object], set[int]] = defaultdict(set)

    def run(self, bearers: Sequence[Bearer]) -> People:
        """Find the people: what is judged comes first, then who is known by a body or a medium, then the others."""
        judged: dict[int, list[Bearer]] = defaultdict(list)
        known: list[Bearer] = []
        others: list[Bearer] = []
        for bearer in sorted(bearers, key=lambda b: (b.key, b.name)):
            group = self.judged.group("Person", bearer.name, bearer.digest)
            if group is not None:
                judged[group].append(bearer)
            else:
                (known if bearer.media or any(p.body for p in bearer.posts) else others).append(bearer)
        for group, members in judged.items():
            self._keep(len(self.people), Person(members, group))
        for bearer in known:
            self._place(bearer)
        self._join_people()
        for bearer in others:
            self._place(bearer)
        self.found.people = [p.members for p in self.people.values()]
        self._look_again()
        return self.found

    def _weigh(self, p: Person, q: Person) -> tuple[float, str]:
        """The bits that speak for one person, and what they are."""
        whole = bool(p.whole and q.whole)
        parts = [("name", NAME_ALONE if whole else min(NAME_ALONE, -math.log2(self.others)))]
        if known := min(MOST_KNOWN, math.log2(max(len(p.members), len(q.members)))):
            parts.append(("often named", known))
        for (comparison, level), tries, most in compare(p, q, self.news):
            bits = _weights()[comparison, level]
            worth = min(most, max(0.0, bits - math.log2(tries))) if bits > 0 else bits
            parts.append((f"{comparison}: {level}", worth))
        return math.fsum(bits for _, bits in parts), "; ".join(f"{what} {bits:+.1f}" for what, bits in parts)

    def _features(self, person: Person) -> set[tuple[str, object]]:
        """What somebody else must share to be compared, where the name alone says too little."""
        shared: set[tuple[str, object]] = {("body", b) for b in person.bodies} | {("title", t) for t in person.titles}
        shared |= {("medium", m) for m in person.media if m} | {("home", h[:2]) for h in person.homes | person.places}
        return shared | {("company", c) for c in person.company if self.news.rarity(c) >= COMMON}

    def _keep(self, index: int, person: Person, added: Person | None = None) -> None:
        self.people[index] = person
        for feature in self._features(added or person):
            self._sharing[feature].add(index)

    def _ranked(self, person: Person, but: int = -1) -> list[tuple[float, int, str]]:
        """The people that somebody may be, the likeliest first."""
        if self.others < 1:
            near = set(self.people)
        else:
            near = set().union(*(self._sharing.get(feature, ()) for feature in self._features(person)))
        fitting = [i for i in near if i != but and i in self.people and self._may_be_one(person, self.people[i])]
        weighed = [(i, self._weigh(self.people[i], person)) for i in fitting]
        return sorted(((bits, i, why) for i, (bits, why) in weighed), key=lambda found: (-found[0], found[1]))

    def _may_be_one(self, p: Person, q: Person) -> bool:
        named = not (p.whole and q.whole) or any(fuzz.ratio(a, b) >= ALIKE for a in p.whole for b in q.whole)
        return named and not self.judged.apart(p.judged, q.judged)

    def _place(self, bearer: Bearer) -> None:
        """Join a bearer to the person that it most likely is, or begin a new one."""
        new = Person([bearer])
        ranked = self._ranked(new)
        if ranked and ranked[0][0] >= ACCEPT and (len(ranked) < 2 or ranked[0][0] - ranked[1][0] >= AMBIGUOUS):
            bits, index, why = ranked[0]
            person = self.people[index]
            self._join(bits, why, bearer, person)
            person.add(bearer)
            self._keep(index, person, new)
        else:
            self._keep(max(self.people, default=-1) + 1, new)

    def _join(self, bits: float, why: str, bearer: Bearer, person: Person) -> None:
        self.found.joins.append(Join(bearer, person.members[0], why))
        if bits < ACCEPT + UNSURE:
            self._doubt(person.members[0], bearer, True, bits, why)

    def _join_people(self) -> None:
        """Join the two people who are most likely one, as long as there are any; nobody is joined through a third."""
        pairs = {i: self._ranked(p, i) for i, p in self.people.items()}
        while best := max(((r[0][0], -i, -r[0][1]) for i, r in pairs.items() if r and r[0][0] >= ACCEPT), default=None):
            one, other = sorted((-best[1], -best[2]))
            person, gone = self.people[one], self.people.pop(other)
            bits, why = self._weigh(person, gone)
            self._join(bits, why, gone.members[0], person)
            for bearer in gone.members:
                person.add(bearer)
            person.judged |= gone.judged
            self._keep(one, person, gone)
            del pairs[other]
            pairs |= {
                i: self._ranked(self.people[i], i) for i in pairs if i == one or {one, other} & {r[1] for r in pairs[i]}
            }

    def _look_again(self) -> None:
        """Who stayed apart though little was missing."""
        for i, person in self.people.items():
            for bits, other, why in self._ranked(person, i):
                if i < other and bits > ACCEPT - UNSURE:
                    self._doubt(person.members[0], self.people[other].members[0], False, bits, why)

    def _doubt(self, a: Bearer, b: Bearer, same: bool, bits: float, why: str) -> None:
        docs = (a.key.rpartition("#")[0], b.key.rpartition("#")[0])
        members = ("Person", a.name, a.digest), ("Person", b.name, b.digest)
        self.found.unsure.append(Unsure(members[0], members[1], docs, same, round(bits, 1), why))


def find_people(bearers: Sequence[Bearer], judged: Judged | None = None) -> People:
    """The people behind the bearers of all names.

    Only bearers whose names are spelt alike, or whom a user judged to be one, are compared with each other.

    >>> a = Bearer("1", "周明", posts=frozenset([Held("局长", "郑州市财政局", ("河南省", "郑州市"), "current")]))
    >>> b = Bearer("2", "周明", posts=frozenset([Held("局长", "杭州市科技局", ("浙江省", "杭州市"), "current")]))
    >>> len(find_people([a, b]).people)
    2
    """
    judged = judged or Judged()
    ordered = sorted(bearers, key=lambda b: (b.key, b.name))
    news = News(ordered)
    blocks: dict[str, list[Bearer]] = defaultdict(list)
    found = People()
    joined = _joined_blocks(judged)
    foreign = _families(b.name for b in ordered)
    abroad = set(foreign.values())
    for bearer in ordered:
        if is_masked(bearer.name) and judged.group("Person", bearer.name, bearer.digest) is None:
            found.people.append([bearer])
        else:
            spelling = one_spelling(bearer.name)
            spelling = joined.get(spelling, spelling)
            blocks[foreign.get(spelling, spelling)].append(bearer)
    for spelling, block in blocks.items():
        if len(block) == 1:
            found.people.append(block)
            continue
        others = (FOREIGN if spelling in abroad else max(expected_share(b.name) for b in block)) * news.names
        one = _Block(others, news, judged).run(block)
        found.people += one.people
        found.joins += one.joins
        found.unsure += one.unsure
    return found


def _families(names: Iterable[str]) -> dict[str, str]:
    """The family name by which a foreign name is known too, where few others of the family are named, by spelling."""
    bearing: dict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        if family(name) != name:
            bearing[one_spelling(family(name))][one_spelling(name)] += 1
    found: dict[str, str] = {}
    for last, known in bearing.items():
        first = min(known, key=lambda name: (-known[name], name))
        one = [name for name in known if fuzz.ratio(name, first) >= ALIKE]
        if sum(known[name] for name in one) >= MOSTLY * known.total():
            found |= dict.fromkeys(one, last)
    return found


def _joined_blocks(judged: Judged) -> dict[str, str]:
    """The block of spellings that a user judged to be names of one person."""
    joined: dict[str, set[str]] = {}
    for group in judged.groups:
        spellings = {one_spelling(name) for type_, name, _ in group if type_ == "Person"}
        together = spellings.union(*(joined.get(s, ()) for s in spellings))
        joined |= dict.fromkeys(together, together)
    return {spelling: min(together) for spelling, together in joined.items()}
