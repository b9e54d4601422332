"""Work on several processors: every process makes its tools once, and one that dies costs a second try of its items."""

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import wait
from typing import Any, Generic, TypeVar

from kg.errors import KgError

__all__ = ["Start", "work"]

T = TypeVar("T")
R = TypeVar("R")
Start = Callable[[], Callable[[Sequence[T]], list[R]]]


class _Worker(Generic[T, R]):
    """A process, and the items that it has in hand. It dies with us, as then its pipe ends."""

    def __init__(self, start: "Start[T, R]") -> None:
        forks = "forkserver" in multiprocessing.get_all_start_methods()
        context: Any = multiprocessing.get_context("forkserver" if forks else "spawn")
        context.set_forkserver_preload(["kg.readings"])
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, start), daemon=True)
        self.process.start()
        theirs.close()
        self.started = self.again = False
        self.items: Sequence[T] = ()

    def give(self, items: Sequence[T], again: bool) -> None:
        """Hand over items, which may have been handed over before."""
        self.items, self.again = items, again
        with suppress(OSError):  # it died: that shows when its answer is taken
            self.pipe.send(items)

    def answer(self) -> list[R] | None:
        """What it made of its items, nothing when it has just started; None if it died.

        Raises:
            KgError: it could not start.
        """
        try:
            answer: list[R] | KgError = self.pipe.recv()
        except (EOFError, OSError):
            self.stop()
            if self.started:
                return None
            raise KgError(
                f"a process could not start (exit code {self.process.exitcode}): give fewer --jobs, or more memory"
            ) from None
        if isinstance(answer, KgError):
            raise answer
        self.started = True
        return answer

    def stop(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _serve(pipe: Any, start: "Start[T, R]") -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started us is told, and stops us
    with suppress(EOFError, OSError):
        try:
            do = start()
        except KgError as error:
            pipe.send(error)
            return
        pipe.send([])
        while True:
            pipe.send(do(pipe.recv()))


def work(batches: Iterator[Sequence[T]], start: "Start[T, R]", jobs: int, lost: Callable[[T], R]) -> Iterator[list[R]]:
    """What several processes make of batches of items, in any order.

    Args:
        batches: taken only as fast as they are worked on.
        start: called once in each process; makes the function that does the work.
        jobs: how many processes.
        lost: what stands for an item at which a process died twice.

    Raises:
        KgError: what ``start`` raises, or a process dies before it has begun.
    """
    again: deque[Sequence[T]] = deque()
    busy = {worker.pipe: worker for worker in (_Worker[T, R](start) for _ in range(jobs))}
    idle: list[_Worker[T, R]] = []
    try:
        while busy:
            done: list[list[R]] = []
            for pipe in wait(list(busy)):
                worker = busy.pop(pipe)
                answer = worker.answer()
                if answer is not None:
                    done.append(answer)
                elif worker.again:
                    done.append([lost(item) for item in worker.items])
                else:
                    again.extend((item,) for item in worker.items)
                if answer is None:
                    worker = _Worker(start)
                    busy[worker.pipe] = worker
                else:
                    idle.append(worker)
            resting: list[_Worker[T, R]] = []
            for worker in idle:
                second = bool(again)
                if items := again.popleft() if second else next(batches, ()):
                    worker.give(items, second)
                    busy[worker.pipe] = worker
                else:
                    resting.append(worker)
            idle = resting
            yield from done
    finally:
        for worker in (*busy.values(), *idle):
            worker.stop()
