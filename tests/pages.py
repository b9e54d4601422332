"""Web pages as Chinese portals make them, PDF and Word files, archives: for the tests of reading."""

import io
import json
import random
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import docx
from reportlab.lib import pdfencrypt
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from kg.ingest import read
from kg.model import Skipped

PORTAL = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>林牧之调研云溟科技城建设_云溟网</title>
<meta name="author" content="云溟网"><meta name="publishdate" content="2023-03-02"><meta name="source" content="来源：云溟日报">
</head><body><div class="top"><a href="/">首页</a> | <a href="/n">新闻</a> | <a href="/k">科技</a></div>
<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/n">新闻中心</a> &gt; 正文</div>
<div class="main"><h1>林牧之调研云溟科技城建设</h1>
<div class="info"><span>2023-03-02 08:30</span> <span>来源：云溟日报</span> <span>记者 钟意帆 通讯员 许知夏</span></div>
<div class="share">分享到：<a>微信</a><a>微博</a><a>QQ空间</a> <a>打印</a></div>
<div class="article"><p>　　3月2日，云溟市委副书记、市长林牧之到云溟科技城调研项目
建设情况，市科技局局长何松岩陪同。</p>
<p style="text-align:center"><img src="a.jpg"><br>林牧之在企业车间察看生产线。 许知夏 摄</p>
<p>　　林牧之先后来到溟湖实验室、云溟智能装备产业园，详细了解项目进展，与企业负责人深入交流。</p>
<ul><li>建设溟湖实验室二期工程</li><li>实施“溟英计划”，引进高层次人才</li></ul>
<table><tr><th>姓名</th><th>职务</th></tr><tr><td rowspan="2">何松岩</td><td>云溟市科技局局长</td></tr>
<tr><td><p>党组书记</p></td></tr></table><p>市直有关部门负责同志参加调研。</p></div>
<div class="editor">责任编辑：许知夏</div><div class="qr">扫一扫在手机打开当前页</div>
<div class="related"><h3>相关新闻</h3><ul><li><a href="/1">云溟市召开科技创新大会</a> 2023-02-28</li>
<li><a href="/2">何松岩：把实验室建在产业链上</a> 2023-02-20</li></ul></div></div>
<div class="foot">云溟网 版权所有 2015-2016 ICP备12345号</div></body></html>"""

COUNCIL = """<html><head><meta http-equiv="content-type" content="text/html;charset=GB2312">
<title>云溟市科技创新大会召开--地方--云溟网</title><meta name="author" content="1042"></head>
<body><div class="nav"><a>网站首页</a><a>时政</a></div><div class="path"><a>云溟网</a>&gt;&gt;<a>地方</a></div>
<div class="main"><div class="col-1"><h4 class="pre">聚焦高质量发展</h4><h1>云溟市科技创新大会召开</h1>
<div class="author">记者 钟意帆</div><div class="channel"><div>2023年05月08日08:16 | 来源：<a>云溟日报</a></div><div>小字号</div></div>
<div class="rm_txt_con"><p style="text-indent: 2em;">\n\t5月7日，云溟市科技创新大会召开。市委书记何松岩出席会议并讲话，市长林牧之主持会议。</p>
<p>何松岩指出，要深入实施创新驱动发展战略，以云溟科技城为龙头，打造区域科技创新高地。</p>
<p>会上，云溟市科技局局长方若谷汇报了全市科技创新工作情况，溟湖实验室、云溟大学作了发言。</p>
<div class="edit">(责编：许知夏、韦一舟)</div></div><div class="share">分享让更多人看到</div></div>
<div class="col-2"><h2>热门排行</h2><ul><li><a>1一图读懂云溟市政府工作报告</a></li><li><a>2何松岩会见客商代表</a></li></ul></div></div>
<div class="footer"><p>关于我们 | 招聘</p><p>Copyright © 1997-2024 all rights reserved</p></div></body></html>"""

BUREAU = """<!DOCTYPE html><html><head><meta charset="UTF-8"><title>方若谷到云溟高新区督导项目建设-云溟市人民政府</title>
<meta name="SiteName" content="云溟市人民政府"><meta name="ArticleTitle" content="方若谷到云溟高新区督导项目建设">
<meta name="PubDate" content="2022-11-18 09:12"><meta name="ContentSource" content="云溟发布"><meta name="Author" content="许知夏"></head>
<body><div class="header"><ul class="nav"><li>首页</li><li>政务服务</li></ul></div>
<div class="position">您现在的位置：首页 &gt; 部门动态 &gt; 正文</div>
<div class="content"><div class="tit">方若谷到云溟高新区督导项目建设</div><div class="xx">字号：[<a>大</a> <a>中</a> <a>小</a>]</div>
<div class="TRS_Editor"><div>　　11月17日，市科技局党组书记、局长方若谷到云溟高新区督导重点项目建设。市科技局副局长韦一舟参加。<br>
　　方若谷实地察看了云溟智能装备产业园。他指出，要全力保障项目建设。<br>　　当天，方若谷还到溟湖实验室调研。</div></div>
<div class="btm"><a>【打印本页】</a><a>【关闭窗口】</a></div></div><div class="rel">相关链接<ul><li><a>云溟市召开科技工作会议</a></li></ul></div>
<div class="foot">主办：云溟市人民政府办公室　备案号：云ICP备05000000号</div></body></html>"""

TABLES = """<html><head><title>云溟科技城揭牌</title></head><body bgcolor="#ffffff">
<table width="980"><tr><td><a href="/">首页</a> | <a href="a">新闻</a> | <a href="b">专题</a></td></tr></table>
<table width="980"><tr><td width="200"><table><tr><td>栏目导航</td></tr><tr><td><a>要闻</a></td></tr></table></td>
<td width="780"><table><tr><td align="center"><font size="5"><b>云溟科技城揭牌</b></font></td></tr>
<tr><td align="center">2009-10-12 10:21:33　　来源：云溟日报　　作者：钟意帆</td></tr>
<tr><td><font size="3">&nbsp;&nbsp;&nbsp;&nbsp;本报讯（记者 钟意帆）昨日，云溟科技城正式揭牌。市委副书记、市长林牧之出席揭牌仪式并致辞。<br><br>
&nbsp;&nbsp;&nbsp;&nbsp;林牧之说，云溟科技城是全市科技创新的重要平台，要加快集聚创新资源。<br><br></font></td></tr>
<tr><td align="right">责任编辑：许知夏</td></tr></table></td></tr></table>
<table align="center"><tr><td>版权所有 云溟日报社 Copyright 2005-2009</td></tr></table></body></html>"""

Placed = tuple[float, float, float, str]
"""Left, distance from the top and size of a line of a PDF, in points, and its text."""


def pdf(*pages: Sequence[Placed], password: str | None = None) -> bytes:
    """A PDF file of lines at their places, set in a font with Chinese characters."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    lock = pdfencrypt.StandardEncryption(password, strength=128) if password else None
    canvas = Canvas(file, pagesize=(600, 800), invariant=True, encrypt=lock)
    for page in pages:
        for left, top, size, text in page:
            canvas.setFont("STSong-Light", size)
            canvas.drawString(left, 800 - top - size, text)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def column(left: float, top: float, width: int, text: str) -> list[Placed]:
    """A column of lines of so many characters."""
    size = 10
    lines = [part[i : i + width] for part in text.split("\n") for i in range(0, len(part), width)]
    return [(left, top + 1.5 * size * number, size, line) for number, line in enumerate(lines)]


def word(*blocks: str | Sequence[Sequence[str]]) -> bytes:
    """A Word file of paragraphs and tables."""
    document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        table = document.add_table(len(block), len(block[0]))
        for row, cells in zip(table.rows, block, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def packed(members: Mapping[str, bytes]) -> bytes:
    """A zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


RECORDS = [
    {"id": f"n{n}", "text": "林牧之主持会议。何松岩参加。", "title": "题", "date": "2024-03-02"} for n in range(3)
]
SAMPLES = {
    "a.txt": "本报讯（记者 何松岩）3月2日，林牧之来到云溟科技城。\n".encode("gb18030"),
    "a.html": PORTAL.encode(),
    "b.html": TABLES.encode("gb18030"),
    "a.pdf": pdf([(60, 50, 24, "云溟市科技创新大会召开"), *column(40, 90, 16, "　　林牧之主持会议。" * 9)]),
    "a.docx": word("云溟市领导分工", [["姓名", "职务"], ["林牧之", "市长"]], "林牧之主持会议。"),
    "a.jsonl": "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in RECORDS).encode(),
    "a.csv": 'id,text,title\nn1,林牧之主持会议。,题\nn2,"何松岩参加，\n许知夏记录。",题\n'.encode(),
    "a.zip": packed({"要闻/a.txt": "林牧之主持会议。".encode() * 50, "a.html": BUREAU.encode()}),
}
"""A file of each kind."""


def mutants(data: bytes, seed: int) -> Iterator[bytes]:
    """The file with bytes changed, cut out, doubled and put elsewhere, without end."""
    chance = random.Random(seed)
    while True:
        broken = bytearray(data)
        for _ in range(chance.choice([1, 2, 5, 30])):
            at, to = sorted(chance.randrange(len(broken) + 1) for _ in range(2))
            to = min(to, at + chance.choice([1, 4, 60, len(broken)]))
            piece = bytes(broken[at:to])
            new = [
                b"",
                piece * 2,
                bytes([chance.randrange(256)]),
                chance.randbytes(8),
                piece[::-1],
                b"\0",
                b"<p>",
                b"\xff",
            ]
            broken[at:to] = chance.choice(new)
            if not broken:
                break
        yield bytes(broken)


def assert_read_or_skipped(path: Path, data: bytes) -> None:
    """The file gives texts that can be written, or says why not."""
    path.write_bytes(data)
    for item in read([path]):
        assert item.doc.startswith(path.name)
        if isinstance(item, Skipped):
            assert item.reason
        else:
            assert item.raw.strip()
            assert item.raw.encode().decode() == item.raw
