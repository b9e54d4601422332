"""Trying rules on a text, and counting them on a corpus."""

import json
import sys
from io import StringIO
from pathlib import Path

import pytest
from conftest import RULE, Kg

pytestmark = pytest.mark.usefixtures("list_recognizer")

NEAR = [
    ("林牧之没有到云溟科技城调研。", "inspected.goes-and-inspects", "is one of its exceptions"),
    ("林牧之主持云溟科技城。", "chaired.person-before-event", "the object is of type Initiative, not Event"),
    ("会议由林牧之主持。", "chaired.event-carried", "nothing named before can be its object"),
    ("林牧之一连好多天都在为大家忙前忙后地主持云溟科技城建设推进会。", "chaired.person-before-event", "farther apart"),
]


@pytest.mark.parametrize(("text", "rule", "why"), NEAR)
def test_near_misses(kg: Kg, text: str, rule: str, why: str) -> None:
    near = {row["rule"]: row["why"] for row in json.loads(kg("rules", "try", text, "--json").out)["near"]}
    assert why in near[rule]


def test_what_fires_is_shown_with_its_rule(kg: Kg) -> None:
    result = kg("rules", "try", "云溟市委副书记、市长林牧之到云溟科技城调研。")
    assert "<Person>林牧之</Person>到<Initiative>云溟科技城</Initiative>调研" in result.out
    assert (
        "  holds_post: 林牧之 → 云溟市委 副书记 [current]\n      by holds_post.before-name, confidence 0." in result.out
    )
    assert "  inspected: 林牧之 → 云溟科技城\n      by inspected.goes-and-inspects, " in result.out
    assert "nearly read: nothing" in kg("rules", "try", "天气晴朗。").out


def test_a_near_miss_is_shown_with_its_rule_its_reason_and_its_words(kg: Kg, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(RULE, encoding="utf-8")
    assert (
        "  inspected: 何松岩 → 云溟科技城\n"
        "      by inspected.mine (mine.yaml:2), but “何松岩没有巡视” is one of its exceptions:\n"
        "      {subject}没有巡视\n"
    ) in kg("rules", "try", "何松岩没有巡视云溟科技城。", "--rules", tmp_path).out


def test_an_end_that_is_not_there_is_named(kg: Kg, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(RULE, encoding="utf-8")
    near = json.loads(kg("rules", "try", "巡视了云溟科技城。", "--rules", tmp_path, "--json").out)["near"]
    assert next(row["why"] for row in near if row["rule"] == "inspected.mine").startswith(
        "there is no {subject:Person}"
    )


def test_users_rules_of_kg_toml_and_standard_input(kg: Kg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.yaml").write_text(RULE, encoding="utf-8")
    (tmp_path / "kg.toml").write_text('rules = ["mine.yaml"]\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", StringIO("何松岩巡视了云溟科技城。"))
    said = json.loads(kg("rules", "try", "--json").out)["statements"]
    assert [row["statement"] for row in said if row["rule"] == "inspected.mine"] == ["inspected: 何松岩 → 云溟科技城"]
    monkeypatch.setattr(sys, "stdin", StringIO(" \n"))
    assert kg("rules", "try").code == 1


def test_stats_count_and_quote(kg: Kg, articles: Path) -> None:
    found = json.loads(kg("rules", "stats", articles, "--json").out)
    counts = {row["rule"]: row["count"] for row in found}
    assert sum(count for rule, count in counts.items() if rule.startswith("accompanied.")) >= 1
    assert [row["count"] for row in found] == sorted(counts.values(), reverse=True)
    assert all(1 <= len(row["examples"]) <= 2 for row in found if row["count"])
    assert counts["met_with.talks-with"] == 0
    shown = kg("rules", "stats", articles).out
    assert (
        shown.index("holds_post: 何松岩 → 云溟市科技局 局长")
        < shown.index("任命何松岩为云溟市科技局局长")
        < shown.index("never fired:")
        < shown.index("met_with.talks-with")
    )


@pytest.mark.parametrize("command", ["try 何松岩", "stats ."])
def test_a_wrong_rule_or_lexicon_stops_with_file_and_line(kg: Kg, tmp_path: Path, command: str) -> None:
    (tmp_path / "mine.yaml").write_text(RULE.replace("relation:", "relatoin:"), encoding="utf-8")
    (tmp_path / "mine.csv").write_text("name,type\n云溟湖,Lake\n", encoding="utf-8")
    assert f"{tmp_path / 'mine.yaml'}:3: " in kg("rules", *command.split(), "--rules", tmp_path).err.replace("\n", "")
    assert f"{tmp_path / 'mine.csv'}:2: " in kg("rules", *command.split(), "--lexicon", tmp_path).err.replace("\n", "")
