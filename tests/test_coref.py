"""Words that stand for something named elsewhere."""

import pytest

from kg.coref import find_anaphors, name_events
from tests.articles import recognized

NAMED = [
    pytest.param(
        "<Organization>云溟市政府</Organization>举行新闻发布会。会上通报了情况。",
        ["云溟市政府新闻发布会"],
        {"会": "云溟市政府新闻发布会"},
        id="who holds it and what it is",
    ),
    pytest.param(
        "<Place>云溟市</Place>召开科技创新工作推进会。会议要求抓好落实。",
        ["云溟市科技创新工作推进会"],
        {"会议": "云溟市科技创新工作推进会"},
        id="with its topic",
    ),
    pytest.param(
        "<Organization>云溟市政府</Organization>与<Organization>华澜大学</Organization>签署战略合作协议。"
        "<Person>何松岩</Person>出席签约仪式。",
        ["云溟市政府与华澜大学战略合作协议签约仪式"],
        {},
        id="a signing by its parties",
    ),
    pytest.param(
        "<Organization>云溟市人大常委会</Organization>举行<Event>第二次主任会议</Event>。会议听取了汇报。",
        ["云溟市人大常委会第二次主任会议"],
        {"会议": "云溟市人大常委会第二次主任会议"},
        id="a name that lacks its holder",
    ),
    pytest.param(
        "<Event>云溟市招商大会</Event>召开。要认真落实<Event>市委全会</Event>精神。会议指出方向。",
        ["云溟市招商大会", "市委全会"],
        {"会议": "云溟市招商大会"},
        id="the meeting that is held, not one in passing",
    ),
    pytest.param("要完善联席会议制度，办好会客厅。", [], {}, id="no event at all"),
    pytest.param("<Person>何松岩</Person>出席会议。", [], {}, id="nothing says which"),
]


@pytest.mark.parametrize(("tagged", "names", "references"), NAMED)
def test_events(tagged: str, names: list[str], references: dict[str, str]) -> None:
    found = recognized(tagged)
    events, anaphors = name_events(found)
    assert [e.name for e in events] == names
    assert {found.article.text[slice(*a.at)]: a.mention.name for a in anaphors} == references


def test_an_event_named_from_the_text_is_a_mention_of_the_words_that_stand_for_it() -> None:
    found = recognized("<Organization>云溟市政府</Organization>举行新闻发布会。")
    [event], _ = name_events(found)
    assert (event.text, event.type, found.raw[event.start : event.end]) == ("新闻发布会", "Event", "新闻发布会")


def test_a_pronoun_stands_for_the_subject_before_it() -> None:
    found = recognized(
        "<Person>何松岩</Person>会见了<Person>林牧之</Person>一行。他指出，要加快建设。其他同志参加。他们回答了提问。"
    )
    assert [(found.article.text[slice(*a.at)], a.mention.name) for a in find_anaphors(found)] == [("他", "何松岩")]
