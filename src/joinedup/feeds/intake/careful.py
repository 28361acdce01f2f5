"""Reading record by record, the slow way, files that are not regular. Nothing is lost or crashes."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from joinedup.errors import BadInput

BLANK = " \t\x1a"  # a line of these only is an empty line; with the last, DOS ended a file
MOST_LINES = 200  # of one record; beyond, its quote was never closed
MOST_TORN = 5_000  # records whose quotes are wrong, before their share is looked at: each costs MOST_LINES
MOST_CHARACTERS = 2 << 20  # of one cell; a longer line is refused before it comes here


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its number from 0 (the header), its text as written, and its cells or what is wrong.

    ``position`` counts empty lines too, from 1, as a spreadsheet would number it.
    """

    number: int
    raw: str
    cells: list[str] | None
    fault: str = ""
    position: int = 0


class _TooLong(Exception):
    """A record runs over more lines than any real one does."""


class _Lines:
    """Lines that can be handed back: those of a record whose quote was never closed are read again."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self.held: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self.held) >= MOST_LINES:
            raise _TooLong
        line = self._again.popleft() if self._again else next(self._lines)
        self.held.append(line)
        return line

    def hand_back(self) -> None:
        """All but the first of the held lines will be read again."""
        self._again.extendleft(reversed(self.held[1:]))
        del self.held[1:]


class Swallowing(Protocol):
    """Tells whether the lines of one record are several rows between two stray quotes."""

    def found(self, lines: Sequence[str]) -> bool:
        """Whether they are."""


def records(
    file: Path, delimiter: str, width: int | None = None, swallowing: Swallowing | None = None
) -> Iterator[Record]:
    """Every record of a plain UTF-8 file, empty lines left out.

    ``width``: how many cells a record should have (None: as many as it has). A quote that is wrong, never
    closed or, as ``swallowing`` tells, closed in another row spoils its own line only: reading goes on with
    the next.
    """
    with file.open(encoding="utf-8-sig", newline="") as content:
        for record in read(iter(content), delimiter, swallowing):
            yield _judged(record, width)


def read(content: Iterator[str], delimiter: str, swallowing: Swallowing | None = None) -> Iterator[Record]:
    """Every record of these lines, empty lines left out; those that no cells can be told of have a fault."""
    csv.field_size_limit(MOST_CHARACTERS)
    lines = _Lines(content)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = position = torn = 0
    while True:
        lines.held = []
        cells: list[str] | None = None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooLong):
            lines.hand_back()
        if (
            cells is not None
            and len(lines.held) > 1
            and swallowing is not None
            and swallowing.found(lines.held)
        ):
            lines.hand_back()
            cells = None
        raw = "".join(lines.held).rstrip("\r\n")
        position += 1
        if cells == [] or (cells and len(cells) == 1 and not raw.strip(BLANK)):
            continue
        yield Record(number, raw, cells, "unreadable-quotes" if cells is None else "", position)
        number += 1
        torn += cells is None
        if torn > MOST_TORN and torn * 10 > number:
            raise BadInput(
                f"More than {MOST_TORN:,} lines, and more than a tenth, have quotes that never close",
                next_step="Ask for the file with quotes doubled within cells, or for another format",
            )


def _judged(record: Record, width: int | None) -> Record:
    """The record, or what is wrong with it."""
    fault = record.fault
    if record.cells is not None:
        if width is not None and len(record.cells) != width:
            fault = "too-few-cells" if len(record.cells) < width else "too-many-cells"
        elif "\0" in record.raw:
            fault = "nul-character"
    return Record(record.number, record.raw, None, fault, record.position) if fault else record
