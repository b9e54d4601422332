"""A part of a built graph, chosen inside DuckDB: what is not asked for is never loaded."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from glob import escape
from pathlib import Path

import duckdb

from kg.bodies import body_key, is_elliptical
from kg.errors import KgError
from kg.lexicon import titles
from kg.model import ENTITY_TYPES, RELATIONS
from kg.names import MARKS, Names
from kg.networks import OFF_PATHS
from kg.spells import LATEST, asked
from kg.store import TABLES, Outputs, Record, read_report, table_file

__all__ = ["Selection", "read_selection"]

_STORE = "kg.duckdb"
_MEMORY = "1GB"
_SAID = "statements SEMI JOIN edges USING (subject, relation, object) WHERE {} OR relation = 'post_in'"
_RECORDS = {
    "entities": "entities WHERE id IN (FROM kept) ORDER BY id",
    "statements": f"{_SAID} ORDER BY evidence.doc, evidence.start, evidence.end, id",
    "mentions": """mentions WHERE entity IN (FROM kept) AND doc IN (FROM docs)
        ORDER BY doc, "start", "end", type, entity""",
    "resolutions": 'resolutions WHERE doc IN (FROM docs) ORDER BY doc, "start", "end", entity',
}
_NAMED = "list_has_any([translate(form, $marks, '') FOR form IN list_prepend(name, aliases)], $forms)"
_ALIKE = """type IN ('Organization', 'Initiative') AND
    (left(name, 1) IN $begin OR right(name, 1) IN $end OR list_contains([contains(name, k) FOR k IN $within], true))"""


@dataclass(frozen=True, slots=True)
class Selection:
    """What to load of a graph: all that it says must hold.

    ``focus`` are names, aliases or ids: what can be reached from them over ``hops`` statements, but through no article
    or place. Of statements those count that were published, or say that something began, from ``since`` to ``until``;
    of which ``min_sources`` documents say the same; of these ``relations``; between entities of these ``types``. A post
    brings the body that it is in.

    Raises:
        KgError: a type, a relation or a date is none.
    """

    focus: Sequence[str] = ()
    hops: int = 1
    since: str | None = None
    until: str | None = None
    min_sources: int = 1
    types: Sequence[str] = ()
    relations: Sequence[str] = ()

    def __post_init__(self) -> None:
        for given, known in ((self.types, ENTITY_TYPES), (self.relations, RELATIONS)):
            if unknown := [name for name in given if name not in known]:
                raise KgError(f"{', '.join(unknown)}: unknown; choose of {', '.join(known)}")
        for date in filter(None, (self.since, self.until)):
            asked(date)

    @property
    def said(self) -> str:
        """The condition that a statement has to meet alone, in SQL."""
        limits = [f"{{0}} >= '{self.since}'"] if self.since else []
        limits += [f"{{0}} <= '{self.until}{LATEST}'"] if self.until else []
        within = " AND ".join(limits) or "true"
        dated = " OR ".join(f"({within.format(date)})" for date in ("published", '"start"'))
        return f"({dated}) AND relation IN {_listed(self.relations or RELATIONS)}"


def read_selection(folder: Path, selection: Selection) -> Outputs:
    """Read a part of what a build wrote: from its ``kg.duckdb``, or its files where that is missing or in use.

    Raises:
        KgError: there is no finished build, or a name of ``focus`` is unknown or stands for several entities.
    """
    report = read_report(folder)
    try:
        with _tables(folder, report) as database:
            found = _Part(database, selection).read()
    except duckdb.Error as error:
        raise KgError(f"{folder}: cannot be read ({error}): build it again") from error
    counts = {
        "documents": len({s["evidence"]["doc"] for s in found["statements"]}),
        "articles": sum(e["type"] == "Article" for e in found["entities"]),
        "unresolved": sum(not e["resolved"] for e in found["entities"]),
    }
    return Outputs(folder, **found, report=report | counts)


@contextmanager
def _tables(folder: Path, report: Record) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that has the four tables of a build."""
    config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": _MEMORY}
    config["temp_directory"] = str(folder / ".kg-spill")
    with duckdb.connect(config=config) as database:
        with suppress(duckdb.InvalidInputException):  # a notebook without widgets has no bars to switch off
            database.execute("SET enable_progress_bar = false")
        if not _is_attached(database, folder / _STORE, report["files"]):
            for table, columns in TABLES.items():
                path = escape(str(table_file(folder, table, report)))
                database.read_json(path, columns=columns, format="newline_delimited").create_view(table)
        yield database


def _is_attached(database: duckdb.DuckDBPyConnection, store: Path, hashes: Mapping[str, str]) -> bool:
    """Open a store; whether it is there, not in use, and has what the files have."""
    if not store.is_file():
        return False
    quoted = str(store).replace("'", "''")
    try:
        database.execute(f"ATTACH '{quoted}' AS store (READ_ONLY)")
        known = dict(database.execute("SELECT name, value FROM store.versions").fetchall())
    except duckdb.Error:
        return False
    if any(known.get(f"{table}.jsonl") != hashes.get(f"{table}.jsonl") for table in TABLES):
        return False
    database.execute("USE store")
    database.execute("SET enable_external_access = false")  # a view in a store of strangers reads no other file
    return True


class _Part:
    """Chooses a part; ids of what is chosen stand in temporary tables of the connection."""

    def __init__(self, database: duckdb.DuckDBPyConnection, chosen: Selection) -> None:
        self._database, self._chosen = database, chosen

    def read(self) -> dict[str, list[Record]]:
        """The records of each table, in the order of the files."""
        chosen, run = self._chosen, self._database.execute
        focus = [self._entity(name)["id"] for name in chosen.focus]
        run("CREATE TEMP TABLE focus AS SELECT unnest($1::VARCHAR[]) AS id", [focus])
        run("CREATE TEMP TABLE reached AS FROM focus")
        run("CREATE TEMP TABLE last AS FROM focus")
        for _ in range(chosen.hops if focus else 0):
            self._go_on()
        within = "subject IN (FROM reached) AND object IN (FROM reached)" if focus else "true"
        run(f"CREATE TEMP TABLE edges AS {self._edges(within)}")
        ends = "SELECT unnest([subject, object]) AS id FROM edges UNION FROM reached"
        run(f"INSERT INTO edges {self._posts(f'subject IN ({ends})')} EXCEPT FROM edges")
        run(f"CREATE TEMP TABLE kept AS {ends}")
        if chosen == Selection(types=chosen.types):
            run(f"INSERT INTO kept SELECT id FROM entities WHERE type IN {_listed(chosen.types)} EXCEPT FROM kept")
        run(f"CREATE TEMP TABLE docs AS SELECT DISTINCT evidence.doc FROM {_SAID.format(chosen.said)}")
        return {table: self._records(f"FROM {sql.format(chosen.said)}") for table, sql in _RECORDS.items()}

    def _go_on(self) -> None:
        """Add to the table ``reached`` what edges lead to from ``last``, and put in its place what to go on from."""
        of_bodies = "relation = 'post_in' AND object IN (FROM last)"
        held = self._edges(f"relation = 'holds_post' AND object IN (SELECT subject FROM statements WHERE {of_bodies})")
        posts = self._posts(f"(subject IN (FROM last) OR {of_bodies} AND subject IN (SELECT object FROM ({held})))")
        edges = f"{self._edges('(subject IN (FROM last) OR object IN (FROM last))')} UNION {posts}"
        self._database.execute(
            f"""CREATE OR REPLACE TEMP TABLE found AS SELECT DISTINCT unnest([subject, object]) AS id FROM ({edges})
            EXCEPT FROM reached;
            INSERT INTO reached FROM found;
            CREATE OR REPLACE TEMP TABLE last AS
            SELECT id FROM entities WHERE id IN (FROM found) AND type NOT IN {_listed(sorted(OFF_PATHS))}"""
        )

    def _edges(self, where: str) -> str:
        """The edges that statements of a condition make, where enough documents tell them."""
        edges = f"SELECT subject, relation, object FROM statements WHERE {self._chosen.said} AND {where} GROUP BY ALL"
        return self._typed(f"{edges} HAVING count(DISTINCT evidence.doc) >= {self._chosen.min_sources}")

    def _posts(self, where: str) -> str:
        """The edges from posts to their bodies, of which there is one statement each, whenever and wherever made."""
        return self._typed(f"SELECT subject, relation, object FROM statements WHERE relation = 'post_in' AND {where}")

    def _typed(self, edges: str) -> str:
        """Those of some edges whose ends are of the types, or in focus."""
        if not self._chosen.types:
            return edges
        ids = f"SELECT id FROM entities WHERE type IN {_listed(self._chosen.types)} UNION FROM focus"
        return f"SELECT * FROM ({edges}) WHERE subject IN ({ids}) AND object IN ({ids})"

    def _entity(self, name: str) -> Record:
        """The one entity that a name means, looked for among those that it may mean."""
        bare = name.translate(MARKS)
        values: dict[str, object] = {"name": name, "marks": "".join(map(chr, MARKS)), "forms": [bare]}
        found = self._records(f"FROM entities WHERE id = $name OR {_NAMED}", **values)
        if not any(record["resolved"] for record in found):
            # It may be another form of a body's name, a post by its body and title, or a part of a name.
            seats = [(bare[:at], titles()[bare[at:]].title) for at in range(1, len(bare)) if bare[at:] in titles()]
            forms = [bare, *(form for body, _ in seats for form in (body, f"{body}政府"))]
            values |= {
                "forms": forms,
                "begin": [body_key(form)[:1] for form in forms],
                "within": [body_key(form)[:2] for form in forms],
                "end": [form[-1:] for form in forms if is_elliptical(form)],
                "titles": [title for _, title in seats],
            }
            found += self._records(
                f"""WITH bodies AS (SELECT id FROM entities WHERE {_NAMED} OR {_ALIKE})
                FROM entities WHERE id IN (FROM bodies) OR $name <> '' AND contains(name, $name)
                OR type = 'Post' AND title IN $titles AND organization IN (FROM bodies)""",
                **values,
            )
        ends = "SELECT unnest([subject, object]) AS id FROM statements"
        counts = self._records(
            f"SELECT id, count(*) AS said FROM ({ends}) WHERE id IN $ids GROUP BY id",
            ids=[record["id"] for record in found],
        )
        weights = Counter({row["id"]: row["said"] for row in counts})
        return Names({r["id"]: r for r in found}, weights, self._hint).one(name)

    def _hint(self, record: Record) -> str:
        """What tells a namesake from another: a post or the document."""
        posts = self._records(
            """SELECT name FROM statements JOIN entities ON entities.id = object
            WHERE subject = $id AND relation = 'holds_post' GROUP BY name ORDER BY min(evidence), name LIMIT 2""",
            id=record["id"],
        )
        docs = self._records(
            "SELECT doc AS name FROM mentions WHERE entity = $id ORDER BY doc LIMIT 1", id=record["id"]
        )
        told = [row["name"] for row in posts + docs]
        return f" ({', '.join(told)})" if told else ""

    def _records(self, sql: str, **values: object) -> list[Record]:
        found = self._database.execute(sql, values or None)
        columns = [name for name, *_ in found.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def _listed(names: Iterable[str]) -> str:
    return "(" + ", ".join(f"'{name}'" for name in names) + ")"
