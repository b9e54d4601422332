"""Confidence: counts of gold documents, shrunk and cross-validated, and how it reaches the statements."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from conftest import RULE, Kg, ListRecognizer

from kg.confidence import Calibration, calibration, cross_validated, reliability, write_counts
from kg.errors import KgError
from kg.lexicon import rows
from kg.query import load


def judged(*counted: tuple[str, str, int, int]) -> pd.DataFrame:
    rows = [
        (doc, rule.partition(".")[0], rule, 0.9, outcome)
        for doc, rule, right, wrong in counted
        for outcome in [True] * right + [False] * wrong
    ]
    return pd.DataFrame(rows, columns=["doc", "relation", "rule", "confidence", "right"]).astype({"right": bool})


def calibrated(*counts: tuple[str, str, int, int]) -> Calibration:
    return Calibration(pd.DataFrame(counts, columns=["relation", "rule", "right", "wrong"]))


def test_a_rule_seen_often_speaks_for_itself_and_a_rare_one_like_its_relation() -> None:
    known = calibrated(("chaired", "chaired.a", 900, 100), ("issued", "issued.a", 10, 90), ("issued", "issued.b", 1, 0))
    assert known.of("chaired", "chaired.a") == pytest.approx(0.9, abs=0.01)
    assert known.of("issued", "issued.b") < 0.3
    assert known.of("issued", "issued.new") < known.of("met_with", "met_with.new") < 0.9
    assert calibrated().of("chaired", "chaired.a") == 0.8


def test_a_document_is_weighed_by_the_others_alone() -> None:
    both = judged(("a", "chaired.a", 100, 0), ("b", "chaired.a", 0, 100))
    weighed = cross_validated(both).groupby("doc")["confidence"].agg(["min", "max"])
    assert weighed.loc["a", "max"] < 0.3
    assert weighed.loc["b", "min"] > 0.7


def test_reliability_is_by_bins() -> None:
    table = reliability(judged(("a", "chaired.a", 3, 1)))
    assert table == {
        "bins": {"0.9–1.0": {"statements": 4, "confidence": 0.9, "right": 0.75}},
        "error": pytest.approx(0.15),
    }
    assert reliability(judged()) == {"bins": {}, "error": None}


def test_counts_are_written_as_they_are_read(tmp_path: Path) -> None:
    write_counts(judged(("a", "chaired.b", 1, 0), ("b", "chaired.a", 2, 3)), tmp_path / "c.csv")
    written = [row for _, row in rows(tmp_path / "c.csv", ["relation", "rule", "right", "wrong"])]
    assert [tuple(row.values()) for row in written] == [
        ("chaired", "chaired.a", "2", "3"),
        ("chaired", "chaired.b", "1", "0"),
    ]
    with pytest.raises(KgError, match="cannot be written"):
        write_counts(judged(), tmp_path / "nowhere" / "c.csv")


def test_our_rules_have_what_was_counted_and_a_users_rule_what_it_states(
    kg: Kg, tmp_path: Path, list_recognizer: ListRecognizer
) -> None:
    (tmp_path / "mine.yaml").write_text(RULE + "  confidence: 0.31\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text("何松岩巡视了云溟科技城。林牧之到云溟科技城调研。", encoding="utf-8")
    assert kg("build", tmp_path / "a.txt", "-o", tmp_path / "out", "--rules", tmp_path).code == 0
    stated = load(tmp_path / "out").statements.set_index("rule")["confidence"].to_dict()
    assert stated["inspected.mine"] == 0.31
    ours = "inspected.goes-and-inspects"
    assert stated[ours] == calibration().of("inspected", ours)


def test_eval_graph_shows_reliability_and_writes_counts(
    kg: Kg, tmp_path: Path, list_recognizer: ListRecognizer
) -> None:
    gold = {
        "doc": "a.txt",
        "entities": [{"name": "林牧之", "type": "Person"}, {"name": "云溟科技城", "type": "Initiative"}],
        "facts": [{"rel": "inspected", "subj": "林牧之", "obj": "云溟科技城"}],
    }
    (tmp_path / "gold" / "deeper").mkdir(parents=True)
    (tmp_path / "gold" / "deeper" / "a.json").write_text(json.dumps(gold), encoding="utf-8")
    (tmp_path / "a.txt").write_text("林牧之到云溟科技城调研。", encoding="utf-8")
    assert kg("build", tmp_path / "a.txt", "-o", tmp_path / "out").code == 0
    shown = kg("eval", "graph", tmp_path / "gold", tmp_path / "out", "--calibrate", tmp_path / "c.csv")
    assert re.search(r"confidence, cross-validated: \d+\.\d% from the share that is right", shown.out)
    assert re.search(r"0\.8–0\.9 +1 +\d\d% +100%", shown.out)
    assert "inspected,inspected.goes-and-inspects,1,0" in (tmp_path / "c.csv").read_text(encoding="utf-8")
    table = json.loads(kg("eval", "graph", tmp_path / "gold", tmp_path / "out", "--json").out)
    assert table["confidence"]["cross-validated"]["bins"]["0.8–0.9"]["right"] == 1
