"""XML of a zipped workbook, element by element, whatever was put into it.

A document type is refused, for with it come entities that name each other until memory is full; nothing
outside the package is ever fetched; what unpacks to too much is refused while it is unpacked.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from typing import Any
from xml.parsers import expat

from joinedup.errors import BadInput
from joinedup.feeds.reading.kinds import damaged, locked

_CHUNK = 1 << 18
MOST_BYTES = 256 << 20  # of one part, unpacked: a million cells come to far less
MOST_CELLS = 1_000_000  # about five seconds
MOST_SHEETS = 1_000
MOST_TAGS = 6_000_000
MOST_TAGS_ASIDE = 1_000_000  # of a part that is no sheet; a workbook has at most 65,490 cell styles
MOST_BYTES_OF_TAG = 2 << 20
MOST_LEVELS = 256
UNSUSPECTED_BYTES = 32 << 20
MOST_UNPACKED = 200  # times its packed size, beyond UNSUSPECTED_BYTES
_AS_CSV = "Save the sheet as CSV (UTF-8) and deliver that"

Start = Callable[[str, Mapping[str, str]], Any]


class Budget:
    """What all sheets of a workbook may come to together, however often each is read.

    It is half as much again as one sheet may: the header is looked for in each, then one of them is read.
    """

    def __init__(self) -> None:
        self._cells, self._bytes = MOST_CELLS * 3 // 2, MOST_BYTES * 3 // 2

    def spend(self, cells: int, unpacked: int) -> None:
        """Raise BadInput where it is used up."""
        self._cells -= cells
        self._bytes -= unpacked
        if self._cells < 0 or self._bytes < 0:
            raise too_large("its sheets together hold more cells or text than any real one")


class Markup:
    """One XML part of a workbook. Handlers get names as they are written (see ``local``)."""

    def __init__(self, package: zipfile.ZipFile, name: str, most_tags: int = MOST_TAGS) -> None:
        self._package, self._name, self._most_tags = package, name, most_tags
        self.unpacked = 0  # bytes of the latest piece
        self._parser = expat.ParserCreate()  # names as written: few prefixes, and much faster
        self._parser.buffer_text = True
        self._parser.buffer_size = 1 << 16
        self._parser.StartDoctypeDeclHandler = _refuse_document_type
        self._parser.EntityDeclHandler = _refuse_document_type

    def handle(self, start: Start, end: Callable[[str], Any], characters: Callable[[str], Any]) -> None:
        """Set what is called for elements and the text within them."""
        self._parser.StartElementHandler = start
        self._parser.EndElementHandler = end
        self._parser.CharacterDataHandler = characters

    def handle_starts(self, start: Start) -> None:
        """Set what is called where an element starts, if nothing else matters."""
        levels = 0

        def started(name: str, attributes: Mapping[str, str]) -> None:
            nonlocal levels
            levels = deeper(levels)
            start(name, attributes)

        def ended(_: str) -> None:
            nonlocal levels
            levels -= 1

        self._parser.StartElementHandler = started
        self._parser.EndElementHandler = ended

    def pieces(self) -> Any:
        """Parse piece by piece: yields after each, so that what was found can be handed on."""
        try:
            member = self._package.getinfo(self._name)
        except KeyError:
            raise damaged("a part of the workbook is missing") from None
        if member.flag_bits & 1:
            raise locked("workbook")
        done = tags = 0
        with self._package.open(member) as content:
            while chunk := content.read(_CHUNK):
                self.unpacked = len(chunk)
                done += len(chunk)
                tags += chunk.count(b"<")
                _refuse_too_much(done, member.compress_size)
                if tags > self._most_tags:
                    raise too_large(f"more than {self._most_tags:,} tags in one part")
                self._parse(chunk)
                if done - self._parser.CurrentByteIndex > MOST_BYTES_OF_TAG:
                    raise too_large(f"one element of more than {MOST_BYTES_OF_TAG >> 20} MB")
                yield
        self._parse(b"", last=True)
        yield

    def _parse(self, chunk: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError:
            raise damaged("a part of the workbook is no whole XML") from None


def _refuse_too_much(done: int, packed: int) -> None:
    if done > max(UNSUSPECTED_BYTES, MOST_UNPACKED * packed):
        raise too_large(f"one part unpacks to more than {MOST_UNPACKED} times its size")
    if done > MOST_BYTES:
        raise too_large(f"more than {MOST_BYTES >> 20} MB of one sheet")


def deeper(levels: int) -> int:
    """One level more of elements within elements, for each of which the parser keeps memory."""
    if levels >= MOST_LEVELS:
        raise damaged("elements within elements, far deeper than in any workbook")
    return levels + 1


def local(name: str) -> str:
    """An element's or attribute's name without its prefix."""
    return name.rpartition(":")[2]


def _refuse_document_type(*_: object) -> None:
    raise BadInput(
        "The workbook has a document type in its XML, as only one made to harm does",
        next_step="Do not open it; ask the sender about it",
    )


def too_large(where: str) -> BadInput:
    """A workbook that would take too much memory or time."""
    return BadInput("The workbook is too large to be read as one", where=where, next_step=_AS_CSV)
