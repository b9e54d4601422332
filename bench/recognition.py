"""How fast names are recognized: by the recognizer, by HanLP's own ``predict`` with the same weights, by jieba."""

import time
from collections.abc import Callable, Sequence

import jieba.posseg
import torch
from hanlp.components.taggers.rnn.rnntaggingmodel import RNNTaggingModel
from hanlp.layers.crf.crf import CRF
from torch import Tensor, nn

from kg.articles import split
from kg.hanlp_ner import SHIPPED, LenientTagger, NewsTagger, Recognizer, news_tagger
from kg.model import Source
from kg.nlp import split_sentences

__all__ = ["compared", "recognition", "sentences_of"]

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


def rate(sentences: Sequence[str], way: Callable[[], object], threads: int = 1) -> float:
    """Characters a second; the recognizer has threads of its own, others are given some."""
    torch.set_num_threads(threads)
    with torch.inference_mode():
        began = time.perf_counter()
        way()
        seconds = time.perf_counter() - began
    torch.set_num_threads(1)
    return sum(map(len, sentences)) / seconds


def recognition(texts: list[str], stock_too: bool = True) -> dict[str, float]:
    """Characters a second of the recognizer alone, of jieba, and of HanLP's own ``predict``."""
    sentences = [sentence for sentence in sentences_of(texts) if sentence.strip()]
    recognizer = Recognizer.load()
    jieba.initialize()
    recognizer.recognize(sentences[:200])
    found = {
        "recognizer": rate(sentences, lambda: recognizer.recognize(sentences)),
        "jieba.posseg": rate(sentences, lambda: [jieba.posseg.lcut(sentence) for sentence in sentences]),
    }
    if stock_too:
        tagger, lists = news_tagger(SHIPPED), [list(sentence) for sentence in sentences]
        for name, crf in (("HanLP's predict with CRF", True), ("HanLP's predict without CRF", False)):
            own = stock(tagger, crf=crf)
            found[name] = rate(sentences, lambda own=own: own.predict(lists, batch_size=64), CORES)  # type: ignore[misc]
    return found


def compared(rates: dict[str, float]) -> list[tuple[str, str]]:
    """Rates as rows of a table, and how many times as fast the recognizer is."""
    own = rates["recognizer"]
    return [
        (name, f"{rate:,.0f} characters/s{'' if rate == own else f'; the recognizer: {own / rate:.1f} times'}")
        for name, rate in rates.items()
    ]
