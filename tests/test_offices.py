"""The office grammar, on sentences of officialese."""

import pytest

from tests.articles import related, triples

CASES = [
    pytest.param(
        "<Organization>云溟市委</Organization><Post>副书记</Post>、<Post>市长</Post><Person>何松岩</Person>主持。",
        {("何松岩", "副书记", "云溟市委", "current"), ("何松岩", "市长", "云溟市委", "current")},
        id="the body of the second title is implied",
    ),
    pytest.param(
        "<Organization>市科技局</Organization><Post>党组书记</Post>、<Post>局长</Post><Person>林牧之</Person>说。",
        {("林牧之", "党组书记", "市科技局", "current"), ("林牧之", "局长", "市科技局", "current")},
        id="coordinated titles share the body",
    ),
    pytest.param(
        "<Person>林牧之</Person>（<Organization>市科技局</Organization><Post>局长</Post>）到会。",
        {("林牧之", "局长", "市科技局", "current")},
        id="in brackets after the name",
    ),
    pytest.param(
        "<Organization>市人大常委会</Organization><Post>副主任</Post><Person>何松岩</Person>、<Person>林牧之</Person>到会。",
        {("何松岩", "副主任", "市人大常委会", "current"), ("林牧之", "副主任", "市人大常委会", "current")},
        id="one title for each of several",
    ),
    pytest.param(
        "<Organization>市科技局</Organization><Post>局长</Post><Person>何松岩</Person>、<Person>林牧之</Person>到会。",
        {("何松岩", "局长", "市科技局", "current")},
        id="a title that one person holds is not shared",
    ),
    pytest.param(
        "<Organization>澄浦区政府</Organization><Post>副区长</Post><Person>何松岩</Person>与<Person>林牧之</Person>签字。",
        {("何松岩", "副区长", "澄浦区政府", "current")},
        id="the other party does not share the title",
    ),
    pytest.param(
        "<Organization>市政协</Organization>原<Post>副主席</Post>、<Post>秘书长</Post><Person>何松岩</Person>到会。",
        {("何松岩", "副主席", "市政协", "former"), ("何松岩", "秘书长", "市政协", "former")},
        id="former holds for what is coordinated",
    ),
    pytest.param(
        "<Organization>云溟市委</Organization><Post>副书记</Post>、代<Post>市长</Post><Person>何松岩</Person>到会。",
        {("何松岩", "副书记", "云溟市委", "current"), ("何松岩", "市长", "云溟市委", "acting")},
        id="acting",
    ),
    pytest.param(
        "会议任命<Person>何松岩</Person>为<Organization>市财政局</Organization><Post>局长</Post>，"
        "免去其<Organization>市科技局</Organization><Post>局长</Post>职务。",
        {("何松岩", "局长", "市财政局", "appointed"), ("何松岩", "局长", "市科技局", "removed")},
        id="appointed to one post and removed from another",
    ),
    pytest.param(
        "<Person>钟意帆</Person>，女，汉族，现任<Organization>澄浦区委</Organization><Post>书记</Post>，"
        "拟任<Organization>云溟市委</Organization><Post>副书记</Post>。",
        {("钟意帆", "书记", "澄浦区委", "current"), ("钟意帆", "副书记", "云溟市委", "proposed")},
        id="current and proposed",
    ),
    pytest.param(
        "<Organization>云溟市委</Organization><Post>书记</Post><Person>何松岩</Person>曾任"
        "<Organization>临岚市委</Organization><Post>书记</Post>，<Organization>望泽县委</Organization><Post>书记</Post>"
        "<Person>林牧之</Person>到会。",
        {
            ("何松岩", "书记", "云溟市委", "current"),
            ("何松岩", "书记", "临岚市委", "former"),
            ("林牧之", "书记", "望泽县委", "current"),
        },
        id="the office after the comma is that of the next name",
    ),
    pytest.param(
        "<Person>何松岩</Person>不再担任<Organization>市科技局</Organization><Post>局长</Post>。",
        {("何松岩", "局长", "市科技局", "removed")},
        id="no longer",
    ),
    pytest.param(
        "<Person>何松岩</Person>否认出任<Organization>市科技局</Organization><Post>局长</Post>。",
        set(),
        id="denied",
    ),
]


@pytest.mark.parametrize(("tagged", "expected"), CASES)
def test_offices(tagged: str, expected: set[tuple[str, ...]]) -> None:
    assert triples(related(tagged), "holds_post") == expected


def test_an_appointment_is_dated_by_the_deciding_day() -> None:
    claims = related(
        "<Date>8月2日</Date>，会议任命<Person>何松岩</Person>为<Organization>市财政局</Organization><Post>局长</Post>。"
    ).claims
    assert [(c.status, c.start, c.end) for c in claims if c.relation == "holds_post"] == [
        ("appointed", "2023-08-02", None)
    ]


def test_a_station_of_a_career_is_former() -> None:
    claims = related(
        "<Date>2017年</Date>，<Person>何松岩</Person>调任<Organization>市财政局</Organization><Post>局长</Post>。"
    ).claims
    assert {c.status for c in claims if c.relation == "holds_post"} == {"former"}


def test_a_period_in_office_is_past() -> None:
    claims = related(
        "<Date>2008年5月至2014年9月</Date>，<Person>何松岩</Person>任<Organization>市财政局</Organization><Post>局长</Post>。"
    ).claims
    assert [(c.status, c.start, c.end) for c in claims if c.relation == "holds_post"] == [
        ("former", "2008-05", "2014-09")
    ]


def test_a_bare_title_adds_no_post_to_an_office() -> None:
    tagged = (
        "<Organization>云溟市委</Organization><Post>书记</Post><Person>何松岩</Person>到会。\n"
        "<Person>何松岩</Person><Post>书记</Post>表示欢迎。"
    )
    assert triples(related(tagged), "holds_post") == {("何松岩", "书记", "云溟市委", "current")}


def test_editors_hold_no_post() -> None:
    assert not triples(related("<Post>责编</Post>：<Person>何松岩</Person>"), "holds_post")
