"""The sample articles: enough of them, and each with the damage that it is there for."""

import json
import re
import unicodedata
from pathlib import Path

import pytest
from opencc import OpenCC

SEEDS = Path(__file__).parent.parent / "seeds"
SAMPLES = sorted(p for p in SEEDS.iterdir() if p.suffix in {".txt", ".jsonl"})
GB18030 = {"07_appointments.txt"}
PINYIN = re.compile(r"[\u4e00-\u9fff^]\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]+\)")
TO_SIMPLIFIED = OpenCC("t2s")


def raw(name: str) -> str:
    text = (SEEDS / name).read_bytes().decode("gb18030" if name in GB18030 else "utf-8")
    return text.removeprefix("\ufeff")


def traditional_share(text: str) -> float:
    """Part of the Chinese characters that Simplified writes otherwise."""
    hanzi = "".join(re.findall("[\u4e00-\u9fff]", text))
    return sum(a != b for a, b in zip(hanzi, TO_SIMPLIFIED.convert(hanzi), strict=True)) / len(hanzi)


def unshift(damaged: str, lost: bytes) -> str:
    """Give the run its lost first byte back."""
    return (lost + damaged.encode("gbk")).decode("gbk")


def test_at_least_ten_different_samples() -> None:
    assert len(SAMPLES) >= 10
    assert len({p.read_bytes() for p in SAMPLES}) == len(SAMPLES)


@pytest.mark.parametrize("name", [p.name for p in SAMPLES if p.suffix == ".txt"])
def test_samples_have_the_length_of_a_news_article(name: str) -> None:
    assert 400 <= len(raw(name)) <= 1200


@pytest.mark.parametrize("name", [p.name for p in SAMPLES])
def test_readme_describes_every_sample(name: str) -> None:
    assert f"`{name}`" in (SEEDS / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [p.name for p in SAMPLES])
def test_script_is_traditional_where_it_should_be(name: str) -> None:
    share = traditional_share(raw(name))
    if name[:2] in {"01", "06", "10"}:
        assert share > 0.2
    else:
        assert share < 0.005


@pytest.mark.parametrize(("name", "at_least"), [("01_zone_inspection.txt", 50), ("06_bureau_head_interview.txt", 50)])
def test_pinyin_stands_in_brackets(name: str, at_least: int) -> None:
    assert len(PINYIN.findall(raw(name))) >= at_least


@pytest.mark.parametrize("name", sorted(GB18030))
def test_gb18030_is_neither_utf8_nor_gbk(name: str) -> None:
    data = (SEEDS / name).read_bytes()
    for encoding in ("utf-8", "gbk"):
        with pytest.raises(UnicodeDecodeError):
            data.decode(encoding)
    assert "云溟市" in data.decode("gb18030")


@pytest.mark.parametrize(
    ("name", "damaged", "restored"),
    [
        ("06_bureau_head_interview.txt", "！被搓巺^", "。”淮陰區"),
        ("10_two_delegations.txt", "！迸R", "。”臨"),
        ("10_two_delegations.txt", "！背纹謪^", "。”澄浦區"),
    ],
)
def test_shifted_bytes_are_readable_again_when_undone(name: str, damaged: str, restored: str) -> None:
    text = raw(name).replace("!", "！")  # the page of the interview has half-width punctuation
    assert text.count(damaged) == 1
    assert restored not in text
    assert unshift(damaged, "。".encode("gbk")[:1]) == restored


def test_columns_of_the_newspaper_page_cut_words() -> None:
    text = raw("05_newspaper_page.txt")
    blocks = re.split(r"\n{2,}", text)
    cut = [b for b in blocks if len(b) > 30 and b[-1] not in "。!?”"]
    assert len(cut) >= 5
    for word in ("文化月这个品牌", "更有序", "党史学习教育", "人才公寓申请", "牵头负责"):
        assert word not in text
        assert word in re.sub(r"\s", "", text)
    assert text.count("本报讯") == 3


def test_jsonl_records_have_their_fields() -> None:
    records = [json.loads(line) for line in raw("12_briefs.jsonl").splitlines()]
    assert len(records) >= 3
    assert len({r["id"] for r in records}) == len(records)
    for record in records:
        assert record["text"].strip()
        assert set(record) <= {"id", "text", "title", "date", "source"}
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", record["date"])
    assert any("title" not in r for r in records)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("01_zone_inspection.txt", ["打印"]),
        ("02_promotion_meeting.txt", ["首页 > 新闻中心 > 城市要闻 > 正文", "责编", "热点推荐", "更多>", "&ldquo"]),
        ("03_press_conference.txt", ["首页 > 云溟 > 正文", "来源:云溟日报2023-06-29", "628日上午", "热点视频"]),
        ("04_rewritten_inspection.txt", ["读完约3分钟", "【/s3/】", "地址:http://", "许指出", "、、"]),
        ("05_newspaper_page.txt", ["扫码看\n视频新闻", "疫情防控 and 经济社会发展"]),
        ("06_bureau_head_interview.txt", ["推薦新聞", "通 訊 員"]),
        ("08_public_notice.txt", ["当前位置", "浏览次数", "上一篇", "\r\n"]),
        ("10_two_delegations.txt", ["來源：", "上一篇"]),
        ("11_national_forum.txt", ["责任编辑", "相关新闻", "版权声明", "兰德维克", "阿依苏丽·图尔迪"]),
        ("12_briefs.jsonl", ["林指出"]),
    ],
)
def test_furniture_and_marks_of_the_page(name: str, lines: list[str]) -> None:
    text = raw(name)
    assert [line for line in lines if not re.search(line, text)] == []


@pytest.mark.parametrize("name", ["03", "07", "08", "11"])
def test_names_are_padded_with_an_ideographic_space(name: str) -> None:
    (path,) = (p for p in SAMPLES if p.name.startswith(name))
    assert "冯\u3000镭" in raw(path.name)


@pytest.mark.parametrize("name", ["08_public_notice.txt", "11_national_forum.txt"])
def test_digits_are_full_width(name: str) -> None:
    digits = re.findall("[０-９]", raw(name))
    assert len(digits) >= 10
    assert unicodedata.normalize("NFKC", "".join(digits)).isdecimal()


@pytest.mark.parametrize("start", ["01", "03", "04", "05", "06", "11"])
def test_punctuation_is_half_width(start: str) -> None:
    (path,) = (p for p in SAMPLES if p.name.startswith(start))
    text = raw(path.name)
    assert text.count(",") > 10 * text.count("，")


def test_byte_order_mark() -> None:
    assert (SEEDS / "08_public_notice.txt").read_bytes().startswith(b"\xef\xbb\xbf")
