"""A build on two machines of a Ray cluster, one of which dies in the middle: the bytes of a build on this machine."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg import pipeline
from kg.cluster import processors, work

ray = pytest.importorskip("ray")
SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture
def nodes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Two machines with a processor each: the cluster, and the one that may die."""
    from ray.cluster_utils import Cluster

    mine = {"num_cpus": 1, "object_store_memory": 10**8}
    cluster = Cluster(initialize_head=True, head_node_args={"include_dashboard": False, **mine})
    other = cluster.add_node(**mine)
    cluster.wait_for_nodes()
    monkeypatch.setenv("RAY_ADDRESS", cluster.address)
    assert processors() == 2
    yield [cluster, other]
    ray.shutdown()
    cluster.shutdown()


def test_a_machine_that_dies_changes_nothing(nodes: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster, other = nodes
    for copy in range(20):  # that differ
        for seed in SEEDS.glob("*.txt"):
            (tmp_path / "in").mkdir(exist_ok=True)
            (tmp_path / "in" / f"{copy}-{seed.name}").write_bytes(seed.read_bytes() + f"\n（{copy}）".encode())
    monkeypatch.setattr(pipeline, "SMALL", 0)
    monkeypatch.setattr(pipeline, "BATCH", 4)
    killed: list[int] = []

    def progress(stage: str, count: int, total: int | None) -> None:
        if stage == "read" and count > 20 and not killed:
            killed.append(count)
            cluster.remove_node(other)

    far = pipeline.build([tmp_path / "in"], tmp_path / "far", progress=progress, jobs=2, work=work)
    near = pipeline.build([tmp_path / "in"], tmp_path / "near")
    assert killed
    assert far.report["documents"] == near.report["documents"] > 100
    there, here = (json.loads((tmp_path / name / "report.json").read_bytes()) for name in ("far", "near"))
    assert there | {"run": None} == here | {"run": None}
