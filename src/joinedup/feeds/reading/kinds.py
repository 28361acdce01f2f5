"""What a file is, told from its first bytes and never from its name."""

from __future__ import annotations

import codecs
import re
import zipfile
from enum import StrEnum
from pathlib import Path

from joinedup.errors import BadInput

_LOOKED_AT = 1 << 16
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_AGAIN = "Check that this is the right file, or ask for it as CSV"


class Is(StrEnum):
    """What a file is."""

    EMPTY = "empty"
    TEXT = "csv"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    JSON = "json"
    JSON_OBJECT = "json object"  # that holds its rows in a list
    JSON_LINES = "jsonl"
    PARQUET = "parquet"
    GZIP = "gzip"
    ZIP = "zip"

    @property
    def formats(self) -> frozenset[str]:
        """The formats of a contract of which it may be."""
        return frozenset({"json", "jsonl"} if self is Is.JSON_OBJECT else {self.value})


# First bytes of what holds no table that can be read, with its name.
_FOREIGN = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"),
    (b"BM", "a picture"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"BZh91AY", "packed with bzip2"),
    (b"\xfd7zXZ\0", "packed with xz"),
    (b"\x28\xb5\x2f\xfd", "packed with Zstandard"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\0\x01\0\0Standard", "an Access database"),
    (b"ARROW1", "an Arrow file"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WEB_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|style)[\s>]", re.IGNORECASE)
_ARRAY = re.compile(rb"\[\s*(?:\{|\]|\Z)")
_LIST_WITHIN = re.compile(rb":\s*\[\s*\{")
_OBJECT = re.compile(rb'\{\s*(?:"|\}|\Z)')


def kind_of(file: Path) -> Is:
    """What it is. Raises BadInput, saying what it seems to be, for whatever cannot be read."""
    with file.open("rb") as content:
        start = content.read(_LOOKED_AT)
    if not start:
        return Is.EMPTY
    if start.startswith(b"\x1f\x8b"):
        return Is.GZIP
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(file)
    if start.startswith(_OLE):
        return _kind_of_compound(file)
    if _is_parquet(file, start, b"PAR1"):
        return Is.PARQUET
    if _is_parquet(file, start, b"PARE"):
        raise _foreign("an encrypted Parquet file")
    _refuse_foreign(start)
    return _kind_of_text(start)


def _is_parquet(file: Path, start: bytes, magic: bytes) -> bool:
    """Whether it is one, or one cut off: the four letters may begin a header as well."""
    if not start.startswith(magic):
        return False
    with file.open("rb") as content:
        content.seek(max(0, content.seek(0, 2) - len(magic)))
        return content.read() == magic or b"\0" in start[:64]


def _foreign(name: str) -> BadInput:
    return BadInput(f"The file is {name}, not a table that can be read", next_step=_AGAIN)


def _refuse_foreign(start: bytes) -> None:
    for magic, name in _FOREIGN:
        # Two letters may begin a header; binary content has what no text has, near its start.
        if start.startswith(magic) and (len(magic) > 3 or b"\0" in start[:64] or magic[0] > 126):
            raise _foreign(name)
    if start[257:262] == b"ustar":
        raise BadInput(
            "The file is a tar archive", next_step="Deliver each data file on its own, or in a zip"
        )


def _kind_of_text(start: bytes) -> Is:
    """A text of one kind or another; UTF-16 and UTF-32 lose their zero bytes for the look."""
    mark = next((mark for mark in _MARKS if start.startswith(mark)), b"")
    plain = start.removeprefix(mark)
    if mark not in (b"", codecs.BOM_UTF8) or plain[:64].count(b"\0") > 16:
        plain = plain.replace(b"\0", b"")
    plain = plain.lstrip()
    beginning = plain[:4096]
    if beginning.startswith(b"<") and _WEB_PAGE.search(beginning):
        raise BadInput(
            "The file is a web page, whatever its name says",
            next_step="Open it in the spreadsheet program and save it as XLSX or CSV",
        )
    if beginning.startswith((b"<?xml", b"<!DOCTYPE", b"<!--", b"MIME-Version:")):
        raise BadInput(
            "The file is XML or a web archive, whatever its name says",
            next_step="Open it in the spreadsheet program and save it as XLSX or CSV",
        )
    if _ARRAY.match(plain):
        return Is.JSON
    return _kind_of_objects(plain) if _OBJECT.match(plain) else Is.TEXT


def _kind_of_objects(plain: bytes) -> Is:
    """Objects on lines of their own, or one object over several lines or with a list of objects in it."""
    first, _, others = plain.partition(b"\n")
    lone = not others.strip()
    if (lone and not _LIST_WITHIN.search(first)) or (not lone and first.rstrip().endswith(b"}")):
        return Is.JSON_LINES
    return Is.JSON_OBJECT


def _kind_of_zip(file: Path) -> Is:
    """An archive, or a spreadsheet, which is a zip by its own rules."""
    try:
        with zipfile.ZipFile(file) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        raise damaged() from None
    if "xl/workbook.xml" in names:
        return Is.XLSX
    if "xl/workbook.bin" in names:
        raise BadInput("The file is a binary workbook (XLSB)", next_step="Save it as XLSX or CSV")
    if "content.xml" in names and "META-INF/manifest.xml" in names:
        return Is.ODS
    if "[Content_Types].xml" in names or "Index/Document.iwa" in names:
        raise BadInput("The file is a document, not a workbook that can be read", next_step=_AGAIN)
    return Is.ZIP


def _kind_of_compound(file: Path) -> Is:
    """An old workbook, or a new one locked with a password, which is wrapped in the old way."""
    with file.open("rb") as content:
        everything = content.read(1 << 26)
    if "EncryptedPackage".encode("utf-16-le") in everything:
        raise locked("workbook")
    if any(name.encode("utf-16-le") in everything for name in ("Workbook", "Book")):
        return Is.XLS
    raise BadInput("The file is an old Office document, or an old workbook that is cut off", next_step=_AGAIN)


def locked(what: str) -> BadInput:
    """A file that needs a password."""
    return BadInput(
        f"The {what} is locked with a password",
        next_step=f"Take the password off the {what} and deliver it again",
    )


def damaged(where: str = "") -> BadInput:
    """A packed file or a workbook that ends too early or contradicts itself."""
    return BadInput("The packed file is damaged or cut off", where=where, next_step="Ask for it again")
