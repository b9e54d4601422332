"""The model card."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

__all__ = ["write_card"]


def write_card(
    output: Path,
    tagged: Sequence[Path],
    corpus: Path | None,
    about: Path | None,
    options: Mapping[str, object],
    facts: Mapping[str, int],
    scores: Mapping[str, Mapping[str, float]],
) -> None:
    """Write ``README.md`` into a model's folder: what it is, how it was made, from what, how good it is."""
    command = ["kg train", *(path.name for path in tagged), "-o", output.name]
    command += ["--corpus", corpus.name] if corpus else []
    command += ["--about", about.name] if about else []
    command += [f"--{name} {value}" for name, value in options.items()]
    lines = [
        f"# {output.name}",
        "",
        "A tagger for Chinese government and innovation news: HanLP's BiLSTM tagger with a conditional random field,",
        "over vectors of characters, character pairs and triples. Made by",
        "",
        f"    {' '.join(command)}",
        "",
        f"with kg {version('kg')}, hanlp {version('hanlp')}, torch {version('torch')}: "
        + ", ".join(f"{name} {value:,}" for name, value in facts.items())
        + ".",
        "",
        "Exact spans on the held-out sentences, which are chosen by their hash and never trained on:",
        "",
        "| Type | Precision | Recall | F1 |",
        "|---|---|---|---|",
        *(f"| {kind} | {s['P']:.3f} | {s['R']:.3f} | {s['F1']:.3f} |" for kind, s in scores.items()),
    ]
    if about:
        lines += ["", about.read_text(encoding="utf-8").strip()]
    (output / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
