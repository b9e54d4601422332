"""PDF: the characters of a page by their places, columns one after the other."""

import hashlib
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Literal

import pypdfium2
from pypdfium2 import raw as pdfium

from kg.errors import DocumentError
from kg.formats.archive import BOMB, allowed
from kg.formats.text import MAX_CHARACTERS, checked, likely
from kg.model import Source

__all__ = ["Run", "extract", "paragraphs", "reading_order"]

# All in heights of a character:
_GAP = 1.2  # a run ends
_GUTTER = 0.8  # a column or a cell ends
_RAGGED = 2.0  # a full line ends that much before its column at most
_INDENT = 0.6
_SHORT = 8  # lines that short are no prose

_FULL = 0.6  # lines of a column fill it, cells of a table do not
_MAX_DEPTH = 12
_MAX_TITLES = 50
_MAX_RUNS = 20_000

_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_MAX_UNPACKED = 1_000_000_000  # bytes of all streams
_PIECE = 16_000_000

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that follow each other on a line, and where; ``top`` and ``bottom`` count downwards."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def box(self) -> Box:
        """Where it is."""
        return self.left, self.top, self.right, self.bottom

    @property
    def height(self) -> float:
        """The height of its characters."""
        return self.bottom - self.top


def extract(doc: str, data: bytes) -> Source:
    """The source that a PDF file is.

    Raises:
        DocumentError: it is no PDF, has a password, or holds no text but pictures or characters without a meaning.
    """
    _refuse_bomb(data)
    texts: list[str] = []
    try:
        with pypdfium2.PdfDocument(data) as file:
            for number in range(len(file)):
                texts += paragraphs(list(reading_order(_runs(file, number))))
                if sum(map(len, texts)) > MAX_CHARACTERS:
                    break
    except pypdfium2.PdfiumError as error:
        if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD:
            raise DocumentError("needs a password: save it without one") from None
        raise DocumentError(f"a broken PDF ({error}): save it again") from error
    raw = "\n".join(texts)
    if not raw.strip():
        raise DocumentError("no text: pages that are pictures have to be recognized (OCR) first")
    if likely(raw) < 0.6:
        raise DocumentError("its fonts do not say which characters they show: recognize it (OCR) first")
    return Source(doc, checked(raw), hashlib.sha256(data).hexdigest(), keep=True)


def _refuse_bomb(data: bytes) -> None:
    """Refuse what would fill the memory: PDFium unpacks the streams of a page, which are drawing orders, at once.

    Pictures, which are not unpacked for their text, may be as blank as they like, within a limit for all streams.
    """
    left = _MAX_UNPACKED
    for stream in _STREAM.finditer(data):
        packed, unpacking, size = stream[1], zlib.decompressobj(), 0
        picture = b"/Image" in data[max(0, stream.start() - 500) : stream.start()]
        most = left if picture else min(left, allowed(len(packed)))
        with suppress(zlib.error):  # packed in another way, or broken: PDFium sees to it
            while packed and size <= most:
                size += len(unpacking.decompress(packed, _PIECE))
                packed = unpacking.unconsumed_tail
        if size > most:
            raise DocumentError(BOMB)
        left -= size


def _runs(file: pypdfium2.PdfDocument, number: int) -> list[Run]:
    """The runs of a page in the order in which they are drawn."""
    runs: list[Run] = []
    characters: list[str] = []
    box: Box | None = None
    page = file[number]
    text = page.get_textpage()
    for i in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, i)
        character = chr(code) if code < 0xD800 or 0xE000 <= code <= 0x10FFFF else "\ufffd"
        if character in "\r\n\0\ufffe":
            continue
        left, low, right, high = text.get_charbox(i, loose=True)
        middle = -(low + high) / 2
        half = max(high - low, right - left) / 2  # some fonts give the ink alone: 一 is as flat as a dash
        if box and not _runs_on(box, left, middle):
            runs.append(Run("".join(characters).rstrip(), *box))
            characters, box = [], None
        if not character.isspace():  # a space that PDFium adds may be as wide as a gutter
            around = left, middle - half, right, middle + half
            box = _around([box, around]) if box else around
        if box:
            characters.append(character)
    if box:
        runs.append(Run("".join(characters).rstrip(), *box))
    text.close()
    page.close()
    return runs


def _runs_on(box: Box, next_left: float, next_middle: float) -> bool:
    _, top, right, bottom = box
    return top <= next_middle <= bottom and top - bottom <= next_left - right <= _GAP * (bottom - top)


def _around(boxes: Sequence[Box]) -> Box:
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


def reading_order(runs: Sequence[Run], depth: int = 0) -> Iterator[Run]:
    """The lines of a page: down each column, columns from left to right, cells of a table's row joined by ``|``.

    Strips of the page, between which no character stands, are joined as long as one gutter runs through all of them:
    these are columns, each read as a page of its own.

    >>> place = [("题目", 0, 0), ("左一", 0, 20), ("右一", 60, 20), ("左二", 0, 32), ("右二", 60, 32)]
    >>> [line.text for line in reading_order([Run(text, x, y, x + 50, y + 10) for text, x, y in place])]
    ['题目', '左一', '左二', '右一', '右二']
    """
    if depth > _MAX_DEPTH or len(runs) > _MAX_RUNS:
        yield from runs
        return
    height = median(run.height for run in runs) if runs else 0.0
    for block in _blocks(_parted(runs, 1), height):
        rows = [_parted(strip, 0, _GUTTER * height) for strip in block]
        columns = _parted([run for strip in block for run in strip], 0, _GUTTER * height)
        beside = sum(len(row) > 1 for row in rows)
        if max(map(len, columns)) > 1 and (beside > 1 or beside == len(block)) and not _is_table(columns):
            for column in columns:
                yield from reading_order(column, depth + 1)
        else:
            separator = " | " if beside > 1 else " "
            for row in rows:
                cells = [run for cell in row for run in cell]
                text = separator.join(run.text for run in cells)
                yield Run(text, *_around([run.box for run in cells]))


def _parted(runs: Sequence[Run], side: Literal[0, 1], gap: float | None = None) -> list[list[Run]]:
    """Runs from left to right (``side`` 0) or from top to bottom (1), parted where nothing stands over a gap.

    Without a gap those are together that overlap by more than a quarter of the later one.
    """
    groups: list[list[Run]] = []
    edge = 0.0
    for run in sorted(runs, key=lambda run: (run.box[side], run.box[1 - side])):
        if groups and run.box[side] < edge + (-run.height / 4 if gap is None else gap):
            groups[-1].append(run)
            edge = max(edge, run.box[side + 2])
        else:
            groups.append([run])
            edge = run.box[side + 2]
    return groups


def _blocks(strips: Sequence[list[Run]], height: float) -> Iterator[list[list[Run]]]:
    """Strips joined while one gutter runs through them; the words at the head of a page stand alone."""
    block: list[list[Run]] = []
    taken: list[Run] = []  # what the columns of the block take up from left to right
    for number, strip in enumerate(strips):
        columns = _parted([*taken, *strip], 0, _GUTTER * height)
        if number == 1 and len(head := _parted(block[0], 0, _GUTTER * height)) > 1 and _is_table(head):
            yield block
            block, columns = [], _parted(strip, 0, _GUTTER * height)
        while block and len(columns) < 2:  # a title above the columns seemed to be a part of one
            one = len(block) <= _MAX_TITLES and len(_parted(block[0], 0, _GUTTER * height)) < 2
            yield block[:1] if one else block
            block = block[1:] if one else []
            columns = _parted([run for part in [*block, strip] for run in part], 0, _GUTTER * height)
        block.append(strip)
        taken = [Run("", min(run.left for run in c), 0, max(run.right for run in c), 0) for c in columns]
    if block:
        yield block


def _is_table(columns: Sequence[Sequence[Run]]) -> bool:
    """Do the columns hold words rather than lines?"""
    starts = [min(run.left for run in column) for column in columns]
    edges = [*starts, max(run.right for run in columns[-1])]
    widths = [right - left for left, right in pairwise(edges)]
    return median(median(r.right - r.left for r in c) / w for c, w in zip(columns, widths, strict=True)) < _FULL


def paragraphs(lines: Sequence[Run]) -> list[str]:
    """Lines joined where a full one goes on in one that is not indented, also at the top of the next column.

    >>> place = [("林牧之到云溟科技城调研项", 20, 0, 140), ("目建设。", 0, 12, 40), ("他指出，", 20, 24, 60)]
    >>> paragraphs([Run(text, left, top, right, top + 10) for text, left, top, right in place])
    ['林牧之到云溟科技城调研项目建设。', '他指出，']
    """
    columns: list[list[Run]] = []
    for line in lines:
        last = columns[-1][-1] if columns else None
        if last and _is_alike(last, line) and -0.5 < (line.top - last.bottom) / line.height < 1.5:
            columns[-1].append(line)
        else:
            columns.append([line])
    texts: list[str] = []
    before: Run | None = None
    previous: list[Run] = []
    for column in columns:
        for line in column:
            if before and _goes_on(before, previous, line, column):
                texts[-1] += (" " if texts[-1][-1].isascii() and line.text[0].isascii() else "") + line.text
            else:
                texts.append(line.text)
            before, previous = line, column
    return texts


def _is_alike(line: Run, other: Run) -> bool:
    """Are both of one size, in one column?"""
    return abs(line.height - other.height) < line.height / 6 and abs(line.left - other.left) < 3 * line.height


def _goes_on(line: Run, column: Sequence[Run], other: Run, next_column: Sequence[Run]) -> bool:
    height = line.height
    left, right = min(run.left for run in next_column), max(run.right for run in column)
    if (
        right - line.right > _RAGGED * height
        or other.left - left > _INDENT * height
        or right - line.left < _SHORT * height
    ):
        return False
    if column is next_column:
        return True
    width = right - min(run.left for run in column)
    same = abs(max(run.right for run in next_column) - left - width) < _RAGGED * height
    return same and abs(height - other.height) < height / 6 and len(column) > 1 and line.text[-1] not in "。！？”）"
