"""``kg rules``: check rules, list them, try them on a text, count how often they fire."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from kg import display
from kg.cli_options import Json, Lexicons, Model, Rules, bars, merged, print_json
from kg.errors import KgError

if TYPE_CHECKING:
    from kg.model import Claim
    from kg.trial import Fired

__all__ = ["app"]

app = typer.Typer(help="Relation rules: check, list, try and count them.", no_args_is_help=True)


@app.command()
def check(rules: Rules = None) -> None:
    """Run every rule's examples and counterexamples; exit 1 if one does not hold."""
    from kg.rules import check_rules, load_rules

    loaded = load_rules(merged(None, rules).rules)
    problems = check_rules(loaded)
    for problem in problems:
        display.errors.print(str(problem), markup=False)
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
    from kg.hanlp_ner import Recognizer
    from kg.lexicon import names
    from kg.nlp import build_pipeline
    from kg.rules import load_rules
    from kg.trial import try_rules

    text = sys.stdin.read() if text == "-" else text
    if not text.strip():
        raise KgError("there is no text to try: give a sentence")
    options = merged(model, rules, lexicon)
    loaded, lexicons = load_rules(options.rules), names(options.lexicons)
    trial = try_rules(text, build_pipeline(Recognizer.load(options.model), lexicons), loaded)
    statements = [_statement(claim) for claim in trial.claims]
    near = [{"rule": n.rule, "statement": f"{n.relation}: {n.subject} → {n.object}", "why": n.why} for n in trial.near]
    if as_json:
        print_json({"text": trial.tagged, "statements": statements, "near": near})
        return
    display.out.print(trial.tagged, markup=False)
    for title, found in (("statements", statements), ("near misses", near)):
        display.out.print(f"{title}: {len(found)}", style="bold")
        for row in found:
            details = [str(value) for key, value in row.items() if key != "rule" and value is not None]
            display.out.print(Text(f"  {row['rule']}", style="bold"), Text(" · ".join(details)))


def _statement(claim: "Claim") -> dict[str, Any]:
    subject, target = (end.name if end else "article" for end in (claim.subject, claim.object))
    body = claim.body.name if claim.body else ""
    target = f"{body}{claim.implied or ''} {target}" if body or claim.implied else target
    said = f"{claim.relation}: {subject} → {target}"
    return {"rule": claim.rule, "statement": said, "status": claim.status, "confidence": claim.confidence}


@app.command("stats")
def count(
    corpus: Annotated[list[str], typer.Argument(help="Files and folders to read.", metavar="CORPUS…")],
    model: Model = None,
    rules: Rules = None,
    lexicon: Lexicons = None,
    as_json: Json = False,
) -> None:
    """Count how often each rule fires on articles, with sentences in which it does; rules that never fire come last."""
    from kg.hanlp_ner import Recognizer
    from kg.lexicon import names
    from kg.nlp import build_pipeline
    from kg.rules import load_rules
    from kg.trial import count_fired

    options = merged(model, rules, lexicon)
    loaded, lexicons = load_rules(options.rules), names(options.lexicons)
    with bars() as shown:
        task = shown.add_task("documents:", total=None)
        nlp = build_pipeline(Recognizer.load(options.model), lexicons)
        fired = count_fired(corpus, nlp, loaded, lambda done: shown.update(task, completed=done))
    if as_json:
        print_json([{"rule": rule, "count": known.count, "quotes": known.quotes} for rule, known in fired.items()])
    else:
        _show_fired(fired)


def _show_fired(fired: Mapping[str, "Fired"]) -> None:
    for rule, known in fired.items():
        if known.count:
            display.out.print(Text(f"{known.count:6} {rule}", style="bold"))
            for quote in known.quotes:
                display.out.print(display.plain(f"       “{quote}”"))
    never = [rule for rule, known in fired.items() if not known.count]
    display.out.print(f"never fired: {len(never)}", style="bold")
    for rule in never:
        display.out.print(f"       {rule}")
