"""Named entities by HanLP: the tagger that ships with the project, and any other HanLP NER model. Only this file
imports hanlp."""

import json
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import chain
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, cast

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

from kg.characters import balanced, code_points, fold, pieces, punctuate
from kg.errors import ModelError
from kg.lexicon import table
from kg.model import MENTION_TYPES, TypedSpan

__all__ = [
    "SHIPPED",
    "TAGS",
    "LegalCRF",
    "NewsTagger",
    "Recognizer",
    "character_ids",
    "half_precision",
    "model_folder",
    "new_tagger",
    "news_tagger",
    "spans_of",
]

SHIPPED = Path(__file__).parent / "models" / "news"
TAGS = ("O", *(f"{position}-{kind}" for kind in MENTION_TYPES for position in "BIES"))
AT_ONCE = 4096  # sentences; bounds what is held in memory of a file without line ends
WORKERS = 2
BLOCK = 16  # characters; batches are padded to whole blocks (few shapes are fast)
ILLEGAL = -1e4

_MENTION = re.compile("BI*E|S")
_TRUSTED = re.compile(
    r"kg\.hanlp_ner\.NewsTagger|hanlp\.(components|layers|common|transform|datasets)\.[\w.]*\.[A-Z]\w*"
)
Entity = tuple[str, str, int, int]


def character_ids(characters: Sequence[str]) -> NDArray[np.int64]:
    """The id of every code point: 1 is unknown, the given characters are 2, 3, … (0 pads)."""
    ids = np.ones(0x110000, np.int64)
    ids[[ord(character) for character in characters]] = range(2, len(characters) + 2)
    return ids


class NgramEmbedding(nn.Module):
    """Vectors of a character, of the pairs it stands in and of the three characters around it, side by side.

    ``chars`` and, for pairs ("2") and triples ("3"), ``ngrams`` are how many there are and the dimensions of a vector.
    The n-grams are looked up by number, so the model needs only character ids.
    """

    def __init__(self, chars: tuple[int, int], ngrams: Mapping[str, Sequence[int]]) -> None:
        super().__init__()
        self.base = chars[0]
        self.chars = nn.Embedding(*chars, padding_idx=0)
        self.tables = nn.ModuleDict(
            {n: nn.Embedding(count + 1, dim, padding_idx=0) for n, (count, dim) in ngrams.items()}
        )
        for n, (count, _) in ngrams.items():
            self.register_buffer(f"keys{n}", torch.zeros(count, dtype=torch.int64))
        self.embedding_dim = chars[1] + 2 * ngrams["2"][1] + ngrams["3"][1]

    def forward(self, ids: Tensor) -> Tensor:
        """Character ids (sentences × characters, 0 pads) to vectors."""
        before, after = nn.functional.pad(ids, (1, 0))[:, :-1], nn.functional.pad(ids, (0, 1))[:, 1:]
        ends, begins = before * self.base + ids, ids * self.base + after
        vectors = [self.look_up("2", ends), self.look_up("2", begins), self.look_up("3", ends * self.base + after)]
        return torch.cat((self.chars(ids), *vectors), -1)

    def look_up(self, n: str, numbers: Tensor) -> Tensor:
        keys = self.get_buffer(f"keys{n}")
        at = torch.searchsorted(keys, numbers).clamp_(max=len(keys) - 1)
        vectors: Tensor = self.tables[n](torch.where(keys[at] == numbers, at + 1, 0))
        return vectors


class TwoWayModel(RNNTaggingModel):  # type: ignore[misc]
    """HanLP's network with one LSTM for each direction: twice as fast on a processor as one packed LSTM."""

    def __init__(self, embed: NgramEmbedding, hidden: int, tags: Sequence[str], drop: float) -> None:
        super().__init__(embed, None, hidden, len(tags), drop, crf=False)
        self.word_lstm = nn.ModuleList(nn.LSTM(embed.embedding_dim, hidden, batch_first=True) for _ in range(2))
        self.crf = LegalCRF(tags)

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """Scores of the tags (sentences × characters × tags) and the mask of character ids; 0 pads."""
        mask = ids.gt(0)
        place = torch.arange(ids.numel()).view_as(ids)
        last = place[:, :1] + mask.sum(1, keepdim=True) - 1
        mirror = torch.where(mask, place[:, :1] + last - place, place).flatten()
        vectors = self.drop(self.embed(ids))
        if torch.is_autocast_enabled("cpu"):  # once, not in each LSTM
            vectors = vectors.to(torch.get_autocast_dtype("cpu"))
        left, _ = self.word_lstm[0](vectors)
        right, _ = self.word_lstm[1](vectors.flatten(0, 1)[mirror].view_as(vectors))
        known = torch.cat((left, right.flatten(0, 1)[mirror].view_as(right)), -1)
        return self.score(self.drop(known)).float(), mask

    def score(self, known: Tensor) -> Tensor:
        """The last layer. MKL adds up differently in the last rows of a product, so all products are of one shape: what
        is read in a sentence must not depend on the sentences beside it. oneDNN, which has bfloat16, does not differ.
        """
        if known.dtype == torch.bfloat16:
            return cast(Tensor, self.out(known))
        blocks = known.reshape(-1, BLOCK, known.shape[-1])
        weights = self.out.weight.mT.expand(len(blocks), -1, -1)
        return torch.baddbmm(self.out.bias, blocks, weights).reshape(*known.shape[:2], -1)


class LegalCRF(CRF):  # type: ignore[misc]
    """HanLP's conditional random field, with a score for well-formed sequences of BIES tags only, and a faster one."""

    def __init__(self, tags: Sequence[str]) -> None:
        super().__init__(len(tags), batch_first=True)
        self.tags = tags
        self.forbid()

    @torch.no_grad()
    def forbid(self) -> None:
        """Make the steps impossible that no well-formed sequence takes; as they have no gradient, they stay so."""
        opens = torch.tensor([tag[0] in "BI" for tag in self.tags])
        follows = torch.tensor([tag[0] in "IE" for tag in self.tags])
        same = torch.tensor([[a[2:] == b[2:] for b in self.tags] for a in self.tags])
        self.start_transitions.masked_fill_(follows, ILLEGAL)
        self.end_transitions.masked_fill_(opens, ILLEGAL)
        self.transitions.masked_fill_(torch.where(opens[:, None], ~(follows & same), follows), ILLEGAL)

    def _compute_normalizer(self, emissions: Tensor, mask: Tensor) -> Tensor:
        steps = self.transitions.exp()
        score = self.start_transitions + emissions[0]
        for emission, on in zip(emissions[1:], mask[1:, :, None], strict=True):
            top = score.max(1, keepdim=True).values.detach()
            reached = ((score - top).exp() @ steps).clamp_min(1e-30).log() + top
            score = torch.where(on, reached + emission, score)
        return torch.logsumexp(score + self.end_transitions, 1)

    def best(self, emissions: Tensor, mask: Tensor) -> Tensor:
        """The best legal tags (sentences × characters) of emissions (sentences × characters × tags)."""
        score = self.start_transitions + emissions[:, 0]
        scores = [score]
        for emission, on in zip(emissions.unbind(1)[1:], mask[..., None].unbind(1)[1:], strict=True):
            reached = (score[:, :, None] + self.transitions).amax(1)  # where from is asked on the best path alone
            score = torch.where(on, reached + emission, score)
            scores.append(score)
        path = [(score + self.end_transitions).argmax(1)]
        for score, on in zip(scores[-2::-1], mask.unbind(1)[:0:-1], strict=True):
            came_from = (score + self.transitions.T[path[-1]]).argmax(1)
            path.append(torch.where(on, came_from, path[-1]))
        return torch.stack(path[::-1], 1)


class LenientTagger(RNNNamedEntityRecognizer):  # type: ignore[misc]
    """HanLP's own BiLSTM tagger, which raises where a tag does not fit the one before; here it begins a new mention."""

    def predict_data(self, data: Sequence[Sequence[str]], batch_size: int) -> list[list[Entity]]:
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
        embed = NgramEmbedding((len(self.vocabs["token"]), chars), ngrams)
        return TwoWayModel(embed, rnn_hidden, self.vocabs["tag"].idx_to_token, drop)

    def save_weights(self, save_dir: str, filename: str = "model.pt", **_: object) -> None:
        """Write everything that was learnt, in half precision."""
        state = {k: v.half() if v.is_floating_point() else v for k, v in self.model.state_dict().items()}
        torch.save(state, Path(save_dir) / filename)

    def load_weights(self, save_dir: str, filename: str = "model.pt", **_: object) -> None:
        """Read the weights, and nothing but weights."""
        self.model.load_state_dict(torch.load(Path(save_dir) / filename, map_location="cpu", weights_only=True))
        self.model.crf.forbid()

    @cached_property
    def _ids(self) -> NDArray[np.int64]:
        return character_ids(self.vocabs["token"].idx_to_token[2:])

    def batch(self, texts: Sequence[str]) -> Tensor:
        """The character ids of texts, padded with 0 to whole blocks."""
        ids = np.zeros((len(texts), -(-max(map(len, texts)) // BLOCK) * BLOCK), np.int64)
        for row, text in zip(ids, texts, strict=True):
            row[: len(text)] = self._ids[code_points(fold(text))]
        return torch.from_numpy(ids)

    @torch.inference_mode()
    def tag_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The tag of every character of some non-empty texts."""
        with half_precision():
            emissions, mask = self.model(self.batch(texts))
        best = self.model.crf.best(emissions, mask).tolist()
        return [tags[: len(text)] for tags, text in zip(best, texts, strict=True)]

    def predict_data(self, data: Sequence[Sequence[str]], batch_size: int) -> list[list[Entity]]:
        """The entities of every sentence (a list of characters): text, type, start, end."""
        texts = ["".join(sentence) for sentence in data]
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        batches = [[texts[i] for i in order[at : at + batch_size]] for at in range(0, len(order), batch_size)]
        found: list[list[Entity]] = [[] for _ in texts]
        with ThreadPoolExecutor(WORKERS) as pool:
            for i, tags in zip(order, chain.from_iterable(pool.map(self.tag_ids, batches)), strict=True):
                found[i] = [(texts[i][s.start : s.end], s.type, s.start, s.end) for s in spans_of(tags)]
        return found


def spans_of(tags: Sequence[int]) -> list[TypedSpan]:
    """The mentions that a well-formed sequence of numbers of ``TAGS`` marks.

    >>> spans_of([TAGS.index(tag) for tag in ("B-Person", "E-Person", "O", "S-Post")])
    [TypedSpan(start=0, end=2, type='Person'), TypedSpan(start=3, end=4, type='Post')]
    """
    matches = _MENTION.finditer("".join([TAGS[tag][0] for tag in tags]))
    return [TypedSpan(match.start(), match.end(), TAGS[tags[match.start()]][2:]) for match in matches]


def half_precision() -> torch.autocast:
    """Arithmetic in half precision where the processor is made for it: twice as fast, the same but for near ties."""
    return torch.autocast("cpu", torch.bfloat16, enabled=bool(torch.cpu.get_capabilities().get("amx_bf16")))


def new_tagger(characters: Sequence[str], **config: object) -> NewsTagger:
    """An untrained tagger; its vocabulary is padding, unknown and the given characters."""
    tagger = NewsTagger(token_key="token", token_delimiter="", **config)
    tagger.vocabs["token"] = Vocab()
    tagger.vocabs["token"].update(characters)
    tagger.vocabs["tag"] = Vocab(list(TAGS), unk_token=None, pad_token=None)
    tagger.vocabs.lock()
    tagger.model = tagger.build_model(**tagger.config)
    return tagger


class Recognizer:
    """Finds the mentions in sentences; made by ``load``.

    >>> Recognizer.load().recognize(["钟意帆任副市长。", ""])
    [[TypedSpan(start=0, end=3, type='Person'), TypedSpan(start=4, end=7, type='Post')], []]
    """

    def __init__(self, component: Any, name: str) -> None:
        self._component = component
        self._types = {kind: kind for kind in MENTION_TYPES}
        self._types |= {row["label"]: row["type"] for row in table("model_labels")}
        vocabs = getattr(component, "vocabs", {})
        tags = [tag for key in ("tag", "label") if key in vocabs for tag in vocabs[key].idx_to_token if tag]
        if not any((tag.partition("-")[2] or tag) in self._types for tag in tags):
            raise ModelError(
                f"{name}: none of the model's labels is known; kg/lexicons/model_labels.csv maps labels to types"
            )

    @classmethod
    def load(cls, model: str | Path | None = None) -> "Recognizer":
        """Load the shipped model, or another from a folder or by HanLP's name or address (which needs network).

        Raises:
            ModelError: there is no such model, or it is broken, or not a HanLP tagger.
        """
        folder = model_folder(SHIPPED if model is None else model)
        return cls(_component(folder), folder.name)

    def recognize(self, sentences: Sequence[str], batch_size: int = 64) -> list[list[TypedSpan]]:
        """The mentions of every sentence, in its character offsets and in order; one does not change another's."""
        torch.set_num_threads(1)  # several would share a product out by its size; the batches have threads of their own
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


def model_folder(model: str | Path) -> Path:
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
    config, _ = _checked(folder / "config.json", "classpath"), _checked(folder / "vocabs.json", "type")
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


def news_tagger(folder: Path) -> NewsTagger:
    """Load a tagger that ``kg train`` made.

    Raises:
        ModelError: there is none in the folder, or it is broken.
    """
    tagger = _component(model_folder(folder))
    if not isinstance(tagger, NewsTagger):
        raise ModelError(f"{folder}: not a model made by kg train, so it cannot be trained on or teach")
    return tagger


def _checked(file: Path, key: str) -> object:
    """The content of a JSON file whose values of ``key``, which HanLP imports and calls, are all trusted."""

    def trusted(part: dict[str, object]) -> dict[str, object]:
        path = part.get(key)
        if isinstance(path, str) and not _TRUSTED.fullmatch(path):
            raise ModelError(f"{file} names the class {path}; only HanLP's own and this project's are loaded")
        return part

    try:
        content: object = json.loads(file.read_text(encoding="utf-8"), object_hook=trusted)
    except (OSError, ValueError) as error:
        raise ModelError(f"{file} cannot be read ({error}); copy the model's folder again, or train it") from error
    return content
