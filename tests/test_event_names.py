"""Events that an article holds, by name."""

import pytest

from kg.coref import find_visit
from kg.event_names import name_events
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
        "<Event>云溟英才培训班</Event>在<Place>云溟市</Place>开班。<Person>何松岩</Person>出席开班仪式。仪式结束后合影。",
        ["云溟英才培训班", "云溟英才培训班开班仪式"],
        {"仪式": "云溟英才培训班开班仪式"},
        id="the ceremony that opens what was named before",
    ),
    pytest.param(
        "<Organization>云溟市法院</Organization>联合<Organization>云溟大学</Organization>举行<Event>“法润云溟”开放日活动</Event>。",
        ["“法润云溟”开放日活动"],
        {},
        id="a quoted name is whole",
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
    pytest.param(
        "<Event>云溟市民政工作学习会</Event>召开，学习<Person>冯镭</Person>在<Event>全省座谈会</Event>上的重要讲话。会议强调落实。",
        ["云溟市民政工作学习会", "全省座谈会"],
        {"会议": "云溟市民政工作学习会"},
        id="not the meeting of a speech that is studied",
    ),
    pytest.param(
        "<Organization>云溟市委常委会</Organization>召开会议。<Person>何松岩</Person>主持会议。",
        ["云溟市委常委会会议"],
        {"会议": "云溟市委常委会会议"},
        id="a body that meets",
    ),
    pytest.param(
        "<Person>何松岩</Person>到<Organization>云溟大学</Organization>调研。座谈会上，师生发言。",
        ["何松岩在云溟大学调研座谈会"],
        {},
        id="by the visit",
    ),
    pytest.param(
        "<Person>何松岩</Person>率<Organization>云溟市代表团</Organization>赴<Place>岭北县</Place>考察。座谈会上，双方交流。",
        ["云溟市代表团赴岭北县考察座谈会"],
        {},
        id="by the visit of a group",
    ),
    pytest.param(
        "<Person>何松岩</Person>与<Organization>岭北集团</Organization><Post>董事长</Post><Person>钟意帆</Person>一行"
        "举行工作座谈。市领导参加座谈。",
        ["何松岩与钟意帆工作座谈"],
        {"座谈": "何松岩与钟意帆工作座谈"},
        id="by the two who talk",
    ),
    pytest.param(
        "<Person>何松岩</Person>会见了<Person>钟意帆</Person>一行。<Person>林牧之</Person>参加会见。",
        ["何松岩会见钟意帆"],
        {},
        id="a reception that others attend",
    ),
    pytest.param(
        "<Organization>云溟银行</Organization>与<Organization>岭北集团</Organization>签约。座谈会上，双方交流。",
        ["云溟银行与岭北集团座谈会"],
        {},
        id="by the parties of a signing",
    ),
    pytest.param(
        "<Organization>云溟银行</Organization>、<Event>岭北集团战略合作签约仪式</Event>举行。",
        ["云溟银行、岭北集团战略合作签约仪式"],
        {},
        id="a name cut after its first party",
    ),
    pytest.param(
        "<Place>云溟市</Place>举行<Date>2023年上半年</Date>经济运行<Event>情况新闻发布会</Event>。",
        ["2023年上半年经济运行情况新闻发布会"],
        {},
        id="a name cut at its front",
    ),
    pytest.param(
        "<Event>云溟市技能竞赛颁奖暨宣誓仪式</Event>举行。随后举行<Event>宣誓仪式</Event>。",
        ["云溟市技能竞赛颁奖暨宣誓仪式", "云溟市技能竞赛颁奖暨宣誓仪式"],
        {},
        id="a part of a double event",
    ),
    pytest.param(
        "<Organization>云溟市人大常委会</Organization>建立沟通机制，定期召开座谈会。", [], {}, id="a habit is no event"
    ),
    pytest.param(
        "<Organization>云溟市政府</Organization>召开做优“溟心办”品牌、打造<Event>“一流环境”系列发布会</Event>。",
        ["做优“溟心办”品牌、打造“一流环境”系列发布会"],
        {},
        id="a series that is named by what it is for",
    ),
    pytest.param(
        "<Event>云溟市质量月暨2023云溟市数据官培训开班仪式</Event>举行。<Organization>云溟大学</Organization>承办该培训班。",
        ["云溟市质量月暨2023云溟市数据官培训开班仪式", "2023云溟市数据官培训"],
        {},
        id="what a ceremony opens",
    ),
    pytest.param("要完善联席会议制度，办好会客厅。", [], {}, id="no event at all"),
    pytest.param("<Person>何松岩</Person>出席会议。", [], {}, id="nothing says which"),
]


@pytest.mark.parametrize(("tagged", "names", "references"), NAMED)
def test_events(tagged: str, names: list[str], references: dict[str, str]) -> None:
    found = recognized(tagged)
    events, anaphors = name_events(found, find_visit(found))
    assert [e.name for e in events] == names
    assert {found.article.text[slice(*a.at)]: a.mention.name for a in anaphors} == references


def test_an_event_named_from_the_text_is_a_mention_of_the_words_that_stand_for_it() -> None:
    found = recognized("<Organization>云溟市政府</Organization>举行新闻发布会。")
    [event], _ = name_events(found, find_visit(found))
    assert (event.text, event.type, found.raw[event.start : event.end]) == ("新闻发布会", "Event", "新闻发布会")
