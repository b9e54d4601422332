"""One thing in several articles: under short names, without its place, as two types, in two papers."""

import pytest

from kg.model import Home
from tests.articles import YUNMING, Known, drafted, resolved

LINLAN = Home(province="江苏省", city="临岚市", why="the medium")
ZHENGZHOU = Home(province="河南省", city="郑州市", why="the medium")
HENAN = Home(province="河南省", why="the medium")


def named(found: Known, *types: str) -> list[str]:
    return sorted(e.name for e in found.entities if e.type in types)


def two(one: str, other: str, home: Home | None = YUNMING, later: str = "2023-08-12") -> Known:
    return resolved([drafted(one, doc="a.txt"), drafted(other, doc="b.txt", home=home, published=later)])


@pytest.mark.parametrize(
    ("other", "home", "count"),
    [("溟湖研究院", None, 1), ("溟湖研究院", LINLAN, 1), ("溟湖研究所", None, 2)],
)
def test_a_short_name_that_one_article_introduces(other: str, home: Home | None, count: int) -> None:
    one = (
        "<Organization>国际溟湖水资源研究中心</Organization>（以下简称“<Organization>溟湖研究院</Organization>”）揭牌。"
    )
    assert len(named(two(one, f"<Organization>{other}</Organization>开放。", home), "Organization")) == count


@pytest.mark.parametrize(
    ("one", "other", "home", "count"),
    [
        ("郑州市溟英人才计划", "溟英人才计划", ZHENGZHOU, 1),
        ("郑州市溟英人才计划", "“溟英人才计划”", HENAN, 1),
        ("郑州市溟英人才计划", "溟英人才计划", LINLAN, 2),
        ("“溟英汇”行动", "“溟英汇”", LINLAN, 1),
        ("“溟英汇”行动", "“溟英会”", LINLAN, 2),
    ],
)
def test_initiatives_without_place_or_quotes(one: str, other: str, home: Home, count: int) -> None:
    found = two(f"<Initiative>{one}</Initiative>启动。", f"<Initiative>{other}</Initiative>收官。", home)
    assert len(named(found, "Initiative")) == count


def test_one_name_of_two_types_is_one_thing_and_told() -> None:
    found = two("<Place>云溟科学城</Place>下雨。", "<Initiative>云溟科学城</Initiative>开园。")
    assert (named(found, "Place"), named(found, "Initiative")) == ([], ["云溟科学城"])
    [conflict] = found.conflicts
    assert (dict(conflict.types), conflict.kept) == ({"Initiative": 1, "Place": 1}, "Initiative")


EVENTS = [
    ("云溟科学城建设推进会", "云溟科学城建设推进会", HENAN, "2023-08-12", 1),
    ("云溟科学城建设推进会", "云溟科学城建设推进会", LINLAN, "2023-08-12", 2),
    ("云溟科学城建设推进会", "云溟科学城建设推进会", YUNMING, "2023-11-12", 2),
    ("云溟市委常委会会议", "云溟市委常委会会议", YUNMING, "2023-09-12", 2),
    ("第六届溟湖博览会", "溟湖博览会", LINLAN, "2023-09-12", 1),
    ("第六届溟湖博览会", "第七届溟湖博览会", YUNMING, "2023-08-12", 2),
    ("云溟市十届人大二次会议", "云溟市第十届人大二次会议", None, "2024-03-12", 1),
]


@pytest.mark.parametrize(("one", "other", "home", "later", "count"), EVENTS)
def test_the_same_meeting_in_two_papers(one: str, other: str, home: Home | None, later: str, count: int) -> None:
    found = two(f"<Event>{one}</Event>召开。", f"<Event>{other}</Event>召开。", home, later)
    assert len(named(found, "Event")) == count


def test_a_bare_notice_is_that_of_its_article() -> None:
    text = "<Document>《关于办好溟湖博览会的通知》</Document>印发。<Document>《通知》</Document>要求抓好落实。"
    assert named(resolved([drafted(text)]), "Document") == ["《关于办好溟湖博览会的通知》"]
    bare = "<Document>《通知》</Document>要求抓好落实。"
    assert len(named(two(bare, bare), "Document")) == 2
