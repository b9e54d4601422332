"""What names say by themselves."""

import pytest

from tests.articles import related, triples

CASES = [
    ("<Organization>郑州市委组织部</Organization>发文。", "part_of", {("郑州市委组织部", "郑州市委")}),
    ("<Organization>郑州市委组织部</Organization>发文。", "located_in", {("郑州市委组织部", "郑州市")}),
    ("<Organization>市委组织部</Organization>发文。", "part_of", {("市委组织部", "市委")}),
    ("<Organization>市委组织部</Organization>发文。", "located_in", set()),
    ("<Initiative>云溟科学城孵化基地</Initiative>。", "part_of", {("云溟科学城孵化基地", "云溟科学城")}),
    ("<Organization>云溟高新区管委会</Organization>。", "part_of", {("云溟高新区管委会", "云溟高新区")}),
    ("<Initiative>“园区企业直通车”</Initiative>。", "part_of", set()),
    ("<Organization>望溪街道办事处</Organization>。", "part_of", set()),
    ("<Organization>望溪街道办事处</Organization>。", "located_in", {("望溪街道办事处", "望溪街道")}),
    (
        "<Initiative>云溟科学城</Initiative>。<Event>云溟科学城建设推进会</Event>召开。",
        "concerns",
        {("云溟科学城建设推进会", "云溟科学城")},
    ),
    ("<Initiative>云溟科学城</Initiative>举行<Event>云溟科学城技能竞赛</Event>。", "concerns", set()),
    ("<Place>郑州市</Place>召开<Event>经济工作会议</Event>。", "located_in", set()),
    ("<Organization>郑州大学</Organization>。", "part_of", set()),
    ("<Organization>巨鹿集团</Organization>。", "located_in", set()),
    ("<Organization>郑州市南路社区</Organization>。", "located_in", set()),
    ("<Organization>郑州银行开封分行</Organization>。", "located_in", set()),
    ("<Organization>巨鹿县政府</Organization>。", "located_in", {("巨鹿县政府", "巨鹿县")}),
    ("<Organization>郑州市常委会</Organization>。", "part_of", set()),
    (
        "学习<Document>《云溟市人民政府关于表彰先进的决定》</Document>。",
        "issued",
        {("云溟市人民政府", "《云溟市人民政府关于表彰先进的决定》")},
    ),
    ("学习<Document>《关于云溟市人民政府工作的决定》</Document>。", "issued", set()),
    (
        "出席<Event>云溟市政府与华澜大学战略合作协议签约仪式</Event>。",
        "cooperates_with",
        {("云溟市政府", "华澜大学")},
    ),
    ("出席<Event>云溟市政府与华澜大学座谈会</Event>。", "cooperates_with", set()),
    ("<Initiative>溟湖灯会</Initiative>。举行<Event>溟湖灯会活动</Event>。", "concerns", set()),
    (
        "<Initiative>云溟科学城</Initiative>。<Event>何松岩在云溟科学城调研座谈会</Event>召开。",
        "concerns",
        set(),
    ),
]


@pytest.mark.parametrize(("tagged", "relation", "expected"), CASES)
def test_parts(tagged: str, relation: str, expected: set[tuple[str, str]]) -> None:
    assert triples(related(tagged), relation) == expected


def test_a_name_speaks_once_an_article() -> None:
    tagged = "<Organization>郑州市科技局</Organization>。" * 3
    assert len([c for c in related(tagged).claims if c.relation == "located_in"]) == 1
