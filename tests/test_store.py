import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from samples import Outputs, sample_outputs

from kg import store
from kg.errors import KgError
from kg.store import read_outputs, text_path, write_outputs

NAMES = {
    "entities.jsonl", "mentions.jsonl", "statements.jsonl", "resolutions.jsonl", "unsure.jsonl",
    "graph.html", "graph.graphml", "graph.gexf", "report.json",
}  # fmt: skip


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def lines(folder: Path, name: str) -> list[dict]:
    return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]


def test_writes_every_file_and_the_report_names_their_hashes(tmp_path):
    written = write_outputs(tmp_path, **sample_outputs().arguments())
    found = files(tmp_path)
    assert set(found) == NAMES | {"texts/a.txt.txt", "texts/news/b.txt.txt"}
    assert written[-1] == tmp_path / "report.json"
    report = json.loads(found.pop("report.json"))
    assert report["counts"] == {"documents": 2}
    assert report["files"] == {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}


def test_keys_are_those_of_the_design(tmp_path):
    write_outputs(tmp_path, **sample_outputs().arguments())
    entities = {e["id"]: e for e in lines(tmp_path, "entities.jsonl")}
    assert list(entities["person-lin"])[:4] == ["id", "type", "name", "aliases"]
    assert (entities["post-mayor"]["title"], entities["post-mayor"]["organization"]) == ("市长", "org-government")
    assert entities["post-reporter"]["organization"] is None
    assert entities["post-reporter"]["resolved"] is False
    assert entities["article-a"]["doc"] == "a.txt"
    mentions = lines(tmp_path, "mentions.jsonl")
    assert {tuple(m) for m in mentions} == {("doc", "start", "end", "text", "type", "entity")}
    assert [m["entity"] for m in mentions if m["type"] == "Date"] == [None]
    statements = lines(tmp_path, "statements.jsonl")
    assert {tuple(s) for s in statements} == {
        ("id", "subject", "relation", "object", "subject_span", "object_span", "status", "start", "end", "published",
         "rule", "confidence", "evidence")
    }  # fmt: skip
    assert {tuple(s["evidence"]) for s in statements} == {("doc", "start", "end", "quote")}
    assert [tuple(r) for r in lines(tmp_path, "resolutions.jsonl")] == [
        ("doc", "start", "end", "text", "entity", "from", "why")
    ]


def test_same_bytes_whatever_the_order(tmp_path):
    sample = sample_outputs()
    write_outputs(tmp_path / "one", **sample.arguments())
    for name in ("entities", "mentions", "statements", "resolutions"):
        getattr(sample, name).reverse()
    sample.texts = dict(reversed(sample.texts.items()))
    write_outputs(tmp_path / "two", **sample.arguments())
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_read_gives_back_what_was_written(tmp_path):
    sample = sample_outputs()
    write_outputs(tmp_path, **sample.arguments())
    outputs = read_outputs(tmp_path)
    assert {e["name"] for e in outputs.entities} == {e.name for e in sample.entities}
    assert len(outputs.statements) == len(sample.statements)
    for statement in outputs.statements:
        evidence = statement["evidence"]
        raw = (tmp_path / text_path(evidence["doc"])).read_bytes().decode()
        assert raw[evidence["start"] : evidence["end"]] == evidence["quote"]


@pytest.mark.parametrize("bad", ["\x00\x0b\x1f", "\ud800", "\ufffe", "\u2028</script>", "\r\n\t", "𠮷" * 30])
def test_any_character_is_written_and_read_back(tmp_path, bad):
    sample = sample_outputs()
    sample.entities[0] = replace(sample.entities[0], name=f"何{bad}松岩", aliases=(bad,))
    sample.statements[0] = replace(sample.statements[0], quote=f"书记{bad}", doc=f"a{bad}.txt")
    sample.texts[f"a{bad}.txt"] = f"书记{bad}"
    write_outputs(tmp_path, **sample.arguments())
    outputs = read_outputs(tmp_path)
    assert f"何{bad}松岩" in {e["name"] for e in outputs.entities}
    assert f"书记{bad}" in {s["evidence"]["quote"] for s in outputs.statements}


@pytest.mark.parametrize(
    ("doc", "path"),
    [
        ("a.txt", "texts/a.txt.txt"),
        ("folder/news.zip/b.txt", "texts/folder/news.zip/b.txt.txt"),
        ("news.jsonl#17", "texts/news.jsonl#17.txt"),
        ("-", "texts/-.txt"),
        ("../../etc/passwd", "texts/%2E%2E/%2E%2E/etc/passwd.txt"),
        ("/etc/passwd", "texts/%/etc/passwd.txt"),
        ("a/./b", "texts/a/%2E/b.txt"),
        ("news.jsonl#../x", "texts/news.jsonl#../x.txt"),
    ],
)
def test_texts_stay_in_their_folder(tmp_path, doc, path):
    assert text_path(doc) == path
    assert (tmp_path / path).resolve().is_relative_to(tmp_path / "texts")
    sample = sample_outputs()
    sample.texts = {doc: "一"}
    write_outputs(tmp_path, **sample.arguments())
    assert (tmp_path / path).read_text(encoding="utf-8") == "一"


def test_documents_are_taken_once_and_before_the_report_is_asked(tmp_path):
    arguments = sample_outputs().arguments()
    taken = []

    def documents():
        for told in arguments["documents"]:
            yield told
            taken.append(len(told.mentions))

    write_outputs(tmp_path, **arguments | {"documents": documents(), "report": lambda: {"mentions": sum(taken)}})
    assert json.loads((tmp_path / "report.json").read_bytes())["mentions"] == len(lines(tmp_path, "mentions.jsonl")) > 0


def test_a_long_name_is_shortened(tmp_path):
    sample = sample_outputs()
    sample.texts = {"长" * 300: "一", "长" * 301: "二"}
    write_outputs(tmp_path, **sample.arguments())
    assert sorted(p.read_text(encoding="utf-8") for p in (tmp_path / "texts").iterdir()) == ["一", "二"]


@pytest.mark.parametrize("broken", ["page", "rename"])
def test_a_failed_run_leaves_the_earlier_one_whole(tmp_path, monkeypatch, broken):
    write_outputs(tmp_path, **sample_outputs().arguments())
    before = files(tmp_path)

    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    if broken == "page":
        monkeypatch.setattr(store, "html", fail)
    else:
        monkeypatch.setattr(Path, "open", fail)
    sample = sample_outputs()
    sample.entities[0] = replace(sample.entities[0], name="何松山")
    with pytest.raises((OSError, KgError)):
        write_outputs(tmp_path, **sample.arguments())
    monkeypatch.undo()
    assert files(tmp_path) == before
    read_outputs(tmp_path)


def test_an_interrupted_renaming_is_noticed_and_mended(tmp_path, monkeypatch):
    write_outputs(tmp_path, **sample_outputs().arguments())
    renamed = Path.replace

    def stop(self, target):
        if Path(target).name == "statements.jsonl":
            raise KeyboardInterrupt
        return renamed(self, target)

    monkeypatch.setattr(Path, "replace", stop)
    sample = sample_outputs()
    sample.entities[0] = replace(sample.entities[0], name="何松山")
    with pytest.raises(KeyboardInterrupt):
        write_outputs(tmp_path, **sample.arguments())
    monkeypatch.undo()
    with pytest.raises(KgError, match="run kg build"):
        read_outputs(tmp_path)
    write_outputs(tmp_path, **sample.arguments())
    assert "何松山" in {e["name"] for e in read_outputs(tmp_path).entities}


def test_leftovers_and_texts_of_the_last_run_go_and_nothing_else(tmp_path):
    write_outputs(tmp_path, **sample_outputs().arguments())
    for name in (".graph.html.kg-tmp", "texts/news/.b.txt.txt.kg-tmp", "notes.md", "texts/mine.txt"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    sample = sample_outputs()
    del sample.texts["a.txt"]
    write_outputs(tmp_path, **sample.arguments())
    assert set(files(tmp_path)) == NAMES | {"texts/news/b.txt.txt", "notes.md", "texts/mine.txt"}


def test_a_folder_that_cannot_be_written_says_what_to_do(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(KgError, match=r"file.*--output"):
        write_outputs(tmp_path / "file", **sample_outputs().arguments())


def test_a_read_only_folder_says_what_to_do(tmp_path, monkeypatch):
    def deny(self, *_, **__):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", deny)  # root may write anywhere, so permission bits show nothing
    with pytest.raises(KgError, match=r"Permission denied.*--output"):
        write_outputs(tmp_path, **sample_outputs().arguments())


def test_nothing_to_write(tmp_path):
    write_outputs(tmp_path, **Outputs().arguments())
    assert set(files(tmp_path)) == NAMES
    assert read_outputs(tmp_path).entities == []


@pytest.mark.parametrize("damage", ["missing", "empty", "no report", "changed", "report"])
def test_an_incomplete_folder_is_refused(tmp_path, damage):
    write_outputs(tmp_path, **sample_outputs().arguments())
    table, report = tmp_path / "statements.jsonl", tmp_path / "report.json"
    if damage == "missing":
        table.unlink()
    elif damage == "empty":
        table.write_bytes(b"")
    elif damage == "changed":
        table.write_bytes(table.read_bytes() + b"{}\n")
    elif damage == "report":
        report.write_text('{"files": ', encoding="utf-8")
    else:
        report.unlink()
    with pytest.raises(KgError, match="run kg build"):
        read_outputs(tmp_path)


def test_same_bytes_whatever_the_hash_seed(tmp_path):
    here = Path(__file__).parent
    program = (
        f"import sys; sys.path.insert(0, {str(here)!r})\n"
        "from pathlib import Path\nfrom samples import sample_outputs\nfrom kg.store import write_outputs\n"
        "write_outputs(Path(sys.argv[1]), **sample_outputs().arguments())"
    )
    for seed in ("1", "2"):
        command = [sys.executable, "-c", program, str(tmp_path / seed)]
        subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": seed}, cwd=here.parent, check=True)
    assert files(tmp_path / "1") == files(tmp_path / "2")
