"""Rows of a text file, in any delimiter and encoding. Its encoding is marked, or is told from its bytes."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from pathlib import Path

from joinedup.errors import BadInput
from joinedup.feeds.intake.careful import read
from joinedup.feeds.reading.endings import refuse_cut_off
from joinedup.feeds.reading.expected import Expected
from joinedup.feeds.reading.headers import Header, find, nearest
from joinedup.feeds.reading.rows import MOST_CHARACTERS_OF_ROW, Part, Row, Sighted
from joinedup.feeds.reading.swallowed import Swallowing

DELIMITERS = (",", ";", "\t", "|")
MOST_EMPTY_LINES = 1_000_000
_LOOKED_AT = 4096
_ENDS = frozenset({"\n", "\r\n", "\r"})
_MARKS = {  # the longer first: UTF-32's begins as UTF-16's does
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_NO_CHARACTER = re.compile("[\ud800-\udfff]")  # bytes that could not be read are kept as these
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)  # what Excel writes above a header
WORDS = {"utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "utf-32": "UTF-32"}


def encoding_of(file: Path) -> str:
    """The encoding of a text file: by its mark, else UTF-16 where every second byte is zero, else UTF-8."""
    with file.open("rb") as content:
        start = content.read(_LOOKED_AT)
    for mark, name in _MARKS.items():
        if start.startswith(mark):
            return name
    even, odd = start[::2].count(0), start[1::2].count(0)
    if odd * 4 > len(start) and even * 20 < len(start):
        return "utf-16-le"
    if even * 4 > len(start) and odd * 20 < len(start):
        return "utf-16-be"
    return "utf-8-sig"


def lines(
    file: Path, encoding: str, fallback: str, sighted: Sighted, *, limited: bool = True
) -> Iterator[str]:
    """Every line with its end. Bytes that are no text under ``encoding`` are read under ``fallback``, line by
    line, or, where they are none either, kept as lone surrogates (``spoilt`` tells).

    A line that no real file has is refused, or, where lines are not ``limited``, handed on piece by piece.
    """
    errors = "surrogateescape" if encoding == "utf-8-sig" else "surrogatepass"
    number = empty = 0
    with file.open("rb") as content, io.TextIOWrapper(content, encoding, errors, newline="") as text:
        while True:
            try:
                line = text.readline(MOST_CHARACTERS_OF_ROW + 1)
            except UnicodeError:
                raise BadInput(
                    f"The file is no whole {WORDS.get(encoding, encoding)}: it is damaged or cut off",
                    where=f"after line {number:,}",
                    next_step="Ask for it again",
                ) from None
            if not line:
                return
            number += 1
            empty = empty + 1 if line in _ENDS else 0
            sighted.bare_returns |= line[-1] == "\r"
            if limited:
                _refuse_endless(line, number, empty)
            if not line.isascii() and spoilt(line):
                line = _read_again(line, fallback, sighted)
            yield line


def _refuse_endless(line: str, number: int, empty: int) -> None:
    if len(line) > MOST_CHARACTERS_OF_ROW:
        raise BadInput(
            f"A line is longer than {MOST_CHARACTERS_OF_ROW >> 20} MB",
            where=f"line {number:,}",
            next_step="Check that the file is a CSV with a line for each row",
        )
    if empty > MOST_EMPTY_LINES:
        raise BadInput(
            "The file has more empty lines in a row than any real one",
            where=f"from line {number - empty + 1:,}",
            next_step="Delete them, or ask for the file again",
        )


def spoilt(text: str) -> bool:
    """Whether it holds bytes that could not be read."""
    return not text.isascii() and _NO_CHARACTER.search(text) is not None


def shown(raw: str) -> str:
    """The text of a row that could not be read, as it can be stored: what is no character is marked."""
    return _NO_CHARACTER.sub("\ufffd", raw) if spoilt(raw) else raw


def _read_again(line: str, fallback: str, sighted: Sighted) -> str:
    if fallback == "utf-8":
        return line
    try:
        again = line.encode("utf-8", "surrogateescape").decode(fallback)
    except UnicodeError:
        return line
    sighted.read_as_cp1252 += 1
    return again


class TextRows:
    """The rows of a delimited text file; it can be read again and again."""

    def __init__(self, file: Path, encoding: str, fallback: str, delimiter: str, sighted: Sighted) -> None:
        self.file, self.delimiter, self.encoding = file, delimiter, encoding
        self._fallback, self._sighted = fallback, sighted
        self.swallowing: Swallowing | None = None

    def __iter__(self) -> Iterator[Row]:
        self._sighted.read_as_cp1252 = 0
        content = lines(self.file, self.encoding, self._fallback, self._sighted)
        for record in read(content, self.delimiter, self.swallowing):
            if record.number == 0 and _SEPARATOR_LINE.fullmatch(record.raw):
                continue
            if spoilt(record.raw):
                yield Row(record.position, (), record.raw, "not-utf-8")
            elif record.cells is None or "\0" in record.raw:
                yield Row(record.position, (), record.raw, record.fault or "nul-character")
            else:
                yield Row(record.position, record.cells, record.raw)


def text_part(file: Path, expected: Expected) -> tuple[Part, Header | None]:
    """A text file under the delimiter with which its header fits, and that header (or the nearest to one)."""
    encoding = encoding_of(file)
    tried: list[tuple[Part, Header | None]] = []
    for delimiter in dict.fromkeys((expected.delimiter, *DELIMITERS)):
        sighted = Sighted()
        rows = TextRows(file, encoding, expected.encoding, delimiter, sighted)
        part = Part(rows, "csv", padded=False, sighted=sighted)
        header = find(part, expected)
        if header is not None and header.fits:
            if encoding == "utf-8-sig":
                refuse_cut_off(file, delimiter, header.least, expected.footers)
            if expected.row_signs is not None:
                rows.swallowing = expected.row_signs.in_file(header.positions, header.least, delimiter)
            return part, header
        tried.append((part, header))
    best = nearest(header for _, header in tried)
    return next((part, header) for part, header in tried if header is best)


def notes(part: Part, expected: Expected) -> Iterator[str]:
    """How the text was opened, where that is not as agreed."""
    if not isinstance(part.rows, TextRows):
        return
    name = WORDS.get(part.rows.encoding)
    if name:
        yield f"The file is {name}; it was read as such."
    if part.sighted.bare_returns:
        yield "Lines end in carriage returns alone, as on old Macs."
    if part.rows.delimiter != expected.delimiter:
        told = {"\t": "tabs", ";": "semicolons", ",": "commas", "|": "bars"}[part.rows.delimiter]
        yield f"Cells are parted by {told} in the file."
    if part.sighted.read_as_cp1252:
        yield f"Lines that are not UTF-8, read as Windows-1252: {part.sighted.read_as_cp1252:,}."
