"""Processes that die, that cannot start, and that are never given more than they can take."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from kg.errors import KgError, RuleError
from kg.workers import work


def squares() -> Callable[[Sequence[int]], list[int]]:
    return lambda items: [item * item for item in items]


def killed(folder: Path, deadly: int, times: int, items: Sequence[int]) -> list[int]:
    """Squares; the deadly item ends the process that has it, so many times."""
    for item in items:
        seen = folder / str(item)
        deaths = len(seen.read_text()) if seen.exists() else 0
        if item == deadly and deaths < times:
            seen.write_text("x" * (deaths + 1))
            os.kill(os.getpid(), signal.SIGKILL)
    return [item * item for item in items]


def start_killed(folder: Path, deadly: int, times: int) -> Callable[[Sequence[int]], list[int]]:
    return partial(killed, folder, deadly, times)


def wrong_rule() -> Callable[[Sequence[int]], list[int]]:
    raise RuleError("mine.yaml:1: wrong")


def no_memory() -> Callable[[Sequence[int]], list[int]]:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def batches(count: int) -> Iterator[list[int]]:
    for at in range(0, count, 3):
        yield list(range(at, min(at + 3, count)))


def results(start: Callable[[], Callable[[Sequence[int]], list[int]]], count: int = 20) -> list[int]:
    return sorted(item for items in work(batches(count), start, 2, lambda item: -item) for item in items)


def test_all_items_are_worked_on_once() -> None:
    assert results(squares) == [item * item for item in range(20)]
    assert results(squares, 0) == []


@pytest.mark.parametrize("times", [1, 2])
def test_a_process_that_dies_costs_a_second_try_and_only_the_item_it_dies_of(tmp_path: Path, times: int) -> None:
    found = results(partial(start_killed, tmp_path, 7, times))
    assert found == sorted([item * item for item in range(20) if item != 7] + [49 if times == 1 else -7])


def test_what_cannot_start_says_why() -> None:
    with pytest.raises(RuleError, match=r"mine.yaml:1: wrong"):
        results(wrong_rule)
    with pytest.raises(KgError, match=r"could not start.*-9.*fewer --jobs"):
        results(no_memory)


def test_batches_are_taken_as_they_are_worked_on() -> None:
    taken: list[list[int]] = []

    def watched() -> Iterator[list[int]]:
        for batch in batches(300):
            taken.append(batch)
            yield batch

    work_done = work(watched(), squares, 2, lambda item: -item)
    first = next(answer for answer in work_done if answer)
    assert len(first) == 3
    assert len(taken) <= 6
    work_done.close()  # type: ignore[attr-defined]
