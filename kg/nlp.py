"""Recognition: a spaCy pipeline in which HanLP, lexicons and patterns propose spans and one place decides."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from operator import attrgetter
from typing import Any, Protocol, TypeVar, cast

import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from kg.lexicon import Name
from kg.model import Article, Mention, MentionType, Overruled, TypedSpan, Zone
from kg.spans import Proposal, proposals_by_pattern, reconcile

__all__ = [
    "Recognition",
    "Recognizer",
    "Sentence",
    "backwards",
    "batches",
    "build_pipeline",
    "find_spans",
    "overlapped",
    "recognize",
    "split_sentences",
    "within",
]

T = TypeVar("T")
BATCH = 64
LONGEST_TEXT = 100_000_000
# Characters from which on a name means one thing.
_SURE: dict[MentionType, int] = {"Person": 3, "Organization": 4, "Initiative": 6}
_CUT = {"Organization", "Initiative", "Place"}
_READ = {"headline", "body", "caption"}

_TOKEN = re.compile(r"(\S|\s+)( ?)")
_at = attrgetter("at")
_SENTENCE = re.compile(r"[^。！？!?\n]*(?:[。！？!?]+[”’」』）)]*|\n|$)")


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of up to ``size`` items.

    >>> list(batches("abcde", 2))
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


class Recognizer(Protocol):
    """Anything that finds typed spans in sentences."""

    def recognize(self, sentences: Sequence[str]) -> list[list[TypedSpan]]:
        """Typed spans of each sentence, with offsets in that sentence."""
        ...


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article's text, ``[start, end)``, and the kind of zone it stands in."""

    start: int
    end: int
    zone: str


@dataclass(frozen=True, slots=True)
class Recognition:
    """What recognition found in an article: its sentences and its mentions, both in the order of the text, and where a
    user's lexicon overruled the model.
    """

    article: Article
    raw: str
    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]
    overruled: tuple[Overruled, ...] = ()

    def sentence_at(self, position: int) -> Sentence | None:
        """The sentence that holds a position of the article's text."""
        after = bisect_right(self.sentences, position, key=lambda s: s.start)
        found = self.sentences[after - 1] if after else None
        return found if found and position < found.end else None

    def mention(self, at: tuple[int, int], type_: MentionType, **fields: object) -> Mention:
        """A mention of a part of the article's text; ``fields`` are what differs from the plain reading of it."""
        article = self.article
        start, end = article.raw_span(*at)
        own: dict[str, Any] = {"name": article.text[slice(*at)], **fields}
        return Mention(article.doc, start, end, self.raw[start:end], type_, article.number, at, **own)


def within(mentions: Sequence[Mention], start: int, end: int) -> list[Mention]:
    """The mentions between two positions of an article's text; ``mentions`` are in the order of the text."""
    first = bisect_left(mentions, (start,), key=_at)
    last = bisect_left(mentions, (end,), first, key=_at)
    return [m for m in mentions[first:last] if m.at[1] <= end]


def backwards(mentions: Sequence[Mention], start: int, end: int) -> Iterator[Mention]:
    """As ``within``, the last one first; no more of them are looked at than are taken."""
    last = bisect_left(mentions, (end,), key=_at)
    near = takewhile(lambda m: m.at[0] >= start, (mentions[i] for i in range(last - 1, -1, -1)))
    return (m for m in near if m.at[1] <= end)


def overlapped(mentions: Sequence[Mention], start: int, end: int) -> bool:
    """Whether one of the mentions, which are in order and do not overlap each other, overlaps ``[start, end)``."""
    before = bisect_left(mentions, (end,), key=_at)
    return before > 0 and mentions[before - 1].at[1] > start


def split_sentences(text: str, zones: Sequence[Zone]) -> list[Sentence]:
    """Split the zones of a text into sentences, without the white space around them.

    >>> split_sentences("会议召开。他说：“好！”", [Zone("body", 0, 12)])
    [Sentence(start=0, end=5, zone='body'), Sentence(start=5, end=12, zone='body')]
    """
    found: list[Sentence] = []
    for zone in zones:
        for match in _SENTENCE.finditer(text, zone.start, zone.end):
            piece = match[0]
            start = match.start() + len(piece) - len(piece.lstrip())
            end = match.end() - (len(piece) - len(piece.rstrip()))
            if start < end:
                found.append(Sentence(start, end, zone.kind))
    return found


class Characters:
    """Make every character a token, and every run of white space, as spaCy's own tokenizer does in thrice the time."""

    def __init__(self, nlp: Language) -> None:
        self.vocab = nlp.vocab

    def __call__(self, text: str) -> Doc:
        tokens = _TOKEN.findall(text)
        doc = Doc(self.vocab, [token for token, _ in tokens], [bool(space) for _, space in tokens])
        doc.user_data["text"] = text  # which spaCy puts together from its tokens each time
        return doc


class SentenceSplitter:
    """Find the sentences of a document, never across zones; ``doc.user_data["zones"]`` holds the zones."""

    def __call__(self, doc: Doc) -> Doc:
        text = doc.user_data["text"]
        zones = doc.user_data.get("zones") or [Zone("body", 0, len(text))]
        doc.user_data["sentences"] = split_sentences(text, zones)
        return doc


class HanlpComponent:
    """Let a HanLP model propose spans, in batches over many documents."""

    def __init__(self) -> None:
        self.recognizer: Recognizer | None = None

    def __call__(self, doc: Doc) -> Doc:
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = BATCH) -> Iterator[Doc]:
        """Annotate documents, a batch at a time."""
        for docs in batches(stream, batch_size):
            sentences = [doc.user_data["text"][s.start : s.end] for doc in docs for s in doc.user_data["sentences"]]
            assert self.recognizer is not None, "build_pipeline sets the recognizer"
            found = iter(self.recognizer.recognize(sentences))
            for doc in docs:
                proposals: list[Proposal] = []
                for sentence in doc.user_data["sentences"]:
                    at = sentence.start
                    proposals += [Proposal(at + s.start, at + s.end, s.type, "model") for s in next(found)]
                doc.user_data["proposals"] = proposals
                yield doc


class LexiconMatcher:
    """Propose the names of the user's lexicons."""

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp
        self.matcher = PhraseMatcher(nlp.vocab)
        self.types: dict[str, str] = {}

    def add(self, names: Sequence[Name]) -> None:
        """Take names up; each is matched by its exact text."""
        for name in names:
            self.types[name.text] = name.type
            self.matcher.add(name.text, [self.nlp.make_doc(name.text)])

    def __call__(self, doc: Doc) -> Doc:
        if self.types:
            for span in self.matcher(doc, as_spans=True):
                type_ = self.types[span.label_]
                doc.user_data["proposals"].append(Proposal(span.start_char, span.end_char, type_, "user"))
        return doc


class Reconciler:
    """Decide between all proposals; the result is ``doc.ents``."""

    def __call__(self, doc: Doc) -> Doc:
        text = doc.user_data["text"]
        proposals = [*doc.user_data["proposals"], *proposals_by_pattern(text)]
        if medium := doc.user_data.get("medium"):
            for zone in doc.user_data["zones"]:
                at = text.find(medium, zone.start, zone.end) if zone.kind in {"byline", "source"} else -1
                proposals += [Proposal(at, at + len(medium), "Organization", "medium")] if at >= 0 else []
        doc.user_data["overruled"] = list(_overruled(text, proposals))
        spans = [doc.char_span(s.start, s.end, label=s.type) for s in reconcile(text, proposals)]
        # A span that cuts a token of white space has no tokens of its own.
        doc.set_ents([s for s in spans if s is not None])
        return doc


@Language.factory("kg_sentences")
def _sentences(nlp: Language, name: str) -> SentenceSplitter:
    return SentenceSplitter()


@Language.factory("kg_hanlp")
def _hanlp(nlp: Language, name: str) -> HanlpComponent:
    return HanlpComponent()


@Language.factory("kg_lexicon")
def _lexicon(nlp: Language, name: str) -> LexiconMatcher:
    return LexiconMatcher(nlp)


@Language.factory("kg_reconcile")
def _reconcile(nlp: Language, name: str) -> Reconciler:
    return Reconciler()


def build_pipeline(recognizer: Recognizer, names: Sequence[Name] = ()) -> Language:
    """The spaCy pipeline: sentences, HanLP, the user's lexicons, reconciliation."""
    nlp = spacy.blank("zh")
    nlp.tokenizer = Characters(nlp)
    nlp.max_length = LONGEST_TEXT
    nlp.add_pipe("kg_sentences")
    cast(HanlpComponent, nlp.add_pipe("kg_hanlp")).recognizer = recognizer
    cast(LexiconMatcher, nlp.add_pipe("kg_lexicon")).add(names)
    nlp.add_pipe("kg_reconcile")
    return nlp


def recognize(nlp: Language, articles: Iterable[tuple[Article, str]]) -> list[Recognition]:
    """Find the mentions of articles, of one source or of many.

    Args:
        nlp: what ``build_pipeline`` made.
        articles: each with the raw text of its source, from which mentions take their words.
    """
    bare: list[Recognition] = []
    docs: list[Doc] = []
    for article, raw in articles:
        doc = nlp.make_doc(article.text)
        doc.user_data |= {"zones": article.zones, "medium": article.medium}
        docs.append(doc)
        bare.append(Recognition(article, raw, (), ()))
    return [
        _consistent(
            replace(
                one,
                sentences=tuple(doc.user_data["sentences"]),
                overruled=tuple(doc.user_data["overruled"]),
                mentions=tuple(one.mention((e.start_char, e.end_char), cast(MentionType, e.label_)) for e in doc.ents),
            )
        )
        for one, doc in zip(bare, nlp.pipe(docs), strict=True)
    ]


def _consistent(found: Recognition) -> Recognition:
    """Tag the names that an article tags somewhere, with their most frequent type, wherever else they stand in it."""
    counts: dict[str, Counter[MentionType]] = defaultdict(Counter)
    for m in found.mentions:
        counts[m.name][m.type] += 1
    types = {n: c.most_common(1)[0][0] for n, c in counts.items()}
    known = {n: t for n, t in types.items() if len(n) >= _SURE.get(t, LONGEST_TEXT)}
    if not known:
        return found
    mentions = {m.at: m for m in found.mentions}
    mentions |= {m.at: replace(m, type=known[m.name]) for m in found.mentions if known.get(m.name, m.type) != m.type}
    starts = [m.at[0] for m in found.mentions]
    for start, end in _occurrences(found.article.text, known):
        before, last = bisect_left(starts, start), bisect_left(starts, end)
        there = [m for m in found.mentions[max(0, before - 1) : last] if m.at[1] > start]
        # What was cut gives way to the whole name.
        cut = all(start <= m.at[0] and m.at[1] <= end and m.at != (start, end) and m.type in _CUT for m in there)
        if cut and (sentence := found.sentence_at(start)) and sentence.zone in _READ:
            for m in there:
                mentions.pop(m.at, None)
            mentions[start, end] = found.mention((start, end), known[found.article.text[start:end]])
    return replace(found, mentions=tuple(sorted(mentions.values(), key=_at)))


def _occurrences(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where names stand in a text, in order; of those that overlap the first, then the longest."""
    found = sorted((at, -len(name)) for name in names for at in _positions(text, name))
    free = 0
    for at, length in found:
        if at >= free:
            free = at - length
            yield at, free


def _positions(text: str, name: str) -> Iterator[int]:
    at = text.find(name)
    while at >= 0:
        yield at
        at = text.find(name, at + 1)


def find_spans(nlp: Language, texts: Iterable[str]) -> list[list[TypedSpan]]:
    """The whole of recognition on bare texts: their typed spans, for scoring and for trying things out."""
    docs = nlp.pipe([nlp.make_doc(text) for text in texts])
    return [[TypedSpan(e.start_char, e.end_char, e.label_) for e in doc.ents] for doc in docs]


def _overruled(text: str, proposals: Sequence[Proposal]) -> Iterator[Overruled]:
    """Where the user's lexicon and the model read the same words as different names."""
    read = [p for p in proposals if p.origin == "model"]
    for own in (p for p in proposals if p.origin == "user"):
        for p in read:
            if p.start < own.end and own.start < p.end and (p.start, p.end, p.type) != (own.start, own.end, own.type):
                yield Overruled(text[own.start : own.end], own.type, text[p.start : p.end], p.type)
