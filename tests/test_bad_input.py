"""Bad input: each a clear message that names the file and says what to do; one bad document takes no other along."""

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest
from conftest import ARTICLES, RULE, Kg, ListRecognizer
from pages import SAMPLES, assert_read_or_skipped, mutants, packed, pdf, word

from kg import ingest
from kg.hanlp_ner import SHIPPED
from kg.ingest import read
from kg.model import Skipped, Source

SENTENCE = "何松岩到云溟科技城调研。"
BAD_DOCUMENTS = {
    "empty.txt": (b"", "empty"),
    "blank.txt": (b" \r\n\t\n", "empty"),
    "picture.txt": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "binary"),
    "cipher.txt": (bytes(128 + (i * i + i * 37) % 113 for i in range(5000)), "save it as UTF-8"),
    "broken.jsonl": (b'{"text": ', "line 1 is not JSON"),
    "page.doc": (b"\xd0\xcf\x11\xe0", "not supported"),
    "cut.docx": (b"PK\x03\x04", "no Word document"),
    "pictures.docx": (word(), "empty"),
    "other.docx": (packed({"a.xml": b"<a/>"}), "a broken Word document"),
    "bomb.docx": (packed({"word/document.xml": bytes(9_000_000)}), "more than 100 times its size"),
    "cut.pdf": (b"%PDF-1.7\n", "a broken PDF"),
    "locked.pdf": (pdf([(50, 50, 12, SENTENCE)], password="secret"), "needs a password"),
    "scanned.pdf": (pdf([]), "no text"),
    "deep.html": (f"<html><body>{'<div>' * 10_000}<p>{SENTENCE}</p>".encode(), "no article"),
    "wide.html": (f"<html><body>{'<p>何</p>' * 20_001}".encode(), "more than 20,000 elements"),
    "menu.html": (b"<html><frameset><frame src=a></frameset></html>", "no article"),
    "no-text.csv": ("编号,正文\n1,林牧之到会。\n".encode("gb18030"), "no column text among 编号, 正文"),
    "no-csv.csv": (b'text\n"' + b"a" * 20_000_000, "longer than"),
    "cut.parquet": (b"PAR1", "no Parquet file"),
    "cut.zip": (b"PK\x03\x04", "a broken archive"),
    "empty.zip": (packed({}), "empty"),
    "bomb.zip": (packed({"a.txt": bytes(9_000_000)}), "more than 100 times its size"),
    "nested.zip": (packed({"b.zip": packed({"a.txt": SENTENCE.encode()})}), "an archive in an archive"),
    "outside.zip": (packed({"../../a.txt": SENTENCE.encode()}), "leads out of the archive"),
}


def test_bad_documents_are_skipped_and_the_others_built(
    kg: Kg, articles: Path, tmp_path: Path, list_recognizer: ListRecognizer
) -> None:
    for name, (content, _) in BAD_DOCUMENTS.items():
        (articles / name).write_bytes(content)
    (articles / "dangling.txt").symlink_to(tmp_path / "gone")
    result = kg("build", articles, "-o", tmp_path / "out")
    assert result.code == 0
    report = json.loads((tmp_path / "out" / "report.json").read_bytes())
    assert report["documents"] == len(ARTICLES)
    reasons = {re.split("[#/]", s["doc"])[0]: s["reason"] for s in report["skipped"]}
    assert reasons.keys() == {*BAD_DOCUMENTS, "dangling.txt"}
    for name, (_, reason) in BAD_DOCUMENTS.items():
        assert reason in reasons[name]
    assert all(name in result.out for name in sorted(BAD_DOCUMENTS)[:10])


def test_good_members_beside_bad_ones_are_built(kg: Kg, tmp_path: Path, list_recognizer: ListRecognizer) -> None:
    members = {
        "good.txt": ARTICLES["visit"].encode(),
        "bomb.txt": bytes(9_000_000),
        "dir/../../x.txt": b"x",
        "b.zip": b"PK",
    }
    data = packed(members | {"broken.txt": SENTENCE.encode() * 99})
    at = data.rindex(b"broken.txt", 0, data.index(b"PK\x01\x02")) + len("broken.txt")
    (tmp_path / "a.zip").write_bytes(data[: at + 9] + b"\xff\xff" + data[at + 11 :])
    assert kg("build", tmp_path / "a.zip", "-o", tmp_path / "out").code == 0
    report = json.loads((tmp_path / "out" / "report.json").read_bytes())
    assert report["documents"] == 1
    assert {s["doc"] for s in report["skipped"]} == {f"a.zip/{name}" for name in (*members, "broken.txt")} - {
        "a.zip/good.txt"
    }


def test_damage_is_reported(kg: Kg, articles: Path, tmp_path: Path, list_recognizer: ListRecognizer) -> None:
    text = ARTICLES["visit"].encode()
    (articles / "damaged.txt").write_bytes(text[:30] + b"\xff\xfe\xff" + text[30:])
    kg("build", articles, "-o", tmp_path / "out")
    report = json.loads((tmp_path / "out" / "report.json").read_bytes())
    assert report["damaged"] == [{"doc": "damaged.txt", "encoding": "utf-8", "lost": 3}]
    assert (tmp_path / "out" / "texts" / "damaged.txt.txt").is_file()


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.zip", "a.jsonl"])
def test_a_file_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    line = json.dumps({"text": SENTENCE}).encode() + b"\n"
    content = {"a.zip": packed({"b.txt": SENTENCE.encode()}), "a.jsonl": line}.get(name, SENTENCE.encode())
    path = tmp_path / name
    path.write_bytes(content)
    reading = ingest._read_file

    def read_slowly(doc: str, suffix: str, file: IO[bytes]) -> Iterator[Source | Skipped]:
        yield from reading(doc, suffix, file)
        with path.open("ab") as more:
            more.write(b" ")

    monkeypatch.setattr(ingest, "_read_file", read_slowly)
    *found, last = read([path])
    assert isinstance(last, Skipped)
    assert (last.doc, last.reason.split(":")[0]) == (name, "changed while it was read")
    assert bool(found) == (name in {"a.zip", "a.jsonl"})  # what streams has been handed on


NAMES = [
    "a b.txt",
    "何#1.txt",
    "a\nb.txt",
    "<b>&'\".txt",
    "%2E%2E.txt",
    "a\\b.txt",
    b"\xb0\xa1.txt",
    "é.txt",
    "长" * 80 + ".txt",
    "-x.txt",
]


def test_names_with_odd_characters(kg: Kg, tmp_path: Path, list_recognizer: ListRecognizer) -> None:
    (tmp_path / "in").mkdir()
    names = [os.fsdecode(name) for name in NAMES]
    for number, name in enumerate(names):
        (tmp_path / "in" / name).write_bytes(f"{ARTICLES['visit']}{number}".encode("utf-16"))
    ids = ["../../x", "/etc/x", "a/../b", "..", "a\0b", "\ud800", "x" * 300]
    lines = [
        json.dumps({"id": name, "text": f"{ARTICLES['visit']}第{n}次。"}, ensure_ascii=n % 2 == 0).encode(
            "utf-8", "replace"
        )
        for n, name in enumerate(ids)
    ]
    (tmp_path / "in" / "r.jsonl").write_bytes(b"\xff\n".join(lines))
    result = kg("build", tmp_path / "in", "-o", tmp_path / "out")
    assert result.code == 0
    report = json.loads((tmp_path / "out" / "report.json").read_bytes())
    assert report["documents"] + len(report["skipped"]) == len(names) + len(ids)
    assert report["documents"] >= len(names)
    assert {path.name for path in tmp_path.iterdir()} == {"in", "out"}
    kept = {path for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert kept == {tmp_path / "out" / name for name in [*report["files"], "report.json", "kg.duckdb"]}
    assert sum(name.startswith("texts/") for name in report["files"]) >= len(names)


@pytest.mark.parametrize("name", SAMPLES)
def test_broken_files_are_read_or_skipped(tmp_path: Path, name: str) -> None:
    for _, data in zip(range(40), mutants(SAMPLES[name], seed=1), strict=False):
        assert_read_or_skipped(tmp_path / name, data)


LONG = 50_000_000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ascii.txt", lambda: b"a" * LONG),
        ("chinese.txt", lambda: "何松岩到云溟科技城调研，".encode() * (LONG // 36)),
        ("gb18030.txt", lambda: "何松岩到云溟科技城调研，".encode("gb18030") * (LONG // 24)),
        ("zeros.txt", lambda: bytes(LONG)),
        ("record.jsonl", lambda: b'{"text": "' + "何松岩到云溟科技城调研。".encode() * (LONG // 36) + b'"}'),
        ("mixed.jsonl", lambda: b'{"text": "' + b"a" * (2 * LONG) + b'"}\n{"text": "\xe5\xa5\xbd"}'),
    ],
)
def test_a_line_of_50_mb_is_skipped_at_once(
    kg: Kg, articles: Path, tmp_path: Path, list_recognizer: ListRecognizer, name: str, content: Callable[[], bytes]
) -> None:
    (articles / name).write_bytes(content())
    began = time.process_time()
    result = kg("build", articles, "-o", tmp_path / "out")
    assert time.process_time() - began < 15
    assert result.code == 0
    [skipped] = json.loads((tmp_path / "out" / "report.json").read_bytes())["skipped"]
    assert skipped["doc"].startswith(name)
    assert re.search("more than|longer than|binary", skipped["reason"])


def test_nothing_to_build(kg: Kg, tmp_path: Path, list_recognizer: ListRecognizer) -> None:
    (tmp_path / "empty").mkdir()
    result = kg("build", tmp_path / "empty", "-o", tmp_path / "out")
    assert result.code == 1
    assert f"no document in {tmp_path / 'empty'}: give files that end in " in result.err
    result = kg("build", tmp_path / "missing", "-o", tmp_path / "out")
    assert result.code == 1
    assert f"{tmp_path / 'missing'}: there is no such file or folder" in result.err
    assert not (tmp_path / "out").exists()


def test_only_bad_documents_leave_the_earlier_output_whole(
    kg: Kg, articles: Path, tmp_path: Path, list_recognizer: ListRecognizer
) -> None:
    out = tmp_path / "out"
    assert kg("build", articles, "-o", out).code == 0
    before = (out / "report.json").read_bytes()
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "empty.txt").write_bytes(b"")
    result = kg("build", tmp_path / "bad", "-o", out)
    assert result.code == 1
    assert "no document could be read" in result.err
    assert "empty.txt" in result.err
    assert (out / "report.json").read_bytes() == before


@pytest.mark.parametrize("kind", ["a file", "under a file", "read-only"])
def test_an_output_folder_that_cannot_be_written(
    kg: Kg, articles: Path, tmp_path: Path, list_recognizer: ListRecognizer, kind: str
) -> None:
    folder = tmp_path / "out"
    if kind == "read-only":
        folder.mkdir()
        folder.chmod(0o555)
        if os.access(folder, os.W_OK):  # root may write anywhere but where the kernel keeps its own
            folder = Path("/proc/sys/kernel")
    else:
        folder.write_text("mine", encoding="utf-8")
        folder = folder / "below" if kind == "under a file" else folder
    result = kg("build", articles, "-o", folder)
    assert result.code == 1
    assert re.search(rf"kg: {folder}: cannot be written \(.+\): .*--output", result.err)
    assert list_recognizer.asked == 0  # it is said before the work, not after
    if kind != "read-only":
        assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("rule", "where", "message"),
    [
        ("relation: inspected", "relation: inspects", r"mine\.yaml:3: .*inspects"),
        ("unless:", "unles:", r"mine\.yaml:5: unknown key unles"),
        ("了?{object:", "了?{object", r"mine\.yaml:\d+: "),
        ("</s>巡视", "巡视", r"mine\.yaml:\d+: "),
        ("- id", "- [id", r"mine\.yaml:\d+: not valid YAML"),
    ],
)
def test_a_broken_rule_stops_the_build(
    kg: Kg, articles: Path, tmp_path: Path, list_recognizer: ListRecognizer, rule: str, where: str, message: str
) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "mine.yaml").write_text(RULE.replace(rule, where, 1), encoding="utf-8")
    result = kg("build", articles, "-o", tmp_path / "out", "--rules", tmp_path / "rules")
    assert result.code == 1
    assert re.search(message, result.err)
    assert "Traceback" not in result.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name,type\n云溟湖,Lake\n", r"mine\.csv:2: type 'Lake' is none of Person, "),
        ("name,type\n云溟湖,Place\n云溟湖,Person\n", r"mine\.csv:3: 云溟湖 is Person here and Place before"),
        ("name,type\n云溟湖\n", r"mine\.csv:2: give each of the 2 columns a value"),
        ("name,type\n,Place\n", r"mine\.csv:2: fill in the column name"),
        ("name\n云溟湖\n", r"mine\.csv:1: add the column type"),
        ("", r"mine\.csv:1: add the column name, type"),
        ("name,type\n云溟湖,Place\n".encode("gb18030"), r"mine\.csv:1: cannot be read as UTF-8"),
    ],
)
def test_a_broken_lexicon_row_stops_the_build(
    kg: Kg, articles: Path, tmp_path: Path, list_recognizer: ListRecognizer, content: str | bytes, message: str
) -> None:
    (tmp_path / "mine.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    result = kg("build", articles, "-o", tmp_path / "out", "--lexicon", tmp_path / "mine.csv")
    assert result.code == 1
    assert re.search(message, result.err)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "broken", ["missing", "empty", "a file", "garbage", "cut short", "no vocabulary", "other class"]
)
def test_a_model_that_cannot_be_loaded(kg: Kg, articles: Path, tmp_path: Path, broken: str) -> None:
    model = tmp_path / "model"
    if broken == "empty":
        model.mkdir()
    elif broken == "a file":
        model.write_text("weights", encoding="utf-8")
    elif broken != "missing":
        shutil.copytree(SHIPPED, model)
    if broken == "garbage":
        (model / "model.pt").write_bytes(bytes(range(256)) * 99)
    elif broken == "cut short":
        (model / "model.pt").write_bytes((SHIPPED / "model.pt").read_bytes()[:100_000])
    elif broken == "no vocabulary":
        (model / "vocabs.json").unlink()
    elif broken == "other class":
        (model / "config.json").write_text('{"classpath": "subprocess.Popen"}', encoding="utf-8")
    result = kg("build", articles, "-o", tmp_path / "out", "--model", model)
    assert result.code == 1
    assert str(model) in result.err
    assert re.search(r"give a folder|copy its folder|copy the model|train it|only HanLP's own", result.err)
    assert "Traceback" not in result.err
    assert "weights_only" not in result.err  # torch's advice to load what may run code
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["eval ner", "train -o model"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"tagged\.txt: cannot be read"),
        (b"", "no tagged sentence"),
        (b"<Person>\xe4", r"tagged\.txt: cannot be read .*UTF-8"),
        ("<Person>何松岩到会。".encode(), r"tagged\.txt:1: <Person> is not closed"),
    ],
    ids=["missing", "empty", "not UTF-8", "not closed"],
)
def test_bad_tagged_sentences(
    kg: Kg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, content: bytes | None, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path("tagged.txt").write_bytes(content)
    result = kg(*command.split(), "tagged.txt")
    assert result.code == 1
    assert re.search(message, result.err)
    assert not Path("model").exists()
