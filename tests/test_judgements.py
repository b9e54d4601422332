"""Judgements: their file, which of them count, and that a build obeys them; the review that writes them."""

import json
from pathlib import Path

import pytest
from conftest import Kg
from typer.testing import CliRunner

from kg.cli import app
from kg.errors import KgError
from kg.judgements import Judged, Judgement, Member, add_judgement, member_key, read_judgements
from kg.model import Home
from tests.articles import Known, drafted, resolved

A, B, C, D = (("Person", name, f"{digit * 12}") for name, digit in zip("甲乙丙丁", "abcd", strict=True))
LINLAN = Home(province="江苏省", city="临岚市", why="the medium")
BUREAU = "<Organization>市财政局</Organization><Post>局长</Post><Person>周砚宁</Person>到会。"


def judged(*said: tuple[Member, str, Member]) -> Judged:
    judgements = [Judgement(a, b, verdict, "j.csv", line) for line, (a, verdict, b) in enumerate(said, 2)]
    return Judged(judgements, {A, B, C, D})


def groups(found: Judged) -> set[str]:
    return {"".join(sorted(name for _, name, _ in group)) for group in found.groups}


def test_same_is_passed_on_and_different_kept() -> None:
    found = judged((A, "same", B), (B, "same", C), (C, "different", D))
    assert groups(found) == {"丙乙甲", "丁"}
    assert found.apart([found.group(*A)], [found.group(*D)])
    assert not found.problems


@pytest.mark.parametrize(
    ("said", "expected", "line", "reason"),
    [
        ([(A, "same", B), (B, "same", C), (A, "different", C)], {"乙甲", "丙"}, 3, "contradicts j.csv:4"),
        ([(A, "different", B), (A, "same", B)], {"乙甲"}, 2, "judged again in line 3"),
        ([(A, "same", B), (B, "unsure", A)], {"甲", "乙"}, 2, "judged again in line 3"),
        ([(A, "same", ("Person", "戊", "eeee"))], set(), 2, "Person:戊@eeee is in no source"),
    ],
)
def test_what_does_not_count_is_told(
    said: list[tuple[Member, str, Member]], expected: set[str], line: int, reason: str
) -> None:
    found = judged(*said)
    assert groups(found) == expected
    [(judgement, why)] = found.problems
    assert judgement.line == line
    assert why.startswith(reason)


def test_a_file_can_be_written_read_and_edited(tmp_path: Path) -> None:
    path = tmp_path / "judgements.csv"
    add_judgement(path, member_key(A), member_key(B), "same", "one, I asked him")
    add_judgement(path, member_key(A), member_key(C), "different")
    assert path.read_text(encoding="utf-8").startswith("a,b,verdict,note\n")
    assert [(j.verdict, j.line) for j in read_judgements(path)] == [("same", 2), ("different", 3)]
    path.write_text("a,b,verdict\n" + f"{member_key(A)},{member_key(B)[:-8]},unsure\n", encoding="utf-8")
    assert [j.b[2] for j in read_judgements(path)] == ["bbbb"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Person:甲@aaaa,Person:乙@bbbb,maybe", "'maybe' is none of same, different, unsure"),
        ("Person:甲,Person:乙@bbbb,same", "'Person:甲' is no key"),
        ("Person:甲@aaaa,Event:乙@bbbb,same", "never the same"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "judgements.csv"
    path.write_text(f"a,b,verdict\n{line}\n", encoding="utf-8")
    with pytest.raises(KgError, match=f"judgements.csv:2: .*{message}"):
        read_judgements(path)


def entities(found: Known, type_: str) -> list[str]:
    return sorted(e.name for e in found.entities if e.type == type_)


def test_resolution_obeys() -> None:
    drafts = [drafted(BUREAU, doc="a.txt"), drafted(BUREAU, doc="b.txt", home=LINLAN)]
    assert len(entities(resolved(drafts), "Person")) == 2
    members = [("Person", "周砚宁", f"digest of {doc}") for doc in ("a.txt", "b.txt")]
    assert len(entities(resolved(drafts, [Judgement(*members, "same")]), "Person")) == 1


def test_bodies_are_joined_and_kept_apart() -> None:
    text = "<Organization>云溟市{}</Organization><Post>局长</Post><Person>周砚宁</Person>到会。"
    names = ["科学技术局", "科技局", "科技创新局"]
    drafts = [drafted(text.format(name), doc=f"{n}.txt") for n, name in enumerate(names)]
    one, same, other = (("Organization", f"云溟市{name}", f"digest of {n}.txt") for n, name in enumerate(names))
    assert len(entities(resolved(drafts), "Organization")) == 2
    assert len(entities(resolved(drafts, [Judgement(same, other, "same")]), "Organization")) == 1
    assert len(entities(resolved(drafts, [Judgement(one, same, "different")]), "Organization")) == 3


def test_review_asks_and_the_next_build_obeys(
    kg: Kg, articles: Path, tmp_path: Path, list_recognizer: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert kg("build", articles, "-o", "out").code == 0
    entities = [json.loads(line) for line in Path("out/entities.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [e["name"] for e in entities if e["type"] == "Person"]
    pair = {
        "a": "Person:何松岩@abcdef123456", "b": "Person:何松岩@654321fedcba", "type": "Person",
        "docs": ["a.txt", "b.txt"], "same": True, "score": 2.0, "why": "name +2.0",
    }  # fmt: skip
    Path("out/unsure.jsonl").write_text(json.dumps(pair) + "\n", encoding="utf-8")
    listed = CliRunner().invoke(app, ["review", "--from", "out", "--list"])
    assert "joined so far" in listed.output
    asked = CliRunner().invoke(app, ["review", "--from", "out"], input="x\nd\n")
    assert "judgements.csv: different" in asked.output
    assert [j.verdict for j in read_judgements(Path("judgements.csv"))] == ["different"]
    assert "no unsure pair left" in CliRunner().invoke(app, ["review", "--from", "out"]).output
    again = kg("build", articles, "-o", "out")
    assert "judgements that do not count: 1" in again.out
    report = json.loads(Path("out/report.json").read_text(encoding="utf-8"))
    assert report["judgements"]["different"] == 1
