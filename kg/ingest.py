"""Read news articles: text files, JSON Lines, folders of these, standard input."""

import codecs
import hashlib
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

import charset_normalizer
import opencc

from kg.errors import DocumentError, KgError
from kg.model import Source

__all__ = ["Skipped", "read"]

MAX_CHARACTERS = 20_000_000
MAX_LINE = 1_000_000  # what has no line ends is a dump or a program's output, and costs minutes
SUFFIXES = (".jsonl", ".md", ".txt")
_SAMPLE = 200_000
_BROKEN = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd]")
_WRITTEN = re.compile(r"[^\s\ufeff]")


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
    files: dict[Path, tuple[str, str, Path | None]] = {}  # name, prefix where that is not enough, file
    for path in sorted(map(Path, inputs)):
        real = path.resolve()
        if str(path) == "-":
            files[path] = "-", "-", None
        elif path.is_dir():
            for found in _walk(path):
                files.setdefault(found.resolve(), (found.relative_to(path).as_posix(), real.name, found))
        elif path.exists():
            files.setdefault(real, (path.name, real.parent.name, path))
        else:
            raise KgError(f"{path}: there is no such file or folder")
    count = Counter(name for name, _, _ in files.values())
    docs: dict[str, Path | None] = {}
    for _, (name, prefix, file) in sorted(files.items()):
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
        report = json.loads((folder / "report.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(report, dict) and "versions" in report


def _read_one(doc: str, path: Path | None) -> Iterator[Source | Skipped]:
    suffix = path.suffix.lower() if path else ".txt"
    if suffix not in SUFFIXES:
        yield Skipped(doc, f"{suffix or 'a name without an extension'} is not supported: {', '.join(SUFFIXES)}")
    elif path and not path.is_file():
        yield Skipped(doc, "not a regular file")
    else:
        try:
            with path.open("rb") if path else nullcontext(sys.stdin.buffer) as file:
                if suffix == ".jsonl":
                    yield from _records(doc, file)
                else:
                    data = file.read(4 * MAX_CHARACTERS + 1)  # no encoding takes more bytes a character
                    raw, encoding, keep = decode(data)
                    _refuse_long_lines(raw)
                    yield Source(doc, raw, hashlib.sha256(data).hexdigest(), encoding, keep)
        except DocumentError as error:
            yield Skipped(doc, str(error))
        except OSError as error:
            yield Skipped(doc, f"cannot be read: {error.strerror or error}")


def _records(doc: str, file: BinaryIO) -> Iterator[Source | Skipped]:
    """One record a line: ``id`` and ``text``, if wanted ``title``, ``date``, ``source``."""
    ids: set[str] = set()
    number = 0
    for number, line in enumerate(file, 1):
        if line.strip():
            try:
                yield _record(doc, number, line, ids)
            except DocumentError as error:
                yield Skipped(f"{doc}#{number}", str(error))
    if not number:
        raise DocumentError("empty")


def _record(doc: str, number: int, line: bytes, ids: set[str]) -> Source:
    try:
        record = json.loads(decode(line)[0])
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"line {number} is not JSON: {error}") from None
    if not isinstance(record, dict):
        raise DocumentError(f"line {number} is not a JSON object")
    name = _field(record, "id") if "id" in record else str(number)
    if not name:
        raise DocumentError(f"line {number}: id has to be a string or a number")
    raw = _field(record, "text")
    if not raw:
        raise DocumentError("the record has no text: fill in the field text")
    _refuse_long_lines(raw)
    if name in ids:
        raise DocumentError(f"line {number} repeats the id {name}: give each record its own")
    ids.add(name)
    title, date, medium = ((_field(record, key) or "").strip() or None for key in ("title", "date", "source"))
    return Source(f"{doc}#{name}", raw, hashlib.sha256(line.strip()).hexdigest(), title=title, date=date, medium=medium)


def _field(record: dict[str, object], key: str) -> str | None:
    """A string or number that is not blank; a lone surrogate, which cannot be written, becomes U+FFFD."""
    value = record.get(key)
    if not isinstance(value, str | int) or isinstance(value, bool) or not str(value).strip():
        return None
    return str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _refuse_long_lines(text: str) -> None:
    if any(len(line) > MAX_LINE for line in text.split("\n")):
        raise DocumentError(f"a line of more than {MAX_LINE:,} characters: break it into paragraphs")


def decode(data: bytes) -> tuple[str, str, bool]:
    """The text of a document, its encoding, and whether that is neither strict UTF-8 nor strict GB18030.

    Raises:
        DocumentError: the bytes are empty, too many, binary, or in no encoding that leaves Chinese text.

    >>> decode("科技城".encode("utf-16"))
    ('科技城', 'utf-16', True)
    """
    text, encoding, keep = _strict(data) or _likeliest(data)
    if len(text) > MAX_CHARACTERS:
        raise DocumentError(f"longer than {MAX_CHARACTERS:,} characters: split it")
    if not _WRITTEN.search(text):
        raise DocumentError("empty")
    return text, encoding, keep


def _strict(data: bytes) -> tuple[str, str, bool] | None:
    for codec, name in (("utf-8-sig", "utf-8"), ("gb18030", "gb18030")):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and (name == "utf-8" or _likely(text) > 0.5):
            return text, name, False
    return None


def _likeliest(data: bytes) -> tuple[str, str, bool]:
    """Of all encodings that may be meant, the one that leaves the likeliest text, broken bytes as U+FFFD."""
    names, sample = ["utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be"], data[:_SAMPLE]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        names = ["utf-16"]
    elif guess := charset_normalizer.from_bytes(sample, steps=5, chunk_size=2048).best():
        names.append(guess.encoding)
    name = max(names, key=lambda name: _likely(sample.decode(name, "replace")))
    text = data.decode("utf-8-sig" if name == "utf-8" else name, "replace")
    if _likely(text) < 0.6:
        raise DocumentError("unknown encoding or a binary file: save it as UTF-8")
    return text, name, True


def _likely(text: str) -> float:
    """The share of characters that Chinese news is written in; one that is broken or a control counts against it."""
    sample = text[:_SAMPLE]
    usual = sum(c in _usual() for c in sample)
    return (usual - 2 * len(_BROKEN.findall(sample))) / (len(sample) or 1)


@cache
def _usual() -> frozenset[str]:
    """Printable ASCII, punctuation, the common characters of GB 2312 and how they are written in Traditional."""
    codes = bytes(b for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF) for b in (lead, trail))
    common = codes.decode("gb2312", "ignore")
    marks = "\n\r\t\u3000\xa0，。、；：？！“”‘’（）《》【】—…·～％"
    return frozenset(common + opencc.OpenCC("s2t").convert(common) + "".join(map(chr, range(32, 127))) + marks)
