"""The office grammar: bodies and titles become chains of offices, and chains find the people who hold them.

An office is a body and a title (市科技局 + 局长). Offices are coordinated by 、 and 兼 into chains; a chain stands
before the names (市委副书记、市长何松岩), after one in brackets (何松岩（市科技局局长）), or, bare, after one
(何松岩书记). What verbs say (任命…为, 免去…) is a matter of rules, which see a chain as one Post.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kg.bodies import is_elliptical
from kg.dates import resolve_date
from kg.lexicon import cue, titles
from kg.model import Claim, Mention, Span, Status
from kg.nlp import within

__all__ = ["Chain", "Office", "careers", "held", "parse_chains", "stations", "tenure"]

_JOINERS = cue("office.joins")
_LINK = cue("office.link")
_WORKS = cue("office.works-at")
_WORKS_AS = cue("office.works-as")
_NO_MINISTRY = cue("office.whole-body")
_RANGE = re.compile(r"(.*?[年月日\d])\s*(?:至|到|[-—–~～]{1,3})(.*)", re.DOTALL)
_ISO = re.compile(r"\d{4}-\d{1,2}(?:-\d{1,2})?")
_LIFE = cue("date.of-life")
_BORN = cue("date.of-birth")
_SINCE = cue("date.since")
_STATION = cue("office.station")
_VERB = cue("office.verb")
_NEW = cue("office.new")
_ACTING = cue("office.acting")
_FORMER = cue("office.former")
_LIST = cue("office.list")
_BEFORE_NAME = re.compile(r"(?:[（(][^（）()]{1,12}[）)])?\s*(?:[:：]|同志)?\s*")
_LEVEL = cue("office.level")
FAR = 12
NEAR = 9  # characters before an office or a date in which the words that go with it stand


@dataclass(frozen=True, slots=True)
class Office:
    """A title and its body: a mention, or implied by the title (市长 → 市政府, at the place of ``body`` if given)."""

    post: Mention
    body: Mention | None
    implied: str | None = None
    status: Status = "current"

    @property
    def role(self) -> str:
        """The lexicon's word for the title's body: government, state, court, medium, byline, a name, or nothing."""
        known = titles().get(self.post.name)
        return known.body if known else ""

    @property
    def shared(self) -> bool:
        """Whether several people may hold the title at once (副主任, 委员, 记者)."""
        known = titles().get(self.post.name)
        return known.shared if known else self.post.name.startswith("副") or self.post.name.endswith(("员", "师"))


@dataclass(frozen=True, slots=True)
class Chain:
    """Coordinated offices, and the span from the first body to the last title in the article's text."""

    offices: tuple[Office, ...]
    at: Span


def parse_chains(text: str, mentions: Sequence[Mention]) -> list[Chain]:
    """Read the offices of a sentence.

    Args:
        text: the article's text.
        mentions: the mentions of one sentence, in order.
    """
    runs: list[list[tuple[Office, int]]] = []  # offices with where they start
    end = 0
    for i, post in enumerate(mentions):
        if post.type != "Post":
            continue
        body = _adjacent_body(text, mentions, i)
        start = body.at[0] if body else post.at[0]
        joined = bool(runs) and _JOINERS.fullmatch(text, end, start) is not None
        # 云溟控股总裁何松岩，科普作家林牧之: beyond a name and a comma, only an official title is one of the same body.
        between = within(mentions, end, start)
        words = start - end - sum(m.at[1] - m.at[0] for m in between)  # 副区长表示，要贯彻…总书记: too far
        goes_on = _only_people(between) and (post.name in titles() or "，" not in text[end:start]) and words < FAR
        inherited = runs[-1][-1][0] if runs and (joined or goes_on) else None
        if inherited and not joined and (inherited.implied or "")[:1] == "该":
            inherited = None
        if not joined:
            runs.append([])
        body = body or (None if joined else _employer(text, mentions, i))
        runs[-1].append((_office(text, post, body, inherited, start), start))
        end = post.at[1]
    names = {m.at[0] for m in mentions if m.type == "Person"}
    return [chain for run in runs for chain in _split(text, run, names)]


def _split(text: str, run: Sequence[tuple[Office, int]], names: Collection[int]) -> list[Chain]:
    """曾任云溟市委书记，临岚市委书记何松岩: what follows the last comma is the office of the name, not of the verb."""
    start, end = run[0][1], run[-1][0].post.at[1]
    offices = tuple(office for office, _ in run)
    if end in names and _VERB.search(text, max(0, start - NEAR), start):
        for i in range(len(run) - 1, 0, -1):
            before, at = offices[i - 1].post.at[1], run[i][1]
            if re.search(r"[，,；;]", text[before:at]):
                return [Chain(offices[:i], (start, before)), Chain(offices[i:], (at, end))]
    return [Chain(offices, (start, end))]


def _adjacent_body(text: str, mentions: Sequence[Mention], i: int) -> Mention | None:
    if i == 0 or mentions[i - 1].type not in {"Organization", "Place", "Initiative"}:
        return None
    left, post = mentions[i - 1], mentions[i]
    if not _LINK.fullmatch(text, left.at[1], post.at[0]):
        return None
    if left.type == "Place" and i > 1 and (branch := mentions[i - 2]).type == "Organization":
        # 云溟银行华东区总监, 云溟日报驻岭北记者
        return branch if text[branch.at[1] : left.at[0]] in {"", "驻"} else left
    sent = left.type == "Organization" and post.name.endswith(("代表", "大使")) and text[: left.at[0]].endswith("驻")
    return None if sent else left  # 常驻联合国代表 is not of 联合国


def _employer(text: str, mentions: Sequence[Mention], i: int) -> Mention | None:
    """就职于云溟电力，担任董事: the body that somebody is said to work for right before the title."""
    left, post = mentions[max(i - 1, 0)], mentions[i]
    works = left.type == "Organization" and _WORKS.search(text, max(0, left.at[0] - NEAR), left.at[0])
    return left if works and _WORKS_AS.fullmatch(text, left.at[1], post.at[0]) else None


def _only_people(mentions: Sequence[Mention]) -> bool:
    return bool(mentions) and all(m.type == "Person" for m in mentions)


def _last_before(people: Sequence[Mention], position: int) -> Mention | None:
    """The last person named before a position; ``people`` are in order."""
    count = bisect_right(people, position, key=lambda p: p.at[1])
    return people[count - 1] if count else None


def _office(text: str, post: Mention, body: Mention | None, inherited: Office | None, start: int) -> Office:
    lead = text[max(0, start - 4) : start] if body else ""
    own = text[(body.at[1] if body else max(0, start - 3)) : post.at[0]]
    status: Status = "current"
    title = post.name
    if title not in titles():
        title = title.removeprefix("代理").removeprefix("代")
    if _ACTING.search(own) or title != post.name:
        status = "acting"
    elif _FORMER.search(lead) or _FORMER.search(own):
        status = "former"
    elif _NEW.search(lead) or _NEW.search(own):
        status = "appointed"
    elif lead.endswith("、") and body and inherited and inherited.status == "former" and is_elliptical(body.name):
        status = "former"  # 云溟市委原常委、统战部部长
    known = titles().get(title)
    if known and known.body == "state":  # 中央政治局委员、外交部长: not of the body before it
        inherited = None
    if known and known.body == "government" and (body is None or body.type == "Place"):
        level = _LEVEL.search(title)
        anchor = body or (inherited.body if inherited else None)
        return Office(post, anchor, f"{level[1] if level else ''}政府", status)
    if body is None and inherited is not None:
        # 原党组副书记、副主任: what is said of the first title holds for those coordinated with it.
        return Office(post, inherited.body, inherited.implied, inherited.status if status == "current" else status)
    if body is None and known and known.body not in {"", "government", "state", "court", "medium", "byline"}:
        return Office(post, None, known.body, status)
    if body is None and (said := re.search("(?:公司|[校院])$", own)):
        return Office(post, None, f"该{said[0]}", status)
    if body and body.type == "Organization" and title in {"部长", "副部长"} and _NO_MINISTRY.search(body.name) is None:
        # 溟国卫生部长 was read as 溟国卫生 and 部长.
        return Office(post, None, f"{body.name}部", status)
    # The place of a reporter (岭北记者) is not the medium, and hides that of the article.
    reporter = known is not None and known.body == "medium"
    return Office(post, body if body is None or body.type != "Place" or reporter else None, None, status)


def held(text: str, mentions: Sequence[Mention], chains: Sequence[Chain], sentence: Span) -> list[Claim]:
    """Who holds the offices of a sentence, read off their position alone.

    Args:
        text: the article's text.
        mentions: the mentions of the sentence, in order.
        chains: its chains of offices.
        sentence: its span, which is the evidence.
    """
    people = [m for m in mentions if m.type == "Person"]
    bodies = {m.at[1] + text.startswith("的", m.at[1]): m for m in mentions if m.type == "Organization"}
    claims: list[Claim] = []
    listed: tuple[int, Mention | None] = (-1, None)  # where a name with its title ended, and its body
    for i, chain in enumerate(chains):
        if all(o.role == "byline" for o in chain.offices):
            continue
        upcoming = chains[i + 1].at[0] if i + 1 < len(chains) else sentence[1]
        holders = _named_after(text, people, chain, upcoming)
        rule = "holds_post.before-name"
        if not holders:
            holders, rule = _named_before(text, people, chain)
        for position, person in enumerate(holders):
            offices = chain.offices if position == 0 else tuple(o for o in chain.offices if o.shared)
            if rule == "holds_post.after-name" and not offices[0].implied:
                end, before = listed
                body = bodies.get(person.at[0]) or (before if text[end : person.at[0]] in {"、", "和", "与"} else None)
                offices = (replace(offices[0], body=body),)  # 云溟律师事务所何松岩律师、林牧之律师
                listed = chain.at[1], body
            claims += [claim(person, office, sentence, rule) for office in offices]
    return claims


def claim(person: Mention, office: Office, evidence: Span, rule: str, **changes: object) -> Claim:
    """The claim that a person holds an office; ``changes`` are fields of the claim that say otherwise."""
    made = Claim(
        "holds_post", person, office.post, person.article, evidence, rule,
        subject_at=person.at, object_at=office.post.at, body=office.body, implied=office.implied, status=office.status,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def _named_after(text: str, people: Sequence[Mention], chain: Chain, limit: int) -> list[Mention]:
    """The name that follows a chain, and, for a title that several may hold, the names listed after it."""
    following = within(people, chain.at[1], limit)
    if not following or not _BEFORE_NAME.fullmatch(text[chain.at[1] : following[0].at[0]]):
        return []
    holders = following[:1]
    if chain.offices[-1].shared:
        for left, right in pairwise(following):
            gap = text[left.at[1] : right.at[0]]
            # 副区长何松岩与林牧之: only within a list of several does the last one share the title.
            if not _LIST.fullmatch(gap) or (len(holders) == 1 and re.search("[和与及]", gap)):
                break
            holders.append(right)
    return holders


def _named_before(text: str, people: Sequence[Mention], chain: Chain) -> tuple[list[Mention], str]:
    """The name right before a chain: in brackets it holds all of it, without a break only a bare title."""
    person = _last_before(people, chain.at[0])
    if person is None:
        return [], ""
    gap = text[person.at[1] : chain.at[0]]
    if re.fullmatch(r"\s?[（(]", gap) and text[chain.at[1] : chain.at[1] + 1] in {"）", ")", "，", "、"}:
        return [person], "holds_post.in-brackets"
    if gap == "" and len(chain.offices) == 1 and chain.offices[0].body is None:
        return [person], "holds_post.after-name"
    return [], ""


def tenure(
    text: str, dates: Sequence[Mention], match: Span, status: Status | None, published: str | None, decided: str | None
) -> tuple[str | None, str | None, Status | None]:
    """When a post began and ended, and what that makes its status.

    Args:
        text: the article's text.
        dates: the dates of the sentence before the end of ``match``.
        match: the words that speak of the post.
        status: what these words say.
        published: when the article was published.
        decided: when the body that appoints last met, for words that say its decision.
    """
    told = next((d for d in reversed(dates) if not _of_life(text, d)), None)
    beside = told is not None and (told.at[0] >= match[0] or bool(_SINCE.fullmatch(text, told.at[1], match[0])))
    opens = told is not None and text[max(0, told.at[0] - 1) : told.at[0]] in {"", "。", "\n"}
    if told and status == "current" and (opens or _period(told.name)[1]):  # 2001年至2004年在云溟大学任教，担任系主任
        beside = beside or not re.search("[；;现]", text[told.at[1] : match[1]])
    if not told or not (beside or status in {"appointed", "removed", "acting"}):
        start = decided if status in {"appointed", "acting"} else None
        return start, decided if status == "removed" else None, status
    first, last = _period(told.name)
    start = resolve_date(first, published)
    if last is not None and start:
        end = resolve_date(last, published)
        return (start, end, "former") if end else (start, None, status if status != "former" else "current")
    year = published[:4] if published else ""
    if status == "removed":
        return None, start, status
    if status == "current":
        return start, None, status if start and start[:4] != year else "appointed"
    if status in {"appointed", "acting"}:
        # A post taken up before the year of publication, said in passing, is a station of a career.
        past = status == "appointed" and start and year and start[:4] < year
        return start, None, "former" if past else status
    return None, None, status


def _of_life(text: str, date: Mention) -> bool:
    """Whether a date is one of a life, not of a post: born, graduated, joined."""
    start, end = date.at
    return bool(_LIFE.match(text, end) or _BORN.search(text, max(0, start - NEAR), start))


def _period(date: str) -> tuple[str, str | None]:
    """The two ends of a period (2011.10—2019.08), the second empty where it is open; ``None`` for a single date."""
    match = None if _ISO.fullmatch(date) else _RANGE.fullmatch(date)
    return (match[1], match[2]) if match else (date, None)


def stations(
    text: str, mentions: Sequence[Mention], chains: Sequence[Chain], sentence: Span, topic: Mention | None,
    published: str | None,
) -> list[Claim]:  # fmt: skip
    """The lines of a curriculum vitae: a period and the offices after it (2011.10—2019.08 云溟市科技局局长).

    Args:
        text, mentions, chains, sentence: as for :func:`held`.
        topic: whose career it is, where the sentence names nobody before it.
        published: when the article was published.
    """
    claims: list[Claim] = []
    periods = {m.at[1]: m for m in mentions if m.type == "Date" and _period(m.name)[1] is not None}
    people = [m for m in mentions if m.type == "Person"]
    names = {p.at[0] for p in people}
    for chain in chains if periods else ():
        near = range(chain.at[0] - NEAR, chain.at[0] + 1)
        at = next((at for at in near if at in periods and _STATION.fullmatch(text, at, chain.at[0])), None)
        if at is None or chain.at[1] in names:
            continue
        date = periods[at]
        named = _last_before(people, date.at[0])
        if person := named or topic:
            start, until, status = tenure(text, [date], (date.at[0], chain.at[1]), "current", published, None)
            said = {"status": status, "start": start, "end": until, "confidence": 0.85}
            claims += [
                claim(person, office, sentence, "holds_post.station", subject_at=named.at if named else None, **said)
                for office in chain.offices
            ]
    return claims


def careers(claims: Sequence[Claim]) -> list[Claim]:
    """Posts that a later one of the same career has ended: 2017年任副市长, then 2020年任县委书记.

    Args:
        claims: all claims of an article.
    """
    posts = [c for c in claims if c.relation == "holds_post" and c.subject and c.object]
    whole: dict[str, str] = {}
    for name in sorted({c.subject.name for c in posts if c.subject}, key=lambda n: (len(n), n)):
        whole |= {name[:end]: name for end in range(1, len(name) + 1)}
    begun: dict[str, set[str]] = defaultdict(set)
    undated: dict[tuple[str, str], set[tuple[str, Status | None]]] = defaultdict(set)
    for c in posts:
        person, title = whole[c.subject.name], c.object.name  # type: ignore[union-attr]
        if c.start:
            begun[person].add(c.start)
        else:
            undated[person, title].add((_opening(c), c.status))

    def over(c: Claim) -> bool:
        if (
            c.relation != "holds_post"
            or c.status not in {"current", "appointed"}
            or not (c.start and c.subject and c.object)
        ):
            return False
        person, own = whole[c.subject.name], _opening(c)
        others = {status for body, status in undated[person, c.object.name] if not (body and own) or body == own}
        exact = 4 if c.status == "appointed" else len(c.start)
        later = any(s[:exact] > c.start[: min(len(s), exact)] for s in begun[person])
        ended = c.status == "current" and bool(others & {"former", "removed"})
        return ended or (later and not others & {"current", "acting"})

    return [replace(c, status="former") if over(c) else c for c in claims]


def _opening(claim: Claim) -> str:
    """How the body of a post begins: by that, two posts of one title may be one."""
    return claim.body.name[:2] if claim.body else ""
