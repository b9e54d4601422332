"""Measure what identity is decided by: how frequent characters are in names, and what agreements are worth.

Usage: python -m bench.identity ARTICLES [--from JSONL]

People of rare names in different articles are nearly always one (m), of different names never (u): the weights of
Fellegi and Sunter follow. What the articles are too close in time to show is set by hand and kept.
"""

import csv
import math
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path

import kg.lexicon
from bench.corpus import sample, write_records
from kg.bearers import Bearer
from kg.drafts import draft
from kg.lexicon import column, table
from kg.model import Skipped
from kg.namesakes import News, Person, compare
from kg.options import Options, prepare
from kg.people import expected_share, is_masked
from kg.readings import read_all

LEXICONS = Path(kg.lexicon.__file__).parent / "lexicons"
LISTED, COMMON = 2e-4, 4
RARE = 2**-6  # others of the name to expect
PAIRS, RANDOM_PAIRS = 3, 200_000
NEAR = "company in one city"
Pair = tuple[Bearer, Bearer]
_NAME = re.compile(r"[一-龥]{2,4}")


def name_shares(people: Iterable[Bearer]) -> Iterator[tuple[str, str, str]]:
    """Rows of ``name_shares.csv``, from the names of those who have a post or a byline."""
    surnames = set(column("surnames", "surname"))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for name in {b.name for b in people if (b.posts or b.media) and _NAME.fullmatch(b.name) and not is_masked(b.name)}:
        surname = name[:2] if len(name) > 2 and name[:2] in surnames else name[0]
        given = name[len(surname) :]
        if surname in surnames and 0 < len(given) < 3:
            counts["surname"][surname] += 1
            counts["single" if len(given) == 1 else "double"].update(given)
            counts["given"][given] += len(given) == 2
    for part, count in sorted(counts.items()):
        total = sum(count.values())
        for characters, n in sorted(count.items(), key=lambda item: (-item[1], item[0])):
            if n >= COMMON if part == "given" else n / total >= LISTED or part == "surname":
                yield part, characters, f"{n / total:.5f}"


def weights(people: Sequence[Bearer]) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Rows of ``identity_weights.csv``."""
    rng = random.Random(1)
    news = News(people)
    chinese = sorted(
        (b for b in people if _NAME.fullmatch(b.name) and not is_masked(b.name)), key=lambda b: (b.key, b.name)
    )
    by_name: dict[str, list[Bearer]] = defaultdict(list)
    for bearer in chinese:
        by_name[bearer.name].append(bearer)
    same = [
        pair
        for name, known in by_name.items()
        if 1e-8 < expected_share(name) * len(by_name) < RARE and len(known) < 50
        for pair in _some(list(combinations(known, 2)), rng)
    ]
    cities: dict[tuple[str, ...], list[Bearer]] = defaultdict(list)
    for bearer in chinese:
        if len(bearer.home) > 1:
            cities[bearer.home[:2]].append(bearer)
    strangers = ((rng.choice(chinese), rng.choice(chinese)) for _ in range(RANDOM_PAIRS))
    neighbours = ((a, rng.choice(cities[a.home[:2]])) for a in chinese if len(a.home) > 1)
    m, u = (_count(pairs, news) for pairs in (same, _different(strangers)))
    # People of one city are few among all pairs: what they share is counted among themselves.
    u = Counter({r: n for r, n in u.items() if r[0] != NEAR})
    u |= Counter({r: n for r, n in _count(_different(neighbours), news).items() if r[0] == NEAR})
    for row in table("identity_weights"):
        result = (row["comparison"], row["level"])
        totals = [sum(n for (c, _), n in counts.items() if c == result[0]) for counts in (m, u)]
        if row["source"] != "measured":
            yield (*result, row["bits"], "", "", row["source"])
            continue
        shares = [(counts[result] + 0.5) / (total + 1) for counts, total in zip((m, u), totals, strict=True)]
        yield (*result, f"{math.log2(shares[0] / shares[1]):.1f}", f"{shares[0]:.5f}", f"{shares[1]:.5f}", "measured")


def _count(pairs: Iterable[Pair], news: News) -> Counter[tuple[str, str]]:
    """How often each result of a comparison is had."""
    people = ((Person([a]), Person([b])) for a, b in pairs)
    return Counter(result for p, q in people for result, *_ in compare(p, q, news))


def _different(pairs: Iterable[Pair]) -> Iterator[Pair]:
    return ((a, b) for a, b in pairs if a.name != b.name and a.key != b.key)


def _some(pairs: list[Pair], rng: random.Random) -> list[Pair]:
    return rng.sample(pairs, min(PAIRS, len(pairs)))


def write(name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a lexicon."""
    rows = list(rows)
    with (LEXICONS / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
    kg.lexicon.table.cache_clear()


def measure(people: Sequence[Bearer]) -> None:
    """Write both files."""
    write("name_shares", ("part", "characters", "share"), name_shares(people))
    write("identity_weights", ("comparison", "level", "bits", "m", "u", "source"), weights(people))


def main() -> None:
    """Read articles of the corpus, and measure."""
    path = Path(sys.argv[2])
    write_records(sample(int(sys.argv[1])), path)
    nlp, rules, _ = prepare(Options())
    read = (item for item in read_all([path], nlp, rules) if not isinstance(item, Skipped))
    drafts = (draft(*own).under(str(doc), "") for doc, articles in enumerate(read) for own in articles)
    measure([bearer for one in drafts for bearer in one.bearers()])


if __name__ == "__main__":
    main()
