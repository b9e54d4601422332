"""Bodies and their names: completing elliptical ones (市委 → 云溟市委) and telling two forms of one name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from kg.lexicon import column, cue, departments, either, table
from kg.model import Home
from kg.places import chain, prefix

__all__ = ["TOWNS", "Completion", "body_key", "complete", "has_term", "is_elliptical", "same_company", "short_form"]
__all__ += ["zone_of"]

TOWNS = ("街道", "镇", "乡")
_LEVELS = {"省": "province", "市": "city", "州": "city", "盟": "city", "区": "county", "县": "county", "旗": "county",
           "自治区": "province"}  # fmt: skip
_ELLIPTICAL = cue("body.elliptical")
_TERM = re.compile(r"第?[一二三四五六七八九十]+届")
_SAME = cue("body.same")
_SCHOOLS = ("大学", "学院", "学校", "中学", "小学", "校", "附中", *(f"{n}中" for n in "一二三四五六七八九十"))
_COMPANY = cue("body.company")
_OFFICIAL = cue("body.official")
_HOSPITALS = ("医院", "卫生院", "保健院")
_PART = cue("body.part")
_INSIDE = cue("body.inside")
_IN_TOWN = re.compile(f".+?(?:{'|'.join(TOWNS)})")
_VILLAGE = re.compile(r".+(?:社区|村)")
_UNIVERSITY = re.compile(r".+?大学(?=[^附].)")
_LEAGUE = cue("body.league")
_SCHOOL = re.compile(r"[^省市县区大]{2,8}学院")
_BUREAU = cue("body.unit")
_UNLISTED = cue("body.city")
_CITY = re.compile(r"^[一-龥]{2,3}市(?=[一-龥]{1,3}[区县])")
_TOWN = cue("body.town")
_TERRITORY = cue("body.territory")
_PARTY = cue("body.party")
_ZONE = cue("body.zone")
_UNIT = cue("body.of-body")


@dataclass(frozen=True, slots=True)
class Completion:
    """A body's full name, what it was completed from and why."""

    name: str
    source: str
    why: str


def complete(name: str, home: Home | None, sentence: Sequence[str], article: Sequence[str]) -> Completion | None:
    """Complete an elliptical body, zone or department; ``None`` where the name stands by itself or nothing helps.

    Args:
        name: the name as written.
        home: the place the article speaks from.
        sentence: full names of bodies, zones and places before it in the sentence, nearest first.
        article: the same for the sentences before.

    >>> home = Home(province="河南省", city="郑州市")
    >>> complete("市科技局", home, [], []).name
    '郑州市科技局'
    >>> complete("组织部", home, ["苏州市委"], []).name
    '苏州市委组织部'
    """
    name = _untermed(name)
    known = [*sentence, *article]
    if _SAME.match(name) and not _COMPANY.match(name):
        kinds = _SCHOOLS if name[1:] == "校" else (name[1:],)
        full = next((f for f in known if f.endswith(kinds) and f != name), None)
        return Completion(full, full, "the body named last") if full else None
    if match := _COMPANY.match(name):
        companies = [f for f in known if not (_OFFICIAL.fullmatch(f) or _COMPANY.match(f) or f[0] in "“‘")]
        # 天元集团承建的体育中心: who is called 集团 or 公司 may say so in its name.
        full = next((f for f in companies if match[1] in f), next(iter(companies), None))
        return Completion(full + name[match.end() :], full, "the company named last") if full else None
    if name in departments():
        return _department(name, home, sentence, article)
    if _LEAGUE.match(name):
        whose = complete(name[1:], home, sentence, article)
        return replace(whose, name=f"共青团{whose.name}") if whose else None
    if (match := _ELLIPTICAL.match(name)) and not prefix(name):
        return _territorial(name, match, home, sentence, article)
    if match := _TOWN.match(name):
        for full in known:
            if found := _IN_TOWN.match(full):
                return Completion(found[0] + name[match.end() :], full, "the town named before")
        return None
    fuller = (f for f in known if f.endswith(name) and f != name)
    if _PART.fullmatch(name) and not prefix(name) and (full := next(fuller, None)):
        return Completion(full, full, "the full name said before")
    if _SCHOOL.fullmatch(name) and (found := _UNIVERSITY.match(next(iter(sentence), ""))):
        return Completion(found[0] + name, found[0], "a school of the university named before it")
    if match := _INSIDE.match(name):
        full = next((f for f in known if f.endswith(match[0]) and f != match[0]), None)
        return Completion(full + name[match.end() :], full, "the body named last") if full else None
    if _BUREAU.fullmatch(name):
        # Where the sentence names no body, a ward is one of the hospital that the article is about.
        hospitals = (f for f in article if name[-1] == "科" and f.endswith(_HOSPITALS))
        if whole := next(iter([*sentence, *hospitals]), None):
            return _subunit(name, whole)
    return None


def is_elliptical(name: str) -> bool:
    """Whether a name needs completing.

    >>> is_elliptical("市委"), is_elliptical("市场监管总局"), is_elliptical("组织部")
    (True, False, True)
    """
    name = _untermed(name)
    return (
        name in departments()
        or bool(_SAME.match(name) or _COMPANY.match(name))
        or bool(_TOWN.match(name) or _LEAGUE.match(name))
        or bool(_ELLIPTICAL.match(name) and not prefix(name))
    )


def has_term(name: str) -> bool:
    """Whether a body is named with its term (第十届市委)."""
    return bool(_TERM.match(name.removeprefix("中共")))


def _untermed(name: str) -> str:
    """A name without 中共 and the term that it opens with (第十届市委)."""
    name = name.removeprefix("中共")
    return name[match.end() :] if (match := _TERM.match(name)) else name


def _territorial(
    name: str, match: re.Match[str], home: Home | None, sentence: Sequence[str], article: Sequence[str]
) -> Completion | None:
    level = match[1]
    rest = name[match.end() :]
    own = _home_at(home, level) if home else None
    for full in sentence:
        # A place that merely stands in the same list is not whose body it is, where the home says so.
        if (place := _place_at(full, level)) and not (own and place == full != own):
            return Completion(place + rest, full, f"the {_LEVELS[level]} of the body named before it")
    if home and (place := own):
        return Completion(place + rest, home.name, f"the article's home: {home.why}")
    for full in article:
        if place := _place_at(full, level):
            return Completion(place + rest, full, f"the {_LEVELS[level]} named last")
    return None


def _home_at(home: Home, level: str) -> str | None:
    if level in {"省", "自治区"}:
        return home.province if level == "省" or (home.province or "").endswith(level) else None
    if level in "市州盟":
        # A county-level city speaks of itself as 市.
        if home.county and home.county.endswith("市"):
            return home.county
        return home.city or (home.province if home.province and home.province.endswith("市") else None)
    return home.county


def _place_at(full: str, level: str) -> str | None:
    """The place of a level that a full name begins with, by its own full name."""
    # The short name of a county may be another thing's name (黄埔军校).
    if (found := chain(full)) and (full[: found[1]].endswith(found[0].name) or found[0].level != "county"):
        fitting = [name for name in found[0].path if name.endswith(level)]
        if fitting:
            return fitting[-1]
    if full.endswith(level) and len(full) > 2:
        return full
    match = _TERRITORY.match(full.removeprefix("中共").removeprefix("共青团"))
    place = re.sub("区区$", "区", match[1]) if match else ""  # 云溟新区区委
    return place if place.endswith(level) and len(place) > 1 else None


def _department(name: str, home: Home | None, sentence: Sequence[str], article: Sequence[str]) -> Completion | None:
    kind = departments()[name]
    for full in sentence:
        if kind == "party" and (found := _PARTY.match(full)):
            return Completion(found[1] + name, full, "the party committee named before it")
        if kind == "village" and (found := _VILLAGE.match(full)):
            return Completion(found[0] + name.removeprefix("村"), full, "the village of the body named before it")
        if kind == "zone" and (zone := zone_of(full)):
            return Completion(zone + name, full, "the zone named before it")
        if kind == "territory" and (found := _TERRITORY.match(full)):
            return Completion(found[1] + name, full, "the place of the body named before it")
        if kind == "territory" and name[-1] != "局" and (town := zone_of(full)) and town.endswith(TOWNS):
            return Completion(town + name, full, "the town of the body named before it")
        if kind == "same":
            return Completion(full, full, "the body named last") if full.endswith(name) else _subunit(name, full)
    if kind == "zone":
        for full in article:
            if zone := zone_of(full):
                return Completion(zone + name, full, "the zone named last")
        return None
    if home and home.lowest and kind in {"party", "territory"}:
        return Completion(
            home.lowest + ("委" if kind == "party" else "") + name, home.name, f"the article's home: {home.why}"
        )
    return None


def zone_of(full: str) -> str | None:
    """The zone or town that a name is, or whose body it is.

    >>> zone_of("云溟高新区党工委"), zone_of("云溟高新区"), zone_of("云溟市委")
    ('云溟高新区', '云溟高新区', None)
    """
    match = _ZONE.fullmatch(full)
    core = match[1] if match else full
    return core if core.endswith((*column("zone_suffixes", "suffix"), *TOWNS)) else None


def _subunit(name: str, full: str) -> Completion:
    """A unit of the body before it, or, beside a unit of the same body, its sister."""
    if name.startswith("党委") and (school := _UNIVERSITY.match(full)):
        full = school[0]
    match = _UNIT.fullmatch(full)
    sister = match is not None and match[2][-1] in "处室科" and name[-1] in "处室科"
    return Completion((match[1] if match and sister else full) + name, full, "a unit of the body named before it")


@cache
def _short_forms() -> tuple[tuple[str, str], ...]:
    return tuple((row["long"], row["short"]) for row in table("short_forms"))


@cache
def short_form(name: str) -> str:
    """A body's name with official long forms shortened.

    >>> short_form("中共云溟市委员会"), short_form("云溟市发展和改革委员会")
    ('云溟市委', '云溟市发改委')
    """
    for long, short in _short_forms():
        name = name.replace(long, short)
    return name


def body_key(name: str) -> str:
    """What two forms of one body's name have in common: the lowest place of the chain and the short form of the rest.

    >>> body_key("河南省郑州市人民政府") == body_key("郑州市政府")
    True
    """
    name = _TERM.sub("", re.sub(r"[“”\"《》\s]", "", name)).removeprefix("中共")
    found = chain(name)
    if found is None:
        return short_form(_CITY.sub("", name))
    rest = name[found[1] :]
    # A city that no list knows says more than the province before it.
    return short_form(_CITY.sub("", rest) if _UNLISTED.match(rest) else found[0].name + rest)


@cache
def _tails() -> re.Pattern[str]:
    return re.compile(f"(?:{either(column('company_tails', 'tail'))})+")


def same_company(short: str, long: str) -> bool:
    """Whether a name is another less the tail that companies carry.

    >>> same_company("云溟控股", "云溟控股集团有限公司")
    True
    """
    return len(short) >= 3 and long.startswith(short) and bool(_tails().fullmatch(long[len(short) :]))
