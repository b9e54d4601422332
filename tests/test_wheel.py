"""What is installed from a wheel, without the source tree: model, rules, lexicons and the page's parts are in it."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import ARTICLES, ROOT, require

from kg.export import FORMATS

ASK = f"""
import kg
from kg.export import export

g = kg.load("out")
print(kg.__file__)
print(*sorted(g.posts("林牧之")["title"].unique()))
print(len(export(g, {list(FORMATS)}, "exports")))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel; for speed it finds what kg is built on where the tests do."""
    require(find_spec("setuptools"), "setuptools, which builds the wheel, is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(ROOT / "kg", source / "kg", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    options = ["--quiet", "--no-index", "--no-deps"]
    run(folder, *pip, "wheel", *options, "--no-build-isolation", "--wheel-dir", folder, source)
    shutil.rmtree(source)
    venv.create(folder / "env")
    python = folder / "env" / "bin" / "python"
    run(folder, *pip, "--python", python, "install", *options, *folder.glob("kg-*.whl"))
    (site,) = (folder / "env" / "lib").glob("python*/site-packages")
    # A path file inside that folder is not followed, so the editable installation of the source tree stays unseen.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / "env"


def run(folder: Path, *command: object) -> str:
    own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([*map(str, command)], cwd=folder, env=own, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.model
def test_build_questions_and_exports_work_in_another_folder(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name, text in ARTICLES.items():
        (tmp_path / "in" / f"{name}.txt").write_text(text, encoding="utf-8")
    run(tmp_path, installed / "bin" / "kg", "build", "in", "-o", "out")
    assert "script-src 'sha256-" in (tmp_path / "out" / "graph.html").read_text(encoding="utf-8").replace("&#39;", "'")
    where, posts, files = run(tmp_path, installed / "bin" / "python", "-c", ASK).splitlines()
    assert Path(where).is_relative_to(installed)
    assert posts == "副书记 市长"
    assert int(files) == len([*(tmp_path / "exports").iterdir()]) >= len(FORMATS)


def test_everything_that_is_data_is_in_the_wheel(installed: Path) -> None:
    (package,) = (installed / "lib").glob("python*/site-packages/kg")
    found = {path.relative_to(package) for path in package.rglob("*") if path.suffix != ".pyc" and path.is_file()}
    kept = {
        path.relative_to(ROOT / "kg") for path in (ROOT / "kg").rglob("*") if path.suffix != ".pyc" and path.is_file()
    }
    assert found == kept
