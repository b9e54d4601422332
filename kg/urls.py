"""Places that are no local path: any that fsspec knows (s3://…, gs://…, hdfs://…, memory://…)."""

from pathlib import Path
from typing import Any

from kg.errors import KgError

__all__ = ["filesystem", "is_url"]


def is_url(place: Path | str) -> bool:
    """Whether a place is given as a URL.

    >>> is_url("s3://news/2023"), is_url("news/2023"), is_url(Path("news"))
    (True, False, False)
    """
    return isinstance(place, str) and "://" in place


def filesystem(url: str) -> tuple[Any, str]:
    """The fsspec file system of a URL, and the path in it.

    Raises:
        KgError: fsspec, or what it needs for such a URL, is not installed; it is no such URL.

    >>> filesystem("memory://news/2023")[1]
    '/news/2023'
    """
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415  # not everyone has URLs, or fsspec

        system, path = url_to_fs(url)
    except ImportError as error:
        raise KgError(f"{url}: {error}; 'kg[parquet]' has what all URLs need, s3fs or gcsfs are your choice") from error
    except ValueError as error:
        raise KgError(f"{url}: {error}") from error
    return system, str(path)
