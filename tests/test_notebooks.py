"""The notebooks run, warn of nothing, and give the answers that the sample articles and sentences give.

``python tests/test_notebooks.py`` runs them and keeps the new outputs in the files.
"""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"

MAYORS = {("侯红", "郑州市", "current"), ("钟意帆", "云溟市", "current"), ("林牧之", "云溟市", "current")}
PRESENT = {"周富强", "牛卫国", "吕挺琳", "史占勇", "高永", "陈宏伟", "杨东方"}


def execute(path: Path) -> NotebookNode:
    """Run a notebook; its connections are files, because over TCP the kernel warns that others may listen."""
    with TemporaryDirectory() as folder:
        kernel = AsyncKernelManager(transport="ipc", ip=f"{folder}/kernel")
        where = {"metadata": {"path": str(path.parent)}}
        notebook = nbformat.read(path, as_version=4)
        client = NotebookClient(notebook, km=kernel, timeout=90, resources=where, record_timing=False)
        return client.execute(cleanup_kc=True)


def answer(notebook: NotebookNode, question: str) -> str:
    """All that the one cell with these words in its code prints and shows, as text."""
    [cell] = [c for c in notebook.cells if c.cell_type == "code" and question in c.source]
    return "\n".join(o.get("text") or o.data.get("text/plain", "") for o in cell.outputs)


@cache
def opened(name: str, state: str) -> NotebookNode:
    path = NOTEBOOKS / f"{name}.ipynb"
    return nbformat.read(path, as_version=4) if state == "as kept" else execute(path)


@pytest.fixture(params=["as kept", "run now"])
def notebook(request: pytest.FixtureRequest) -> NotebookNode:
    return opened("quickstart", request.param)


@pytest.fixture(params=["as kept", "run now"])
def training(request: pytest.FixtureRequest) -> NotebookNode:
    return opened("training", request.param)


def rows(table: str) -> list[list[str]]:
    """The rows of a printed data frame, without its header and its index."""
    return [line.split()[1:] for line in table.splitlines()[1:] if line]


pytestmark = pytest.mark.model


@pytest.mark.parametrize("state", ["as kept", "run now"])
@pytest.mark.parametrize("name", sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb")))
def test_every_cell_ran_without_errors_and_warnings(name: str, state: str) -> None:
    notebook = opened(name, state)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    outputs = [output for cell in cells for output in cell.outputs]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"] == []


def test_offices(notebook: NotebookNode) -> None:
    held = [(person, office, status) for person, office, status, *_ in rows(answer(notebook, '"市长"'))]
    for person, city, status in MAYORS:
        assert [
            h for h in held if h[0] == person and h[1].startswith(city) and h[1].endswith("市长") and h[2] == status
        ]
    assert ("侯红", "current") not in {(person, status) for person, office, status in held if "云溟" in office}


def test_posts_of_a_person(notebook: NotebookNode) -> None:
    posts = answer(notebook, 'g.posts("徐立毅")')
    assert {(row[0], row[1], row[2]) for row in rows(posts.split("\n\n")[0])} >= {
        ("书记", "郑州市委", "current"),
        ("常委", "河南省委", "current"),
    }


def test_career(notebook: NotebookNode) -> None:
    career = {tuple(row[:4]) for row in rows(answer(notebook, "career ="))}
    assert career >= {
        ("2014-09", "2018-11", "副县长", "望泽县政府"),
        ("2018-11", "2022-06", "主任", "云溟高新区管委会"),
    }
    assert max(career)[0] == "2022-06"


def test_who_took_part_in_the_meeting(notebook: NotebookNode) -> None:
    took_part = {(name, relation) for name, _, relation in rows(answer(notebook, "took_part[["))}
    assert {("徐立毅", "spoke_at"), ("侯红", "chaired"), ("郑东新区", "spoke_at")} <= took_part
    assert {name for name, relation in took_part if relation == "attended"} == PRESENT
    assert {name for name, relation in took_part if relation == "chaired"} == {"侯红"}


def test_who_promotes_the_science_city(notebook: NotebookNode) -> None:
    names = {row[0] for row in rows(answer(notebook, "who_promotes(").split("\n\n")[0])}
    assert "徐立毅" in names
    assert names & (PRESENT | {"侯红", "林牧之"}) == set()


def test_path_leads_over_the_science_city(notebook: NotebookNode) -> None:
    first = answer(notebook, "g.path(").split("path 2")[0]
    assert "徐立毅 —promotes→ 中原科技城" in first
    assert "林牧之 —inspected→ 中原科技城" in first
    assert "05_newspaper_page.txt" in first


def test_sentence_that_says_so(notebook: NotebookNode) -> None:
    said = answer(notebook, "g.explain(")
    assert "quote: 郑州市委副书记、市长侯红主持会议。" in said
    assert "is the quote: True" in said


def test_graph_is_drawn(notebook: NotebookNode) -> None:
    [cell] = [c for c in notebook.cells if "plt.show" in c.source]
    [picture] = [o for o in cell.outputs if "data" in o and "image/png" in o.data]
    assert len(picture.data["image/png"]) > 20_000


def test_kept_picture_has_chinese_labels() -> None:
    assert "No Chinese font" not in answer(opened("quickstart", "as kept"), "plt.show")


def test_training_on_own_sentences_finds_what_was_missed(training: NotebookNode) -> None:
    before, after = answer(training, '"before"').split("after")
    assert "Organization:栖霞岭林场" not in before
    assert {"Organization:栖霞岭林场", "Post:场长", "Post:理事长", "Organization:鹭洲镇芦苇合作社"} <= {*after.split()}
    assert "learnt" in answer(training, "README.md")


if __name__ == "__main__":
    for file in sorted(NOTEBOOKS.glob("*.ipynb")):
        nbformat.write(execute(file), file)
