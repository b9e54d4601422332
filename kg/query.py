"""Questions to a built graph, answered with the words that say so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import islice, pairwise
from pathlib import Path

import networkx as nx
import pandas as pd

from kg.errors import KgError
from kg.graph import build_graph
from kg.model import Entity, Statement
from kg.store import Outputs, Record, read_outputs, text_path

__all__ = ["Evidence", "KnowledgeGraph", "Profile", "Step", "load"]

_OFF_PATHS = frozenset({"Article", "Place"})
_CONTEXT = 60
_ENTITY_COLUMNS = ["id", "type", "name", "aliases"]
_MENTION_COLUMNS = ["doc", "start", "end", "text", "type", "entity"]
_STATEMENT_COLUMNS = [
    "id", "subject_name", "relation", "object_name", "status", "start", "end", "published", "confidence", "rule",
    "quote", "doc", "subject", "object",
]  # fmt: skip
_POST_COLUMNS = ["title", "organization", "status", "start", "end", "published", "quote", "doc", "id", "object"]
_SUBJECT_COLUMNS = ["name", "type", "relation", "published", "quote", "doc", "id", "subject"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: what a source claims of two neighbours, in the direction in which it is claimed."""

    subject: str
    relation: str
    object: str
    status: str | None
    quote: str
    doc: str
    statement: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of an entity: its record, its posts (of a person) and its other statements."""

    entity: Record
    posts: pd.DataFrame
    relations: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a statement comes from: the quote with the words around it, both ends, and how they were resolved."""

    statement: Record
    subject: Record
    object: Record
    before: str
    quote: str
    after: str
    resolutions: list[Record]


class KnowledgeGraph:
    """A built graph: its records as data frames, the networkx graph, and questions to them.

    Entities are named by id, name or alias; every question raises KgError where a name is unknown or ambiguous.

    Attributes:
        entities: ``id, type, name, aliases, title, organization, …``, one row an entity.
        mentions: ``doc, start, end, text, type, entity``.
        statements: ``id, subject_name, relation, object_name, status, start, end, published, quote, doc, …``.
    """

    def __init__(self, outputs: Outputs) -> None:
        self.outputs = outputs
        self.records: dict[str, Record] = {record["id"]: record for record in outputs.entities}
        self.entities = _frame(outputs.entities, _ENTITY_COLUMNS)
        self.mentions = _frame(outputs.mentions, _MENTION_COLUMNS)
        rows = [
            # The evidence has a start and an end of its own; a statement's are dates.
            s["evidence"] | s | {f"{end}_name": self.records[s[end]]["name"] for end in ("subject", "object")}
            for s in outputs.statements
        ]
        self.statements = _frame(rows, _STATEMENT_COLUMNS)[_STATEMENT_COLUMNS]

    @cached_property
    def graph(self) -> "nx.MultiDiGraph[str]":
        """The graph that the graph files hold."""
        return build_graph(map(_entity, self.outputs.entities), map(_statement, self.outputs.statements))

    def find(self, name: str, *, type: str | None = None) -> list[Record]:  # noqa: A002
        """All entities with this id, or else with this name, or else with this alias."""
        records = [r for r in self.records.values() if type in {None, r["type"]}]
        for names in (lambda r: [r["id"]], lambda r: [r["name"]], lambda r: r["aliases"]):
            if known := [r for r in records if name in names(r)]:
                return known
        return []

    def entity(self, name: str, *, type: str | None = None) -> Record:  # noqa: A002
        """The one entity with this id, name or alias.

        Raises:
            KgError: there is none, or there are several: the message lists them with their ids.
        """
        found = self.find(name, type=type)
        if len(found) == 1:
            return found[0]
        if found:
            listed = "\n".join(f"  {r['id']}  {r['type']} {r['name']}{self._hint(r)}" for r in found)
            raise KgError(f"{name} stands for {len(found)} entities; give one of these ids:\n{listed}")
        near = sorted({r["name"] for r in self.records.values() if name and name in r["name"]})[:5]
        hint = f"; names that contain it: {'、'.join(near)}" if near else ""
        raise KgError(f"nothing is called {name}{f' among {type}' if type else ''}{hint}")

    def show(self, name: str) -> Profile:
        """What is known of an entity."""
        record = self.entity(name)
        frame = self.statements
        held = (frame["relation"] == "holds_post") & (frame["subject"] == record["id"])
        own = (frame["subject"] == record["id"]) | (frame["object"] == record["id"])
        return Profile(record, self._posts(frame[held]), frame[own & ~held].reset_index(drop=True))

    def posts(self, person: str) -> pd.DataFrame:
        """The posts of a person: ``title, organization, status, start, end, published, quote, doc, …``."""
        return self.show(self.entity(person, type="Person")["id"]).posts

    def attendance(self, event: str) -> pd.DataFrame:
        """Who took part in an event and how: ``name, type, relation, published, quote, doc``."""
        return self._subjects(self.entity(event, type="Event"), ("attended", "chaired", "spoke_at", "organized"))

    def who_promotes(self, initiative: str) -> pd.DataFrame:
        """Who promotes an initiative: ``name, type, relation, published, quote, doc``."""
        return self._subjects(self.entity(initiative, type="Initiative"), ("promotes",))

    def path(self, a: str, b: str, k: int = 1, *, through: Iterable[str] = ()) -> list[list[Step]]:
        """The k shortest paths between two entities, whatever the direction of their edges.

        Args:
            a, b: the entities.
            k: how many paths at most.
            through: types that paths may lead through although they tie everything to everything: Article, Place.

        Raises:
            KgError: no path leads from one to the other.
        """
        ends = [self.entity(name)["id"] for name in (a, b)]
        closed = _OFF_PATHS - set(through)
        kept = [n for n, r in self.records.items() if r["type"] not in closed or n in ends]
        # A plain graph in a fixed order, so that of equally short paths the same ones are found.
        view: nx.Graph[str] = nx.Graph()
        view.add_nodes_from(sorted(kept))
        view.add_edges_from(sorted({(s, t) for s, t in self.graph.edges() if s in view and t in view}))
        try:
            found = list(islice(nx.shortest_simple_paths(view, *ends), k))
        except nx.NetworkXNoPath:
            raise KgError(f"no path leads from {a} to {b}; --through Article,Place allows more") from None
        return [[self._step(one, other) for one, other in pairwise(nodes)] for nodes in found]

    def explain(self, statement: str) -> Evidence:
        """Where a statement, given by its id, comes from."""
        record = next((s for s in self.outputs.statements if s["id"] == statement), None)
        if record is None:
            raise KgError(f"there is no statement {statement}; kg show NAME lists statements with their ids")
        said = record["evidence"]
        path = self.outputs.folder / text_path(said["doc"])
        raw = path.read_bytes().decode() if path.is_file() else ""
        return Evidence(
            record,
            self.records[record["subject"]],
            self.records[record["object"]],
            raw[max(0, said["start"] - _CONTEXT) : said["start"]],
            said["quote"],
            raw[said["end"] : said["end"] + _CONTEXT],
            [
                r for r in self.outputs.resolutions
                if r["doc"] == said["doc"]
                and (r["entity"] in (record["subject"], record["object"])
                     or (said["start"] <= r["start"] and r["end"] <= said["end"]))
            ],
        )  # fmt: skip

    def _hint(self, record: Record) -> str:
        """What tells a namesake from another: a post or the document."""
        held = self.statements[self.statements["subject"] == record["id"]]
        posts = held.loc[held["relation"] == "holds_post", "object_name"].unique()[:2]
        docs = self.mentions.loc[self.mentions["entity"] == record["id"], "doc"].unique()[:1]
        return f" ({', '.join([*posts, *docs])})" if len(posts) or len(docs) else ""

    def _posts(self, held: pd.DataFrame) -> pd.DataFrame:
        records = [self.records[target] for target in held["object"]]
        bodies = [self.records.get(r.get("organization") or "") for r in records]
        return held.assign(
            title=[r.get("title") or r["name"] for r in records],
            organization=pd.Series([body["name"] if body else None for body in bodies], held.index, dtype=object),
        )[_POST_COLUMNS].reset_index(drop=True)

    def _subjects(self, target: Record, relations: Sequence[str]) -> pd.DataFrame:
        frame = self.statements
        rows = frame[(frame["object"] == target["id"]) & frame["relation"].isin(relations)]
        rows = rows.assign(name=rows["subject_name"], type=[self.records[s]["type"] for s in rows["subject"]])
        ordered: pd.DataFrame = rows[_SUBJECT_COLUMNS].sort_values(["name", "relation", "doc"])
        return ordered.reset_index(drop=True)

    def _step(self, one: str, other: str) -> Step:
        pairs = [(one, other), (other, one)]
        edges = [(d, a, b) for a, b in pairs for d in (self.graph.get_edge_data(a, b) or {}).values()]
        data, a, b = max(edges, key=lambda edge: (edge[0]["confidence"], edge[0]["weight"], edge[0]["id"]))
        wanted = {"subject": a, "object": b} | {key: data[key] for key in ("relation", "quote", "doc")}
        said = self.statements[(self.statements[list(wanted)] == pd.Series(wanted)).all(axis=1)]
        return Step(
            self.records[a]["name"], data["relation"], self.records[b]["name"], data.get("status"), data["quote"],
            data["doc"], said["id"].iloc[0],
        )  # fmt: skip


def load(folder: str | Path = "output") -> KnowledgeGraph:
    """Read the graph that ``kg build`` wrote to a folder.

    Raises:
        KgError: there is no finished build.

    >>> load("no/such/folder")
    Traceback (most recent call last):
    kg.errors.KgError: no/such/folder: no finished build is there: run kg build INPUT… --output no/such/folder
    """
    return KnowledgeGraph(read_outputs(Path(folder)))


def _frame(records: Sequence[Record], columns: Sequence[str]) -> pd.DataFrame:
    """A data frame of objects: unknown values are None, and an empty table has its columns."""
    return pd.DataFrame(records, columns=None if records else list(columns))


def _entity(record: Record) -> Entity:
    known = {field.name: record[field.name] for field in fields(Entity) if field.name in record}
    return Entity(**known | {"aliases": tuple(record["aliases"])})


def _statement(record: Record) -> Statement:
    said = record["evidence"]
    places = {"doc": said["doc"], "quote": said["quote"], "evidence": (said["start"], said["end"])}
    places |= {key: tuple(record[key]) if record[key] else None for key in ("subject_span", "object_span")}
    return Statement(**{key: value for key, value in record.items() if key != "evidence"} | places)
