"""Sheets of an XLSX workbook, row by row, in bounded memory.

Read with the standard library's XML parser: of the readers in wheels, python-calamine lays a sheet out
densely (two cells far apart take the memory of all between them), gives error cells as empty ones, and tells
neither hidden rows nor formulas; openpyxl tells neither when it streams, and is slower.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from joinedup.feeds.reading.kinds import damaged
from joinedup.feeds.reading.markup import (
    MOST_CELLS,
    MOST_SHEETS,
    MOST_TAGS_ASIDE,
    Budget,
    Markup,
    deeper,
    local,
    too_large,
)
from joinedup.feeds.reading.rows import (
    MOST_CHARACTERS_OF_ROW,
    MOST_COLUMNS,
    WITHOUT_VALUE,
    Cell,
    Part,
    Row,
    SheetError,
    Sighted,
)
from joinedup.feeds.reading.shared_texts import shared_texts, unescaped
from joinedup.feeds.reading.sheet_numbers import DATE, PLAIN, cell_of, meaning_of

MOST_ROWS = 1_048_576  # of the format's grid
_YES = frozenset({"1", "true"})


@dataclass
class _Workbook:
    """What is common to its sheets; the shared texts are read when the first sheet is."""

    file: Path
    sheets: list[tuple[str, str, bool]] = field(default_factory=list)  # name, part, hidden
    meanings: list[str] = field(default_factory=list)  # by the number of a cell's style
    from_1904: bool = False
    texts_part: str | None = None
    macros: bool = False
    texts: list[str] | None = None
    budget: Budget = field(default_factory=Budget)


def parts(file: Path) -> Iterator[Part]:
    """Every sheet, hidden ones too."""
    book = _open(file)
    for name, where, hidden in book.sheets:
        sighted = Sighted(macros=book.macros)
        yield Part(_SheetRows(book, where, sighted), "xlsx", True, sighted, name, hidden)


def _open(file: Path) -> _Workbook:
    book = _Workbook(file)
    with zipfile.ZipFile(file) as package:
        names = set(package.namelist())
        book.macros = any(name.endswith("vbaProject.bin") for name in names)
        targets = _targets(package, names)
        for name, identity, hidden in _listed(package, book):
            where = targets.get(identity, "")
            if "worksheets/" in where:  # no charts, no dialogues
                book.sheets.append((name, where, hidden))
        book.texts_part = next(
            (name for name in targets.values() if name.endswith("sharedStrings.xml")), None
        )
        if "xl/styles.xml" in names:
            book.meanings = _meanings(package)
    if not book.sheets:
        raise damaged("the workbook has no sheet")
    if len({where for _, where, _ in book.sheets}) < len(book.sheets):
        raise damaged("two sheets of the workbook are one part")
    return book


def _walk(package: zipfile.ZipFile, name: str, start: Callable[[str, Mapping[str, str]], None]) -> None:
    """Call ``start`` for each element, with names without namespaces."""
    markup = Markup(package, name, MOST_TAGS_ASIDE)
    markup.handle_starts(
        lambda name, attributes: start(local(name), {local(key): value for key, value in attributes.items()})
    )
    for _ in markup.pieces():
        pass


def _targets(package: zipfile.ZipFile, names: set[str]) -> dict[str, str]:
    """Relation to part."""
    found: dict[str, str] = {}

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            target = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            found[attributes.get("Id", "")] = target

    if "xl/_rels/workbook.xml.rels" not in names:
        raise damaged("a part of the workbook is missing")
    _walk(package, "xl/_rels/workbook.xml.rels", start)
    return found


def _listed(package: zipfile.ZipFile, book: _Workbook) -> list[tuple[str, str, bool]]:
    """Name, relation and whether it is hidden, of each sheet."""
    found: list[tuple[str, str, bool]] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name == "workbookPr":
            book.from_1904 = attributes.get("date1904") in _YES
        elif name == "sheet":
            hidden = attributes.get("state", "visible") != "visible"
            found.append((attributes.get("name", ""), attributes.get("id", ""), hidden))
            if len(found) > MOST_SHEETS:
                raise too_large(f"more than {MOST_SHEETS:,} sheets")

    _walk(package, "xl/workbook.xml", start)
    return found


def _meanings(package: zipfile.ZipFile) -> list[str]:
    """What the numbers of each cell style stand for."""
    codes: dict[int, str] = {}
    styles: list[str] = []
    within = False

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal within
        if name == "numFmt":
            codes[_number(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            within = True
        elif name in {"cellStyles", "dxfs", "cellStyleXfs"}:
            within = False
        elif name == "xf" and within:
            number = _number(attributes.get("numFmtId", "0"))
            styles.append(meaning_of(number, codes.get(number)))

    _walk(package, "xl/styles.xml", start)
    return styles


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _texts(package: zipfile.ZipFile, book: _Workbook) -> list[str]:
    if book.texts is None:
        book.texts = shared_texts(package, book.texts_part) if book.texts_part is not None else []
    return book.texts


class _SheetRows:
    """The rows of one sheet; it can be read again and again."""

    def __init__(self, book: _Workbook, where: str, sighted: Sighted) -> None:
        self._book, self._where, self._sighted = book, where, sighted

    def __iter__(self) -> Iterator[Row]:
        sighted = self._sighted
        sighted.begin()
        with zipfile.ZipFile(self._book.file) as package:
            texts = _texts(package, self._book)
            reading = _Sheet(self._book, texts, sighted)
            markup = Markup(package, self._where)
            markup.handle(reading.start, reading.end, reading.characters)
            seen = 0
            for _ in markup.pieces():
                self._book.budget.spend(reading.cells_seen - seen, markup.unpacked)
                seen = reading.cells_seen
                yield from reading.rows
                reading.rows.clear()


class _Sheet:
    """The handlers of one reading of a sheet. They are called several times for each cell: they do little."""

    def __init__(self, book: _Workbook, texts: list[str], sighted: Sighted) -> None:
        self.rows: list[Row] = []
        self._book, self._texts, self._sighted = book, texts, sighted
        self.cells_seen = 0
        self._row = self._column = self._characters = self._levels = 0
        self._cells: list[Cell] = []
        self._kind = self._style = ""
        self._value: list[str] = []
        self._within = self._aside = self._hidden = False
        self._is_formula = self._has_value = False
        self._columns: dict[str, int] = {}  # letters to number, as they occur

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._levels = deeper(self._levels)
        if ":" in name:
            name = local(name)
        if name == "c":
            self._begin_cell(attributes)
        elif name in {"v", "t"}:
            self._within = self._has_value = not self._aside
        elif name == "row":
            self._begin_row(attributes)
        elif name == "f":
            self._is_formula = True
        elif name == "rPh":
            self._aside = True
        elif name == "mergeCell":
            self._sighted.merged += 1

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        given = attributes.get("r")
        number = _number(given) if given is not None else self._row + 1
        if not self._row < number <= MOST_ROWS:
            raise damaged("rows of the sheet are out of order")
        self._row, self._column, self._cells, self._characters = number, 0, [], 0
        self._hidden = attributes.get("hidden") in _YES

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        self.cells_seen += 1
        if self.cells_seen > MOST_CELLS:
            raise too_large(f"more than {MOST_CELLS:,} cells")
        given = attributes.get("r")
        column = self._column + 1 if given is None else self._number_of(given.rstrip("0123456789"))
        if not self._column < column <= MOST_COLUMNS:
            raise damaged("cells of the sheet are out of order")
        self._column = column
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._value = []
        self._is_formula = self._has_value = False

    def _number_of(self, letters: str) -> int:
        """The number of a column, from 1; 0 where the letters are none."""
        number = self._columns.get(letters)
        if number is None:
            number = 0
            for letter in letters[:4]:
                number = number * 26 + ord(letter) - 64 if "A" <= letter <= "Z" else MOST_COLUMNS + 1
            if len(self._columns) < MOST_COLUMNS:
                self._columns[letters] = number
        return number

    def end(self, name: str) -> None:
        self._levels -= 1
        if ":" in name:
            name = local(name)
        if name == "c":
            if self._is_formula:
                self._end_formula()
            elif self._value:
                self._put(self._cell("".join(self._value)))
        elif name in {"v", "t"}:
            self._within = False
        elif name == "row":
            self._sighted.hidden_rows += self._hidden and bool(self._cells)
            self.rows.append(Row(self._row, self._cells))
        elif name == "rPh":
            self._aside = False

    def _end_formula(self) -> None:
        """By its saved value. Nothing saved is not nothing, unless it is saved as an empty text."""
        self._sighted.formulas += 1
        if self._value:
            self._put(self._cell("".join(self._value)))
        elif not (self._has_value and self._kind == "str"):
            self._sighted.without_value += 1
            self._put(WITHOUT_VALUE)

    def _put(self, cell: Cell) -> None:
        """Cells that were not there are filled in only up to one that holds something."""
        cells = self._cells
        missing = self._column - 1 - len(cells)
        if missing:
            self.cells_seen += missing
            cells.extend([None] * missing)
        cells.append(cell)

    def characters(self, text: str) -> None:
        if self._within:
            self._value.append(text)
            self._characters += len(text)
            if self._characters > MOST_CHARACTERS_OF_ROW:
                raise too_large(f"row {self._row:,} holds more than a megabyte of text")

    def _cell(self, value: str) -> Cell:
        match self._kind:
            case "s":
                return self._shared(value)
            case "str" | "inlineStr":
                return unescaped(value)
            case "e":
                return SheetError(value)
            case "b":
                return value.strip() in _YES
            case "d":
                return value
        return self._numeric(value)

    def _shared(self, value: str) -> str:
        try:
            return self._texts[int(value)]
        except (ValueError, IndexError):
            raise damaged("a cell names a text that is not there") from None

    def _numeric(self, value: str) -> Cell:
        meaning = PLAIN
        if self._style:
            style = _number(self._style)
            meaning = self._book.meanings[style] if style < len(self._book.meanings) else PLAIN
        try:
            return cell_of(float(value), meaning, from_1904=self._book.from_1904)
        except (ValueError, OverflowError):
            return SheetError("#NUM!") if meaning == DATE else value
