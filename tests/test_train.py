import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from kg.errors import KgError, ModelError
from kg.hanlp_ner import Recognizer, new_tagger, news_tagger
from kg.model import TypedSpan
from kg.tagged import parse, render
from kg.train import Recipe, held_out, sentence_hash, train
from kg.train.augment import augmenter
from kg.train.fit import _batches
from kg.train.teach import teach
from kg.train.vectors import corpus_lines, frequent_ngrams, vectors

PEOPLE = ["何松岩", "林牧之", "钟意帆", "许知夏", "高远舟"]
BODIES = ["云岭市科技局", "青川县委", "星河大学", "云岭市人大常委会"]
TAGGED = [
    f"<Person>{person}</Person>任<Organization>{body}</Organization><Post>{post}</Post>。"
    for person in PEOPLE
    for body, post in zip(BODIES, ["局长", "书记", "校长", "主任"], strict=True)
]
TINY = Recipe(characters=(200, 8), pairs=(50, 4), triples=(50, 4), hidden=16, drop=0.1, corpus=2_000)


@pytest.fixture
def tagged(tmp_path: Path) -> Path:
    file = tmp_path / "tagged.txt"
    file.write_text("\n".join(TAGGED), encoding="utf-8")
    return file


def test_a_tiny_training_makes_a_model_that_loads(tagged: Path, tmp_path: Path) -> None:
    about, corpus, said = tmp_path / "about.md", tmp_path / "corpus", list[str]()
    corpus.mkdir()
    (corpus / "a.jsonl").write_text(json.dumps({"text": "会议由何松岩主持,云岭市科技局参加。" * 9}), encoding="utf-8")
    about.write_text("## Data\n\nInvented.\n", encoding="utf-8")
    scores = train([tagged], tmp_path / "m", corpus=corpus, about=about, epochs=2, recipe=TINY, report=said.append)
    assert set(scores["all"]) == {"P", "R", "F1"}
    assert Recognizer.load(tmp_path / "m").recognize(["何松岩任局长。", ""])[1] == []
    card = (tmp_path / "m" / "README.md").read_text(encoding="utf-8")
    assert "kg train tagged.txt -o m --corpus corpus --about about.md --epochs 2 --seed 1" in card
    assert "## Data\n\nInvented." in card
    assert str(tmp_path) not in card
    assert any("epoch 2/2" in line for line in said)
    assert str(tmp_path) not in (tmp_path / "m" / "config.json").read_text()


def test_training_learns_and_repeats(tagged: Path, tmp_path: Path) -> None:
    recipe = Recipe(characters=(200, 16), pairs=(50, 8), triples=(50, 8), hidden=32, drop=0.1)
    for name in ("one", "two"):
        train([tagged], tmp_path / name, epochs=60, recipe=recipe, report=lambda _: None)
    texts, spans = zip(*(parse(line) for line in TAGGED), strict=True)
    one, two = (Recognizer.load(tmp_path / name) for name in ("one", "two"))
    found = one.recognize(texts)
    assert found == two.recognize(texts)
    assert sum(a == b for a, b in zip(found, spans, strict=True)) >= 15
    a, b = (torch.load(tmp_path / name / "model.pt", weights_only=True) for name in ("one", "two"))
    assert all(torch.equal(a[key], b[key]) for key in a)


def weights(folder: Path) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = torch.load(folder / "model.pt", weights_only=True)
    return found


def same(one: Path, two: Path) -> bool:
    return all(torch.equal(tensor, weights(two)[name]) for name, tensor in weights(one).items())


@pytest.mark.parametrize("last_words", ["epoch 1/4", "epoch 3/4"])
def test_a_training_cut_short_goes_on(tagged: Path, tmp_path: Path, last_words: str) -> None:
    (tmp_path / "raw.txt").write_text("会议由何松岩主持,云岭市科技局参加。\n" * 50, encoding="utf-8")

    def stop(line: str) -> None:
        if line.startswith(last_words):
            raise InterruptedError

    def run(name: str, report: Callable[[str], None]) -> list[str]:
        said = list[str]()
        train(
            [tagged],
            tmp_path / name,
            corpus=tmp_path / "raw.txt",
            epochs=4,
            recipe=TINY,
            report=lambda line: (said.append(line), report(line))[1],
        )
        return said

    run("whole", lambda _: None)
    with pytest.raises(InterruptedError):
        run("parts", stop)
    assert (tmp_path / "parts" / "unfinished.pt").exists()
    said = run("parts", lambda _: None)
    assert not any(line.startswith(last_words) for line in said)
    assert same(tmp_path / "whole", tmp_path / "parts")
    cards = [(tmp_path / name / "README.md").read_text(encoding="utf-8") for name in ("whole", "parts")]
    assert cards[0].replace("whole", "parts") == cards[1]
    assert not (tmp_path / "parts" / "unfinished.pt").exists()


def test_another_training_does_not_go_on_from_what_was_left(tagged: Path, tmp_path: Path) -> None:
    def stop(line: str) -> None:
        if line.startswith("epoch 1/"):
            raise InterruptedError

    with pytest.raises(InterruptedError):
        train([tagged], tmp_path / "one", epochs=2, seed=1, recipe=TINY, report=stop)
    for name in ("one", "two"):
        train([tagged], tmp_path / name, epochs=2, seed=2, recipe=TINY, report=lambda _: None)
    assert same(tmp_path / "one", tmp_path / "two")


def test_a_model_is_begun_from_and_teachers_are_learnt_from(tagged: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "raw.txt"
    corpus.write_text("".join(f"何松岩第{i}次任云岭市科技局局长。\n" for i in range(40)), encoding="utf-8")
    silent: Callable[[str], None] = [].append
    train([tagged], tmp_path / "base", corpus=corpus, epochs=20, recipe=TINY, report=silent)
    train([tagged], tmp_path / "one", start=tmp_path / "base", epochs=2, recipe=TINY, report=silent)
    card = (tmp_path / "one" / "README.md").read_text(encoding="utf-8")
    assert "kg train tagged.txt -o one --start base --epochs 2 --seed 1" in card
    assert not same(tmp_path / "base", tmp_path / "one")
    teachers = [tmp_path / "one", tmp_path / "base"]
    train([tagged], tmp_path / "two", corpus=corpus, teachers=teachers, epochs=1, recipe=TINY, report=silent)
    card = (tmp_path / "two" / "README.md").read_text(encoding="utf-8")
    assert "--teacher one --teacher base" in card
    assert "sentences tagged by teachers" in card
    assert "| lesson 4/4 |" in card


def test_teachers_tag_by_the_mean_of_what_they_hold(tagged: Path, tmp_path: Path) -> None:
    train([tagged], tmp_path / "m", epochs=40, recipe=replace(TINY, hidden=32), report=lambda _: None)
    good, blank = news_tagger(tmp_path / "m"), news_tagger(tmp_path / "m")
    with torch.no_grad():
        for parameter in (*blank.model.out.parameters(), *blank.model.crf.parameters()):
            parameter.zero_()
    texts = [parse(line)[0] for line in TAGGED]
    found = dict(teach([good], texts))
    assert found == dict(zip(texts, Recognizer(good, "m").recognize(texts), strict=True))
    assert dict(teach([good, blank], texts)) == found  # half of each score: the best stays the best


def test_the_sentences_held_out_may_be_listed(tagged: Path, tmp_path: Path) -> None:
    kept = [parse(line)[0] for line in TAGGED[:3]]
    (tmp_path / "hashes.txt").write_text("".join(f"{sentence_hash(text)}\n" for text in kept), encoding="ascii")
    train([tagged], tmp_path / "m", hold_out=tmp_path / "hashes.txt", epochs=1, recipe=TINY, report=lambda _: None)
    assert (tmp_path / "m" / "held_out.txt").read_text() == (tmp_path / "hashes.txt").read_text()
    assert "sentences 17, held out 3" in (tmp_path / "m" / "README.md").read_text(encoding="utf-8")


def test_raw_text_that_nothing_would_use_is_an_error(tagged: Path, tmp_path: Path) -> None:
    train([tagged], tmp_path / "m", epochs=1, recipe=TINY, report=lambda _: None)
    for corpus, teachers in ((tagged, []), (None, [tmp_path / "m"])):
        with pytest.raises(ModelError, match="--corpus needs"):
            train([tagged], tmp_path / "n", corpus=corpus, start=tmp_path / "m", teachers=teachers, recipe=TINY)


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [("", ModelError, "no tagged sentences"), ("<Person>何松岩", KgError, "tagged.txt:1: <Person> is not closed")],
)
def test_bad_training_data_is_named(tmp_path: Path, content: str, error: type[KgError], says: str) -> None:
    (tmp_path / "tagged.txt").write_text(content, encoding="utf-8")
    with pytest.raises(error, match=says):
        train([tmp_path / "tagged.txt"], tmp_path / "m", recipe=TINY, report=lambda _: None)


@pytest.mark.parametrize("name", ["none", "none.txt", "empty"])
def test_a_corpus_without_text_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match=f"{name}: no text here"):
        list(corpus_lines(tmp_path / name))


@pytest.mark.parametrize("line", ['{"text":', "[]", '{"id": 1}', "1"])
def test_a_broken_record_of_a_corpus_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "会议召开。"}\n' + line, encoding="utf-8")
    with pytest.raises(ModelError, match=r"a\.jsonl:2: give each line"):
        list(corpus_lines(tmp_path))


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_text_on_the_data_that_cannot_be_read_is_named(tagged: Path, tmp_path: Path, content: bytes | None) -> None:
    if content:
        (tmp_path / "about.md").write_bytes(content)
    with pytest.raises(ModelError, match=r"about\.md: cannot be read"):
        train([tagged], tmp_path / "m", about=tmp_path / "about.md", recipe=TINY)


def test_the_same_sentences_are_always_held_out() -> None:
    share = sum(held_out(f"第{i}句", 0.13) for i in range(4000)) / 4000
    assert 0.11 < share < 0.15
    assert all(held_out(f"第{i}句", 0.2) for i in range(400) if held_out(f"第{i}句", 0.1))
    assert not held_out("任何一句", 0.0)


def test_variants_are_well_formed_and_new() -> None:
    sentences = [parse(line) for line in TAGGED] + [("全是普通文字。", [])]
    variant = augmenter(sentences, random.Random(1))
    names = set()
    for _ in range(20):
        for sentence in sentences:
            text, spans = variant(sentence)
            assert parse(render(text, spans)) == (text, spans)
            assert [span.type for span in spans] == [span.type for span in sentence[1]]
            names |= {text[span.start : span.end] for span in spans if span.type == "Person"}
    assert len(names) > 50
    assert set(PEOPLE) < names
    again = augmenter(sentences, random.Random(1))
    assert again(sentences[0]) == augmenter(sentences, random.Random(1))(sentences[0])


def test_batches_carry_the_tags() -> None:
    tagger = new_tagger(list("何松岩任许长"), chars=4, ngrams={"2": (1, 2), "3": (1, 2)}, rnn_hidden=4, drop=0.0)
    sentences = [
        ("何松岩任长", [TypedSpan(0, 3, "Person"), TypedSpan(4, 5, "Post")]),
        ("许任", [TypedSpan(0, 1, "Person")]),
    ]
    ((ids, tags),) = _batches(tagger, sentences, random.Random(0))
    names = tagger.vocabs["tag"].idx_to_token
    assert [names[tag] for tag in tags[0, :6]] == ["B-Person", "I-Person", "E-Person", "O", "S-Post", "O"]
    assert [names[tag] for tag in tags[1, :3]] == ["S-Person", "O", "O"]
    assert ids[0, :6].tolist() == [2, 3, 4, 5, 7, 0]
    assert ids.shape[1] % 16 == 0


def test_ngrams_are_counted_within_documents() -> None:
    ids = np.array([2, 3, 2, 3, 0, 2, 3, 1, 3, 0])
    assert frequent_ngrams(ids, 2, 10, most=9, least=2).tolist() == [23]
    assert frequent_ngrams(ids, 2, 10, most=9, least=1).tolist() == [23, 32]
    assert frequent_ngrams(ids, 2, 10, most=9, least=9).tolist() == [0]


def test_alike_characters_have_alike_vectors() -> None:
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    # 2 and 3 stand before 6, 4 and 5 before 7.
    words = [[a, 6 if a < 4 else 7, 8] for a in rng.integers(2, 6, 3000)]
    found = vectors(np.array(words).flatten(), 1, np.arange(2, 9), 9, 4)
    alike = torch.nn.functional.cosine_similarity(found[[0, 2]], found[[1, 3]])
    different = torch.nn.functional.cosine_similarity(found[[0, 1]], found[[2, 3]])
    assert alike.min() > 0.9
    assert different.max() < 0.5
