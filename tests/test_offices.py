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
        "<Organization>溟国卫生</Organization><Post>部长</Post><Person>林牧之</Person>说。",
        {("林牧之", "部长", "溟国卫生部", "current")},
        id="a minister",
    ),
    pytest.param(
        "<Organization>云溟律师事务所</Organization>的<Person>林牧之</Person><Post>律师</Post>说。",
        {("林牧之", "律师", "云溟律师事务所", "current")},
        id="the body of the name before a title",
    ),
    pytest.param(
        "<Organization>云溟大学</Organization><Person>何松岩</Person><Post>教授</Post>、<Person>林牧之</Person><Post>教授</Post>来到<Organization>云溟医院</Organization>。",
        {("何松岩", "教授", "云溟大学", "current"), ("林牧之", "教授", "云溟大学", "current")},
        id="a list of names with titles after one body",
    ),
    pytest.param(
        "<Place>溟国</Place>常驻<Organization>万国会</Organization><Post>代表</Post><Person>林牧之</Person>说。",
        {("林牧之", "代表", "", "current")},
        id="an envoy is not of where he is sent",
    ),
    pytest.param(
        "<Post>所长</Post><Person>林牧之</Person>立即部署。",
        {("林牧之", "所长", "该所", "current")},
        id="the head of the station that the article is about",
    ),
    pytest.param(
        "<Person>林牧之</Person>就职于<Organization>云溟电力</Organization>，担任<Post>董事</Post>。",
        {("林牧之", "董事", "云溟电力", "current")},
        id="the body that somebody works for",
    ),
    pytest.param(
        "<Organization>云溟电力</Organization>（<Post>法定代表人</Post><Person>林牧之</Person>）被罚。",
        {("林牧之", "法定代表人", "云溟电力", "current")},
        id="the body before the bracket",
    ),
    pytest.param(
        "<Organization>中央政治局</Organization><Post>委员</Post>、<Post>外交部长</Post><Person>林牧之</Person>到会。",
        {("林牧之", "委员", "中央政治局", "current"), ("林牧之", "外交部长", "", "current")},
        id="an office of state is not of the body before it",
    ),
    pytest.param(
        "<Date>2003年</Date>，<Person>林牧之</Person>任<Organization>云溟银行</Organization><Post>行长</Post>至<Date>2004年8月</Date>。",
        {("林牧之", "行长", "云溟银行", "former")},
        id="until",
    ),
    pytest.param(
        "<Organization>云溟市委</Organization><Post>常委</Post>、<Organization>云溟军分区</Organization>大校<Post>政委</Post><Person>林牧之</Person>到会。",
        {("林牧之", "常委", "云溟市委", "current"), ("林牧之", "政委", "云溟军分区", "current")},
        id="a rank before the title",
    ),
    pytest.param(
        "<Organization>区政府</Organization><Post>副区长</Post><Person>何松岩</Person>表示，要落实好各项部署和<Person>林牧之</Person><Post>总书记</Post>要求。",
        {("何松岩", "副区长", "区政府", "current"), ("林牧之", "总书记", "中共中央", "current")},
        id="a title far from the office before it is none of its body",
    ),
    pytest.param(
        "<Place>溟国</Place>前驻<Place>岚国</Place><Post>大使</Post><Person>林牧之</Person>说。",
        {("林牧之", "大使", "", "former")},
        id="former ambassador",
    ),
    pytest.param(
        "<Organization>云溟银行</Organization><Place>华东区</Place><Post>总监</Post><Person>林牧之</Person>说。",
        {("林牧之", "总监", "云溟银行", "current")},
        id="the body before the region",
    ),
    pytest.param(
        "<Organization>云溟控股</Organization>时任<Post>董事</Post><Person>林牧之</Person>被罚。",
        {("林牧之", "董事", "云溟控股", "former")},
        id="then",
    ),
    pytest.param(
        "早前<Organization>云溟大学</Organization><Post>教授</Post><Person>林牧之</Person>起诉。",
        {("林牧之", "教授", "云溟大学", "current")},
        id="an adverb is no former post",
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
        "<Organization>云溟市委</Organization><Post>常委</Post>、<Organization>青岚新区党工委</Organization><Post>书记</Post>、"
        "<Organization>管委会</Organization><Post>主任</Post><Person>何松岩</Person>到会。",
        {
            ("何松岩", "常委", "云溟市委", "current"),
            ("何松岩", "书记", "青岚新区党工委", "current"),
            ("何松岩", "主任", "管委会", "current"),
        },
        id="a chain through a zone",
    ),
    pytest.param(
        "<Organization>云溟市委</Organization>原<Post>常委</Post>、<Organization>统战部</Organization><Post>部长</Post>"
        "<Person>林牧之</Person>被查。",
        {("林牧之", "常委", "云溟市委", "former"), ("林牧之", "部长", "统战部", "former")},
        id="former reaches the department of the same committee",
    ),
    pytest.param(
        "<Person>何松岩</Person>同志任<Organization>市财政局</Organization><Post>党组书记</Post>、<Post>局长</Post>，"
        "<Person>林牧之</Person>同志不再兼任<Organization>市财政局</Organization><Post>局长</Post>。",
        {
            ("何松岩", "党组书记", "市财政局", "current"),
            ("何松岩", "局长", "市财政局", "current"),
            ("林牧之", "局长", "市财政局", "removed"),
        },
        id="one comes and one goes",
    ),
    pytest.param(
        "会议选举<Person>何松岩</Person>为<Organization>云溟商会</Organization><Post>会长</Post>，"
        "<Person>林牧之</Person>、<Person>钟意帆</Person>为<Organization>云溟商会</Organization><Post>副会长</Post>。",
        {
            ("何松岩", "会长", "云溟商会", "appointed"),
            ("林牧之", "副会长", "云溟商会", "appointed"),
            ("钟意帆", "副会长", "云溟商会", "appointed"),
        },
        id="the verb of the first office holds for those after it",
    ),
    pytest.param(
        "任命<Person>何松岩</Person>为<Organization>澄浦区政府</Organization><Post>副区长</Post>、决定为代理<Post>区长</Post>。",
        {("何松岩", "副区长", "澄浦区政府", "appointed"), ("何松岩", "区长", "澄浦区政府", "acting")},
        id="decided to act",
    ),
    pytest.param(
        "会议接受<Person>林牧之</Person>辞去<Place>云溟市</Place><Post>市长</Post>职务的请求。",
        {("林牧之", "市长", "云溟市", "removed")},
        id="resigned",
    ),
    pytest.param(
        "此前，<Person>钟意帆</Person>为<Organization>云溟大学</Organization><Post>副校长</Post>。",
        {("钟意帆", "副校长", "云溟大学", "former")},
        id="was before",
    ),
    pytest.param(
        "曾任<Organization>市司法局</Organization><Post>局长</Post>的<Person>林牧之</Person>、曾任"
        "<Organization>市审计局</Organization><Post>局长</Post>的<Person>钟意帆</Person>旁听。",
        {("林牧之", "局长", "市司法局", "former"), ("钟意帆", "局长", "市审计局", "former")},
        id="each office is that of the name after it",
    ),
    pytest.param(
        "<Person>何松岩</Person>接替<Person>林牧之</Person>，出任<Organization>市公安局</Organization><Post>局长</Post>。",
        {("何松岩", "局长", "市公安局", "appointed"), ("林牧之", "局长", "市公安局", "former")},
        id="a successor and a predecessor",
    ),
    pytest.param(
        "<Organization>云溟日报</Organization><Post>记者</Post><Person>何松岩</Person>、<Person>林牧之</Person>报道。",
        {("何松岩", "记者", "云溟日报", "current"), ("林牧之", "记者", "云溟日报", "current")},
        id="one title for each of several reporters",
    ),
    pytest.param("市领导<Person>何松岩</Person>、<Person>林牧之</Person>出席。", set(), id="市领导 is no post"),
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


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("<Date>2011.10—2019.08</Date> ", ("former", "2011-10", "2019-08")),
        ("<Date>2011.10--2019.08</Date>  任", ("former", "2011-10", "2019-08")),
        ("<Date>2011年10月至2019年8月</Date>，历任", ("former", "2011-10", "2019-08")),
        ("<Date>2019.08—</Date> ", ("current", "2019-08", None)),
        ("<Date>2019.08—至今</Date> ", ("current", "2019-08", None)),
        ("（其间：<Date>2013.03-2014.03</Date> ", ("former", "2013-03", "2014-03")),
        ("<Date>2019年8月</Date>起任", ("current", "2019-08", None)),
        ("<Date>今年3月</Date>，任", ("appointed", "2023-03", None)),
    ],
)
def test_a_line_of_a_career(line: str, expected: tuple[str | None, ...]) -> None:
    office = "<Organization>市财政局</Organization><Post>局长</Post>"
    claims = related(f"<Person>何松岩</Person>，男，汉族。\n{line}{office}").claims
    assert [(c.status, c.start, c.end) for c in claims if c.relation == "holds_post"] == [expected]


def test_a_later_station_ends_the_one_before_it() -> None:
    claims = related(
        "<Person>何松岩</Person>，<Date>2015年</Date>任<Organization>市财政局</Organization><Post>局长</Post>，"
        "<Date>2018年6月</Date>任<Organization>市审计局</Organization><Post>局长</Post>。"
    ).claims
    found = {(c.body.name, c.status, c.start) for c in claims if c.body}
    assert found == {("市财政局", "former", "2015"), ("市审计局", "current", "2018-06")}


def test_the_last_station_is_over_where_the_text_calls_it_former() -> None:
    claims = related(
        "<Organization>市审计局</Organization>原<Post>局长</Post><Person>何松岩</Person>被查。\n"
        "<Date>2018年6月</Date>任<Organization>市审计局</Organization><Post>局长</Post>。"
    ).claims
    assert {c.status for c in claims if c.relation == "holds_post"} == {"former"}


def test_the_meeting_before_dates_a_decision() -> None:
    claims = related(
        "<Date>8月2日</Date>，市人大常委会会议召开。会议决定免去<Person>何松岩</Person>的"
        "<Organization>市财政局</Organization><Post>局长</Post>职务。"
    ).claims
    assert [(c.status, c.start, c.end) for c in claims if c.relation == "holds_post"] == [
        ("removed", None, "2023-08-02")
    ]


@pytest.mark.parametrize("life", ["<Date>1968年</Date>出生", "<Date>1990年</Date>参加工作", "生于<Date>1968年</Date>"])
def test_dates_of_a_life_date_no_post(life: str) -> None:
    claims = related(
        f"{life}的<Person>何松岩</Person>将退休，不再担任<Organization>市财政局</Organization><Post>局长</Post>。"
    ).claims
    assert [(c.status, c.start, c.end) for c in claims if c.relation == "holds_post"] == [("removed", None, None)]


@pytest.mark.parametrize(
    ("tagged", "body"),
    [
        ("<Organization>云溟大学</Organization>开学。<Post>校长</Post><Person>钟意帆</Person>致辞。", "该校"),
        (
            "<Organization>云溟电力</Organization>公告，<Person>钟意帆</Person>辞去公司<Post>董事长</Post>职务。",
            "该公司",
        ),
        ("<Organization>云溟医院</Organization>开诊。院<Post>党委书记</Post><Person>钟意帆</Person>致辞。", "该院"),
    ],
)
def test_a_bare_institution_is_the_one_spoken_of(tagged: str, body: str) -> None:
    assert {c.implied for c in related(tagged).claims if c.relation == "holds_post"} == {body}


def test_a_bare_title_adds_no_post_to_an_office() -> None:
    tagged = (
        "<Organization>云溟市委</Organization><Post>书记</Post><Person>何松岩</Person>到会。\n"
        "<Person>何松岩</Person><Post>书记</Post>表示欢迎。"
    )
    assert triples(related(tagged), "holds_post") == {("何松岩", "书记", "云溟市委", "current")}


def test_editors_hold_no_post() -> None:
    assert not triples(related("<Post>责编</Post>：<Person>何松岩</Person>"), "holds_post")
