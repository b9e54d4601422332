"""How types, relations, statuses and the page's own words read in Chinese and in English."""

from functools import cache
from typing import Literal

from kg.lexicon import table

__all__ = ["label", "labels"]

Language = Literal["zh", "en"]


@cache
def labels(language: Language = "zh") -> dict[str, dict[str, str]]:
    """All labels of a language by kind (type, relation, inverse, status, page) and key."""
    found: dict[str, dict[str, str]] = {}
    for row in table("labels"):
        found.setdefault(row["kind"], {})[row["key"]] = row[language]
    return found


def label(kind: str, key: str, language: Language = "zh") -> str:
    """One label, or the key itself where there is none.

    >>> label("relation", "chaired"), label("relation", "chaired", "en")
    ('主持', 'chaired')
    """
    return labels(language).get(kind, {}).get(key, key)
