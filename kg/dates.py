"""Read Chinese date expressions against the day on which they were published."""

import re
from calendar import monthrange
from datetime import date, timedelta

__all__ = ["find_date", "resolve_date"]

_DIGITS = str.maketrans("０１２３４５６７８９〇零一二三四五六七八九", "012345678900123456789")
_TEN = re.compile(r"(?<!\d)(?:(\d)?十(\d)?)(?!\d)")
_RELATIVE_YEAR = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "前年": -2, "明年": 1}
_RELATIVE_MONTH = {"本月": 0, "上月": -1, "上个月": -1, "下月": 1, "下个月": 1}
_RELATIVE_DAY = {"今": 0, "昨": -1, "前": -2, "明": 1}
_FULL = re.compile(r"(\d{4}|\d{2}(?=[年.])|\d{2}(?=-\d\d-\d\d\b))\s*[年\-/.]\s*(\d{1,2})\s*[月\-/.]\s*(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})/?(0[1-9]|1[0-2])/?([0-3]\d)(?!\d)")
_MONTH = re.compile(r"(?<!\d)(?:(\d{4}|\d\d)年\s*(\d{1,2})\s*月|((?:19|20)\d\d)[-./．](0?[1-9]|1[0-2])(?!\d))")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年?")
_REL_YEAR = re.compile(f"[当同次翌]年|[当同次]月|{'|'.join(_RELATIVE_YEAR)}")
_REL_MONTH = re.compile("|".join(_RELATIVE_MONTH))
_REL_DAY = re.compile("([今昨明])[天日晚晨早]|(?<!大)(前)[天日]")
_DAY = re.compile(r"(?<!\d)(\d{1,2})\s*月\s*(\d{1,2})\s*(?:日|号|[-—–~至、])")
_ONLY_MONTH = re.compile(r"(?<!\d)(\d{1,2})\s*月(?!\d)")
_ONLY_DAY = re.compile(r"(?<!\d)(\d{1,2})\s*(?:日|号)")
_DAMAGED = re.compile(r"(?<!\d)(\d{2,7})日")


def _plain(text: str) -> str:
    text = text.translate(_DIGITS)
    return _TEN.sub(lambda m: f"{m[1] or '1'}{m[2] or '0'}", text)


def _iso(year: int, month: int, day: int | None = None) -> str | None:
    if not (1900 <= year <= 2100 and 1 <= month <= 12):
        return None
    if day is None:
        return f"{year:04}-{month:02}"
    return f"{year:04}-{month:02}-{day:02}" if 1 <= day <= monthrange(year, month)[1] else None


def _year(written: str) -> int:
    return int(written) if len(written) == 4 else 2000 + int(written)


def find_date(text: str) -> str | None:
    """The first full date that a text holds, as an ISO date.

    >>> find_date("发布日期:2022-04-01 打印"), find_date("23-08-18 04:55"), find_date("5月3日")
    ('2022-04-01', '2023-08-18', None)
    """
    for match in sorted([*_FULL.finditer(text), *_COMPACT.finditer(text)], key=lambda m: m.start()):
        if found := _iso(_year(match[1]), int(match[2]), int(match[3])):
            return found
    return None


def _latest(month: int, day: int | None, published: str) -> str | None:
    """The latest year whose such month or day is not after publication; to a known year only, itself."""
    year = int(published[:4])
    for candidate in range(year, year - 9, -1):  # 29 February comes every fourth year, or every eighth
        found = _iso(candidate, month, day)
        if found and found[: len(published)] <= published[: len(found)]:
            return found
    return None


def _damaged(digits: str, published: str) -> str | None:
    """Digits that lost 月 and — (``630`` is 6月30日, ``51920`` 5月19—20日), where only one reading is left."""
    readings: set[tuple[str, str]] = set()
    for month_width in (1, 2):
        month, days = digits[:month_width], digits[month_width:]
        if month.startswith("0"):
            continue
        for width in (1, 2):
            first, last = days[:width], days[width:]
            if not first or len(last) > 2 or first.startswith("0") or last.startswith("0"):
                continue
            if last and not int(first) < int(last):
                continue
            start = _latest(int(month), int(first), published)
            end = _iso(int(start[:4]), int(start[5:7]), int(last or first)) if start else None
            if start and end and end <= published:
                readings.add((start, end))
    for nearest in (7, 60):  # news is written soon after: one reading that is near settles it
        if len(readings) > 1:
            near = {r for r in readings if (date.fromisoformat(published) - date.fromisoformat(r[1])).days <= nearest}
            readings = near or readings
    return readings.pop()[0] if len(readings) == 1 else None


def resolve_date(text: str, published: str | None = None) -> str | None:
    """Read a date expression as an ISO prefix (``2022-06-30``, ``2022-06``, ``2022``); a range gives its start.

    Args:
        text: the expression as it is written: 2月26日, 3月31日下午, 今年3月, 去年, 2021年, 630日上午.
        published: the ISO date, or its prefix, of publication; without it only what names its year is known.

    Returns: the latest reading that is not after publication, None where that is unknown.

    >>> resolve_date("12月31日", "2022-01-01"), resolve_date("今年3月", "2023-08-18"), resolve_date("2月26日")
    ('2021-12-31', '2023-03', None)
    >>> resolve_date("630日上午", "2022-07-01"), resolve_date("51920日", "2022-07-01")
    ('2022-06-30', '2022-05-19')
    """
    text = _plain(text)
    if found := find_date(text):
        return found
    if match := _MONTH.search(text):
        return _iso(_year(match[1] or match[3]), int(match[2] or match[4]))
    if match := _YEAR.search(text):
        return match[1]
    if published is None:
        return None
    year = None
    if match := _REL_YEAR.search(text):
        if match[0] not in _RELATIVE_YEAR:
            return None  # 当年, 次月: of a date named before
        year = int(published[:4]) + _RELATIVE_YEAR[match[0]]
    return _relative(text, published, year)


def _relative(text: str, published: str, year: int | None) -> str | None:
    if match := _DAY.search(text):
        month, day = int(match[1]), int(match[2])
        return _iso(year, month, day) if year else _latest(month, day, published)
    if match := _ONLY_MONTH.search(text):
        month = int(match[1])
        return _iso(year, month) if year else _latest(month, None, published)
    if year:
        return f"{year:04}"
    alone = _ONLY_DAY.search(text)
    if (match := _REL_MONTH.search(text)) and len(published) >= 7:
        return _iso(*_month(published, _RELATIVE_MONTH[match[0]]), int(alone[1]) if alone else None)
    if len(published) < 10:
        return None
    if (match := _DAMAGED.search(text)) and len(match[1]) >= 3:
        return _damaged(match[1], published)
    if alone:  # of the month of publication, or of the one before
        return _iso(*_month(published, -(int(alone[1]) > int(published[8:10]))), int(alone[1]))
    if match := _REL_DAY.search(text):
        days = timedelta(days=_RELATIVE_DAY[match[1] or match[2]])
        return (date.fromisoformat(published) + days).isoformat()
    return None


def _month(published: str, shift: int) -> tuple[int, int]:
    """The year and month so many months after publication."""
    year, month = divmod(int(published[:4]) * 12 + int(published[5:7]) - 1 + shift, 12)
    return year, month + 1
