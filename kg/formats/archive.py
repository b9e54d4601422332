"""Zip archives: their members by name, without those that would fill the memory."""

import lzma
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from kg.errors import DocumentError

__all__ = ["BOMB", "UNPACKING", "allowed", "members", "refuse_bomb", "refuse_member"]

UNPACKING = (
    *(BadZipFile, LargeZipFile, zlib.error, lzma.LZMAError, EOFError, struct.error),
    *(NotImplementedError, RuntimeError, ValueError, OSError),
)
"""What unpacking raises where an archive is broken, or packed in a way that is not known."""

_MAX_RATIO = 100  # text shrinks to a tenth, a page full of the same to a fiftieth
_SMALL = 1_000_000
BOMB = f"unpacks to more than {_MAX_RATIO} times its size: unpack it yourself if it is meant so"
_UTF8 = 0x800
_ENCRYPTED = 0x1


def allowed(packed: int) -> int:
    """How many bytes so many packed ones may unpack to."""
    return max(_SMALL, _MAX_RATIO * packed)


def refuse_bomb(member: ZipInfo) -> None:
    """Do nothing where a member unpacks to what its packed size allows.

    Raises:
        DocumentError: it unpacks to more than a hundred times its size.
    """
    if member.file_size > allowed(member.compress_size):
        raise DocumentError(BOMB)


def refuse_member(name: str, member: ZipInfo) -> None:
    """Do nothing where a member can be read.

    Raises:
        DocumentError: it is an archive, has a password, unpacks to too much, or is named as a file elsewhere.
    """
    if ".." in name.split("/") or name.startswith("/"):
        raise DocumentError("its name leads out of the archive: pack it again")
    if name.lower().endswith(".zip"):
        raise DocumentError("an archive in an archive: unpack it")
    if member.flag_bits & _ENCRYPTED:
        raise DocumentError("needs a password: unpack it")
    refuse_bomb(member)


def members(archive: ZipFile) -> Iterator[tuple[str, ZipInfo]]:
    """The files of an archive, sorted by their names, which are in UTF-8, else in GB18030 where they can be.

    >>> from io import BytesIO
    >>> with ZipFile(BytesIO(), "w") as archive:
    ...     archive.writestr("要闻/a.txt", "林牧之主持会议。")
    ...     print(*(name for name, _ in members(archive)))
    要闻/a.txt
    """
    found = [(_name(member), member) for member in archive.infolist() if member.filename and not member.is_dir()]
    yield from sorted(found, key=lambda item: (item[0], item[1].header_offset))


def _name(member: ZipInfo) -> str:
    name = member.filename
    if not member.flag_bits & _UTF8:
        for codec in ("gb18030", "utf-8"):
            with suppress(UnicodeError):
                name = member.orig_filename.encode("cp437").decode(codec)
    return name.replace("\\", "/")
