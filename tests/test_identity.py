"""Pairs of short articles that name the same person, or two of one name: what resolution makes of them."""

import csv
import re
from collections import Counter
from pathlib import Path

from kg.model import Home
from tests.articles import drafted, resolved

TAGS = {"P": "Person", "O": "Organization", "T": "Post", "I": "Initiative", "E": "Event", "D": "Date"}
LEVELS = ("province", "city", "county")


def tagged(text: str) -> str:
    """P[何松岩] for <Person>何松岩</Person>."""
    return re.sub(r"([POTIED])\[(.*?)\]", lambda m: f"<{TAGS[m[1]]}>{m[2]}</{TAGS[m[1]]}>", text)


def joined(row: dict[str, str]) -> bool:
    """Whether the two articles of a pair name one person."""
    drafts = [
        drafted(
            tagged(row[f"{side}_text"]),
            doc=f"{side}.txt",
            home=Home(**dict(zip(LEVELS, row[f"{side}_home"].split("/"), strict=False)))
            if row[f"{side}_home"]
            else None,
            published=row[f"{side}_date"],
        )
        for side in "ab"
    ]
    found = resolved(drafts)
    names = {row["name"], row["name"].replace("許", "许").replace("約納", "约纳"), row["name"].replace("·", "•")}
    return len({e for m, e in found.mentions if m.type == "Person" and m.name in names}) == 1


def test_same_and_different_people() -> None:
    with (Path(__file__).parent / "pairs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert Counter(row["verdict"] for row in rows) == {"same": 100, "different": 100}
    found = [(row, joined(row)) for row in rows]
    right = sum(one and row["verdict"] == "same" for row, one in found)
    wrong = [(row["case"], row["name"]) for row, one in found if one != (row["verdict"] == "same")]
    assert right / max(1, sum(one for _, one in found)) >= 0.97, wrong
    assert right / 100 >= 0.90, wrong
