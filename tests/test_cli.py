"""The command line: what it prints, what it does with its options, and its exit codes."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ARTICLES, RULE, Kg, ListRecognizer

from kg.pipeline import build
from kg.query import load


@pytest.fixture
def output(articles: Path, tmp_path: Path, list_recognizer: ListRecognizer) -> Path:
    """A graph of the small articles."""
    build([articles], tmp_path / "built")
    return tmp_path / "built"


@pytest.mark.parametrize(
    "command",
    ["", "build", "show", "path", "query", "explain", "stats", "export", "graph", "train", "version", "eval", "eval ner", "eval graph",
     "rules", "rules check", "rules list"],
)  # fmt: skip
def test_help_of_every_command(kg: Kg, command: str) -> None:
    result = kg(*command.split(), "--help")
    assert result.code == 0
    assert "Usage:" in result.out
    assert result.err == ""


def test_every_command_is_in_the_help(kg: Kg) -> None:
    listed = set(re.findall(r"^│ (\w+) ", kg("--help").out, re.M))
    assert listed == {
        "build",
        "show",
        "path",
        "query",
        "explain",
        "stats",
        "export",
        "graph",
        "review",
        "train",
        "eval",
        "rules",
        "version",
    }


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
