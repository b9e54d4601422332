"""Damage as the web does it, made from clean text: each kind a function of the text, a source of chance, a density."""

import random
import re
from collections.abc import Callable

import opencc
import pypinyin

__all__ = ["DENSITIES", "KINDS", "all_kinds", "clean"]

Damage = Callable[[str, random.Random, float], str]
_SENTENCE = re.compile("[^。！？]*[。！？]+[”’）]*|[^。！？]+")
_HAN = re.compile("[\u4e00-\u9fff]")


def clean(text: str, sentences: int = 4) -> str:
    """An article without any damage that was there before, in paragraphs of a few sentences, one a line."""
    text = re.sub(r"<[^<>]*>|&#?\w{2,8};|\*\*|^#+ ", "", text, flags=re.MULTILINE)
    text = re.sub(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff\ufffd&<>]|(?<=[。，、；：])[。，、；：]", "", text
    )
    lines = []
    for line in re.sub(r"[^\S\n]+", " ", text).split("\n"):
        said = _SENTENCE.findall(line.strip())
        lines += ["".join(said[i : i + sentences]).strip() for i in range(0, len(said), sentences)]
    return "\n".join(filter(None, lines))


def _some(pattern: str, new: Callable[[re.Match[str]], str]) -> Damage:
    """Write what matches anew, as often as the density says."""
    found = re.compile(pattern)
    return lambda text, rng, density: found.sub(lambda m: new(m) if rng.random() < density else m[0], text)


def traditional(text: str, rng: random.Random, density: float) -> str:
    """Lines in Traditional characters, by one standard for the whole text."""
    convert = opencc.OpenCC(rng.choice(["s2t", "s2hk", "s2tw"])).convert
    return "\n".join(convert(line) if rng.random() < density else line for line in text.split("\n"))


def pinyin(text: str, rng: random.Random, density: float) -> str:
    """The reading in brackets after characters, with or without its tone."""
    style = rng.choice([pypinyin.Style.TONE, pypinyin.Style.NORMAL])
    left, right = rng.choice(["()", "（）"])

    def reading(match: re.Match[str]) -> str:
        return f"{match[0]}{left}{pypinyin.pinyin(match[0], style=style)[0][0]}{right}"

    return _some(_HAN.pattern, reading)(text, rng, density)


def byte_shift(text: str, rng: random.Random, density: float) -> str:
    """First bytes of characters lost in GBK: all is misread up to the next ASCII byte or the end of the line."""
    places = sorted((i for i, c in enumerate(text) if not c.isascii() and rng.random() < density), reverse=True)
    data = text
    for i in places:
        end = next((j for j in range(i, len(text)) if text[j].isascii()), len(text))
        run = data[i:end].encode("gb18030", "replace")[1:]
        if b"?" not in run and data[i:end] == text[i:end]:
            data = data[:i] + (run + data[end : end + 1].encode()).decode("gb18030", "replace") + data[end + 1 :]
    return data


def wide(text: str, rng: random.Random, density: float) -> str:
    """Full-width digits and letters."""
    return _some("[0-9A-Za-z]", lambda m: chr(ord(m[0]) + 0xFEE0))(text, rng, density)


def controls(text: str, rng: random.Random, density: float) -> str:
    """Zero-width and control characters, and line ends as another system has them."""
    hidden = _some("(?s:.)", lambda m: m[0] + rng.choice("\u200b\u200c\u200d\u200e\ufeff\u2060\xad\x00\x07\x1f\x7f"))
    return hidden(text, rng, density).replace("\n", "\r\n")


_NAMES = {"“": "ldquo", "”": "rdquo", "‘": "lsquo", "’": "rsquo", "—": "mdash", "…": "hellip", "·": "middot"}
_NAMES |= {" ": "nbsp", "《": "#12298", "》": "#x300b", "%": "#37", "、": "#12289"}


def entities(text: str, rng: random.Random, density: float) -> str:
    """HTML entities, half of those with a name without the semicolon."""

    def entity(match: re.Match[str]) -> str:
        name = _NAMES[match[0]]
        bare = not name.startswith("#") and not re.match("[0-9A-Za-z]", text[match.end() :]) and rng.random() < 0.5
        return f"&{name}{'' if bare else ';'}"

    return _some(f"[{''.join(_NAMES)}]", entity)(text, rng, density)


def wraps(text: str, rng: random.Random, density: float) -> str:
    """All paragraphs cut into lines of one width, in some texts with blank lines between all lines."""
    width, end = round(1 / density), rng.choice(["\n", "\n", "\n\n"])
    return end.join(line[i : i + width] for line in text.split("\n") for i in range(0, len(line), width))


def cuts(text: str, rng: random.Random, density: float) -> str:
    """Blank lines within long sentences here and there, also inside a name."""
    lines = []
    for line in text.split("\n"):
        places = [i for i in range(60, len(line) - 20) if line[i - 1] not in "。！？”；：" and "，" in line[i:]]
        cut = rng.choice(places) if places and rng.random() < density else 0
        lines.append(line[:cut] + "\n\n" * bool(cut) + line[cut:])
    return "\n".join(lines)


_HEADS = [
    ("- {} -",), ("— {} —",), ("第{}页",), ("第{}页 共9页",), ("云溟日报 2023年5月6日 星期六", "第{}版"),
    ("2023年5月6日 星期六 第{}版：要闻", "云溟日报"), ("{}", "云溟日报"), ("A0{} 要闻", "2023年5月6日 星期六"),
]  # fmt: skip


def page_heads(text: str, rng: random.Random, density: float) -> str:
    """A page's number, and the newspaper's name and day, wherever a page ends."""
    head = rng.choice(_HEADS)
    ends = [i for i in range(1, len(text)) if rng.random() < density and text[i - 1] != "\n"]
    for page, end in reversed(list(enumerate(ends, 1))):
        text = "\n".join([text[:end], *(line.format(page) for line in head), text[end:].lstrip("\n")])
    return text


def doubled(text: str, rng: random.Random, density: float) -> str:
    """Punctuation marks written twice."""
    return _some("[，。、；：]", lambda m: m[0] * 2)(text, rng, density)


def padded(text: str, rng: random.Random, density: float) -> str:
    """Space within names of two characters after an office."""
    name = "(?<=[长记任员])([王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗冯])([\u4e00-\u9fff])(?=说|表示|介绍|指出|强调|[，、])"
    return _some(name, lambda m: f"{m[1]}\u3000{m[2]}")(text, rng, density)


KINDS: dict[str, Damage] = {
    "Traditional": traditional,
    "pinyin": pinyin,
    "byte shift": byte_shift,
    "full-width": wide,
    "control characters": controls,
    "entities": entities,
    "wrapped lines": wraps,
    "cut sentences": cuts,
    "page heads": page_heads,
    "doubled punctuation": doubled,
    "padded names": padded,
}  # fmt: skip
DENSITIES: dict[str, tuple[float, ...]] = {
    "Traditional": (0.5, 1),
    "pinyin": (0.02, 0.1, 0.3),
    "byte shift": (0.0005, 0.001, 0.002),
    "full-width": (0.3, 1),
    "control characters": (0.005, 0.02, 0.1),
    "entities": (0.3, 1),
    "wrapped lines": (1 / 60, 1 / 35, 1 / 20),
    "cut sentences": (0.3, 1),
    "page heads": (0.0005, 0.002),
    "doubled punctuation": (0.02, 0.1, 0.3),
    "padded names": (0.5, 1),
}  # fmt: skip


def all_kinds(text: str, rng: random.Random, density: float) -> str:
    """Every kind in the order in which it happens, at the lowest or (density 1) the highest of its densities."""
    order = ("Traditional", "doubled punctuation", "padded names", "page heads", "wrapped lines", "cut sentences",
             "full-width", "pinyin", "entities", "byte shift", "control characters")  # fmt: skip
    for kind in order:
        text = KINDS[kind](text, rng, DENSITIES[kind][-1 if density == 1 else 0])
    return text
