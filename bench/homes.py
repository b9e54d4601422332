"""Home places against judgements made by reading: ``python -m bench.homes``.

``judged_homes.csv`` names an article of the corpus by the head of its SHA-256 and holds no text; ``|`` separates homes
that are both right, nothing stands for none.
"""

import csv
from pathlib import Path

from bench.corpus import articles, short_hash
from kg.articles import split
from kg.model import Source

__all__ = ["main"]


def main() -> None:
    """Print what is wrong, then precision and recall."""
    with Path(__file__).with_name("judged_homes.csv").open(encoding="utf-8", newline="") as file:
        judged = {row["article"]: row["home"].split("|") for row in csv.DictReader(file)}
    right = found = wanted = met = 0
    for text in articles():
        article = short_hash(text)
        if article not in judged:
            continue
        home = split(Source(article, text, ""))[0].home
        name = home.name if home else ""
        homes = judged[article]
        found += bool(name)
        right += bool(name) and name in homes
        wanted += "" not in homes
        met += "" not in homes and name in homes
        if name not in homes:
            print(article, name or "none", f"({home.why})" if home else "", "is", " or ".join(homes) or "none")
    print(f"precision {right}/{found} = {right / found:.3f}, recall {met}/{wanted} = {met / wanted:.3f}")


if __name__ == "__main__":
    main()
