"""Where a statement comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from kg.store import Outputs, Record, text_path

__all__ = ["Evidence", "evidence_frame", "explain"]

_CONTEXT = 60
_COLUMNS = [
    "subject_name", "relation", "object_name", "status", "rule", "confidence", "before", "after", "start", "end",
    "quote", "doc", "published", "id",
]  # fmt: skip


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


def explain(statement: Record, records: Mapping[str, Record], outputs: Outputs) -> Evidence:
    """All that is known of where a statement comes from; the words around the quote where the raw text is kept."""
    said = statement["evidence"]
    path = outputs.folder / text_path(said["doc"])
    raw = path.read_bytes().decode() if path.is_file() else ""
    ends = (statement["subject"], statement["object"])
    return Evidence(
        statement,
        records[ends[0]],
        records[ends[1]],
        raw[max(0, said["start"] - _CONTEXT) : said["start"]],
        said["quote"],
        raw[said["end"] : said["end"] + _CONTEXT],
        [
            r for r in outputs.resolutions
            if r["doc"] == said["doc"]
            and (r["entity"] in ends or (said["start"] <= r["start"] and r["end"] <= said["end"]))
        ],
    )  # fmt: skip


def evidence_frame(found: Sequence[Evidence]) -> pd.DataFrame:
    """Where statements come from, a row each; ``start`` and ``end`` are offsets in the raw text."""
    rows = [
        e.statement | e.statement["evidence"]
        | {"subject_name": e.subject["name"], "object_name": e.object["name"], "before": e.before, "after": e.after}
        for e in found
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=_COLUMNS)
