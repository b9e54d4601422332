"""The place that an article speaks from, by weighted evidence: its medium, dateline, bodies and the places it names."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache, partial
from typing import Literal

from kg.layout import sign
from kg.lexicon import table
from kg.model import Home, Zone
from kg.places import MUNICIPALITIES, Division, Place, chain, find, mentions, prefix

__all__ = ["home_of"]

_NAMED, _BODY, _ZONE, _DATELINE, _MEDIUM, _LOCAL_MEDIUM, _ELLIPTICAL = 1.0, 3.0, 2.0, 4.0, 2.5, 10.0, 2.0
_WIRE = 1.0  # the dateline of a national medium, which reports from everywhere
_AWAY = 0.3  # where somebody goes to is seldom where the article speaks from
_ENOUGH, _SHARE = 3.0, 0.4
_PASSING = 2.0  # named in passing
_ALONE, _NEARLY_ALL = 4.0, 0.8  # where no body speaks, nearly all places must lie there
_FIRST = 120
_LATE = 200  # of what comes first in the last three quarters the article gives an example

_sign = partial(sign, lexicon="home_signs")


class _Evidence:
    """What speaks for each division: a weight and the words that are worth saying."""

    def __init__(self) -> None:
        self.weight: dict[Division, float] = defaultdict(float)
        self.why: dict[Division, Counter[str]] = defaultdict(Counter)
        self.strong: set[Division] = set()
        self.early: set[Division] = set()

    def add(self, division: Division, weight: float, why: str = "", *, strong: bool = True, early: bool = True) -> None:
        """Add words, which are weak where they are not worth saying."""
        self.weight[division] += weight
        self.why[division][why] += 1
        if early:
            self.early.add(division)
        if strong and why and weight:
            self.strong.add(division)


def home_of(text: str, zones: Sequence[Zone] = (), medium: str | None = None) -> Home | None:
    """The place that an article speaks from, or ``None``: of foreign affairs, of many places, of no place.

    Args:
        text: the article, restored.
        zones: its zones; a dateline is looked for in bylines.
        medium: the medium that published it.

    >>> home = home_of("3月2日,市委书记林牧之到云岭科技城调研。三门峡市科技局汇报了工作。")
    >>> home.name, home.why
    ('河南省三门峡市', 'the body 三门峡市科技局; 市委 and its like')
    """
    evidence = _Evidence()
    _count_places(text, zones, medium, evidence)
    place = _media().get(medium, medium) if medium else None
    if place and (step := chain(place)):
        weight = _MEDIUM if step[0].level == "province" else _LOCAL_MEDIUM
        evidence.add(step[0], weight, f"the medium {medium}")
    _count_ellipses(text, evidence)
    best = _best(evidence)
    if best is None:
        return None
    why = [reason for reason, _ in sorted(evidence.why[best].items(), key=lambda r: (-r[1], r[0])) if reason]
    return _home(best, "; ".join(sorted(why[:3])) or f"{best.name} named most")


def _home(division: Division, why: str) -> Home:
    levels: dict[str, str] = {division.level: division.name}
    for name in division.parents:
        levels |= {d.level: name for d in find(name) if d.path == division.path[: len(d.path)]}
    if division.level == "province" and any(d.level == "city" for d in find(division.name)):
        levels["city"] = division.name
    return Home(levels.get("province"), levels.get("city"), levels.get("county"), levels.get("town"), why)


def _count_places(text: str, zones: Sequence[Zone], medium: str | None, evidence: _Evidence) -> None:
    bylines = [(zone.start, zone.end) for zone in zones if zone.kind == "byline"]
    national = _media().get(medium or "") == "" or any(_sign("wired").search(text, a, b) for a, b in bylines)
    sources = [(zone.start, zone.end) for zone in zones if zone.kind == "source"]
    places = [p for p in mentions(text) if not any(a <= p.start < b for a, b in sources)]
    sure = Counter(name for p in places if len(p.options) == 1 for name in p.options[0].path)
    for place in places:
        division = max(place.options, key=lambda d: sum(sure[name] for name in d.parents))
        if not _is_supported(text, place, division, medium):
            continue
        if any(a <= place.start < b for a, b in bylines):
            dated = text[place.end : place.end + 1].isdigit()
            if dated and not (national and division.name == "北京市"):
                why = f"the dateline {text[place.start : place.end]}"
                evidence.add(division, _WIRE if national else _DATELINE, why, strong=not national)
            continue
        _count_place(text, place, division, evidence)
    for division, times in _unlisted(text).items():
        evidence.add(division, _BODY * times, f"the body {division.name}委 and its like")
        if medium and medium.startswith(division.short):
            evidence.add(division, _LOCAL_MEDIUM, f"the medium {medium}")
    for town, times in _towns(text, sure).items():
        evidence.add(town, (_BODY - _NAMED) * times + _NAMED * text.count(town.name), town.name)
    for row in table("zone_places"):
        if count := text.count(row["zone"]):
            evidence.add(find(row["place"])[0], _NAMED * min(count, 5), f"the zone {row['zone']}")


def _is_supported(text: str, place: Place, division: Division, medium: str | None) -> bool:
    """The short name of a county, or of one of several places, is often no place: something else must speak for it."""
    if text[place.start : place.end] != division.short or (division.level != "county" and len(place.options) == 1):
        return True
    if _sign("village").match(text, place.end):
        return False
    wider = {d.short or d.name for name in division.parents for d in find(name) if d.name in division.parents}
    return (
        bool(_sign("body").match(text, place.end))
        or division.name in text
        or division.short in (medium or "")
        or any(short in text for short in wider)
        or (
            len(place.options) == 1
            and any((match[1] or match[2]) == division.name[-1] for match in _sign("elliptical").finditer(text))
        )
    )


def _unlisted(text: str) -> Counter[Division]:
    """Cities and counties that have a party committee or a government and are in no list: new or renamed ones."""
    found: Counter[Division] = Counter()
    for match in _sign("body in full").finditer(text):
        name = match[2]
        if len(name) > 3 and text.count(name[1:]) > text.count(name):
            name = name[1:]  # 为云溟市
        if text.startswith("政府", match.end()) and _sign("abroad").search(text):
            continue
        if text.count(name) > 1 and not find(name) and prefix(name) is None:
            level: Literal["city", "county"] = "city" if name.endswith(("市", "州")) else "county"
            found[Division(name, name[:-1], level, (match[1],) if match[1] else ())] += 1
    return found


def _towns(text: str, sure: Counter[str]) -> Counter[Division]:
    """Towns that a body is named after, where there is one of that name, or one in a place that is named."""
    found: Counter[Division] = Counter()
    for match in _sign("town").finditer(text):
        for start in range(match.start(), match.end(1) - 2):
            if towns := [d for d in find(text[start : match.end(1)]) if d.level == "town"]:
                town = max(towns, key=lambda d: sum(sure[name] for name in d.parents))
                if len(towns) == 1 or any(sure[name] for name in town.parents):
                    found[town] += 1
                break
    return found


def _count_place(text: str, place: Place, division: Division, evidence: _Evidence) -> None:
    early = 1.5 if place.start < _FIRST else 1.0
    soon = place.start < max(_LATE, len(text) / 4)
    if _sign("away").search(text, max(0, place.start - 3), place.start):
        evidence.add(division, _AWAY, early=False)
    elif match := _sign("body").match(text, place.end):
        evidence.add(division, _BODY * early, f"the body {text[place.start : match.end()]}", early=soon)
    elif match := _sign("zone").match(text, place.end):
        evidence.add(division, _ZONE * early, f"the zone {text[place.start : match.end()]}", early=soon)
    elif not _sign("no place").match(text, place.end):
        evidence.add(division, _NAMED * early, early=soon)


def _count_ellipses(text: str, evidence: _Evidence) -> None:
    """市委, 我市 speak for the city that is named most, 区委 for the district."""
    count = Counter(match[1] or match[2] for match in _sign("elliptical").finditer(text))
    for kind, times in count.items():
        own = kind == "自治区"  # no 区
        named = [d for d in evidence.weight if d.name.endswith(kind) and d.name.endswith("自治区") == own]
        trees = [_tree(d, evidence) for d in named]
        for division, tree in zip(named, trees, strict=True):
            weight = _ELLIPTICAL * min(times, 8) * tree / sum(trees)
            evidence.add(division, weight, f"{kind}委 and its like")


def _tree(division: Division, evidence: _Evidence) -> float:
    """The weight of a division with all that lie in it."""
    inside = sum(w for d, w in evidence.weight.items() if d != division and division.name in d.parents)
    return evidence.weight[division] + inside / 2


def _is_alone(best: Division, evidence: _Evidence) -> bool:
    """Do nearly all places lie in one, though no body speaks? A province named alone is a topic."""
    own = evidence.weight[best]
    others = sum(w for d, w in evidence.weight.items() if d.name not in best.path and best.name not in d.parents)
    known = best.level != "province" or best.name in MUNICIPALITIES
    return known and best in evidence.early and own >= max(_ALONE, _NEARLY_ALL * (own + others))


def _best(evidence: _Evidence) -> Division | None:
    if not evidence.weight:
        return None
    order = sorted(evidence.weight, key=lambda d: (-evidence.weight[d], d.path))
    spoken = [d for d in order if any(wider.name in d.path for wider in evidence.strong)]
    if order[0] not in spoken[:1] and _is_alone(order[0], evidence):
        return order[0]
    best = spoken[0] if spoken else order[0]
    line = {d for d in order if d.name in best.path or best.name in d.parents}
    rivals = sum(w for d, w in evidence.weight.items() if d not in line and w > _PASSING)
    own = evidence.weight[best]
    if not spoken or own < _ENOUGH or evidence.early.isdisjoint(line):
        return None
    if own >= _SHARE * (own + rivals):
        return best
    wider = [d for d in order if d.name in best.parents and d in evidence.strong]
    return wider[0] if wider else None


@cache
def _media() -> dict[str, str]:
    return {row["name"]: row["place"] for row in table("media")}
