"""Sheets of an old workbook (XLS).

Read with xlrd: python-calamine lays the sheet out densely (a gigabyte for two cells in opposite corners of
the grid) and gives error cells as empty ones. xlrd tells hidden rows and merged cells, but not formulas.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from joinedup.feeds.reading.kinds import damaged, locked
from joinedup.feeds.reading.markup import MOST_CELLS, too_large
from joinedup.feeds.reading.rows import Cell, Part, Row, SheetError, Sighted
from joinedup.feeds.reading.sheet_numbers import cell_of, meaning_of, moment

MOST_BYTES = 24 << 20


def parts(file: Path) -> Iterator[Part]:
    """Every sheet, hidden ones too."""
    if file.stat().st_size > MOST_BYTES:
        raise too_large(f"more than {MOST_BYTES >> 20} MB")
    book = _open(file)
    sheets = book.sheets()
    if sum(sheet.ncols and sum(map(sheet.row_len, range(sheet.nrows))) for sheet in sheets) > MOST_CELLS:
        raise too_large(f"more than {MOST_CELLS:,} cells")
    macros = _has_macros(file)
    for sheet in sheets:
        sighted = Sighted(macros=macros)
        yield Part(_SheetRows(book, sheet, sighted), "xls", True, sighted, sheet.name, sheet.visibility != 0)


def _open(file: Path) -> Any:
    """The workbook. This is the boundary for the library, which raises much on damaged files."""
    import xlrd

    try:
        with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - no path of ours
            return xlrd.open_workbook(
                file, logfile=nowhere, formatting_info=True, ragged_rows=True, on_demand=False
            )
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise locked("workbook") from None
        raise damaged("the workbook cannot be read") from None
    except MemoryError:
        raise
    except Exception:
        raise damaged("the workbook cannot be read") from None


def _has_macros(file: Path) -> bool:
    with file.open("rb") as content:
        return "_VBA_PROJECT".encode("utf-16-le") in content.read(MOST_BYTES)


class _SheetRows:
    """The rows of one sheet; it can be read again and again."""

    def __init__(self, book: Any, sheet: Any, sighted: Sighted) -> None:
        self._book, self._sheet, self._sighted = book, sheet, sighted
        self._meanings = [_meaning(book, style.format_key) for style in book.xf_list]

    def __iter__(self) -> Iterator[Row]:
        self._sighted.hidden_rows = 0
        self._sighted.merged = len(self._sheet.merged_cells)
        for number in range(self._sheet.nrows):
            cells = [self._cell(cell) for cell in self._sheet.row(number)]
            told = self._sheet.rowinfo_map.get(number)
            self._sighted.hidden_rows += bool(
                told and told.hidden and any(c not in (None, "") for c in cells)
            )
            yield Row(number + 1, cells)

    def _cell(self, cell: Any) -> Cell:
        import xlrd

        match cell.ctype:
            case xlrd.XL_CELL_TEXT:
                return str(cell.value)
            case xlrd.XL_CELL_NUMBER:
                style = cell.xf_index or 0
                meaning = self._meanings[style] if style < len(self._meanings) else ""
                return cell_of(float(cell.value), meaning)
            case xlrd.XL_CELL_DATE:
                return moment(float(cell.value), from_1904=bool(self._book.datemode))
            case xlrd.XL_CELL_BOOLEAN:
                return bool(cell.value)
            case xlrd.XL_CELL_ERROR:
                return SheetError(xlrd.error_text_from_code.get(cell.value, "#VALUE!"))
        return None


def _meaning(book: Any, key: int) -> str:
    """Only the zeros of a format that shows them: dates have a type of their own here."""
    known = book.format_map.get(key)
    told = meaning_of(0, known.format_str if known else None)
    return told if told.startswith("0") else ""
