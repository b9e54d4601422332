"""Graphs that make graph files go wrong, and readers that are not ours."""

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx
from conftest import require
from samples import sample_outputs

from kg.graph import build_graph

NODE = Path(__file__).parent / "node"


def trap_graph() -> "nx.MultiDiGraph[str]":
    """Control characters, surrogates, markup, line ends, a loop, parallel edges that differ in status alone."""
    sample = sample_outputs()
    sample.entities[0] = replace(
        sample.entities[0], name="何\x00松\x0b岩\ud800]]><b>", aliases=("\x1b", "a; b", "\ufffe")
    )
    first = sample.statements[0]
    sample.statements += [
        replace(first, id="s1", status="former", quote='引 "号"\r\n& <i>\t\x07完'),
        replace(first, id="s2", status="appointed", doc="a\x01.txt", published="2022-06"),
        replace(first, id="s3", relation="accompanied", object=first.subject, status=None),
    ]
    return build_graph(sample.entities, sample.statements)


def counts(graph: "nx.MultiDiGraph[str]") -> tuple[int, int]:
    return graph.number_of_nodes(), graph.number_of_edges()


def graphology(path: Path) -> dict[str, Any]:
    """What the JavaScript library graphology reads of a file."""
    require(shutil.which("node"), "node is not installed")
    require((NODE / "node_modules").is_dir(), "no node packages: npm ci --prefix tests/node")
    done = subprocess.run(
        ["node", NODE / "read.mjs", path], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
