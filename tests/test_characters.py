import pytest

from kg.characters import balanced, code_points, fold, pieces, punctuate


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("3月5日,副市长(兼)到会!", "3月5日，副市长（兼）到会！"),
        ('他说:"开工"和"竣工"', "他说：“开工”和“竣工”"),
        ('只有一个"', "只有一个“"),
        ("買買提•阿里", "買買提·阿里"),
        ("「新区」", "“新区”"),
    ],
)
def test_punctuation_one_for_one(written: str, read: str) -> None:
    assert punctuate(written) == read
    assert len(punctuate(written)) == len(written)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("２０２２年", "0000年"),
        ("5G、ＡＩ", "0A、AA"),
        ("a\t\u3000b", "a  a"),
        ("（甲）", "（甲）"),
        ("\U00020000\ud800", None),
    ],
)
def test_folding_keeps_the_length(written: str, read: str | None) -> None:
    assert fold(written) == (written if read is None else read)
    assert len(code_points(written)) == len(written)


@pytest.mark.parametrize("text", ["", "一二三", "句。" * 30, "词，" * 30, "字" * 61, "头" * 19 + "。" + "字" * 40])
def test_pieces_cover_the_text(text: str) -> None:
    spans = list(pieces(text, 20))
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(0 < end - start <= 20 for start, end in spans)
    assert all(text[end - 1] in "。，" or end == len(text) or "字" * 20 in text for _, end in spans)


@pytest.mark.parametrize(
    ("marked", "whole"),
    [
        ("（记者[林牧之）]报道", "林牧之"),
        ("推进[“东数工程]”建设", "“东数工程”"),
        ("推进“[东数工程”]建设", "“东数工程”"),
        ("[云岭日报（社]记者", "云岭日报"),
        ("[《云岭日报]讯", "云岭日报"),
        ("甲[乙）云岭市]", "云岭市"),
        ("[“一带一路”重点项目]", "“一带一路”重点项目"),
        ("[云岭（集团）公司]", "云岭（集团）公司"),
        ("[）]", ""),
        ("[（]", ""),
    ],
)
def test_brackets_are_whole(marked: str, whole: str) -> None:
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    start, end = balanced(text, start, end)
    assert text[start:end] == whole
