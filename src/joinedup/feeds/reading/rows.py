"""What every format is read as: rows of cells, each with its number, before a contract is applied to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, TypeAlias

# What no real file of a partner has; beyond it a file is refused, so that memory and time stay bounded.
MOST_COLUMNS = 16_384  # of a spreadsheet's grid
MOST_CHARACTERS_OF_ROW = 2 << 20
LOOKED_THROUGH = 200  # rows in which a header may stand, or is looked for to tell where it stands
_MOST_HELD = 4 << 20  # characters of these rows
_OF_A_CELL = 50  # characters: what a cell takes beside its text


class SheetError(str):
    """An error value of a spreadsheet, as it is shown: ``#N/A``. It is no value, and it is not nothing."""

    __slots__ = ()


class Strange(str):
    """A value that is no single value (a list, an object, bytes); the text is the rule that it breaks."""

    __slots__ = ()


WITHOUT_VALUE = Strange("formula-without-value")  # its program never worked it out, or did not save it


class Displayed(str):
    """A number that its spreadsheet shows with leading zeros, by its format: the text as shown."""

    __slots__ = ()


# None is an empty cell. Spreadsheets, JSON and Parquet have types; text files have text only.
Cell: TypeAlias = "str | int | float | bool | dt.datetime | dt.date | dt.time | None"


class Row(NamedTuple):
    """One row of a part: its number there (from 1, as a spreadsheet shows it) and its cells.

    ``fault``: what is wrong with the row as a whole; then ``cells`` is empty and ``raw`` is its text.
    """

    number: int
    cells: Sequence[Cell]
    raw: str = ""
    fault: str = ""


@dataclass
class Sighted:
    """What was seen of a part beside its values; told in the receipt. Counts are of rows, cells or lines."""

    hidden_rows: int = 0
    formulas: int = 0
    without_value: int = 0  # of these formulas
    merged: int = 0
    read_as_cp1252: int = 0
    bare_returns: bool = False
    macros: bool = False
    within: str = ""  # where in the file the rows are, as a sentence

    def begin(self) -> None:
        """A sheet is read from its beginning, perhaps again."""
        self.hidden_rows = self.formulas = self.without_value = self.merged = 0


@dataclass
class Part:
    """One table to read: a sheet, a text file, a list of objects.

    ``rows`` may be iterated again and again, each time from the beginning. ``padded``: short rows are no
    fault (a spreadsheet and a list of objects leave empty cells out). ``name`` is that of a sheet.
    """

    rows: Iterable[Row]
    kind: str
    padded: bool
    sighted: Sighted = field(default_factory=Sighted)
    name: str = ""
    hidden: bool = False
    header_is_first: bool = False  # the names are no row of the file: JSON and Parquet

    @property
    def may_have_gaps(self) -> bool:
        """Whether it is a sheet, where rows that hold nothing are no rows of anything."""
        return self.padded and not self.header_is_first

    @cached_property
    def head(self) -> list[Row]:
        """The first rows that hold anything, read once however often a header is looked for in them."""
        head = Head()
        for row in self.rows:
            if not head.take(row):
                break
        return head.rows


class Head:
    """The first rows that hold anything, without their text as written, as far as memory is bounded."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.held = 0

    def take(self, row: Row) -> bool:
        """Take a row; False where no more rows are wanted."""
        if row.fault or any(cell not in {None, ""} for cell in row.cells):
            self.rows.append(row._replace(raw=""))
            self.held += sum(_OF_A_CELL + (len(cell) if isinstance(cell, str) else 0) for cell in row.cells)
        return len(self.rows) < LOOKED_THROUGH and self.held < _MOST_HELD
