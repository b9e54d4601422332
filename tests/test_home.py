"""Where an article speaks from."""

import json
from pathlib import Path

import pytest

from kg.articles import split
from kg.home import home_of
from kg.ingest import read
from kg.model import Source, Zone


@pytest.mark.parametrize(
    ("text", "medium", "home"),
    [
        ("市委书记林牧之到三门峡科技城调研，市科技局负责人参加。", None, "河南省三门峡市"),
        ("区委书记林牧之主持会议，松江加快建设科创走廊。", None, "上海市松江区"),
        ("省委书记林牧之在郑州会见客人，代表省委、省政府表示欢迎。省长何松岩参加。河南是大省。", "河南日报", "河南省"),
        ("淮阴区委副书记林牧之表示，全区上下要行动起来。", None, "江苏省淮安市淮阴区"),
        ("嘉定区委书记林牧之率团赴云南省德钦县考察。副区长何松岩参加。", None, "上海市嘉定区"),
        ("延吉市委书记林牧之出席仪式，市长何松岩致辞。", None, "吉林省延边朝鲜族自治州延吉市"),
        ("大赛落下帷幕，宝山选手获奖。", "上海宝山", "上海市宝山区"),
        (
            "会议在曹杨新村街道党工委召开。街道党工委书记林牧之讲话，曹杨新村街道各居民区参加。",
            None,
            "上海市普陀区曹杨新村街道",
        ),
        ("云溟市委书记林牧之主持会议，云溟市政府有关部门参加。", None, "云溟市"),
        ("论坛在云溟举行，云溟市政府承办，云溟市有关企业参加。", "云溟发布", "云溟市"),
        ("联合国安理会举行会议，多国代表发言。", "新华社", None),
        ("扬州、苏州、无锡、合肥、南京等地企业参加。", None, None),
        ("市委要求抓好落实。", None, None),
        (
            "为方便居民，浦东新区文明办近日办起夜校。浦东新区还将推广这一做法，居民可到浦东新区各站点报名。",
            None,
            "上海市浦东新区",
        ),
        ("桂东县沙田镇的村民领到了补助，镇上的干部说，沙田镇还有三个村在办。", None, "湖南省郴州市桂东县"),
        ("当地时间3日，纽约市政府宣布，纽约市市长将辞职，纽约市居民表示关注。", None, None),
        ("党和政府关心群众。绿水青山就是金山银山。高要求、高安全，隧道里面热火朝天。", None, None),
        ("近日，市妇幼保健院开展义诊，家长带着孩子前来阳江市妇幼保健院就诊。", None, "广东省阳江市"),
        (f"{'多地公布了办案情况。' * 30}其中一例由沈阳市浑南区农业农村局办理。", None, None),
    ],
)
def test_home(text: str, medium: str | None, home: str | None) -> None:
    found = home_of(text, (), medium)
    assert (found.name if found else None) == home
    assert found is None or found.why


def test_dateline_counts_unless_a_national_medium_reports_from_the_capital() -> None:
    text = "新华社北京3月2日电 会见在人民大会堂举行。"
    assert home_of(text, (Zone("byline", 0, 11), Zone("body", 12, len(text))), "新华社") is None


def test_who_wires_home_is_away() -> None:
    text = "本报北京3月2日电 国家有关部门印发通知，北京等地参加试点。"
    assert home_of(text, (Zone("byline", 0, 10), Zone("body", 11, len(text)))) is None


@pytest.mark.shared
def test_home_of_real_documents(shared: Path) -> None:
    right = 0
    for source in [*read([shared / "seeds"]), *read([shared / "gold" / "dev" / "texts"])]:
        assert isinstance(source, Source)
        stem = Path(source.doc).stem
        path = "seeds/" + stem[:3] if "_" in stem else "dev/" + stem
        want = json.loads((shared / "gold" / f"{path}.json").read_text(encoding="utf-8"))["home"]
        home = split(source)[0].home
        lowest = home and (home.town or home.county or home.city or home.province)
        right += want is None if lowest is None else bool(want) and want.endswith(lowest)
    assert right >= 36
