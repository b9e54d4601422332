"""Every ``kg`` command and Python block of the documentation is run, and what it shows as output comes out."""

import re
import shlex
import shutil
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from conftest import ROOT

PAGES = [
    *(ROOT / name for name in ("README.md", "README.zh.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
LINKING = [
    *PAGES,
    ROOT / "CHANGELOG.md",
    ROOT / "SECURITY.md",
    ROOT / "output" / "README.md",
    ROOT / "seeds" / "README.md",
]
BLOCK = re.compile(
    r"(?:<!-- (?P<mark>not run|file): (?P<value>[^\n]*?) -->\n)?```(?P<language>\w+)\n(?P<body>.*?)\n```", re.S
)
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)#\s]+)(?:#[^)]*)?\)")
KG = re.compile(r"(?:\$ )?(?:\.venv/bin/)?kg (?P<arguments>.*)")
MAKE = re.compile(r"make (\w+)")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language and text, and the comment before it that says how it is tested."""

    language: str
    body: str
    mark: str
    value: str


def blocks(page: Path) -> list[Block]:
    found = BLOCK.finditer(page.read_text(encoding="utf-8"))
    return [Block(m["language"], m["body"], m["mark"] or "", m["value"] or "") for m in found]


def assert_shown(expected: str, printed: str, where: Path) -> None:
    """Every line that a page shows stands in what was printed, but for white space; … stands for lines left out."""
    lines = {" ".join(line.split()) for line in printed.splitlines()}
    for line in filter(None, (" ".join(line.split()) for line in expected.splitlines())):
        assert line == "…" or line in lines, f"{where.name} shows “{line}”, but this came out:\n{printed}"


def run(command: str) -> str:
    """What a kg command prints; shell syntax is not understood."""
    from kg.cli import app

    arguments = shlex.split(command, comments=True)
    assert not {"|", "&&", "<", ">"} & set(arguments), f"not one plain command: {command}"
    printed = StringIO()
    with redirect_stdout(printed):
        app(arguments, standalone_mode=False)
    return printed.getvalue()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the samples and their graph, as ``make graph`` leaves it."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    run(f"build {folder / 'seeds'} -o {folder / 'output'}")
    return folder


def run_commands(block: Block, page: Path) -> None:
    shown: list[str] = []
    printed = ""
    for line in block.body.splitlines():
        command = KG.fullmatch(line)
        if command:
            assert_shown("\n".join(shown), printed, page)
            printed, shown = run(command["arguments"]), []
        elif block.language == "console":
            shown.append(line)
    assert_shown("\n".join(shown), printed, page)


@pytest.mark.model
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_code_run_and_show_what_the_page_shows(
    page: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout)
    names: dict[str, object] = {}
    printed = ""
    for block in blocks(page):
        if block.mark == "not run":
            assert len(block.value) > 5, f"{page.name}: say why a block is not run"
        elif block.mark == "file":
            Path(block.value).parent.mkdir(parents=True, exist_ok=True)
            Path(block.value).write_text(block.body + "\n", encoding="utf-8")
        elif block.language in {"sh", "console"}:
            run_commands(block, page)
        elif block.language == "python":
            with redirect_stdout(StringIO()) as out:
                exec(compile(block.body, str(page), "exec"), names)
            printed = out.getvalue()
        elif block.language == "text":
            assert_shown(block.body, printed, page)
            printed = ""
        assert block.language == "python" or not printed or block.language == "text", f"{page.name}: show the output"


def test_pages_in_both_languages_have_the_same_blocks() -> None:
    one, other = (
        [(b.language, b.mark, KG.findall(b.body)) for b in blocks(ROOT / name)]
        for name in ("README.md", "README.zh.md")
    )
    assert [block[:2] for block in one] == [block[:2] for block in other]
    assert len(one) >= 5


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = {m for b in blocks(page) if b.language == "sh" for m in MAKE.findall(b.body)}
    assert named <= targets


@pytest.mark.parametrize("page", LINKING, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_of_the_repository(page: Path) -> None:
    targets = [m["target"] for m in LINK.finditer(page.read_text(encoding="utf-8"))]
    inside = [t for t in targets if not t.startswith(("http://", "https://"))]
    assert [t for t in inside if not (page.parent / t).exists()] == []
