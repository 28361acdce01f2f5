"""From what was sent (plain, gzip or zip) to one plain UTF-8 file."""

from __future__ import annotations

import codecs
import errno
import gzip
import lzma
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from joinedup.errors import BadInput

_CHUNK = 1 << 23
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
LARGEST_BYTES = 64 << 30  # what a packed file may unpack to
_DAMAGED = (
    EOFError,
    gzip.BadGzipFile,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
)
_SPARE_BYTES = 1 << 29  # left free on the disk
_NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})
# Text of a partner packs to a tenth, at most to a fiftieth; what packs far better is empty or made to harm.
UNSUSPECTED_BYTES = 1 << 30
MOST_UNPACKED = 200  # times its packed size, beyond UNSUSPECTED_BYTES
_MARKS = {  # the longer first: UTF-32's begins as UTF-16's does
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


def open_plain(file: Path, folder: Path, encoding: str) -> Path:
    """The file itself where it is plain, else its unpacked copy in ``folder``; in UTF-8 either way.

    Raises BadInput for a damaged package, a zip that does not hold exactly one data file, or one too large.
    """
    try:
        plain = _plain(file, folder)
        _refuse_wide(plain)
        if encoding == "utf-8" or _is_utf8(plain):
            return plain
        return _recode(plain, folder / "recoded.csv", encoding)
    except _DAMAGED as error:
        raise BadInput(
            "The packed file is damaged or cut off", where=type(error).__name__, next_step="Ask for it again"
        ) from None
    except OSError as error:
        raise _of_the_disk(error) from None


def _plain(file: Path, folder: Path) -> Path:
    """The file itself, or what it packs."""
    with file.open("rb") as start:
        magic = start.read(4)
    most = max(UNSUSPECTED_BYTES, MOST_UNPACKED * file.stat().st_size)
    if magic.startswith(_GZIP):
        with gzip.open(file) as content:
            return _unpack(cast(BinaryIO, content), folder / "unpacked.csv", most)
    if magic == _ZIP:
        with zipfile.ZipFile(file) as package, package.open(_only_data_file(package)) as content:
            return _unpack(cast(BinaryIO, content), folder / "unpacked.csv", most)
    return file


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


def _refuse_wide(file: Path) -> None:
    """Raise BadInput where a byte order mark says that the text is UTF-16 or UTF-32."""
    with file.open("rb") as content:
        start = content.read(4)
    for mark, name in _MARKS.items():
        if start.startswith(mark):
            raise BadInput(f"The file is {name}, not UTF-8", next_step="Save it as UTF-8 (CSV UTF-8)")


def _private(target: Path) -> int:
    """A new file that nobody but this user may read: it holds what the partner sent."""
    return os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)


def _only_data_file(package: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [
        member
        for member in package.infolist()
        if not member.is_dir()
        and not member.filename.startswith("__MACOSX/")
        and not Path(member.filename).name.startswith(".")
    ]
    if len(members) != 1:
        raise BadInput(
            f"The zip holds {len(members)} files, not one",
            next_step="Deliver each data file on its own",
        )
    if members[0].flag_bits & 1:
        raise BadInput("The zip is locked with a password", next_step="Unlock it before delivering it")
    return members[0]


def _unpack(content: BinaryIO, target: Path, most: int) -> Path:
    """Write it out, unless it comes to more than ``most`` bytes or than there is room for."""
    free = shutil.disk_usage(target.parent).free - _SPARE_BYTES
    written = 0
    with os.fdopen(_private(target), "wb") as out:
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


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as content:
        while chunk := content.read(_CHUNK):
            yield chunk


def _is_utf8(file: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(file):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _recode(file: Path, target: Path, encoding: str) -> Path:
    with os.fdopen(_private(target), "w", encoding="utf-8", newline="") as out:
        _write_all(out, codecs.iterdecode(_chunks(file), encoding), encoding)
    return target


def _write_all(out: TextIO, texts: Iterable[str], encoding: str) -> None:
    try:
        for text in texts:
            out.write(text)
    except UnicodeDecodeError:
        raise BadInput(f"The file is neither UTF-8 nor {encoding}") from None
