"""Questions to a built graph, answered with the words that say so."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Annotated

import duckdb
import networkx as nx
import pandas as pd

from kg import careers, events
from kg.errors import KgError
from kg.evidence import Evidence, evidence_frame, explain
from kg.graph import build_graph
from kg.model import ENTITY_TYPES, EntityType
from kg.names import Names
from kg.networks import Links, Step
from kg.selection import Selection, read_selection
from kg.spells import LATEST, Spell, asked, in_order, known_on, spells
from kg.store import Outputs, Record, entity_of, read_outputs, statement_of

__all__ = ["AnyName", "Evidence", "KnowledgeGraph", "Profile", "Step", "load"]

# Strings of Arrow, pandas' own choice where pyarrow is installed, take no lone surrogate, which a file's name may have.
pd.set_option("mode.string_storage", "python")

_ENTITY_COLUMNS = [
    "id", "type", "name", "aliases", "title", "organization", "resolved", "home", "doc", "published",
]  # fmt: skip
_MENTION_COLUMNS = ["doc", "start", "end", "text", "type", "entity"]
_RESOLUTION_COLUMNS = ["doc", "start", "end", "text", "entity", "from", "why"]
_STATEMENT_COLUMNS = [
    "id", "subject_name", "relation", "object_name", "status", "start", "end", "published", "confidence", "rule",
    "quote", "doc", "subject", "object",
]  # fmt: skip
_POST_COLUMNS = ["title", "organization", "status", "start", "end", "published", "quote", "doc", "id", "object"]

Name = Annotated[str, "A name, alias or id."]
AnyName = Annotated[str | None, "A name, alias or id, to ask only about what has to do with it."]
Day = Annotated[str, "A date, or a month or year: 2024-03-15, 2024-03, 2024."]
Type = Annotated[EntityType | None, "Only entities of this type."]
On = Annotated[str | None, "Only what is known of this date, month or year (2024-03-15, 2024-03, 2024), and how."]


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of an entity: its record, its posts (of a person) and its other statements."""

    entity: Record
    posts: pd.DataFrame
    relations: pd.DataFrame


class KnowledgeGraph:
    """A built graph: its records as data frames, the networkx graph, and questions to them.

    Entities are named by id, name, alias or another form of a body's or post's name (郑州发改委, 云溟市市长). Every
    question raises KgError where a name is unknown or stands for several entities, which are then listed.
    """

    def __init__(self, outputs: Outputs) -> None:
        self.outputs = outputs
        self.records: dict[str, Record] = {record["id"]: record for record in outputs.entities}
        weights = Counter(record[end] for record in outputs.statements for end in ("subject", "object"))
        self._names = Names(self.records, weights, self._hint)

    @cached_property
    def entities(self) -> pd.DataFrame:
        """The entities: ``id, type, name, aliases, title, organization, …``."""
        return _frame(self.outputs.entities, _ENTITY_COLUMNS)

    @cached_property
    def mentions(self) -> pd.DataFrame:
        """Where entities are named: ``doc, start, end, text, type, entity``."""
        return _frame(self.outputs.mentions, _MENTION_COLUMNS)

    @cached_property
    def statements(self) -> pd.DataFrame:
        """What the sources claim: ``id, subject_name, relation, object_name, status, start, end, published, …``."""
        said = self.outputs.statements
        words = {key: [s["evidence"][key] for s in said] for key in ("quote", "doc")}
        names = {f"{end}_name": [self.records[s[end]]["name"] for s in said] for end in ("subject", "object")}
        columns = [key for key in _STATEMENT_COLUMNS if key not in {*words, *names}]
        return pd.DataFrame({key: [s[key] for s in said] for key in columns} | words | names)[_STATEMENT_COLUMNS]

    @cached_property
    def graph(self) -> "nx.MultiDiGraph[str]":
        """The graph that the graph files hold."""
        return build_graph(*self.outputs.told())

    @cached_property
    def _statements_by_id(self) -> dict[str, Record]:
        return {record["id"]: record for record in self.outputs.statements}

    @cached_property
    def _links(self) -> Links:
        return Links(self.records, self.outputs.statements)

    @cached_property
    def _spells(self) -> list[Spell]:
        return spells((s for s in self.outputs.statements if s["relation"] == "holds_post"), self.records)

    def find(self, name: str, *, type: str | None = None) -> list[Record]:  # noqa: A002
        """All entities with this id, or else this name, or else this alias or another form of it."""
        return self._names.find(name, type)

    def entity(self, name: str, *, type: str | None = None) -> Record:  # noqa: A002
        """The one entity with this id, name or alias.

        Raises:
            KgError: there is none, or there are several: the message lists them with their ids.
        """
        return self._names.one(name, type)

    def search(
        self,
        text: Annotated[str, "Characters, pinyin or initials."],
        *,
        type: Type = None,  # noqa: A002
    ) -> pd.DataFrame:
        """Entities whose name or alias contains a text, or reads so in pinyin or by its initials (linmuzhi, lmz)."""
        return _of_type(self._names.search(text), type)

    def show(self, name: str) -> Profile:
        """What is known of an entity."""
        number = self.entity(name)["id"]
        frame = self.statements
        held = (frame["relation"] == "holds_post") & (frame["subject"] == number)
        own = (frame["subject"] == number) | (frame["object"] == number)
        claims = [self._statements_by_id[claim] for claim in frame.loc[held, "id"]]
        posts = pd.DataFrame([claim | careers.said(claim, self.records) for claim in claims], columns=_POST_COLUMNS)
        return Profile(self.records[number], posts, frame[own & ~held].reset_index(drop=True))

    def person(self, name: Name) -> pd.DataFrame:
        """All statements of a person: posts, meetings, visits, …."""
        return self._around(name, "Person")

    def organization(self, name: Name) -> pd.DataFrame:
        """All statements of an organization: its posts, units, events, partners, documents, …."""
        return self._around(name, "Organization")

    def initiative(self, name: Name) -> pd.DataFrame:
        """All statements of an initiative: who promotes it, what it is part of, events about it, …."""
        return self._around(name, "Initiative")

    def posts(self, person: Name, on: On = None) -> pd.DataFrame:
        """The posts of a person, one row for each time in one."""
        number = self.entity(person, type="Person")["id"]
        return self._in_posts([s for s in self._spells if s.person == number], on)

    def career(self, person: Name) -> pd.DataFrame:
        """The posts that a person has held or holds, in the order of time as far as it is known."""
        number = self.entity(person, type="Person")["id"]
        own = [s for s in self._spells if s.person == number and s.status != "proposed"]
        return self._in_posts(sorted(own, key=in_order), None)

    def holders(
        self, post: Annotated[str, "A post (云溟市市长), or a title alone: of all bodies."], on: On = None
    ) -> pd.DataFrame:
        """Who holds or held a post, in whose words."""
        titled = {r["id"] for r in self.records.values() if r["type"] == "Post" and r["title"] == post}
        numbers = titled or {self.entity(post, type="Post")["id"]}
        return self._in_posts([s for s in self._spells if s.post in numbers], on)

    def succession(self, post: Annotated[str, "One post of one body (云溟市市长)."]) -> pd.DataFrame:
        """The holders of one post, one after the other, as far as their order is known."""
        number = self.entity(post, type="Post")["id"]
        held = [s for s in self._spells if s.post == number and s.status != "proposed"]
        return self._in_posts(sorted(held, key=in_order), None)

    def staff(self, org: Name, on: On = None) -> pd.DataFrame:
        """Who holds or held a post in an organization or initiative."""
        body = self.entity(org)["id"]
        return self._in_posts([s for s in self._spells if self.records[s.post]["organization"] == body], on)

    def overlap(self, a: Name, b: Name) -> pd.DataFrame:
        """Posts of two people in one body at one time: sure by the dates known, or possible."""
        one, other = (self.entity(name, type="Person")["id"] for name in (a, b))
        held = [[s for s in self._spells if s.person == number] for number in (one, other)]
        return careers.overlaps(held[0], held[1], self.records)

    def conflicts(self) -> pd.DataFrame:
        """What cannot all be true: two holders of a post for one at a time, contradictory dates."""
        return careers.conflicts(self._spells, self.records)

    def diff(self, date1: Day, date2: Day) -> pd.DataFrame:
        """Who took up, left and took over which post after one date and up to another."""
        return careers.changes(self._spells, self.records, asked(date1), asked(date2))

    def who_promotes(self, initiative: Name) -> pd.DataFrame:
        """Who promotes an initiative."""
        target = self.entity(initiative, type="Initiative")["id"]
        return events.subjects(self.statements, target, ("promotes",), self.records)

    def attendance(self, event: Name) -> pd.DataFrame:
        """Who took part in an event and how: attended, chaired, spoke_at, organized."""
        target = self.entity(event, type="Event")["id"]
        return events.subjects(self.statements, target, events.TOOK_PART, self.records)

    def co_attendance(self, a: Name, b: AnyName = None) -> pd.DataFrame:
        """The events in which two took part, or one and anyone else, the one met most often first."""
        one, other = (self.entity(name)["id"] if name else None for name in (a, b))
        return events.shared(self.statements, str(one), other)

    def events(
        self,
        name: AnyName = None,
        since: Annotated[str | None, "Only those first reported on this date or later."] = None,
        until: Annotated[str | None, "Only those first reported on this date or before."] = None,
    ) -> pd.DataFrame:
        """Events: when they were first reported, where, about what, who organized and chaired them, how many came."""
        about = self.entity(name)["id"] if name else None
        found = events.events(self.statements, self.records, about)
        if since:
            found = found[found["published"] >= asked(since)]
        if until:
            found = found[found["published"] <= asked(until) + LATEST]
        return found.reset_index(drop=True)

    def timeline(self, entity: Name) -> pd.DataFrame:
        """The statements of an entity by date: when what they say began or ended, else when it was reported."""
        return events.timeline(self.statements, self.entity(entity)["id"])

    def neighbours(
        self,
        name: Name,
        type: Type = None,  # noqa: A002
    ) -> pd.DataFrame:
        """Everything that a statement connects with an entity, the most often named first, and how."""
        found = events.neighbours(self.statements, self.entity(name)["id"], self.records)
        return _of_type(found, type)

    def path(
        self,
        a: Name,
        b: Name,
        k: Annotated[int, "How many paths at most, the shortest first."] = 1,
        *,
        through: Annotated[Iterable[str], "A type that ties much together (Article, Place) to lead through."] = (),
    ) -> list[list[Step]]:
        """How two entities are connected, whatever the direction of the statements.

        Raises:
            KgError: no path leads from one to the other.
        """
        one, other = (self.entity(name)["id"] for name in (a, b))
        return self._links.paths(one, other, k, set(through))

    def ranking(
        self,
        type: Type = None,  # noqa: A002
    ) -> pd.DataFrame:
        """How central each entity is, and its community: neighbours, statements, PageRank, number of the community."""
        return _of_type(self._ranking, type)

    def evidence(self, *statements: Annotated[str, "Ids of statements."]) -> pd.DataFrame:
        """Where statements come from: their words, those around them where the text is kept, offsets, rule."""
        return evidence_frame([self.explain(number) for number in statements])

    def explain(self, statement: str) -> Evidence:
        """Where a statement, given by its id, comes from, and how the names in it were resolved."""
        record = self._statements_by_id.get(statement)
        if record is None:
            raise KgError(f"there is no statement {statement}; kg show NAME lists statements with their ids")
        return explain(record, self.records, self.outputs)

    def sql(self, query: Annotated[str, "SQL over entities, mentions, statements and resolutions."]) -> pd.DataFrame:
        """The answer to an SQL query over the tables entities, mentions, statements and resolutions.

        It runs in memory by DuckDB, which may neither read nor write files.

        Raises:
            KgError: the query is wrong.
        """
        try:
            return self._database.execute(query).df()
        except duckdb.Error as error:
            raise KgError(f"the query cannot be answered: {error}") from error

    def subgraph(self, answer: pd.DataFrame) -> "nx.MultiDiGraph[str]":
        """An answer as a small graph: the statements and entities that its columns of ids name, with all their ends."""
        columns = [c for c in answer.columns if c.endswith("id") or c in {"subject", "object", "entity"}]
        named = pd.unique(answer[columns].to_numpy().ravel())
        said = [self._statements_by_id[number] for number in named if number in self._statements_by_id]
        ends = dict.fromkeys([s[end] for s in said for end in ("subject", "object")])
        kept = ends | dict.fromkeys(number for number in named if number in self.records)
        return build_graph((entity_of(self.records[number]) for number in kept), map(statement_of, said))

    @cached_property
    def _ranking(self) -> pd.DataFrame:
        return self._links.ranking()

    @cached_property
    def _database(self) -> "duckdb.DuckDBPyConnection":
        database = duckdb.connect(":memory:")
        for name in ("entities", "mentions", "statements"):
            database.register(name, getattr(self, name))
        database.register("resolutions", _frame(self.outputs.resolutions, _RESOLUTION_COLUMNS))
        for setting in ("python_enable_replacements=false", "enable_external_access=false", "lock_configuration=true"):
            database.execute(f"set {setting}")
        return database

    def _hint(self, record: Record) -> str:
        """What tells a namesake from another: a post or the document."""
        held = self.statements[self.statements["subject"] == record["id"]]
        posts = held.loc[held["relation"] == "holds_post", "object_name"].unique()[:2]
        docs = self.mentions.loc[self.mentions["entity"] == record["id"], "doc"].unique()[:1]
        return f" ({', '.join([*posts, *docs])})" if len(posts) or len(docs) else ""

    def _around(self, name: str, type: str) -> pd.DataFrame:  # noqa: A002
        return events.around(self.statements, self.entity(name, type=type)["id"], self.records)

    def _in_posts(self, held: Sequence[Spell], on: str | None) -> pd.DataFrame:
        date = asked(on) if on else ""
        known = (lambda spell: known_on(spell, date)) if on else None
        return careers.spell_frame(held, self.records, known)


def load(
    folder: str | Path = "output",
    *,
    focus: Iterable[str] = (),
    hops: int = 1,
    since: str | None = None,
    until: str | None = None,
    min_sources: int = 1,
    types: Iterable[str] = (),
    relations: Iterable[str] = (),
) -> KnowledgeGraph:
    """Read the graph that ``kg build`` wrote to a folder, or the part of it that is asked for.

    A part is chosen in DuckDB, so that of a graph that does not fit into memory one that does can be loaded.

    Args:
        folder: the output of a build.
        focus: names, aliases or ids: only what is within ``hops`` statements of these, though not beyond an article or
            a place, and all statements between what is found.
        hops: how many.
        since: only statements that were published, or say that something began, on this date or later.
        until: the same, on this date or before.
        min_sources: only what at least so many documents say of the same two.
        types: only entities of these types, beside those in focus.
        relations: only these; a post still comes with its body.

    Raises:
        KgError: there is no finished build, or a name, type, relation or date is wrong.

    >>> load("no/such/folder")
    Traceback (most recent call last):
    kg.errors.KgError: no/such/folder: no finished build is there: run kg build INPUT… --output no/such/folder
    """
    focus = (focus,) if isinstance(focus, str) else tuple(focus)
    chosen = Selection(focus, hops, since, until, min_sources, tuple(types), tuple(relations))
    folder = Path(folder)
    return KnowledgeGraph(read_outputs(folder) if chosen == Selection() else read_selection(folder, chosen))


def _frame(records: Sequence[Record], columns: Sequence[str]) -> pd.DataFrame:
    """A data frame that has its columns, also where no record has them, and any other that the records have."""
    return pd.DataFrame(records, columns=list(dict.fromkeys(chain(columns, *records))))


def _of_type(found: pd.DataFrame, type: str | None) -> pd.DataFrame:  # noqa: A002
    if type not in {None, *ENTITY_TYPES}:
        raise KgError(f"{type} is no type: give one of {', '.join(ENTITY_TYPES)}")
    return found[found["type"] == type].reset_index(drop=True) if type else found
