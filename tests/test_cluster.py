import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

import kg.workers
from kg.cli_options import spread
from kg.errors import KgError

ray = pytest.importorskip("ray")
from kg.cluster import processors, work  # noqa: E402

WORDS = [f"word {i}" for i in range(16)]
BATCHES = [tuple(WORDS[at : at + 4]) for at in range(0, len(WORDS), 4)]
ANSWERS = {word: word.upper() for word in WORDS}


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    os.environ["RAY_ADDRESS"] = "local"
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
    assert processors() >= 1
    yield
    ray.shutdown()
    del os.environ["RAY_ADDRESS"]


def shout(words: Sequence[str]) -> list[tuple[str, str | None]]:
    if "word 7" in words:
        os._exit(1)
    return [(word, word.upper()) for word in words]


def answers(start: Callable[[], Callable[[Sequence[str]], list[Any]]]) -> Iterator[tuple[str, str | None]]:
    for rows in work(iter(BATCHES), start, 2, lambda word: (word, None)):
        yield from rows


def test_an_item_that_kills_its_worker_is_lost_alone() -> None:
    assert dict(answers(lambda: shout)) == ANSWERS | {"word 7": None}


def test_a_worker_that_cannot_start_is_named() -> None:
    def start() -> Callable[[Sequence[str]], list[Any]]:
        raise ValueError("no model here")

    with pytest.raises(KgError, match=r"no worker of the cluster could start(?s:.*)no model here"):
        list(answers(start))


def test_the_engine_of_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert spread("ray", None) == (processors(), work)
    assert spread("ray", 7) == (7, work)
    assert spread("local", 3) == (3, kg.workers.work)
    monkeypatch.setitem(sys.modules, "kg.cluster", None)
    monkeypatch.delattr(kg, "cluster")
    with pytest.raises(KgError, match=r"pip install 'kg\[ray\]'"):
        spread("ray", None)
