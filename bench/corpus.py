"""News articles to measure with: a sample of the corpus beside the project, or the project's own samples over again."""

import json
import random
import tarfile
from collections.abc import Iterator
from hashlib import sha256
from itertools import cycle, islice
from pathlib import Path

from kg.ingest import read
from kg.model import Source

__all__ = ["ROOT", "SHARED", "articles", "everything", "sample", "short_hash", "write_records"]

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
ARCHIVE = SHARED / "corpus" / "crud_rag_news.tar.xz"
BROADCASTS = SHARED / "corpus" / "xinwenlianbo.tar.xz"


def articles() -> list[str]:
    """All articles of the corpus, sorted; the archive holds text files of one article a line."""
    lines = {line for text in _texts(ARCHIVE, ".txt") for line in text.split("\n")}
    return sorted(line for line in lines if line.strip())


def everything() -> list[str]:
    """All documents of the corpus, shuffled the same way every time: articles, and broadcasts that hold several."""
    found = [*articles(), *sorted(_texts(BROADCASTS, ".md"))]
    random.Random(1).shuffle(found)
    return found


def _texts(archive: Path, suffix: str) -> Iterator[str]:
    with tarfile.open(archive) as members:
        for member in members:
            if member.name.endswith(suffix) and (file := members.extractfile(member)):
                yield file.read().decode("utf-8", "replace")


def sample(count: int, seed: int = 1) -> list[str]:
    """Some articles, the same ones every time."""
    if not ARCHIVE.is_file():
        own = [item.raw for item in read([ROOT / "seeds"]) if isinstance(item, Source)]
        return list(islice(cycle(own), count))
    return random.Random(seed).sample(articles(), count)


def short_hash(text: str) -> str:
    """What stands for a text of others in the files of verdicts."""
    return sha256(text.encode()).hexdigest()[:16]


def write_records(texts: list[str], path: Path) -> None:
    """Write articles as JSON Lines."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(
            json.dumps({"id": i, "text": text}, ensure_ascii=False) + "\n" for i, text in enumerate(texts, 1)
        )
