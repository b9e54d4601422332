"""Graph files and records for other programs, each format written by one small file here."""

from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from kg.errors import KgError
from kg.export.arrange import arrange
from kg.export.choice import choose
from kg.urls import filesystem, is_url

if TYPE_CHECKING:
    from kg.query import KnowledgeGraph

__all__ = ["FORMATS", "export"]

FORMATS = {
    "graphml": "graphml", "gexf": "gexf", "node-link": "node_link", "csv": "spreadsheet", "parquet": "parquet",
    "ftm": "ftm", "rdf": "rdf", "graphology": "graphology", "neo4j": "neo4j", "html": "web_page",
}  # fmt: skip
"""Each format with the module that writes it."""

_OF_RECORDS = {"parquet", "ftm", "rdf", "html"}


def export(graph: "KnowledgeGraph", formats: Iterable[str], folder: Path | str) -> list[Path] | list[str]:
    """Write a built graph for other programs; docs/exports.md says what each format holds and who reads it.

    Args:
        graph: what ``kg.load`` gives.
        formats: some of FORMATS.
        folder: made where it is missing; each file appears there whole, in the place of an earlier one. It may be the
            URL of one (s3://…).

    Raises:
        KgError: a format is unknown, a package that it needs is not installed, or the folder cannot be written to.

    >>> list(FORMATS)[:4]
    ['graphml', 'gexf', 'node-link', 'csv']
    """
    chosen = dict.fromkeys(formats)
    if unknown := [name for name in chosen if name not in FORMATS]:
        raise KgError(f"{', '.join(unknown)}: no such format; choose of {', '.join(FORMATS)}")
    if is_url(folder):
        return _uploaded(graph, chosen, str(folder))
    writers = {name: _writer(name) for name in FORMATS if name in chosen}
    drawn = arrange(choose(*graph.outputs.told())) if chosen.keys() - _OF_RECORDS else None
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder, prefix=".kg-export-") as temporary:
            for name, write in writers.items():
                write(graph.outputs if name in _OF_RECORDS else drawn, Path(temporary))
            return [path.replace(folder / path.name) for path in sorted(Path(temporary).iterdir())]
    except OSError as error:
        raise KgError(
            f"{folder}: cannot be written ({error.strerror or error}): "
            "free the space, allow writing there, or give another folder with --output"
        ) from error


def _uploaded(graph: "KnowledgeGraph", formats: Iterable[str], url: str) -> list[str]:
    """Write a graph to a folder that is not on this machine."""
    system, root = filesystem(url)
    with TemporaryDirectory(prefix="kg-export-") as temporary:
        written = export(graph, formats, temporary)
        try:
            system.makedirs(root, exist_ok=True)
            for path in map(Path, written):
                system.put_file(str(path), f"{root.rstrip('/')}/{path.name}")
        except OSError as error:
            raise KgError(f"{url}: cannot be written ({error.strerror or error})") from error
    return [f"{url.rstrip('/')}/{Path(path).name}" for path in written]


def _writer(name: str) -> Callable[..., None]:
    """The function that writes a format; it is imported only now, for some need large packages."""
    try:
        writer: Callable[..., None] = import_module(f"kg.export.{FORMATS[name]}").write
    except ModuleNotFoundError as error:
        raise KgError(
            f"the format {name} needs the package {error.name}: pip install '{error.name}', or 'kg[exports]' for all"
        ) from error
    return writer
