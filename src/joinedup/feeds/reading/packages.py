"""From what was sent (plain, gzip, zip) to plain files, whatever a package may be made to do.

Nothing is ever written under a name that a package gives.
"""

from __future__ import annotations

import errno
import gzip
import lzma
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from joinedup.errors import BadInput
from joinedup.feeds.reading.kinds import Is, damaged, kind_of, locked

_CHUNK = 1 << 20
LARGEST_BYTES = 64 << 30  # what a packed file may unpack to
# Text of a partner packs to a tenth, at most to a fiftieth; what packs far better is empty or made to harm.
UNSUSPECTED_BYTES = 64 << 20
MOST_UNPACKED = 200  # times its packed size, beyond UNSUSPECTED_BYTES
MOST_FILES = 500
_SPARE_BYTES = 1 << 29  # left free on the disk
_NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})
_DAMAGED = (
    EOFError,
    gzip.BadGzipFile,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    RuntimeError,
    ValueError,
)
_CLIMBS = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:")
_BY_MACHINES = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class Plain:
    """One file that is packed no more, and what it is. ``number`` of ``of``: its place in a zip."""

    file: Path
    kind: Is
    number: int = 1
    of: int = 1


@contextmanager
def trouble() -> Iterator[None]:
    """The one boundary for what libraries and the disk say of a file."""
    try:
        yield
    except NotImplementedError:
        raise BadInput(
            "The zip is packed in a way that joinedup does not read",
            next_step="Pack it again with the usual method, or deliver it unpacked",
        ) from None
    except _DAMAGED as error:
        raise damaged(type(error).__name__) from None
    except OSError as error:
        raise _of_the_disk(error) from None


def plain_files(file: Path, folder: Path) -> list[Plain]:
    """The file itself, or the copies of what it packs, in ``folder``, in the order of the package.

    Raises BadInput for a package that is damaged, locked, too large, empty, or holds another package.
    """
    with trouble():
        kind = kind_of(file)
        if kind not in {Is.GZIP, Is.ZIP}:
            return [Plain(file, kind)]
        most = max(UNSUSPECTED_BYTES, MOST_UNPACKED * file.stat().st_size)
        if kind is Is.GZIP:
            with gzip.open(file) as content:
                copies = [_unpack(cast(BinaryIO, content), folder / "unpacked-1", most)]
        else:
            copies = _unzip(file, folder, most)
        return [_inner(copy, number, len(copies)) for number, copy in enumerate(copies, 1)]


@contextmanager
def naming_the_part(number: int, of: int) -> Iterator[None]:
    """What is wrong with one of several files in a zip says with which."""
    try:
        yield
    except BadInput as error:
        where = "; ".join(filter(None, (f"file {number} of the {of} in the zip", error.where)))
        raise BadInput(
            error.what, where=where if of > 1 else error.where, next_step=error.next_step
        ) from None


def _inner(copy: Path, number: int, of: int) -> Plain:
    with naming_the_part(number, of):
        kind = kind_of(copy)
    if kind in {Is.GZIP, Is.ZIP}:
        raise BadInput("The package holds another package", next_step="Unpack it, and deliver what is in it")
    return Plain(copy, kind, number, of)


def _unzip(file: Path, folder: Path, most: int) -> list[Path]:
    copies = []
    with zipfile.ZipFile(file) as package:
        for number, member in enumerate(_data_files(package), 1):
            with package.open(member) as content:
                copy = _unpack(cast(BinaryIO, content), folder / f"unpacked-{number}", most)
            most -= copy.stat().st_size
            copies.append(copy)
    return copies


def _data_files(package: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    members = [member for member in package.infolist() if not member.is_dir()]
    if any(_CLIMBS.search(member.orig_filename) for member in members):
        raise BadInput(
            "The zip names a file outside itself, as only a zip made to harm does",
            next_step="Do not open it; ask the sender about it",
        )
    members = [member for member in members if not _made_by_machines(member.filename)]
    if any(member.flag_bits & 1 for member in members):
        raise locked("zip")
    if not members:
        raise BadInput("The zip holds no file", next_step="Ask for it again")
    if len(members) > MOST_FILES:
        raise BadInput(
            f"The zip holds {len(members):,} files, more than {MOST_FILES}",
            next_step="Deliver them in several zips, or put them together",
        )
    return members


def _made_by_machines(name: str) -> bool:
    last = name.rsplit("/", 1)[-1]
    return name.startswith("__MACOSX/") or last.startswith(".") or last.lower() in _BY_MACHINES


def private(target: Path) -> int:
    """A new file that nobody but this user may read: it holds what the partner sent."""
    return os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)


def _unpack(content: BinaryIO, target: Path, most: int) -> Path:
    """Write it out, unless it comes to more than ``most`` bytes or than there is room for."""
    free = shutil.disk_usage(target.parent).free - _SPARE_BYTES
    written = 0
    with os.fdopen(private(target), "wb") as out:
        while chunk := content.read(_CHUNK):
            written += len(chunk)
            if written > min(most, LARGEST_BYTES):
                raise BadInput(
                    f"The packed file unpacks to more than {MOST_UNPACKED} times its size",
                    next_step="Check what it holds; if it is right, deliver it unpacked",
                )
            if written > free:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            out.write(chunk)
    return target


def _of_the_disk(error: OSError) -> BadInput:
    """What the system would not do, without a path or a value."""
    if error.errno in _NO_ROOM:
        return BadInput(
            "There is no room to unpack it",
            where=error.strerror or "",
            next_step="Free disk space in the workspace, then deliver it again",
        )
    return BadInput(
        "The file cannot be read or its copy cannot be written",
        where=error.strerror or type(error).__name__,
        next_step="Check its permissions and the disk, then deliver it again",
    )
