import json
import shutil
import subprocess
import sys

import pytest
from samples import sample_outputs

from kg.errors import KgError
from kg.evaluate_graph import score_graph
from kg.store import write_outputs

GOLD = {
    "doc": "a.txt",
    "published": "2023-03-05",
    "home": "青川市",
    "entities": [
        {"name": "何松岩", "type": "Person"},
        {"name": "林牧之", "type": "Person", "aliases": ["林"]},
        {"name": "钟意帆", "type": "Person"},
        {"name": "中共青川市委员会", "type": "Organization", "aliases": ["市委"]},
        {"name": "青川市人民政府", "type": "Organization", "aliases": ["市政府"]},
        {"name": "青川实验室", "type": "Organization", "optional": True},
        {"name": "云岭科技城", "type": "Initiative"},
        {"name": "全市云岭科技城建设推进会", "type": "Event"},
    ],
    "facts": [
        {"rel": "holds_post", "person": "何松岩", "post": "书记", "org": "中共青川市委员会", "status": "current"},
        {"rel": "holds_post", "person": "林牧之", "post": "市长", "org": "青川市人民政府", "status": "acting"},
        {"rel": "holds_post", "person": "钟意帆", "post": "记者", "status": "current"},
        {"rel": "chaired", "subj": "何松岩", "obj": "全市云岭科技城建设推进会"},
        {"rel": "attended", "subj": "林牧之", "obj": "全市云岭科技城建设推进会"},
        {"rel": "organized", "subj": "中共青川市委员会", "obj": "全市云岭科技城建设推进会"},
        {"rel": "met_with", "subj": "何松岩", "obj": "林牧之", "optional": True},
        {"rel": "inspected", "subj": "何松岩", "obj": "青川实验室", "optional": True},
        {"rel": "authored", "subj": "钟意帆", "obj": "article"},
    ],
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    gold, output = tmp_path_factory.mktemp("gold"), tmp_path_factory.mktemp("output")
    (gold / "a.json").write_text(json.dumps(GOLD, ensure_ascii=False), encoding="utf-8")
    write_outputs(output, **sample_outputs().arguments())
    return gold, output


def test_measures(folders):
    table = score_graph(*folders)
    assert table["documents"] == 1
    # Mentioned in a.txt: 何松岩, 林牧之 and 市委; all right. 钟意帆 and the city's government have no mention.
    assert table["entities"]["Person"] == {"gold": 3, "predicted": 2, "P": 1.0, "R": 2 / 3, "F1": 0.8}
    assert table["entities"]["Organization"] == {"gold": 2, "predicted": 1, "P": 1.0, "R": 0.5, "F1": 2 / 3}
    assert table["entities"]["Document"] == {"gold": 0, "predicted": 0, "P": None, "R": None, "F1": None}
    facts = table["facts"]
    assert facts["holds_post"] == {"gold": 3, "predicted": 3, "P": 1.0, "R": 1.0, "F1": 1.0}
    assert facts["organized"]["R"] == 0.0
    assert facts["inspected"] == {"gold": 0, "predicted": 1, "P": 1.0, "R": None, "F1": None}
    assert "met_with" not in facts
    assert "post_in" not in facts
    assert table["status accuracy"] == pytest.approx(2 / 3)


@pytest.mark.parametrize("corrupt", ["names", "statements", "nothing"])
def test_the_same_numbers_as_the_reference_scorer(folders, shared, tmp_path, corrupt):
    gold, output = folders
    changed = tmp_path / "output"
    shutil.copytree(output, changed)
    if corrupt == "names":
        path = changed / "entities.jsonl"
        path.write_text(path.read_text(encoding="utf-8").replace("青川市", "青川县"), encoding="utf-8")
    elif corrupt == "statements":
        path = changed / "statements.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(lines[::2] + lines), encoding="utf-8")
    assert score_graph(gold, changed) == reference(shared, gold, changed)


@pytest.mark.shared
@pytest.mark.parametrize("folder", ["seeds", "dev"])
def test_the_same_numbers_on_documents_that_were_annotated(shared, tmp_path, folder):
    """The gold facts written as a build's output, some of them spoiled, score the same both ways."""
    gold_dir = shared / "gold" / folder
    entities, mentions, statements = {}, [], []

    def entity(kind: str, name: str, **more: object) -> str:
        number = f"{kind}-{name}-{more.get('organization') or ''}"
        entities.setdefault(number, {"id": number, "type": kind, "name": name, "aliases": [], **more})
        return number

    for path in sorted(gold_dir.glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        types = {e["name"]: e["type"] for e in gold["entities"]}
        for i, e in enumerate(gold["entities"]):
            name = e["name"] + ("会" if i % 7 == 0 else "")
            mentions.append({"doc": gold["doc"], "entity": entity(e["type"], name)})
        for i, fact in enumerate(gold["facts"]):
            if fact["rel"] == "holds_post":
                organization = fact.get("org") and entity("Organization", fact["org"])
                title = (fact.get("org") or "") * (i % 3 == 0) + fact["post"]
                ends = entity("Person", fact["person"]), entity("Post", title, title=title, organization=organization)
            else:
                ends = tuple(
                    entity("Article" if fact[end] == "article" else types.get(fact[end], "Person"), fact[end])
                    for end in ("subj", "obj")[:: -1 if i % 5 == 0 else 1]
                )
            status = ["current", "former", fact.get("status")][i % 3]
            evidence = {"doc": gold["doc"]}
            statements.append(
                {"relation": fact["rel"], "subject": ends[0], "object": ends[1], "status": status, "evidence": evidence}
            )
    for name, records in (("entities", entities.values()), ("mentions", mentions), ("statements", statements)):
        text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    table = score_graph(gold_dir, tmp_path)
    assert 0.5 < table["facts"]["all"]["F1"] < 1
    assert table == reference(shared, gold_dir, tmp_path)


def reference(shared, gold, output):
    command = [sys.executable, shared / "gold" / "score.py", gold, output, "--json"]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True, encoding="utf-8").stdout)


@pytest.mark.parametrize("damage", ["no gold", "broken gold", "no output", "broken output"])
def test_what_is_missing_is_named(folders, tmp_path, damage):
    gold, output = tmp_path / "gold", tmp_path / "output"
    shutil.copytree(folders[0], gold)
    shutil.copytree(folders[1], output)
    if damage == "no gold":
        (gold / "a.json").unlink()
    elif damage == "broken gold":
        (gold / "a.json").write_text("[]", encoding="utf-8")
    elif damage == "no output":
        (output / "mentions.jsonl").unlink()
    else:
        (output / "statements.jsonl").write_text("nonsense\n", encoding="utf-8")
    with pytest.raises(KgError, match=str(gold if "gold" in damage else output)):
        score_graph(gold, output)
