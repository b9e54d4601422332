"""Words that stand for something named elsewhere."""

from kg.coref import find_anaphors, find_references
from tests.articles import recognized


def test_a_pronoun_stands_for_the_subject_before_it() -> None:
    found = recognized(
        "<Person>何松岩</Person>会见了<Person>林牧之</Person>一行。他指出，要加快建设。其他同志参加。他们回答了提问。"
    )
    assert [(found.article.text[slice(*a.at)], a.mention.name) for a in find_anaphors(found)] == [("他", "何松岩")]


def test_words_for_a_body_or_a_place_that_acts_are_what_they_mean() -> None:
    found = recognized(
        "<Organization>云溟市水利局</Organization><Post>局长</Post><Person>何松岩</Person>介绍，该局实施新计划。我市成功创建。"
        "全市各级干部参加，全市平均降雨两小时。<Place>岭北县</Place>报名，该县获奖。"
    )
    meant = [(found.article.text[slice(*m.at)], m.type, m.name) for m in find_references(found)]
    assert meant == [
        ("该局", "Organization", "云溟市水利局"),
        ("我市", "Place", "云溟市"),
        ("该县", "Place", "岭北县"),
    ]
