"""What SECURITY.md promises, as far as no other test shows it: documents, rules, names and models of strangers."""

import io
import json
import os
import stat
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
import torch
from conftest import RULE, TAGGED, Kg, ListRecognizer
from hostile import HOSTILE
from hypothesis import given
from hypothesis import strategies as st
from pages import packed
from readers import trap_outputs
from samples import sample_outputs

from kg.errors import LexiconError, ModelError, RuleError
from kg.export import FORMATS, export
from kg.hanlp_ner import SHIPPED, Recognizer
from kg.ingest import read
from kg.lexicon import Name, names
from kg.model import Skipped
from kg.nlp import build_pipeline
from kg.query import load
from kg.readings import read_all
from kg.rules import RuleSet, load_rules
from kg.store import text_path, write_outputs

SENTENCE = "何松岩到云溟科技城调研。"
SECRET = "the-secret-of-another-file"
SECONDS = 20  # of the processor; each takes a second or two


def word_of(body: str, declared: str = "") -> bytes:
    """A Word file with a body of our own writing."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    made = io.BytesIO()
    docx.Document().save(made)
    with zipfile.ZipFile(made) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = f'<?xml version="1.0"?>{declared}<w:document {space}><w:body>{body}</w:body></w:document>'
    return packed(parts | {"word/document.xml": text.encode()})


def pdf_of(drawing: bytes, kind: bytes = b"") -> bytes:
    """A PDF file of one page with packed drawing orders."""
    packed_orders = zlib.compress(drawing, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>",
        b"<<%b/Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (kind, len(packed_orders), packed_orders),
    ]
    return b"%PDF-1.7\n" + b"".join(b"%d 0 obj%b endobj\n" % item for item in enumerate(objects, 1)) + b"%%EOF"


PARAGRAPH = "<w:p><w:r><w:t>何松岩到会。&i;</w:t></w:r></w:p>"
ENTITIES = (f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefgh", "bcdefghi", strict=True))
LAUGHS = f"<!DOCTYPE x [<!ENTITY a '何松岩何松岩'>{''.join(ENTITIES)}]>"
FOREIGN = "<!DOCTYPE x [<!ENTITY i SYSTEM 'file://{secret}'>]>"
DOCUMENTS: dict[str, tuple[str | bytes, str]] = {
    "laughs.docx": (word_of(PARAGRAPH, LAUGHS), "a broken Word document"),
    "foreign.docx": (FOREIGN, "何松岩到会。"),
    "deep.docx": (word_of("<w:tbl><w:tr><w:tc>" * 5000 + "</w:tc></w:tr></w:tbl>" * 5000), "a broken Word document"),
    "foreign.html": (FOREIGN, SENTENCE),
    "attributes.html": (f"<html><body><p {'a=b ' * 300_000}>{SENTENCE * 3}</p>".encode(), SENTENCE),
    "deep list.jsonl": (b'{"text": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "line 1 is not JSON"),
    "deep map.jsonl": (b'{"a":' * 200_000 + b"1" + b"}" * 200_000, "line 1 is not JSON"),
    "number.jsonl": (b'{"text": "a", "id": ' + b"9" * 1_000_000 + b"}", "line 1 is not JSON"),
    "bomb.pdf": (pdf_of(b"0 0 m " * 30_000_000), "more than 100 times its size"),
    "pictures.pdf": (pdf_of(bytes(1_100_000_000), b"/Subtype/Image"), "more than 100 times its size"),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_cannot_fill_the_memory_or_bring_another_file_along(tmp_path: Path, name: str) -> None:
    content, expected = DOCUMENTS[name]
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    if isinstance(content, str):
        declared = content.format(secret=secret)
        page = f"{declared}<html><body><p>{SENTENCE * 3}&i;</p>".encode()
        content = word_of(PARAGRAPH, declared) if name.endswith("docx") else page
    (tmp_path / name).write_bytes(content)
    began = time.process_time()
    [found] = read([tmp_path / name])
    assert time.process_time() - began < SECONDS
    said = found.reason if isinstance(found, Skipped) else found.raw
    assert expected in said
    assert SECRET not in said


REPEATED = [
    "（记者", "(", "《", "“", "市委书记、", "何松岩、", "云溟市科技局和", "第一届", "发(fā)", "！被搓巺^", "記者", "会议召开", "、兼", "\u3000",
    "来源：", "何松岩主持云溟科技城建设推进会", "1", "<p>", "——",
]  # fmt: skip


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load_rules(())


@pytest.mark.parametrize("piece", REPEATED)
def test_no_repetition_takes_long(tmp_path: Path, rules: RuleSet, piece: str) -> None:
    nlp = build_pipeline(ListRecognizer(TAGGED), [])
    (tmp_path / "a.txt").write_text(SENTENCE + piece * (5_000 // len(piece)), encoding="utf-8")
    began = time.process_time()
    [found] = read_all([tmp_path / "a.txt"], nlp, rules)
    assert time.process_time() - began < SECONDS
    assert not isinstance(found, Skipped)


NESTED = "".join(
    f"- &{name} [{','.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
PATTERN = "{subject:Person}(?:没有)?巡视了?{object:Initiative}"
RULES = {
    "runs a command": "- !!python/object/apply:os.system ['touch owned']\n",
    "makes an object": "- id: !!python/name:os.system\n",
    "aliases that multiply": f"- &a [x,x,x,x,x,x,x,x,x,x]\n{NESTED}",
    "multiplied values": f"{RULE}  near:\n    - &a [x,x,x,x,x,x,x,x,x,x]\n" + NESTED.replace("- ", "    - "),
    "deep list": "[" * 200_000,
    "deep map": "{a: " * 2_000 + "}" * 2_000,
} | {
    pattern[:30]: RULE.replace(f'"{PATTERN}"', f"'{{subject:Person}}{pattern}巡视{{object:Initiative}}'")
    for pattern in (
        "(a+)+",  "(?:a|a){0,40}", "(?:a|aa|b){0,30}", "(?:.|甲){0,50}",  "a{0,99999999999}",
        ".{0,20}.{0,20}.{0,20}.{0,20}", "(?:" * 5_000 + ")" * 5_000, "(?R)", "(?1)", "\\p{L}+",
    )
}  # fmt: skip


@pytest.mark.parametrize("kind", RULES)
def test_rules_run_nothing_and_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(RULES[kind], encoding="utf-8")
    began = time.process_time()
    with pytest.raises(RuleError, match=r"mine\.yaml:\d+: ") as refused:
        load_rules((tmp_path,))
    assert time.process_time() - began < SECONDS
    assert len(str(refused.value)) < 50_000
    assert {path.name for path in tmp_path.iterdir()} == {"mine.yaml"}


def test_names_of_a_lexicon_are_no_expressions(tmp_path: Path, rules: RuleSet) -> None:
    given = ["(云+)+$", ".*", "[溟]", "\\w"]
    nlp = build_pipeline(ListRecognizer(TAGGED), [Name(text, "Organization", text) for text in given])
    (tmp_path / "a.txt").write_text(f"林牧之到{given[0]}调研。", encoding="utf-8")
    [[(_, relations)]] = read_all([tmp_path / "a.txt"], nlp, rules)
    assert {m.text for m in relations.mentions if m.type == "Organization"} == {given[0]}


def test_names_of_a_lexicon_are_short(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(f"name,type\n{'云' * 101},Place\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"mine\.csv:2: .*100 characters"):
        names((tmp_path,))


class Exploit:
    """Writes a file when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[[str, str], int], tuple[str, str]]:
        return _write, ("owned", "1")


def _write(name: str, text: str) -> int:
    return Path(name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("classpath", [None, "hanlp.components.ner.rnn_ner.RNNNamedEntityRecognizer"])
def test_weights_run_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, classpath: str | None) -> None:
    monkeypatch.chdir(tmp_path)
    model = tmp_path / "model"
    model.mkdir()
    for name in ("config.json", "vocabs.json"):
        (model / name).write_bytes((SHIPPED / name).read_bytes())
    if classpath:
        config = {"classpath": classpath, "rnn_input": 8, "rnn_hidden": 8, "drop": 0.0, "crf": False, "embed": 8}
        (model / "config.json").write_text(json.dumps(config), encoding="utf-8")
    torch.save({"weights": Exploit()}, model / "model.pt")
    with pytest.raises(ModelError):
        Recognizer.load(model)
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize(
    "path",
    ["subprocess.Popen", "os.system", "builtins.eval", "torch.load", "kg.store.write_outputs", "hanlp.components",
     "hanlp.utils.io_util.load_pickle", "hanlp.components.ner.rnn_ner.os.system", "hanlp.common.x.Y;import os"],
)  # fmt: skip
@pytest.mark.parametrize("file", ["config.json", "vocabs.json"])
def test_only_known_classes_of_a_model_are_made(tmp_path: Path, path: str, file: str) -> None:
    for name in ("config.json", "vocabs.json"):
        (tmp_path / name).write_bytes((SHIPPED / name).read_bytes())
    key = "classpath" if file == "config.json" else "type"
    content = json.loads((tmp_path / file).read_bytes()) | {"inner": [{key: path}]}
    (tmp_path / file).write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ModelError, match="only HanLP's own and this project's are loaded"):
        Recognizer.load(tmp_path)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    write_outputs(folder, **trap_outputs().arguments())
    return folder


# A lone surrogate is in no name, for reading replaces it, but may be in the name of a document.
@pytest.mark.parametrize(
    "command",
    [*(f"show|person {what}" for what in ("control", "terminal", "line ends", "direction")), "path|person terminal|person control", "explain|hostile-1", "show|person-lin",
     "show|\x1b[2J nobody \x9b2J", "explain|\x1b]0;owned\x07", "query|timeline|person terminal"],
)  # fmt: skip
def test_no_code_reaches_the_terminal(kg: Kg, hostile: Path, command: str) -> None:
    result = kg(*command.split("|"), "--from", hostile)
    printed = result.out + result.err
    assert printed.strip()
    assert not {c for c in printed if unicodedata.category(c) in {"Cc", "Cs"}} - {"\n"}
    assert "Traceback" not in printed


def test_a_cypher_script_holds_no_word_of_a_document(hostile: Path, tmp_path: Path) -> None:
    export(load(hostile), ["neo4j"], tmp_path)
    script = (tmp_path / "neo4j-load.cypher").read_text(encoding="utf-8")
    assert script.isascii()
    assert not any(text.strip() and text in script for text in HOSTILE.values() if len(text) > 5)


@given(st.text(max_size=40) | st.lists(st.sampled_from(["..", "/", ".", "a", "\\", "%2E", "\0", "~", ""])).map("".join))
def test_no_name_of_a_document_leads_out_of_the_output(doc: str) -> None:
    out = Path("/out/texts")
    kept = Path(os.path.normpath(f"/out/{text_path(doc)}"))
    assert kept.is_relative_to(out)
    assert kept != out


def test_links_in_the_output_folder_are_replaced_not_followed(tmp_path: Path) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    out.mkdir()
    other.write_text("mine", encoding="utf-8")
    for name in ("graph.html", ".graph.html.kg-tmp", ".report.json.kg-tmp", "nodes.csv"):
        (out / name).symlink_to(other)
    write_outputs(out, **sample_outputs().arguments())
    export(load(out), FORMATS, out)
    assert other.read_text(encoding="utf-8") == "mine"
    assert not any(path.is_symlink() for path in out.iterdir())


def test_files_are_as_private_as_the_user_wants(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        write_outputs(tmp_path / "out", **sample_outputs().arguments())
        export(load(tmp_path / "out"), FORMATS, tmp_path / "out" / "exports")
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in [tmp_path / "out", *(tmp_path / "out").rglob("*")]}
    assert modes == {0}
