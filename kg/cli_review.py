"""``kg review``: pairs that are hardly one or hardly two, evidence side by side, for a person to judge."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.table import Table

from kg.display import out, plain
from kg.errors import KgError
from kg.judgements import add_judgement, judged_pairs
from kg.query import KnowledgeGraph, load
from kg.store import Record, read_records

__all__ = ["review"]

QUOTES = 4
_VERDICTS = {"s": "same", "d": "different", "u": "unsure"}


def review(
    source: Annotated[Path, typer.Option("--from", help="The folder that kg build wrote.", metavar="DIR")] = Path("output"),
    judgements: Annotated[
        Path, typer.Option("--judgements", help="The CSV to add to; kg build takes it.", metavar="FILE")
    ] = Path("judgements.csv"),
    type_: Annotated[
        Literal["Person", "Organization", "Initiative", "Event"] | None, typer.Option("--type", help="Only pairs of a type.")
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the pairs and ask nothing.")] = False,
) -> None:
    """Judge unsure pairs: same, different or unsure; the next kg build honours it.

    A judgement is a line of a CSV file, to be edited or deleted at will. It names what it judges by type, name and
    source, so it holds for later builds. Pairs that are judged are not asked again.
    """
    graph = load(source)
    waiting = [pair for pair in _pairs(graph, judgements) if type_ in {None, pair["type"]}]
    if not waiting:
        out.print("there is no unsure pair left to judge")
    for number, pair in enumerate(waiting, 1):
        _show(graph, pair, f"{number} of {len(waiting)}")
        if list_:
            continue
        answer = ""
        while answer not in {*_VERDICTS, "n", "q"}:
            answer = typer.prompt("[s]ame, [d]ifferent, [u]nsure, [n]ext, [q]uit").strip().lower()[:1]
        if answer == "q":
            break
        if verdict := _VERDICTS.get(answer):
            add_judgement(judgements, pair["a"], pair["b"], verdict)
            out.print(f"{judgements}: {verdict}", markup=False)


def _pairs(graph: KnowledgeGraph, judgements: Path) -> Iterator[Record]:
    """The pairs nobody has judged: people first, then what is least sure."""
    path = graph.outputs.folder / "unsure.jsonl"
    if not path.is_file():
        raise KgError(f"{path}: there is no such file: run kg build again")
    done = judged_pairs(judgements) if judgements.exists() else set()
    pairs = [pair for pair in read_records(path) if frozenset((pair["a"], pair["b"])) not in done]
    return iter(sorted(pairs, key=lambda pair: (pair["type"] != "Person", pair["type"], pair["doubt"])))


def _show(graph: KnowledgeGraph, pair: Record, title: str) -> None:
    """A pair, with what is said of both in their articles."""
    table = Table(title=f"{title}: {'joined' if pair['same'] else 'kept apart'} so far", title_justify="left", box=None)
    for side in "ab":
        table.add_column(plain(pair[side]), ratio=1, overflow="fold")
    sides = [list(_evidence(graph, pair["type"], pair[side], doc)) for side, doc in zip("ab", pair["docs"], strict=True)]
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
