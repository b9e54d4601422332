"""Named entities by HanLP: the tagger that ships with the project, and any other HanLP NER model. Only this file
imports hanlp."""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import numpy as np
import torch
from hanlp.common.vocab import Vocab
from hanlp.components.ner.rnn_ner import RNNNamedEntityRecognizer
from hanlp.components.taggers.rnn.rnntaggingmodel import RNNTaggingModel
from hanlp.layers.crf.crf import CRF
from hanlp.metrics.chunking.sequence_labeling import get_entities
from hanlp.pretrained import ALL as HANLP_NAMES
from hanlp.utils.io_util import get_resource
from numpy.typing import NDArray
from torch import Tensor, nn

from kg.characters import Folder, balanced, pieces, punctuate
from kg.errors import ModelError
from kg.model import MENTION_TYPES, TypedSpan

__all__ = ["SHIPPED", "NewsTagger", "Recognizer", "new_tagger", "tag_names"]

SHIPPED = Path(__file__).parent / "models" / "news"
AT_ONCE = 4096  # sentences; bounds what is held in memory of a file without line ends
WORKERS = 2

_TRUSTED = re.compile(
    r"kg\.hanlp_ner\.NewsTagger|hanlp\.(components|layers|common|transform|datasets)\.[\w.]*\.[A-Z]\w*"
)


def tag_names(types: Sequence[str] = MENTION_TYPES) -> list[str]:
    """The tags of a character: outside, or begin, inside, end, single of a type.

    >>> tag_names(["Date"])
    ['O', 'B-Date', 'I-Date', 'E-Date', 'S-Date']
    """
    return ["O", *(f"{position}-{kind}" for kind in types for position in "BIES")]


class NgramEmbedding(nn.Module):
    """Vectors of a character, of the pairs it stands in and of the three characters around it, side by side.

    Args:
        chars: number of characters, and of dimensions.
        ngrams: for each length, number of n-grams, and of dimensions.

    The n-grams are looked up by number, so the model needs only character ids.
    """

    def __init__(self, chars: tuple[int, int], ngrams: Mapping[int, tuple[int, int]]) -> None:
        super().__init__()
        self.base = chars[0]
        self.chars = nn.Embedding(*chars, padding_idx=0)
        self.tables = nn.ModuleDict(
            {str(n): nn.Embedding(count + 1, dim, padding_idx=0) for n, (count, dim) in ngrams.items()}
        )
        for n, (count, _) in ngrams.items():
            self.register_buffer(f"keys{n}", torch.zeros(count, dtype=torch.int64))
        self.embedding_dim = chars[1] + sum({2: 2, 3: 1}[n] * dim for n, (_, dim) in ngrams.items())

    def forward(self, batch: Mapping[str, Tensor], **_: object) -> Tensor:
        """Character ids ``batch["token_id"]`` (sentences × characters, 0 pads) to vectors."""
        ids = batch["token_id"]
        parts = [self.chars(ids)]
        before, after = nn.functional.pad(ids, (1, 0))[:, :-1], nn.functional.pad(ids, (0, 1))[:, 1:]
        if "2" in self.tables:
            parts += [self.look_up(2, before * self.base + ids), self.look_up(2, ids * self.base + after)]
        if "3" in self.tables:
            parts.append(self.look_up(3, (before * self.base + ids) * self.base + after))
        return torch.cat(parts, -1)

    def look_up(self, n: int, keys: Tensor) -> Tensor:
        known: Tensor = self.get_buffer(f"keys{n}")
        at = torch.searchsorted(known, keys).clamp_(max=len(known) - 1)
        vectors: Tensor = self.tables[str(n)](torch.where(known[at] == keys, at + 1, 0))
        return vectors


class TwoWayModel(RNNTaggingModel):  # type: ignore[misc]
    """HanLP's network with one LSTM for each direction: twice as fast on a processor as one packed LSTM."""

    def __init__(self, embed: NgramEmbedding, hidden: int, tags: Sequence[str], drop: float) -> None:
        super().__init__(embed, None, hidden, len(tags), drop, crf=False)
        self.word_lstm = nn.ModuleList(nn.LSTM(embed.embedding_dim, hidden, batch_first=True) for _ in range(2))
        self.crf = LegalCRF(tags)

    def read(self, ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What is known at each character (sentences × characters × hidden) from the left, from the right; the mask."""
        mask = ids.gt(0)
        place = torch.arange(ids.shape[1])
        mirror = torch.where(mask, mask.sum(1, keepdim=True) - 1 - place, place)[..., None]
        vectors = self.drop(self.embed({"token_id": ids}))
        left, _ = self.word_lstm[0](vectors)
        right, _ = self.word_lstm[1](vectors.gather(1, mirror.expand_as(vectors)))
        return left, right.gather(1, mirror.expand_as(right)), mask

    def forward(self, ids: Tensor, **_: object) -> tuple[Tensor, Tensor]:
        """Scores of the tags (sentences × characters × tags) and the mask of character ids; 0 pads."""
        left, right, mask = self.read(ids)
        scores: Tensor = self.out(self.drop(torch.cat((left, right), -1)))
        return scores.float(), mask


class LegalCRF(CRF):  # type: ignore[misc]
    """HanLP's conditional random field, in which only well-formed sequences of BIES tags have a score.

    Every step is one operation for the whole batch (the original decodes sentence by sentence in Python).
    """

    def __init__(self, tags: Sequence[str]) -> None:
        super().__init__(len(tags), batch_first=True)
        opens = torch.tensor([tag[0] in "BI" for tag in tags])
        follows = torch.tensor([tag[0] in "IE" for tag in tags])
        kinds = [tag[2:] for tag in tags]
        same = torch.tensor([[a == b for b in kinds] for a in kinds])
        legal = torch.where(opens[:, None], follows[None] & same, ~follows[None])
        for name, allowed in (("step", legal), ("first", ~follows), ("last", ~opens)):
            self.register_buffer(name, torch.where(allowed, 0.0, -1e4), persistent=False)

    def _compute_score(self, emissions: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        scores = self.transitions + self.step
        on = mask.type_as(emissions)
        emitted = (emissions.gather(2, tags[..., None]).squeeze(2) * on).sum(0)
        moved = (scores[tags[:-1], tags[1:]] * on[1:]).sum(0)
        last = tags.gather(0, mask.long().sum(0)[None] - 1).squeeze(0)
        total: Tensor = emitted + moved + (self.start_transitions + self.first)[tags[0]]
        total += (self.end_transitions + self.last)[last]
        return total

    def _compute_normalizer(self, emissions: Tensor, mask: Tensor) -> Tensor:
        steps = (self.transitions + self.step).exp()
        score = self.start_transitions + self.first + emissions[0]
        for emission, on in zip(emissions[1:], mask[1:, :, None], strict=True):
            top = score.max(1, keepdim=True).values.detach()
            reached = ((score - top).exp() @ steps).clamp_min(1e-30).log() + top
            score = torch.where(on, reached + emission, score)
        total: Tensor = torch.logsumexp(score + self.end_transitions + self.last, 1)
        return total

    def best(self, emissions: Tensor, mask: Tensor) -> Tensor:
        """The best legal tags (sentences × characters) of emissions (sentences × characters × tags)."""
        steps = self.transitions + self.step
        score = self.start_transitions + self.first + emissions[:, 0]
        history = []
        for emission, on in zip(emissions.unbind(1)[1:], mask.unbind(1)[1:], strict=True):
            reached, came_from = (score[:, :, None] + steps).max(1)
            score = torch.where(on[:, None], reached + emission, score)
            history.append(torch.where(on[:, None], came_from, torch.arange(self.num_tags)))
        tag = (score + self.end_transitions + self.last).argmax(1, keepdim=True)
        path = [tag]
        for came_from in reversed(history):
            tag = came_from.gather(1, tag)
            path.append(tag)
        return torch.cat(path[::-1], 1)

    def _viterbi_decode(self, emissions: Tensor, mask: Tensor) -> list[list[int]]:
        paths = self.best(emissions.transpose(0, 1), mask.transpose(0, 1))
        return [path[:length].tolist() for path, length in zip(paths, mask.sum(0).tolist(), strict=True)]


class LenientTagger(RNNNamedEntityRecognizer):  # type: ignore[misc]
    """HanLP's own BiLSTM tagger, which raises where a tag does not fit the one before; here it begins a new mention."""

    def predict_data(
        self, data: Sequence[Sequence[str]], batch_size: int | None = None, **_: object
    ) -> list[list[tuple[str, str, int, int]]]:
        """The entities of every sentence (a list of characters): text, type, start, end."""
        tagged = super(RNNNamedEntityRecognizer, self).predict_data(data, batch_size)
        return [
            [("".join(sentence[start:end]), kind, start, end) for kind, start, end in get_entities(tags)]
            for sentence, tags in zip(data, tagged, strict=True)
        ]


class NewsTagger(RNNNamedEntityRecognizer):  # type: ignore[misc]
    """HanLP's BiLSTM tagger with n-gram vectors, a CRF that works and spans at the speed of the network."""

    def build_model(
        self, chars: int, ngrams: Mapping[str, Sequence[int]], rnn_hidden: int, drop: float, **_: object
    ) -> nn.Module:
        """The network; its sizes come from ``config.json``, its vectors from the weights."""
        tags: list[str] = self.vocabs["tag"].idx_to_token
        tables = {int(n): (count, dim) for n, (count, dim) in ngrams.items()}
        embed = NgramEmbedding((len(self.vocabs["token"]), chars), tables)
        return TwoWayModel(embed, rnn_hidden, tags, drop)

    def save_weights(self, save_dir: str, filename: str = "model.pt", **_: object) -> None:
        """Write everything that was learnt, in half precision."""
        state = {k: v.half() if v.is_floating_point() else v for k, v in self.model_.state_dict().items()}
        torch.save(state, Path(save_dir) / filename)

    def load_weights(self, save_dir: str, filename: str = "model.pt", **_: object) -> None:
        """Read the weights, and nothing but weights."""
        state = torch.load(Path(save_dir) / filename, map_location="cpu", weights_only=True)
        self.model_.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in state.items()})

    def encode(self, text: str) -> NDArray[np.int64]:
        """The ids of a text's characters."""
        if not hasattr(self, "_ids"):
            vocab = self.vocabs["token"]
            ids_of = np.full(0x110000, vocab.unk_idx)
            ids_of[[ord(char) for char in vocab.idx_to_token[2:]]] = range(2, len(vocab))
            self._folder, self._ids = Folder(), ids_of
        codes = punctuate(text).translate(self._folder).encode("utf-32-le", "surrogatepass")
        ids: NDArray[np.int64] = self._ids[np.frombuffer(codes, np.uint32)]
        return ids

    def batch(self, texts: Sequence[str]) -> Tensor:
        """The character ids of texts, padded with 0 to a multiple of 16 (few shapes are fast)."""
        ids = np.zeros((len(texts), -(-max(map(len, texts)) // 16) * 16), np.int64)
        for row, text in zip(ids, texts, strict=True):
            row[: len(text)] = self.encode(text)
        return torch.from_numpy(ids)

    @torch.inference_mode()
    def tag_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The tag of every character of some non-empty texts."""
        emissions, mask = self.model(self.batch(texts))
        best = self.model.crf.best(emissions, mask).tolist()
        return [tags[: len(text)] for tags, text in zip(best, texts, strict=True)]

    def predict_data(
        self, data: Sequence[Sequence[str]], batch_size: int | None = None, **_: object
    ) -> list[list[tuple[str, str, int, int]]]:
        """The entities of every sentence (a list of characters): text, type, start, end."""
        names: list[str] = self.vocabs["tag"].idx_to_token
        size = batch_size or 64
        texts = ["".join(sentence) for sentence in data]
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        batches = [order[at : at + size] for at in range(0, len(order), size)]
        found: list[list[tuple[str, str, int, int]]] = [[] for _ in texts]
        with ThreadPoolExecutor(WORKERS) as pool:
            tags = pool.map(self.tag_ids, ([texts[i] for i in batch] for batch in batches))
            tagged = [pair for batch, rows in zip(batches, tags, strict=True) for pair in zip(batch, rows, strict=True)]
        for i, row in tagged:
            start = 0
            for end, tag in enumerate(row, 1):
                position = names[tag][0]
                if position in "BS":
                    start = end - 1
                if position in "ES":
                    found[i].append((texts[i][start:end], names[tag][2:], start, end))
        return found


def new_tagger(characters: Sequence[str], **config: object) -> NewsTagger:
    """An untrained tagger; its vocabulary is padding, unknown and the given characters."""
    tagger = NewsTagger(classpath="kg.hanlp_ner.NewsTagger", embed=0, crf=True, token_key="token", **config)
    tagger.vocabs["token"] = Vocab()
    tagger.vocabs["token"].update(characters)
    tagger.vocabs["tag"] = Vocab(unk_token=None, pad_token=None)
    tagger.vocabs["tag"].update(tag_names())
    tagger.vocabs.lock()
    tagger.config.update(tagging_scheme="IOBES", token_delimiter="")
    tagger.model = tagger.build_model(**tagger.config)
    return tagger


class Recognizer:
    """Finds the mentions in sentences; made by ``load``.

    >>> Recognizer.load().recognize(["钟意帆任副市长。", ""])
    [[TypedSpan(start=0, end=3, type='Person'), TypedSpan(start=4, end=7, type='Post')], []]
    """

    def __init__(self, component: Any, name: str) -> None:
        self.name = name
        self._component = component
        with (Path(__file__).parent / "lexicons" / "model_labels.csv").open(encoding="utf-8", newline="") as file:
            self._types = {row["label"]: row["type"] for row in csv.DictReader(file)}
        self._types |= {kind: kind for kind in MENTION_TYPES}
        vocabs = getattr(component, "vocabs", {})
        tags = [tag for key in ("tag", "label") if key in vocabs for tag in vocabs[key].idx_to_token if tag]
        found = {self._types.get(tag.partition("-")[2] or tag) for tag in tags}
        self.labels = tuple(kind for kind in MENTION_TYPES if kind in found)
        if not self.labels:
            raise ModelError(
                f"{name}: none of the model's labels is known; kg/lexicons/model_labels.csv maps labels to types"
            )

    @classmethod
    def load(cls, model: str | Path | None = None) -> "Recognizer":
        """Load the shipped model, or another from a folder or by HanLP's name or address (which needs network).

        Raises:
            ModelError: there is no such model, or it is broken, or not a HanLP tagger.
        """
        folder = _folder(SHIPPED if model is None else model)
        torch.set_num_threads(1)  # what a thread adds up is always the same; the batches have threads of their own
        return cls(_component(folder), folder.name)

    def recognize(self, sentences: Sequence[str], batch_size: int = 64) -> list[list[TypedSpan]]:
        """The mentions of every sentence, in its character offsets and in order; one does not change another's."""
        read = [punctuate(sentence) for sentence in sentences]
        cut = [(i, start, end) for i, text in enumerate(read) for start, end in pieces(text)]
        results: list[list[TypedSpan]] = [[] for _ in sentences]
        for at in range(0, len(cut), AT_ONCE):
            batch = cut[at : at + AT_ONCE]
            found = self._component.predict([list(read[i][start:end]) for i, start, end in batch], batch_size)
            for (i, offset, _), entities in zip(batch, found, strict=True):
                free = offset
                for _, label, first, last in entities:
                    start, end = balanced(read[i], offset + first, offset + last)
                    start = max(start, free)
                    if label in self._types and start < end:
                        results[i].append(TypedSpan(start, end, self._types[label]))
                        free = end
        return results


def _folder(model: str | Path) -> Path:
    """The folder of a model; one that is only known by name or address is fetched by HanLP."""
    path, address = Path(model), HANLP_NAMES.get(str(model), str(model))
    if path.is_dir():
        return path
    if not address.startswith(("http://", "https://")):
        raise ModelError(f"{model}: no such folder, and not the name of a HanLP model; give a folder made by kg train")
    try:
        return Path(get_resource(address))
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError(f"{model}: cannot be fetched ({error}); fetch it where there is network") from error


def _component(folder: Path) -> Any:
    """Load a HanLP component from its folder, after making sure that it names only classes that are safe to make."""
    config, _ = (_checked(folder / name, key) for name, key in (("config.json", "classpath"), ("vocabs.json", "type")))
    if not isinstance(config, dict) or not isinstance(config.get("classpath"), str):
        raise ModelError(f"{folder / 'config.json'} has no classpath; give a folder made by kg train or by HanLP")
    try:
        made = resolve_name(config["classpath"])
        component = LenientTagger() if made is RNNNamedEntityRecognizer else made()
        component.load(str(folder), devices=-1, verbose=False)
    except Exception as error:  # a broken model fails in as many ways as there are classes
        why = str(error).partition("\n")[0].partition(". ")[0]  # torch goes on to advise loading what may run code
        raise ModelError(
            f"{folder}: the model cannot be loaded ({type(error).__name__}: {why}); copy its folder again, or train it"
        ) from error
    return component


def _checked(file: Path, key: str) -> object:
    """The content of a JSON file whose values of ``key``, which HanLP imports and calls, are all trusted."""
    try:
        content: object = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{file} cannot be read ({error}); copy the model's folder again, or train it") from error
    for path in _values(content, key):
        if not _TRUSTED.fullmatch(path):
            raise ModelError(f"{file} names the class {path}; only HanLP's own and this project's are loaded")
    return content


def _values(content: object, key: str) -> Iterator[str]:
    if isinstance(content, dict):
        yield from (value for name, value in content.items() if name == key and isinstance(value, str))
        content = list(content.values())
    if isinstance(content, list):
        for value in content:
            yield from _values(value, key)
