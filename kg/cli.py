"""The command line: ``kg build`` and the questions to what it built."""

import gc
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Annotated, Literal

import typer

from kg import cli_query, cli_rules, display
from kg.cells import legal
from kg.cli_options import OUTPUT, From, Json, Judgements, Lexicons, Model, Rules, answer, bars, merged, spread
from kg.cli_review import review
from kg.errors import KgError
from kg.export import FORMATS
from kg.export import export as export_graph
from kg.query import load
from kg.urls import is_url

__all__ = ["app", "main"]

app = typer.Typer(
    help="Chinese government and innovation news into a knowledge graph: every edge with the words that say it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
eval_app = typer.Typer(help="Scores against hand-made data.", no_args_is_help=True)
app.add_typer(cli_query.app, name="query")
app.command()(review)
app.add_typer(cli_rules.app, name="rules")
app.add_typer(eval_app, name="eval")


@app.command()
def build(
    inputs: Annotated[
        list[str], typer.Argument(help="Files, folders, their URLs, or - for standard input.", metavar="INPUT…")
    ],
    output: Annotated[str, typer.Option("--output", "-o", help="The folder to write.", metavar="DIR")] = "output",
    model: Model = None,
    rules: Rules = None,
    lexicon: Lexicons = None,
    judgements: Judgements = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="How many processes read, each in nearly a gigabyte: one a processor.")
    ] = None,
    engine: Annotated[
        Literal["local", "ray"], typer.Option(help="Where they run: here, or on a Ray cluster.")
    ] = "local",
) -> None:
    """Build the graph of articles: page, graph files and records.

    What an earlier build into the same folder has read is not read again; a build that was cut short goes on. A
    kg.toml in the current folder may set model, rules, lexicons and judgements once and for all; a judgements.csv there
    is honoured.

    Exit codes: 0 built (documents that were skipped are listed), 1 not built, 2 wrong usage.
    """
    from kg.pipeline import build as build_graph

    if is_url(output):
        raise KgError(f"{output}: build into a local folder, then kg export --format parquet --output {output}")
    with bars() as shown:
        tasks = {"load": shown.add_task("loading the model", total=None)}

        def progress(stage: str, count: int, total: int | None) -> None:
            shown.update(tasks["load"], visible=False)
            if stage not in tasks:
                tasks[stage] = shown.add_task(f"{stage}: ", total=total)
            shown.update(tasks[stage], completed=count)

        options = merged(model, rules, lexicon, judgements)
        built = build_graph(list(inputs), Path(output), options, progress, *spread(engine, jobs))
    display.built(built.report, built.written)


@app.command()
def show(name: str, source: From = OUTPUT) -> None:
    """What the sources say of a person, body, post, initiative, event: by name, alias or id."""
    display.profile(load(source).show(name))


@app.command()
def path(
    a: str,
    b: str,
    source: From = OUTPUT,
    k: Annotated[int, typer.Option("-k", min=1, help="How many paths.")] = 1,
    through: Annotated[str, typer.Option(help="Types to allow on paths although they tie much together.")] = "",
) -> None:
    """How two entities are connected, and which sentences say so."""
    graph = load(source)
    display.paths(graph.path(a, b, k, through=_names(through)))


@app.command()
def explain(statement: str, source: From = OUTPUT) -> None:
    """Where a statement comes from: the sentence, both ends, the rule, what was resolved."""
    display.evidence(load(source).explain(statement))


@app.command()
def export(
    formats: Annotated[list[str], typer.Option("--format", "-f", help=f"{', '.join(FORMATS)}; may be repeated.")],
    source: From = OUTPUT,
    output: Annotated[
        str, typer.Option("--output", "-o", help="The folder to write, or its URL.", metavar="DIR")
    ] = "exports",
) -> None:
    """Write a graph for other programs: Gephi, spreadsheets, DuckDB, Aleph, SPARQL, sigma, Neo4j."""
    for path in export_graph(load(source), formats, output):
        display.out.print(f"wrote {path}", markup=False)


@app.command()
def graph(
    source: From = OUTPUT,
    focus: Annotated[
        list[str] | None, typer.Option(help="Only what is around this name, alias or id; may be repeated.")
    ] = None,
    hops: Annotated[int, typer.Option(min=0, help="How many statements around it.")] = 1,
    since: Annotated[str | None, typer.Option(help="Only what was published or began on this date or later.")] = None,
    until: Annotated[str | None, typer.Option(help="Only what was published or began on this date or before.")] = None,
    min_sources: Annotated[int, typer.Option(min=1, help="Only what so many documents say.")] = 1,
    types: Annotated[str, typer.Option(help="Only entities of these types: Person,Post.")] = "",
    relations: Annotated[str, typer.Option(help="Only these relations: attended,chaired.")] = "",
    formats: Annotated[
        list[str] | None, typer.Option("--format", "-f", help=f"{', '.join(FORMATS)}; html and graphml if not said.")
    ] = None,
    output: Annotated[
        str, typer.Option("--output", "-o", help="The folder to write, or its URL.", metavar="DIR")
    ] = "part",
) -> None:
    """Write a part of a graph, its page and GraphML, of which all the rest is never loaded."""
    part = load(
        source, focus=focus or (), hops=hops, since=since, until=until, min_sources=min_sources,
        types=_names(types), relations=_names(relations),
    )  # fmt: skip
    written = export_graph(part, formats or ["html", "graphml"], output)
    display.out.print(f"{len(part.outputs.entities)} entities, {len(part.outputs.statements)} statements")
    for path in written:
        display.out.print(f"wrote {path}", markup=False)


@app.command()
def stats(source: From = OUTPUT, as_json: Json = False) -> None:
    """How much a graph holds."""
    graph = load(source)
    report = graph.outputs.report
    stats = {
        "documents": report["documents"],
        "articles": report["articles"],
        "entities": graph.entities["type"].value_counts().sort_index().to_dict(),
        "statements": graph.statements["relation"].value_counts().sort_index().to_dict(),
        "unresolved": report["unresolved"],
        "skipped": len(report["skipped"]),
    }
    answer(stats, as_json, display.counts)


@app.command()
def train(
    tagged: Annotated[list[Path], typer.Argument(help="Files of tagged sentences, one a line.", metavar="TAGGED…")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The model folder to write.", metavar="MODEL", file_okay=False)
    ],
    start: Annotated[Path | None, typer.Option(help="A model to begin from instead of an empty one.")] = None,
    corpus: Annotated[
        Path | None,
        typer.Option(help="Raw text, a file or a folder: a new model's vectors come from it, teachers tag it."),
    ] = None,
    teacher: Annotated[
        list[Path] | None, typer.Option(help="A model that tags raw text to learn from; may be repeated.")
    ] = None,
    hold_out: Annotated[
        Path | None, typer.Option(help="Hashes of the sentences to score with, as a model's folder has them.")
    ] = None,
    about: Annotated[Path | None, typer.Option(help="A text on your data and its licence, for the model card.")] = None,
    epochs: Annotated[int, typer.Option(min=1, help="How often the sentences are gone through.")] = 14,
    seed: Annotated[int, typer.Option(help="The same seed and data give the same model.")] = 1,
) -> None:
    """Train a recognition model on tagged sentences; cut short, the same command goes on from the last epoch."""
    from kg.train import train as train_model

    scores = train_model(
        tagged,
        output,
        corpus=corpus,
        start=start,
        teachers=teacher or [],
        hold_out=hold_out,
        about=about,
        epochs=epochs,
        seed=seed,
        report=display.errors.print,
    )
    display.ner_scores(scores)


@eval_app.command("ner")
def eval_ner(
    tagged: Annotated[list[Path], typer.Argument(help="Files of tagged sentences.", metavar="TAGGED…")],
    model: Model = None,
    model_only: Annotated[bool, typer.Option(help="Score the bare model, without reconciliation.")] = False,
    held_out: Annotated[
        bool, typer.Option(help="Score only the sentences that the model has not learnt from.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Precision, recall and F1 of recognition, a type and over all."""
    from kg.evaluate_ner import evaluate
    from kg.hanlp_ner import SHIPPED, Recognizer
    from kg.nlp import build_pipeline, find_spans
    from kg.tagged import read_tagged
    from kg.train import HELD_OUT, held_out_by

    hashes = Path(model or SHIPPED) / HELD_OUT
    is_held_out = held_out_by(hashes if hashes.is_file() else None)
    sentences = [s for path in tagged for s in read_tagged(path) if not held_out or is_held_out(s[0])]
    if not sentences:
        raise KgError(f"no tagged sentence in {', '.join(map(str, tagged))}")
    recognizer = Recognizer.load(model)
    nlp = build_pipeline(recognizer)
    scores = evaluate(sentences, recognizer.recognize if model_only else lambda texts: find_spans(nlp, texts))
    answer(scores, as_json, display.ner_scores)


@eval_app.command("graph")
def eval_graph(
    gold: Annotated[Path, typer.Argument(help="A folder of gold documents (JSON).", metavar="GOLD")],
    output: Annotated[Path, typer.Argument(help="What kg build wrote of the same documents.", metavar="OUTPUT")],
    calibrate: Annotated[
        Path | None, typer.Option(help="Write how often each rule is right: kg/lexicons/confidence.csv, say.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Precision, recall and F1 of entities and statements against gold documents, and what confidence is worth."""
    from kg.confidence import cross_validated, reliability, write_counts
    from kg.evaluate_graph import judge, score_graph

    scores, judged = score_graph(gold, output), judge(gold, output)
    scores["confidence"] = {"stated": reliability(judged), "cross-validated": reliability(cross_validated(judged))}
    if calibrate:
        write_counts(judged, calibrate)
    answer(scores, as_json, display.graph_scores)


def _names(listed: str) -> list[str]:
    return [name for name in listed.split(",") if name]


@app.command()
def version() -> None:
    """Print the versions of kg and of what it is built on."""
    display.out.print(f"kg {version_of('kg')}", highlight=False)
    for package in ("hanlp", "torch", "spacy", "networkx", "pyvis"):
        display.out.print(f"{package} {version_of(package)}", highlight=False)


def main() -> None:
    """Run the command line; an error that the user can mend is one message and exit code 1."""
    gc.set_threshold(100_000)  # of what libraries and rules make at the start nearly all stays
    try:
        app()
    except KgError as error:
        display.errors.print(legal(f"kg: {error}"), style="bold red", markup=False, highlight=False, soft_wrap=True)
        raise SystemExit(1) from None
