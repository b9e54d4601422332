"""``kg review``: pairs that are hardly one or hardly two, evidence side by side, for a person to judge."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.table import Table

from kg.cli_options import OUTPUT, From, Judgements
from kg.display import out, plain
from kg.judgements import add_judgement, judged_pairs
from kg.query import KnowledgeGraph, load
from kg.store import Record, read_records

__all__ = ["review"]

QUOTES = 4
_VERDICTS = {"s": "same", "d": "different", "u": "unsure"}


Reviewed = Literal["Person", "Organization", "Initiative", "Event"]


def review(
    source: From = OUTPUT,
    judgements: Judgements = None,
    only: Annotated[Reviewed | None, typer.Option("--type", help="Only pairs of this type.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the pairs and ask nothing.")] = False,
) -> None:
    """Judge unsure pairs: same, different or unsure; the next kg build honours it.

    A judgement is a line of a CSV file, to be edited or deleted at will. It names what it judges by type, name and
    source, so it holds for later builds. Pairs that are judged are not asked again.
    """
    from kg.options import JUDGEMENTS, project_options

    graph = load(source)
    path = judgements or project_options(Path.cwd()).judgements or Path(JUDGEMENTS)
    waiting = [pair for pair in _pairs(graph, path) if only in {None, pair["type"]}]
    if not waiting:
        out.print("there is no unsure pair left to judge")
    for number, pair in enumerate(waiting, 1):
        _show(graph, pair, f"{number} of {len(waiting)}")
        if listed:
            continue
        answer = ""
        while answer not in {*_VERDICTS, "n", "q"}:
            answer = typer.prompt("[s]ame, [d]ifferent, [u]nsure, [n]ext, [q]uit").strip().lower()[:1]
        if answer == "q":
            break
        if verdict := _VERDICTS.get(answer):
            add_judgement(path, pair["a"], pair["b"], verdict)
            out.print(f"{path}: {verdict}", markup=False)


def _pairs(graph: KnowledgeGraph, judgements: Path) -> list[Record]:
    """The pairs that nobody has judged, in the order of the file: people first, and what is least sure."""
    path = graph.outputs.folder / "unsure.jsonl"
    done = judged_pairs(judgements) if judgements.exists() else set()
    return [pair for pair in read_records(path) if frozenset((pair["a"], pair["b"])) not in done]


def _show(graph: KnowledgeGraph, pair: Record, title: str) -> None:
    """A pair, with what is said of both in their articles."""
    table = Table(title=f"{title}: {'joined' if pair['same'] else 'kept apart'} so far", title_justify="left", box=None)
    for side in "ab":
        table.add_column(plain(pair[side]), ratio=1, overflow="fold")
    sides = [
        list(_evidence(graph, pair["type"], pair[side], doc)) for side, doc in zip("ab", pair["docs"], strict=True)
    ]
    for row in range(max(map(len, sides))):
        table.add_row(*(plain(side[row]) if row < len(side) else "" for side in sides))
    out.print(table)
    out.print(plain(f"because: {pair['why']}"))


def _evidence(graph: KnowledgeGraph, type_: str, key: str, doc: str) -> Iterator[str]:
    """The article of a member, and the first sentences in which it says something of it."""
    name = key.removeprefix(f"{type_}:").rpartition("@")[0]
    for article in (r for r in graph.outputs.entities if r["type"] == "Article" and r["doc"] == doc):
        yield " ".join(filter(None, (doc, article["published"], article["home"])))
        yield article["title"]
    named = {m["entity"] for m in graph.outputs.mentions if m["doc"] == doc and m["type"] == type_}
    meant = {e for e in named if e and name in (graph.records[e]["name"], *graph.records[e]["aliases"])}
    said = [s for s in graph.outputs.statements if s["evidence"]["doc"] == doc and {s["subject"], s["object"]} & meant]
    for statement in said[:QUOTES]:
        yield f"{statement['relation']}: “{statement['evidence']['quote']}”"
