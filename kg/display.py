"""What the command line shows: tables and quotes, with whatever came from a document printed as plain text."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kg.cells import legal
from kg.labels import label
from kg.query import Evidence, Profile, Step
from kg.rulefile import Rule

__all__ = [
    "answer", "built", "counts", "errors", "evidence", "fired", "graph_scores", "ner_scores", "out", "paths", "plain",
    "profile", "rules", "trial",
]  # fmt: skip

out = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False)

SHOWN = 20
_SIDES = ("", "other_", "own_")  # an answer may quote two statements
_EVIDENCE = {f"{side}{key}" for side in _SIDES for key in ("quote", "doc", "id")}
_BELOW = _EVIDENCE | {"other_published", "own_published", "subject", "object", "entity", "seen"}
QUOTE_WIDTH = 150  # columns, two for a Chinese character


def plain(value: object, style: str = "") -> Text:
    """Text of a document, which may hold anything: no markup, no control characters."""
    return Text(" ".join(legal(str(value)).splitlines()), style)


def _table(title: str, *columns: str, right: Sequence[str] = ()) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return table


def built(report: Mapping[str, Any], written: Sequence[Path]) -> None:
    """The summary of a build: counts, what was skipped and why, the files."""
    counts({k: report[k] for k in ("documents", "articles", "entities", "statements", "unresolved")})
    skipped = report["skipped"]
    if skipped:
        table = _table(f"skipped: {len(skipped)}", "document", "reason")
        for item in skipped[:SHOWN]:
            table.add_row(plain(item["doc"]), plain(item["reason"]))
        out.print(table)
        if len(skipped) > SHOWN:
            out.print(f"… and {len(skipped) - SHOWN} more, all in report.json")
    if overruled := report["overruled"]:
        names = ", ".join(dict.fromkeys(item["name"] for item in overruled[:SHOWN]))
        out.print("the lexicon overrules what the model read, see report.json:", plain(names))
    if problems := report["judgements"]["problems"]:
        table = _table(f"judgements that do not count: {len(problems)}", "judgement", "reason")
        for problem in problems:
            table.add_row(plain(problem["judgement"]), plain(problem["reason"]))
        out.print(table)
    for path in written:
        if path.parent.name != "texts" and "texts" not in path.parts[-3:-1]:
            out.print(f"wrote {path}", markup=False)


def counts(stats: Mapping[str, Any]) -> None:
    """How much there is of each kind, in English and Chinese."""
    table = _table("", "what", "", "number", right=["number"])
    for key, value in stats.items():
        if isinstance(value, Mapping):
            kind = "type" if key == "entities" else "relation"
            table.add_row(key, "", str(sum(value.values())))
            for name, number in value.items():
                table.add_row(f"  {name}", label(kind, name), str(number))
        else:
            table.add_row(key, "", str(value))
    out.print(table)


def profile(found: Profile) -> None:
    """What is known of an entity: names, posts, statements, each with its sentence."""
    record = found.entity
    out.print(plain(record["name"], "bold"), plain(f"{record['type']} {record['id']}"))
    if record["aliases"]:
        out.print("also:", plain("、".join(record["aliases"])))
    for row in found.posts.fillna("").to_dict("records"):
        dates = f" {row['start']}–{row['end']}" if row["start"] or row["end"] else ""
        post = f"• {row['organization']} {row['title']}".replace("•  ", "• ")
        out.print(plain(post, "bold"), f"{row['status']}{dates} {row['id']}")
        _quote(row["quote"], row["doc"])
    for row in found.relations.fillna("").to_dict("records"):
        out.print(plain(f"• {row['subject_name']} —{row['relation']}→ {row['object_name']}", "bold"), row["id"])
        _quote(row["quote"], row["doc"])


def answer(found: pd.DataFrame) -> None:
    """A data frame: a line a row, its quote with document and statement below; ids only where there are no quotes."""
    shown = [c for c in found.columns if c not in _BELOW or "quote" not in found]
    if found.empty:
        errors.print("nothing is known")
        return
    cells = [[_cell(value) for value in row] for row in [shown, *found[shown].to_numpy(dtype=object).tolist()]]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(set_cell_size(text, width) for text, width in zip(row, widths, strict=True)) for row in cells]
    out.print(plain(lines[0].rstrip()), style="bold")
    for line, row in zip(lines[1:], found.to_dict("records"), strict=True):
        out.print(plain(line.rstrip()))
        for side in _SIDES:
            if quote := row.get(f"{side}quote"):
                _quote(quote, f"{row[f'{side}doc']} {row[f'{side}id']}")


def _cell(value: object) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))
    return "" if value is None or value != value else plain(value).plain  # noqa: PLR0124


def _quote(quote: object, doc: object) -> None:
    out.print("   “", plain(quote), plain(f"”  {doc}", "dim"), sep="")


def paths(found: Iterable[Sequence[Step]]) -> None:
    """Paths, a line a step, each with its sentence."""
    for number, steps in enumerate(found, 1):
        out.print(f"path {number}", style="bold")
        for step in steps:
            status = f" [{step.status}]" if step.status else ""
            out.print(plain(f"  {step.subject} —{step.relation}{status}→ {step.object}"))
            _quote(step.quote, f"{step.doc} {step.statement}")


def evidence(found: Evidence) -> None:
    """A statement and where it comes from."""
    s, said = found.statement, found.statement["evidence"]
    out.print(plain(f"{found.subject['name']} —{s['relation']}→ {found.object['name']}"), style="bold")
    rows = {
        "status": s["status"], "from": s["start"], "to": s["end"], "published": s["published"], "rule": s["rule"],
        "confidence": s["confidence"], "document": f"{said['doc']} [{said['start']}, {said['end']})",
    }  # fmt: skip
    for key, value in rows.items():
        if value is not None:
            out.print(f"  {key}:", plain(value))
    quote = plain(f"“{found.quote}”", "bold")
    out.print("  ", plain(found.before), quote, plain(found.after))
    for r in found.resolutions:
        out.print(plain(f"  {r['text']} → {r['entity']}: {r['why']}" + (f" ({r['from']})" if r["from"] else "")))


def rules(loaded: Iterable[Rule]) -> None:
    """Rules with their relation, confidence and first example, a line each."""
    for rule in loaded:
        words = f"{label('relation', rule.relation)} {rule.confidence:.2f} {rule.examples[0].text}"
        out.print(Text(rule.id, style="bold"), plain(words))


def trial(tried: Mapping[str, Any]) -> None:
    """What was read of a text, and what nearly was, each with the rule; statements as ``also`` writes them."""
    tagged = plain(tried["text"])
    tagged.highlight_regex(r"</?\w+>", "dim")
    out.print(tagged)
    out.print(f"read of it: {len(tried['statements']) or 'nothing'}", style="bold")
    for row in tried["statements"]:
        out.print(plain(f"  {row['statement']}" + (f" [{row['status']}]" if row["status"] else "")))
        out.print(plain(f"      by {row['rule']}, confidence {row['confidence']:.2f}"))
    out.print(f"nearly read: {len(tried['near']) or 'nothing'}", style="bold")
    for row in tried["near"]:
        out.print(plain(f"  {row['statement']}"))
        out.print(plain(f"      by {row['rule']} ({row['at']}), but {row['why']}:"))
        out.print(Text(f"      {row['pattern']}", style="dim"))


def fired(rows: Sequence[Mapping[str, Any]], loaded: Iterable[Rule]) -> None:
    """How often each rule fired, with what it said of which sentences; then the rules that never did."""
    never = {row["rule"] for row in rows if not row["count"]}
    total = sum(row["count"] for row in rows)
    out.print(f"{total} statements, by {len(rows) - len(never)} rules and grammars", style="bold")
    for row in rows[: len(rows) - len(never)]:
        out.print(f"{row['count']:6} {row['count'] / total:4.0%}  {row['rule']}", style="bold")
        for example in row["examples"]:
            out.print(plain(f"             {example['statement']}"))
            quote = plain(f"             “{example['quote']}”")
            quote.truncate(QUOTE_WIDTH, overflow="ellipsis")
            out.print(quote, style="dim")
    out.print(f"never fired: {len(never)}, each with its first example", style="bold")
    rules(rule for rule in loaded if rule.id in never)


def _scores(title: str, what: str, rows: Mapping[str, Mapping[str, float | None]]) -> None:
    columns = list(next(iter(rows.values())))
    table = _table(title, what, *columns, right=columns)
    for name, row in rows.items():
        table.add_row(name, *("–" if v is None else str(v) if isinstance(v, int) else f"{v:.3f}" for v in row.values()))
    out.print(table)


def ner_scores(scores: Mapping[str, Mapping[str, float]]) -> None:
    """Precision, recall and F1 a type."""
    _scores("", "type", scores)


def graph_scores(scores: Mapping[str, Any]) -> None:
    """Precision, recall and F1 of entities and statements; whether as many are right as their confidence says."""
    for group in ("entities", "facts"):
        _scores(group, "", scores[group])
    accuracy = scores["status accuracy"]
    out.print("status accuracy of holds_post:", "–" if accuracy is None else f"{accuracy:.3f}")
    for name, measured in scores["confidence"].items():
        if measured["bins"]:
            title = f"confidence, {name}: {measured['error']:.1%} from the share that is right, on average"
            table = _table(
                f"\n{title}", "confidence", "statements", "mean", "right", right=("statements", "mean", "right")
            )
            for bin_, row in measured["bins"].items():
                table.add_row(bin_, str(row["statements"]), f"{row['confidence']:.0%}", f"{row['right']:.0%}")
            out.print(table)
