"""Parquet, for pandas, DuckDB, Spark, R and whatever else reads columns."""

import json
from pathlib import Path

import duckdb

from kg.store import Outputs

__all__ = ["TABLES", "write"]

_TEXTS = "VARCHAR"
TABLES = {
    "entities": {
        "id": _TEXTS, "type": _TEXTS, "name": _TEXTS, "aliases": "VARCHAR[]", "title": _TEXTS, "organization": _TEXTS,
        "doc": _TEXTS, "published": _TEXTS, "resolved": "BOOLEAN", "home": _TEXTS,
    },
    "mentions": {
        "doc": _TEXTS, "start": "BIGINT", "end": "BIGINT", "text": _TEXTS, "type": _TEXTS, "entity": _TEXTS,
    },
    "statements": {
        "id": _TEXTS, "subject": _TEXTS, "relation": _TEXTS, "object": _TEXTS, "subject_span": "BIGINT[]",
        "object_span": "BIGINT[]", "status": _TEXTS, "start": _TEXTS, "end": _TEXTS, "published": _TEXTS,
        "rule": _TEXTS, "confidence": "DOUBLE",
        "evidence": 'STRUCT("doc" VARCHAR, "start" BIGINT, "end" BIGINT, "quote" VARCHAR)',
    },
    "resolutions": {
        "doc": _TEXTS, "start": "BIGINT", "end": "BIGINT", "text": _TEXTS, "entity": _TEXTS, "from": _TEXTS,
        "why": _TEXTS,
    },
}  # fmt: skip


def write(outputs: Outputs, folder: Path) -> None:
    """Write ``entities.parquet``, ``mentions.parquet``, ``statements.parquet`` and ``resolutions.parquet``.

    Their columns are the keys of the JSON Lines files of a build.
    """
    with duckdb.connect() as database:
        for table, columns in TABLES.items():
            lines, target = folder / f"{table}.jsonl", folder / f"{table}.parquet"
            # A doc may have lone surrogates, which have no UTF-8 form.
            with lines.open("w", encoding="utf-8", errors="ignore") as file:
                file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in getattr(outputs, table))
            rows = database.read_json(str(lines), columns=columns, format="newline_delimited")
            rows.write_parquet(str(target), compression="zstd")
            lines.unlink()
