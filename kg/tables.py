"""Tables that come with jionlp, read from its installed files: importing it prints an advertisement and is slow."""

import json
import math
import zipfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from kg.errors import KgError

__all__ = ["character_costs", "locations"]


def _read(name: str, member: str) -> str:
    spec = find_spec("jionlp")
    if spec is None or spec.origin is None:
        raise KgError("jionlp is not installed; run `make setup`")
    with zipfile.ZipFile(Path(spec.origin).parent / "dictionary" / f"{name}.zip") as archive:
        return archive.read(member).decode("utf-8")


@cache
def character_costs() -> dict[str, float]:
    """How rare each character is in Chinese text: the negative decimal logarithm of its share.

    >>> costs = character_costs()
    >>> costs["的"] < costs["淮"] < costs["巺"]
    True
    """
    lines = _read("char_distribution", "char_distribution.json").split("\n")  # it lists U+2028 and its like
    counts = dict(json.loads(line) for line in lines if line.strip())
    total = math.log10(sum(counts.values()))
    return {character: total - math.log10(count) for character, count in counts.items() if len(character) == 1}


def locations() -> list[tuple[int, str, str]]:
    """The administrative divisions of China as (depth, full name, short name), each under the wider one before it.

    Depth 0 is the province, 3 the town or street, which has no short name of its own.
    """
    found = []
    for line in _read("china_location", "china_location.txt").splitlines():
        name = line.lstrip("\t")
        if name and len(line) - len(name) < 4:
            fields = name.split("\t")
            found.append((len(line) - len(name), fields[0], fields[-1]))
    return found
