"""One self-contained interactive page: pyvis and vis-network with a template and scripts of ours, no network."""

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any

from jinja2 import Environment, PackageLoader
from pypinyin import lazy_pinyin
from pypinyin.contrib.mmseg import seg
from pyvis.edge import Edge
from pyvis.network import Network
from pyvis.node import Node

from kg.export.choice import ASIDE, LOOKS, Choice, short
from kg.graph import EdgeKey, edge
from kg.labels import labels
from kg.model import ENTITY_TYPES, RELATIONS, Entity, Span, Statement

__all__ = ["html"]

_MAX_EVIDENCE = 40
_MAX_READ = 100
_HAN = re.compile(r"[\u3400-\u9fff]+")
_SCRIPTS = ("records", "choice", "drawing", "places", "panel", "find", "filters", "files", "page")
_OWN = files("kg") / "export" / "page"

Table = dict[Any, int]
"""Values that stand in the page once, by number."""


def html(choice: Choice, *, report: Mapping[str, Any] | None = None) -> str:
    """Make the page of the best part of a graph; it says what it leaves out.

    Args:
        choice: what :func:`kg.export.choice.choose` chose.
        report: what ``report.json`` says of the build whose folder the page lies in, with its graph files.
    """
    number = {e.id: i for i, e in enumerate(choice.carried)}
    network = Network(directed=True)
    network.nodes = _nodes(choice, number)
    tables: dict[str, Table] = {name: {} for name in ("quotes", "rules", "docs", "dates")}
    # Network.add_node and add_edge look through lists of all nodes; the options of a Node or Edge need none of that.
    network.edges = _edges(number, choice.inside, tables)
    articles = Counter(e.doc for e in choice.entities.values() if e.type == "Article")
    titles = {e.doc: e.title for e in choice.entities.values() if e.type == "Article" and articles[e.doc] == 1}
    said = [s for claim in choice.claims.values() for s in claim]
    dates = {s.published for s in said if s.published}
    return _render(
        {
            "nodes": _columns(network.nodes),
            "edges": _columns(network.edges),
            "looks": LOOKS,
            "types": [t for t in ENTITY_TYPES if any(e.type == t for e in choice.carried)],
            "relations": [r for r in RELATIONS if any(key[1] == r for key in choice.inside)],
            "aside": ASIDE,
            "first": choice.first,
            "quotes": list(tables["quotes"]),
            "rules": list(tables["rules"]),
            "docs": [[doc, titles[doc]] if titles.get(doc) else [doc] for doc in tables["docs"]],
            "dates": list(tables["dates"]),
            "pinyin": _pinyin(choice.carried),
            "labels": {language: labels(language) for language in ("zh", "en")},
            "counts": {
                "documents": (report or {}).get("documents", len({s.doc for s in said})),
                "entities": len(choice.entities),
                "statements": len(said),
                "dates": [min(dates), max(dates)] if dates else [],
            },
            "versions": (report or {}).get("versions", {}),
            "graphml": "graph.graphml" if report else None,
        }
    )


def _nodes(choice: Choice, number: Mapping[str, int]) -> list[dict[str, Any]]:
    left_out = Counter(
        end for key in choice.claims if key not in choice.inside for end in {key[0], key[2]} if end in number
    )
    found = []
    for i, (e, (x, y)) in enumerate(zip(choice.carried, choice.places, strict=True)):
        info = {
            "placed": int(i in choice.placed),
            "aliases": e.aliases,
            "title": e.title,
            "home": e.home,
            "doc": e.doc,
            "published": e.published,
            "unresolved": 0 if e.resolved else 1,
            "left_out": left_out[e.id],
        }
        degree = choice.degrees[e.id]
        node = Node(e.id, "dot", short(e), x=x, y=y, size=choice.size(e.id), degree=degree, name=e.name, type=e.type)
        own = {key: node.options[key] for key in ("id", "label", "name", "type", "x", "y", "size", "degree")}
        if own["label"] == own["name"]:
            del own["label"]
        if e.organization:
            body = choice.entities.get(e.organization)
            own["organization"] = number.get(body.id, body.name) if body else e.organization
        found.append(own | {key: value for key, value in info.items() if value})
    return found


def _pinyin(entities: Iterable[Entity]) -> dict[str, str]:
    """How the Chinese characters of all names are read alone, and the words that are read otherwise (重庆)."""
    read = cache(lazy_pinyin)
    names = (name[:_MAX_READ] for e in entities for name in (e.name, *e.aliases))
    words = sorted({word for name in names for word in _HAN.findall(name)})
    found = {character: read(character)[0] for character in sorted(set("".join(words)))}
    for word in words:
        # A name is parted as pypinyin parts it; but most parts are in many names.
        reading = list(chain.from_iterable(map(read, seg.cut(word))))
        if reading != [found[character] for character in word]:
            found[word] = " ".join(reading)
    return found


def _edges(
    number: Mapping[str, int], claims: Mapping[EdgeKey, Sequence[Statement]], tables: Mapping[str, Table]
) -> list[dict[str, Any]]:
    """Edges with their evidence; its quotes, rules, documents and dates are numbers of tables."""
    found = []
    for key, statements in claims.items():
        data = edge(key, statements)
        left = statements[_MAX_EVIDENCE:]
        info = {
            "said": [_said(s, tables) for s in statements[:_MAX_EVIDENCE]],
            "more": len(left),
            "sources": data["sources"] if left else None,
        } | {name: data.get(name) for name in ("status", "start", "end")}
        drawn = Edge(number[key[0]], number[key[2]], True, relation=key[1]).options
        own = {name: drawn[name] for name in ("from", "to", "relation")}
        found.append(own | {name: value for name, value in info.items() if value})
    return found


def _said(s: Statement, tables: Mapping[str, Table]) -> list[int]:
    """A piece of evidence: quote, rule, confidence in hundredths, both ends within the quote (-1 where not there)."""

    def of(table: str, value: Any) -> int:
        return tables[table].setdefault(value, len(tables[table]))

    said = (s.quote, of("docs", s.doc), of("dates", s.published) if s.published else -1)
    spans = (_within(span, s) for span in (s.subject_span, s.object_span))
    return [of("quotes", said), of("rules", s.rule), round(s.confidence * 100), *chain.from_iterable(spans)]


def _within(span: Span | None, statement: Statement) -> tuple[int, int]:
    first, last = statement.evidence
    return (span[0] - first, span[1] - first) if span and first <= span[0] and span[1] <= last else (-1, -1)


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Rows as columns; what few rows have stands by the number of its row."""
    found: dict[str, Any] = {}
    for name in dict.fromkeys(chain.from_iterable(rows)):
        column = {i: row[name] for i, row in enumerate(rows) if name in row}
        found[name] = list(column.values()) if len(column) == len(rows) else column
    return found


def _render(data: Mapping[str, Any]) -> str:
    pyvis = files("pyvis") / "templates" / "lib" / "vis-9.1.2" / "vis-network.min.js"
    library = pyvis.read_text(encoding="utf-8").split("//# sourceMappingURL")[0]
    parts = ((_OWN / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS)
    script = f'"use strict";\n(() => {{\n{"".join(parts)}}})();\n'
    style = (_OWN / "page.css").read_text(encoding="utf-8")
    # Text of the web stands inside <script type="application/json">: nothing in it may end that element.
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace").decode()
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    template = Environment(loader=PackageLoader("kg", "export/page"), autoescape=True).get_template("page.html")
    return template.render(
        library=library,
        script=script,
        style=style,
        data=text,
        policy=f"default-src 'none'; script-src {_hash(library)} {_hash(script)}; style-src {_hash(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'",
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
