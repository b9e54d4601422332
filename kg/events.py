"""Answers about what happened and when it was reported: an entity's statements, its timeline, events and who met there.

All take the data frame of statements; entities are given by id.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from kg.careers import EVIDENCE
from kg.store import Record

__all__ = ["TOOK_PART", "around", "events", "neighbours", "shared", "subjects", "timeline"]

TOOK_PART = ("attended", "chaired", "spoke_at", "organized")


def around(statements: pd.DataFrame, entity: str, records: Mapping[str, Record]) -> pd.DataFrame:
    """The statements of an entity: whether it is ``subject`` or ``object`` of each, and who is at the other end."""
    own = statements[(statements["subject"] == entity) | (statements["object"] == entity)]
    is_subject = own["subject"] == entity
    other = own["object"].where(is_subject, own["subject"])
    found = own.assign(
        role=is_subject.map({True: "subject", False: "object"}),
        name=own["object_name"].where(is_subject, own["subject_name"]),
        type=[records[number]["type"] for number in other],
        entity=other,
    )
    columns = ["role", "relation", "name", "type", "status", "start", "end", *EVIDENCE, "entity"]
    return found[columns].reset_index(drop=True)


def neighbours(statements: pd.DataFrame, entity: str, records: Mapping[str, Record]) -> pd.DataFrame:
    """Everything at the other ends, the most often named first, with how it is connected and the surest words."""
    surest = statements.sort_values("confidence", ascending=False, kind="stable")
    own = around(surest, entity, records).query("entity != @entity")
    groups = own.groupby("entity", sort=False)
    found = (
        own.drop_duplicates("entity")
        .set_index("entity")[["name", "type", *EVIDENCE]]
        .assign(
            relations=groups["relation"].agg(lambda said: list(dict.fromkeys(said))),
            statements=groups.size(),
            documents=groups["doc"].nunique(),
        )
    )
    columns = ["name", "type", "relations", "statements", "documents", *EVIDENCE, "entity"]
    ordered = found.reset_index(names="entity").sort_values(["statements", "entity"], ascending=[False, True])
    return ordered[columns].reset_index(drop=True)


def timeline(statements: pd.DataFrame, entity: str) -> pd.DataFrame:
    """The statements of an entity by date: when what they say ``began`` or ``ended``, else when it was ``reported``."""
    own = statements[(statements["subject"] == entity) | (statements["object"] == entity)]
    dated = {"began": own["start"], "ended": own["end"], "reported": own["published"]}
    only_reported = own["start"].isna() & own["end"].isna()
    parts = [
        own.assign(date=date, what=what)[only_reported if what == "reported" else date.notna()]
        for what, date in dated.items()
    ]
    columns = ["date", "what", "subject_name", "relation", "object_name", "status", *EVIDENCE]
    return pd.concat(parts).sort_values(["date", "doc"], kind="stable", ignore_index=True)[columns]


def subjects(
    statements: pd.DataFrame, target: str, relations: Sequence[str], records: Mapping[str, Record]
) -> pd.DataFrame:
    """Of whom sources say that they stand in some relations to an entity."""
    found = statements[(statements["object"] == target) & statements["relation"].isin(relations)]
    found = found.assign(name=found["subject_name"], type=[records[number]["type"] for number in found["subject"]])
    columns = ["name", "type", "relation", *EVIDENCE, "subject"]
    return found.sort_values(["name", "relation", "doc"], kind="stable", ignore_index=True)[columns]


def shared(statements: pd.DataFrame, a: str, b: str | None) -> pd.DataFrame:
    """The events in which two took part, or one and anyone else: who is met most often comes first."""
    took_part = statements[statements["relation"].isin(TOOK_PART)].drop_duplicates(["subject", "relation", "object"])
    own = took_part[took_part["subject"] == a]
    others = took_part[took_part["subject"] == b] if b else took_part[took_part["subject"] != a]
    pairs = others.merge(own, on=["object", "object_name"], suffixes=("", "_own"))
    pairs = pairs.assign(events=pairs.groupby("subject")["object"].transform("nunique"))
    names = {"subject_name": "name", "object_name": "event", "relation": "relation", "relation_own": "own_relation"}
    order = ["events", "subject", "published", "event"]
    columns = ["name", "event", "relation", "own_relation", "events", *EVIDENCE, *(f"own_{key}" for key in EVIDENCE)]
    renamed = pairs.rename(columns=names | {f"{key}_own": f"own_{key}" for key in EVIDENCE})
    ordered = renamed.sort_values(order, ascending=[False, True, True, True], kind="stable", ignore_index=True)
    return ordered[[*columns, "subject", "object"]]


def events(statements: pd.DataFrame, records: Mapping[str, Record], about: str | None = None) -> pd.DataFrame:
    """A row for each event, or each that an entity has to do with; the first reported comes first.

    ``people`` counts all who took part; the words are those of the statement that was reported first.
    """
    ends = pd.concat([statements.assign(event=statements[end]) for end in ("subject", "object")])
    own = ends[ends["event"].isin([number for number, record in records.items() if record["type"] == "Event"])]
    if about:
        touched = own.loc[(own["subject"] == about) | (own["object"] == about), "event"]
        own = own[own["event"].isin(touched)]
    own = own.sort_values(["published", "doc"], kind="stable")

    def said(relation: str, end: str) -> "pd.Series[str]":
        rows = own[own["relation"] == relation].drop_duplicates(["event", end])
        return rows.groupby("event")[end].agg("、".join)

    first = own.drop_duplicates("event").set_index("event")
    groups = own.groupby("event")
    found = first[EVIDENCE].assign(
        name=[records[number]["name"] for number in first.index],
        place=said("located_in", "object_name"),
        about=said("concerns", "object_name"),
        organized_by=said("organized", "subject_name"),
        chaired_by=said("chaired", "subject_name"),
        people=own[own["relation"].isin(TOOK_PART)].groupby("event")["subject"].nunique(),
        documents=groups["doc"].nunique(),
    )
    columns = ["name", "place", "about", "organized_by", "chaired_by", "people", "documents", *EVIDENCE, "entity"]
    return found.fillna({"people": 0}).astype({"people": int}).reset_index(names="entity")[columns]
