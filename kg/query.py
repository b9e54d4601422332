"""Questions to a built graph, answered with the words that say so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd

from kg.errors import KgError
from kg.graph import build_graph
from kg.model import Entity, Span, Statement
from kg.store import Outputs, Record, read_outputs, text_path

__all__ = ["Evidence", "KnowledgeGraph", "Profile", "Step", "load"]

_OFF_PATHS = frozenset({"Article", "Place"})
_CONTEXT = 60


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

    Attributes:
        entities: ``id, type, name, aliases, title, organization, …``, one row an entity.
        mentions: ``doc, start, end, text, type, entity``.
        statements: ``id, subject_name, relation, object_name, status, start, end, published, quote, doc, …``.
    """

    def __init__(self, outputs: Outputs) -> None:
        self.outputs = outputs
        self.records: dict[str, Record] = {record["id"]: record for record in outputs.entities}
        self.entities = _frame(outputs.entities, ["id", "type", "name", "aliases"])
        self.mentions = _frame(outputs.mentions, ["doc", "start", "end", "text", "type", "entity"])
        self.statements = _frame([self._row(s) for s in outputs.statements], _STATEMENT_COLUMNS)

    @cached_property
    def graph(self) -> "nx.MultiDiGraph[str]":
        """The graph that the graph files hold."""
        return build_graph(map(_entity, self.outputs.entities), map(_statement, self.outputs.statements))

    def find(self, name: str, *, type: str | None = None) -> list[Record]:  # noqa: A002
        """All entities with this id, or else with this name, or else with this alias."""
        records = [r for r in self.records.values() if type in {None, r["type"]}]
        for known in (
            [r for r in records if r["id"] == name],
            [r for r in records if r["name"] == name],
            [r for r in records if name in r["aliases"]],
        ):
            if known:
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
        """What is known of an entity.

        Raises:
            KgError: the name is unknown or ambiguous.
        """
        record = self.entity(name)
        frame = self.statements
        own = frame[(frame["subject"] == record["id"]) | (frame["object"] == record["id"])]
        held = (own["relation"] == "holds_post") & (own["subject"] == record["id"])
        return Profile(record, self._posts(own[held]), own[~held].reset_index(drop=True))

    def posts(self, person: str) -> pd.DataFrame:
        """The posts of a person: ``title, organization, status, start, end, published, quote, doc``, one a statement.

        Raises:
            KgError: the name is unknown or ambiguous.
        """
        record = self.entity(person, type="Person")
        frame = self.statements
        return self._posts(frame[(frame["relation"] == "holds_post") & (frame["subject"] == record["id"])])

    def attendance(self, event: str) -> pd.DataFrame:
        """Who took part in an event and how: ``name, type, relation, published, quote, doc``.

        Raises:
            KgError: the name is unknown or ambiguous.
        """
        return self._subjects(self.entity(event, type="Event"), ("attended", "chaired", "spoke_at", "organized"))

    def who_promotes(self, initiative: str) -> pd.DataFrame:
        """Who promotes an initiative: ``name, type, relation, published, quote, doc``.

        Raises:
            KgError: the name is unknown or ambiguous.
        """
        return self._subjects(self.entity(initiative, type="Initiative"), ("promotes",))

    def path(self, a: str, b: str, k: int = 1, *, through: Iterable[str] = ()) -> list[list[Step]]:
        """The k shortest paths between two entities, whatever the direction of their edges.

        Args:
            a, b: ids, names or aliases.
            k: how many paths at most.
            through: types that paths may lead through although they tie everything to everything: Article, Place.

        Raises:
            KgError: a name is unknown or ambiguous, or no path leads from one to the other.
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
        """Where a statement comes from.

        Raises:
            KgError: there is no such statement.
        """
        record = next((s for s in self.outputs.statements if s["id"] == statement), None)
        if record is None:
            raise KgError(f"there is no statement {statement}; kg show NAME lists statements with their ids")
        evidence = record["evidence"]
        before, after = self._around(evidence)
        return Evidence(
            record, self.records[record["subject"]], self.records[record["object"]], before, evidence["quote"], after,
            [r for r in self.outputs.resolutions if self._touches(r, record)],
        )  # fmt: skip

    def _row(self, s: Record) -> Record:
        names = {end: self.records[s[end]]["name"] for end in ("subject", "object")}
        row = {**s, **s["evidence"], "subject_name": names["subject"], "object_name": names["object"]}
        # The evidence has a start and an end of its own; a statement's are dates.
        return row | {key: s[key] for key in ("start", "end")}

    def _hint(self, record: Record) -> str:
        """What tells a namesake from another: a post or the document."""
        held = self.statements[(self.statements["subject"] == record["id"])]
        posts = held.loc[held["relation"] == "holds_post", "object_name"].unique()[:2]
        docs = self.mentions.loc[self.mentions["entity"] == record["id"], "doc"].unique()[:1]
        parts = [*posts, *docs]
        return f" ({', '.join(parts)})" if parts else ""

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
        edges = [(d, a, b) for a, b in pairs if self.graph.has_edge(a, b) for d in self.graph[a][b].values()]
        data, a, b = max(edges, key=lambda edge: (edge[0]["confidence"], edge[0]["weight"], edge[0]["id"]))
        frame = self.statements
        said = frame[(frame["subject"] == a) & (frame["object"] == b) & (frame["relation"] == data["relation"])]
        said = said[(said["quote"] == data["quote"]) & (said["doc"] == data["doc"])]
        names = self.records[a]["name"], self.records[b]["name"]
        return Step(
            names[0], data["relation"], names[1], data.get("status"), data["quote"], data["doc"], said["id"].iloc[0]
        )

    def _around(self, evidence: Mapping[str, Any]) -> tuple[str, str]:
        """Some words before and after a quote, where its source's text was kept."""
        path = self.outputs.folder / text_path(evidence["doc"])
        if not path.is_file():
            return "", ""
        raw = path.read_bytes().decode()
        start, end = evidence["start"], evidence["end"]
        return raw[max(0, start - _CONTEXT) : start], raw[end : end + _CONTEXT]

    @staticmethod
    def _touches(resolution: Record, statement: Record) -> bool:
        evidence = statement["evidence"]
        ends = {statement["subject"], statement["object"]}
        inside = evidence["start"] <= resolution["start"] and resolution["end"] <= evidence["end"]
        return resolution["doc"] == evidence["doc"] and (inside or resolution["entity"] in ends)


def load(folder: str | Path = "output") -> KnowledgeGraph:
    """Read the graph that ``kg build`` wrote to a folder.

    Raises:
        KgError: there is no finished build.

    >>> load("no/such/folder")
    Traceback (most recent call last):
    kg.errors.KgError: no/such/folder: no finished build is there: run kg build INPUT… --output no/such/folder
    """
    return KnowledgeGraph(read_outputs(Path(folder)))


_STATEMENT_COLUMNS = [
    "id", "subject_name", "relation", "object_name", "status", "start", "end", "published", "confidence", "rule",
    "quote", "doc", "subject", "object",
]  # fmt: skip
_POST_COLUMNS = ["title", "organization", "status", "start", "end", "published", "quote", "doc", "id", "object"]
_SUBJECT_COLUMNS = ["name", "type", "relation", "published", "quote", "doc", "id", "subject"]


def _frame(records: Sequence[Record], columns: Sequence[str]) -> pd.DataFrame:
    """A data frame of objects: unknown values are None, and an empty table has its columns."""
    if columns is _STATEMENT_COLUMNS:
        records = [{column: r[column] for column in columns} for r in records]
    return pd.DataFrame(records, columns=None if records else list(columns))


def _entity(record: Record) -> Entity:
    known = {key: record.get(key) for key in ("title", "organization", "home", "doc", "published")}
    return Entity(
        record["id"], record["type"], record["name"], tuple(record["aliases"]), record.get("resolved", True), **known
    )


def _statement(record: Record) -> Statement:
    evidence = record["evidence"]
    plain = {key: record[key] for key in ("id", "subject", "relation", "object", "rule", "confidence", "status")}
    dates = {key: record[key] for key in ("start", "end", "published")}
    place = {"doc": evidence["doc"], "evidence": (evidence["start"], evidence["end"]), "quote": evidence["quote"]}
    return Statement(
        **plain,
        **dates,
        **place,
        subject_span=_span(record["subject_span"]),
        object_span=_span(record["object_span"]),
    )


def _span(pair: Sequence[int] | None) -> Span | None:
    return (pair[0], pair[1]) if pair else None
