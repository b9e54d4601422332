"""The way of the data, in one function: files become sources, articles, mentions, claims, entities and a graph."""

import os
import platform
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

from spacy.language import Language

from kg.articles import split
from kg.errors import KgError
from kg.hanlp_ner import Recognizer
from kg.ingest import Skipped, read
from kg.lexicon import Name, names
from kg.model import Source
from kg.nlp import batches, build_pipeline, recognize
from kg.relate import relate
from kg.resolve import Reading, Resolved, resolve
from kg.rules import RuleSet, load_rules
from kg.store import Record, write_outputs

__all__ = ["Build", "Options", "build", "prepare", "project_options", "read_all"]

BATCH = 32
SHOWN = 20
PACKAGES = ("hanlp", "torch", "spacy", "networkx", "pyvis")


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may change: another model, rules and lexicons of their own."""

    model: str | None = None
    rules: tuple[Path, ...] = ()
    lexicons: tuple[Path, ...] = ()


def project_options(folder: Path) -> Options:
    """The options that a ``kg.toml`` of a folder sets: ``model``, ``rules`` and ``lexicons``, paths from that folder.

    Raises:
        KgError: the file is not TOML, or sets something else.
    """
    path = folder / "kg.toml"
    if not path.is_file():
        return Options()
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        unknown = set(found) - {"model", "rules", "lexicons"}
        lists = {key: tuple(folder / item for item in found.get(key, [])) for key in ("rules", "lexicons")}
    except (OSError, ValueError, TypeError) as error:
        raise KgError(f"{path}: cannot be read: {error}") from error
    if unknown:
        raise KgError(f"{path}: {', '.join(sorted(unknown))} is unknown; set model, rules (a list), lexicons (a list)")
    return Options(found.get("model"), **lists)


def prepare(options: Options) -> tuple[Language, RuleSet, list[Name]]:
    """The recognizing pipeline, the rules and the names of a user's lexicons.

    Raises:
        KgError: a rule, a lexicon or the model is wrong.
    """
    rules, lexicon = load_rules(options.rules), names(options.lexicons)
    return build_pipeline(Recognizer.load(options.model), lexicon), rules, lexicon


@dataclass(frozen=True, slots=True)
class Build:
    """What a build did: the files it wrote and what it reports."""

    written: tuple[Path, ...]
    report: Record = field(repr=False)


def build(
    inputs: Sequence[Path | str],
    output: Path,
    options: Options | None = None,
    progress: Callable[[str, int], None] = lambda stage, count: None,
) -> Build:
    """Build the graph of files, folders and ``-`` (standard input) into a folder.

    Args:
        inputs: what to read.
        output: the folder to write; what an earlier build wrote there stays whole until this one is done.
        options: model, rules and lexicons, where not ours.
        progress: told of each stage and how many sources or entities it has done.

    Raises:
        KgError: nothing can be built: an input is missing, a rule, a lexicon or the model is wrong, or the output
            folder cannot be written to. A single document that cannot be read is skipped and reported instead.
    """
    options = options or Options()
    began = time.perf_counter()
    _check_writable(output)
    nlp, rules, lexicon = prepare(options)
    readings: list[Reading] = []
    skipped: list[Skipped] = []
    damaged: list[Record] = []
    texts: dict[str, str] = {}
    sources = 0
    for item in read_all(inputs, nlp, rules):
        if isinstance(item, Skipped):
            skipped.append(item)
        else:
            source, found = item
            readings += found
            sources += 1
            if lost := source.raw.count("\ufffd"):
                damaged.append({"doc": source.doc, "encoding": source.encoding, "lost": lost})
            if source.keep:
                texts[source.doc] = source.raw
            progress("read", sources)

    if not sources:
        raise KgError("no document could be read:\n" + "\n".join(f"  {s.doc}: {s.reason}" for s in skipped[:SHOWN]))
    resolved = resolve(readings, lexicon)
    progress("resolve", len(resolved.entities))
    report = _report(sources, readings, resolved, skipped, options)
    report["damaged"] = sorted(damaged, key=lambda record: record["doc"])
    report["run"] = {"seconds": round(time.perf_counter() - began, 2), "python": platform.python_version()}
    written = write_outputs(
        output,
        entities=resolved.entities,
        mentions=resolved.mentions,
        statements=resolved.statements,
        resolutions=resolved.resolutions,
        texts=texts,
        report=report,
    )
    progress("write", len(written))
    return Build(tuple(written), report)


def _check_writable(folder: Path) -> None:
    """Refuse an output folder at once where that can be seen, not after hours of reading."""
    there = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        reason = "it is read-only" if there.is_dir() else f"{there} is a file"
        raise KgError(f"{folder}: cannot be written ({reason}): allow writing there, or give another --output")


def read_all(
    inputs: Sequence[Path | str], nlp: Language, rules: RuleSet
) -> Iterator[tuple[Source, list[Reading]] | Skipped]:
    """What is read of each source, or why it is skipped.

    Sources are read in batches: the recognizer is quicker with many sentences at a time.
    """
    for items in batches(read(inputs), BATCH):
        yield from (item for item in items if isinstance(item, Skipped))
        sources = [item for item in items if isinstance(item, Source)]
        try:
            yield from list(_read_batch(sources, nlp, rules))
        except Exception:  # one document must not take the others with it: find out which it is
            for source in sources:
                try:
                    yield from list(_read_batch([source], nlp, rules))
                except Exception as error:  # reported in report.json
                    reason = f"could not be processed ({type(error).__name__}: {error}); please report it"
                    yield Skipped(source.doc, reason)


def _read_batch(sources: Sequence[Source], nlp: Language, rules: RuleSet) -> Iterator[tuple[Source, list[Reading]]]:
    """Articles, mentions and claims of some sources."""
    articles = [(article, source) for source in sources for article in split(source)]
    found = recognize(nlp, [(article, source.raw) for article, source in articles])
    readings: dict[str, list[Reading]] = {source.doc: [] for source in sources}
    for (article, source), recognition in zip(articles, found, strict=True):
        relations = relate(recognition, rules)
        readings[source.doc].append(
            Reading(
                article,
                source.raw,
                source.digest,
                recognition.sentences,
                relations.mentions,
                relations.claims,
                recognition.overruled,
            )
        )
    for source in sources:
        yield source, readings[source.doc]


def _report(
    sources: int, readings: Sequence[Reading], resolved: Resolved, skipped: Sequence[Skipped], options: Options
) -> Record:
    published = sorted(r.article.published for r in readings if r.article.published)
    overruled = Counter(found for r in readings for found in r.overruled)
    return {
        "documents": sources,
        "articles": len(readings),
        "mentions": len(resolved.mentions),
        "entities": dict(sorted(Counter(e.type for e in resolved.entities).items())),
        "statements": dict(sorted(Counter(s.relation for s in resolved.statements).items())),
        "unresolved": sum(not e.resolved for e in resolved.entities),
        "published": {"first": published[0], "last": published[-1]} if published else None,
        "skipped": [{"doc": s.doc, "reason": s.reason} for s in sorted(skipped, key=lambda s: (s.doc, s.reason))],
        "overruled": [asdict(found) | {"count": overruled[found]} for found in sorted(overruled)],
        "versions": {"kg": version("kg"), "model": Path(options.model).resolve().name if options.model else "ours"}
        | {p: version(p) for p in PACKAGES},
    }
