"""Completing the names of bodies."""

import pytest

from kg.bodies import body_key, complete, is_elliptical
from kg.model import Home

CITY = Home(province="河南省", city="郑州市", why="the medium")
DISTRICT = Home(province="上海市", county="奉贤区", why="the medium")
COUNTY_CITY = Home(province="河南省", city="南阳市", county="邓州市", why="the medium")

REGION = Home(province="宁夏回族自治区", city="银川市", why="the medium")

COMPLETED = [
    ("市委", CITY, [], [], "郑州市委"),
    ("省委", CITY, [], [], "河南省委"),
    ("中共市委", CITY, [], [], "郑州市委"),
    ("市市场监管局", CITY, [], [], "郑州市市场监管局"),
    ("区委", DISTRICT, [], [], "奉贤区委"),
    ("市委", DISTRICT, [], [], "上海市委"),
    ("市委", COUNTY_CITY, [], [], "邓州市委"),
    ("县公安局", CITY, [], ["南阳市桐柏县人民政府"], "桐柏县公安局"),
    ("市接待办", CITY, ["苏州市委"], [], "苏州市接待办"),
    ("市公安局", CITY, ["郑州市", "苏州市委"], [], "郑州市公安局"),
    ("区政府", None, ["澄浦区"], [], "澄浦区政府"),
    ("市政协", CITY, ["新郑市"], [], "郑州市政协"),
    ("组织部", CITY, ["吴中区委"], [], "吴中区委组织部"),
    ("区教育局", None, ["云溟新区区委教育工委"], [], "云溟新区教育局"),
    ("组织部", CITY, [], [], "郑州市委组织部"),
    ("管委会", CITY, ["云溟高新区党工委"], [], "云溟高新区管委会"),
    ("党工委", CITY, [], ["云溟科学城"], "云溟科学城党工委"),
    ("办公室", CITY, ["云溟市委组织部研究室"], [], "云溟市委组织部办公室"),
    ("研究室", CITY, ["云溟市委组织部"], [], "云溟市委组织部研究室"),
    ("该局", CITY, [], ["云溟市科技局"], "云溟市科技局"),
    ("该校", CITY, ["云溟市教育局", "云溟大学"], [], "云溟大学"),
    ("该院", CITY, [], ["云溟市第一人民医院"], "云溟市第一人民医院"),
    ("公司", CITY, ["云溟市国资委", "云溟电力"], [], "云溟电力"),
    ("集团党委", CITY, ["云溟体育中心项目"], ["云溟建工集团"], "云溟建工集团党委"),
    ("公司办公室", CITY, [], ["云溟控股有限公司"], "云溟控股有限公司办公室"),
    ("董事会", CITY, ["云溟控股"], [], "云溟控股董事会"),
    ("第十届市委", CITY, [], [], "郑州市委"),
    ("自治区水利厅", REGION, [], [], "宁夏回族自治区水利厅"),
    ("自治区水利厅", CITY, [], ["宁夏回族自治区政府"], "宁夏回族自治区水利厅"),
    ("监委", CITY, ["云溟市纪委"], [], "云溟市监委"),
    ("教育局", CITY, ["岭北县委教育工委"], [], "岭北县教育局"),
    ("商务局", COUNTY_CITY, [], [], "邓州市商务局"),
    ("妇联", CITY, ["望溪街道办事处"], [], "望溪街道妇联"),
    ("工会", CITY, ["云溟银行"], [], "云溟银行工会"),
    ("党委宣传部", CITY, ["云溟大学档案馆"], [], "云溟大学党委宣传部"),
    ("溟东分公司", CITY, [], ["云溟高速集团溟东分公司"], "云溟高速集团溟东分公司"),
    ("医院工会", CITY, [], ["云溟市第四人民医院"], "云溟市第四人民医院工会"),
    ("妇产科", CITY, [], ["云溟市卫健委", "云溟市中医医院"], "云溟市中医医院妇产科"),
    ("财富策略处", CITY, ["云溟银行"], [], "云溟银行财富策略处"),
    ("投资部", CITY, ["云溟银行"], [], "云溟银行投资部"),
    ("特区政府", None, [], ["香港特区政府"], "香港特区政府"),
    ("市台办", CITY, ["黄埔同学会"], [], "郑州市台办"),
    ("公司", CITY, ["“溟月”", "云溟电力"], [], "云溟电力"),
    ("团市委", CITY, [], [], "共青团郑州市委"),
    ("集团工会", CITY, [], ["云溟控股"], "云溟控股工会"),
    ("院党委", CITY, [], ["云溟市第四人民医院"], "云溟市第四人民医院党委"),
    ("设计学院", CITY, ["云溟大学档案馆"], [], "云溟大学设计学院"),
    ("村委会", CITY, ["柳溪镇桐湾村党支部"], [], "柳溪镇桐湾村委会"),
    ("街道办事处", CITY, ["曹杨新村街道党工委"], [], "曹杨新村街道办事处"),
]


@pytest.mark.parametrize(("name", "home", "sentence", "article", "expected"), COMPLETED)
def test_completion(name: str, home: Home | None, sentence: list[str], article: list[str], expected: str) -> None:
    found = complete(name, home, sentence, article)
    assert found is not None
    assert found.name == expected
    assert found.source
    assert found.why


@pytest.mark.parametrize("name", ["市委", "该局", "县公安局", "管委会", "公司", "第十届市委"])
def test_what_nothing_completes_stays_as_it_is(name: str) -> None:
    assert complete(name, None, [], []) is None
    assert is_elliptical(name)


@pytest.mark.parametrize(
    "name", ["郑州市委", "市场监管总局", "区域合作中心", "市北区政府", "省际联盟", "市县融媒体中心"]
)
def test_full_names_are_left_alone(name: str) -> None:
    assert not is_elliptical(name)
    assert complete(name, CITY, [], []) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("中共郑州市委员会", "郑州市委", True),
        ("河南省郑州市人民政府", "郑州市政府", True),
        ("郑州市发展和改革委员会", "郑州市发改委", True),
        ("郑州市人民代表大会常务委员会", "郑州市人大常委会", True),
        ("江苏省临岚市栖霖区科技局", "栖霖区科技局", True),
        ("江苏省临岚市委", "临岚市委", True),
        ("上海市城市规划局", "城市规划局", False),
        ("郑州市第十五届人大常委会", "郑州市人大常委会", True),
        ("郑州市应急管理局", "郑州市应急局", True),
        ("郑州市卫生健康委员会", "郑州市卫健委", True),
        ("郑州市妇女联合会", "郑州市妇联", True),
        ("郑州市委网络安全和信息化委员会", "郑州市委网信办", False),
        ("郑州市委", "郑州市政府", False),
        ("郑州市科技局", "杭州市科技局", False),
    ],
)
def test_keys(one: str, other: str, same: bool) -> None:
    assert (body_key(one) == body_key(other)) is same
