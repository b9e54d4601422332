"""Web pages: title, source line, main text and editors; tables and lists line by line."""

import hashlib
import logging
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

import trafilatura
from lxml import etree, html
from lxml.html import defs
from trafilatura.settings import Document, use_config

from kg.bylines import marked
from kg.dates import find_date
from kg.errors import DocumentError
from kg.formats.text import checked, decode
from kg.layout import names_pattern
from kg.model import Source

__all__ = ["extract"]

_NONE = "no article is found in the page: save its text"
_MAX_BYTES = 10_000_000
_MAX_ELEMENTS = 20_000
_CONFIG = use_config()
_CONFIG.set("DEFAULT", "MIN_EXTRACTED_SIZE", "30")  # counted in characters: Chinese says much in few
for _name in ("trafilatura", "htmldate"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # what cannot be read is reported with its name
# No clock: what is a date does not depend on today.
_DATES = {"extensive_search": False, "original_date": True, "max_date": "2099-12-31"}
_INLINE = (
    defs.font_style_tags | defs.phrase_tags | defs.special_inline_tags | {"hi", "label", "mark", "ref", "time"}
) - {"br"}
_HIDDEN = frozenset(
    "button footer iframe nav noscript option script select style svg template textarea".split()  # noqa: SIM905
)
_CELL, _ROW = "\0", "\1"  # no characters of a page
_CELLS = re.compile(rf"[\s{_CELL}]*{_CELL}[\s{_CELL}]*")
_BROKEN_LINE = re.compile(r"(?<=[\u3001-\u9fff\uff01-\uff5e])[ \t\r]*\n[ \t\r\n]*(?=[\u3001-\u9fff\uff01-\uff5e])")
_REACH = 12  # lines
_MAX_CREDIT = 120  # characters


def extract(doc: str, data: bytes) -> Source:
    """The source that a web page is.

    Raises:
        DocumentError: it is too large, or has no article.
    """
    if len(data) > _MAX_BYTES:
        raise DocumentError(f"a page of more than {_MAX_BYTES:,} bytes: split it")
    text, encoding, _ = decode(data)
    tree = _tree(_BROKEN_LINE.sub("", text))
    if sum(1 for _ in tree.iter()) > _MAX_ELEMENTS:
        raise DocumentError(f"a page of more than {_MAX_ELEMENTS:,} elements: split it")
    try:
        found = trafilatura.bare_extraction(
            tree,
            include_comments=False,
            favor_recall=True,
            with_metadata=True,
            date_extraction_params=_DATES,
            config=_CONFIG,
        )
    except (RecursionError, ValueError, TypeError, AttributeError, LookupError) as error:
        raise DocumentError(f"{_NONE} ({type(error).__name__}: {error})") from error
    if not isinstance(found, Document) or not (body := list(_lines(found.body))):
        raise DocumentError(_NONE)
    shown = tree.find("body")
    page = list(_lines(tree if shown is None else shown))
    meta = {m.get("name", m.get("property", "")).lower(): m.get("content", "").strip() for m in tree.iter("meta")}
    title = _title(found.title or "", page)
    lines, head = _with_credits(body, page, title)
    date = next(filter(None, map(find_date, head)), found.date)
    if title and _bare(title) not in map(_bare, lines[:5]):
        lines.insert(0, title)
    author = meta.get("author", "")
    if names_pattern().fullmatch(author) and author not in "\n".join(lines):
        lines.append(f"作者：{author}")
    medium = meta.get("contentsource") or meta.get("source") or found.sitename or ""
    medium = re.sub(r"^(?:来源|稿源)\s*[:：]\s*", "", medium)
    raw = checked("\n".join(lines))
    digest = hashlib.sha256(data).hexdigest()
    return Source(doc, raw, digest, encoding, True, title or None, date, medium or None)


def _tree(text: str) -> html.HtmlElement:
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(text.translate({0: None, 1: None}).encode("utf-8", "replace"), parser=parser)
    except etree.LxmlError as error:
        raise DocumentError(f"no web page ({error}): save its text") from error


def _lines(root: html.HtmlElement) -> Iterator[str]:
    """The lines that a page, or what is extracted of it, shows."""
    parts: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        cell = element.tag == "cell" and event == "start" and element.getprevious() is not None
        edge = _CELL if cell else _ROW if element.tag == "row" else "\n"
        parts.append("" if element.tag in _INLINE else edge)
        if event == "end" and element is not root:
            parts.append(_spaced(element.tail))
        elif event == "start" and element.tag in _HIDDEN:
            walk.skip_subtree()
        elif event == "start":
            parts.append(_spaced(element.text))
    for line in _CELLS.sub(" | ", "".join(parts)).replace(_ROW, "\n").split("\n"):
        if shown := line.strip(" |"):
            yield shown


def _spaced(text: str | None) -> str:
    return re.sub(r"[ \t\r\n\f\xa0]+", " ", text or "")


def _bare(line: str) -> str:
    return "".join(line.split())


def _title(given: str, page: list[str]) -> str:
    """The title without the names of the site and its sections: as far as it stands on the page."""
    shown = [line for line in page if len(line) > 5 and given.startswith(line)]
    return max(shown, key=len, default=re.split(r"\s*(?:[_|]|-{1,2}(?=[^-]*$))", given)[0]).strip()


def _with_credits(body: list[str], page: list[str], title: str) -> tuple[list[str], list[str]]:
    """The main text with the source lines and bylines that stand between its title and its sentences, or after it.

    Those above the sentences are also given alone.
    """
    bare = list(map(_bare, page))
    known = set(map(_bare, body))
    first = next((i for i, line in enumerate(body) if "。" in line), 0)
    head: list[str] = []
    tail: list[str] = []
    if (top := _bare(body[first])) in bare:
        at = bare.index(top)
        start = max((i for i, line in enumerate(bare[:at]) if line == _bare(title)), default=0)
        head = [line for line in page[max(start, at - _REACH) : at] if _kinds(line)]
    if (end := _bare(body[-1])) in bare:
        at = len(bare) - bare[::-1].index(end)
        tail = [line for line in page[at : at + _REACH // 2] if "byline" in _kinds(line)]
    head, tail = ([line for line in lines if _bare(line) not in known] for lines in (head, tail))
    return [*body[:first], *head, *body[first:], *tail], head


def _kinds(line: str) -> AbstractSet[str | None]:
    """What there is of source lines and bylines in a line, which is not long and no sentence."""
    if len(line) > _MAX_CREDIT or "。" in line:
        return set()
    return {kind for _, _, kind in marked(line, 0, len(line), opening=True)} & {"source", "byline"}
