"""Pages of invented people, and texts that try to do something in them."""

import re
from pathlib import Path
from typing import Any

from hostile import MARKUP
from samples import Outputs, sample_outputs

from kg.export.choice import choose
from kg.export.html import html
from kg.model import Entity, Statement

REPORT = {"documents": 2, "versions": {"kg": "0.1"}}
INJECTIONS = [*MARKUP.values()]


def sample_page() -> str:
    """The page of the sample records."""
    sample = sample_outputs()
    return html(choose(sample.entities, sample.statements), report=REPORT)


def large(people: int) -> Outputs:
    """A tree of people who met: each met three more."""
    entities = [Entity(f"p{i}", "Person", f"人物{i}") for i in range(people)]
    statements = [
        Statement(f"s{i}", f"p{i // 3}", "met_with", f"p{i}", "a.txt", (0, 2), "会见", "r", 0.8)
        for i in range(1, people)
    ]
    return Outputs(entities, [], statements)


def find(tab: Any, name: str) -> None:
    """Search for a name and take the first result."""
    tab.fill("#search", name)
    tab.press("#search", "Enter")


def heading(tab: Any) -> str:
    """The heading of the panel."""
    return tab.locator("aside h2").inner_text()


def counted(tab: Any) -> list[int]:
    """How many nodes and edges are shown."""
    tab.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return [int(number.replace(",", "")) for number in re.findall(r"[\d,]+", tab.locator("#notice").inner_text())][:2]


def saved(tab: Any, button: str) -> bytes:
    """What a button of the export menu saves."""
    tab.click("#take summary")
    with tab.expect_download() as waited:
        tab.click(button)
    return Path(waited.value.path()).read_bytes()
