"""What a user may change of a build, and the keys that say which results of an earlier build still hold."""

import platform
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import requires, version
from pathlib import Path
from typing import NamedTuple

import torch
from spacy.language import Language

from kg.errors import KgError
from kg.hanlp_ner import SHIPPED, Recognizer, model_folder
from kg.lexicon import Name, names
from kg.nlp import build_pipeline
from kg.rules import RuleSet, load_rules

__all__ = ["JUDGEMENTS", "Keys", "Options", "Tools", "keys", "prepare", "project_options"]

JUDGEMENTS = "judgements.csv"
_PACKAGE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may change: another model, rules, lexicons and judgements of their own."""

    model: str | None = None
    rules: tuple[Path, ...] = ()
    lexicons: tuple[Path, ...] = ()
    judgements: Path | None = None


def project_options(folder: Path) -> Options:
    """The options that a folder sets: ``model``, ``rules``, ``lexicons`` and ``judgements`` in its ``kg.toml``.

    Paths are from the folder; a ``judgements.csv`` there counts where no other is set.

    Raises:
        KgError: the file is not TOML, or sets something else.
    """
    path = folder / "kg.toml"
    judged = folder / JUDGEMENTS
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        unknown = set(found) - {"model", "rules", "lexicons", "judgements"}
        if "judgements" in found:
            judged = folder / found["judgements"]
        lists = {key: tuple(folder / item for item in found.get(key, [])) for key in ("rules", "lexicons")}
    except (OSError, ValueError, TypeError) as error:
        raise KgError(f"{path}: cannot be read: {error}") from error
    if unknown:
        raise KgError(
            f"{path}: {', '.join(sorted(unknown))} is unknown; set model, judgements, rules (a list), lexicons (a list)"
        )
    return Options(
        found.get("model"), **lists, judgements=judged if "judgements" in found or judged.is_file() else None
    )


class Tools(NamedTuple):
    """What a build works with: the recognizing pipeline, the rules and the names of a user's lexicons."""

    nlp: Language
    rules: RuleSet
    names: list[Name]


def prepare(options: Options) -> Tools:
    """Load the model, the rules and the lexicons.

    Raises:
        KgError: a rule, a lexicon or the model is wrong.
    """
    rules, lexicon = load_rules(options.rules), names(options.lexicons)
    return Tools(build_pipeline(Recognizer.load(options.model), lexicon), rules, lexicon)


class Keys(NamedTuple):
    """What recognition and relating depend on besides the text, each as a hash."""

    recognition: str
    relating: str

    def of(self, content: str) -> tuple[str, str]:
        """The keys of what is related and of what is recognized of a content."""
        return _hash(f"{self.relating}|{content}"), _hash(f"{self.recognition}|{content}")


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


def keys(options: Options, lexicon: Iterable[Name]) -> Keys:
    """The keys of a build: readings made under the same ones need not be made again.

    All code and data of the package count, and the versions of what it is built on, so that no reading outlives an
    upgrade; so does the kind of processor, on which the last digits of a score depend.
    """
    built_on = sorted(re.split(r"[^\w.-]", line)[0] for line in requires("kg") or () if "extra ==" not in line)
    about = [
        platform.python_version(),
        *sorted(name for name, has in torch.cpu.get_capabilities().items() if has is True),
    ]
    about += [f"{name} {version(name)}" for name in built_on] + [repr(name) for name in lexicon]
    code = [path for path in _PACKAGE.rglob("*") if path.suffix == ".py" or path.parent.name == "lexicons"]
    model = model_folder(SHIPPED if options.model is None else options.model)
    recognition = _digest("\n".join(about), [*sorted(code), *_files(model, "*")])
    yaml = [path for folder in (_PACKAGE / "rules", *options.rules) for path in _files(folder, "*.yaml")]
    return Keys(recognition, _digest(recognition, yaml))


def _files(path: Path, pattern: str) -> list[Path]:
    return sorted(file for file in path.glob(pattern) if file.is_file()) if path.is_dir() else [path]


def _digest(text: str, files: Iterable[Path]) -> str:
    """A hash of a text and of the contents of files, whose names count and whose places do not."""
    digest = sha256(text.encode("utf-8", "surrogatepass"))
    for file in files:
        digest.update(f"\0{file.name}\0".encode("utf-8", "surrogatepass") + sha256(file.read_bytes()).digest())
    return digest.hexdigest()
