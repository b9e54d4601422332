"""How fast relating is beside recognition, in one run: the quotient does not depend on the machine."""

import time

from kg.articles import split
from kg.hanlp_ner import Recognizer
from kg.model import Source
from kg.nlp import build_pipeline, recognize
from kg.relate import relate
from kg.rules import load_rules

__all__ = ["relating"]


def relating(texts: list[str]) -> list[tuple[str, str]]:
    """Recognize and relate articles, one after the other."""
    rules, nlp = load_rules(), build_pipeline(Recognizer.load())
    articles = [(a, text) for i, text in enumerate(texts) for a in split(Source(str(i), text, ""))]
    characters = sum(len(article.text) for article, _ in articles)
    began = time.process_time()
    found = recognize(nlp, articles)
    between = time.process_time()
    for one in found:
        relate(one, rules)
    ended = time.process_time()
    quotient = (between - began) / (ended - between)
    return [("relating", f"{characters / (ended - between):,.0f} characters/s, {quotient:.1f} times recognition")]
