"""docs/dependencies.md lists what kg is built on, and under which licences; run this file to write the page again."""

import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "dependencies.md"
EXTRAS = ("exports", "notebook", "parquet")
HEAD = """# Dependencies and their licences

What `kg` and its extras `exports`, `notebook` and `parquet` are built on, directly or through another package, where they run on Linux; the licence is what the package says of itself. Versions are in `constraints.txt`. A test compares this page with what is installed, and `.venv/bin/python tests/test_licences.py` writes it again.

jiojio, under the GPL, is installed by jionlp, of which `kg` reads the tables alone: neither is ever imported. hanlp-downloader, like HanLP itself by its author under Apache-2.0, does not state its licence in the package.

| Package | Licence | Needed by |
|---|---|---|
"""
NOT_USED = {"jiojio"}  # comes with jionlp, of which only the tables are read
COPYLEFT = re.compile(r"\bA?GPL|GNU (?:Affero )?General")


def licence(name: str) -> str:
    """The licence of a package in the words of its metadata: an SPDX expression, a classifier, or a line of text."""
    about = metadata(name)
    classifiers = [c.split(" :: ") for c in about.get_all("Classifier", []) if c.startswith("License :: ")]
    named = "; ".join(sorted({parts[-1] for parts in classifiers if parts[-1] != "OSI Approved"}))
    stated = str(about.get("License") or "").strip().partition("\n")[0]
    return str(about.get("License-Expression") or named or stated or "not stated").replace("|", "\\|")


def needed() -> dict[str, set[str]]:
    """Every package with those that need it, as far as they are installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in EXTRAS:
        wanted += project["optional-dependencies"][extra]
    found: defaultdict[str, set[str]] = defaultdict(set)

    def add(lines: Iterable[str], by: str, extras: Iterable[str]) -> None:
        for line in lines:
            one = Requirement(line)
            name = canonicalize_name(one.name)
            if one.marker and not any(one.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                continue
            try:
                metadata(name)
            except PackageNotFoundError:
                continue  # of another platform, or CUDA's
            new = name not in found
            found[name].add(by)
            if new or one.extras:
                add(requires(name) or [], name, one.extras)

    add(wanted, "kg", [])
    return dict(found)


def page() -> str:
    rows = (f"| {name} | {licence(name)} | {', '.join(sorted(by))} |\n" for name, by in sorted(needed().items()))
    return HEAD + "".join(rows)


def test_the_page_lists_what_is_installed() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_licence_lets_kg_be_given_away_under_its_own() -> None:
    licences = {name: licence(name) for name in needed()}
    assert {name for name, text in licences.items() if COPYLEFT.search(text) and "LGPL" not in text} == NOT_USED
    assert {name for name, text in licences.items() if text == "not stated"} == {"hanlp-downloader"}


def test_what_is_not_used_is_not_imported() -> None:
    code = (
        f"import sys, kg.cli, kg.pipeline, kg.dates, kg.tables; kg.tables.world(); print({NOT_USED} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
