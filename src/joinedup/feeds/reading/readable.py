"""What reading hands on: a file that intake takes as it is, and what became of the rows not in it."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from joinedup.feeds.reading.swallowed import Swallowing


@dataclass
class Origins:
    """Where each data row stood in what was sent: runs of rows that follow each other.

    A run is the number of its first data row, the part it is in (from 0) and that row's number there.
    """

    parts: list[str] = field(default_factory=list)  # the names of sheets; empty for other parts
    _first: array[int] = field(default_factory=lambda: array("q"))
    _part: array[int] = field(default_factory=lambda: array("q"))
    _row: array[int] = field(default_factory=lambda: array("q"))

    def begin(self, name: str) -> None:
        """The rows that follow are of another part."""
        self.parts.append(name)

    def add(self, data_row: int, row: int) -> None:
        """Data row ``data_row`` (one more than the last) stood in row ``row`` of the part."""
        part = len(self.parts) - 1
        last = len(self._first) - 1
        follows = last >= 0 and self._part[last] == part
        if follows and row - self._row[last] == data_row - self._first[last]:
            return
        self._first.append(data_row)
        self._part.append(part)
        self._row.append(row)

    def of(self, data_row: int) -> tuple[str, int]:
        """The name of the sheet and the row in it (or in the file) of a data row, from 1."""
        at = max(0, bisect_right(self._first, data_row) - 1)
        if not self._first:
            return "", data_row + 1
        return self.parts[self._part[at]], self._row[at] + data_row - self._first[at]


@dataclass(frozen=True)
class Readable:
    """A file that can be read by the contract.

    ``as_it_came``: ``path`` is a plain CSV with the contract's header and delimiter, in UTF-8; intake counts
    and loads it itself, ``swallowing`` tells it rows within a cell, and the other values are empty. Otherwise
    ``path`` is a Parquet file of texts, c0, c1, … in the contract's order, NULL where a cell was empty, and
    ``number``, the data row's number from 1; ``records`` counts all data rows, and those that could not be
    written there are in ``spoilt`` (Parquet: row_number, raw, fault, then the same columns as far as they
    could be told) or counted in ``set_aside``. ``outside`` are the file's own names of the columns that were
    left out, for nobody but the owner of the file: a file without a header begins with data.
    """

    path: Path
    as_it_came: bool
    notes: tuple[str, ...] = ()
    records: int = 0
    written: int = 0
    set_aside: Mapping[str, int] = field(default_factory=dict)
    spoilt: Path | None = None
    faults: Mapping[str, int] = field(default_factory=dict)
    origins: Origins = field(default_factory=Origins)
    swallowing: Swallowing | None = None
    outside: tuple[str, ...] = ()

    @property
    def adds_up(self) -> bool:
        """Whether every row that came is written, spoilt or set aside."""
        return self.records == self.written + sum(self.faults.values()) + sum(self.set_aside.values())
