"""``kg build`` with a clock on each stage: ``python -m bench.timed TIMES.json build INPUT… -o DIR``."""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kg import pipeline, readings
from kg.cli import main

STAGES = {
    (readings, "split"): "restore",
    (readings, "recognize"): "recognize",
    (readings, "relate"): "relate",
    (pipeline, "resolve"): "resolve",
    (pipeline, "write_outputs"): "write",
}


def run(times: Path, arguments: list[str]) -> None:
    """Run the command line and write the seconds of each stage, processor seconds and peak memory (MiB)."""
    seconds = dict.fromkeys(STAGES.values(), 0.0)

    def clocked(name: str, stage: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **fields: Any) -> Any:
            began = time.perf_counter()
            try:
                return stage(*args, **fields)
            finally:
                seconds[name] += time.perf_counter() - began

        return call

    for (module, function), name in STAGES.items():
        setattr(module, function, clocked(name, getattr(module, function)))
    sys.argv = ["kg", *arguments, "--jobs", "1"]  # what other processes do has no clock
    try:
        main()
    finally:
        used = resource.getrusage(resource.RUSAGE_SELF)
        found = {"seconds": seconds, "processor": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss / 1024}
        times.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2:])
