"""Read news articles: files of all kinds, archives and folders of these, here or at a URL, and standard input."""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import sha256
from importlib import import_module
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import IO, Any, NamedTuple
from zipfile import ZipFile

from kg.errors import DocumentError, KgError
from kg.formats import records, text
from kg.formats.archive import UNPACKING, members, refuse_member
from kg.model import Skipped, Source
from kg.urls import filesystem, is_url

__all__ = ["STORE", "SUFFIXES", "Files", "Page", "Skipped", "contents", "count", "find", "read", "repeated"]

_MAX_UNPACKED = 4_000_000_000  # bytes of an archive
_CHUNK = 1 << 20
_STREAMED = (".jsonl", ".parquet", ".zip")  # too large to be held
_PAGES = {".docx": "docx", ".htm": "html", ".html": "html", ".md": "text", ".pdf": "pdf", ".txt": "text"}
_LINES = {".csv": records.read_csv, ".jsonl": records.read_jsonl}
SUFFIXES = tuple(sorted([*_PAGES, *_LINES, ".parquet", ".zip"]))
STORE = "kg.duckdb"


class Remote(NamedTuple):
    """A file in an fsspec file system."""

    system: Any
    path: str

    @property
    def suffix(self) -> str:
        """How its name ends."""
        return PurePosixPath(self.path).suffix

    def open(self, mode: str) -> IO[bytes]:
        """The file, opened."""
        file: IO[bytes] = self.system.open(self.path, mode)
        return file


Place = Path | Remote | None
Files = list[tuple[str, Place]]


@dataclass(frozen=True)
class Page:
    """A file that is one source, still as its bytes: who knows them already need not parse them.

    ``kind`` names the module of ``kg.formats`` for it.
    """

    doc: str
    kind: str
    data: bytes

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the bytes."""
        return sha256(self.data).hexdigest()

    def source(self) -> Source | Skipped:
        """Parse the bytes; the module for them is imported only now, as the libraries of some take long."""
        try:
            source: Source = import_module(f"kg.formats.{self.kind}").extract(self.doc, self.data)
        except DocumentError as error:
            return Skipped(self.doc, str(error))
        return source


def read(inputs: Sequence[Path | str]) -> Iterator[Source | Skipped]:
    """Read all inputs, in an order that does not depend on the order in which they are given.

    Args:
        inputs: files (their names end in one of ``SUFFIXES``), folders of these, each here or at a URL, or ``-``.

    Raises:
        KgError: an input is missing, there is no document in any of them, or a package that reads them is missing.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "a.txt").write_text("林牧之主持会议。", encoding="gb18030")
    ...     [(source.doc, source.raw, source.encoding) for source in read([folder])]
    [('a.txt', '林牧之主持会议。', 'gb18030')]
    """
    why = repeated()
    for item in contents(find(inputs)):
        source = item.source() if isinstance(item, Page) else item
        reason = why(source.doc, source.digest) if isinstance(source, Source) else None
        yield Skipped(source.doc, reason) if reason else source


def repeated() -> Callable[[str, str], str | None]:
    """A function of the names and digests of all sources, in order: why one does not count, if it does not."""
    docs: set[str] = set()
    seen: dict[str, str] = {}

    def reason(doc: str, digest: str) -> str | None:
        if doc in docs:
            return "another document has this name: rename it"
        if (first := seen.setdefault(digest, doc)) != doc:
            return f"duplicate of {first}"
        docs.add(doc)
        return None

    return reason


def contents(files: Files) -> Iterator[Page | Source | Skipped]:
    """The contents of files, in order: pages, records and what cannot be read."""
    for doc, place in files:
        item: Page | Source | Skipped | None = None
        for item in _read_one(doc, place):
            yield item
        if item is None:
            yield Skipped(doc, "empty")


def count(files: Files) -> int:
    """About how many documents there are in files: a line or row of records is one."""
    number = 0
    for _, place in files:
        with suppress(OSError, *UNPACKING):
            suffix = place.suffix.lower() if place else ""
            if place and suffix == ".parquet":
                with place.open("rb") as file:
                    number += _parquet().count_rows(file)
            elif isinstance(place, Path) and suffix in _LINES:
                with place.open("rb") as file:
                    number += sum(chunk.count(b"\n") for chunk in iter(partial(file.read, _CHUNK), b""))
            elif isinstance(place, Path) and suffix == ".zip":
                number += len(ZipFile(place).filelist)
            else:
                number += 1
    return number


def find(inputs: Sequence[Path | str]) -> Files:
    """Every file with its name, sorted; names that collide are prefixed by their folder's name.

    Raises:
        KgError: an input is missing, or there is no document in any of them.
    """
    files: dict[Path, tuple[str, str, Place]] = {}  # name, prefix where that is not enough, file
    for url in sorted(str(given) for given in inputs if is_url(given)):
        for name, prefix, remote in _remote(url):
            files[Path(f"url {remote.path}")] = name, prefix, remote
    for path in sorted(Path(given) for given in inputs if not is_url(given)):
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
    docs: dict[str, Place] = {}
    for _, (name, prefix, file) in sorted(files.items()):
        doc = f"{prefix}/{name}" if count[name] > 1 else name
        number = 2
        while doc in docs:
            doc = f"{prefix}~{number}/{name}"
            number += 1
        docs[doc] = file
    if not docs:
        where = ", ".join(map(str, inputs)) or "no input"
        raise KgError(f"no document in {where}: give files that end in {', '.join(SUFFIXES)}")
    return sorted(docs.items())


def _walk(folder: Path) -> Iterator[Path]:
    """The files of a folder and its subfolders, without hidden ones, what describes it, and our own outputs."""
    visited: set[str] = set()
    for top, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(top)
        if real in visited or STORE in files or _is_report((Path(top) / "report.json").read_bytes):
            folders.clear()
            continue
        visited.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(top) / name for name in sorted(files) if _is_document(name))


def _remote(url: str) -> Iterator[tuple[str, str, Remote]]:
    """The files at a URL: each with its name, and the name of the folder that was given or that a file is in."""
    system, root = filesystem(url)
    try:
        found = system.find(root)
    except OSError as error:
        raise KgError(f"{url}: cannot be read ({error.strerror or error})") from error
    if not found:
        raise KgError(f"{url}: there is no such file or folder")
    folder = root.rstrip("/") if system.isdir(root) else root.rpartition("/")[0]
    paths = {path.removeprefix(folder).strip("/"): path for path in found}
    for name in _documents(paths, lambda name: bytes(system.cat_file(paths[name]))):
        yield name, PurePosixPath(folder).name, Remote(system, paths[name])


def _documents(names: Iterable[str], read: Callable[[str], bytes]) -> Iterator[str]:
    """Those of some names of files that are documents, without what describes them and our own outputs."""
    names = [*names]
    reports = [name for name in names if PurePosixPath(name).name == "report.json" and _is_report(partial(read, name))]
    outputs = tuple(name.removesuffix("report.json") for name in reports)
    yield from (n for n in names if not n.startswith(outputs) and all(map(_is_document, n.split("/"))))


def _is_document(name: str) -> bool:
    """Is it no hidden file, notice, or what Word and macOS leave beside documents?"""
    return name == ".." or not name.startswith((".", "README", "~$", "__MACOSX"))


def _is_report(read: Callable[[], bytes]) -> bool:
    """Is what is read a report of ours?"""
    try:
        report = json.loads(read())
    except (*UNPACKING, RecursionError):
        return False
    return isinstance(report, dict) and "versions" in report


def _read_one(doc: str, path: Place) -> Iterator[Page | Source | Skipped]:
    """The sources of a file, or of standard input."""
    try:
        if path is None:
            yield Page(doc, "text", sys.stdin.buffer.read(text.MAX_BYTES + 1))
        elif isinstance(path, Remote):
            with path.open("rb") as file:
                yield from _read_file(doc, path.suffix.lower(), file)
        elif not path.is_file():
            yield Skipped(doc, "not a regular file")
        else:
            suffix = path.suffix.lower()
            with path.open("rb") as file:
                before = os.fstat(file.fileno())
                found = _read_file(doc, suffix, file)
                held: list[Page | Source | Skipped] = []
                if suffix in _STREAMED:
                    yield from found
                else:
                    held += found
                after = os.fstat(file.fileno())
            if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
                yield from held
            else:
                yield Skipped(doc, "changed while it was read: build again when it is complete")
    except DocumentError as error:
        yield Skipped(doc, str(error))
    except OSError as error:
        yield Skipped(doc, f"cannot be read: {error.strerror or error}")


def _read_file(doc: str, suffix: str, file: IO[bytes]) -> Iterator[Page | Source | Skipped]:
    if suffix in _LINES:
        yield from _LINES[suffix](doc, file)
    elif suffix == ".parquet":
        yield from _parquet().read_parquet(doc, file)
    elif suffix == ".zip":
        yield from _read_zip(doc, file)
    elif suffix in _PAGES:
        data = file.read(text.MAX_BYTES + 1)
        if len(data) > text.MAX_BYTES:
            raise DocumentError(f"larger than {text.MAX_BYTES:,} bytes: split it")
        yield Page(doc, _PAGES[suffix], data)
    else:
        raise DocumentError(f"{suffix or 'a name without an extension'} is not supported: {', '.join(SUFFIXES)}")


def _parquet() -> ModuleType:
    """What reads Parquet files; pyarrow is not everyone's, and takes a while to import."""
    try:
        return import_module("kg.formats.parquet")
    except ModuleNotFoundError as error:
        raise KgError(f"Parquet files need {error.name}: pip install 'kg[parquet]'") from error


def _read_zip(doc: str, file: IO[bytes]) -> Iterator[Page | Source | Skipped]:
    """The sources of an archive's members, each ``archive/member``; an archive in it is not opened."""
    try:
        archive = ZipFile(file)
    except (*UNPACKING, OSError) as error:
        raise DocumentError(f"a broken archive ({error}): pack it again") from None
    found = list(members(archive))
    by_name = dict(found)

    def report(name: str) -> bytes:
        return archive.read(by_name[name]) if by_name[name].file_size <= text.MAX_BYTES else b""

    documents = {*_documents(by_name, report)}
    left = _MAX_UNPACKED
    for name, member in found:
        if name not in documents:
            continue
        left -= member.file_size
        if left < 0:
            raise DocumentError(f"unpacks to more than {_MAX_UNPACKED:,} bytes: what follows {name} is not read")
        try:
            refuse_member(name, member)
            with archive.open(member) as content:
                yield from _read_file(f"{doc}/{name}", PurePosixPath(name).suffix.lower(), content)
        except DocumentError as error:
            yield Skipped(f"{doc}/{name}", str(error))
        except UNPACKING as error:
            yield Skipped(f"{doc}/{name}", f"cannot be unpacked: {error}")
