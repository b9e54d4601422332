"""The spaCy pipeline, with a recognizer that knows a few names."""

from collections.abc import Sequence

import pytest

from kg.articles import split
from kg.lexicon import Name
from kg.model import Overruled, Source, TypedSpan, Zone
from kg.nlp import build_pipeline, find_spans, recognize, split_sentences

KNOWN = {"何松岩": "Person", "云溟市科技局": "Organization", "局长": "Post"}


class ListRecognizer:
    """Finds the names of a list, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def recognize(self, sentences: Sequence[str]) -> list[list[TypedSpan]]:
        self.asked += sentences
        return [[TypedSpan(s.index(n), s.index(n) + len(n), t) for n, t in KNOWN.items() if n in s] for s in sentences]


def test_mentions_are_slices_of_the_raw_text() -> None:
    raw = "雲溟市科技局局長何松岩到會。\n\n何  松岩"
    source = Source("a.txt", raw, "x")
    for found in recognize(build_pipeline(ListRecognizer()), [(a, raw) for a in split(source)]):
        assert [m.name for m in found.mentions][:3] == ["云溟市科技局", "局长", "何松岩"]
        assert all(raw[m.start : m.end] == m.text for m in found.mentions)
        assert found.mentions[0].text == "雲溟市科技局"


def test_white_space_does_not_shift_offsets() -> None:
    text = "  何松岩  到会，\t云溟市科技局  局长"
    [spans] = find_spans(build_pipeline(ListRecognizer()), [text])
    assert sorted(text[s.start : s.end] for s in spans) == ["云溟市科技局", "何松岩", "局长"]


def test_sentences_are_asked_in_batches_and_never_twice() -> None:
    recognizer = ListRecognizer()
    find_spans(build_pipeline(recognizer), ["何松岩到会。讲话。", "", "局长说！"])
    assert recognizer.asked == ["何松岩到会。", "讲话。", "局长说！"]


def test_the_medium_of_a_byline_is_one_name() -> None:
    raw = "云溟日报讯（记者 何松岩）3月2日，何松岩到会。"
    [found] = recognize(build_pipeline(ListRecognizer()), [(a, raw) for a in split(Source("a.txt", raw, "x"))])
    assert ("云溟日报", "Organization") in {(m.name, m.type) for m in found.mentions}


def test_a_name_that_was_cut_is_found_whole_where_it_stands_again() -> None:
    class CutsTheSecond(ListRecognizer):
        def recognize(self, sentences: Sequence[str]) -> list[list[TypedSpan]]:
            return [[TypedSpan(0, 11 if i == 0 else 5, "Initiative")] for i in range(len(sentences))]

    raw = "云溟科学城软件产业基地开工。云溟科学城软件产业基地占地百亩。云溟科学城热闹。"
    [found] = recognize(build_pipeline(CutsTheSecond()), [(a, raw) for a in split(Source("a.txt", raw, "x"))])
    assert [m.name for m in found.mentions] == ["云溟科学城软件产业基地"] * 2 + ["云溟科学城"]


def test_a_users_name_wins() -> None:
    nlp = build_pipeline(ListRecognizer(), [Name("云溟市科技局局长", "Person", "云溟市科技局局长")])
    [spans] = find_spans(nlp, ["云溟市科技局局长"])
    assert spans == [TypedSpan(0, 8, "Person")]


def test_where_a_users_name_overrules_the_model_is_told() -> None:
    own = [Name("云溟市科技局", "Initiative", ""), Name("溟市", "Place", ""), Name("何松岩", "Person", "")]
    source = Source("a.txt", "云溟市科技局何松岩", "x")
    [found] = recognize(build_pipeline(ListRecognizer(), own), [(a, source.raw) for a in split(source)])
    assert set(found.overruled) == {
        Overruled("云溟市科技局", "Initiative", "云溟市科技局", "Organization"),
        Overruled("溟市", "Place", "云溟市科技局", "Organization"),
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("他说：“好。”随后离开。", ["他说：“好。”", "随后离开。"]),
        ("第一句！第二句？没有句号", ["第一句！", "第二句？", "没有句号"]),
        ("甲；乙。", ["甲；乙。"]),
        (" \n ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[s.start : s.end] for s in split_sentences(text, [Zone("body", 0, len(text))])] == expected


def test_sentences_stay_within_zones() -> None:
    text = "标题没有句号正文开始。"
    found = split_sentences(text, [Zone("headline", 0, 6), Zone("body", 6, 11)])
    assert [(text[s.start : s.end], s.zone) for s in found] == [("标题没有句号", "headline"), ("正文开始。", "body")]


def test_a_name_tagged_once_is_tagged_wherever_it_stands() -> None:
    raw = "云溟市科技局召开会议，云溟市科技局作说明。"  # the recognizer sees the first
    [found] = recognize(build_pipeline(ListRecognizer()), [(a, raw) for a in split(Source("a.txt", raw, "x"))])
    assert [m.at for m in found.mentions if m.name == "云溟市科技局"] == [(0, 6), (11, 17)]
