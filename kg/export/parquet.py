"""Parquet, for pandas, DuckDB, Spark, R and whatever else reads columns."""

import json
from pathlib import Path

import duckdb

from kg.store import TABLES, Outputs

__all__ = ["write"]


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
