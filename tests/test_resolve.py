"""Resolution of articles: one thing is one entity, two people of one name are two, reasons are given."""

from kg.lexicon import Name
from kg.model import Home
from tests.articles import Known, drafted, recognized, resolved

LINLAN = Home(province="江苏省", city="临岚市", why="the medium")
LEADER = "<Organization>市委</Organization><Post>书记</Post><Person>林牧之</Person>到<Initiative>云溟科学城</Initiative>调研。"


def says(found: Known, relation: str) -> set[tuple[str, str]]:
    name = {e.id: e.name for e in found.entities}
    return {(name[s.subject], name[s.object]) for s in found.statements if s.relation == relation}


def of_type(found: Known, type_: str) -> list[str]:
    return sorted(e.name for e in found.entities if e.type == type_)


def test_an_elliptical_body_is_that_of_the_home_place() -> None:
    found = resolved([drafted(LEADER)])
    assert of_type(found, "Organization") == ["云溟市委"]
    assert says(found, "holds_post") == {("林牧之", "云溟市委书记")}
    assert says(found, "post_in") == {("云溟市委书记", "云溟市委")}
    [reason] = [r for r in found.resolutions if r.text == "市委"]
    assert reason.source == "河南省云溟市"
    assert "home" in reason.why


def test_a_post_has_its_title_and_body() -> None:
    found = resolved([drafted(LEADER)])
    [post] = [e for e in found.entities if e.type == "Post"]
    [body] = [e for e in found.entities if e.type == "Organization"]
    assert (post.title, post.organization, post.resolved) == ("书记", body.id, True)


def test_without_a_home_it_stays_unresolved_and_apart() -> None:
    found = resolved([drafted(LEADER, doc="a.txt", home=None), drafted(LEADER, doc="b.txt", home=None)])
    bodies = [e for e in found.entities if e.type == "Organization"]
    assert [(e.name, e.resolved) for e in bodies] == [("市委", False), ("市委", False)]


def test_without_a_home_it_is_the_one_body_that_the_article_names_in_full_later() -> None:
    named = "<Organization>云溟市委</Organization>召开会议。"
    assert of_type(resolved([drafted(LEADER + named, home=None)]), "Organization") == ["云溟市委"]
    two = named + "<Organization>临岚市委</Organization>派人参加。"
    assert of_type(resolved([drafted(LEADER + two, home=None)]), "Organization") == ["临岚市委", "云溟市委", "市委"]


def test_a_body_of_a_bare_zone_is_of_the_zone_that_the_article_names() -> None:
    text = "<Initiative>云溟高新区</Initiative>揭牌，<Organization>高新区党工委</Organization><Post>书记</Post><Person>林牧之</Person>到会。"
    assert "云溟高新区党工委书记" in of_type(resolved([drafted(text)]), "Post")


def test_the_same_person_and_body_across_articles_are_one() -> None:
    other = "<Organization>云溟市委</Organization><Post>书记</Post><Person>林牧之</Person>到会。"
    found = resolved([drafted(LEADER, doc="a.txt"), drafted(other, doc="b.txt", home=None)])
    assert of_type(found, "Person") == ["林牧之"]
    assert of_type(found, "Organization") == ["云溟市委"]


def test_namesakes_of_two_cities_are_two() -> None:
    text = "<Organization>市财政局</Organization><Post>局长</Post><Person>周砚宁</Person>到会。"
    found = resolved([drafted(text, doc="a.txt"), drafted(text, doc="b.txt", home=LINLAN)])
    assert of_type(found, "Person") == ["周砚宁", "周砚宁"]
    assert len({e.id for e in found.entities}) == len(found.entities)


def test_an_article_without_a_title_is_named_by_its_first_sentence_not_by_a_caption() -> None:
    captions = "活动现场。\n图为云溟科学城的夏令营里，孩子们在看火箭模型。\n"
    found = resolved([drafted(captions + "昨日，云溟科学城夏令营开营，三百名孩子来看火箭。")])
    assert of_type(found, "Article") == ["昨日，云溟科学城夏令营开营，三百名孩子来看火箭。"]


def test_a_title_without_a_body_ties_no_strangers() -> None:
    text = "<Post>主任</Post><Person>{}</Person>到会。"
    found = resolved([
        drafted(text.format("何松岩"), doc="a.txt", home=None), drafted(text.format("林牧之"), doc="b.txt", home=None)
    ])  # fmt: skip
    posts = [e for e in found.entities if e.type == "Post"]
    assert len(posts) == 2
    assert not any(p.resolved for p in posts)


def test_a_surname_is_the_person_named_before() -> None:
    found = resolved([drafted(LEADER + "<Person>林</Person>指出，要加快建设。")])
    assert of_type(found, "Person") == ["林牧之"]
    [reason] = [r for r in found.resolutions if r.text == "林"]
    assert reason.source == "林牧之"


def test_a_short_company_name_is_the_long_one() -> None:
    text = "<Organization>云溟控股集团有限公司</Organization>成立。<Organization>云溟控股</Organization>发布公告。"
    assert of_type(resolved([drafted(text)]), "Organization") == ["云溟控股集团有限公司"]


def test_an_alias_of_the_users_lexicon_is_the_name_it_stands_for() -> None:
    text = "<Initiative>溟科城</Initiative>启动。<Initiative>云溟科学城</Initiative>启动。"
    found = resolved([drafted(text, [Name("溟科城", "Initiative", "云溟科学城")])])
    [entity] = [e for e in found.entities if e.type == "Initiative"]
    assert (entity.name, entity.aliases) == ("云溟科学城", ("溟科城",))


def test_every_quote_and_span_is_the_raw_text() -> None:
    raw = recognized(LEADER).raw
    found = resolved([drafted(LEADER)])
    assert found.statements
    for s in found.statements:
        assert raw[slice(*s.evidence)] == s.quote
        for span in (s.subject_span, s.object_span):
            assert span is None or s.evidence[0] <= span[0] < span[1] <= s.evidence[1]
    for mention, _ in found.mentions:
        assert raw[mention.start : mention.end] == mention.text


def test_a_date_is_a_mention_without_an_entity() -> None:
    found = resolved([drafted("<Date>3月2日</Date>，" + LEADER)])
    assert [entity for mention, entity in found.mentions if mention.type == "Date"] == [None]
    assert all(entity for mention, entity in found.mentions if mention.type != "Date")
