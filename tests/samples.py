"""A small world of invented people and bodies, as the records that the earlier stages hand over."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from kg.model import Entity, Mention, Resolution, Statement, Told

TEXTS = {
    "a.txt": (
        "青川市召开云岭科技城建设推进会\n2023-03-05 来源：青川日报 记者 钟意帆\n"
        "3月4日，云岭科技城建设推进会在青川市举行。青川市委书记何松岩主持会议，市长林牧之出席并讲话。"
        "何松岩说，要举全市之力推动云岭科技城建设。林牧之陪同何松岩到青川实验室调研。"
    ),
    "news/b.txt": (
        "林牧之会见客人\n2023-06-18\n6月18日，青川市长林牧之会见江海大学原校长苏远山。"
        "青川市科技局局长何松岩推动云岭科技城建设，青川市科技局与江海大学签署合作协议。"
    ),
}
"""Raw texts by doc; 何松岩 of the second one is a namesake."""

PLACES = {"a.txt": "2023-03-05", "news/b.txt": "2023-06"}


@dataclass
class Outputs:
    """Arguments of write_outputs."""

    entities: list[Entity] = field(default_factory=list)
    mentions: list[tuple[Mention, str | None]] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    resolutions: list[Resolution] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)

    def arguments(self) -> dict[str, Any]:
        told: dict[str, tuple[list[Any], list[Any], list[Any]]] = defaultdict(lambda: ([], [], []))
        for mention in sorted(self.mentions, key=lambda m: (m[0].start, m[0].end)):
            told[mention[0].doc][0].append(mention)
        for statement in sorted(self.statements, key=lambda s: (s.evidence, s.id)):
            told[statement.doc][1].append(statement)
        for resolution in self.resolutions:
            told[resolution.doc][2].append(resolution)
        return {
            "entities": self.entities,
            "documents": (Told(*map(tuple, own)) for _, own in sorted(told.items())),
            "texts": iter(sorted(self.texts.items())),
            "report": lambda: self.report,
        }


def _mention(doc: str, text: str, kind: str, after: str = "") -> Mention:
    start = TEXTS[doc].index(after + text) + len(after)
    return Mention(doc, start, start + len(text), text, kind, 0, (start, start + len(text)), text)  # type: ignore[arg-type]


def _say(  # one statement whose quote is the sentence that holds both words
    doc: str, quote: str, subject: tuple[str, str], relation: str, target: tuple[str, str], **more: Any
) -> Statement:
    raw = TEXTS[doc]
    first = raw.index(quote)
    spans = []
    for _, word in (subject, target):
        at = raw.find(word, first, first + len(quote)) if word else -1
        spans.append((at, at + len(word)) if at >= 0 else None)
    more = {"confidence": 0.8, "rule": f"{relation}.test", "published": PLACES[doc]} | more
    number = f"s-{doc}-{relation}-{subject[0]}-{target[0]}"
    return Statement(
        number, subject[0], relation, target[0], doc, (first, first + len(quote)), quote,  # type: ignore[arg-type]
        subject_span=spans[0], object_span=spans[1], **more,
    )  # fmt: skip


def sample_outputs() -> Outputs:
    """Two documents, two namesakes, an alias, a post without a body, several claims of one edge."""
    person, post, body = "Person", "Post", "Organization"
    entities = [
        Entity("person-he-1", person, "何松岩"),
        Entity("person-he-2", person, "何松岩"),
        Entity("person-lin", person, "林牧之", ("林",)),
        Entity("person-zhong", person, "钟意帆"),
        Entity("person-su", person, "苏远山"),
        Entity("post-secretary", post, "青川市委书记", title="书记", organization="org-committee"),
        Entity("post-mayor", post, "青川市市长", title="市长", organization="org-government"),
        Entity("post-director", post, "青川市科技局局长", title="局长", organization="org-bureau"),
        Entity("post-president", post, "江海大学校长", title="校长", organization="org-university"),
        Entity("post-reporter", post, "记者", resolved=False, title="记者"),
        Entity("org-committee", body, "青川市委", ("市委", "中共青川市委员会"), home="青川市"),
        Entity("org-government", body, "青川市政府", home="青川市"),
        Entity("org-bureau", body, "青川市科技局", ("市科技局",), home="青川市"),
        Entity("org-university", body, "江海大学"),
        Entity("org-laboratory", body, "青川实验室"),
        Entity("org-paper", body, "青川日报"),
        Entity("initiative-city", "Initiative", "云岭科技城", ("“云岭”科技城",)),
        Entity("event-meeting", "Event", "云岭科技城建设推进会"),
        Entity("place-qingchuan", "Place", "青川市"),
        Entity("article-a", "Article", "青川市召开云岭科技城建设推进会", doc="a.txt", published="2023-03-05",
               title="青川市召开云岭科技城建设推进会"),
        Entity("article-b", "Article", "林牧之会见客人", doc="news/b.txt", published="2023-06", title="林牧之会见客人"),
    ]  # fmt: skip
    a, b = "a.txt", "news/b.txt"
    chair = "青川市委书记何松岩主持会议，市长林牧之出席并讲话。"
    push = "何松岩说，要举全市之力推动云岭科技城建设。"
    meet = "6月18日，青川市长林牧之会见江海大学原校长苏远山。"
    sign = "青川市科技局局长何松岩推动云岭科技城建设，青川市科技局与江海大学签署合作协议。"
    opening, named = "3月4日，云岭科技城建设推进会在青川市举行。", ("event-meeting", "云岭科技城建设推进会")
    byline = "2023-03-05 来源：青川日报 记者 钟意帆"
    he, other_he, lin = ("person-he-1", "何松岩"), ("person-he-2", "何松岩"), ("person-lin", "林牧之")
    city, meeting = ("initiative-city", "云岭科技城"), ("event-meeting", "会议")
    statements = [
        _say(a, chair, he, "holds_post", ("post-secretary", "书记"), status="current"),
        _say(a, chair, lin, "holds_post", ("post-mayor", "市长"), status="current"),
        _say(b, meet, lin, "holds_post", ("post-mayor", "市长"), status="current", start="2022-06"),
        _say(b, meet, ("person-su", "苏远山"), "holds_post", ("post-president", "校长"), status="former", end="2021"),
        _say(b, sign, other_he, "holds_post", ("post-director", "局长"), status="current", confidence=0.95),
        _say(a, byline, ("person-zhong", "钟意帆"), "holds_post", ("post-reporter", "记者"), status="current"),
        _say(a, chair, ("post-secretary", "书记"), "post_in", ("org-committee", "市委")),
        _say(a, chair, ("post-mayor", "市长"), "post_in", ("org-government", "")),
        _say(b, sign, ("post-director", "局长"), "post_in", ("org-bureau", "青川市科技局")),
        _say(b, meet, ("post-president", "校长"), "post_in", ("org-university", "江海大学")),
        _say(a, chair, he, "chaired", meeting),
        _say(a, chair, lin, "attended", meeting),
        _say(a, chair, lin, "spoke_at", meeting),
        _say(a, push, he, "promotes", city),
        _say(b, sign, other_he, "promotes", city),
        _say(a, "林牧之陪同何松岩到青川实验室调研。", lin, "accompanied", he),
        _say(a, "林牧之陪同何松岩到青川实验室调研。", he, "inspected", ("org-laboratory", "青川实验室")),
        _say(b, meet, lin, "met_with", ("person-su", "苏远山")),
        _say(b, sign, ("org-bureau", "青川市科技局"), "cooperates_with", ("org-university", "江海大学")),
        _say(a, opening, named, "located_in", ("place-qingchuan", "青川市")),
        _say(a, opening, named, "concerns", city),
        _say(a, byline, ("person-zhong", "钟意帆"), "authored", ("article-a", "")),
        _say(a, byline, ("article-a", ""), "published_by", ("org-paper", "青川日报")),
    ]  # fmt: skip
    mentions = [
        (_mention(a, "何松岩", person, "书记"), "person-he-1"),
        (_mention(a, "市委", body, "青川"), "org-committee"),
        (_mention(a, "林牧之", person, "市长"), "person-lin"),
        (_mention(a, "3月4日", "Date"), None),
        (_mention(b, "何松岩", person), "person-he-2"),
        (_mention(b, "江海大学", body), "org-university"),
    ]
    market = _mention(a, "市长", post)
    resolutions = [Resolution(a, market.start, market.end, "市长", "post-mayor", "青川市", "the article's home place")]
    report = {"version": "0", "counts": {"documents": 2}}
    return Outputs(entities, mentions, statements, resolutions, dict(TEXTS), report)
