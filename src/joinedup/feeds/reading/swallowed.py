"""Rows that two stray quotes swallowed, told from narratives with line ends of their own.

A quote that opens in one row and closes in another makes valid CSV of all between them: one cell that holds
rows. The accounts would add up without them. Whether a cell holds rows is told from its lines.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from joinedup.feeds.contract import Contract


@dataclass(frozen=True)
class RowSigns:
    """What every row of a feed has: a time that can be read, and a key. Columns are counted in the contract's
    order, from 0; ``pattern`` is how the time is written ("" = ISO 8601)."""

    time: int
    pattern: str
    key: tuple[int, ...] = ()

    @classmethod
    def of(cls, contract: Contract, pattern: str) -> RowSigns:
        """By a contract, whose time column is written in ``pattern``."""
        places = {column.name: at for at, column in enumerate(contract.columns)}
        key = () if contract.keyless else tuple(places[name] for name in contract.key)
        return cls(places[contract.time.column], pattern, key)

    def in_file(self, positions: Sequence[int | None], width: int, delimiter: str) -> Swallowing | None:
        """In a file with the columns at these ``positions`` and at least ``width`` cells in each row."""
        time, key = positions[self.time], [positions[at] for at in self.key]
        if time is None or width < 2:
            return None
        pattern = self.pattern.replace("%-", "%")
        return Swallowing(time, pattern, tuple(at for at in key if at is not None), width, delimiter)


@dataclass(frozen=True)
class Swallowing:
    """Tells records that swallowed rows, in one file."""

    time: int
    pattern: str
    key: tuple[int, ...]
    width: int
    delimiter: str

    @property
    def least_delimiters(self) -> int:
        """How many a cell holds at the least that swallowed a row."""
        return self.width - 1

    def found(self, lines: Sequence[str]) -> bool:
        """Whether these lines of one record are several rows.

        Then the last, in which the second stray quote stands, has as many cells as a row has, and at least
        one below the first has a key and a time just where a row has them.
        """
        if len(lines) < 2 or lines[-1].count(self.delimiter) < self.least_delimiters:
            return False
        return any(self._is_row(line) for line in lines[1:])

    def _is_row(self, line: str) -> bool:
        cells = [cell.strip('" \r\n') for cell in line.split(self.delimiter)]
        if len(cells) < self.width or not all(cells[at] for at in self.key):
            return False
        return self._is_time(cells[self.time])

    def _is_time(self, cell: str) -> bool:
        try:
            if self.pattern:
                dt.datetime.strptime(cell, self.pattern)  # noqa: DTZ007 - only whether it is one
            else:
                dt.datetime.fromisoformat(cell)
        except ValueError:
            return False
        return True
