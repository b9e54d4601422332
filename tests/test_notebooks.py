"""The notebooks run, warn of nothing, and give the answers that the sample articles and sentences give.

``python tests/test_notebooks.py [NAME…]`` runs them and keeps the new outputs in the files; the one of a large folder
only where KG_ARTICLES names one.
"""

import os
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).parent.parent
NOTEBOOKS = ROOT / "notebooks"
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))

MAYORS = {("侯红", "郑州市"), ("钟意帆", "云溟市"), ("林牧之", "云溟市")}
PRESENT = {"周富强", "牛卫国", "吕挺琳", "史占勇", "高永", "陈宏伟", "杨东方"}

Open = Callable[[str], NotebookNode]


def execute(path: Path, **environment: str) -> NotebookNode:
    """Run a notebook; its connections are files, because over TCP the kernel warns that others may listen."""
    with TemporaryDirectory() as folder:
        kernel = AsyncKernelManager(transport="ipc", ip=f"{folder}/kernel")
        where = {"metadata": {"path": str(path.parent)}}
        notebook = nbformat.read(path, as_version=4)
        client = NotebookClient(notebook, km=kernel, timeout=300, resources=where, record_timing=False)
        return client.execute(cleanup_kc=True, env=os.environ | environment)


def answer(notebook: NotebookNode, question: str) -> str:
    """All that the one cell with these words in its code prints and shows, as text."""
    [cell] = [c for c in notebook.cells if c.cell_type == "code" and question in c.source]
    return "\n".join(o.get("text") or o.data.get("text/plain", "") for o in cell.outputs)


def pictures(notebook: NotebookNode) -> list[bytes]:
    outputs = [o for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs]
    return [o.data["image/png"] for o in outputs if "data" in o and "image/png" in o.data]


@pytest.fixture(scope="module", params=["as kept", "run now"])
def opened(request: pytest.FixtureRequest, seeds_output: Path) -> Open:
    """Reads a notebook, or runs it over the samples, which are built once for all."""

    @cache
    def read_or_run(name: str) -> NotebookNode:
        path = NOTEBOOKS / f"{name}.ipynb"
        if request.param == "as kept":
            return nbformat.read(path, as_version=4)
        return execute(path, KG_OUTPUT=str(seeds_output), KG_ARTICLES=str(ROOT / "seeds"))

    return read_or_run


def rows(table: str) -> list[list[str]]:
    """The rows of a printed data frame, without its header and its index."""
    return [line.split()[1:] for line in table.splitlines()[1:] if line]


pytestmark = pytest.mark.model


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_ran_without_errors_and_warnings(name: str, opened: Open) -> None:
    cells = [cell for cell in opened(name).cells if cell.cell_type == "code"]
    outputs = [output for cell in cells for output in cell.outputs]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"] == []


@pytest.mark.parametrize("name", NAMES)
def test_kept_pictures_have_chinese_labels(name: str) -> None:
    cells = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4).cells
    assert not any("No Chinese font" in str(cell.get("outputs")) for cell in cells)


@pytest.mark.parametrize(
    ("name", "count"), [("quickstart", 1), ("people_and_posts", 2), ("initiatives", 2), ("large_folder", 2)]
)
def test_pictures_are_drawn(name: str, count: int, opened: Open) -> None:
    assert [len(picture) > 10_000 for picture in pictures(opened(name))] == [True] * count


def test_offices(opened: Open) -> None:
    held = {(row[0], row[1][:3]) for row in rows(answer(opened("quickstart"), 'g.holders("市长")').split("\n\n")[0])}
    assert held == MAYORS
    [mayor] = rows(answer(opened("quickstart"), 'on="2024-01"'))
    assert mayor[0] == "钟意帆"
    assert "between" in mayor


def test_posts_of_a_person(opened: Open) -> None:
    posts = answer(opened("quickstart"), 'g.posts("徐立毅")')
    assert {(row[0], row[1], row[2]) for row in rows(posts.split("\n\n")[0])} == {
        ("书记", "郑州市委", "current"),
        ("常委", "河南省委", "current"),
    }


def test_career(opened: Open) -> None:
    career = [tuple(row[:3]) for row in rows(answer(opened("quickstart"), "career ="))]
    dated = [row for row in career if row[0] != "NaN"]
    assert dated[:2] == [("2008-05", "2014-09", "科长"), ("2014-09", "2018-11", "副县长")]
    assert ("2018-11", "2022-06-28", "主任") in career


def test_who_took_part_in_the_meeting(opened: Open) -> None:
    took_part = {(name, relation) for name, _, relation in rows(answer(opened("quickstart"), "took_part[["))}
    assert {("徐立毅", "spoke_at"), ("侯红", "chaired"), ("郑东新区", "spoke_at")} <= took_part
    assert {name for name, relation in took_part if relation == "attended"} == PRESENT
    assert {name for name, relation in took_part if relation == "chaired"} == {"侯红"}


def test_who_promotes_the_science_city(opened: Open) -> None:
    for name in ("quickstart", "initiatives"):
        names = {row[0] for row in rows(answer(opened(name), 'g.who_promotes("中原科技城")').split("\n\n")[0])}
        assert "徐立毅" in names
        assert names & (PRESENT | {"侯红", "林牧之"}) == set()


def test_path_leads_over_the_science_city(opened: Open) -> None:
    first = answer(opened("quickstart"), "g.path(").split("path 2")[0]
    assert "徐立毅 —promotes→ 中原科技城" in first
    assert "林牧之 —inspected→ 中原科技城" in first
    assert "05_newspaper_page.txt" in first


def test_sentence_that_says_so(opened: Open) -> None:
    said = answer(opened("quickstart"), "g.explain(")
    assert "quote: 郑州市委副书记、市长侯红主持会议。" in said
    assert "is the quote: True" in said


def test_holders_one_after_the_other(opened: Open) -> None:
    people = opened("people_and_posts")
    assert [row[0] for row in rows(answer(people, "seat =").split("\n\n")[0])] == ["何松岩", "冯镭"]
    known = {(row[0], row[1]): row[2] for row in rows(answer(people, "answers ="))}
    assert known["2023-06-29", "何松岩"] == "named"
    assert known["2023-09", "何松岩"] in {"stated", "between"}
    assert known["2024-04", "冯镭"] == "named"
    assert known["2025", "冯镭"] == "assumed"
    assert {person for date, person in known if date > "2024-03-31"} == {"冯镭"}


def test_staff_and_changes(opened: Open) -> None:
    staff = {tuple(row[:3]) for row in rows(answer(opened("people_and_posts"), "staff ="))}
    assert {("钟意帆", "市长", "named"), ("何松岩", "副市长", "named")} <= staff
    changes = [row for row in rows(answer(opened("people_and_posts"), "changes =")) if "云溟市科学技术局" in row]
    assert any(row[:2] == ["changed", "hands"] and "冯镭" in row and row[-1] == "何松岩" for row in changes)
    assert answer(opened("people_and_posts"), "g.conflicts()").startswith("0 ")


def test_initiatives(opened: Open) -> None:
    notebook = opened("initiatives")
    assert "中原科技城" in answer(notebook, "ranking =")
    alike = answer(notebook, "promoters =")
    assert "徐立毅" in alike
    assert "林牧之" in alike
    assert "云溟科学城" in answer(notebook, "g.path(")


def test_a_rule_and_a_lexicon(opened: Open) -> None:
    notebook = opened("rules_and_lexicons")
    before, after = answer(notebook, "def read"), answer(notebook, 'names.csv").write_text')
    assert "chaired" not in before
    assert ["林牧之", "chaired", "云溟科学城建设推进会", "chaired.under-gavel"] in rows(after)
    assert {"雾岭灯塔计划"} == {row[2] for row in rows(after) if row[2].startswith("雾岭")}
    assert "雾岭灯塔计划" not in before
    checked = answer(notebook, "check_rules(load")
    assert "chaired.under-gavel" in checked.split("now:")[0]
    assert "now: all examples hold" in checked
    assert answer(notebook, "mine =").startswith("1 time")


def test_a_large_folder_shows_counts_only(opened: Open) -> None:
    notebook = opened("large_folder")
    printed = "".join(str(c.outputs) for c in notebook.cells if c.cell_type == "code")
    text = re.sub(r"'image/png': '[^']*'", "", printed)
    assert re.search("[1-9][0-9]* documents", text)
    assert not re.search("[一-龥]", text)


def test_without_a_folder_nothing_is_done() -> None:
    notebook = execute(NOTEBOOKS / "large_folder.ipynb", KG_ARTICLES="")
    assert "nothing to do" in answer(notebook, "build([articles]")
    assert pictures(notebook) == []


def test_training_on_own_sentences_finds_what_was_missed(opened: Open) -> None:
    before, after = answer(opened("training"), '"before"').split("after")
    assert "Organization:栖霞岭林场" not in before
    assert {"Organization:栖霞岭林场", "Post:场长", "Post:理事长", "Organization:鹭洲镇芦苇合作社"} <= {*after.split()}
    assert "learnt" in answer(opened("training"), "README.md")


if __name__ == "__main__":
    with TemporaryDirectory() as built:
        for name in sys.argv[1:] or NAMES:
            if name != "large_folder" or os.environ.get("KG_ARTICLES"):
                file = NOTEBOOKS / f"{name}.ipynb"
                nbformat.write(execute(file, KG_OUTPUT=built), file)
