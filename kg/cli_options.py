"""What several commands of the command line share: options, a progress bar, JSON."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from kg import display
from kg.errors import KgError

if TYPE_CHECKING:
    from kg.options import Options
    from kg.pipeline import Work

__all__ = ["OUTPUT", "From", "Json", "Judgements", "Lexicons", "Model", "Rules", "answer", "bars", "merged", "spread"]

T = TypeVar("T")

OUTPUT = Path("output")
From = Annotated[Path, typer.Option("--from", help="The folder that kg build wrote.", metavar="DIR")]
Model = Annotated[str | None, typer.Option(help="Another HanLP model: a folder, or HanLP's name for one.")]
Rules = Annotated[list[Path] | None, typer.Option("--rules", help="A folder or file of your own rules; repeatable.")]
Lexicons = Annotated[
    list[Path] | None, typer.Option("--lexicon", help="A CSV of your own names (name,type,aliases), or a folder.")
]
Judgements = Annotated[
    Path | None, typer.Option("--judgements", help="A CSV of judgements, as kg review writes.", metavar="FILE")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def merged(
    model: str | None,
    rules: Sequence[Path] | None,
    lexicons: Sequence[Path] | None = None,
    judgements: Path | None = None,
) -> "Options":
    """The options of a command together with those of the current folder."""
    from kg.options import Options, project_options

    own = project_options(Path.cwd())
    both = (*own.rules, *(rules or ())), (*own.lexicons, *(lexicons or ()))
    return Options(model or own.model, *both, judgements or own.judgements)


def spread(engine: str, jobs: int | None) -> "tuple[int, Work]":
    """How many processes read, all that there are place for if not said, and what gives them their work.

    Raises:
        KgError: Ray is not installed, or its cluster cannot be reached.
    """
    if engine == "local":
        from kg.workers import work

        return jobs or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1), work
    try:
        from kg import cluster
    except ImportError as error:
        raise KgError("Ray is not installed: pip install 'kg[ray]'") from error
    there = cluster.processors()
    return jobs or there, cluster.work


@contextmanager
def bars() -> Iterator[Progress]:
    """Progress on standard error, gone when the work is done."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    times = (TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, *times, console=display.errors, transient=True) as shown:
        yield shown


def answer(value: T, as_json: bool, show: Callable[[T], None]) -> None:
    """Print what a command found: as one line of JSON, or as a reader wants it."""
    if as_json:
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    else:
        show(value)
