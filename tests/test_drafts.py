"""What an article says itself of who and what is meant: packed without the name of its document, whole under it."""

from kg.drafts import Draft, draft, pack, unpack
from kg.relate import relate
from tests.articles import RULES, recognized

TEXT = (
    "<Organization>市委</Organization><Post>书记</Post><Person>林牧之</Person>和<Person>何松岩</Person>到"
    "<Organization>溟湖研究院</Organization>调研，<Post>主任</Post>陪同。<Date>3月2日</Date>，<Person>林</Person>讲话。"
)


def drafts(**fields: object) -> tuple[Draft, Draft]:
    """A draft of an article of no place, and what comes back from its bytes under the name of a document."""
    found = recognized(TEXT, doc="", home=None, **fields)
    made = draft(found, relate(found, RULES))
    [back] = unpack(pack([made]), "b/c.txt", "digest")
    return made, back


def test_what_is_packed_comes_back_under_the_name_of_its_document() -> None:
    made, back = drafts()
    assert (back.doc, back.digest, back.scope) == ("b/c.txt", "digest", "b/c.txt#0")
    assert back == made.under("b/c.txt", "digest")
    assert [m.text for m, _ in back.told()] == [
        "市委",
        "书记",
        "林牧之",
        "何松岩",
        "溟湖研究院",
        "主任",
        "3月2日",
        "林",
    ]
    assert {m.doc for m, _ in back.told()} == {"b/c.txt"}


def test_what_belongs_to_the_article_alone_has_its_name() -> None:
    _, back = drafts()
    assert [r.key for r in back.referents if r.type == "Organization"] == ["市委@b/c.txt#0", "溟湖研究院"]
    [lin, _] = sorted(back.bearers(), key=lambda bearer: len(bearer.posts), reverse=True)
    assert [(held.title, held.body) for held in lin.posts] == [("书记", "市委@b/c.txt#0")]
    assert (lin.name, lin.key, lin.digest, lin.published) == ("林牧之", "b/c.txt#0", "digest", "2023-08-10")
    assert lin.company == {"Person|林牧之", "Person|何松岩", "Organization|溟湖研究院"}


def test_ends_are_numbers_of_the_article_referents_and_offices() -> None:
    made, _ = drafts()
    ends = [made.title, *(r.name for r in made.referents), *(o.title for o in made.offices)]
    meant = {m.text: end for m, end in made.mentions}
    assert {text: ends[end] for text, end in meant.items() if end is not None} == {
        "市委": "市委", "书记": "书记", "林牧之": "林牧之", "何松岩": "何松岩", "溟湖研究院": "溟湖研究院", "主任": "主任",
        "林": "林牧之",
    }  # fmt: skip
    assert meant["3月2日"] is None
    assert {(s.relation, ends[s.subject], ends[s.object]) for s in made.statements} >= {
        ("holds_post", "林牧之", "书记"), ("post_in", "书记", "市委"),
    }  # fmt: skip
    [unheld] = [office for office in made.offices if office.title == "主任"]
    assert (unheld.holder, unheld.body) == (None, None)
