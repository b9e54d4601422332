"""GBK text that lost one byte: every character after it is read one byte off, up to the next ASCII byte.

Text is repaired where that makes it far likelier under a model of characters and of their pairs within words.
"""

import math
import re
from functools import cache
from string import ascii_letters

from kg.characters import simplified
from kg.offsets import OffsetMap
from kg.tables import character_costs, pair_costs

__all__ = ["without_byte_shift"]

_LONGEST = 500  # no run is longer than a line
_UNKNOWN = 8.5
_WITHIN_WORDS = 0.6  # of a text's pairs of neighbours
_HOPELESS = 4.0
_LOSS = 4.5  # one character in 30,000 loses its first byte; beside U+FFFD, which nobody writes, far more
_LOSS_SEEN = 2.0
_LEAST = 1.5  # no lost character and the one after it are cheaper


_simple = cache(simplified)


@cache
def _cost(character: str) -> float:
    costs = character_costs()
    if "！" <= character <= "～" and character.isalnum():
        character = chr(ord(character) - 0xFEE0)
    return min(costs.get(c, _UNKNOWN) for c in (character, _simple(character)))


@cache
def _cost_after(before: str, character: str) -> float:
    within = pair_costs().get(_simple(before) + _simple(character))
    alone = 10 ** -_cost(character) * (1 - _WITHIN_WORDS)
    return -math.log10(alone + (_WITHIN_WORDS * 10**-within if within is not None else 0))


@cache
def _pair(lead: int, trail: int) -> str:
    return bytes((lead, trail)).decode("gb18030", "ignore")


@cache
def _two_bytes(character: str) -> tuple[int, int] | None:
    """A character in GBK; punctuation was full-width before somebody made it half-width."""
    wide = chr(ord(character) + 0xFEE0) if character in "!(),.:;?" else character
    code = wide.encode("gb18030", "ignore")
    return (code[0], code[1]) if len(code) == 2 else None


@cache
def _candidates(lead: int | None, trail: int | None) -> list[str]:
    leads, trails = ([lead] if lead else range(0x81, 0xFF)), ([trail] if trail else range(0x80, 0xFF))
    found = [_pair(a, b) for a in leads for b in trails]
    return [c for c in found if len(c) == 1 and not c.isascii() and _cost(c) < _UNKNOWN]


def _lost(before: str, candidates: list[str], after: str) -> tuple[str, float]:
    """The character that most likely stood between two others, U+FFFD where it is unclear; the cost of any of them."""
    if after == "\n":
        candidates = [c for c in candidates if c not in "，、；（“《‘"]
    costs = [(_cost_after(before, c) + _cost_after(c, after), c) for c in candidates]
    shares = [10**-cost for cost, _ in costs]
    if not costs:
        return "\ufffd", 2 * _UNKNOWN
    cost, best = min(costs)
    return best if 10**-cost > sum(shares) / 2 else "\ufffd", -math.log10(sum(shares))


@cache
def _marker() -> re.Pattern[str]:
    """How a run may end: in a second byte that is ASCII, one that stands alone, or one that took in a letter."""
    swallowed = (_pair(lead, ord(letter)) for lead in range(0xA1, 0xFF) for letter in ascii_letters)
    return re.compile(f"(?<=[^\x00-\x7f])(?:[@-~\ufffd]|[{''.join(filter(None, swallowed))}](?=[0-9A-Za-z]))")


def _reach(text: str, low: int, marker: int, after: int | None) -> int:
    """How far back from ``marker`` the characters are likelier when shifted, by themselves."""
    gain = best = 0.0
    reach = marker
    for i in range(marker - 1, max(low, marker - _LONGEST) - 1, -1):
        if (pair := _two_bytes(text[i])) is None:
            break
        if after is not None:
            character = _pair(pair[1], after)
            if len(character) != 1 or character.isascii():
                break
            gain += _cost(text[i + 1]) - _cost(character)
        if gain < best - _HOPELESS:
            break
        if gain > best - _HOPELESS / 2:
            best, reach = max(best, gain), i
        after = pair[0]
    return reach


def _shifted(text: str, low: int, marker: int) -> tuple[int, str] | None:
    """Where the run of misread characters that ends at ``marker`` starts, and what was written there."""
    end, rest = text[marker], ""
    after = None if end == "\ufffd" else ord(end)
    if not end.isascii() and (swallowed := _two_bytes(end)):
        after, rest = swallowed[0], chr(swallowed[1])
    limit = _reach(text, low, marker, after)
    following = rest or text[marker + 1 : marker + 2] or "\n"
    unknown: list[str] = []
    best = (_LOSS if after else _LOSS_SEEN, -1, "")
    gain = _cost_after(end, following) if after and limit < marker else 0.0
    written = ""
    for i in range(marker - 1, limit - 1, -1):
        lead, trail = _two_bytes(text[i]) or (0, 0)
        if after is None:
            unknown = _candidates(trail, None)
        else:
            gain += _cost_after(text[i], text[i + 1]) if text[i + 1] != "\ufffd" else 0
            character = _pair(trail, after)
            if unknown:
                written, cost = _lost(character, unknown, following)
                unknown = []
            else:
                cost = _cost_after(character, written[0] if written else following)
            gain -= cost
            written = character + written
            before = text[i - 1] if i else "\n"
            total = gain + _cost_after(before, text[i])
            if total > best[0] + _LEAST:
                first, cost = _lost(before, _candidates(None, lead), written[0])
                best = max(best, (total - cost, i, first + written + rest))
        after = lead
    return best[1:] if best[1] >= 0 else None


def without_byte_shift(text: str) -> tuple[str, OffsetMap]:
    """Undo GBK byte shift: re-encode, put the lost byte back, decode, keep what is far likelier by its characters.

    >>> without_byte_shift("支撐！被搓巺^科技局")[0]
    '支撐。”淮陰區科技局'
    """
    parts: list[str] = []
    maps: list[OffsetMap] = []
    at = 0
    for match in _marker().finditer(text):
        if match.start() >= at and (found := _shifted(text, at, match.start())):
            start, written = found
            letter = len(written) - (match.end() - start)
            parts += [text[at:start], written]
            shared = [start, *range(start, match.start())]  # a first byte is from the character before
            maps += [OffsetMap.identity(start, at), OffsetMap(shared, range(start + 1, match.end() + 1))]
            maps.append(OffsetMap([match.start()] * letter, [match.end()] * letter))
            at = match.end()
    maps.append(OffsetMap.identity(len(text), at))
    return "".join([*parts, text[at:]]), OffsetMap.concat(maps)
