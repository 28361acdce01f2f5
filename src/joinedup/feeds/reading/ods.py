"""Sheets of an OpenDocument workbook (ODS), row by row, in bounded memory.

Rows and cells that repeat are written once with a count, which may be made as large as the grid: empty ones
are only counted, the others count towards the limit. (Read with the standard library's XML parser: see xlsx.)
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from joinedup.feeds.reading.kinds import damaged, locked
from joinedup.feeds.reading.markup import MOST_CELLS, MOST_SHEETS, Budget, Markup, deeper, too_large
from joinedup.feeds.reading.rows import (
    MOST_CHARACTERS_OF_ROW,
    MOST_COLUMNS,
    WITHOUT_VALUE,
    Cell,
    Displayed,
    Head,
    Part,
    Row,
    SheetError,
    Sighted,
)
from joinedup.feeds.reading.sheet_numbers import rounded

_CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_DURATION = re.compile(r"PT(\d{1,6})H(\d{1,2})M(\d{1,2})(?:[.,]\d+)?S")
_ZEROS = re.compile(r"0\d+")
_NUMERIC = frozenset({"float", "percentage", "currency"})
_LOOKED_AT = 1 << 20  # bytes of the manifest
# Names with the prefixes that the format prescribes in its examples and every program writes.
_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})
_BESIDE = frozenset({"office:annotation", "table:shapes", "draw:frame", "draw:custom-shape"})
_WHITE = {"text:s": " ", "text:tab": "\t", "text:line-break": "\n"}


def parts(file: Path) -> Iterator[Part]:
    """Every sheet, hidden ones too."""
    with zipfile.ZipFile(file) as package:
        with package.open(_MANIFEST) as manifest:
            if b"encryption-data" in manifest.read(_LOOKED_AT):
                raise locked("workbook")
        names = package.namelist()
        macros = any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in names)
        listing = _Listing()
        markup = Markup(package, _CONTENT)
        markup.handle(listing.start, listing.end, listing.characters)
        for _ in markup.pieces():
            pass
    if not listing.sheets:
        raise damaged("the workbook has no sheet")
    for index, sheet in enumerate(listing.sheets):
        sighted = Sighted(macros=macros)
        rows = _SheetRows(file, index, sighted)
        part = Part(rows, "ods", True, sighted, sheet.name, sheet.style in listing.hidden)
        part.head = sheet.head.rows  # to read each on its own, all before it would be parsed again
        yield part


@dataclass
class _Listed:
    """A sheet as far as the listing knows it."""

    name: str
    style: str
    head: Head = field(default_factory=Head)


class _Listing:
    """One pass over the content: the sheets with their first rows, and the styles that hide a sheet."""

    def __init__(self) -> None:
        self.sheets: list[_Listed] = []
        self.hidden: set[str] = set()
        self._style = ""
        self._budget = Budget()
        self._levels = self._depth = 0
        self._sheet: _Sheet | None = None  # the one whose first rows are not yet complete

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._levels = deeper(self._levels)
        if name == "table:table":
            if self._depth == 0:
                self._begin_sheet(attributes)
            self._depth += 1
        elif name == "style:style":
            self._style = attributes.get("style:name", "")
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            self.hidden.add(self._style)
        if self._sheet is not None:
            self._sheet.start(name, attributes)

    def _begin_sheet(self, attributes: Mapping[str, str]) -> None:
        self.sheets.append(_Listed(attributes.get("table:name", ""), attributes.get("table:style-name", "")))
        if len(self.sheets) > MOST_SHEETS:
            raise too_large(f"more than {MOST_SHEETS:,} sheets")
        self._sheet = _Sheet(0, Sighted())

    def characters(self, text: str) -> None:
        if self._sheet is not None:
            self._sheet.characters(text)

    def end(self, name: str) -> None:
        self._levels -= 1
        sheet = self._sheet
        if sheet is not None:
            sheet.end(name)
            if sheet.rows or sheet.ended:
                self._take(sheet)
        self._depth -= name == "table:table"

    def _take(self, sheet: _Sheet) -> None:
        """The rows that a sheet has come to; its end, or that of its first rows."""
        head = self.sheets[-1].head
        held = head.held
        wanted = all(head.take(row) for row in sheet.taken())
        self._budget.spend(sheet.cells_spent(), head.held - held)
        if sheet.ended or not wanted:
            self._sheet = None


class _SheetRows:
    """The rows of one sheet; it can be read again and again."""

    def __init__(self, file: Path, index: int, sighted: Sighted) -> None:
        self._file, self._index, self._sighted = file, index, sighted

    def __iter__(self) -> Iterator[Row]:
        self._sighted.begin()
        with zipfile.ZipFile(self._file) as package:
            reading = _Sheet(self._index, self._sighted)
            markup = Markup(package, _CONTENT)
            markup.handle(reading.start, reading.end, reading.characters)
            for _ in markup.pieces():
                yield from reading.taken()
                if reading.ended:
                    return


class _Sheet:
    """The handlers of one reading of a sheet: the one of this place among those of the workbook."""

    def __init__(self, index: int, sighted: Sighted) -> None:
        self.rows: list[tuple[Row, int]] = []
        self.ended = False
        self._left, self._sighted = index, sighted  # sheets still to be passed over
        self._depth = 0  # tables within tables
        self._next_row, self._cells_seen, self._cells_spent, self._characters = 1, 0, 0, 0
        self._row: Mapping[str, str] = {}
        self._cell: Mapping[str, str] = {}
        self._cells: list[Cell] = []
        self._column = 0
        self._texts: list[str] = []
        self._aside = 0  # within notes and drawings
        self._within = self._reading = False
        self._levels = 0

    def taken(self) -> Iterator[Row]:
        """The rows that were read since it was asked last."""
        for row, times in self.rows:
            for again in range(times):
                yield Row(row.number + again, row.cells)
        self.rows.clear()

    def cells_spent(self) -> int:
        """The cells that were seen since it was asked last."""
        spent = self._cells_seen - self._cells_spent
        self._cells_spent = self._cells_seen
        return spent

    @property
    def _ours(self) -> bool:
        return self._depth == 1 and self._left == 0 and not self.ended

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._levels = deeper(self._levels)
        if name == "table:table":
            self._depth += 1
            self._reading = self._ours
        elif not self._reading:
            return
        elif name in _CELLS:
            self._begin_cell(attributes)
        elif name == "text:p":
            if not self._aside:
                if self._texts:
                    self._texts.append("\n")
                self._within = True
        elif name == "table:table-row":
            self._row, self._cells, self._column, self._characters = attributes, [], 0, 0
        elif name in _BESIDE:
            self._aside += 1
        elif self._within and name in _WHITE:
            times = _count(attributes.get("text:c"), MOST_CHARACTERS_OF_ROW)
            self._add(_WHITE[name] * times)

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        self._cell, self._texts = attributes, []
        self._cells_seen += 1
        if self._cells_seen > MOST_CELLS:
            raise too_large(f"more than {MOST_CELLS:,} cells")

    def characters(self, text: str) -> None:
        if self._within and not self._aside:
            self._add(text)

    def _add(self, text: str) -> None:
        self._texts.append(text)
        self._characters += len(text)
        if self._characters > MOST_CHARACTERS_OF_ROW:
            raise too_large(f"row {self._next_row:,} holds more than a megabyte of text")

    def end(self, name: str) -> None:
        self._levels -= 1
        if name == "table:table":
            self._depth -= 1
            if self._depth == 0:
                self.ended = self.ended or self._left == 0
                self._left = max(0, self._left - 1)
            self._reading = self._ours
        elif not self._reading:
            return
        elif name in _CELLS:
            self._end_cell()
        elif name == "text:p":
            self._within = False
        elif name == "table:table-row":
            self._end_row()
        elif name in _BESIDE:
            self._aside -= 1

    def _end_cell(self) -> None:
        cell = self._cell
        repeated = cell.get("table:number-columns-repeated")
        times = 1 if repeated is None else _count(repeated, 1 << 20)
        value = self._value()
        if "table:formula" in cell:
            self._sighted.formulas += 1
            if value is None and cell.get("office:value-type") is None:
                self._sighted.without_value += 1
                value = WITHOUT_VALUE
        if "table:number-columns-spanned" in cell or "table:number-rows-spanned" in cell:
            self._sighted.merged += 1
        if value is not None and value != "":
            if self._column + times > MOST_COLUMNS:
                raise too_large(f"more than {MOST_COLUMNS:,} columns")
            missing = self._column - len(self._cells)
            self._cells_seen += missing + times - 1
            self._cells.extend([None] * missing)
            self._cells.extend([value] * times)
        self._column += times

    def _end_row(self) -> None:
        times = _count(self._row.get("table:number-rows-repeated"), 1 << 21)
        if self._cells:
            self._cells_seen += len(self._cells) * (times - 1)
            if self._cells_seen > MOST_CELLS:
                raise too_large(f"more than {MOST_CELLS:,} cells")
            self._sighted.hidden_rows += times * (self._row.get("table:visibility", "visible") != "visible")
            self.rows.append((Row(self._next_row, self._cells), times))
        self._next_row += times

    def _value(self) -> Cell:
        cell, text = self._cell, "".join(self._texts)
        kind = cell.get("office:value-type")
        if cell.get("calcext:value-type") == "error":
            return SheetError(text or "#VALUE!")
        if kind in _NUMERIC:
            return _number(cell.get("office:value", ""), text)
        if kind == "date":
            return _date(cell.get("office:date-value", ""))
        if kind == "time":
            return _time(cell.get("office:time-value", ""))
        if kind == "boolean":
            return cell.get("office:boolean-value") == "true"
        return cell.get("office:string-value", text) or None


def _number(value: str, shown: str) -> Cell:
    try:
        number = rounded(float(value))
    except (ValueError, OverflowError):
        return SheetError("#VALUE!")
    if _ZEROS.fullmatch(shown) and float(shown) == number:
        return Displayed(shown)
    return number


def _date(value: str) -> Cell:
    try:
        return dt.datetime.fromisoformat(value)
    except ValueError:
        return SheetError("#VALUE!")


def _time(value: str) -> Cell:
    found = _DURATION.fullmatch(value)
    if found is None:
        return SheetError("#VALUE!")
    hours, minutes, seconds = (int(part) for part in found.groups())
    try:
        return dt.time(hours, minutes, seconds)
    except ValueError:
        return f"{hours}:{minutes:02}:{seconds:02}"


def _count(text: str | None, most: int) -> int:
    """How often something is repeated, from 1."""
    if text is None or not (text.isascii() and text.isdigit() and len(text) < 12):
        return 1
    return max(1, min(int(text), most))
