"""Damage undone, and clean text left alone."""

import random
from collections.abc import Callable
from itertools import pairwise

import damage
import opencc
import pypinyin
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from kg.byteshift import without_byte_shift
from kg.offsets import OffsetMap
from kg.restore import (
    STEPS,
    restore,
    without_controls,
    without_doubled,
    without_markup,
    without_padding,
    without_pinyin,
    without_traditional,
    without_wide,
)
from kg.wraps import without_page_heads, without_wraps

CLEAN = (
    "3月2日上午，云溟市委书记林牧之来到云溟科学城，实地察看溟湖实验室、人才公寓和科创中心的建设进度，并主持召开座谈会，听取大家的意见。"
    "随后，一行人还走访了园区的三家企业，询问用工和融资情况。\n"
    "他强调，各部门要增强责任感，加快推动重点项目落地，“马上就办”，为企业和人才提供更好的服务。“我们将全力以赴。”何松岩表示。\n"
    "市科技局局长钟意帆汇报了工作。会后，与会人员还就关键技术攻关、科技金融、成果转化等问题进行了深入交流，明确了下一步工作的重点。"
)
WRAPPED = (
    "8月2日，云溟市召开科技创新大会，市委书记林牧之出席会议并讲话，市长钟意帆主持会议。林牧之强调，要坚持把科技创新摆在"
    "核心位置，全面落实《云溟市科技创新条例（修订）》，加快建设云溟科学城，推动重点项目早开工、早投产。市科技局（市委科技办）"
    "局长何松岩作了汇报，冯镭、温如松等参加会议。会议还听取了关于下半年重点工作安排的说明，要求各部门抓好落实，做好服务保障。"
)
PADDED = " \xa0\u3000"


TO_TRADITIONAL, TO_SIMPLIFIED = opencc.OpenCC("s2t"), opencc.OpenCC("t2s")


def traditional(text: str) -> str:
    return TO_TRADITIONAL.convert(text)


def with_pinyin(text: str, every: int = 5) -> str:
    marked = [
        f"{c}({pypinyin.pinyin(c)[0][0]})" if i % every == 0 and "\u4e00" <= c <= "\u9fff" else c
        for i, c in enumerate(text)
    ]
    return "".join(marked)


def shifted(text: str, first: int) -> tuple[str, int]:
    """Lose the first byte of a character; all is misread up to the next ASCII byte, where the run ends."""
    run, end = text[first].encode("gb18030")[1:], first + 1
    while end < len(text) and run[-1] > 0x80:
        run += text[end].encode("gb18030")
        end += 1
    return text[:first] + run.decode("gb18030", "replace") + text[end:], end


def wrapped(text: str, rng: random.Random) -> str:
    lines = []
    for line in text.split("\n"):
        cut = rng.randrange(62, len(line) - 3) if len(line) > 66 else 0
        lines.append(line[:cut] + "\n\n" + line[cut:] if cut and line[cut - 1] not in "。！？”" else line)
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        CLEAN,
        "运动员王濛、李昇智和冯镭来到中国(郑州)文化月现场，氨(NH3)、（ID）、世卫组织(WHO)。",
        "AT&T与R&D，a<b，https://news.example/?a=1&copy=2",
        "区A、的H股、公司CEO、x^2、数组[0]、巴黎^注",
        "人员名单：罗爱锋 王小青 林牧之 何松岩",
        "第一行标题\n第二行标题\n\n正文第一段。\n正文第二段。",
    ],
)
def test_clean_text_is_left_alone(text: str) -> None:
    restored, offsets = restore(text)
    assert restored == text
    assert [offsets.raw(i, i + 1) for i in range(len(text))] == [(i, i + 1) for i in range(len(text))]


Damage = Callable[[str], str]


@pytest.mark.parametrize(
    "damage",
    [
        traditional,
        with_pinyin,
        lambda text: with_pinyin(traditional(text)),
        lambda text: with_pinyin(text.replace("(", "（"), 3),
        lambda text: text.replace("，", "，\u200b").replace("\n", "\r\n"),
        lambda text: text.replace("“", "&ldquo;").replace("”", "&rdquo"),
        lambda text: text.replace("3", "３").replace("2", "２"),
        lambda text: wrapped(text, random.Random(5)),
        lambda text: with_pinyin(wrapped(traditional(text), random.Random(6))).replace("\n", "\r\n"),
    ],
    ids=["traditional", "pinyin", "both", "pinyin dense", "zero width", "entities", "wide", "wraps", "all"],
)
def test_damage_is_undone(damage: Damage) -> None:
    damaged = damage(CLEAN)
    assert damaged != CLEAN
    assert restore(damaged)[0] == CLEAN


def test_byte_shift_anywhere_is_undone_where_enough_of_the_text_is_misread() -> None:
    clean = traditional(CLEAN.replace("\n", ""))
    runs = right = wrong = 0
    for first in (i for i, c in enumerate(clean) if not c.isascii()):
        damaged, end = shifted(clean, first)
        if end - first < 4:
            continue
        restored, offsets = without_byte_shift(damaged)
        runs += 1
        if restored[first + 1 :] == clean[first + 1 :]:  # the character that lost its byte can only be guessed
            right += 1
            assert offsets.raw(end - 1, end) == (end - 2, end)
        else:
            wrong += restored != damaged
    assert runs > 100
    assert right / runs > 0.8
    assert wrong / runs < 0.1


@pytest.mark.parametrize("mark", ["！", "!"])
def test_byte_shift_between_a_full_stop_and_a_quote(mark: str) -> None:
    damaged = f"为全区发展提供支撑{mark}被搓巺^(qū)科技局局长钟意帆表示"
    restored, offsets = restore(damaged)
    assert restored.endswith("。”淮阴区科技局局长钟意帆表示") or restored.endswith("。”淮陰區科技局局长钟意帆表示")
    at = restored.index("科技局")
    assert damaged[slice(*offsets.raw(at - 3, at + 3))] == "被搓巺^(qū)科技局"


@pytest.mark.parametrize(
    ("step", "text", "restored"),
    [
        (without_pinyin, "開發(fā)區(qū)、發(fa)展、创（chuàng）新", "開發區、發展、创新"),
        (without_pinyin, "中国(郑州)、创(xin)、氨(nh)、附件(a)", "中国(郑州)、创(xin)、氨(nh)、附件(a)"),
        (without_markup, "&ldquo创新&rdquo;&nbsp;&#8212;&#x4e2d;&bogus;", "“创新”\xa0—中&bogus;"),
        (without_markup, "<p><strong>消息</strong>：好<br/>的</p>", "\n消息：好\n的\n"),
        (without_controls, "a\r\nb\rc\x00\u200b\ufeff", "a\nb\nc"),
        (without_traditional, "雲溟市科技局局長鍾意帆表示要繼續努力", "云溟市科技局局长钟意帆表示要继续努力"),
        (without_traditional, "裏", "裏"),
        (without_wide, "８月１５日，Ｇ６０，５％\u3000好", "8月15日，G60，5%\u3000好".replace("\u3000", " ")),
        (without_padding, "通 讯 员 罗爱锋 王小青 贾 婧", "通讯员 罗爱锋 王小青 贾婧"),
        (without_padding, "局长冯\u3000镭、副局长荣文希", "局长冯镭、副局长荣文希"),
        (without_padding, "派出所通 讯 员：何松岩", "派出所通讯员：何松岩"),
        (without_padding, "记者 何松岩 林 远校对", "记者 何松岩 林远校对"),
        (without_padding, "市委 政府 人大", "市委 政府 人大"),
        (without_padding, "责任编辑 | 鹏 飞 编 辑 | 邓 力", "责任编辑 | 鹏 飞 编辑 | 邓力"),
        (without_doubled, "会议，，要求。。。", "会议，要求。。。"),
        (without_controls, "好\u200d的👨\u200d💻", "好的👨\u200d💻"),
        (without_page_heads, "会后，大家到\n3\n个园区走访，听取意见。", "会后，大家到\n3\n个园区走访，听取意见。"),
        (
            without_page_heads,
            "会后，大家到\nA03 要闻\n云溟日报\n园区走访，听取意见。",
            "会后，大家到园区走访，听取意见。",
        ),
        (without_page_heads, "云溟日报 2023年5月6日 星期六\n第2版\n标题", "云溟日报 2023年5月6日 星期六\n第2版\n标题"),
        (without_wraps, "提供人才\n\n公寓，", "提供人才\n\n公寓，"),
        (without_wraps, "要做好工作，\n抓紧落实。", "要做好工作，抓紧落实。"),
        (
            without_wraps,
            "标题在这里\n本报讯(记者 何松岩)3月2日，开会。",
            "标题在这里\n本报讯(记者 何松岩)3月2日，开会。",
        ),
    ],
)
def test_step(step: Callable[[str], tuple[str, object]], text: str, restored: str) -> None:
    assert step(text)[0] == restored


def test_column_is_joined_also_inside_a_name() -> None:
    flat = CLEAN.split("\n", maxsplit=1)[0]
    column = "\n".join(flat[i : i + 16] for i in range(0, len(flat), 16))
    assert restore(column)[0] == flat


DAMAGED_TEXT = st.lists(
    st.sampled_from(
        ["云溟市委", "書記林牧之表示", "開(kāi)發", "王\u3000濛", "创新，", "。", "，，", "！被搓巺^", "８", "\u200b", "&ldquo", "<p>", " ",
         "\n", "\n\n", "\r\n", "\n- 2 -\n", "云溟日报 2023年5月6日 星期六\n", "通 讯 员 何松岩", "\ufffd", "巳悼聪ÿ\ufffd", "《", "》", "a", "1."]
    )
    | st.text(max_size=3),
    max_size=30,
).map("".join)  # fmt: skip


def assert_smallest(raw: str, text: str, offsets: OffsetMap) -> None:
    """Order is kept, spans lie within the text, a span's map covers its characters' and nothing else; what is not
    repaired maps to itself."""
    spans = [offsets.raw(i, i + 1) for i in range(len(text))]
    assert len(offsets) == len(text)
    assert all(0 <= start < end <= len(raw) for start, end in spans)
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(spans))
    for start in range(len(text)):
        for end in range(start + 1, min(start + 6, len(text)) + 1):
            assert offsets.raw(start, end) == (min(a for a, _ in spans[start:end]), max(b for _, b in spans[start:end]))
    if text == raw:
        assert spans == [(i, i + 1) for i in range(len(raw))]


@settings(max_examples=300, deadline=None)
@given(DAMAGED_TEXT, st.lists(st.sampled_from(STEPS), min_size=1, max_size=9))
def test_offsets_of_any_chain_of_steps(raw: str, steps: list[Callable[[str], tuple[str, OffsetMap]]]) -> None:
    text, offsets = raw, OffsetMap.identity(len(raw))
    for step in steps:
        new, done = step(text)
        assert_smallest(text, new, done)
        if new == text:
            assert done == OffsetMap.identity(len(text))
        text, offsets = new, offsets.then(done)
    assert_smallest(raw, text, offsets)


@settings(max_examples=150, deadline=None)
@given(DAMAGED_TEXT)
def test_offsets_of_any_text(raw: str) -> None:
    assert_smallest(raw, *restore(raw))


@pytest.mark.parametrize("kind", [*damage.KINDS, "all together"])
def test_what_the_script_damages_is_like_the_clean_text_again(kind: str) -> None:
    make = damage.KINDS.get(kind, damage.all_kinds)
    clean = "\n".join([CLEAN, WRAPPED] * 6)
    wrong = 0
    for seed in range(5):
        for density in damage.DENSITIES.get(kind, (0,)):
            restored = restore(make(clean, random.Random(seed), density))[0]
            wrong += Levenshtein.distance(clean, "\n".join(filter(None, restored.split("\n"))))
    assert 1 - wrong / len(clean) / 5 / len(damage.DENSITIES.get(kind, (0,))) >= 0.995


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 9), st.booleans(), st.booleans())
def test_every_span_restores_from_its_raw_span(seed: int, every: int, wrap: bool, convert: bool) -> None:
    rng = random.Random(seed)
    raw = traditional(CLEAN) if convert else CLEAN
    raw = with_pinyin(wrapped(raw, rng) if wrap else raw, every)
    restored, offsets = restore(raw)
    start = rng.randrange(len(restored) - 1)
    end = rng.randrange(start + 1, len(restored))
    piece = raw[slice(*offsets.raw(start, end))]
    simplified = TO_SIMPLIFIED.convert(without_pinyin(piece)[0].replace("\n\n", ""))
    assert simplified.replace("\n", "") == restored[start:end].replace("\n", "")


@pytest.mark.parametrize("width", [26, 29, 31])
def test_a_text_wrapped_all_through_is_one_again(width: int) -> None:
    lines = [WRAPPED[i : i + width] for i in range(0, len(WRAPPED), width)]
    assert without_wraps("\n\n".join(lines))[0] == WRAPPED


def test_items_of_a_list_stay_apart() -> None:
    text = "1.云溟科学城建设提速；\n2.临岚市召开科技创新大会；\n3.澄浦区推进重点项目建设。"
    assert without_wraps(text)[0] == text
