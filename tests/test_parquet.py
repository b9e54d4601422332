"""Parquet files of articles, and files that are not on this machine."""

import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import fsspec
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import ARTICLES, Kg, ListRecognizer
from pages import packed
from samples import sample_outputs

from kg.errors import KgError
from kg.formats.archive import BOMB
from kg.ingest import count, find, read
from kg.model import Skipped, Source
from kg.store import write_outputs

NEWS = "林牧之到云溟科技城调研。"


def parquet(columns: dict[str, Any], **options: Any) -> bytes:
    file = BytesIO()
    pq.write_table(pa.table(columns), file, **options)
    return file.getvalue()


def outcome(content: bytes, tmp_path: Path) -> dict[str, str]:
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    return {item.doc: item.reason if isinstance(item, Skipped) else item.raw for item in read([path])}


@pytest.fixture
def memory() -> Iterator[Any]:
    """fsspec's file system in memory, empty."""
    system = fsspec.filesystem("memory")
    yield system
    system.store.clear()
    system.pseudo_dirs[:] = [""]


def test_rows_are_read_as_records_are(tmp_path: Path) -> None:
    columns = {
        "Text": [NEWS, NEWS + "二", None, NEWS + "四", NEWS + "五"],
        "id": ["n1", None, "n3", "n1", "n5"],
        "title": ["题", None, None, None, None],
        "date": [date(2024, 3, 2), None, None, None, None],
        "source": ["云溟日报", None, None, None, None],
        "views": [1, 2, 3, 4, 5],
    }
    path = tmp_path / "a.parquet"
    path.write_bytes(parquet(columns, row_group_size=2))
    assert count(find([path])) == 5
    found = list(read([path]))
    sources = [item for item in found if isinstance(item, Source)]
    assert [(s.doc, s.raw) for s in sources] == [
        ("a.parquet#n1", NEWS), ("a.parquet#2", NEWS + "二"), ("a.parquet#n5", NEWS + "五"),
    ]  # fmt: skip
    assert (sources[0].title, sources[0].date, sources[0].medium, sources[0].keep) == (
        "题",
        "2024-03-02",
        "云溟日报",
        False,
    )
    reasons = {item.doc: item.reason for item in found if isinstance(item, Skipped)}
    assert list(reasons) == ["a.parquet#3", "a.parquet#4"]
    assert "no text" in reasons["a.parquet#3"]
    assert "repeats the id n1" in reasons["a.parquet#4"]


@pytest.mark.parametrize(
    "text",
    [
        pa.array([NEWS, "a"], pa.large_string()),
        pa.array([NEWS, "a"], pa.string_view()),
        pa.array([NEWS, "a"]).dictionary_encode(),
    ],
    ids=str,
)
def test_kinds_of_strings(tmp_path: Path, text: pa.Array) -> None:
    content = parquet({"text": text, "date": [datetime(2024, 3, 2, 8), datetime(2024, 3, 2, 8)]})
    assert outcome(content, tmp_path) == {"a.parquet#1": NEWS, "a.parquet#2": "a"}


def test_parquet_of_pandas_in_an_archive(tmp_path: Path) -> None:
    file = BytesIO()
    pd.DataFrame({"text": [NEWS], "id": [7]}).to_parquet(file)
    (tmp_path / "a.zip").write_bytes(packed({"news/b.parquet": file.getvalue()}))
    assert [item.doc for item in read([tmp_path])] == ["a.zip/news/b.parquet#7"]


GOOD = parquet({"text": [f"{NEWS}{n}" for n in range(100)]}, compression="none", use_dictionary=False)
LONG = "言" * 1_000_000


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no Parquet file"),
        (b"PAR1" * 9, "no Parquet file"),
        (GOOD[:-9], "no Parquet file"),
        (parquet({"正文": [NEWS]}), "no column text among 正文"),
        (parquet({"text": [[NEWS]]}), "no text"),
        (parquet({"text": [b"\xff"]}), "no text"),
        (parquet({"text": [LONG]}, compression="zstd"), BOMB),
        (parquet({"text": pa.array([LONG] * 50).dictionary_encode()}, compression="none"), None),
        (parquet({"text": pa.array([LONG[:9000]] * 30_000).dictionary_encode()}, compression="none"), BOMB),
        (parquet({"text": pa.nulls(2_000_000, pa.string())}), BOMB),
    ],
    ids=["empty", "no file", "cut", "no text", "lists", "bytes", "zeros", "few of one", "many of one", "nulls"],
)
def test_damaged_files_and_bombs_are_skipped(tmp_path: Path, content: bytes, reason: str | None) -> None:
    *_, last = outcome(content, tmp_path).values()
    assert reason is None or reason in last


def test_whatever_byte_is_wrong_the_file_is_read_or_skipped(tmp_path: Path) -> None:
    for at in range(0, len(GOOD), 41):
        found = outcome(GOOD[:at] + bytes([GOOD[at] ^ 0x55]) + GOOD[at + 1 :], tmp_path)
        assert found
        assert all(doc.startswith("a.parquet") for doc in found)


def test_what_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.parquet").write_bytes(GOOD)
    monkeypatch.delitem(sys.modules, "kg.formats.parquet", raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(KgError, match=r"kg\[parquet\]"):
        count(find([tmp_path]))
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(KgError, match=r"kg\[parquet\]"):
        find(["memory://a"])


@pytest.mark.parametrize("url", ["nonsense://a", "memory://nothing", "file:///no/such/folder"])
def test_urls_that_lead_nowhere(url: str) -> None:
    with pytest.raises(KgError, match=url):
        find([url])


def test_a_build_reads_any_url_and_an_export_writes_to_any(
    kg: Kg, tmp_path: Path, memory: Any, list_recognizer: ListRecognizer
) -> None:
    half = len(ARTICLES) // 2
    texts = ARTICLES
    (tmp_path / "in" / "sub").mkdir(parents=True)
    names = [*texts]
    (tmp_path / "in" / "a.parquet").write_bytes(parquet({"text": [texts[n] for n in names[:half]], "id": names[:half]}))
    (tmp_path / "in" / "sub" / "b.txt").write_text("".join(texts[n] for n in names[half:]), encoding="utf-8")
    (tmp_path / "in" / ".hidden.txt").write_text(NEWS, encoding="utf-8")
    memory.put(str(tmp_path / "in"), "/news", recursive=True)
    memory.pipe({"/news/old/report.json": b'{"versions": {}}', "/news/old/b.txt": NEWS.encode()})
    written = {}
    for name, given in {"here": tmp_path / "in", "memory": "memory://news", "file": (tmp_path / "in").as_uri()}.items():
        assert kg("build", given, "-o", tmp_path / name).code == 0
        written[name] = (tmp_path / name / "statements.jsonl").read_bytes()
    assert written["here"] == written["memory"] == written["file"]
    assert json.loads((tmp_path / "memory" / "report.json").read_bytes())["documents"] == 2
    assert kg("build", "memory://news/a.parquet", "-o", tmp_path / "one").code == 0
    done = kg("export", "--from", tmp_path / "here", "-f", "parquet", "-f", "csv", "-o", "memory://out/graph/")
    assert "wrote memory://out/graph/statements.parquet" in done.out
    with memory.open("/out/graph/statements.parquet") as file:
        assert len(pq.read_table(file)) == len(written["here"].splitlines())


def test_an_export_to_a_place_that_cannot_be_written(kg: Kg, tmp_path: Path) -> None:
    write_outputs(tmp_path, **sample_outputs().arguments())
    (tmp_path / "file").write_bytes(b"")
    done = kg("export", "--from", tmp_path, "-f", "csv", "-o", (tmp_path / "file" / "x").as_uri())
    assert (done.code, "cannot be written" in done.err) == (1, True)


def test_a_build_is_written_to_a_local_folder(kg: Kg, tmp_path: Path) -> None:
    done = kg("build", tmp_path, "-o", "s3://graphs/2023")
    assert (done.code, "kg export --format parquet --output s3://graphs/2023" in done.err) == (1, True)
