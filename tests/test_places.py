"""Administrative divisions by name."""

import pytest

from kg.model import Home
from kg.places import chain, find, locate, mentions, prefix


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("河南", ("河南省",)),
        ("郑州", ("河南省", "郑州市")),
        ("郑州市", ("河南省", "郑州市")),
        ("三门峡", ("河南省", "三门峡市")),
        ("宛城区", ("河南省", "南阳市", "宛城区")),
        ("奉贤", ("上海市", "上海市", "奉贤区")),
        ("淮阴区", ("江苏省", "淮安市", "淮阴区")),
        ("朝阳", ("辽宁省", "朝阳市")),
        ("济源市", ("河南省", "济源市")),
        ("雄安新区", ("河北省", "雄安新区")),
        ("曹杨新村街道", ("上海市", "上海市", "普陀区", "曹杨新村街道")),
    ],
)
def test_find_gives_the_most_prominent_first(name: str, path: tuple[str, ...]) -> None:
    assert find(name)[0].path == path


def test_ambiguous_name_has_several() -> None:
    assert {d.parents[0] for d in find("普陀区")} == {"上海市", "浙江省"}
    assert find("云溟市") == ()


@pytest.mark.parametrize(
    ("text", "name", "length"),
    [
        ("郑州市科技局", "郑州市", 3),
        ("郑州科技局", "郑州市", 2),
        ("河南省郑州市", "河南省", 3),
        ("公安局", None, 0),
        ("市委", None, 0),
        ("中原科技城", None, 0),
        ("", None, 0),
    ],
)
def test_prefix(text: str, name: str | None, length: int) -> None:
    step = prefix(text)
    assert (step[0].name, step[1]) == (name, length) if step else name is None


def test_chain() -> None:
    step = chain("上海市普陀区曹杨新村街道党工委")
    assert step
    assert step[0].path == ("上海市", "上海市", "普陀区", "曹杨新村街道")
    assert step[1] == 12
    assert chain("市科技局") is None


@pytest.mark.parametrize(
    ("name", "home", "path"),
    [
        ("普陀区", Home(province="浙江省", city="舟山市"), ("浙江省", "舟山市", "普陀区")),
        ("普陀区", None, ("上海市", "上海市", "普陀区")),
        ("浙江省舟山市普陀区", None, ("浙江省", "舟山市", "普陀区")),
        ("鼓楼区", Home(province="河南省", city="开封市"), ("河南省", "开封市", "鼓楼区")),
        ("云溟市", None, None),
    ],
)
def test_locate(name: str, home: Home | None, path: tuple[str, ...] | None) -> None:
    division = locate(name, home)
    assert (division.path if division else None) == path


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("在江苏省淮安市淮阴区召开，南京大学参加", ["淮阴区", "南京市"]),
        ("书记林长沙指出", []),
        ("市长葛文远、局长宁静", []),
        ("北京路与南京东路", []),
        ("安阳经济", ["安阳市"]),
        ("", []),
    ],
)
def test_mentions(text: str, names: list[str]) -> None:
    assert [place.options[0].name for place in mentions(text)] == names
