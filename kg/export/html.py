"""One self-contained interactive page: pyvis and vis-network with a template and a script of ours, no network."""

import base64
import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from itertools import chain
from typing import Any

from jinja2 import Environment, PackageLoader
from pypinyin import Style, lazy_pinyin
from pyvis.edge import Edge
from pyvis.network import Network

from kg.export.layout import layout
from kg.graph import EdgeKey, edge, group
from kg.labels import labels
from kg.model import ENTITY_TYPES, RELATIONS, Entity, Span, Statement

__all__ = ["MAX_NODES", "html"]

MAX_NODES = 3000
_MAX_EVIDENCE = 8
_MAX_LABEL = 16
_ROOM = (32, 28)  # around a node, in pixels: for some of its label and for its edges
_HIDDEN_AT_FIRST = ("Article", "Place")
_INFO = ("aliases", "title", "organization", "home", "doc", "published")

_OWN = files("kg") / "export"
# The colours are Okabe and Ito's, which the colour-blind can tell apart; the shape says the same once more.
_LOOKS, _OPTIONS = json.loads((_OWN / "page.json").read_text(encoding="utf-8")).values()
_OPTIONS["groups"] = {
    name: {"color": paint | {"highlight": paint | {"border": "#000000"}, "hover": paint | {"border": "#000000"}}}
    for name, look in _LOOKS.items()
    for paint in [{"background": look["color"], "border": "#4a4a4a"}]
}


def html(entities: Sequence[Entity], statements: Sequence[Statement], *, documents: int | None = None) -> str:
    """Make the page.

    Args:
        entities, statements: the records, in any order.
        documents: how many were read; without it, those that the statements quote are counted.

    Returns:
        The text of the page. It carries at most MAX_NODES entities, those with the most connections, and says so.
    """
    claims = group(statements)
    degrees = _degrees(entities, claims)
    carried = sorted(entities, key=lambda e: (-degrees[e.id], e.type in _HIDDEN_AT_FIRST, e.id))[:MAX_NODES]
    carried.sort(key=lambda e: e.id)
    ids = {e.id for e in carried}
    edges = {key: said for key, said in claims.items() if key[0] in ids and key[2] in ids}
    network = Network(directed=True)
    _add_nodes(network, carried, edges, degrees, _ends(claims) - _ends(edges))
    quotes: dict[tuple[str, Span], dict[str, Any]] = {}
    _add_edges(network, edges, quotes)
    dates = sorted(s.published for s in statements if s.published)
    return _render(
        {
            "nodes": network.nodes,
            "edges": network.edges,
            "options": _OPTIONS,
            "quotes": [{name: said[name] for name in ("text", "doc", "published")} for said in quotes.values()],
            "looks": _LOOKS,
            "types": [t for t in ENTITY_TYPES if any(e.type == t for e in carried)],
            "relations": [r for r in RELATIONS if any(key[1] == r for key in edges)],
            "hidden": _HIDDEN_AT_FIRST,
            "labels": {language: labels(language) for language in ("zh", "en")},
            "counts": {
                "documents": documents if documents is not None else len({s.doc for s in statements}),
                "entities": len(entities),
                "statements": len(statements),
                "carried": len(carried),
                "dates": [dates[0], dates[-1]] if dates else [],
            },
        }
    )


def _degrees(entities: Iterable[Entity], edges: Iterable[EdgeKey]) -> Counter[str]:
    """How many edges an entity has, those to articles and places apart: they would make every medium a hub."""
    aside = {e.id for e in entities if e.type in _HIDDEN_AT_FIRST}
    return Counter(end for s, _, o, _ in edges if s not in aside and o not in aside for end in (s, o))


def _ends(edges: Iterable[EdgeKey]) -> Counter[str]:
    return Counter(end for subject, _, target, _ in edges for end in {subject, target})


def _add_nodes(
    network: Network,
    entities: Sequence[Entity],
    edges: Iterable[EdgeKey],
    degrees: Counter[str],
    left_out: Counter[str],
) -> None:
    number = {e.id: i for i, e in enumerate(entities)}
    sizes = [7 + 3 * math.sqrt(min(degrees[e.id], 100)) for e in entities]
    boxes = [(2 * size + _ROOM[0], 2 * size + _ROOM[1]) for size in sizes]
    pairs = [(number[subject], number[target]) for subject, _, target, _ in edges]
    places = layout(boxes, pairs, [e.type not in _HIDDEN_AT_FIRST for e in entities])
    for e, size, (x, y) in zip(entities, sizes, places, strict=True):
        network.add_node(
            e.id,
            label=_label(e.name) or e.type,
            shape=_LOOKS[e.type]["shape"],
            group=e.type,
            size=round(size, 1),
            x=x,
            y=y,
            name=e.name,
            keys=_search_keys(e),
            degree=degrees[e.id],
            resolved=e.resolved,
            left_out=left_out[e.id],
            info={name: value for name in _INFO if (value := getattr(e, name))},
        )


def _label(name: str) -> str:
    """A short name for the canvas; the panel shows the whole one."""
    text = " ".join(name.split())
    return text if len(text) <= _MAX_LABEL else text[: _MAX_LABEL - 1] + "…"


def _search_keys(entity: Entity) -> list[str]:
    """What the search box compares: names in lower case, their pinyin and the initials of it."""
    names = [name[:100].lower() for name in (entity.name, *entity.aliases)]
    forms = ((n, "".join(lazy_pinyin(n)), "".join(lazy_pinyin(n, style=Style.FIRST_LETTER))) for n in names)
    return list(dict.fromkeys(chain.from_iterable(forms)))


def _add_edges(
    network: Network,
    claims: Mapping[EdgeKey, Sequence[Statement]],
    quotes: dict[tuple[str, Span], dict[str, Any]],
) -> None:
    """Add edges with their evidence, and the quotes, once each, with a number that the evidence refers to."""
    pairs = Counter(frozenset((key[0], key[2])) for key in claims)
    seen: Counter[frozenset[str]] = Counter()
    for key, statements in claims.items():
        subject, _, target, _ = key
        pair = frozenset((subject, target))
        data = edge(key, statements)
        options = {name: data[name] for name in ("id", "relation", "weight", "sources")}
        options |= {name: data[name] for name in ("status", "start", "end") if name in data}
        if pairs[pair] > 1:
            options["smooth"] = _curve(seen[pair], pairs[pair], subject == min(pair))
            seen[pair] += 1
        evidence = []
        for s in statements[:_MAX_EVIDENCE]:
            new = {"q": len(quotes), "text": s.quote, "doc": s.doc, "published": s.published}
            known = quotes.setdefault((s.doc, s.evidence), new)
            spans = {"s": _within(s.subject_span, s), "o": _within(s.object_span, s)}
            own = {"q": known["q"], "rule": s.rule, "confidence": round(s.confidence, 2)}
            evidence.append(own | {name: span for name, span in spans.items() if span})
        width = round(1 + min(4.0, math.log2(len(statements))), 1)
        # Network.add_edge looks through lists of all nodes; an Edge of pyvis's own needs none of that.
        network.edges.append(Edge(subject, target, True, width=width, evidence=evidence, **options).options)


def _curve(index: int, count: int, forward: bool) -> dict[str, Any]:
    """Bend the edges of one pair apart; "clockwise" turns with the direction of the edge."""
    bend = (index - (count - 1) / 2) * min(0.3, 1.2 / count)
    kind = "curvedCW" if (bend >= 0) == forward else "curvedCCW"
    return {"enabled": True, "type": kind, "roundness": round(abs(bend), 3)}


def _within(span: Span | None, statement: Statement) -> list[int] | None:
    """A raw span counted within the quote, where it lies in it."""
    first, last = statement.evidence
    return [span[0] - first, span[1] - first] if span and first <= span[0] and span[1] <= last else None


def _render(data: Mapping[str, Any]) -> str:
    pyvis = files("pyvis") / "templates" / "lib" / "vis-9.1.2" / "vis-network.min.js"
    library = pyvis.read_text(encoding="utf-8").split("//# sourceMappingURL")[0]
    script, style = ((_OWN / name).read_text(encoding="utf-8") for name in ("page.js", "page.css"))
    # Text of the web stands inside <script type="application/json">: nothing in it may end that element.
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace").decode()
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    template = Environment(loader=PackageLoader("kg", "export"), autoescape=True).get_template("page.html")
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
