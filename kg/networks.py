"""Answers about connections: paths, neighbours, and how central an entity is."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise

import networkx as nx
import numpy as np
import pandas as pd

from kg.errors import KgError
from kg.graph import edge, group
from kg.store import Record, statement_of

__all__ = ["OFF_PATHS", "Links", "Step"]

OFF_PATHS = frozenset({"Article", "Place"})
_DAMPING = 0.85
_ROUNDS = 100
_NEAR_ENOUGH = 1e-9


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: what a source claims of two neighbours, in the direction in which it is claimed."""

    subject: str
    relation: str
    object: str
    status: str | None
    quote: str
    doc: str
    statement: str


class Links:
    """Who is connected with whom by a statement, in whatever direction.

    Args:
        records: the entities by id.
        statements: statements as the files hold them.
    """

    def __init__(self, records: Mapping[str, Record], statements: Iterable[Record]) -> None:
        self.records = records
        self._said: dict[tuple[str, str], list[Record]] = defaultdict(list)
        for record in statements:
            self._said[record["subject"], record["object"]].append(record)

    @cached_property
    def _plain(self) -> "nx.Graph[str]":
        """The connections in a fixed order, so that of equally short paths the same ones are found."""
        graph: nx.Graph[str] = nx.Graph()
        graph.add_nodes_from(sorted(self.records))
        graph.add_edges_from(sorted(self._said))
        return graph

    def paths(self, a: str, b: str, k: int, through: Collection[str]) -> list[list[Step]]:
        """The k shortest paths between two entities; ``through`` are types that they may lead through all the same.

        Raises:
            KgError: no path leads from one to the other.
        """
        closed = OFF_PATHS.difference(through)
        view = nx.subgraph_view(self._plain, filter_node=lambda n: n in {a, b} or self.records[n]["type"] not in closed)
        try:
            found = list(islice(nx.shortest_simple_paths(view, a, b), k))
        except nx.NetworkXNoPath:
            names = [self.records[end]["name"] for end in (a, b)]
            raise KgError(f"no path leads from {names[0]} to {names[1]}; --through Article,Place allows more") from None
        return [[self._step(one, other) for one, other in pairwise(nodes)] for nodes in found]

    def _step(self, one: str, other: str) -> Step:
        """What connects two neighbours: the surest edge, then the one with most statements."""
        said = [statement_of(r) for pair in ((one, other), (other, one)) for r in self._said.get(pair, [])]
        edges = [(edge(key, claims), claims[0]) for key, claims in group(said).items()]
        _, best = max(edges, key=lambda found: (found[0]["confidence"], found[0]["weight"], found[0]["id"]))
        names = [self.records[end]["name"] for end in (best.subject, best.object)]
        return Step(names[0], best.relation, names[1], best.status, best.quote, best.doc, best.id)

    def ranking(self) -> pd.DataFrame:
        """How central entities are and which community they are of; articles and places tie all, so they are left out.

        ``neighbours`` and ``statements`` are counts. ``pagerank`` is by L. Page et al., The PageRank Citation Ranking
        (1999), over neighbours. ``community`` is by V. A. Traag and L. Šubelj, Large network community detection by
        fast label propagation (Scientific Reports 13, 2023); the largest is 1.
        """
        kept = [n for n in self._plain if self.records[n]["type"] not in OFF_PATHS]
        index = {n: i for i, n in enumerate(kept)}
        pairs = sorted((index[a], index[b]) for a, b in self._plain.edges() if a in index and b in index and a != b)
        # Numbers for nodes: sets of them have an order that does not change from run to run.
        graph: nx.Graph[int] = nx.Graph()
        graph.add_nodes_from(range(len(kept)))
        graph.add_edges_from(pairs)
        weights = Counter[str]()
        for (a, b), said in self._said.items():
            if a in index and b in index:
                weights.update({a: len(said), b: len(said)})
        communities = nx.community.fast_label_propagation_communities(graph, seed=0)
        ordered = sorted((sorted(c) for c in communities), key=lambda c: (-len(c), c))
        community = {node: number for number, nodes in enumerate(ordered, 1) for node in nodes}
        return pd.DataFrame(
            {
                "name": [self.records[n]["name"] for n in kept],
                "type": [self.records[n]["type"] for n in kept],
                "neighbours": [graph.degree[i] for i in range(len(kept))],
                "statements": [weights[n] for n in kept],
                "pagerank": _pagerank(pairs, len(kept)),
                "community": [community[i] for i in range(len(kept))],
                "id": kept,
            }
        ).sort_values(["pagerank", "id"], ascending=[False, True], ignore_index=True)


def _pagerank(pairs: Collection[tuple[int, int]], nodes: int) -> "np.typing.NDArray[np.float64]":
    """The share of time that a walker spends at each node of an undirected graph, who now and then starts anew."""
    ends = np.array([*pairs, *((b, a) for a, b in pairs)], dtype=int).reshape(-1, 2)
    degree = np.bincount(ends[:, 0], minlength=nodes)
    rank = np.full(nodes, 1 / max(nodes, 1))
    for _ in range(_ROUNDS):
        share = np.divide(rank, degree, out=np.zeros(nodes), where=degree > 0)
        moved = np.bincount(ends[:, 1], share[ends[:, 0]], nodes)
        new = _DAMPING * (moved + rank[degree == 0].sum() / max(nodes, 1)) + (1 - _DAMPING) / max(nodes, 1)
        done = np.abs(new - rank).sum() < _NEAR_ENOUGH
        rank = new
        if done:
            break
    return rank.round(9)
