"""One self-contained interactive page: pyvis and vis-network with a template and scripts of ours, no network."""

import base64
import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from itertools import chain
from typing import Any

from jinja2 import Environment, PackageLoader
from pypinyin import lazy_pinyin
from pyvis.edge import Edge
from pyvis.network import Network
from pyvis.node import Node

from kg.export.layout import layout
from kg.graph import EdgeKey, edge, group
from kg.labels import labels
from kg.model import ENTITY_TYPES, RELATIONS, Entity, Span, Statement

__all__ = ["MAX_NODES", "html"]

MAX_NODES = 20_000
FIRST = 1500  # how many nodes the page shows at once, unless asked for more
_MAX_EVIDENCE = 40
_MAX_LABEL = 16
_MAX_READ = 100
_HAN = re.compile(r"[\u3400-\u9fff]+")
_ROOM = (30, 30)  # around a node, in pixels: for its edges, and below for its label
_ASIDE = ("Article", "Place")  # hidden at first: they would tie everything to everything
_SCRIPTS = ("records", "choice", "drawing", "places", "panel", "find", "filters", "files", "page")

_OWN = files("kg") / "export" / "page"
# The colours are Okabe and Ito's, which the colour-blind can tell apart; the shape says the same once more.
_LOOKS = json.loads((_OWN / "looks.json").read_text(encoding="utf-8"))

Table = dict[Any, int]
"""Values that stand in the page once, by number."""


def html(
    entities: Sequence[Entity], statements: Sequence[Statement], *, report: Mapping[str, Any] | None = None
) -> str:
    """Make the page.

    Args:
        entities, statements: the records, in any order.
        report: what ``report.json`` says of the build whose folder the page lies in, with its graph files.

    Returns:
        The text of the page. It carries at most MAX_NODES entities, the best supported, and says so; it opens on the
        FIRST best connected.
    """
    claims = group(statements)
    aside = {e.id for e in entities if e.type in _ASIDE}
    core = {key: said for key, said in claims.items() if not aside & {key[0], key[2]}}
    degrees = _ends(core)
    support = Counter(end for end, _ in {(end, s.doc) for key, said in core.items() for s in said for end in key[::2]})
    all_ends = _ends(claims)

    def merit(e: Entity) -> tuple[bool, bool, int, int, str]:
        return not all_ends[e.id], e.id in aside, -support[e.id], -degrees[e.id], e.id

    carried = _ranked(sorted(entities, key=merit)[:MAX_NODES], core, degrees)
    number = {e.id: i for i, e in enumerate(carried)}
    edges = {key: said for key, said in claims.items() if key[0] in number and key[2] in number}
    network = Network(directed=True)
    network.nodes = _nodes(carried, number, edges, degrees, all_ends - _ends(edges), {e.id: e for e in entities})
    tables: dict[str, Table] = {name: {} for name in ("quotes", "rules", "docs", "dates")}
    # Network.add_node and add_edge look through lists of all nodes; the options of a Node or Edge need none of that.
    network.edges = _edges(number, edges, tables)
    articles = Counter(e.doc for e in entities if e.type == "Article")
    titles = {e.doc: e.title for e in entities if e.type == "Article" and articles[e.doc] == 1}
    dates = sorted(s.published for s in statements if s.published)
    return _render(
        {
            "nodes": _columns(network.nodes),
            "edges": _columns(network.edges),
            "looks": _LOOKS,
            "types": [t for t in ENTITY_TYPES if any(e.type == t for e in carried)],
            "relations": [r for r in RELATIONS if any(key[1] == r for key in edges)],
            "aside": _ASIDE,
            "first": FIRST,
            "quotes": list(tables["quotes"]),
            "rules": list(tables["rules"]),
            "docs": [[doc, titles[doc]] if titles.get(doc) else [doc] for doc in tables["docs"]],
            "dates": list(tables["dates"]),
            "pinyin": _pinyin(carried),
            "labels": {language: labels(language) for language in ("zh", "en")},
            "counts": {
                "documents": (report or {}).get("documents", len({s.doc for s in statements})),
                "entities": len(entities),
                "statements": len(statements),
                "dates": [dates[0], dates[-1]] if dates else [],
            },
            "versions": (report or {}).get("versions", {}),
            "graphml": "graph.graphml" if report else None,
        }
    )


def _ends(edges: Iterable[EdgeKey]) -> Counter[str]:
    return Counter(end for subject, _, target, _ in edges for end in {subject, target})


def _ranked(entities: Sequence[Entity], core: Iterable[EdgeKey], degrees: Counter[str]) -> list[Entity]:
    """The best connected first, then what is tied to most of them, so that the first of a large graph hang together."""
    hubs = {e.id for e in sorted(entities, key=lambda e: (-degrees[e.id], e.id))[: FIRST // 3]}
    pairs = {(one, other) for s, _, o, _ in core for one, other in ((s, o), (o, s)) if other in hubs}
    ties = Counter(one for one, _ in pairs)

    def key(e: Entity) -> tuple[bool, bool, int, int, str]:
        return e.type in _ASIDE, e.id not in hubs, -ties[e.id] * (e.id not in hubs), -degrees[e.id], e.id

    return sorted(entities, key=key)


def _nodes(
    entities: Sequence[Entity],
    number: Mapping[str, int],
    edges: Iterable[EdgeKey],
    degrees: Counter[str],
    left_out: Counter[str],
    known: Mapping[str, Entity],
) -> list[dict[str, Any]]:
    sizes = [round(7 + 3 * math.sqrt(min(degrees[e.id], 100)), 1) for e in entities]
    named = [_label(e.name) or e.type for e in entities]
    # In pixels a character: of a larger graph the picture is zoomed out more, and fewer labels are drawn.
    room = min(12.0, max(5.0, 90 / math.sqrt(sum(1 for e in entities[:FIRST] if degrees[e.id]) or 1)))
    boxes = [
        (max(2 * size + _ROOM[0], room * min(len(label), 12)), 2 * size + _ROOM[1])
        for size, label in zip(sizes, named, strict=True)
    ]
    pairs = [(number[subject], number[target]) for subject, _, target, _ in edges]
    first = [i < FIRST and e.type not in _ASIDE for i, e in enumerate(entities)]
    tied = {end for pair in pairs if first[pair[0]] and first[pair[1]] for end in pair if pair[0] != pair[1]}
    found = []
    for i, (e, (x, y)) in enumerate(zip(entities, layout(boxes, pairs, first), strict=True)):
        info = {
            "placed": int(i in tied),
            "aliases": e.aliases,
            "title": e.title,
            "home": e.home,
            "doc": e.doc,
            "published": e.published,
            "unresolved": 0 if e.resolved else 1,
            "left_out": left_out[e.id],
        }
        node = Node(e.id, "dot", named[i], x=x, y=y, size=sizes[i], degree=degrees[e.id], name=e.name, type=e.type)
        own = {key: node.options[key] for key in ("id", "label", "name", "type", "x", "y", "size", "degree")}
        if own["label"] == own["name"]:
            del own["label"]
        if e.organization:
            body = known.get(e.organization)
            own["organization"] = number.get(body.id, body.name) if body else e.organization
        found.append(own | {key: value for key, value in info.items() if value})
    return found


def _label(name: str) -> str:
    """A short name for the canvas; the panel shows the whole one."""
    text = " ".join(name.split())
    return text if len(text) <= _MAX_LABEL else text[: _MAX_LABEL - 1] + "…"


def _pinyin(entities: Iterable[Entity]) -> dict[str, str]:
    """How the Chinese characters of all names are read alone, and the words that are read otherwise (重庆)."""
    names = (name[:_MAX_READ] for e in entities for name in (e.name, *e.aliases))
    words = sorted({word for name in names for word in _HAN.findall(name)})
    found = {character: lazy_pinyin(character)[0] for character in sorted(set("".join(words)))}
    for word in words:
        if (read := lazy_pinyin(word)) != [found[character] for character in word]:
            found[word] = " ".join(read)
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
