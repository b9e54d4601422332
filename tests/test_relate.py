"""Relating over whole articles: what sentences leave out, what must not become a claim."""

from collections.abc import Callable
from functools import partial

import pytest

from kg.relate import relate
from kg.tagged import parse
from tests.articles import RULES, recognized, related, triples
from tests.conftest import in_proportion

VISIT = (
    "<Date>3月2日</Date>，<Organization>市委</Organization><Post>书记</Post><Person>何松岩</Person>到"
    "<Initiative>云溟科学城</Initiative>调研。\n随后来到<Organization>市人才服务中心</Organization>，详细了解情况。\n"
    "<Person>林牧之</Person>、<Person>钟意帆</Person>等参加调研。"
)
MEETING = (
    "<Event>云溟科学城建设推进会</Event>召开。<Organization>市委</Organization><Post>书记</Post><Person>何松岩</Person>"
    "出席并讲话。<Person>林牧之</Person>主持会议。他强调，要抓好落实。<Organization>市科技局</Organization>、"
    "<Organization>市财政局</Organization>作表态发言。市领导<Person>钟意帆</Person>、<Person>温如松</Person>出席。"
)
MEETING_NAME = "云溟科学城建设推进会"
TOUR = (
    "<Organization>市委</Organization><Post>书记</Post><Person>何松岩</Person>调研绿色能源产业。\n"
    "在<Organization>云溟光电公司</Organization>，生产线开足马力。\n"
    "调研组先后到<Organization>岭北研究院</Organization>、<Initiative>南湖产业园</Initiative>实地察看。\n"
    "在<Organization>市总工会</Organization>支持下，活动很成功。\n"
    "<Person>林牧之</Person>，<Organization>市科技局</Organization>负责同志陪同调研。"
)
SIGNING = (
    "<Organization>云溟市政府</Organization>与<Organization>岭北集团</Organization>签署合作协议。<Person>何松岩</Person>"
    "与<Person>钟意帆</Person>见证签约。<Person>何松岩</Person>说，<Person>冯镭</Person>在<Event>全省座谈会</Event>上的"
    "重要讲话催人奋进。我们落实<Person>冯镭</Person>讲话精神，组织实施<Initiative>“领雁计划”</Initiative>。"
    "<Person>林牧之</Person>，市有关部门负责同志参加。"
)
SIGNING_NAME = "云溟市政府与岭北集团合作协议签约仪式"
CASES = [
    (VISIT, "inspected", {("何松岩", "云溟科学城"), ("何松岩", "市人才服务中心")}),
    (VISIT, "accompanied", {("林牧之", "何松岩"), ("钟意帆", "何松岩")}),
    (MEETING, "chaired", {("林牧之", MEETING_NAME)}),
    (MEETING, "attended", {(p, MEETING_NAME) for p in ("何松岩", "钟意帆", "温如松")}),
    (MEETING, "spoke_at", {(p, MEETING_NAME) for p in ("何松岩", "林牧之", "市科技局", "市财政局")}),
    (TOUR, "inspected", {("何松岩", o) for o in ("云溟光电公司", "岭北研究院", "南湖产业园")}),
    (TOUR, "accompanied", {("林牧之", "何松岩")}),
    (SIGNING, "attended", {(p, SIGNING_NAME) for p in ("何松岩", "钟意帆", "林牧之")}),
    (SIGNING, "promotes", {("何松岩", "“领雁计划”")}),
    ("<Event>推进会</Event>召开。<Person>何松岩</Person>因故未出席。", "attended", set()),
    ("<Person>何松岩</Person>将出席<Event>云溟招商大会</Event>。", "attended", set()),
    ("<Person>何松岩</Person>指出，要抓好落实。", "spoke_at", set()),
]


@pytest.mark.parametrize(("tagged", "relation", "expected"), CASES)
def test_claims(tagged: str, relation: str, expected: set[tuple[str, str]]) -> None:
    assert triples(related(tagged), relation) == expected


def test_a_heading_is_read_with_the_lines_under_it() -> None:
    lines = (
        "决定任命：\n<Person>何松岩</Person>为<Organization>云溟市政府</Organization><Post>副市长</Post>；\n"
        "<Person>冯镭</Person>为<Organization>市科技局</Organization><Post>局长</Post>。\n"
        "决定免去：\n<Person>沈怀瑾</Person>的<Organization>云溟市政府</Organization><Post>副市长</Post>职务。"
    )
    assert triples(related(lines), "holds_post") == {
        ("何松岩", "副市长", "云溟市政府", "appointed"),
        ("冯镭", "局长", "市科技局", "appointed"),
        ("沈怀瑾", "副市长", "云溟市政府", "removed"),
    }


def test_what_cannot_act_does_not() -> None:
    tagged = "<Place>{}</Place>推进<Initiative>“领雁计划”</Initiative>。"
    assert triples(related(tagged.format("云溟河")), "promotes") == set()
    assert triples(related(tagged.format("黑龙江")), "promotes") == {("黑龙江", "“领雁计划”")}


def test_our_city_is_a_mention_only_where_it_acts() -> None:
    relations = related("我市启动<Initiative>“领雁计划”</Initiative>。我市有雨。")
    assert triples(relations, "promotes") == {("云溟市", "“领雁计划”")}
    assert [m.text for m in relations.mentions if m.type == "Place"] == ["我市"]


def test_who_speaks_on_speaks_where_others_spoke_and_not_at_what_else_was_held() -> None:
    relations = related(
        "在<Event>云溟科学城联席会议</Event>上，<Person>林牧之</Person>介绍了情况；双方举行<Event>捐赠仪式</Event>。"
        "<Person>何松岩</Person>表示，要走深走实。"
    )
    assert triples(relations, "spoke_at") == {(p, "云溟科学城联席会议") for p in ("林牧之", "何松岩")}


def test_a_quotation_is_of_who_is_named_after_it() -> None:
    relations = related(
        "<Person>何松岩</Person>表示支持。\n“我们底子薄。要加快建设<Initiative>云溟科学城</Initiative>！”"
        "<Organization>云溟市科技局</Organization><Post>局长</Post><Person>钟意帆</Person>说。"
    )
    assert triples(relations, "promotes") == {("钟意帆", "云溟科学城")}


def test_an_end_that_is_carried_over_has_no_words_in_the_evidence() -> None:
    relations = related(VISIT)
    [claim] = [
        c for c in relations.claims if c.object and c.object.name == "市人才服务中心" and c.relation == "inspected"
    ]
    assert claim.subject_at is None
    assert claim.object_at is not None
    assert claim.evidence[0] <= claim.object_at[0] < claim.object_at[1] <= claim.evidence[1]


def test_every_claim_stands_in_a_sentence_of_its_article() -> None:
    relations = related(MEETING)
    assert relations.claims
    sentences = {c.evidence for c in relations.claims}
    assert all(0 <= start < end for start, end in sentences)


@pytest.mark.parametrize(
    "unit",
    [
        "<Post>副市长</Post><Person>林牧之</Person>、",
        "<Person>林牧之</Person>、",
        "<Organization>云溟市科技局</Organization><Post>局长</Post><Person>何松岩</Person>，",
        "<Post>副市长</Post>、",
        "<Date>2017年3月</Date>任<Organization>云溟市科技局</Organization><Post>副局长</Post>，",
        "任命<Person>林牧之</Person>为<Organization>云溟市科技局</Organization><Post>副局长</Post>，",
        "<Person>林牧之</Person>指出，要推进<Initiative>云溟科学城</Initiative>，",
        "会议强调，",
        "会议、座谈会，",
        "<Person>何松岩</Person>出席<Event>春季推进会</Event>，",
        "<Person>何松岩</Person>主持召开会议，他会见<Person>林牧之</Person>，",
        "<Organization>云溟市科技局</Organization>与<Place>云溟市</Place>举行签约仪式，",
    ],
)
def test_time_grows_with_the_sentence_only(unit: str) -> None:
    def work(length: int) -> Callable[[], object]:
        return partial(relate, recognized(unit * (length // len(parse(unit)[0]))), RULES)

    assert in_proportion(work)
