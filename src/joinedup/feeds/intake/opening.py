"""From what was sent (plain, gzip or zip) to one plain UTF-8 file."""

from __future__ import annotations

import codecs
import gzip
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
_DAMAGED = (EOFError, OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)
_SPARE_BYTES = 1 << 29  # left free on the disk


def open_plain(file: Path, folder: Path, encoding: str) -> Path:
    """The file itself where it is plain, else its unpacked copy in ``folder``; in UTF-8 either way.

    Raises BadInput for a damaged package, a zip that does not hold exactly one data file, or one too large.
    """
    with file.open("rb") as start:
        magic = start.read(4)
    try:
        if magic.startswith(_GZIP):
            with gzip.open(file) as content:
                file = _unpack(cast(BinaryIO, content), folder / "unpacked.csv")
        elif magic == _ZIP:
            with zipfile.ZipFile(file) as package, package.open(_only_data_file(package)) as content:
                file = _unpack(cast(BinaryIO, content), folder / "unpacked.csv")
    except _DAMAGED as error:
        raise BadInput(
            "The packed file is damaged or cut off", where=type(error).__name__, next_step="Ask for it again"
        ) from None
    if encoding == "utf-8" or _is_utf8(file):
        return file
    return _recode(file, folder / "recoded.csv", encoding)


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


def _unpack(content: BinaryIO, target: Path) -> Path:
    free = shutil.disk_usage(target.parent).free - _SPARE_BYTES
    written = 0
    with target.open("wb") as out:
        while chunk := content.read(_CHUNK):
            written += len(chunk)
            if written > min(LARGEST_BYTES, free):
                raise BadInput("The packed file unpacks to more than there is room for")
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
    with target.open("w", encoding="utf-8", newline="") as out:
        _write_all(out, codecs.iterdecode(_chunks(file), encoding), encoding)
    return target


def _write_all(out: TextIO, texts: Iterable[str], encoding: str) -> None:
    try:
        for text in texts:
            out.write(text)
    except UnicodeDecodeError:
        raise BadInput(f"The file is neither UTF-8 nor {encoding}") from None
