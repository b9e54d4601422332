"""The command line: what it prints, what it refuses and how, and its exit codes."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ARTICLES, ListRecognizer

from kg import cli
from kg.hanlp_ner import SHIPPED
from kg.pipeline import build
from kg.query import load

RULE = """
- id: inspected.mine
  relation: inspected
  patterns: ["{subject:Person}(?:没有)?巡视了?{object:Initiative}"]
  unless: ["{subject}没有巡视"]
  examples: ["<s>何松岩</s>巡视了<o>云溟科技城</o>。"]
  counterexamples: ["<s>何松岩</s>没有巡视<o:Initiative>云溟科技城</o>。"]
"""


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


Kg = Callable[..., Result]


@pytest.fixture
def kg(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Kg:
    """Runs the command line in this process, as its script does."""

    def run(*args: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["kg", *map(str, args)])
        capfd.readouterr()
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        return Result(code, *capfd.readouterr())

    return run


@pytest.fixture
def output(articles: Path, tmp_path: Path, list_recognizer: ListRecognizer) -> Path:
    """A graph of the small articles."""
    build([articles], tmp_path / "built")
    return tmp_path / "built"


@pytest.mark.parametrize(
    "command",
    ["", "build", "show", "path", "explain", "stats", "train", "version", "eval", "eval ner", "eval graph",
     "rules", "rules check", "rules list"],
)  # fmt: skip
def test_help_of_every_command(kg: Kg, command: str) -> None:
    result = kg(*command.split(), "--help")
    assert result.code == 0
    assert "Usage:" in result.out
    assert result.err == ""


def test_every_command_is_in_the_help(kg: Kg) -> None:
    listed = set(re.findall(r"^│ (\w+) ", kg("--help").out, re.M))
    assert listed == {"build", "show", "path", "explain", "stats", "train", "eval", "rules", "version"}


@pytest.mark.parametrize(
    "command",
    ["frobnicate", "build", "build a.txt --nonsense", "show", "path 何松岩", "path a b -k 0", "train a.txt",
     "train a.txt -o m --epochs 0", f"train a.txt -o {__file__}", "eval graph gold", "rules"],
)  # fmt: skip
def test_wrong_usage_exits_with_2(kg: Kg, command: str) -> None:
    result = kg(*command.split())
    assert result.code == 2
    assert "Usage:" in result.err + result.out


def test_build_reports_what_it_wrote_and_skipped(
    kg: Kg, articles: Path, tmp_path: Path, list_recognizer: ListRecognizer
) -> None:
    (articles / "[bold]photo.jpg").write_bytes(b"x")
    result = kg("build", articles, "-o", tmp_path / "out")
    assert result.code == 0
    assert re.search(r"documents +3\b", result.out)
    assert re.search(r"inspected +调研 +[1-9]", result.out)
    assert "[bold]photo.jpg" in result.out
    assert ".jpg is not supported" in result.out
    for name in ("graph.html", "graph.graphml", "graph.gexf", "entities.jsonl", "report.json"):
        assert f"wrote {tmp_path / 'out' / name}" in result.out
    assert "texts/" not in result.out


@pytest.mark.model
def test_the_script_builds_from_standard_input(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("kg")
    result = subprocess.run(
        [script, "build", "-", "-o", "out"],
        input=ARTICLES["meeting"].encode(), cwd=tmp_path, capture_output=True, check=True,
    )  # fmt: skip
    assert b"wrote out/report.json" in result.stdout
    assert {s["subject_name"] for s in load(tmp_path / "out").statements.to_dict("records")} >= {"林牧之", "何松岩"}


BAD_DOCUMENTS = {
    "empty.txt": (b"", "empty"),
    "blank.txt": (b" \r\n\t\n", "empty"),
    "picture.txt": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "binary"),
    "cipher.txt": (bytes(128 + (i * i + i * 37) % 113 for i in range(5000)), "save it as UTF-8"),
    "broken.jsonl": (b'{"text": ', "line 1 is not JSON"),
    "page.docx": (b"PK\x03\x04", "not supported"),
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
    reasons = {s["doc"].partition("#")[0]: s["reason"] for s in report["skipped"]}
    assert reasons.keys() == {*BAD_DOCUMENTS, "dangling.txt"}
    for name, (_, reason) in BAD_DOCUMENTS.items():
        assert reason in reasons[name]
        assert name in result.out


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
    began = time.perf_counter()
    result = kg("build", articles, "-o", tmp_path / "out")
    assert time.perf_counter() - began < 15
    assert result.code == 0
    [skipped] = json.loads((tmp_path / "out" / "report.json").read_bytes())["skipped"]
    assert skipped["doc"].startswith(name)
    assert re.search("more than|longer than|binary", skipped["reason"])


def test_nothing_to_build(kg: Kg, tmp_path: Path, list_recognizer: ListRecognizer) -> None:
    (tmp_path / "empty").mkdir()
    result = kg("build", tmp_path / "empty", "-o", tmp_path / "out")
    assert result.code == 1
    assert f"no document in {tmp_path / 'empty'}: give .txt" in result.err
    result = kg("build", tmp_path / "missing", "-o", tmp_path / "out")
    assert result.code == 1
    assert f"{tmp_path / 'missing'}: there is no such file or folder" in result.err
    assert not (tmp_path / "out").exists()


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


def test_a_users_rule_and_lexicon_are_used(kg: Kg, tmp_path: Path, list_recognizer: ListRecognizer) -> None:
    (tmp_path / "mine.yaml").write_text(RULE, encoding="utf-8")
    (tmp_path / "mine.csv").write_text("name,type,aliases\n云溟湖计划,Initiative,湖计划\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text("何松岩巡视了云溟湖计划。", encoding="utf-8")
    options = ["--rules", tmp_path, "--lexicon", tmp_path / "mine.csv"]
    assert kg("build", tmp_path / "a.txt", "-o", tmp_path / "out", *options).code == 0
    [row] = load(tmp_path / "out").statements.query("relation == 'inspected'").to_dict("records")
    assert (row["subject_name"], row["object_name"], row["rule"]) == ("何松岩", "云溟湖计划", "inspected.mine")


def test_show(kg: Kg, output: Path) -> None:
    result = kg("show", "何松岩", "--from", output)
    assert result.code == 0
    for said in ("Person", "局长", "云溟市科技局", "appointed", "任命何松岩为云溟市科技局局长", "note.txt"):
        assert said in result.out
    result = kg("show", "何松", "--from", output)
    assert result.code == 1
    assert "nothing is called 何松" in result.err
    assert "何松岩" in result.err


def test_path(kg: Kg, output: Path) -> None:
    result = kg("path", "何松岩", "林牧之", "--from", output, "-k", 2)
    assert result.code == 0
    assert "何松岩 —accompanied→ 林牧之" in result.out
    assert "何松岩陪同" in result.out
    assert "path 2" in result.out


def test_explain(kg: Kg, output: Path) -> None:
    statement = next(
        r for r in load(output).statements.itertuples() if r.relation == "accompanied" and r.doc == "visit.txt"
    )
    result = kg("explain", statement.id, "--from", output)
    assert result.code == 0
    for said in ("何松岩 —accompanied→ 林牧之", statement.rule, "visit.txt", "2023-03-09", statement.quote):
        assert said in result.out
    result = kg("explain", "nonsense", "--from", output)
    assert result.code == 1
    assert "nonsense" in result.err


def test_stats(kg: Kg, output: Path) -> None:
    result = kg("stats", "--json", "--from", output)
    assert result.code == 0
    stats, report = json.loads(result.out), json.loads((output / "report.json").read_bytes())
    assert stats["documents"] == 3
    assert stats["entities"] == report["entities"]
    assert stats["statements"] == report["statements"]
    table = kg("stats", "--from", output)
    assert table.code == 0
    assert re.search(r"Person +人物 +[1-9]", table.out)


@pytest.mark.parametrize("command", ["show 何松岩", "path 何松岩 林牧之", "explain x", "stats"])
def test_questions_without_a_graph(kg: Kg, tmp_path: Path, command: str) -> None:
    result = kg(*command.split(), "--from", tmp_path)
    assert result.code == 1
    assert f"{tmp_path}: no finished build is there: run kg build" in result.err


def test_rules_check_and_list(kg: Kg, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(RULE, encoding="utf-8")
    result = kg("rules", "check", "--rules", tmp_path)
    assert result.code == 0
    assert re.search(r"\d+ rules, all examples hold", result.out)
    listed = kg("rules", "list", "--rules", tmp_path)
    assert listed.code == 0
    assert re.search(r"inspected\.mine +调研 +0\.80 +何松岩巡视了云溟科技城。", listed.out)
    wrong = RULE.replace("<s>何松岩</s>巡视了<o>", "<s>何松岩</s>走过<o>")
    (tmp_path / "mine.yaml").write_text(wrong, encoding="utf-8")
    result = kg("rules", "check", "--rules", tmp_path)
    assert result.code == 1
    assert "inspected.mine" in result.err
    assert "1 of the examples do not hold" in result.err


SENTENCES = """<Person>何松岩</Person>到<Initiative>云溟科技城</Initiative>调研。
<Organization>云溟市委</Organization><Post>书记</Post><Person>林牧之</Person>讲话。
<Person>钟意帆</Person>没有到会。
"""


def test_eval_ner_counts(kg: Kg, tmp_path: Path, list_recognizer: ListRecognizer) -> None:
    (tmp_path / "tagged.txt").write_text(SENTENCES, encoding="utf-8")
    scores = json.loads(kg("eval", "ner", tmp_path / "tagged.txt", "--model-only", "--json").out)
    # the list knows everyone and the body, but not 书记
    assert scores["Person"] == scores["Organization"] == scores["Initiative"] == {"P": 1.0, "R": 1.0, "F1": 1.0}
    assert scores["Post"] == {"P": 0.0, "R": 0.0, "F1": 0.0}
    assert scores["all"] == {"P": 1.0, "R": pytest.approx(5 / 6), "F1": pytest.approx(10 / 11)}
    table = kg("eval", "ner", tmp_path / "tagged.txt", "--model-only")
    assert re.search(r"all +1\.000 +0\.833 +0\.909", table.out)


@pytest.mark.model
def test_eval_ner_by_the_model(kg: Kg, tmp_path: Path) -> None:
    (tmp_path / "tagged.txt").write_text(SENTENCES, encoding="utf-8")
    for options in ([], ["--model-only"]):
        scores = json.loads(kg("eval", "ner", tmp_path / "tagged.txt", "--json", *options).out)
        assert scores.keys() == {"all", "Person", "Post", "Organization", "Initiative"}
        assert all(0 <= value <= 1 for row in scores.values() for value in row.values())
        assert scores["Person"]["F1"] == 1.0


@pytest.mark.parametrize("command", ["eval ner", "train -o model"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"tagged\.txt: cannot be read"),
        (b"", "no tagged sentence"),
        (b"<Person>\xe4", r"tagged\.txt: cannot be read .*UTF-8"),
        ("<Person>何松岩到会。".encode(), r"tagged\.txt:1: <Person> is not closed"),
    ],
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


def test_eval_graph(kg: Kg, tmp_path: Path, output: Path) -> None:
    (tmp_path / "gold").mkdir()
    gold = {
        "doc": "visit.txt",
        "entities": [
            {"name": "林牧之", "type": "Person"}, {"name": "何松岩", "type": "Person"},
            {"name": "云溟科技城", "type": "Initiative"},
        ],
        "facts": [
            {"rel": "inspected", "subj": "林牧之", "obj": "云溟科技城"},
            {"rel": "met_with", "subj": "林牧之", "obj": "何松岩"},
        ],
    }  # fmt: skip
    (tmp_path / "gold" / "visit.json").write_text(json.dumps(gold), encoding="utf-8")
    result = kg("eval", "graph", tmp_path / "gold", output, "--json")
    assert result.code == 0
    scores = json.loads(result.out)
    assert scores["entities"]["Person"]["R"] == scores["entities"]["Initiative"]["R"] == 1.0
    assert scores["facts"]["inspected"] == {"gold": 1, "predicted": 1, "P": 1.0, "R": 1.0, "F1": 1.0}
    assert scores["facts"]["all"]["R"] == 0.5
    table = kg("eval", "graph", tmp_path / "gold", output)
    assert re.search(r"inspected +1 +1 +1\.000 +1\.000 +1\.000", table.out)
    (tmp_path / "gold" / "visit.json").write_text("{}", encoding="utf-8")
    result = kg("eval", "graph", tmp_path / "gold", output)
    assert result.code == 1
    assert "visit.json: not a gold document" in result.err


@pytest.mark.model
def test_train_makes_a_model_that_build_takes(kg: Kg, articles: Path, tmp_path: Path) -> None:
    people = [
        f"{surname}{given}" for surname in "何林钟许" for given in ("松岩", "牧之", "意帆", "知夏", "远舟", "若川")
    ]
    lines = [f"<Person>{p}</Person>任<Organization>云溟市委</Organization><Post>书记</Post>。" for p in people]
    (tmp_path / "tagged.txt").write_text("\n".join(lines), encoding="utf-8")
    result = kg("train", tmp_path / "tagged.txt", "-o", tmp_path / "model", "--epochs", 1)
    assert result.code == 0
    assert re.search(r"all +\d\.\d{3} +\d\.\d{3} +\d\.\d{3}", result.out)
    result = kg("build", articles, "-o", tmp_path / "out", "--model", tmp_path / "model")
    assert result.code == 0
    assert json.loads((tmp_path / "out" / "report.json").read_bytes())["versions"]["model"] == "model"


def test_version(kg: Kg) -> None:
    result = kg("version")
    assert result.code == 0
    assert re.search(r"^kg \d+\.\d+\.\d+$", result.out, re.M)
    assert re.search(r"^hanlp 2\.1\.5$", result.out, re.M)


def test_control_characters_of_a_document_reach_no_terminal(
    kg: Kg, tmp_path: Path, list_recognizer: ListRecognizer
) -> None:
    (tmp_path / "a.txt").write_text(
        "何松岩到云溟科技城调研\x1b[2J[red]，了解\x07情况。" + "会议召开。" * 9, encoding="utf-8"
    )
    assert kg("build", tmp_path / "a.txt", "-o", tmp_path / "out").code == 0
    result = kg("show", "何松岩", "--from", tmp_path / "out")
    assert "[red]" in result.out
    assert not set("\x1b\x07") & set(result.out)
