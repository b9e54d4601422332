"""Administrative divisions by name, and where a text names them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Literal

from kg.lexicon import column, table
from kg.model import Home
from kg.tables import locations

__all__ = ["MUNICIPALITIES", "Division", "Place", "chain", "find", "locate", "mentions", "prefix"]

Level = Literal["province", "city", "county", "town"]
_LEVELS: tuple[Level, ...] = ("province", "city", "county", "town")
_LONGEST = 15  # 积石山保安族东乡族撒拉族自治县
MUNICIPALITIES = frozenset({"北京市", "上海市", "天津市", "重庆市"})


@dataclass(frozen=True, slots=True)
class Division:
    """An administrative division; ``parents`` are the wider ones by full name, widest first."""

    name: str
    short: str
    level: Level
    parents: tuple[str, ...] = ()

    @property
    def path(self) -> tuple[str, ...]:
        """The division with all wider ones, widest first."""
        return (*self.parents, self.name)


@dataclass(frozen=True, slots=True)
class Place:
    """A place named in a text, ``[start, end)``; ``options`` are the divisions that the name may mean."""

    start: int
    end: int
    options: tuple[Division, ...]


def _divisions() -> Iterator[Division]:
    common = column("common_words", "word")
    parents = [""] * len(_LEVELS)
    for depth, name, short in locations():
        unnamed = "直辖" in name and depth < 3
        parents[depth:] = ["" if unnamed else name, *[""] * (len(_LEVELS) - depth - 1)]
        level = _LEVELS[depth]
        wider = tuple(filter(None, parents[:depth]))
        for alias in [] if unnamed else short.split("/") if depth < 3 else [""]:
            yield Division(name, "" if level == "county" and alias in common else alias, level, wider)
    for row in table("places"):
        level = next(known for known in _LEVELS if known == row["level"])
        yield Division(row["name"], row["short"], level, tuple(row["within"].split("/")))


@cache
def _index() -> tuple[dict[str, tuple[Division, ...]], dict[str, tuple[Division, ...]]]:
    """Divisions down to the county by full and short name, and towns by name; the widest first."""
    upper: dict[str, tuple[Division, ...]] = {}
    towns: dict[str, tuple[Division, ...]] = {}
    for division in sorted(dict.fromkeys(_divisions()), key=_prominence):
        index = towns if division.level == "town" else upper
        for name in dict.fromkeys(filter(None, (division.name, division.short))):
            index[name] = (*index.get(name, ()), division)
    return upper, towns


def _prominence(division: Division) -> tuple[int, bool, tuple[str, ...]]:
    return _LEVELS.index(division.level), MUNICIPALITIES.isdisjoint(division.parents[:1]), division.path


def find(name: str) -> tuple[Division, ...]:
    """All divisions of that full or short name, the most prominent first.

    >>> [d.name for d in find("三门峡")], len(find("普陀区"))
    (['三门峡市'], 2)
    """
    upper, towns = _index()
    return upper.get(name) or towns.get(name, ())


def _longest_first(text: str, at: int) -> Iterator[tuple[int, tuple[Division, ...]]]:
    """The lengths of the names down to the county that stand there, and the divisions that each may mean."""
    upper, _ = _index()
    for length in range(min(len(text) - at, _LONGEST), 1, -1):
        if found := upper.get(text[at : at + length]):
            yield length, found


def prefix(text: str) -> tuple[Division, int] | None:
    """The division whose full or short name a text begins with, the longest such name, and its length.

    >>> division, length = prefix("郑州市科技局")
    >>> division.path, length
    (('河南省', '郑州市'), 3)
    """
    if text[:2] not in _heads():
        return None
    return next(((found[0], length) for length, found in _longest_first(text, 0)), None)


def chain(name: str) -> tuple[Division, int] | None:
    """The last of the divisions that a text begins with, each within the one before, and the length of all.

    >>> division, length = chain("上海市奉贤区人民政府")
    >>> division.path, length
    (('上海市', '上海市', '奉贤区'), 6)
    """
    upper, towns = _index()
    last: Division | None = None
    at, end = 0, min(len(name), _LONGEST)
    while end > at + 1:
        piece = name[at:end]
        options = upper.get(piece, ()) + (towns.get(piece, ()) if last and last.level == "county" else ())
        if inside := [d for d in options if last is None or (d != last and last.name in d.parents)]:
            last, at, end = inside[0], end, min(len(name), end + _LONGEST)
        else:
            end -= 1
    return (last, at) if last else None


def locate(name: str, home: Home | None = None) -> Division | None:
    """The division that a name means in an article of that home: within it, else beside it, else the most prominent.

    >>> locate("普陀区", Home(province="浙江省", city="舟山市")).path
    ('浙江省', '舟山市', '普陀区')
    """
    options = find(name)
    if not options and (found := chain(name)) and found[1] == len(name):
        options = (found[0],)
    wider = (home.province, home.city, home.county) if home else ()
    return max(options, key=lambda d: sum(place in d.path for place in wider), default=None)


@cache
def _heads() -> frozenset[str]:
    return frozenset(name[:2] for name in _index()[0])


@cache
def _initials() -> frozenset[str]:
    return frozenset(head[0] for head in _heads())


_NOT_AFTER = frozenset("路街东西南北中号")


def mentions(text: str) -> list[Place]:
    """The places named in a text down to the county; a chain is one place.

    >>> [(text, p.options[0].name) for text in ["在上海市奉贤区召开"] for p in mentions(text)]
    [('在上海市奉贤区召开', '奉贤区')]
    """
    heads = _heads()
    found: list[Place] = []
    at = 0
    initials = _initials()
    for i in [i for i, char in enumerate(text) if char in initials and text[i : i + 2] in heads]:
        if i < at:
            continue
        for length, options in islice(_longest_first(text, i), 1):
            at = i + length
            if text[at : at + 1] in _NOT_AFTER or _is_no_place(text, i, length):
                continue
            last = found[-1] if found and found[-1].end == i else None
            inside = tuple(d for d in _widest(options) if last and any(o.name in d.parents for o in last.options))
            if last and inside:
                found[-1] = Place(last.start, at, inside)
            else:
                found.append(Place(i, at, _widest(options)))
    return found


def _widest(options: tuple[Division, ...]) -> tuple[Division, ...]:
    """Of 安阳 the city, not the county in it; 上海市 is a province and its own city."""
    if len(options) < 2:
        return options
    names = {d.path for d in options}
    return tuple(d for d in options if not any(d.path != path and d.path[: len(path)] == path for path in names))


def _is_no_place(text: str, start: int, length: int) -> bool:
    """Is it the given name of somebody (书记林长沙), or does it begin within a title (市长葛)?"""
    if text[start] == "长" and text[start - 1 : start] in _HEADED:
        return True
    if length > 2 or start < 1 or text[start - 1] not in _surnames():
        return False
    return start < 2 or not "\u4e00" <= text[start - 2] <= "\u9fff" or text[start - 2] in _TITLE_END


_HEADED = frozenset("省市区县州盟旗镇乡村院校部局厅处科会队社站所组行")
_TITLE_END = frozenset("长记员任委席授士事理监官人")


@cache
def _surnames() -> frozenset[str]:
    return frozenset(column("surnames", "surname")) - frozenset("于和时来全连都应从向经过")
