"""Tables that come with jionlp, read from its installed files: importing it prints an advertisement and is slow."""

import math
import re
import zipfile
from collections import Counter, defaultdict
from functools import cache
from importlib.util import find_spec
from operator import add
from pathlib import Path

from msgspec import json

from kg.errors import KgError

__all__ = ["character_costs", "locations", "pair_costs", "world"]


_DIVISION = re.compile(r"^(\t{0,3})([^\t\n].*)", re.MULTILINE)  # villages are deeper
_RARE = 1_000  # of six thousand million words


def _read(member: str, archive: str | None = None) -> str:
    spec = find_spec("jionlp")
    if spec is None or spec.origin is None:
        raise KgError("jionlp is not installed; run `make setup`")
    folder = Path(spec.origin).parent / "dictionary"
    path = zipfile.Path(folder / archive, member) if archive else folder / member
    return path.read_text(encoding="utf-8")


@cache
def _counts(name: str) -> Counter[str]:
    lines = _read(f"{name}.json", f"{name}.zip").strip().replace("\n", ",")
    return Counter(dict(json.decode(f"[{lines}]", type=list[tuple[str, int]])))


@cache
def character_costs() -> dict[str, float]:
    """How rare each character is in Chinese text: the negative decimal logarithm of its share.

    >>> costs = character_costs()
    >>> costs["的"] < costs["淮"] < costs["巺"]
    True
    """
    counts = _counts("char_distribution")
    total = math.log10(sum(counts.values()))
    return {character: total - math.log10(count) for character, count in counts.items() if len(character) == 1}


@cache
def pair_costs() -> dict[str, float]:
    """How rarely the second character of a pair follows the first within a word: minus the decimal logarithm.

    >>> pair_costs()["科技"] < pair_costs()["科威"]
    True
    """
    characters, pairs = _counts("char_distribution"), defaultdict[str, int](int)
    for word, count in _counts("word_distribution").items():
        for pair in map(add, word, word[1:]):
            pairs[pair] += count
    return {pair: math.log10(max(characters[pair[0]], n) / n) for pair, n in pairs.items() if n > _RARE}


def locations() -> list[tuple[int, str, str]]:
    """The administrative divisions of China as (depth, full name, short name), each under the wider one before it.

    Depth 0 is the province, 3 the town or street, which has no short name of its own.
    """
    text = _read("china_location.txt", "china_location.zip")
    found = ((match.end(1) - match.start(), match[2].split("\t")) for match in _DIVISION.finditer(text))
    return [(depth, names[0], names[-1]) for depth, names in found]


def world() -> list[str]:
    """The short names of countries, their capitals and some large cities.

    >>> "内罗毕" in world()
    True
    """
    lines = [line.split("\t") for line in _read("world_location.txt").splitlines() if "\t" in line]
    return [name for country, _, *cities in lines for name in [country, *"/".join(cities).split("/")] if name]
