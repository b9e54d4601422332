"""Articles and their parts, on invented pages with the furniture of real ones."""

import json
import random
from pathlib import Path

import opencc
import pytest

from kg.articles import split
from kg.ingest import read
from kg.model import Article, Source
from kg.restore import restore


def parts(article: Article) -> list[tuple[str, str]]:
    return [(zone.kind, article.text[zone.start : zone.end]) for zone in article.zones]


def only(raw: str, **known: str) -> Article:
    [article] = split(Source("a.txt", raw, "", **known))  # type: ignore[arg-type]
    return article


BODY = "3月2日，市委书记林牧之来到云溟科学城调研。"


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        (f"本报讯(记者 何松岩){BODY}", "本报讯(记者 何松岩)"),
        (f"本报讯（记者何松岩 通讯员 钟意帆、林远）{BODY}", "本报讯（记者何松岩 通讯员 钟意帆、林远）"),
        (f"本报讯 记者何松岩报道 {BODY}", "本报讯 记者何松岩报道"),
        (f"本报郑州3月2日电  （记者何松岩）{BODY}", "本报郑州3月2日电  （记者何松岩）"),
        (f"中新网长春3月2日电 (何松岩){BODY}", "中新网长春3月2日电 (何松岩)"),
        (f"新华社内罗毕3月2日电（记者何松岩、钟意帆）{BODY}", "新华社内罗毕3月2日电（记者何松岩、钟意帆）"),
        (f"荆楚网（湖北日报网）讯（通讯员 何松岩 钟意帆）{BODY}", "荆楚网（湖北日报网）讯（通讯员 何松岩 钟意帆）"),
        (f"人民网郑州3月2日电 {BODY}", "人民网郑州3月2日电"),
        (f"大河网讯（记者 何松岩 钟意帆）{BODY}", "大河网讯（记者 何松岩 钟意帆）"),
        (f"记者 何松岩 通讯员 钟意帆{BODY}", "记者 何松岩 通讯员 钟意帆"),
        (f"封面新闻记者 何松岩{BODY}", "封面新闻记者 何松岩"),
        (f"【环球网报道 记者 何松岩】{BODY}", "【环球网报道 记者 何松岩】"),
        (f"{BODY}责编:何松岩 | 审校:钟意帆 | 监制:林远", "责编:何松岩 | 审校:钟意帆 | 监制:林远"),
        (f"{BODY}（责任编辑：何松岩）", "（责任编辑：何松岩）"),
        (f"{BODY}作者：何松岩 编辑：钟意帆", "作者：何松岩 编辑：钟意帆"),
        (f"{BODY}郑州日报记者 何松岩 通讯员 钟意帆", "郑州日报记者 何松岩 通讯员 钟意帆"),
        (f"{BODY}座谈会现场。何松岩 摄林牧之讲话。", "何松岩 摄"),
        (f"{BODY}（本报记者 何松岩 摄）会议要求落实。", "（本报记者 何松岩 摄）"),
        (f"{BODY}\n■融媒体记者 何松岩,通 讯 员 钟意帆 林 远", "■融媒体记者 何松岩,通讯员 钟意帆 林远"),
        (f"大象新闻记者何松岩 河南广电融媒体记者钟意帆\n{BODY}", "大象新闻记者何松岩 河南广电融媒体记者钟意帆"),
        (f"林牧之调研科学城郑州日报记者何松岩/文 钟意帆/图{BODY}", "郑州日报记者何松岩/文 钟意帆/图"),
        (f"大众网记者 何松岩 通讯员 钟意帆 云溟报道{BODY}", "大众网记者 何松岩 通讯员 钟意帆 云溟报道"),
        (f"首席记者 何松岩 实习生 钟意帆“快来看。”{BODY}", "首席记者 何松岩 实习生 钟意帆"),
        (f"河南日报客户端记者 何松岩 {BODY}", "河南日报客户端记者 何松岩"),
        (f"【环球网报道 记者 何松岩】{BODY}", "【环球网报道 记者 何松岩】"),
        (f"早报讯 （记者何松岩通讯员钟意帆）{BODY}", "早报讯 （记者何松岩通讯员钟意帆）"),
        (f"央视网消息：{BODY}", "央视网消息："),
        (f"文/图 何松岩\n{BODY}", "文/图 何松岩"),
        (f"{BODY}（何松岩 钟意帆）", "（何松岩 钟意帆）"),
        (f"{BODY}(责任编辑：何松岩 CN070)", "(责任编辑：何松岩 CN070)"),
        (f"{BODY}采写：实习生 钟意帆 南都记者 何松岩", "采写：实习生 钟意帆 南都记者 何松岩"),
        (f"{BODY}编辑：何松岩审核：钟意帆 林远终审：林牧之", "编辑：何松岩审核：钟意帆 林远终审：林牧之"),
        (f"{BODY}责任编辑 何松岩责任校对 钟意帆终审 编委 林远", "责任编辑 何松岩责任校对 钟意帆终审 编委 林远"),
        (f"{BODY}（全媒体记者 何松岩 整理报道）", "（全媒体记者 何松岩 整理报道）"),
    ],
)
def test_byline(line: str, byline: str) -> None:
    assert byline in [text for kind, text in parts(only(line)) if kind == "byline"]
    assert BODY in "".join(text for kind, text in parts(only(line)) if kind == "body")


@pytest.mark.parametrize(
    "line",
    [
        "3月2日，记者从云溟市科技局获悉，项目已开工。",
        "会上，市委秘书长钟意帆回答记者提问。",
        "据央视新闻消息，3月2日会议召开。",
        "企业用电（含水电）成本下降，记者了解到，今年还将再降。",
        "图书编辑部：这里有编辑二十人。",
        "据云溟社、青岚通讯社8月5日报道，双方互致贺信。",
        "供稿单位有高速公路第三支队等七家。",
    ],
)
def test_reporters_in_running_text_are_no_byline(line: str) -> None:
    assert parts(only(line)) == [("body", line)]


@pytest.mark.parametrize(
    ("line", "source", "medium", "published"),
    [
        (f"2024-03-02 21:24，正文：{BODY}", "2024-03-02 21:24", None, "2024-03-02"),
        (f"24-03-02 04:55，正文：{BODY}", "24-03-02 04:55", None, "2024-03-02"),
        (
            f"来源：辽宁日报  |  2024年03月02日 13:12:40，正文：{BODY}",
            "来源：辽宁日报  |  2024年03月02日 13:12:40",
            "辽宁日报",
            "2024-03-02",
        ),
        (f"来源:大象河南2024-03-02 21:13:02\n{BODY}", "来源:大象河南2024-03-02 21:13:02", "大象河南", "2024-03-02"),
        (f"{BODY}（来源：南阳晚报）", "（来源：南阳晚报）", "南阳晚报", None),
        (f"{BODY}(来源：上海普陀)", "(来源：上海普陀)", "上海普陀", None),
        (f"{BODY}（转自：上海奉贤）", "（转自：上海奉贤）", "上海奉贤", None),
        (f"，正文：本文转自：人民网近日，{BODY}", "本文转自：人民网", "人民网", None),
        (f"{BODY}来源：安阳融媒客户端", "来源：安阳融媒客户端", "安阳融媒", None),
        (f"{BODY}\n来源: 发布日期:2024-03-02 打印", "来源: 发布日期:2024-03-02", None, "2024-03-02"),
        (f"云溟日报 2024-03-02 第01版\n{BODY}", "云溟日报 2024-03-02 第01版", "云溟日报", "2024-03-02"),
        (f"{BODY}图片来源：视觉中国", "图片来源：视觉中国", None, None),
        (f"{BODY}（图片由通讯员提供）", "（图片由通讯员提供）", None, None),
        (f"{BODY}（受访者供图）", "（受访者供图）", None, None),
        (f"{BODY}来源：南阳发布本文中图片、文字版权归原作者所有", "来源：南阳发布", "南阳发布", None),
        (f"{BODY}（来源：综合大河网）", "（来源：综合大河网）", "大河网", None),
        (f"本文转自【南阳晚报】；{BODY}", "本文转自【南阳晚报】；", "南阳晚报", None),
        (
            f"{BODY}《 人民日报 》（ 2024年03月02日 04 版）",
            "《 人民日报 》（ 2024年03月02日 04 版）",
            "人民日报",
            "2024-03-02",
        ),
    ],
)
def test_source_line(line: str, source: str, medium: str | None, published: str | None) -> None:
    article = only(line)
    assert ("source", source) in parts(article)
    assert (article.medium, article.published) == (medium, published)


@pytest.mark.parametrize(
    ("raw", "headline"),
    [
        (f"林牧之调研科学城\n——强调加快建设\n\n{BODY}", "林牧之调研科学城 ——强调加快建设"),
        (f"{BODY}\n林牧之调研科学城\n来源: 发布日期:2024-03-02 打印", "林牧之调研科学城"),
        (f"{BODY}\n标题:[本地]林牧之调研科学城\n地址:http://news.example/1.html", "林牧之调研科学城"),
        (f"2024-03-02，正文：原标题：林牧之调研科学城！{BODY}", "林牧之调研科学城！"),
        (
            f"2024-03-02，正文：原标题：点亮整个假期！云溟科学城夏令营开营近日，{BODY}",
            "点亮整个假期！云溟科学城夏令营开营",
        ),
        (f"2024-03-02，正文：原标题：林牧之调研科学城记者 何松岩 {BODY}", "林牧之调研科学城"),
        (f"2024-03-02，正文：林牧之调研科学城工地林牧之调研科学城工地 {BODY}", "林牧之调研科学城工地"),
        (f"2024-03-02，正文：原标题：科学城今起招聘（3月2日）下午，会议召开。{BODY}", None),
        (f"2024-03-02，正文：原标题：林牧之调研科学城      据云溟日报报道，{BODY}", "林牧之调研科学城"),
        (BODY, None),
    ],
)
def test_headline(raw: str, headline: str | None) -> None:
    assert only(raw).headline == headline


@pytest.mark.parametrize(
    "furniture",
    [
        "首页 > 云溟 > 正文",
        "收藏 打印",
        "扫码看\n视频新闻",
        "本篇文章2302字,读完约6分钟",
        "热点推荐\n\n更多>",
        "新闻搜索\n推荐新闻\n- 云溟旅游宣传片\n- 关于停水的通告",
        "地址:http://news.example/a/1.html",
        "分享到：微信 微博 QQ空间",
        "返回搜狐，查看更多责任编辑：",
        "上一篇：另一条新闻的标题",
        "第 3 页",
        "更多精彩内容请进入社会频道",
        "分享让更多人看到",
        "如遇作品内容、版权等问题，请在刊发之日起三十日内与我们联系。",
        "广告声明：文中的链接只是给读者多一种选择，所有文章都有这句话。",
        "- END -",
        "http://news.example/829/1.html",
    ],
)
def test_furniture_is_dropped(furniture: str) -> None:
    assert only(f"{BODY}\n\n{furniture}\n").text == BODY


@pytest.mark.parametrize(
    ("tail", "kept"),
    [
        ("更多精彩内容请进入社会频道", ""),
        ("分享让更多人看到", ""),
        ("广告 哪里有靠谱的培训班? ×", ""),
        ("返回搜狐，查看更多责任编辑：", ""),
        ("本文属于原创文章，如若转载，请注明来源：云溟某网", ""),
        ("何松岩 摄", "何松岩 摄"),
        ("（李某供图）", "（李某供图）"),
    ],
)
def test_furniture_at_the_end_of_the_line(tail: str, kept: str) -> None:
    found = parts(only(BODY + tail))
    assert found[0] == ("body", BODY)
    assert "".join(text for _, text in found[1:]) == kept


@pytest.mark.parametrize(
    ("byline", "medium"),
    [
        ("本报讯(郑报全媒体记者 何松岩)", "郑报全媒体"),
        ("科技日报记者 何松岩", "科技日报"),
        ("活动现场深圳新闻网3月2日讯（记者 何松岩）", "深圳新闻网"),
    ],
)
def test_medium_of_the_byline(byline: str, medium: str) -> None:
    assert only(f"{byline}\n{BODY}").medium == medium


@pytest.mark.parametrize(
    ("raw", "medium", "published"),
    [
        (f"{BODY}返回搜狐，查看更多责任编辑：", "搜狐", None),
        (f"{BODY}（来源：南阳晚报）返回搜狐，查看更多责任编辑：", "南阳晚报", None),
        (f"记者 何松岩 {BODY}返回搜狐，查看更多责任编辑：", None, None),
        (f"{BODY}\n地址:http://news.example/2024/0303/1.html", None, "2024-03-03"),
        (f"2024-03-02 08:00\n{BODY}\n地址:http://news.example/2024/0303/1.html", None, "2024-03-02"),
    ],
)
def test_furniture_says_medium_and_date_where_nothing_better_does(
    raw: str, medium: str | None, published: str | None
) -> None:
    article = only(raw)
    assert (article.medium, article.published) == (medium, published)


def test_page_of_three_articles() -> None:
    page = (
        "林牧之在推进会上强调 加快建设科学城\n\n本报讯(云报全媒体记者 何松岩) 3月2日,林牧之出席推进会。他说,要建好人才"
        "公寓、创新中心、服务平台,支持企业发展,打造一流的\n\n创新生态,服务全市发展大局。\n\n扫码看\n视频新闻\n\n"
        "文化月筹备会召开\n\n讲好云溟故事\n\n本报讯(记者 钟意帆) 3月2日,筹备会召开。\n\n"
        "市直机关部署党建工作\n\n本报讯(记者 林远) 近日,会议召开。"
    )
    articles = split(Source("page.txt", page, ""))
    assert [article.number for article in articles] == [0, 1, 2]
    assert [article.headline for article in articles] == [
        "林牧之在推进会上强调 加快建设科学城",
        "文化月筹备会召开 讲好云溟故事",
        "市直机关部署党建工作",
    ]
    assert "打造一流的创新生态" in articles[0].text
    assert "扫码" not in articles[0].text


def test_page_of_television_news() -> None:
    page = (
        "# 《云溟联播》 (20240302)\n\n## 摘要\n\n1.林牧之调研；\n\n### 林牧之调研科学城\n\n"
        "云溟网消息（云溟联播）：林牧之2日来到科学城。\n\n[查看原文](https://news.example/1.html)\n\n"
        "### 钟意帆会见客人\n\n云溟网消息（云溟联播）：钟意帆会见客人。\n\n[查看原文](https://news.example/2.html)\n"
    )
    first, second = split(Source("page.md", page, ""))
    assert (second.headline, second.published) == ("钟意帆会见客人", "2024-03-02")
    assert parts(second)[1:] == [("byline", "云溟网消息（云溟联播）："), ("body", "钟意帆会见客人。")]
    assert "林牧之2日来到科学城。" in first.text
    assert "原文" not in first.text + second.text


def test_head_of_a_page_holds_for_its_articles() -> None:
    page = (
        f"云溟日报 2024-03-03 第01版\n林牧之调研科学城\n本报讯（记者 何松岩）{BODY}\n\n"
        "文化月启动\n本报讯（记者 钟意帆）昨日，文化月启动。\n\n"
        "读书周闭幕\n本报讯（记者 林远）读书周闭幕。\n发布时间：2024-03-01"
    )
    assert [(a.headline, a.medium, a.published) for a in split(Source("page.txt", page, ""))] == [
        ("林牧之调研科学城", "云溟日报", "2024-03-03"),
        ("文化月启动", "云溟日报", "2024-03-03"),
        ("读书周闭幕", "云溟日报", "2024-03-01"),
    ]


def test_record_fills_in_what_the_text_does_not_say() -> None:
    article = only(BODY, title="林牧之调研", date="2024-03-03 10:00", medium="云溟日报")
    assert (article.headline, article.published, article.medium) == ("林牧之调研", "2024-03-03", "云溟日报")
    assert article.text == BODY
    said = only(f"{BODY}（来源：南阳晚报）", date="2024-03-03", medium="云溟日报")
    assert (said.medium, said.published) == ("南阳晚报", "2024-03-03")


def test_title_of_a_record_is_in_the_script_of_its_text() -> None:
    body = "三月二日，雲溟市委書記林牧之來到科學城調研，要求加快項目建設，優化營商環境。"
    assert only(body, title="張揚赴會").headline == "张扬赴会"
    assert only(BODY, title="張揚").headline == "張揚"


@pytest.mark.parametrize("raw", ["", " \n", "首页 > 云溟 > 正文", "。", "\ufffd" * 5, "1\n" * 50, "a" * 5000])
def test_odd_text_raises_nothing(raw: str) -> None:
    assert isinstance(split(Source("a.txt", raw, "")), list)


def test_long_page_is_quick() -> None:
    page = "\n".join([BODY * 20, "推荐阅读的文字", "更多>"] * 3000)
    assert len(only(page).text) > 1_000_000


# --- the real documents


def sources(shared: Path) -> list[Source]:
    found = [*read([shared / "seeds"]), *read([shared / "gold" / "dev" / "texts"])]
    return [item for item in found if isinstance(item, Source)]


@pytest.mark.shared
def test_real_documents_zones_and_offsets(shared: Path) -> None:
    rng = random.Random(7)
    simplified = opencc.OpenCC("t2s")
    for source in sources(shared):
        for article in split(source):
            at = 0
            for zone in article.zones:
                assert zone.start < zone.end
                assert not article.text[at : zone.start].strip()
                at = zone.end
            assert at == len(article.text) == len(article.offsets)
            for _ in range(30):
                zone = rng.choice(article.zones)
                start = rng.randrange(zone.start, zone.end)
                end = rng.randrange(start, zone.end) + 1
                piece = source.raw[slice(*article.raw_span(start, end))]
                if "巺" in source.raw and "^" in piece:
                    continue  # restored from bytes that the piece shares with its neighbours
                again = simplified.convert(restore(piece)[0])
                assert again.replace("\n", "").replace(" ", "") == article.text[start:end].replace(" ", "").strip()


@pytest.mark.shared
def test_real_pages_have_their_articles(shared: Path) -> None:
    found = {source.doc[:3]: split(source) for source in sources(shared) if "_" in source.doc}
    assert [len(found[doc]) for doc in sorted(found)] == [1, 1, 1, 3, 1]
    assert "。”淮阴区科技局局长吴洪高" in found["004"][0].text


@pytest.mark.shared
def test_real_documents_dates_authors_media(shared: Path) -> None:
    right = dates = authors = named = 0
    for source in sources(shared):
        stem = Path(source.doc).stem
        path = "seeds/" + stem[:3] if "_" in stem else "dev/" + stem
        gold = json.loads((shared / "gold" / f"{path}.json").read_text(encoding="utf-8"))
        articles = split(source)
        dates += 1
        right += articles[0].published == gold["published"]
        bylines = "\n".join(text for article in articles for kind, text in parts(article) if kind == "byline")
        for fact in gold["facts"]:
            if fact["rel"] == "authored":
                authors += 1
                named += fact["subj"] in bylines
    assert right >= dates - 1
    assert named >= authors - 1
