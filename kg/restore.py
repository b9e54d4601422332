"""Undo what the web did to a text: pure functions, each from a text to the restored text and the map back to it."""

import html
import re
import unicodedata
from collections.abc import Callable
from functools import cache

import pypinyin

from kg.byteshift import without_byte_shift
from kg.characters import simplified
from kg.layout import surname_pattern
from kg.lexicon import column, either
from kg.offsets import OffsetMap, edit
from kg.wraps import without_page_heads, without_wraps

__all__ = ["STEPS", "restore"]

Restored = tuple[str, OffsetMap]

HAN = "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
_HANS = re.compile(HAN)


# --- Characters that no one wrote.
_CONTROL = re.compile(  # a zero-width joiner makes one picture of two
    "\r\n?|(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u2064\ufeff]"
)


def without_controls(text: str) -> Restored:
    r"""Remove control and zero-width characters; a line ends with ``\n`` alone.

    >>> without_controls("创\u200b新\r\n")[0]
    '创新\n'
    """
    newline = "\r\u2028\u2029\x85\x0b\x0c"
    return edit(text, [(m.start(), m.end(), "\n" if m[0][0] in newline else "") for m in _CONTROL.finditer(text)])


# --- HTML left in plain text: tags, and entities, some without their semicolon.
_TAG = re.compile(
    r"</?(?:(p|br|div|li|tr|section|h[1-6])|strong|em|b|i|u|span|a|img|font|center|td|th|ul|ol|table)\b[^<>]{0,500}>"
)
_ENTITY = re.compile(r"&(?:(#\d{2,7}|#[xX][0-9a-fA-F]{2,6}|[A-Za-z][A-Za-z0-9]{1,30});|([a-z]{4,8})(?![A-Za-z0-9=;]))")


def without_markup(text: str) -> Restored:
    r"""Remove HTML tags and read entities, with or without the semicolon.

    >>> without_markup("<p>&ldquo创新&rdquo;A&B</p>")[0]
    '\n“创新”A&B\n'
    """
    edits = [(m.start(), m.end(), "\n" if m[1] else "") for m in _TAG.finditer(text)]
    for match in _ENTITY.finditer(text):
        new = html.unescape(f"&{match[1] or match[2]};")
        if not new.endswith(";"):
            edits.append((match.start(), match.end(), _CONTROL.sub("", new)))
    return edit(text, sorted(edits))


# --- Pinyin in brackets after the character that it reads.
_PINYIN = re.compile(f"(?<=({HAN}))[(（]([a-zɡāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿê\u0300-\u030c]{{1,8}})[)）]")


@cache
def _readings(character: str) -> list[str]:
    return list(pypinyin.pinyin(character, heteronym=True, style=pypinyin.Style.NORMAL)[0])


def _toneless(syllable: str) -> str:
    bare = unicodedata.normalize("NFD", syllable.replace("ɡ", "g")).replace("u\u0308", "v")
    return "".join(c for c in bare if not unicodedata.combining(c))


def without_pinyin(text: str) -> Restored:
    """Remove pinyin in brackets where it is a reading of the character before it.

    >>> without_pinyin("開發(fā)區(qu)，中国(郑州)，氨(nh)")[0]
    '開發區，中国(郑州)，氨(nh)'
    """
    return edit(text, [(m.start(), m.end(), "") for m in _PINYIN.finditer(text) if _toneless(m[2]) in _readings(m[1])])


# --- Traditional characters.
_SHARE = 0.08  # Traditional text has three such characters in ten, Simplified text with a rare name one in a hundred
_ENOUGH = 20


@cache
def _traditional() -> re.Pattern[str]:
    """The characters that Simplified text has no use for: OpenCC changes them and GB 2312 lacks them."""
    all_han = "\n".join(map(chr, range(0x4E00, 0xA000)))
    pairs = zip(all_han.split("\n"), simplified(all_han).split("\n"), strict=True)
    return re.compile(f"[{''.join(c for c, new in pairs if c != new and not c.encode('gb2312', 'ignore'))}]")


def without_traditional(text: str) -> Restored:
    """Write passages that are Traditional by their share of Traditional-only characters in Simplified ones.

    >>> without_traditional("淮陰區科技局局長吳洪高表示")[0]
    '淮阴区科技局局长吴洪高表示'
    >>> without_traditional("运动员王濛来到科技城参观并与同学们交流")[0]
    '运动员王濛来到科技城参观并与同学们交流'
    """
    found = _traditional()
    count = len(found.findall(text))
    whole = count > 2 and count >= _SHARE * len(_HANS.findall(text))

    def convert(match: re.Match[str]) -> str:
        share, length = len(found.findall(match[0])), len(_HANS.findall(match[0]))
        passage = share > 2 and share >= _SHARE * length
        return simplified(match[0]) if (passage if length >= _ENOUGH else whole) else match[0]

    return re.sub(r"[^\n]+", convert, text) if count else text, OffsetMap.identity(len(text))


# --- Full-width letters, digits and spaces.
_SPACES = "\t\xa0\u3000\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f"
_WIDE = dict.fromkeys(_SPACES, " ")
_WIDE |= {char: chr(ord(char) - 0xFEE0) for char in map(chr, range(0xFF01, 0xFF5E)) if char.isalnum() or char in "％．"}
_ANY_WIDE = re.compile(f"[{''.join(_WIDE)}]")


def without_wide(text: str) -> Restored:
    """Full-width digits and letters become half-width, every space a plain one, in place.

    >>> without_wide("８月１５日　Ｇ６０")[0]
    '8月15日 G60'
    """
    return _ANY_WIDE.sub(lambda match: _WIDE[match[0]], text), OffsetMap.identity(len(text))


# --- Names and words padded with spaces.
_SPACE = "[ \xa0\u3000]"
_BETWEEN = re.compile(f"{_SPACE}(?<={HAN}.){_SPACE}*(?:{HAN}|/)")
_PADDED_WORD = re.compile(
    f"(?<![^\\s，,、。；;：:（(■●◆▲|/]){HAN}(?:{_SPACE}{HAN}){{2,}}(?![^\\s，,、。；;：:）)|/]|{_SPACE}{HAN})"
)
_AROUND = "，,、。；;：:（）()|/■●◆▲“”《》"


@cache
def _padded() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Padded roles of a byline, and padded names: between breaks, or after an office."""
    words = [word for word in ("来源", *column("byline_roles", "role")) if len(word) > 1]
    roles = "|".join(f"{_SPACE}{{1,2}}".join(word) for word in words)
    ends = f"(?![^\\s{_AROUND}])|(?={either(words)})"
    name = f"(?<![^\\s{_AROUND}]){surname_pattern()}({_SPACE}{{1,4}}){HAN}(?:{ends})"
    after = f"(?<=[长记任员者委席授士事理监官]){surname_pattern()}(\u3000){HAN}(?!{HAN}{_SPACE})"
    return re.compile(roles), re.compile(f"{name}|{after}")


def without_padding(text: str) -> Restored:
    """Close names and words that are padded with spaces; people separated by spaces stay apart.

    >>> without_padding("通 讯 员 罗爱锋 王小青 贾 婧")[0]
    '通讯员 罗爱锋 王小青 贾婧'
    """
    if not _BETWEEN.search(text):
        return text, OffsetMap.identity(len(text))
    role, name = _padded()
    blanks = {i for match in role.finditer(text) for i in range(*match.span()) if text[i].isspace()}
    for match in _PADDED_WORD.finditer(text):
        gaps = range(match.start() + 1, match.end(), 2)
        if not blanks.isdisjoint(gaps):
            continue  # names stand beside the role
        two_names = len(gaps) == 3 and all(re.match(surname_pattern(), match[0][i]) for i in (0, 4))
        blanks.update(gaps[::2] if two_names else gaps)
    closed = set(blanks)
    for match in name.finditer(text):
        start, end = match.span(1 if match[1] else 2)
        if closed.isdisjoint(range(start - 1, end + 1)):
            blanks.update(range(start, end))
    return edit(text, [(i, i + 1, "") for i in sorted(blanks)])


# --- Punctuation written twice.
_DOUBLED = re.compile("(?<![，。、；：])([，。、；：])\\1(?![，。、；：])")


def without_doubled(text: str) -> Restored:
    """Punctuation marks that stand twice become one; three full stops are an ellipsis.

    >>> without_doubled("会议，，要求。。。")[0]
    '会议，要求。。。'
    """
    return edit(text, [(m.start(), m.end(), m[1]) for m in _DOUBLED.finditer(text)])


STEPS: tuple[Callable[[str], Restored], ...] = (
    without_controls,
    without_byte_shift,
    without_markup,
    without_pinyin,
    without_traditional,
    without_padding,
    without_wide,
    without_page_heads,
    without_wraps,
    without_doubled,
)


def restore(raw: str) -> Restored:
    """Undo all damage, step by step.

    >>> text, offsets = restore("開發(fā)區８月")
    >>> text, offsets.raw(0, 3)
    ('开发区8月', (0, 7))
    """
    text, offsets = raw, OffsetMap.identity(len(raw))
    for step in STEPS:
        text, done = step(text)
        offsets = offsets.then(done)
    return text, offsets
