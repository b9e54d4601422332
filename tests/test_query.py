import pandas as pd
import pytest
from samples import sample_outputs

from kg.errors import KgError
from kg.query import load
from kg.store import write_outputs


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("output")
    write_outputs(path, **sample_outputs().arguments())
    return path


@pytest.fixture(scope="module")
def g(folder):
    return load(folder)


def test_frames(g):
    assert len(g.entities) == 21
    assert len(g.statements) == 23
    assert len(g.mentions) == 6
    mayor = g.statements[(g.statements["relation"] == "holds_post") & (g.statements["subject_name"] == "林牧之")]
    assert mayor["object_name"].unique().tolist() == ["青川市市长"]
    assert mayor["doc"].tolist() == ["a.txt", "news/b.txt"]
    assert mayor["start"].tolist()[1] == "2022-06"
    assert all("林牧之" in quote for quote in mayor["quote"])
    assert (g.graph.number_of_nodes(), g.graph.number_of_edges()) == (21, 22)


def test_an_empty_build_has_its_columns(tmp_path):
    write_outputs(tmp_path, entities=[], documents=[], texts=[], report=dict)
    g = load(tmp_path)
    assert "subject_name" in g.statements
    assert g.graph.number_of_nodes() == 0
    with pytest.raises(KgError, match="nothing is called"):
        g.show("何松岩")


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("林牧之", ["person-lin"]),
        ("市委", ["org-committee"]),
        ("post-mayor", ["post-mayor"]),
        ("何松岩", ["person-he-1", "person-he-2"]),
        ("无人", []),
    ],
)
def test_find_by_id_name_or_alias(g, name, ids):
    assert [r["id"] for r in g.find(name)] == ids


def test_ambiguity_lists_the_candidates(g):
    with pytest.raises(KgError) as error:
        g.show("何松岩")
    assert "person-he-1" in str(error.value)
    assert "person-he-2" in str(error.value)
    assert "青川市委书记" in str(error.value)
    assert g.show("person-he-1").entity["name"] == "何松岩"


def test_an_unknown_name_gets_a_hint(g):
    with pytest.raises(KgError, match="林牧之"):
        g.show("牧之")


def test_show(g):
    profile = g.show("林牧之")
    assert profile.posts[["title", "organization", "status"]].drop_duplicates().to_numpy().tolist() == [
        ["市长", "青川市政府", "current"]
    ]
    assert set(profile.relations["relation"]) == {"attended", "spoke_at", "accompanied", "met_with"}


def test_posts_of_a_person(g):
    posts = g.posts("苏远山")
    assert posts[["title", "organization", "status", "end"]].to_numpy().tolist() == [
        ["校长", "江海大学", "former", "2021"]
    ]
    assert posts["quote"].str.contains("苏远山").all()
    reporter = g.posts("钟意帆")
    assert reporter["title"].tolist() == ["记者"]
    assert pd.isna(reporter["organization"]).all()
    with pytest.raises(KgError, match="Person"):
        g.posts("青川市委")


def test_who_took_part_and_who_promotes(g):
    took_part = g.attendance("云岭科技城建设推进会")
    assert set(zip(took_part["name"], took_part["relation"], strict=True)) == {
        ("何松岩", "chaired"),
        ("林牧之", "attended"),
        ("林牧之", "spoke_at"),
    }
    assert g.who_promotes("云岭科技城")["subject"].tolist() == ["person-he-1", "person-he-2"]
    assert g.who_promotes("“云岭”科技城")["doc"].tolist() == ["a.txt", "news/b.txt"]


def test_path(g):
    (steps,) = g.path("person-he-1", "苏远山")
    assert [(s.subject, s.relation, s.object) for s in steps] == [
        ("林牧之", "accompanied", "何松岩"),
        ("林牧之", "met_with", "苏远山"),
    ]
    statements = {s["id"]: s for s in g.outputs.statements}
    assert all(statements[s.statement]["evidence"]["quote"] == s.quote for s in steps)
    lengths = [len(path) for path in g.path("person-he-1", "苏远山", k=3)]
    assert len(lengths) == 3
    assert lengths == sorted(lengths)


def test_articles_are_on_paths_only_when_asked(g):
    with pytest.raises(KgError, match="no path"):
        g.path("钟意帆", "青川日报")
    (steps,) = g.path("钟意帆", "青川日报", through=["Article"])
    assert [s.relation for s in steps] == ["authored", "published_by"]
    (steps,) = g.path("钟意帆", "article-a")
    assert [s.relation for s in steps] == ["authored"]


def test_explain(g):
    number = next(s["id"] for s in g.outputs.statements if s["relation"] == "attended")
    evidence = g.explain(number)
    assert (evidence.subject["name"], evidence.object["name"]) == ("林牧之", "云岭科技城建设推进会")
    assert evidence.before.endswith("举行。")
    assert evidence.after.startswith("何松岩说")
    assert [r["text"] for r in evidence.resolutions] == ["市长"]
    with pytest.raises(KgError, match="no statement"):
        g.explain("s")


def test_evidence_of_several_statements(g):
    took_part = g.attendance("云岭科技城建设推进会")
    found = g.evidence(*took_part["id"])
    assert found["id"].tolist() == took_part["id"].tolist()
    assert found["quote"].tolist() == took_part["quote"].tolist()
    assert found["subject_name"].tolist() == took_part["name"].tolist()
    assert (found["end"] - found["start"] == found["quote"].str.len()).all()
    assert g.evidence().empty


def test_sql(g):
    counted = g.sql("select relation, count(*) as n from statements group by relation order by n desc, relation")
    assert counted.iloc[0].tolist() == ["holds_post", 6]
    joined = g.sql(
        "select e.name from statements s join entities e on e.id = s.object where s.relation = 'holds_post' "
        "and list_contains(e.aliases, 'x') is false order by 1 limit 1"
    )
    assert joined["name"].tolist() == ["江海大学校长"]
    assert g.sql("select * from mentions")["text"].notna().all()
    assert g.sql("select text, why from resolutions")["text"].tolist() == ["市长"]


@pytest.mark.parametrize(
    "query",
    ["select nonsense", "copy entities to 'x.csv'", "select * from read_text('/etc/hostname')", "attach 'x.db'",
     "set enable_external_access=true", "select * from folder", "install httpfs"],
)  # fmt: skip
def test_sql_touches_nothing_but_the_tables(g, query, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KgError, match="cannot be answered"):
        g.sql(query)
    assert list(tmp_path.iterdir()) == []


def test_questions_to_an_empty_graph(tmp_path):
    write_outputs(tmp_path, entities=[], documents=[], texts=[], report=dict)
    g = load(tmp_path)
    for answer in (
        g.search("林"),
        g.events(),
        g.ranking(),
        g.conflicts(),
        g.diff("2021", "2022"),
        g.sql("from statements"),
    ):
        assert answer.empty
        assert len(answer.columns) > 3


@pytest.mark.parametrize(
    ("question", "arguments", "said"),
    [
        ("posts", {"person": "林牧之", "on": "last year"}, "last year is no date"),
        ("holders", {"post": "市长", "on": "2023-13"}, "no date"),
        ("staff", {"org": "青川市委", "on": "20230305"}, "no date"),
        ("diff", {"date1": "2023", "date2": "now"}, "now is no date"),
        ("events", {"since": "03-05"}, "no date"),
        ("events", {"until": "2023-1"}, "no date"),
        ("ranking", {"type": "person"}, "person is no type: give one of Person, Post"),
        ("search", {"text": "林", "type": "People"}, "no type"),
        ("neighbours", {"name": "林牧之", "type": "Date"}, "no type"),
        ("succession", {"post": "局"}, "nothing is called 局 among Post"),
        ("career", {"person": "青川市委"}, "among Person"),
        ("attendance", {"event": "云岭科技城"}, "among Event"),
    ],
)  # fmt: skip
def test_a_wrong_question_says_what_to_give(g, question, arguments, said):
    with pytest.raises(KgError, match=said):
        getattr(g, question)(**arguments)
