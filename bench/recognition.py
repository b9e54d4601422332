"""How fast names are recognized: by the recognizer, by HanLP's own ``predict`` with the same weights, by jieba."""

import time
from collections.abc import Callable
from typing import Any

import jieba.posseg
import torch
from hanlp.components.taggers.rnn.rnntaggingmodel import RNNTaggingModel
from hanlp.layers.crf.crf import CRF
from torch import Tensor, nn

from kg.articles import split
from kg.hanlp_ner import SHIPPED, LenientTagger, NewsTagger, Recognizer, news_tagger
from kg.model import Source
from kg.nlp import split_sentences

__all__ = ["recognition", "sentences_of"]


CORES = torch.get_num_threads()


class Embedded(nn.Module):
    """The vectors of the shipped model, called as HanLP's network calls an embedding."""

    def __init__(self, vectors: nn.Module) -> None:
        super().__init__()
        self.vectors, self.embedding_dim = vectors, vectors.embedding_dim

    def forward(self, batch: dict[str, Tensor], **_: object) -> Tensor:
        found: Tensor = self.vectors(batch["token_id"])
        return found


def stock(tagger: NewsTagger, crf: bool) -> LenientTagger:
    """HanLP's own tagger with the weights of ours, with or without its own conditional random field."""
    own, tags = tagger.model, tagger.vocabs["tag"].idx_to_token
    theirs = LenientTagger(token_key="token", token_delimiter="", crf=crf, embed=None)
    theirs.vocabs = tagger.vocabs
    model = RNNTaggingModel(Embedded(own.embed), None, own.word_lstm[0].hidden_size, len(tags), crf=False)
    state = {
        f"{name}{suffix}": weights
        for lstm, suffix in zip(own.word_lstm, ("", "_reverse"), strict=True)
        for name, weights in lstm.state_dict().items()
    }
    model.word_lstm.load_state_dict(state)
    model.out.load_state_dict(own.out.state_dict())
    if crf:
        model.crf = CRF(len(tags), batch_first=True)
        model.crf.load_state_dict(own.crf.state_dict())
    theirs.model = model.eval()
    return theirs


def sentences_of(texts: list[str]) -> list[str]:
    """The sentences of articles, as the recognizer is given them."""
    articles = [article for i, text in enumerate(texts) for article in split(Source(str(i), text, ""))]
    return [article.text[s.start : s.end] for article in articles for s in split_sentences(article.text, article.zones)]


def recognition(texts: list[str]) -> list[tuple[str, str]]:
    """Characters a second of each, and how many times as fast the recognizer is."""
    sentences = [sentence for sentence in sentences_of(texts) if sentence.strip()]
    lists = [list(sentence) for sentence in sentences]
    tagger, recognizer = news_tagger(SHIPPED), Recognizer.load()
    plain, crf = stock(tagger, crf=False), stock(tagger, crf=True)
    jieba.initialize()

    def cut() -> Any:
        return [jieba.posseg.lcut(sentence) for sentence in sentences]

    ways: dict[str, Callable[[], Any]] = {
        "recognizer": lambda: recognizer.recognize(sentences),
        "HanLP's predict with CRF": lambda: crf.predict(lists, batch_size=64),
        "HanLP's predict without CRF": lambda: plain.predict(lists, batch_size=64),
        "jieba.posseg": cut,
    }
    recognizer.recognize(sentences[:200])
    characters, rates = sum(map(len, sentences)), dict[str, float]()
    for name, way in ways.items():
        torch.set_num_threads(1 if name == "recognizer" else CORES)  # the recognizer has threads of its own
        with torch.inference_mode():
            began = time.perf_counter()
            way()
        rates[name] = characters / (time.perf_counter() - began)
    torch.set_num_threads(1)
    own = rates["recognizer"]
    return [
        (name, f"{rate:,.0f} characters/s{'' if rate == own else f'; the recognizer: {own / rate:.1f} times'}")
        for name, rate in rates.items()
    ]
