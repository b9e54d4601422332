"""What several tests share: real documents beside the project, and the rule that CI skips nothing."""

import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from kg import cli, options
from kg.hanlp_ner import Recognizer
from kg.model import TypedSpan
from kg.pipeline import build
from kg.rules import load_rules
from kg.tagged import parse

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


own_rules = cache(load_rules)  # what takes longest in a build of a few articles


def require(condition: object, reason: str) -> None:
    """Skip the test with its reason when a condition does not hold; in CI, fail it."""
    if not condition:
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


def in_proportion(work: Callable[[int], Callable[[], object]], short: int = 25_000, times: int = 4) -> bool:
    """Whether ``times`` as much takes less than ``times`` squared as long, in one of three tries.

    Processor seconds too grow where a machine has other things to do, by a factor of two or three.
    """

    def seconds(size: int) -> float:
        do = work(size)
        started = time.process_time()
        do()
        return time.process_time() - started

    work(1_000)()  # what is made once is made now
    return any(seconds(times * short) < 0.6 * times**2 * max(seconds(short), 0.03) for _ in range(3))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents beside the project."""
    require(SHARED.is_dir(), f"{SHARED} is not there")
    return SHARED


@pytest.fixture(scope="session")
def seeds_output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a build of the project's own samples writes, by the real model."""
    output = tmp_path_factory.mktemp("seeds") / "output"
    build([ROOT / "seeds"], output)
    return output


class ListRecognizer:
    """Finds the names that some tagged sentences tag, wherever they stand: a model that is quick and known."""

    name = "list"

    def __init__(self, tagged: str) -> None:
        text, spans = parse(tagged)
        self.asked = 0
        self.types = {text[s.start : s.end]: s.type for s in spans}
        self.pattern = re.compile("|".join(sorted(map(re.escape, self.types), key=len, reverse=True)))

    def recognize(self, sentences: Sequence[str]) -> list[list[TypedSpan]]:
        self.asked += 1
        return [
            [TypedSpan(m.start(), m.end(), self.types[m[0]]) for m in self.pattern.finditer(sentence)]
            for sentence in sentences
        ]


TAGGED = (
    "<Organization>云溟市科技局</Organization><Post>党组书记</Post>、<Post>局长</Post><Person>何松岩</Person>"
    "<Organization>云溟市委</Organization><Post>副书记</Post><Post>市长</Post><Person>林牧之</Person>"
    "<Initiative>云溟科技城</Initiative><Event>云溟科技城建设推进会</Event><Date>3月2日</Date>"
    "<Organization>云溟日报</Organization><Post>记者</Post><Person>钟意帆</Person>"
)
ARTICLES = {
    "meeting": "云溟科技城建设推进会召开\n2023-03-02 来源：云溟日报 记者 钟意帆\n"
    "3月2日，云溟科技城建设推进会召开，云溟市委副书记、市长林牧之主持会议并讲话。"
    "云溟市科技局党组书记、局长何松岩参加。\n",
    "visit": "林牧之调研云溟科技城\n2023-03-09 来源：云溟日报 记者 钟意帆\n"
    "林牧之到云溟科技城调研，何松岩陪同。林牧之指出，要加快推进云溟科技城建设。\n",
    "note": "何松岩任云溟市科技局局长\n2023-02-01\n任命何松岩为云溟市科技局局长。\n",
}


@pytest.fixture
def list_recognizer(monkeypatch: pytest.MonkeyPatch) -> ListRecognizer:
    """Puts a recognizer of a few invented names in the place of the model."""
    recognizer = ListRecognizer(TAGGED)
    monkeypatch.setattr(Recognizer, "load", staticmethod(lambda model=None: recognizer))
    monkeypatch.setattr(options, "load_rules", lambda folders: load_rules(folders) if folders else own_rules())
    return recognizer


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder of small articles in several encodings and forms, with some that cannot be read."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, encoding in {"meeting": "utf-8", "visit": "gb18030", "note": "utf-16"}.items():
        (folder / f"{name}.txt").write_bytes(ARTICLES[name].replace("\n", "\r\n").encode(encoding))
    return folder


RULE = """
- id: inspected.mine
  relation: inspected
  patterns: ["{subject:Person}(?:没有)?巡视了?{object:Initiative}"]
  unless: ["{subject}没有巡视"]
  examples: ["<s>何松岩</s>巡视了<o>云溟科技城</o>。"]
  counterexamples: ["<s>何松岩</s>没有巡视<o:Initiative>云溟科技城</o>。"]
"""


@dataclass(frozen=True)
class Result:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Kg = Callable[..., Result]


@pytest.fixture
def kg(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Kg:
    """Runs the command line in this process, as its script does."""

    def run(*args: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["kg", *map(str, args)])
        capfd.readouterr()
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        return Result(code, *capfd.readouterr())

    return run


Visit = Callable[..., Any]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium; the test is skipped where it is not installed."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    require(chromium, "Chromium is not installed")
    require(find_spec("playwright"), "playwright is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])


@pytest.fixture
def visit(browser: Any, tmp_path: Path) -> Iterator[Visit]:
    """Open a page; afterwards there must be no error and no request but the one for the file."""
    troubles: list[str] = []
    contexts = []

    def opened(text: str, place: str = "", **options: Any) -> Any:
        path = tmp_path / "graph.html"
        path.write_bytes(text.encode())
        known = {"locale": "zh-CN", "viewport": {"width": 1400, "height": 900}, "reduced_motion": "reduce"}
        context = browser.new_context(offline=True, **known | options)
        contexts.append(context)
        tab = context.new_page()
        tab.set_default_timeout(8000)
        tab.on("console", lambda message: troubles.append(f"{message.type}: {message.text}"))
        tab.on("pageerror", lambda error: troubles.append(str(error)))
        own = (path.as_uri(), "blob:")  # a download is made of a blob
        tab.on("request", lambda request: request.url.startswith(own) or troubles.append(request.url))
        tab.on("dialog", lambda dialog: troubles.append(dialog.message))
        tab.goto(path.as_uri() + place)
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []
