"""What the mentions of one article refer to, as far as the article itself tells."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from msgspec import Struct, structs

from kg.bodies import body_key, complete, is_elliptical, same_company
from kg.lexicon import Name, column, cue, titles
from kg.model import Article, Claim, Home, Mention
from kg.nlp import Sentence
from kg.people import LOST, family, full_name, is_masked
from kg.places import Division, locate

__all__ = ["MARKS", "Naming", "Referent", "aliases_of", "chain_of", "places_of", "scoped"]

LOOK_BACK = 100
LONGEST_SHORT_NAME = 2
SCOPED = "@#"  # how a key ends that means something in its article alone
MARKS = re.compile(r"[“”\"'‘’「」《》〈〉\s]")
_SHORT = cue("name.short")
_QUOTED = re.compile(r"[“‘][^“”‘’]+[”’]")
_PADDING = re.compile(r"(?<=[一-龥])\s+(?=[一-龥])")
_COURT = re.compile(r".+?(?:法院|检察院)")
_TITLE_LEAD = cue("name.title-lead")


class Referent(Struct, frozen=True, array_like=True):
    """What a mention refers to: ``key`` is the same for all mentions of one thing, across sources unless it ends with
    SCOPED, which the name of the article is to replace (``scoped``).
    """

    type: str
    key: str
    name: str
    resolved: bool = True
    source: str = ""
    why: str = ""
    built: bool = False  # an event that the text names not, but tells of


def aliases_of(names: Iterable[Name]) -> dict[tuple[str, str], str]:
    """The names that a lexicon gives for others, by (type, alias)."""
    return {(name.type, name.text): name.canonical for name in names if name.canonical != name.text}


def scoped(key: str, scope: str) -> str:
    """A key with the name of its article, where it means something in that alone."""
    return key.removesuffix(SCOPED) + f"@{scope}" if key.endswith(SCOPED) else key


class Naming:
    """The referents of one article's mentions; bodies that are only implied are named on demand.

    Args:
        article: the article.
        sentences: its sentences.
        mentions: its mentions, parts and events named from the text among them.
        aliases: the name that a lexicon gives for another, by (type, alias).
    """

    def __init__(
        self,
        article: Article,
        sentences: Sequence[Sentence],
        mentions: Sequence[Mention],
        aliases: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        self.article = article
        self.home: Home | None = article.home
        self.near = places_of(article.home)
        self._starts = [s.start for s in sentences]
        self._people = [m for m in mentions if m.type == "Person"]
        firsts = {name: i for i, name in reversed(list(enumerate(m.name for m in self._people)))}
        # A family name that is said before the full one is that of a relative.
        self._families = {f for n, i in firsts.items() if (f := family(n)) != n and i < firsts.get(f, -1)}
        self._bodies: dict[str, list[str]] = defaultdict(list)
        for body in sorted({m.name for m in mentions if m.type == "Organization"}, key=lambda n: (-len(n), n)):
            self._bodies[body[:3]].append(body)
        self._zones = sorted({m.name for m in mentions if m.type == "Initiative"}, key=lambda n: (-len(n), n))
        self._documents = list(dict.fromkeys(MARKS.sub("", m.name) for m in mentions if m.type == "Document"))
        self._said: list[tuple[Mention, str]] = []
        self.referents: dict[Mention, Referent] = {}
        self._offices: dict[Claim, tuple[str, Referent | None]] = {}
        self._introduced = introduced = _short_names(article.text, mentions)
        for mention in sorted(mentions, key=lambda m: (m.at[0], -m.at[1])):
            key = (mention.type, mention.name)
            canonical = introduced.get(key) or (aliases or {}).get(key)
            referent = self._refer(replace(mention, name=canonical) if canonical else mention)
            if referent and canonical:
                why = "the article introduces the short name" if key in introduced else "the lexicon says so"
                referent = structs.replace(referent, source=canonical, why=why)
            if referent:
                if mention.rule and not referent.why:
                    referent = structs.replace(referent, source=mention.name, why="the words stand for it")
                self.referents[mention] = referent
                if mention.type in {"Organization", "Initiative", "Place"} and not mention.part:
                    self._said.append((mention, referent.name))

    def _before(self, mention: Mention) -> tuple[list[str], list[str]]:
        """Full names said before a mention, nearest first: in its sentence, and in those before it."""
        start = self._starts[max(0, bisect_right(self._starts, mention.at[0]) - 1)] if self._starts else 0
        earlier = [(m, name) for m, name in reversed(self._said[-LOOK_BACK:]) if m.at[0] < mention.at[0]]
        return [n for m, n in earlier if m.at[0] >= start], [n for m, n in earlier if m.at[0] < start]

    def _refer(self, mention: Mention) -> Referent | None:
        name = mention.name
        match mention.type:
            case "Person":
                return self._person(mention)
            case "Organization":
                return self.body(name, mention)
            case "Initiative":
                return self._initiative(mention)
            case "Place":
                return self._place(name)
            case "Event":
                return self._event(mention)
            case "Document":
                return self._document(name)
            case _:
                return None

    def _person(self, mention: Mention) -> Referent:
        mention = replace(mention, name=_PADDING.sub("", mention.name))
        full = None
        if len(mention.name) <= LONGEST_SHORT_NAME or LOST in mention.name or mention.name in self._families:
            of_family = mention.name in self._families
            known = [m for m in self._people if of_family or family(m.name) == m.name]
            after = [m.name for m in known if m.at > mention.at]
            full = full_name(mention.name, [*after, *(m.name for m in known if m.at < mention.at)])
        if full:
            return Referent("Person", full, full, source=full, why="the full name in the same article")
        return Referent("Person", mention.name, mention.name, resolved=not is_masked(mention.name))

    def body(self, name: str, at: Mention, anchor: str | None = None) -> Referent:
        """The body that a name means where a mention stands; ``anchor`` is the name that it is first measured by."""
        in_sentence, before = self._before(at)
        completion = complete(name, self.home, [anchor, *in_sentence] if anchor else in_sentence, before)
        if completion:
            key = body_key(completion.name)
            return Referent("Organization", key, completion.name, source=completion.source, why=completion.why)
        if full := self._of_zone(name):
            return Referent("Organization", body_key(full), full, source=full, why="the zone named in the article")
        if is_elliptical(name):
            fuller = [b for known in self._bodies.values() for b in known if b.endswith(name) and not is_elliptical(b)]
            if len(fuller) == 1:
                why = "the full name in the article"
                return Referent("Organization", body_key(fuller[0]), fuller[0], source=fuller[0], why=why)
            return Referent("Organization", f"{name}{SCOPED}", name, resolved=False, why="nothing says whose")
        if longer := next((b for b in self._bodies.get(name[:3], ()) if same_company(name, b)), None):
            return Referent("Organization", body_key(longer), longer, source=longer, why="the full name in the article")
        return Referent("Organization", body_key(name), name.removeprefix("中共") if len(name) > 4 else name)

    def _of_zone(self, name: str) -> str | None:
        """The body that a bare 高新区管委会 is, where the article names the zone in full."""
        zones = [z for z in column("zone_suffixes", "suffix") if name.startswith(z) and z != name]
        bare = max(zones, key=len, default="")
        full = next((z for z in self._zones if bare and z.endswith(bare) and z != bare), None)
        return full + name[len(bare) :] if full else None

    def _initiative(self, mention: Mention) -> Referent:
        name = mention.name
        bare = MARKS.sub("", name)
        longer = (z for z in self._zones if z != name and z.startswith(name)) if _QUOTED.fullmatch(name) else ()
        if full := next(iter(longer), None):
            key, why = body_key(MARKS.sub("", full)), "the full name in the article"
            return Referent("Initiative", key, full, source=full, why=why)
        if bare in column("zone_suffixes", "suffix"):
            if full := next((z for z in self._zones if z != name and z.endswith(bare)), None):
                return Referent("Initiative", body_key(full), full, source=full, why="the zone named in the article")
            if self.home and self.home.lowest:
                full, why = self.home.lowest + bare, f"the article's home: {self.home.why}"
                return Referent("Initiative", body_key(full), full, source=self.home.name, why=why)
            return Referent("Initiative", f"{bare}{SCOPED}", name, resolved=False, why="nothing says whose")
        return Referent("Initiative", body_key(bare), name)

    def _place(self, name: str) -> Referent:
        division = locate(name, self.home)
        if division is None:
            return Referent("Place", name, name)
        why = "" if division.name == name else "the administrative division of that name"
        return Referent(
            "Place", "".join(chain_of(division)), division.name, source=division.name if why else "", why=why
        )

    def _event(self, mention: Mention) -> Referent:
        name = mention.name
        completion = complete(name, self.home, *self._before(mention)) if is_elliptical(name) else None
        full = completion.name if completion else name
        why = completion.why if completion else "named from the text" if mention.rule else ""
        source = completion.source if completion else mention.text if mention.rule else ""
        return Referent("Event", body_key(full), full, source=source, why=why, built=bool(mention.rule))

    def _document(self, name: str) -> Referent:
        bare = MARKS.sub("", name)
        if bare not in column("document_suffixes", "suffix"):
            return Referent("Document", bare, name)
        full = next((d for d in self._documents if d != bare and d.endswith(bare)), None)
        if full:
            return Referent("Document", full, f"《{full}》", source=full, why="the full name in the article")
        return Referent("Document", f"{bare}{SCOPED}", name, resolved=False, why="nothing says which")

    def introductions(self) -> Iterator[tuple[str, Referent]]:
        """The keys of short names that the article introduces, and what they stand for."""
        said = {(r.type, r.name): r for r in self.referents.values()}
        for (type_, short), name in self._introduced.items():
            if type_ in {"Organization", "Initiative", "Event"} and (type_, name) in said:
                yield f"{type_}|{body_key(MARKS.sub('', short))}", said[type_, name]

    def office(self, claim: Claim) -> tuple[str, Referent | None]:
        """The title and the body of a claim's post; no body where the text does not say it."""
        if claim not in self._offices:
            self._offices[claim] = self._office(claim)
        return self._offices[claim]

    def _office(self, claim: Claim) -> tuple[str, Referent | None]:
        post = claim.object
        assert post is not None, "holds_post claims have a post"
        title = _TITLE_LEAD.sub("", post.name)
        anchor = self.referents.get(claim.body) if claim.body else None
        known = titles().get(title)
        if known and known.body == "court" and anchor and (court := _COURT.match(anchor.name)):
            return title, structs.replace(anchor, key=body_key(court[0]), name=court[0])
        if known and known.body == "medium" and not anchor and self.article.medium:
            return title, self.body(self.article.medium, post)
        if claim.implied:
            body = self.body(claim.implied, post, anchor.name if anchor else None)
            return title, body if body.resolved else None
        return title, anchor if anchor and anchor.type in {"Organization", "Initiative"} else None


def _short_names(text: str, mentions: Sequence[Mention]) -> dict[tuple[str, str], str]:
    """The full names of the short names, by (type, short name), that an article introduces."""
    whole = [m for m in mentions if not m.part]
    return {
        (short.type, short.name): full.name
        for full, short in pairwise(whole)
        if full.type == short.type and full.name != short.name and _SHORT.fullmatch(text[full.at[1] : short.at[0]])
    }


def places_of(home: Home | None) -> tuple[str, ...]:
    """The places that an article speaks from, widest first, down to the county."""
    return tuple(dict.fromkeys(p for p in (home.province, home.city, home.county) if p)) if home else ()


@cache
def chain_of(division: Division) -> tuple[str, ...]:
    """The full names of a place and what it lies in, widest first."""
    return tuple(dict.fromkeys(division.path))
