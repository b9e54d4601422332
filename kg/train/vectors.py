"""Vectors of characters and n-grams from raw text: positive pointwise mutual information with the characters at fixed
distances, reduced by a singular value decomposition (Levy and Goldberg 2014)."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from kg.errors import ModelError

__all__ = ["corpus_lines", "frequent_ngrams", "vectors"]

Ids = NDArray[np.int64]


def corpus_lines(corpus: Path) -> Iterator[str]:
    """The lines of a text file, the ``text`` of a jsonl file, or both of all files of a folder, in the order of names.

    Raises:
        ModelError: there is no text, or a line of a jsonl file has none.
    """
    inside = sorted(path for path in corpus.rglob("*") if path.suffix in {".txt", ".md", ".jsonl"})
    files = [path for path in inside or [corpus] if path.is_file()]
    if not files:
        raise ModelError(f"{corpus}: no text here; --corpus takes a .txt, .md or .jsonl file, or a folder of them")
    for file in files:
        with file.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    yield json.loads(line)["text"] if file.suffix == ".jsonl" else line
                except (ValueError, LookupError, TypeError):
                    raise ModelError(f"{file}:{number}: give each line as a JSON object with a text") from None


def frequent_ngrams(ids: Ids, n: int, base: int, most: int, least: int = 5) -> Ids:
    """The commonest n-grams of known characters in ``ids``, as sorted numbers in base ``base``; at least one number."""
    keys, counts = np.unique(_ngrams(ids, n, base), return_counts=True)
    keep = (keys >= 0) & (counts >= least)
    keys, counts = keys[keep], counts[keep]
    return np.sort(keys[np.argsort(-counts, kind="stable")[:most]]) if len(keys) else np.zeros(1, np.int64)


def vectors(ids: Ids, n: int, keys: Ids, base: int, dim: int, contexts: int = 3000) -> torch.Tensor:
    """Vectors (n-grams × dim, standard deviation 1) of the n-grams ``keys``.

    Args:
        ids: the corpus as character ids: 0 separates documents, 1 is unknown, smaller ids are commoner characters.
        contexts: only the first so many characters count as neighbours.
    """
    ngrams = _ngrams(ids, n, base)
    rows = np.searchsorted(keys, ngrams).clip(max=len(keys) - 1)
    listed, padded = keys[rows] == ngrams, np.pad(ids, 2)
    cells = []
    for slot, shift in enumerate((-2, -1, n, n + 1)):
        neighbour = padded[shift + 2 :][: len(rows)]
        known = listed & (neighbour > 1) & (neighbour < contexts)
        cells.append((rows[known] * 4 + slot) * contexts + neighbour[known])
    cell, count = np.unique(np.concatenate(cells), return_counts=True)
    row, column = cell // (4 * contexts), cell % (4 * contexts)
    rows_total = np.bincount(row, count, len(keys))
    columns_total = np.bincount(column, count, 4 * contexts) ** 0.75
    information = np.log(count / rows_total[row] / columns_total[column] * columns_total.sum())
    positive = information > 0
    places = torch.from_numpy(np.stack([row[positive], column[positive]]))
    table = torch.sparse_coo_tensor(
        places, torch.from_numpy(information[positive]).float(), (len(keys), 4 * contexts), check_invariants=False
    ).coalesce()
    left, strength, _ = torch.svd_lowrank(table, q=min(dim + 16, len(keys)), niter=2)
    found = torch.nn.functional.pad((left * strength.sqrt())[:, :dim], (0, max(0, dim - left.shape[1])))
    return found / found.std().clamp_min(1e-6)


def _ngrams(ids: Ids, n: int, base: int) -> Ids:
    """The number of the n-gram that starts at each position, -1 where a character of it is unknown."""
    size = max(0, len(ids) - n + 1)
    keys, known = np.zeros(size, np.int64), np.ones(size, bool)
    for shift in range(n):
        part = ids[shift : shift + size]
        keys = keys * base + part
        known &= part > 1
    return np.where(known, keys, -1)
