"""Real documents with gold answers, beside the project: scores do not fall below floors, every quote is exact."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kg.evaluate_graph import score_graph
from kg.pipeline import build
from kg.store import read_outputs

pytestmark = [pytest.mark.model, pytest.mark.shared]

FLOORS = {"entities": 0.85, "facts": 0.75}
SETS = {"seeds": ("seeds", "gold/seeds"), "dev": ("gold/dev/texts", "gold/dev")}  # documents, gold


@pytest.fixture(scope="module", params=sorted(SETS))
def built(request: pytest.FixtureRequest, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Documents, gold, and what a build of the documents wrote."""
    documents, gold = (shared / folder for folder in SETS[request.param])
    output = tmp_path_factory.mktemp(request.param)
    build([documents], output)
    return documents, gold, output


def run(script: Path, *args: object) -> str:
    done = subprocess.run([sys.executable, script, *map(str, args)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def assert_same(ours: Any, theirs: Any, at: str = "") -> None:
    """The same numbers under the same keys; sums of fractions may differ in the last digit."""
    if isinstance(theirs, dict):
        assert ours.keys() == theirs.keys(), at
        for key in theirs:
            assert_same(ours[key], theirs[key], f"{at}/{key}")
    else:
        assert ours == (theirs if theirs is None else pytest.approx(theirs)), at


def test_scores(shared: Path, built: tuple[Path, ...]) -> None:
    _, gold, output = built
    scores = json.loads(run(shared / "gold" / "score.py", gold, output, "--json"))
    for group, floor in FLOORS.items():
        assert scores[group]["all"]["F1"] >= floor, scores[group]
    assert_same(score_graph(gold, output), scores)


def test_every_quote_is_exact(shared: Path, built: tuple[Path, ...]) -> None:
    documents, _, output = built
    assert "exact" in run(shared / "gold" / "check_evidence.py", output, documents)


def test_every_document_is_built(built: tuple[Path, ...]) -> None:
    documents, _, output = built
    outputs = read_outputs(output)
    assert outputs.report["skipped"] == []
    assert outputs.report["documents"] == len(list(documents.glob("*.txt")))
    assert {s["evidence"]["doc"] for s in outputs.statements} == {p.name for p in documents.glob("*.txt")}
