"""Web pages, PDF, Word, records and archives: what is read of them."""

import json
from pathlib import Path

import pytest
from pages import BUREAU, COUNCIL, PORTAL, TABLES, Placed, column, packed, pdf, word

from kg.articles import split
from kg.formats import docx as docx_format
from kg.formats import html as html_format
from kg.formats import pdf as pdf_format
from kg.ingest import Skipped, read
from kg.model import Source

BODY = "3月2日，云溟市委副书记、市长林牧之到云溟科技城调研项目建设情况，市科技局局长何松岩陪同。"


def test_portal_page() -> None:
    source = html_format.extract("a.html", PORTAL.encode())
    assert source.raw.split("\n") == [
        "林牧之调研云溟科技城建设",
        "2023-03-02 08:30 来源：云溟日报 记者 钟意帆 通讯员 许知夏",
        BODY,
        "林牧之在企业车间察看生产线。 许知夏 摄",
        "林牧之先后来到溟湖实验室、云溟智能装备产业园，详细了解项目进展，与企业负责人深入交流。",
        "建设溟湖实验室二期工程",
        "实施“溟英计划”，引进高层次人才",
        "姓名 | 职务",
        "何松岩 | 云溟市科技局局长",
        "党组书记",
        "市直有关部门负责同志参加调研。",
        "责任编辑：许知夏",
    ]
    assert source.keep
    assert (source.title, source.date, source.medium) == ("林牧之调研云溟科技城建设", "2023-03-02", "云溟日报")


@pytest.mark.parametrize(
    ("page", "encoding", "headline", "published", "medium", "bylines"),
    [
        (PORTAL, "utf-8", "林牧之调研云溟科技城建设", "2023-03-02", "云溟日报", ["钟意帆", "许知夏"]),
        (COUNCIL, "gb18030", "云溟市科技创新大会召开", "2023-05-08", "云溟日报", ["钟意帆", "许知夏、韦一舟"]),
        (BUREAU, "utf-8-sig", "方若谷到云溟高新区督导项目建设", "2022-11-18", "云溟发布", ["许知夏"]),
        (TABLES, "gb18030", "云溟科技城揭牌", "2009-10-12", "云溟日报", ["钟意帆", "许知夏"]),
    ],
    ids=["portal", "council", "bureau", "tables"],
)
def test_article_of_a_page(
    page: str, encoding: str, headline: str, published: str, medium: str, bylines: list[str]
) -> None:
    [article] = split(html_format.extract("a.html", page.encode(encoding)))
    assert (article.headline, article.published, article.medium) == (headline, published, medium)
    named = "".join(article.text[zone.start : zone.end] for zone in article.zones if zone.kind == "byline")
    assert all(names in named for names in bylines)
    body = "\n".join(article.text[zone.start : zone.end] for zone in article.zones if zone.kind == "body")
    for furniture in ("首页", "分享", "打印", "版权", "相关", "热门", "一图读懂", "科技工作会议", "责编", "招聘"):
        assert furniture not in body


def test_a_date_is_no_year_of_a_footer() -> None:
    page = COUNCIL.replace("2023年05月08日08:16 | ", "")
    assert html_format.extract("a.html", page.encode()).date is None


def test_traditional_page_in_big5() -> None:
    page = "<html><body><h1>林牧之調研雲溟科技城</h1><p>林牧之來到雲溟科技城，瞭解項目建設情況，並與企業負責人座談。</p></body></html>"
    source = html_format.extract("a.html", page.replace("<p>", f"<p class='{'x' * 400}'>").encode("big5"))
    assert source.encoding == "big5hkscs"
    assert "林牧之来到云溟科技城" in split(source)[0].text


LEFT = "本报讯（记者　钟意帆）云溟市科技创新大会召开。市委书记何松岩出席会议并讲话。"
OVER = "何松岩指出，要打造区域科技创新高地，推动云溟科技城加快建设，以更大力度引进各类人才。"
MIDDLE = "林牧之要求，各级各部门要抓好“溟英计划”落实，优化创新生态。"
RIGHT = [
    "本报讯（记者　许知夏）市科技局局长方若谷到云溟高新区督导重点项目建设。",
    "方若谷实地察看了云溟智能装备产业园。",
]
NEWSPAPER: list[Placed] = [
    *[(40, 20, 9, "云溟日报"), (250, 20, 9, "2023年5月8日 星期一"), (520, 20, 9, "A02 要闻")],
    *[(60, 50, 24, "云溟市科技创新大会召开"), (410, 45, 16, "方若谷督导项目建设"), (300, 780, 9, "2")],
    *column(40, 90, 16, f"　　{LEFT}\n　　{OVER[:30]}"),
    *column(220, 90, 16, f"{OVER[30:]}\n　　{MIDDLE}"),
    *column(400, 73, 17, "\n".join(f"　　{paragraph}" for paragraph in RIGHT)),
]


def test_newspaper_page() -> None:
    for page in (NEWSPAPER, NEWSPAPER[::-1]):
        assert pdf_format.extract("a.pdf", pdf(page)).raw.split("\n") == [
            "云溟日报 2023年5月8日 星期一 A02 要闻",
            "云溟市科技创新大会召开",
            LEFT,
            OVER,
            MIDDLE,
            "2",
            "方若谷督导项目建设",
            *RIGHT,
        ]


def test_table_of_a_pdf_is_read_row_by_row() -> None:
    notice = (
        "近日，云溟市人民政府公布了领导分工，自公布之日起施行，原有分工同时废止，各县区、各部门遵照执行，并报告市政府。"
    )
    rows = [("姓名", "职务", "分工"), ("林牧之", "市长", "主持市政府全面工作"), ("韦一舟", "副市长", "科技、教育")]
    cells = [(x, 110 + 16 * i, 10, t) for i, row in enumerate(rows) for x, t in zip((60, 200, 340), row, strict=True)]
    page: list[Placed] = [
        (200, 30, 18, "云溟市领导分工"),
        *column(40, 70, 50, f"　　{notice}"),
        *cells,
        (440, 170, 10, "2023年2月1日"),
    ]
    expected = ["云溟市领导分工", notice, *(" | ".join(row) for row in rows), "2023年2月1日"]
    assert pdf_format.extract("a.pdf", pdf(page)).raw.split("\n") == expected


def test_pages_follow_each_other() -> None:
    assert (
        pdf_format.extract("a.pdf", pdf([(50, 50, 12, "第一页。")], [(50, 50, 12, "第二页。")])).raw
        == "第一页。\n第二页。"
    )


def test_word() -> None:
    data = word("云溟市领导分工", [["姓名", "职务"], ["林牧之", "市长"]], "林牧之主持会议。")
    source = docx_format.extract("a.docx", data)
    assert source.raw == "云溟市领导分工\n姓名 | 职务\n林牧之 | 市长\n林牧之主持会议。"
    assert source.keep


CSV = (
    'ID,Title,text,date,source,url\r\nn1,题,"林牧之说：""好""，\n何松岩同意。",2024-03-02,云溟日报,x\r\n\r\n,,无编号。,,,\r\nn1,,重复。,,,\r\n'
    "n3,,,,,\r\nn4,,多,一,列,了,吗\r\n"
)


@pytest.mark.parametrize(
    ("encoding", "keep"), [("utf-8", False), ("utf-8-sig", False), ("gb18030", False), ("utf-16", True)]
)
def test_csv(tmp_path: Path, encoding: str, keep: bool) -> None:
    (tmp_path / "r.csv").write_bytes(CSV.encode(encoding))
    found = list(read([tmp_path]))
    first, second = [item for item in found if isinstance(item, Source)]
    assert (first.doc, first.raw) == ("r.csv#n1", '林牧之说："好"，\n何松岩同意。')
    assert (first.title, first.date, first.medium, first.keep) == ("题", "2024-03-02", "云溟日报", keep)
    assert (second.doc, second.raw, second.title) == ("r.csv#5", "无编号。", None)
    reasons = {item.doc: item.reason for item in found if isinstance(item, Skipped)}
    assert [reason.split(":")[0] for reason in reasons.values()] == [
        "line 6 repeats the id n1",
        "the record has no text",
        "line 8 has more than 6 columns",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le-bom", "big5"])
def test_jsonl_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    text = "林牧之主持會議並講話，何松岩等參加，會議要求加快建設科技城。"
    lines = "".join(json.dumps({"id": n, "text": text + n}, ensure_ascii=False) + "\n" for n in "ab")
    data = b"\xff\xfe" + lines.encode("utf-16-le") if encoding == "utf-16-le-bom" else lines.encode(encoding)
    (tmp_path / "r.jsonl").write_bytes(data)
    found = [(s.doc, s.raw, s.keep) for s in read([tmp_path]) if isinstance(s, Source)]
    assert found == [(f"r.jsonl#{n}", text + n, encoding in {"big5", "utf-16", "utf-16-le-bom"}) for n in "ab"]


def test_archive(tmp_path: Path) -> None:
    members = {
        "要闻/a.html": PORTAL.encode(),
        "要闻/b.txt": BODY.encode("gb18030"),
        "r.jsonl": json.dumps({"id": "x", "text": BODY}).encode(),
        "__MACOSX/b.txt": b"x",
        ".hidden/b.txt": b"x",
        "out/report.json": json.dumps({"versions": {}}).encode(),
        "out/texts/a.txt": BODY.encode(),
    }
    (tmp_path / "n.zip").write_bytes(packed(members))
    (tmp_path / "b.txt").write_bytes(BODY.encode("gb18030"))
    found = [(item.doc, getattr(item, "reason", "")) for item in read([tmp_path])]
    assert found == [
        ("b.txt", ""),
        ("n.zip/r.jsonl#x", ""),
        ("n.zip/要闻/a.html", ""),
        ("n.zip/要闻/b.txt", "duplicate of b.txt"),
    ]


def test_names_of_an_archive_made_by_chinese_windows(tmp_path: Path) -> None:
    name = "要闻/林牧之.txt"
    data = packed({"A" * len(name.encode("gb18030")): BODY.encode()})
    stand_in = b"A" * len(name.encode("gb18030"))
    (tmp_path / "n.zip").write_bytes(data.replace(stand_in, name.encode("gb18030")))
    assert [item.doc for item in read([tmp_path])] == [f"n.zip/{name}"]
