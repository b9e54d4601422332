import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from hanlp.common.vocab import Vocab
from hanlp.components.ner.rnn_ner import RNNNamedEntityRecognizer

from kg.errors import ModelError
from kg.hanlp_ner import SHIPPED, TAGS, LegalCRF, Recognizer, new_tagger
from kg.model import MENTION_TYPES, TypedSpan

FEW = TAGS[:9]  # of Person and Post
ROOT = Path(__file__).parent.parent


def legal(path: tuple[str, ...]) -> bool:
    """The definition, written the slow way: an opened mention goes on with its own type until it ends."""
    inside = None
    for tag in path:
        position, kind = tag[0], tag[2:]
        if inside is None and position in "IE":
            return False
        if inside is not None and (position not in "IE" or kind != inside):
            return False
        inside = kind if position in "BI" else None
    return inside is None


def by_hand(crf: LegalCRF, emissions: torch.Tensor, path: tuple[int, ...]) -> float:
    score = crf.start_transitions[path[0]] + crf.end_transitions[path[-1]]
    score = score + sum(emissions[i, tag] for i, tag in enumerate(path))
    return float(score + sum(crf.transitions[a, b] for a, b in itertools.pairwise(path)))


@pytest.fixture(scope="module")
def crf() -> LegalCRF:
    torch.manual_seed(5)
    crf = LegalCRF(FEW)
    torch.nn.init.normal_(crf.transitions)
    crf.forbid()
    crf.requires_grad_(False)
    return crf


@pytest.mark.parametrize("seed", range(8))
def test_decoding_finds_the_best_legal_path(crf: LegalCRF, seed: int) -> None:
    torch.manual_seed(seed)
    lengths = [5, 3, 1]
    emissions = 2 * torch.randn(3, 5, len(FEW))
    mask = torch.arange(5) < torch.tensor(lengths)[:, None]
    best = crf.best(emissions, mask)
    found = [path[:length] for path, length in zip(best.tolist(), lengths, strict=True)]
    assert found == crf.decode(emissions, mask)
    loss = -crf(emissions, best, mask, reduction="none")
    for row, length in enumerate(lengths):
        paths = itertools.product(range(len(FEW)), repeat=length)
        scores = {path: by_hand(crf, emissions[row], path) for path in paths if legal(tuple(FEW[t] for t in path))}
        top = max(scores, key=lambda path: scores[path])
        assert tuple(found[row]) == top
        total = torch.logsumexp(torch.tensor(list(scores.values())), 0)
        assert loss[row].item() == pytest.approx(total.item() - scores[top], abs=1e-3)


def test_no_scores_make_an_illegal_path(crf: LegalCRF) -> None:
    torch.manual_seed(1)
    for scale in (1.0, 1000.0):
        emissions = scale * torch.randn(32, 20, len(FEW))
        for path in crf.best(emissions, torch.ones(32, 20, dtype=torch.bool)).tolist():
            assert legal(tuple(FEW[tag] for tag in path))


def test_decoding_does_not_see_the_padding(crf: LegalCRF) -> None:
    torch.manual_seed(2)
    emissions, mask = torch.randn(2, 9, len(FEW)), torch.ones(2, 9, dtype=torch.bool)
    mask[1, 4:] = False
    assert crf.best(emissions, mask)[1, :4].tolist() == crf.best(emissions[1:, :4], mask[1:, :4])[0].tolist()


def untrained() -> Recognizer:
    torch.manual_seed(3)
    tagger = new_tagger(list("甲乙丙丁"), chars=4, ngrams={"2": (3, 2), "3": (3, 2)}, rnn_hidden=4, drop=0.0)
    return Recognizer(tagger, "untrained")


def test_anything_can_be_read() -> None:
    texts = ["", "甲乙", " ", "\ud800\x00", "丙" * 1000, "", "🎉\U0002a6a5", "乙"]
    found = untrained().recognize(texts)
    assert len(found) == len(texts)
    for text, spans in zip(texts, found, strict=True):
        assert all(0 <= span.start < span.end <= len(text) and span.type in MENTION_TYPES for span in spans)
        assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    assert found[0] == found[5] == []
    assert any(found)
    assert untrained().recognize([]) == []


def differing(threads: int) -> int:
    """How many sentences have scores that are not the same, bit for bit, in every batch."""
    torch.manual_seed(4)
    torch.set_num_threads(threads)
    characters = [chr(0x4E00 + i) for i in range(500)]
    tagger = new_tagger(characters, chars=96, ngrams={"2": (9, 24), "3": (9, 48)}, rnn_hidden=256, drop=0.0)
    texts = ["".join(characters[i] for i in torch.randint(500, (n,))) for n in (*range(1, 50), 70, 130, 400)]
    seen: dict[bytes, set[bytes]] = {}

    def keep(_: object, read: tuple[torch.Tensor], scored: tuple[torch.Tensor, torch.Tensor]) -> None:
        for ids, scores in zip(read[0], scored[0], strict=True):
            length = int(ids.gt(0).sum())
            seen.setdefault(ids[:length].numpy().tobytes(), set()).add(scores[:length].numpy().tobytes())

    tagger.model.eval().register_forward_hook(keep)
    for size in (1, 3, 8, 64):
        order = torch.randperm(len(texts)).tolist()
        Recognizer(tagger, "untrained").recognize([texts[i] for i in order], size)
    assert len(seen) == len(texts)
    return sum(len(variants) > 1 for variants in seen.values())


@pytest.mark.parametrize("threads", [1, 2])
def test_scores_do_not_depend_on_the_batch(threads: int) -> None:
    assert differing(threads) == 0


def test_scores_do_not_depend_on_the_batch_without_the_newest_instructions() -> None:
    """What MKL does on a processor of another maker or of ten years ago."""
    code = (
        "import contextlib, test_hanlp_ner as t, kg.hanlp_ner as ner; ner.half_precision = contextlib.nullcontext;"
        "print(t.differing(1), t.differing(2))"
    )
    old = dict.fromkeys(("ONEDNN_MAX_CPU_ISA", "MKL_ENABLE_INSTRUCTIONS"), "AVX2") | {"ATEN_CPU_CAPABILITY": "avx2"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "tests",
        env=os.environ | old,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["0", "0"]


def saved(folder: Path, **changes: object) -> Path:
    """An untrained model's folder with other values in its config.json."""
    untrained()._component.save(str(folder))
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | changes))
    return folder


def test_a_saved_model_reads_as_before(tmp_path: Path) -> None:
    texts = ["甲乙丙丁" * 5, "乙丙"]
    saved(tmp_path)
    assert Recognizer.load(tmp_path).recognize(texts) == Recognizer.load(str(tmp_path)).recognize(texts)


class Witness:
    called = False

    def __init__(self, **_: object) -> None:
        Witness.called = True


@pytest.mark.parametrize(
    "change",
    [
        {"classpath": "test_hanlp_ner.Witness"},
        {"embed": {"classpath": "test_hanlp_ner.Witness"}},
        {"transform": [{"classpath": "os.system"}]},
        {"embed": {"classpath": "hanlp.utils.io_util.run_cmd"}},
    ],
)
def test_a_foreign_class_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    with pytest.raises(ModelError, match=r"config\.json names the class"):
        Recognizer.load(saved(tmp_path, **change))
    assert not Witness.called


def test_weights_that_run_code_are_refused(tmp_path: Path) -> None:
    saved(tmp_path)
    torch.save({"embed.chars.weight": Witness()}, tmp_path / "model.pt")
    Witness.called = False
    with pytest.raises(ModelError, match="UnpicklingError"):
        Recognizer.load(tmp_path)
    assert not Witness.called


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("config.json", None, "config.json cannot be read"),
        ("vocabs.json", None, "vocabs.json cannot be read"),
        ("config.json", "{", "config.json cannot be read"),
        ("config.json", "[]", "config.json has no classpath"),
        ("config.json", "{}", "config.json has no classpath"),
        ("model.pt", None, "model.pt"),
        ("model.pt", "broken", "cannot be loaded"),
    ],
)
def test_a_broken_folder_is_named(tmp_path: Path, name: str, content: str | None, says: str) -> None:
    saved(tmp_path)
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_text(content)
    with pytest.raises(ModelError, match=says) as error:
        Recognizer.load(tmp_path)
    assert str(tmp_path) in str(error.value)
    assert "pkg_resources" not in str(error.value)


@pytest.mark.parametrize("name", ["no/such/folder", "NO_SUCH_MODEL"])
def test_a_missing_model_is_named(name: str) -> None:
    with pytest.raises(ModelError, match=f"{name}: no such folder"):
        Recognizer.load(name)


@pytest.mark.parametrize(("label", "kind"), [("NR", "Person"), ("NS", "Place"), ("NT", "Organization"), ("TIME", None)])
def test_other_models_labels_are_mapped(label: str, kind: str | None) -> None:
    class Other:
        """Stands for a HanLP tagger with other labels."""

        def __init__(self) -> None:
            self.vocabs = {"tag": type("Tags", (), {"idx_to_token": ["O", f"S-{label}", "S-LAW"]})}

        def predict(self, texts: list[list[str]], batch_size: int) -> list[list[tuple[str, str, int, int]]]:
            return [[("".join(text[:2]), label, 0, 2)] for text in texts]

    recognizer = Recognizer(Other(), "other")
    assert recognizer.recognize(["甲乙丙", ""]) == [[TypedSpan(0, 2, kind)] if kind else [], []]


def test_a_model_without_known_labels_is_named() -> None:
    tagger = new_tagger("甲", chars=2, ngrams={"2": (1, 1), "3": (1, 1)}, rnn_hidden=2, drop=0.0)
    tagger.vocabs["tag"].idx_to_token[:] = ["VV", "B-NOTHING"]
    with pytest.raises(ModelError, match="odd: none of the model's labels is known"):
        Recognizer(tagger, "odd")


def test_a_tagger_of_hanlp_itself(tmp_path: Path) -> None:
    """Untrained, it makes sequences that HanLP refuses to read."""
    tags = ["O", "B-NR", "E-NR", "S-NS"]
    torch.manual_seed(0)
    tagger = RNNNamedEntityRecognizer(
        embed=8, rnn_input=None, rnn_hidden=8, drop=0.0, crf=False, token_key="token", tagging_scheme="IOBES"
    )
    tagger.vocabs["token"], tagger.vocabs["tag"] = Vocab(), Vocab(unk_token=None, pad_token=None)
    tagger.vocabs["token"].update("甲乙丙丁")
    tagger.vocabs["tag"].update(tags)
    tagger.vocabs.lock()
    tagger.config.token_delimiter = ""
    tagger.model = tagger.build_model(**tagger.config)
    tagger.save(str(tmp_path))
    recognizer = Recognizer.load(tmp_path)
    text = "丙甲丁乙" * 30
    found = recognizer.recognize(["", text, "甲", "丁,乙"])
    assert [bool(spans) for spans in found[:2]] == [False, True]
    assert all(0 <= span.start < span.end <= len(text) for span in found[1])


SENTENCES = [
    "3月9日,副市长林牧之到长沙市浏阳市调研。",
    "云岭市委常委、秘书长何松岩主持会议。",
    "",
    "钟意帆、何松岩、林牧之参加活动。",
    "记者从市科技局获悉,《云岭市人才发展办法》已经印发。",
]


@pytest.fixture(scope="module")
def shipped() -> Recognizer:
    return Recognizer.load()


@pytest.mark.model
def test_the_shipped_model_finds_names(shipped: Recognizer) -> None:
    found = shipped.recognize(SENTENCES)
    names = [[s[span.start : span.end] for span in spans] for s, spans in zip(SENTENCES, found, strict=True)]
    assert "林牧之" in names[0]
    assert TypedSpan(SENTENCES[1].index("何松岩"), SENTENCES[1].index("何松岩") + 3, "Person") in found[1]
    assert names[2] == []
    assert names[3] == ["钟意帆", "何松岩", "林牧之"]
    assert {span.type for spans in found for span in spans} >= {"Person", "Post", "Place", "Document", "Date"}


@pytest.mark.model
def test_batches_change_nothing(shipped: Recognizer) -> None:
    texts = [a + b for a in SENTENCES for b in SENTENCES] * 4
    assert shipped.recognize(texts, batch_size=1) == shipped.recognize(texts, batch_size=64)
    assert shipped.recognize(texts[::-1]) == shipped.recognize(texts)[::-1]


@pytest.mark.model
def test_a_very_long_line(shipped: Recognizer) -> None:
    line = SENTENCES[1] * 3000
    found = shipped.recognize([line])[0]
    persons = [span for span in found if span.type == "Person"]
    assert len(persons) == 3000
    assert {line[span.start : span.end] for span in persons} == {"何松岩"}


@pytest.mark.model
def test_loads_from_another_working_directory(tmp_path: Path) -> None:
    code = "from kg.hanlp_ner import Recognizer; print(Recognizer.load().recognize(['何松岩任副市长。']))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "TypedSpan(start=0, end=3, type='Person')" in done.stdout


def test_kg_is_imported_without_the_model() -> None:
    code = "import sys, kg; sys.exit('torch' in sys.modules or 'hanlp' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.mark.model
def test_the_shipped_model_is_small() -> None:
    assert sum(file.stat().st_size for file in SHIPPED.iterdir()) < 20_000_000
