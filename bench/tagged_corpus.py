"""The corpus sentences that the shipped model learnt from, from a hash of each and where its mentions are (no text of
others is kept here): ``python -m bench.tagged_corpus CORPUS``.
"""

import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from kg.model import TypedSpan
from kg.tagged import render
from kg.train import sentence_hash
from kg.train.vectors import corpus_lines

TAGS = Path(__file__).with_name("tags.csv")
_END = re.compile(r"(?<=[。！？；])(?![”」』）])")


def tagged_sentences(corpus: Path) -> Iterator[str]:
    """Every listed sentence that the corpus has, with inline tags, in the order of the corpus."""
    with TAGS.open(encoding="ascii", newline="") as file:
        wanted = {row["sentence"]: row["mentions"].split() for row in csv.DictReader(file)}
    for line in corpus_lines(corpus):
        for part in _END.split(line):
            sentence = part.strip()
            if (mentions := wanted.pop(sentence_hash(sentence), None)) is not None:
                yield render(sentence, [TypedSpan(int(s), int(e), kind) for s, e, kind in map(_fields, mentions)])


def _fields(mention: str) -> list[str]:
    return mention.split(":")


if __name__ == "__main__":
    sys.stdout.writelines(f"{sentence}\n" for sentence in tagged_sentences(Path(sys.argv[1])))
