"""Where proposals of model, lexicons and patterns meet."""

from itertools import pairwise

import pytest

from kg.lexicon import column
from kg.spans import Proposal, proposals_by_pattern, reconcile
from kg.tagged import parse, render


def settled(tagged: str, *user: tuple[str, str]) -> str:
    """The tagged text as a model might have said it, reconciled with what a user's lexicon says."""
    text, spans = parse(tagged)
    proposals = [Proposal(s.start, s.end, s.type, "model") for s in spans]
    proposals += [Proposal(text.index(n), text.index(n) + len(n), t, "user") for n, t in user]
    return render(text, reconcile(text, [*proposals, *proposals_by_pattern(text)]))


@pytest.mark.parametrize("example", column("not_names", "example"))
def test_what_only_looks_like_a_name_is_left_out(example: str) -> None:
    text, spans = parse(example)
    assert spans
    assert settled(example) == text


@pytest.mark.parametrize("example", column("name_patterns", "example"))
def test_what_has_the_form_of_a_name_is_one(example: str) -> None:
    assert settled(parse(example)[0]) == example


CASES = [
    pytest.param(
        "<Place>云溟市</Place><Initiative>“千村计划”</Initiative>启动，<Organization>云溟市委</Organization><Organization>市政府</Organization>部署",
        "<Place>云溟市</Place><Initiative>“千村计划”</Initiative>启动，<Organization>云溟市委</Organization><Organization>市政府</Organization>部署",
        id="a quoted name and a second body do not go on with what is before them",
    ),
    pytest.param("<Place>上海</Place><Place>宁夏</Place>两地", "<Place>上海</Place><Place>宁夏</Place>两地", id="two provinces"),
    pytest.param("<Place>河南</Place><Place>郑州</Place>", "<Place>河南郑州</Place>", id="a city and its province"),
    pytest.param("学习<Event>党的二十大</Event>精神", "学习<Event>党的二十大</Event>精神", id="a congress by its number"),
    pytest.param("<Post>市委书记</Post>到会", "<Organization>市委</Organization><Post>书记</Post>到会", id="post from body"),
    pytest.param(
        "<Organization>云溟市中级人民法院</Organization><Post>行政审判庭庭长</Post>",
        "<Organization>云溟市中级人民法院行政审判庭</Organization><Post>庭长</Post>",
        id="unit and title",
    ),
    pytest.param(
        "<Organization>云溟书画院终身名誉</Organization><Post>院长</Post>",
        "<Organization>云溟书画院</Organization><Post>终身名誉院长</Post>",
        id="a rank is of the title",
    ),
    pytest.param("<Organization>驻会</Organization><Post>副主席</Post>", "<Post>驻会副主席</Post>", id="a rank alone"),
    pytest.param(
        "<Organization>云溟银行（600123.SH）</Organization>", "<Organization>云溟银行</Organization>（600123.SH）", id="code"
    ),
    pytest.param(
        "受<Organization>聘为云溟公司法委员会</Organization>", "受聘为<Organization>云溟公司法委员会</Organization>", id="verb"
    ),
    pytest.param(
        "<Person>林牧之</Person><Organization>基金会</Organization>", "<Organization>林牧之基金会</Organization>", id="named after"
    ),
    pytest.param("<Person>Ann Lee周三</Person>说", "<Person>Ann Lee</Person>周三说", id="the day stays outside"),
    pytest.param("<Post>科主任</Post>", "<Post>科主任</Post>", id="no unit without a name"),
    pytest.param(
        "<Place>河南省</Place><Place>云溟市</Place><Organization>财政局</Organization>",
        "<Organization>河南省云溟市财政局</Organization>",
        id="place joins the body that follows",
    ),
    pytest.param(
        "<Initiative>云溟高新区</Initiative><Organization>管委会</Organization>",
        "<Organization>云溟高新区管委会</Organization>",
        id="zone joins its body",
    ),
    pytest.param("<Place>云溟高新区</Place>", "<Initiative>云溟高新区</Initiative>", id="a zone is an initiative"),
    pytest.param("<Person>何松岩同志</Person>到会", "<Person>何松岩</Person>同志到会", id="address stays outside"),
    pytest.param(
        "<Person>周正</Person>、何青山、<Person>李远</Person>到会",
        "<Person>周正</Person>、<Person>何青山</Person>、<Person>李远</Person>到会",
        id="a gap in a list of people",
    ),
    pytest.param(
        "<Person>周正</Person>、市科技局、<Person>李远</Person>",
        "<Person>周正</Person>、市科技局、<Person>李远</Person>",
        id="no name in the gap",
    ),
    pytest.param(
        "<Person>何松岩</Person>到会。<Person>何松岩升</Person>任", "<Person>何松岩</Person>到会。<Person>何松岩</Person>升任",
        id="a character too many",
    ),
    pytest.param(
        "<Person>何松岩</Person>到会。<Person>何松</Person><Person>岩</Person>到会",
        "<Person>何松岩</Person>到会。<Person>何松</Person><Person>岩</Person>到会",
        id="a name in two",
    ),
    pytest.param(
        "<Organization>华澜大学联合云溟科技局</Organization>主办",
        "<Organization>华澜大学</Organization>联合<Organization>云溟科技局</Organization>主办",
        id="two bodies joined by a verb",
    ),
    pytest.param("<Organization>各街道党工委</Organization>参加", "各街道党工委参加", id="any body is no body"),
    pytest.param("<Person>何松岩</Person><Post>博士</Post>", "<Person>何松岩</Person>博士", id="a degree is no post"),
    pytest.param(
        "<Date>2021年</Date><Organization>云溟市筹备工作动员会</Organization>召开",
        "<Event>2021年云溟市筹备工作动员会</Event>召开",
        id="what ends like a meeting is one, with its year",
    ),
    pytest.param(
        "<Initiative>云溟科学城</Initiative>建设<Event>推进会</Event>召开",
        "<Event>云溟科学城建设推进会</Event>召开",
        id="what a meeting is about is in its name",
    ),
    pytest.param("到<Place>三门</Place>峡调研", "到<Place>三门峡</Place>调研", id="a place that was cut"),
    pytest.param(
        "<Organization>访郑州市科技局</Organization><Post>局长</Post>",
        "访<Organization>郑州市科技局</Organization><Post>局长</Post>",
        id="the verb of a headline",
    ),
    pytest.param(
        "<Initiative>何松岩到开发区</Initiative>。<Person>何松岩</Person>说",
        "<Person>何松岩</Person>到<Initiative>开发区</Initiative>。<Person>何松岩</Person>说",
        id="a name at the head of a longer span",
    ),
    pytest.param(
        "在<Initiative>云溟高新区</Initiative>智能装备产业园项目现场",
        "在<Initiative>云溟高新区智能装备产业园项目</Initiative>现场",
        id="a zone in a zone",
    ),
    pytest.param(
        "来到<Place>岭北</Place>（云溟岛）石化产业园，", "来到<Initiative>岭北（云溟岛）石化产业园</Initiative>，", id="a zone and where it is"
    ),
    pytest.param(
        "<Initiative>云溟高新区</Initiative>将建设新材料产业园。", "<Initiative>云溟高新区</Initiative>将建设新材料产业园。", id="a zone that acts"
    ),
    pytest.param(
        "<Initiative>云溟高新区</Initiative>签订友好园区协议。", "<Initiative>云溟高新区</Initiative>签订友好园区协议。", id="a zone that signs"
    ),
    pytest.param(
        "<Organization>市委</Organization>市直机关工委", "<Organization>市委市直机关工委</Organization>", id="a committee of the offices"
    ),
    pytest.param("举办<Initiative>云溟灯会</Initiative>。", "举办<Event>云溟灯会</Event>。", id="what is held is an event"),
    pytest.param("印发《若干措施》。", "印发<Document>《若干措施》</Document>。", id="title marks"),
    pytest.param("专题片《崤山脚下》播出。", "专题片《崤山脚下》播出。", id="a film"),
    pytest.param("《<Organization>云溟日报</Organization>》报道", "《<Organization>云溟日报</Organization>》报道", id="a medium"),
    pytest.param("<Organization>，云溟市委</Organization>", "，<Organization>云溟市委</Organization>", id="edges"),
]  # fmt: skip


@pytest.mark.parametrize(("tagged", "expected"), CASES)
def test_conventions(tagged: str, expected: str) -> None:
    assert settled(tagged) == expected


def test_a_users_lexicon_wins() -> None:
    text = "<Organization>云溟市科技局智慧大脑</Organization>上线"
    assert settled(text, ("智慧大脑", "Initiative")) == "云溟市科技局<Initiative>智慧大脑</Initiative>上线"


def test_the_order_of_proposals_does_not_matter() -> None:
    text = "云溟市科技局局长"
    proposals = [
        Proposal(0, 6, "Organization", "model"),
        Proposal(2, 8, "Post", "model"),
        Proposal(6, 8, "Post", "model"),
    ]
    assert reconcile(text, proposals) == reconcile(text, proposals[::-1])


def test_spans_never_overlap() -> None:
    text = "云溟市科技局局长何松岩"
    proposals = [Proposal(i, j, "Person", "model") for i in range(len(text)) for j in range(i + 1, len(text) + 1)]
    spans = reconcile(text, proposals)
    assert all(a.end <= b.start for a, b in pairwise(spans))
