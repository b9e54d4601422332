"""``kg rules``: check rules, list them, try them on a text, count how often they fire."""

import sys
from typing import Annotated

import typer

from kg import display
from kg.cli_options import Json, Lexicons, Model, Rules, answer, bars, merged
from kg.errors import KgError

__all__ = ["app"]

app = typer.Typer(help="Relation rules: check, list, try and count them.", no_args_is_help=True)


@app.command()
def check(rules: Rules = None) -> None:
    """Run every rule's examples and counterexamples; exit 1 if one does not hold."""
    from kg.rules import check_rules, load_rules

    loaded = load_rules(merged(None, rules).rules)
    problems = check_rules(loaded)
    for problem in problems:
        display.errors.print(problem, markup=False)
    if problems:
        raise KgError(f"{len(problems)} of the examples do not hold: mend the rules or the examples above")
    display.out.print(f"{len(loaded.rules)} rules, all examples hold")


@app.command("list")
def list_rules(rules: Rules = None) -> None:
    """List the relation rules."""
    from kg.rules import load_rules

    display.rules(load_rules(merged(None, rules).rules).rules)


@app.command("try")
def try_text(
    text: Annotated[str, typer.Argument(help="A sentence or several; - or nothing: standard input.")] = "-",
    model: Model = None,
    rules: Rules = None,
    lexicon: Lexicons = None,
    as_json: Json = False,
) -> None:
    """Show the mentions of a text, what the rules say of it, and which rules nearly said something, and why not."""
    from kg.options import prepare
    from kg.trial import try_rules

    text = sys.stdin.read() if text == "-" else text
    if not text.strip():
        raise KgError("there is no text to try: give a sentence")
    nlp, loaded, _ = prepare(merged(model, rules, lexicon))
    answer(try_rules(text, nlp, loaded), as_json, display.trial)


@app.command("stats")
def count(
    corpus: Annotated[list[str], typer.Argument(help="Files and folders to read.", metavar="CORPUS…")],
    model: Model = None,
    rules: Rules = None,
    lexicon: Lexicons = None,
    as_json: Json = False,
) -> None:
    """Count how often each rule fires on articles, with sentences in which it does; rules that never fire come last."""
    from kg.options import prepare
    from kg.trial import count_fired

    with bars() as shown:
        task = shown.add_task("documents:", total=None)
        nlp, loaded, _ = prepare(merged(model, rules, lexicon))
        fired = count_fired(corpus, nlp, loaded, lambda done: shown.update(task, completed=done))
    answer(fired, as_json, lambda rows: display.fired(rows, loaded.rules))
