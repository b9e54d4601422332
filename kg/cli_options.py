"""What several commands of the command line share: options, a progress bar, JSON."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from kg import display

if TYPE_CHECKING:
    from kg.pipeline import Options

__all__ = ["Json", "Lexicons", "Model", "Rules", "bars", "merged", "print_json"]

Model = Annotated[str | None, typer.Option(help="Another HanLP model: a folder, or HanLP's name for one.")]
Rules = Annotated[list[Path] | None, typer.Option("--rules", help="A folder or file of your own rules; repeatable.")]
Lexicons = Annotated[
    list[Path] | None, typer.Option("--lexicon", help="A CSV of your own names (name,type,aliases), or a folder.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def merged(model: str | None, rules: Sequence[Path] | None, lexicons: Sequence[Path] | None = None) -> "Options":
    """The options of a command together with those of the ``kg.toml`` of the current folder."""
    from kg.pipeline import Options, project_options

    own = project_options(Path.cwd())
    return Options(model or own.model, (*own.rules, *(rules or ())), (*own.lexicons, *(lexicons or ())))


@contextmanager
def bars() -> Iterator[Progress]:
    """Progress on standard error, gone when the work is done."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}"))
    with Progress(*columns, TimeElapsedColumn(), console=display.errors, transient=True) as shown:
        yield shown


def print_json(value: object) -> None:
    """One line of JSON on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
