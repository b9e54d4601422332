"""The records that the stages exchange: frozen, and each points back to the raw text it came from."""

from dataclasses import dataclass
from typing import Literal, get_args

from kg.offsets import OffsetMap

__all__ = [
    "ENTITY_TYPES",
    "MENTION_TYPES",
    "RELATIONS",
    "SIGNATURES",
    "STATUSES",
    "SYMMETRIC",
    "Article",
    "Claim",
    "Entity",
    "EntityType",
    "Home",
    "Mention",
    "MentionType",
    "Overruled",
    "Relation",
    "Resolution",
    "Skipped",
    "Source",
    "Span",
    "Statement",
    "Status",
    "Told",
    "TypedSpan",
    "Zone",
]

MentionType = Literal["Person", "Post", "Organization", "Initiative", "Place", "Event", "Document", "Date"]
EntityType = Literal["Person", "Post", "Organization", "Initiative", "Place", "Event", "Document", "Article"]
Relation = Literal[
    "holds_post", "post_in", "attended", "chaired", "spoke_at", "organized", "inspected", "accompanied", "met_with",
    "promotes", "part_of", "located_in", "cooperates_with", "issued", "concerns", "authored", "published_by",
]  # fmt: skip
Status = Literal["current", "former", "appointed", "removed", "acting", "proposed"]
ZoneKind = Literal["headline", "byline", "source", "body", "caption"]

MENTION_TYPES: tuple[str, ...] = get_args(MentionType)
ENTITY_TYPES: tuple[str, ...] = get_args(EntityType)
RELATIONS: tuple[str, ...] = get_args(Relation)
STATUSES: tuple[str, ...] = get_args(Status)
SYMMETRIC = frozenset({"met_with", "cooperates_with"})

_ACTORS = frozenset({"Person", "Organization", "Initiative", "Place"})
_BODIES = frozenset({"Organization", "Initiative", "Place"})
SIGNATURES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "holds_post": (frozenset({"Person"}), frozenset({"Post"})),
    "post_in": (frozenset({"Post"}), frozenset({"Organization", "Initiative"})),
    "attended": (_ACTORS, frozenset({"Event"})),
    "chaired": (frozenset({"Person"}), frozenset({"Event"})),
    "spoke_at": (_ACTORS, frozenset({"Event"})),
    "organized": (_BODIES, frozenset({"Event"})),
    "inspected": (frozenset({"Person"}), _BODIES),
    "accompanied": (frozenset({"Person"}), frozenset({"Person"})),
    "met_with": (frozenset({"Person"}), frozenset({"Person", "Organization"})),
    "promotes": (_ACTORS, frozenset({"Initiative"})),
    "part_of": (frozenset({"Organization", "Initiative"}), frozenset({"Organization", "Initiative"})),
    "located_in": (frozenset({"Organization", "Initiative", "Event"}), frozenset({"Place"})),
    "cooperates_with": (_BODIES, _BODIES),
    "issued": (frozenset({"Organization", "Event", "Initiative", "Place"}), frozenset({"Document"})),
    "concerns": (frozenset({"Event", "Document"}), frozenset({"Initiative"})),
    "authored": (frozenset({"Person"}), frozenset({"Article"})),
    "published_by": (frozenset({"Article"}), frozenset({"Organization"})),
}
"""Entity types that a relation may join: (subject types, object types)."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Source:
    """One input file or record: its raw text, how it was decoded, and what it says of itself.

    ``digest`` is the SHA-256 of the input's bytes; ``keep`` asks for ``texts/<doc>.txt`` beside the outputs, where the
    raw text cannot be had again from the bytes by strict UTF-8 or strict GB18030, or was extracted from a page.
    """

    doc: str
    raw: str
    digest: str
    encoding: str = "utf-8"
    keep: bool = False
    title: str | None = None
    date: str | None = None
    medium: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """An input that is no source, and why."""

    doc: str
    reason: str


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of an article's text, ``[start, end)``, and what it is; zones are in order and do not overlap."""

    kind: ZoneKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Home:
    """The administrative place that an article speaks from, each level by its full name (河南省, 郑州市, 中原区)."""

    province: str | None = None
    city: str | None = None
    county: str | None = None
    town: str | None = None
    why: str = ""

    @property
    def lowest(self) -> str | None:
        """The narrowest administrative place known, down to the county."""
        return self.county or self.city or self.province

    @property
    def name(self) -> str:
        """The chain of places, widest first; a municipality is named once.

        >>> Home(province="河南省", city="郑州市").name
        '河南省郑州市'
        >>> Home(province="上海市", city="上海市", county="松江区").name
        '上海市松江区'
        """
        return "".join(dict.fromkeys(p for p in (self.province, self.city, self.county, self.town) if p))


@dataclass(frozen=True, slots=True)
class Article:
    """One news item of a source, restored: ``text`` is what was written, ``offsets`` leads back to the raw text.

    Page furniture is not in ``text``. Zones say which part is headline, byline, source line, caption or body; between
    zones there is only white space. ``published`` is an ISO date prefix.
    """

    doc: str
    number: int
    text: str
    offsets: OffsetMap
    zones: tuple[Zone, ...]
    headline: str | None = None
    medium: str | None = None
    published: str | None = None
    home: Home | None = None

    def raw_span(self, start: int, end: int) -> Span:
        """The smallest raw span that covers ``text[start:end]``."""
        return self.offsets.raw(start, end)


@dataclass(frozen=True, slots=True)
class TypedSpan:
    """A typed part of a text, ``[start, end)``."""

    start: int
    end: int
    type: str


@dataclass(frozen=True, slots=True, order=True)
class Overruled:
    """A name of a user's lexicon where the recognizer read something else: the lexicon's word counts."""

    name: str
    type: str
    instead: str
    instead_type: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A typed span of a source's raw text; ``text == raw[start:end]``.

    ``at`` is the span in the restored text of article number ``article``; ``name`` is what stands there, or, for an
    event named from the text (会议, 签约仪式), the name that was built for it. A ``part`` lies inside a longer mention.
    """

    doc: str
    start: int
    end: int
    text: str
    type: MentionType
    article: int
    at: Span
    name: str
    part: bool = False
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement before resolution: its ends are mentions; ``None`` stands for the article itself.

    ``subject_at`` and ``object_at`` are the spans in the article's text that stand for the ends inside the evidence,
    ``None`` where an end is carried over from before. For ``holds_post``, ``body`` is the mention of the post's body
    and ``implied`` a body that the title or the context says without naming it (市长 → 市政府).
    """

    relation: Relation
    subject: Mention | None
    object: Mention | None
    article: int
    evidence: Span
    rule: str
    subject_at: Span | None = None
    object_at: Span | None = None
    body: Mention | None = None
    implied: str | None = None
    status: Status | None = None
    start: str | None = None
    end: str | None = None
    confidence: float = 0.8


@dataclass(frozen=True, slots=True)
class Entity:
    """What mentions refer to."""

    id: str
    type: EntityType
    name: str
    aliases: tuple[str, ...] = ()
    resolved: bool = True
    title: str | None = None
    organization: str | None = None
    home: str | None = None
    doc: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What a source claims: ``subject`` and ``object`` are entity ids, every offset counts in the raw text."""

    id: str
    subject: str
    relation: Relation
    object: str
    doc: str
    evidence: Span
    quote: str
    rule: str
    confidence: float
    subject_span: Span | None = None
    object_span: Span | None = None
    status: Status | None = None
    start: str | None = None
    end: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a mention was resolved to, from what, and why."""

    doc: str
    start: int
    end: int
    text: str
    entity: str
    source: str
    why: str


@dataclass(frozen=True, slots=True)
class Told:
    """What one document tells, in the order of the files: mentions each with the id of its entity, or None."""

    mentions: tuple[tuple[Mention, str | None], ...]
    statements: tuple[Statement, ...]
    resolutions: tuple[Resolution, ...]
