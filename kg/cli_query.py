"""``kg query``: the questions of :class:`kg.query.KnowledgeGraph` as commands, made from its methods."""

import inspect
import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated, Any, Literal, get_args, get_origin

import pandas as pd
import typer

from kg import display
from kg.cells import cell
from kg.cli_options import OUTPUT, From
from kg.query import AnyName, KnowledgeGraph, Step, load

__all__ = ["QUESTIONS", "app"]

QUESTIONS = (
    "search", "person", "organization", "initiative", "posts", "career", "holders", "succession", "staff", "overlap",
    "who_promotes", "events", "attendance", "co_attendance", "timeline", "neighbours", "path", "ranking", "conflicts",
    "diff", "evidence", "sql",
)  # fmt: skip

Form = Annotated[Literal["table", "csv", "json"], typer.Option("--as", help="How to print the answer.")]

app = typer.Typer(
    help="Questions to a graph, answered with the words that say so; in Python, kg.load(DIR).QUESTION(…) is the same.",
    no_args_is_help=True,
)


def _parameter(given: inspect.Parameter) -> inspect.Parameter:
    """What the command line takes for a parameter: names and what must be given are arguments, all else is options."""
    kind, words = get_args(given.annotation)
    several = given.kind is given.VAR_POSITIONAL
    default = None if given.default in {given.empty, ()} else given.default
    if several or get_origin(kind) is Iterable:
        kind = list[str] if several else list[str] | None
    if several or given.default is given.empty or given.annotation is AnyName:
        how: object = typer.Argument(help=words, metavar=given.name.upper())
    else:
        how = typer.Option(*([f"-{given.name}"] if len(given.name) == 1 else []), help=words)
    must = several or given.default is given.empty
    return given.replace(
        kind=given.KEYWORD_ONLY, default=given.empty if must else default, annotation=Annotated[kind, how]
    )


def _add(question: str) -> None:
    """Add the command that asks a question."""
    method = getattr(KnowledgeGraph, question)
    asked = [p for p in inspect.signature(method).parameters.values() if p.name != "self"]

    def ask(source: From = OUTPUT, form: Form = "table", **given: Any) -> None:
        several = [value for p in asked if p.kind is p.VAR_POSITIONAL for value in given.pop(p.name)]
        answer = method(load(source), *several, **{key: value for key, value in given.items() if value is not None})
        _print(answer if isinstance(answer, pd.DataFrame) else _steps(answer), form)

    *common, _ = inspect.signature(ask).parameters.values()
    parameters = [*map(_parameter, asked), *(p.replace(kind=p.KEYWORD_ONLY) for p in common)]
    ask.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    ask.__annotations__ = {p.name: p.annotation for p in parameters}
    ask.__doc__ = inspect.cleandoc(method.__doc__).partition("\n\nRaises:")[0]
    app.command(question)(ask)


def _steps(paths: Iterable[Iterable[Step]]) -> pd.DataFrame:
    """Paths as a data frame, a row a step."""
    rows = [{"path": number, **asdict(step)} for number, path in enumerate(paths, 1) for step in path]
    return pd.DataFrame(rows).rename(columns={"statement": "id", "subject": "subject_name", "object": "object_name"})


def _print(answer: pd.DataFrame, form: str) -> None:
    if form == "json":
        sys.stdout.write(answer.to_json(orient="records", force_ascii=False) + "\n")
    elif form == "csv":
        sys.stdout.write(answer.map(cell).to_csv(index=False))
    else:
        display.answer(answer)


for _question in QUESTIONS:
    _add(_question)
