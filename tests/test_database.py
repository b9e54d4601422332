"""The store: tables to ask, and every way in which its file can be wrong."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import ARTICLES
from test_pipeline import files, rows

from kg.database import SCHEMA, Database, open_database
from kg.errors import KgError
from kg.ingest import STORE
from kg.pipeline import build
from kg.readings import Row
from kg.store import TABLES

pytestmark = pytest.mark.usefixtures("list_recognizer")

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"


def ask(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(folder / STORE, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_tables_hold_what_the_files_hold_and_can_be_copied(articles: Path, tmp_path: Path) -> None:
    output = tmp_path / "out [1]*"  # no pattern
    build([articles], output)
    for table, columns in TABLES.items():
        found = rows(output, table)
        assert found
        assert {key for row in found for key in row} == set(columns), "what files hold, tables hold too"
        assert ask(output, f"SELECT count(*) FROM {table}") == [(len(found),)]
    said = {(s["id"], s["evidence"]["quote"], s["confidence"]) for s in rows(output, "statements")}
    assert set(ask(output, "SELECT id, evidence.quote, confidence FROM statements")) == said
    titles = "SELECT doc, title FROM articles JOIN documents USING (doc) ORDER BY doc"
    assert [doc for doc, _ in ask(output, titles)] == ["meeting.txt", "note.txt", "visit.txt"]
    for table in (*TABLES, "articles", "documents"):
        copy = tmp_path / f"{table}.parquet"
        ask(output, f"COPY {table} TO '{copy}'")
        assert ask(output, f"SELECT count(*) FROM '{copy}'") == ask(output, f"SELECT count(*) FROM {table}")


def test_documents_say_what_became_of_them_and_nothing_else_is_kept(articles: Path, tmp_path: Path) -> None:
    (articles / "copy.txt").write_bytes((articles / "visit.txt").read_bytes())
    (articles / "empty.txt").write_bytes(b"")
    build([articles], tmp_path)
    assert ask(tmp_path, "SELECT doc, skipped FROM documents WHERE skipped IS NOT NULL ORDER BY doc") == [
        ("empty.txt", "empty"),
        ("visit.txt", "duplicate of copy.txt"),
    ]
    assert ask(tmp_path, "SELECT count(*) FROM readings") == [(4,)]
    build([articles / "note.txt"], tmp_path)
    assert ask(tmp_path, "SELECT encoding, keep FROM readings JOIN documents USING (key)") == [("utf-16", True)]


def test_versions_say_what_a_build_was_made_with(articles: Path, tmp_path: Path) -> None:
    build([articles], tmp_path)
    versions = dict(ask(tmp_path, "SELECT name, value FROM versions"))
    hashes = json.loads((tmp_path / "report.json").read_bytes())["files"]
    assert versions["schema"] == SCHEMA
    assert versions["statements.jsonl"] == hashes["statements.jsonl"]


def test_a_name_that_is_no_text_is_kept_as_well_as_it_can_be(articles: Path, tmp_path: Path) -> None:
    name = os.fsencode(articles / "a") + b"\xff.txt"
    Path(os.fsdecode(name)).write_text(ARTICLES["visit"] + "。", encoding="utf-8")
    for _ in range(2):
        build([articles], tmp_path / "out")
    assert ask(tmp_path / "out", "SELECT doc FROM documents WHERE doc LIKE 'a%'") == [("a?.txt",)]
    assert ask(tmp_path / "out", "SELECT DISTINCT doc FROM mentions WHERE doc LIKE 'a%'") == [("a\ufffd.txt",)]


def test_a_second_build_into_the_folder_is_refused(articles: Path, tmp_path: Path) -> None:
    build([articles], tmp_path)
    before = files(tmp_path)
    command = [sys.executable, "-c", HOLD, str(tmp_path / STORE)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()
        with pytest.raises(KgError, match="another kg is at work on it: wait until that is done"):
            build([articles / "note.txt"], tmp_path)
        assert files(tmp_path) == before
        holder.communicate()
    build([articles], tmp_path)


def test_ctrl_c_waits_until_rows_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    insert = Database._insert

    def interrupted(*given: Any) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        insert(*given)

    monkeypatch.setattr(Database, "_insert", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background may not have it
    try:
        with pytest.raises(KeyboardInterrupt), open_database(tmp_path) as database:
            database.add([Row("key", "recognition", "digest")])
            database.commit()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    with open_database(tmp_path) as database:
        assert database.known(["key", "other"]) == {"key"}


def older(path: Path) -> None:
    with duckdb.connect(path) as connection:
        connection.execute("UPDATE versions SET value = '0' WHERE name = 'schema'; DROP TABLE readings")


def nonsense(path: Path) -> None:
    path.write_bytes(b"nonsense" * 2_000)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5_000])


def overwritten(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for at in range(20_000, len(data), 3_000):
        data[at : at + 64] = b"x" * 64
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [older, nonsense, empty, cut_off, overwritten])
def test_a_store_that_is_older_or_damaged_is_made_anew(
    articles: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    build([articles], tmp_path / "out")
    before = files(tmp_path / "out")
    damage(tmp_path / "out" / STORE)
    try:
        build([articles], tmp_path / "out")
    except KgError as error:
        assert "damaged" in str(error) and "run the same command again" in str(error)
        build([articles], tmp_path / "out")
    assert (tmp_path / "out" / f"{STORE}.damaged").exists() == (damage is not older)
    (tmp_path / "out" / f"{STORE}.damaged").unlink(missing_ok=True)
    assert files(tmp_path / "out") == before
    assert ask(tmp_path / "out", "SELECT count(*) FROM readings") == [(3,)]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of eight megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_leaves_the_earlier_build_and_the_next_run_goes_on(
    articles: Path, tmp_path: Path, small_disk: Path
) -> None:
    build([articles / "note.txt"], tmp_path / "out")
    for path in (tmp_path / "out").iterdir():
        if path.is_file():
            (small_disk / path.name).write_bytes(path.read_bytes())
    before = files(small_disk)
    ballast = small_disk / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    with pytest.raises(KgError, match=r"free (some|the space)"):
        build([articles], small_disk)
    ballast.unlink()
    assert files(small_disk) == before
    build([articles], small_disk)
    build([articles], tmp_path / "full")
    assert files(small_disk) == files(tmp_path / "full")
