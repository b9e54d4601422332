"""What an article tells of each person whom it names: posts, medium, place and company."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from kg.bodies import zone_of
from kg.lexicon import titles
from kg.model import Article, Claim, Home
from kg.naming import Naming, chain_of, places_of
from kg.places import locate, prefix

__all__ = ["COMPANY", "NOTHING", "Bearer", "Held", "bearers"]

NOTHING: frozenset[Any] = frozenset()  # every other empty one takes as much memory again
COMPANY = frozenset({"Person", "Organization", "Initiative", "Event"})
_UNLISTED = re.compile(r"[一-龥]{2,4}?[市县区州]")


class Held(Struct, frozen=True, array_like=True):
    """A post as one article tells it: ``body`` is the key of its body, ``place`` where that is, widest first.

    ``at`` is when the article was published; ``shared`` that several hold such a post at a time.
    """

    title: str
    body: str | None = None
    place: tuple[str, ...] = ()
    status: str | None = None
    start: str | None = None
    end: str | None = None
    at: str | None = None
    shared: bool = True


class Bearer(Struct, frozen=True, array_like=True):
    """A person of one article.

    Attributes:
        key: the article.
        name: the full name.
        digest: the content hash of the source.
        posts: the posts held, but for those of reporters.
        media: the media written for, "" for one not named; empty for who is only written about.
        home: the places the article speaks from, widest first.
        published: when it was published.
        company: keys of all the people, bodies, initiatives and events that it names.
    """

    key: str
    name: str
    digest: str = ""
    posts: frozenset[Held] = NOTHING
    media: frozenset[str] = NOTHING
    home: tuple[str, ...] = ()
    published: str | None = None
    company: frozenset[str] = NOTHING


def bearers(article: Article, naming: Naming, claims: Iterable[Claim]) -> Iterator[Bearer]:
    """The names, posts and media of the people of an article."""
    posts: dict[str, set[Held]] = defaultdict(set)
    media: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        if not claim.subject or claim.subject.type != "Person":
            continue
        name = naming.referents[claim.subject].key
        if claim.relation == "authored":
            media[name].add(article.medium or "")
        elif claim.relation == "holds_post":
            title, body = naming.office(claim)
            if title.endswith("记者"):
                media[name].add(body.name if body else article.medium or "")
                continue
            known = titles().get(title)
            place = _places(body.name, article.home) if body else ()
            posts[name].add(Held(
                title, body.key if body else None, place, claim.status, claim.start, claim.end, article.published,
                shared=known is None or known.shared,
            ))  # fmt: skip
    for name in sorted({r.key for r in naming.referents.values() if r.type == "Person"}):
        yield Bearer("", name, posts=frozenset(posts[name]), media=frozenset(media[name]))


def _places(body: str, home: Home | None) -> tuple[str, ...]:
    """The places that a body's name begins with, widest first; empty for a national or nameless one."""
    if (step := prefix(body)) is None:
        unlisted = None if zone_of(body) else _UNLISTED.match(body)
        if not unlisted:
            return ()
        wider = places_of(home)
        return wider[: wider.index(unlisted[0]) + 1] if unlisted[0] in wider else (unlisted[0],)
    return chain_of(locate(body[: step[1]], home) or step[0])
