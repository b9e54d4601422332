"""``kg query``: every question of the API, in three forms."""

import csv
import inspect
import io
import json
import re

import pandas as pd
import pytest
from conftest import Kg
from samples import sample_outputs

from kg.cells import cell
from kg.cli_query import QUESTIONS
from kg.model import Entity
from kg.query import KnowledgeGraph, load
from kg.store import write_outputs

ASKED = {
    "search": ["linmu"], "person": ["林牧之"], "organization": ["市委"], "initiative": ["云岭科技城"], "posts": ["林牧之"],
    "career": ["苏远山"], "holders": ["市长"], "succession": ["青川市市长"], "staff": ["青川市委"], "overlap": ["林牧之", "苏远山"],
    "who_promotes": ["云岭科技城"], "events": [], "attendance": ["云岭科技城建设推进会"], "co_attendance": ["林牧之"],
    "timeline": ["林牧之"], "neighbours": ["林牧之"], "path": ["林牧之", "苏远山"], "ranking": [], "conflicts": [],
    "diff": ["2021", "2024"], "evidence": ["s-a.txt-attended-person-lin-event-meeting"],
    "sql": ["select name from entities where type = 'Person' order by id"],
}  # fmt: skip


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    path = tmp_path_factory.mktemp("output")
    write_outputs(path, **sample_outputs().arguments())
    return path


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_in_every_form(kg: Kg, output, question):
    answer = getattr(load(output), question)(*ASKED[question])
    results = {
        form: kg("query", question, *ASKED[question], "--from", output, "--as", form)
        for form in ("table", "csv", "json")
    }
    assert {result.code for result in results.values()} == {0}
    rows = json.loads(results["json"].out)
    table = list(csv.DictReader(io.StringIO(results["csv"].out)))
    assert len(rows) == len(table) == (len(answer) if isinstance(answer, pd.DataFrame) else sum(map(len, answer)))
    if rows:
        assert list(table[0]) == list(rows[0])
        assert "nan" not in results["csv"].out.lower()
        assert all(str(next(filter(None, row.values()))) in results["table"].out for row in rows)
    else:
        assert question in {"overlap", "conflicts"}
        assert "nothing is known" in results["table"].err


def test_every_question_of_the_api_is_a_command():
    returns = {
        n: inspect.signature(m).return_annotation for n, m in inspect.getmembers(KnowledgeGraph, inspect.isfunction)
    }
    frames = {name for name, kind in returns.items() if kind is pd.DataFrame and not name.startswith("_")}
    assert set(QUESTIONS) == frames | {"path"}


def test_help_names_questions_and_arguments(kg: Kg):
    listed = set(re.findall(r"^│ (\w+) ", kg("query", "--help").out, re.M))
    assert listed == set(QUESTIONS)
    said = kg("query", "posts", "--help").out
    for words in ("PERSON", "--on", "--as", "table|csv|json", "--from"):
        assert words in said
    for words in ("[NAME]", "--since"):
        assert words in kg("query", "events", "--help").out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["posts"], 2, "Missing argument"),
        (["nonsense"], 2, "No such command"),
        (["posts", "林牧之", "--as", "xml"], 2, "Invalid value"),
        (["ranking", "--type", "People"], 2, "Invalid value"),
        (["posts", "林牧之", "--on", "yesterday"], 1, "yesterday is no date"),
        (["posts", "无人"], 1, "nothing is called 无人"),
        (["posts", "何松岩"], 1, "person-he-2"),
        (["sql", "select nonsense"], 1, "cannot be answered"),
        (["evidence", "nonsense"], 1, "no statement nonsense"),
    ],
)
def test_wrong_questions(kg: Kg, output, arguments, code, said):
    result = kg("query", *arguments, "--from", output)
    assert result.code == code
    assert said in result.out + result.err


def test_a_table_has_the_ids_to_ask_on_with(kg: Kg, output):
    assert "person-he-2" in kg("query", "search", "何松岩", "--from", output).out
    said = kg("query", "attendance", "云岭科技城建设推进会", "--from", output).out
    assert "s-a.txt-chaired-person-he-1-event-meeting" in said
    assert "person-he-1  " not in said


def test_options(kg: Kg, output):
    def ask(*arguments: object) -> list[dict[str, object]]:
        return json.loads(kg("query", *arguments, "--from", output, "--as", "json").out)

    assert [row["known"] for row in ask("posts", "林牧之", "--on", "2022-09")] == ["stated"]
    assert ask("posts", "林牧之", "--on", "2022-05") == []
    assert {row["path"] for row in ask("path", "person-he-1", "苏远山", "-k", "2")} == {1, 2}
    assert ask("path", "钟意帆", "青川日报", "--through", "Article")[0]["relation"] == "authored"
    assert [row["event"] for row in ask("co_attendance", "林牧之", "person-he-1")] == ["云岭科技城建设推进会"] * 2
    said = ask("evidence", "s-a.txt-attended-person-lin-event-meeting", "s-a.txt-chaired-person-he-1-event-meeting")
    assert [row["relation"] for row in said] == ["attended", "chaired"]
    assert said[0]["before"].endswith("举行。")


@pytest.mark.parametrize(
    ("value", "written"),
    [("=1+1", "'=1+1"), ("+86", "'+86"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"), ("＝1", "'＝1"), ("何=1", "何=1"), (-1, -1),
     (["=1", "b"], "'=1|b"), (None, None), ("", "")],
)  # fmt: skip
def test_no_cell_is_a_formula(value, written):
    assert cell(value) == written


def test_a_formula_of_a_document_reaches_no_spreadsheet(kg: Kg, tmp_path):
    entity = Entity("p", "Person", '=HYPERLINK("http://x")', ("+1",))
    write_outputs(tmp_path, entities=[entity], documents=[], texts=[], report=dict)
    [row] = csv.DictReader(io.StringIO(kg("query", "search", "H", "--from", tmp_path, "--as", "csv").out))
    assert row["name"] == '\'=HYPERLINK("http://x")'
