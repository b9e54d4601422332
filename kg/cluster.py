"""Work on the machines of a Ray cluster: a Ray Data pipeline whose actors hold the tools."""

import logging
import os
import pickle
from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # no network but the cluster's

import ray
from ray.data import ActorPoolStrategy, from_items
from ray.exceptions import RayError

from kg.errors import KgError

__all__ = ["processors", "work"]

T = TypeVar("T")
R = TypeVar("R")
Start = Callable[[], Callable[[Sequence[T]], list[R]]]
WINDOW = 2048  # batches that wait in the memory of the cluster


def processors() -> int:
    """How many processors a cluster has: that of ``RAY_ADDRESS`` or of this machine, else one that ends with us.

    Raises:
        KgError: it cannot be reached.
    """
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)  # what fails is tried again, or reported by us
    try:
        ray.init(ignore_reinit_error=True, include_dashboard=False, log_to_driver=False, logging_level="error")
    except (RayError, ConnectionError, RuntimeError, ValueError) as error:
        raise KgError(f"no Ray cluster can be reached or begun ({error}): check RAY_ADDRESS and ray status") from error
    return max(1, int(ray.cluster_resources().get("CPU", 1)))


def work(batches: Iterator[Sequence[T]], start: "Start[T, R]", jobs: int, lost: Callable[[T], R]) -> Iterator[list[R]]:
    """What the actors of a cluster make of batches of items, in any order; arguments as for :func:`kg.workers.work`.

    What is lost with a worker or a machine is tried again item by item, as long as anything comes of it.

    Raises:
        KgError: no actor can start.
    """
    while window := list(islice(batches, WINDOW)):
        missing = yield from _run(window, start, jobs)
        alone: list[Sequence[T]] = [(item,) for items in missing for item in items]
        tried = 0
        while len(alone) != tried:  # some that were in hand beside one that ended their worker may be among them
            tried = len(alone)
            alone = yield from _run(alone, start, jobs)
        yield [lost(item) for (item,) in alone]


class _Actor:
    """Makes its tools once, and answers of what it is given."""

    def __init__(self, start: "Start[Any, Any]") -> None:
        self._do = start()

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[Any]]:
        return {"at": [*batch["at"]], "made": [pickle.dumps(self._do(pickle.loads(items))) for items in batch["items"]]}


def _run(
    batches: Sequence[Sequence[T]], start: "Start[T, R]", jobs: int
) -> Generator[list[R], None, list[Sequence[T]]]:
    """Send batches through the pipeline, once; those are returned that no answer came of."""
    if not batches:
        return []
    waiting = dict(enumerate(batches))
    records = [{"at": at, "items": pickle.dumps(items)} for at, items in waiting.items()]
    data = from_items(records, override_num_blocks=len(records)).map_batches(
        _Actor,
        fn_constructor_args=(start,),
        batch_size=1,
        compute=ActorPoolStrategy(min_size=1, max_size=jobs, max_tasks_in_flight_per_actor=2),
        num_cpus=1,
        max_restarts=-1,
        max_task_retries=0,  # a try of Ray's waits until its actor begins anew, for which there may be no place left
    )
    data.context.max_errored_blocks = -1
    data.context.enable_progress_bars = False
    try:
        for row in data.iter_rows():
            del waiting[row["at"]]
            yield pickle.loads(row["made"])
    except RayError as error:
        if len(waiting) == len(batches):
            raise KgError(f"no worker of the cluster could start: is the same kg installed there? {error}") from error
    return list(waiting.values())
