"""Relation rules: the loader's refusals, the pattern language, and every rule's own examples."""

import re
from functools import partial
from itertools import accumulate
from pathlib import Path

import pytest

from kg.errors import RuleError
from kg.model import TypedSpan
from kg.rules import Match, RuleSet, check_rules, load_rules
from kg.skeleton import CHARS, Skeleton
from kg.slots import Language
from kg.tagged import parse
from tests.conftest import in_proportion

RULE = """\
- id: chaired.test-rule
  relation: chaired
  patterns: ["{subject:Person+}[^，。]{0,3}坐镇{object:Event}"]
  unless: ["{subject}未"]
  examples: ["<s>何松岩</s>坐镇<o>读书会</o>。"]
  counterexamples: ["<s>林牧之</s>未坐镇<o>读书会</o>。"]
"""


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load_rules()


def write(folder: Path, text: str, name: str = "mine.yaml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def texts(tagged: str, matches: list[Match]) -> set[tuple[str, str, str]]:
    text, spans = parse(tagged)

    def words(index: int | None) -> str:
        return "" if index is None else text[spans[index].start : spans[index].end]

    return {(m.rule.relation, words(m.subject), words(m.object)) for m in matches if not m.rule.carried}


def said(rules: RuleSet, tagged: str, zone: str = "body") -> set[tuple[str, str, str]]:
    return texts(tagged, rules.match(*parse(tagged), zone))


def test_every_rule_passes_its_own_examples(rules: RuleSet) -> None:
    assert check_rules(rules) == []


def test_each_relation_has_rules(rules: RuleSet) -> None:
    relations = {rule.relation for rule in rules.rules}
    assert relations >= {
        "attended", "chaired", "spoke_at", "organized", "inspected", "accompanied", "met_with", "promotes", "part_of",
        "located_in", "cooperates_with", "issued", "concerns", "authored", "published_by",
    }  # fmt: skip


BROKEN = [
    (RULE.replace("relation:", "relatoin:"), 2, "unknown key relatoin"),
    (RULE.replace("relation: chaired", "relation: presided"), 2, "unknown relation presided"),
    (RULE + "  note: one\n  note: two\n", 8, "the key note stands here twice"),
    (RULE + RULE, 7, "the id chaired.test-rule is that of"),
    (RULE.replace("id: chaired.test-rule", "id: no"), 1, "id must be text"),
    (RULE.replace("id: chaired.test-rule", "id: Chaired Rule"), 1, "must look like"),
    (RULE + "  note: no\n", 7, "note must be text"),
    (RULE + "  confidence: 1.5\n", 7, "from 0 to 1"),
    (RULE + "  confidence: high\n", 7, "from 0 to 1"),
    (RULE + "  override: maybe\n", 7, "true or false"),
    (RULE + "  override: true\n", 1, "there is no rule chaired.test-rule to override"),
    (RULE + "  status: retired\n", 7, "unknown status"),
    (RULE + "  zones: [footer]\n", 7, "unknown zones footer"),
    (RULE.replace("{subject:Person+}", "{subject:Human+}"), 3, "unknown type Human"),
    (RULE.replace("{subject:Person+}", "{subject:Place}"), 3, "the subject of chaired cannot be Place"),
    (RULE.replace("{object:Event}", "会议"), 3, "the pattern has no object"),
    (RULE.replace("{subject:Person+}", "{host:Person}"), 3, "the pattern has no subject"),
    (RULE.replace("坐镇{object", "(坐镇{object"), 3, "is not a regular expression"),
    (RULE.replace("坐镇{object", ".*坐镇{object"), 3, "a repetition takes 60 characters at most"),
    (RULE.replace("坐镇{object", "[^。]{0,90}坐镇{object"), 3, "a repetition takes 60 characters at most"),
    (RULE.replace("坐镇{object", "(?:坐{1,9}镇{1,5}){0,4}坐镇{object"), 3, "too many ways"),
    (RULE.replace("坐镇{object", "………坐镇{object"), 3, "a long gap is"),
    (RULE.replace("坐镇{object", "坐镇…(?:在)?…{object"), 3, "can match nothing"),
    (RULE.replace("坐镇{object", "{nowords}{object"), 3, "neither a word list nor a slot"),
    (RULE.replace('["{subject}未"]', '["{subject}…未"]'), 4, "an exception has no long gap"),
    (RULE.replace("<o>读书会</o>。", "<o>读书会。"), 5, "bad tags"),
    (RULE.replace("<o>读书会</o>。", "<o>读书会</o><Town>甲</Town>。"), 5, "unknown tag"),
    (RULE.replace("<o>读书会</o>。", "<o:Place>读书会</o>。"), 5, "not a type of this rule's slot"),
    (RULE.replace("<o>读书会</o>。", "读书会。"), 5, "an example tags its ends"),
    (
        RULE.replace('["<s>何松岩</s>坐镇<o>读书会</o>。"]', "[]"),
        5,
        "examples must be a list of texts in quotes: write each on a line that begins with -, or in [ ], at least one",
    ),
    (RULE.replace('["<s>何松岩</s>坐镇<o>读书会</o>。"]', "once"), 5, "must be a list"),
    (RULE[: RULE.index("  counter")], 1, "has no counterexample"),
    (RULE.replace("  patterns:", "  near:"), 1, "the key patterns is missing"),
    ("id: chaired.test-rule\n", 1, "a file of rules is a list"),
    ("- just text\n", 1, "key: value"),
    ("- id: [\n", 2, "not valid YAML"),
]


@pytest.mark.parametrize(("text", "line", "message"), BROKEN)
def test_loader_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, line: int, message: str) -> None:
    (tmp_path / "ours").mkdir()
    monkeypatch.setattr("kg.rules._FOLDER", tmp_path / "ours")  # ours load in half a second, which adds up
    path = write(tmp_path, text)
    with pytest.raises(RuleError) as error:
        load_rules([tmp_path])
    assert str(error.value).startswith(f"{path}:{line}: ")
    assert message in str(error.value)


def test_loader_refuses_missing_folder_and_broken_bytes(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no such folder"):
        load_rules([tmp_path / "nowhere"])
    (tmp_path / "mine.yaml").write_bytes("何".encode("gb18030"))
    with pytest.raises(RuleError, match=re.escape(f"{tmp_path / 'mine.yaml'}:1:")):
        load_rules([tmp_path])


def test_user_rule_adds_and_overrides(tmp_path: Path) -> None:
    write(tmp_path, RULE)
    tagged = "<Person>何松岩</Person>坐镇<Event>读书会</Event>，<Person>林牧之</Person>主持<Event>读书会</Event>。"
    assert said(load_rules([tmp_path]), tagged) >= {
        ("chaired", "何松岩", "读书会"),
        ("chaired", "林牧之", "读书会"),
    }
    write(tmp_path, RULE.replace("chaired.test-rule", "chaired.person-before-event") + "  override: true\n")
    assert ("chaired", "何松岩", "读书会") in said(load_rules([tmp_path]), tagged)
    assert ("chaired", "林牧之", "读书会") not in said(load_rules([tmp_path]), tagged)


def test_user_words_add_to_ours(tmp_path: Path) -> None:
    write(tmp_path, "says: [嘟囔]\n", "_words.yaml")
    tagged = "<Event>读书会</Event>上，<Person>何松岩</Person>嘟囔，要多读书。"
    assert ("spoke_at", "何松岩", "读书会") in said(load_rules([tmp_path]), tagged)
    assert ("spoke_at", "何松岩", "读书会") not in said(load_rules(), tagged)


PROBLEMS = [
    (RULE, None, ""),
    (RULE.replace("<s>何松岩</s>坐镇<o>", "<s>何松岩</s>来<o>"), 5, "does not yield"),
    (
        RULE.replace("<s>何松岩</s>坐", "<s>何松岩</s>、<Person>林牧之</Person>坐"),
        5,
        "yields “chaired: 林牧之 → 读书会” too",
    ),
    (RULE.replace("</o>。", "</o>，<Person>钟意帆</Person>致辞。", 1), 5, "list it under also"),
    (RULE + '  also: ["spoke_at: 何松岩 → 读书会"]\n', 7, "remove it from also"),
    (RULE.replace("未坐", "来坐"), 6, "of this counterexample"),
    (RULE.replace("未坐镇", "未到"), 6, "no pattern matches it"),
    (RULE.replace("counterexamples", "near"), 6, "a pattern matches it: list it under counterexamples"),
]


@pytest.mark.parametrize(("text", "line", "message"), PROBLEMS)
def test_check_finds(tmp_path: Path, text: str, line: int | None, message: str) -> None:
    path = write(tmp_path, text)
    problems = [p for p in check_rules(load_rules([tmp_path])) if p.startswith(str(path))]
    assert bool(problems) == bool(message)
    assert all(p.startswith(f"{path}:{line}: ") and message in p for p in problems[:1]), problems


SENTENCES = [
    # lists: every subject with every object
    (
        "<Person>何松岩</Person>、<Person>林牧之</Person>和<Person>钟意帆</Person>等市领导出席<Event>读书会</Event>。",
        {("attended", p, "读书会") for p in ("何松岩", "林牧之", "钟意帆")},
    ),
    # titles before each name belong to the list, their bodies do not act
    (
        "<Organization>青岚市委</Organization><Post>书记</Post><Person>何松岩</Person>，<Organization>岭北集团</Organization>"
        "<Post>党委书记</Post>、<Post>董事长</Post><Person>林牧之</Person>同志主持<Event>读书会</Event>。",
        {("chaired", p, "读书会") for p in ("何松岩", "林牧之")},
    ),
    # half-width punctuation reads like full-width
    ("<Event>读书会</Event>上,<Person>何松岩</Person>指出,要多读书.", {("spoke_at", "何松岩", "读书会")}),
    # a literal of a pattern never matches inside a name
    ("<Person>何松岩</Person>向<Organization>主持人协会</Organization>讲起<Event>读书会</Event>。", set()),
    # one exception bans one pair
    (
        "<Person>何松岩</Person>未出席<Event>读书会</Event>，<Person>林牧之</Person>出席<Event>读书会</Event>。",
        {("attended", "林牧之", "读书会")},
    ),
    # a long gap stops at the end of a sentence and joins the nearest
    (
        "<Event>春会</Event>召开。<Event>秋会</Event>上，<Person>何松岩</Person>致辞。",
        {("spoke_at", "何松岩", "秋会")},
    ),
    # symmetric: once, the first-named is subject
    (
        "<Organization>青岚银行</Organization>、<Organization>岭北集团</Organization>、<Organization>云溪大学</Organization>"
        "共同签署合作协议。",
        {
            ("cooperates_with", "青岚银行", "岭北集团"),
            ("cooperates_with", "青岚银行", "云溪大学"),
            ("cooperates_with", "岭北集团", "云溪大学"),
        },
    ),
    # a place before another name only qualifies it
    (
        "<Person>何松岩</Person>来到<Place>岭北县</Place><Organization>云溪大学</Organization>调研。",
        {("inspected", "何松岩", "云溪大学")},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("tagged", "expected"), SENTENCES)
def test_sentences(rules: RuleSet, tagged: str, expected: set[tuple[str, str, str]]) -> None:
    assert said(rules, tagged) == expected


def test_zones(rules: RuleSet) -> None:
    assert said(rules, "（来源：<Organization>青岚日报</Organization>）", "source") == {
        ("published_by", "", "青岚日报")
    }
    assert said(rules, "<Person>何松岩</Person>", "byline") == {("authored", "何松岩", "")}
    assert said(rules, "<Person>何松岩</Person>", "body") == set()


def test_offsets_are_those_of_the_text(rules: RuleSet) -> None:
    tagged = "会前，  <Person>何松岩</Person> 主持  <Event>读书会</Event>。"
    text, spans = parse(tagged)
    (match,) = [m for m in rules.match(text, spans, "body") if m.rule.relation == "chaired"]
    assert text[match.start : match.end] == "何松岩 主持  读书会"


def test_match_is_the_same_twice_and_for_any_order_of_spans(rules: RuleSet) -> None:
    text, spans = parse(SENTENCES[0][0])
    turned = rules.match(text, spans[::-1], "body")
    there = [(m.rule.id, spans[::-1][m.subject or 0], m.start) for m in turned]
    here = [(m.rule.id, spans[m.subject or 0], m.start) for m in rules.match(text, spans, "body")]
    assert sorted(there, key=str) == sorted(here, key=str)


def test_skeleton_takes_the_longest_of_overlapping_spans() -> None:
    spans = [TypedSpan(0, 2, "Place"), TypedSpan(0, 4, "Organization"), TypedSpan(4, 4, "Event")]
    skeleton = Skeleton.of("青岚市委 \n 主持", spans)
    assert [*skeleton.owners] == [1, -1, -1, -1]
    assert skeleton.text[1:] == " 主持"
    assert (skeleton.starts[1], skeleton.ends[1]) == (4, 7)


def test_private_use_characters_of_the_text_are_not_mentions() -> None:
    assert all(char not in Skeleton.of("\ue000主持\ue005", []).text for char in "\ue000\ue005")


@pytest.mark.parametrize(
    ("source", "literals"),
    [
        ("{subject:Person+}(?:主持|坐镇){object:Event}", {"主持", "坐镇"}),
        ("{subject:Person+}(?:主持)?(?:了)?{object:Event}", set()),
        ("{subject:Person+}(?:主持|坐镇)召开{object:Event}", {"主持召开", "坐镇召开"}),
        ("{subject:Person+}[^，]{0,3}召[开集]{object:Event}", {"召开", "召集"}),
        ("{object:Event}…{subject:Person+}致辞", {"致辞"}),
        ("{subject:Person+}在(?i:Expo)致辞", {"致辞"}),
        ("(?i){subject:Person+}在Expo致辞", set()),
    ],
)
def test_literals_that_a_pattern_needs(source: str, literals: set[str]) -> None:
    assert Language({}).pattern(source).needs == literals


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("{subject:Person+}主持{object:Event|Place}", [{"Person"}, {"Event", "Place"}]),
        ("{subject:Person}(?:在{Place})?(?:见|{Date}会见){object:Person}", [{"Person"}]),
        ("(?:由{subject:Place}|{subject:Place}[的{Date}]){object:Event}", [{"Place"}, {"Event"}]),
        ("(?!{Date}){subject:Person}…[^{Date}]{object:Event}", [{"Person"}, {"Event"}]),
    ],
)
def test_mentions_that_a_pattern_needs(source: str, kinds: list[set[str]]) -> None:
    assert Language({}).pattern(source).mentions == {frozenset(CHARS[kind] for kind in options) for options in kinds}


LONG = [
    "P、",
    "P，TP、",
    "主持召开",
    "在E上",
    "P出席E，",
    "P强调要推进I",
    "O与",
    "O、O签署",
    "P来到O，了解",
    "E上P指出",
    "（",
    "P到O",
]
TYPES = {"P": "Person", "O": "Organization", "E": "Event", "T": "Post", "I": "Initiative"}


def long(unit: str, length: int, end: str = "") -> tuple[str, list[TypedSpan]]:
    """A unit over and over, each letter of TYPES a mention."""
    widths = {char: 3 if char in TYPES else 1 for char in unit + end}
    chars = unit * (length // sum(widths[char] for char in unit)) + end
    starts = list(accumulate((widths[char] for char in chars), initial=0))
    spans = [TypedSpan(at, at + 3, TYPES[c]) for at, c in zip(starts, chars, strict=False) if c in TYPES]
    return "".join("何松岩" if char in TYPES else char for char in chars), spans


@pytest.mark.parametrize("unit", LONG)
def test_time_grows_with_the_text_only(rules: RuleSet, unit: str) -> None:
    assert in_proportion(lambda length: partial(rules.match, *long(unit, length), "body"))


@pytest.mark.parametrize("unit", ["P，TP、", "PT", "TP，", "OTP", "P", "O", "E", "I", "P、O、", "（P", "“P”、"])
def test_a_word_at_the_end_of_a_long_list_costs_little(rules: RuleSet, unit: str) -> None:
    assert in_proportion(lambda length: partial(rules.match, *long(unit, length, "出席推进指出"), "body"))


def test_a_list_of_many_names_is_read_whole(rules: RuleSet) -> None:
    found = rules.match(*long("P、", 79 * 4, "P出席E"), "body")
    assert len({m.subject for m in found if m.rule.relation == "attended"}) == 80


def test_one_file_of_rules(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "- id: chaired.mine\n  relation: chaired\n  patterns: ['{subject:Person}执槌{object:Event}']\n"
        "  examples: ['<s>何松岩</s>执槌<o>推进会</o>。']\n  counterexamples: []\n"
        "  near: ['<s>何松岩</s>未执槌<o>推进会</o>。']\n",
        encoding="utf-8",
    )
    assert "chaired.mine" in {rule.id for rule in load_rules([path]).rules}
