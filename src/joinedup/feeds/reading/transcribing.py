"""Row by row through a part: its cells into the contract's order, as text, and every row accounted for."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from joinedup.errors import Damaged
from joinedup.feeds.reading import text
from joinedup.feeds.reading.cells import Typist, Wrong
from joinedup.feeds.reading.expected import Expected, Holds
from joinedup.feeds.reading.footers import Footers
from joinedup.feeds.reading.headers import Header
from joinedup.feeds.reading.invisible import has_invisible, visible
from joinedup.feeds.reading.readable import Readable
from joinedup.feeds.reading.rows import Cell, Part, Row
from joinedup.feeds.reading.writing import RowWriter

WITHHELD = ""  # the text of a spoilt row of a file that has columns outside the contract


class Transcript:
    """All parts of one delivery, one after another."""

    def __init__(self, expected: Expected, folder: Path, *, has_extra: bool) -> None:
        self._expected = expected
        self._has_extra = has_extra
        self._writer = RowWriter(folder, len(expected.columns), expected.footers)
        self._typist = Typist(expected.columns)
        self._footers = Footers(expected.footers)
        self._moments = [column.holds is Holds.MOMENT for column in expected.columns]
        self._invisible: Counter[str] = Counter()
        self._notes: list[str] = []
        self._outside: dict[str, None] = {}
        self._withheld = 0

    def read(self, part: Part, header: Header) -> None:
        """Every row of a part below its header."""
        writer = self._writer
        writer.origins.begin(part.name)
        writer.above_the_header(header.above)
        at = header.row
        for row in part.rows:
            if row.number <= header.row:
                continue
            if part.may_have_gaps:
                if not row.fault and _holds_nothing(row, header):
                    continue
                writer.leave_out_empty(at + 1, row.number - at - 1)
                at = row.number
            self._take(part, header, row)
        self._told(part, header)
        self._outside |= dict.fromkeys(header.outside)

    def _take(self, part: Part, header: Header, row: Row) -> None:
        fault = row.fault
        if not fault and not part.padded and not header.least <= len(row.cells) <= header.width:
            fault = "too-few-cells" if len(row.cells) < header.width else "too-many-cells"
        if (fault or (part.padded and _mostly_empty(row))) and self._footers.pattern is not None:
            line = text.shown(row.raw) if fault else _line(row.cells, self._expected.delimiter)
            if self._footers.match(line):
                self._writer.leave_out(row, "footers")
                return
        if fault:
            self._withheld += self._has_extra
            self._writer.refuse(row, fault, WITHHELD if self._has_extra else text.shown(row.raw))
        elif part.padded:
            self._write_typed(header, row)
        else:
            self._write_text(header, row)

    def _write_text(self, header: Header, row: Row) -> None:
        cells = cast("Sequence[str]", row.cells)
        texts = [None if at is None else cells[at] or None for at in header.positions]
        if not row.raw.isascii():
            texts = [one and self._seen(index, one) for index, one in enumerate(texts)]
        self._writer.take(row, texts)

    def _seen(self, index: int, cell: str) -> str | None:
        """The text without what cannot be seen."""
        if has_invisible(cell):
            self._invisible[self._expected.columns[index].name] += 1
            return visible(cell) or None
        return cell

    def _write_typed(self, header: Header, row: Row) -> None:
        texts: list[str | None] = []
        fault = ""
        cells, count = row.cells, len(row.cells)
        for index, position in enumerate(header.positions):
            cell = cells[position] if position is not None and position < count else None
            try:
                if type(cell) is str:
                    texts.append(self._plain(index, cell))
                elif cell is None:
                    texts.append(None)
                else:
                    texts.append(self._typist.text(self._expected.columns[index], cell))
            except Wrong as wrong:
                fault = fault or f"{wrong.rule}: {self._expected.columns[index].name}"
                texts.append(None)
        if fault:
            self._refuse_wrong(row, fault, texts)
        else:
            self._writer.take(row, texts)

    def _plain(self, index: int, cell: str) -> str | None:
        if "\0" in cell:
            raise Wrong("nul-character")
        if self._moments[index] and cell:
            self._typist.look_at_text(self._expected.columns[index], cell)
        if cell.isascii():
            return cell or None
        if text.spoilt(cell):
            raise Wrong("not-utf-8")
        return self._seen(index, cell)

    def _refuse_wrong(self, row: Row, fault: str, texts: list[str | None]) -> None:
        """A row with a wrong value: what quarantine keeps of it is of the contract's columns only."""
        columns = self._expected.columns
        kept = [None if column.ignored else one for column, one in zip(columns, texts, strict=True)]
        self._writer.refuse(row, fault, _line(kept, self._expected.delimiter), texts)

    def _told(self, part: Part, header: Header) -> None:
        """What is said of a part when it has been read."""
        sighted = part.sighted
        within = [sighted.within] if sighted.within else []
        notes = [*within, *text.notes(part, self._expected), *header.notes()]
        if header.above or (part.name and header.row > 1):
            notes.append(f"The header is in row {header.row}; data row 1 is row {header.row + 1} there.")
        if part.hidden:
            notes.append("The sheet is hidden; it was read all the same.")
        for count, what in (
            (sighted.hidden_rows, "Hidden rows, read all the same"),
            (sighted.formulas - sighted.without_value, "Formulas, read as their saved values"),
            (sighted.merged, "Merged cells, whose value belongs to the first of each group"),
        ):
            if count:
                notes.append(f"{what}: {count:,}.")
        if sighted.without_value:
            notes.append(
                "Formulas for which the workbook holds no value (open it in a spreadsheet program and save "
                f"it there): {sighted.without_value:,}."
            )
        if sighted.macros:
            notes.append("The workbook has macros; they were not looked at.")
        self._notes += [note for note in notes if note not in self._notes]

    def close(self, parts: int) -> Readable:
        """What came of it. Raises BadInput where the whole contradicts itself."""
        with self._writer:
            self._typist.check_days()
        if parts > 1:
            self._notes.insert(0, f"The {parts} files of the zip were read one after another.")
        if self._invisible:
            cells, columns = self._invisible.total(), ", ".join(sorted(self._invisible))
            self._notes.append(
                f"Cells with characters that nobody sees, now taken out: {cells:,} ({columns})."
            )
        if self._withheld:
            self._notes.append(
                "Rows that cannot be parted into cells, whose text is not kept because the file has columns "
                f"outside the contract (look them up by their numbers): {self._withheld:,}."
            )
        self._notes += self._typist.notes()
        readable = replace(self._writer.readable(self._notes), outside=tuple(self._outside))
        if not readable.adds_up:
            raise Damaged(
                "The rows of the file do not add up: joinedup has a mistake, and nothing was stored",
                next_step="Please report it",
            )
        return readable


def _holds_nothing(row: Row, header: Header) -> bool:
    """Whether none of the contract's columns has anything in this row of a sheet."""
    cells, count = row.cells, len(row.cells)
    return all(
        cells[at] is None or cells[at] == "" for at in header.positions if at is not None and at < count
    )


def _mostly_empty(row: Row) -> bool:
    """Whether most of its cells hold nothing, as those of a line below the data do."""
    return sum(cell not in {None, ""} for cell in row.cells) * 2 < len(row.cells) or len(row.cells) < 2


def _line(cells: Sequence[Cell], delimiter: str) -> str:
    """Cells as a line of CSV, without the empty ones at its end."""
    filled = ["" if cell is None else str(cell) for cell in cells]
    while filled and not filled[-1]:
        filled.pop()
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow(filled)
    return out.getvalue()
