"""Read news articles: text files, JSON Lines, folders of these, standard input."""

import codecs
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import charset_normalizer

from kg.errors import DocumentError, KgError
from kg.model import Source

__all__ = ["Skipped", "read"]

MAX_CHARACTERS = 20_000_000
MAX_BYTES = 4 * MAX_CHARACTERS
MAX_LINE = 1_000_000  # what has no line ends is a dump or a program's output, and costs minutes
_SAMPLE = 200_000


@dataclass(frozen=True, slots=True)
class Skipped:
    """An input that is no source, and why."""

    doc: str
    reason: str


def read(inputs: Sequence[Path | str]) -> Iterator[Source | Skipped]:
    """Read all inputs, in an order that does not depend on the order in which they are given.

    Args:
        inputs: text (``.txt``, ``.md``) and JSON Lines (``.jsonl``) files, folders of these, or ``-``.

    Raises:
        KgError: an input is missing, or there is no document in any of them.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "a.txt").write_text("林牧之主持会议。", encoding="gb18030")
    ...     [(source.doc, source.raw, source.encoding) for source in read([folder])]
    [('a.txt', '林牧之主持会议。', 'gb18030')]
    """
    seen: dict[str, str] = {}
    found = False
    for doc, path in _documents(inputs):
        for item in _read_one(doc, path):
            found = True
            if isinstance(item, Source) and (first := seen.setdefault(item.digest, item.doc)) != item.doc:
                yield Skipped(item.doc, f"duplicate of {first}")
            else:
                yield item
    if not found:
        raise KgError(f"no document in {', '.join(map(str, inputs)) or 'no input'}: give .txt, .md or .jsonl files")


def _documents(inputs: Sequence[Path | str]) -> list[tuple[str, Path | None]]:
    """Every file with its name, sorted; names that collide are prefixed by their folder's name."""
    named: list[tuple[str, str, Path | None]] = []  # name, prefix where that is not enough, file
    known: set[Path] = set()
    for given in dict.fromkeys(map(str, inputs)):
        path = Path(given)
        if given == "-":
            named.append(("-", "-", None))
        elif path.is_dir():
            base = path.resolve()
            for found in _walk(path):
                if (real := found.resolve()) not in known:
                    known.add(real)
                    named.append((found.relative_to(path).as_posix(), base.name, found))
        elif path.exists():
            if (real := path.resolve()) not in known:
                known.add(real)
                named.append((path.name, real.parent.name, path))
        else:
            raise KgError(f"{given}: there is no such file or folder")
    count: dict[str, int] = {}
    for name, _, _ in named:
        count[name] = count.get(name, 0) + 1
    docs: dict[str, Path | None] = {}
    for name, prefix, file in sorted(named, key=lambda n: (n[0], n[1], str(n[2].resolve()) if n[2] else "")):
        doc = f"{prefix}/{name}" if count[name] > 1 else name
        number = 2
        while doc in docs:
            doc = f"{prefix}~{number}/{name}"
            number += 1
        docs[doc] = file
    return sorted(docs.items())


def _walk(folder: Path) -> Iterator[Path]:
    """The files of a folder and its subfolders, without hidden ones, what describes it, and our own outputs."""
    visited: set[str] = set()
    for top, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(top)
        if real in visited or _is_output(Path(top)):
            folders.clear()
            continue
        visited.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(top) / name for name in sorted(files) if not name.startswith((".", "README")))


def _is_output(folder: Path) -> bool:
    """Is there a report of ours in the folder?"""
    try:
        with (folder / "report.json").open("rb") as file:
            head = file.read(64 << 20)
        report = json.loads(head)
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(report, dict) and "versions" in report


def _read_one(doc: str, path: Path | None) -> Iterator[Source | Skipped]:
    suffix = path.suffix.lower() if path else ".txt"
    reader = _READERS.get(suffix)
    if reader is None:
        yield Skipped(doc, f"{suffix or 'a name without an extension'} is not supported: {', '.join(sorted(_READERS))}")
        return
    try:
        if path is None:
            yield from reader(doc, sys.stdin.buffer)
        elif not path.is_file():
            yield Skipped(doc, "not a regular file")
        else:
            with path.open("rb") as file:
                yield from reader(doc, file)
    except DocumentError as error:
        yield Skipped(doc, str(error))
    except OSError as error:
        yield Skipped(doc, f"cannot be read: {error.strerror or error}")


def _text(doc: str, file: BinaryIO) -> Iterator[Source]:
    data = file.read(MAX_BYTES + 1)
    raw, encoding, keep = decode(data)
    _refuse_long_lines(raw)
    yield Source(doc, raw, hashlib.sha256(data).hexdigest(), encoding, keep)


def _records(doc: str, file: BinaryIO) -> Iterator[Source | Skipped]:
    """One record a line: ``id`` and ``text``, if wanted ``title``, ``date``, ``source``."""
    ids: set[str] = set()
    number = 0
    while line := file.readline(MAX_BYTES + 1):
        number += 1
        if len(line) > MAX_BYTES:
            while line and not line.endswith(b"\n"):
                line = file.readline(1 << 20)
            yield Skipped(f"{doc}#{number}", f"longer than {MAX_CHARACTERS:,} characters: split it")
            continue
        if not line.strip(b" \t\r\n\xef\xbb\xbf"):
            continue
        try:
            name, record = _record(line, number)
            source = _source(f"{doc}#{name}", record, line)
        except DocumentError as error:
            yield Skipped(f"{doc}#{number}", str(error))
            continue
        if name in ids:
            yield Skipped(f"{doc}#{number}", f"line {number} repeats the id {name}: give each record its own")
        else:
            ids.add(name)
            yield source
    if not number:
        raise DocumentError("empty")


def _record(line: bytes, number: int) -> tuple[str, dict[str, object]]:
    text, _, _ = decode(line)
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"line {number} is not JSON: {error}") from None
    if not isinstance(record, dict):
        raise DocumentError(f"line {number} is not a JSON object")
    name = record.get("id", number)
    if not isinstance(name, str | int) or isinstance(name, bool) or not str(name).strip():
        raise DocumentError(f"line {number}: id has to be a string or a number")
    return str(name), record


def _source(doc: str, record: dict[str, object], line: bytes) -> Source:
    raw = record.get("text")
    if not isinstance(raw, str) or not raw.strip():
        raise DocumentError("the record has no text: fill in the field text")
    if len(raw) > MAX_CHARACTERS:
        raise DocumentError(f"longer than {MAX_CHARACTERS:,} characters: split it")
    _refuse_long_lines(raw)
    raw = raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # a lone surrogate cannot be written
    title, date, medium = (_field(record, key) for key in ("title", "date", "source"))
    digest = hashlib.sha256(line.strip()).hexdigest()
    return Source(doc, raw, digest, title=title, date=date, medium=medium)


def _field(record: dict[str, object], key: str) -> str | None:
    value = record.get(key)
    return str(value).strip() or None if isinstance(value, str | int) and not isinstance(value, bool) else None


_READERS: dict[str, Callable[[str, BinaryIO], Iterable[Source | Skipped]]] = {
    ".txt": _text,
    ".md": _text,
    ".jsonl": _records,
}


def decode(data: bytes) -> tuple[str, str, bool]:
    """Decode the bytes of a document once.

    Returns: the text, the name of the encoding, and whether it is neither strict UTF-8 nor strict GB18030.

    Raises:
        DocumentError: the bytes are empty, too many, binary, or in no encoding that leaves Chinese text.

    >>> decode("科技城".encode("utf-16"))
    ('科技城', 'utf-16', True)
    """
    if not data.strip(b" \t\r\n\xef\xbb\xbf"):
        raise DocumentError("empty")
    if len(data) > MAX_BYTES:
        raise DocumentError(f"longer than {MAX_CHARACTERS:,} characters: split it")
    text, encoding, keep = _decode(data)
    if len(text) > MAX_CHARACTERS:
        raise DocumentError(f"longer than {MAX_CHARACTERS:,} characters: split it")
    if not text.strip():
        raise DocumentError("empty")
    return text, encoding, keep


def _decode(data: bytes) -> tuple[str, str, bool]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace"), "utf-16", True
    if data[:_SAMPLE].count(0) > len(data[:_SAMPLE]) / 50:
        return _zeros(data)
    for encoding, name in (("utf-8-sig", "utf-8"), ("gb18030", "gb18030")):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if name == "utf-8" or _likely(text) > 0.5:
            _refuse_binary(text)
            return text, name, False
    return _vote(data)


def _zeros(data: bytes) -> tuple[str, str, bool]:
    """UTF-16 without a byte order mark has zero bytes in ASCII characters; anything else with zeros is binary."""
    sample = data[: _SAMPLE // 2 * 2]
    texts = [(sample.decode(name, "replace"), name) for name in ("utf-16-le", "utf-16-be")]
    text, name = max(texts, key=lambda t: _likely(t[0]))
    if _likely(text) < 0.8:
        raise DocumentError("a binary file, not text")
    return data.decode(name, "replace"), name, True


def _vote(data: bytes) -> tuple[str, str, bool]:
    """Of all encodings that may be meant, the one that leaves the likeliest text, broken bytes as U+FFFD."""
    sample = data[:_SAMPLE]
    names = ["utf-8", "gb18030", "big5hkscs"]
    guess = charset_normalizer.from_bytes(sample, steps=5, chunk_size=2048).best()
    if guess and guess.encoding not in names:
        names.append(guess.encoding)
    texts = [(sample.decode(name, "replace"), name) for name in names]
    text, name = max(texts, key=lambda t: _likely(t[0]))
    if _likely(text) < 0.6:
        raise DocumentError("unknown encoding or a binary file: save it as UTF-8")
    _refuse_binary(text)
    return data.decode("utf-8-sig" if name == "utf-8" else name, "replace"), name, True


def _refuse_binary(text: str) -> None:
    sample = text[:_SAMPLE]
    if sum(c < " " and c not in "\t\n\r\f\x0b" for c in sample) > len(sample) / 20:
        raise DocumentError("a binary file, not text")


def _refuse_long_lines(text: str) -> None:
    start = 0
    while len(text) - start > MAX_LINE:
        end = text.rfind("\n", start, start + MAX_LINE + 1)
        if end < 0:
            raise DocumentError(f"a line of more than {MAX_LINE:,} characters: break it into paragraphs")
        start = end + 1


def _likely(text: str) -> float:
    """The share of characters that Chinese news is written in; a broken or rare one counts against it."""
    sample = text[:_SAMPLE]
    usual = sum(c in _USUAL for c in sample)
    return (usual - 2 * sample.count("\ufffd")) / len(sample) if sample else 0.0


def _usual() -> frozenset[str]:
    level_one = bytes(b for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF) for b in (lead, trail))
    big5_one = bytes(
        b for lead in range(0xA4, 0xC7) for trail in (*range(0x40, 0x7F), *range(0xA1, 0xFF)) for b in (lead, trail)
    )
    common = level_one.decode("gb2312", "ignore") + big5_one.decode("big5", "ignore")
    return frozenset(
        common + "".join(map(chr, range(32, 127))) + "\n\r\t\u3000\xa0，。、；：？！“”‘’（）《》【】—…·～％"
    )


_USUAL = _usual()
