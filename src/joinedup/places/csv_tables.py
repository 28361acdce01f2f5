"""Reading the CSV tables that come with places: every row is used or refused, never dropped in silence."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from joinedup.errors import BadInput, NotFound


@dataclass(frozen=True)
class Row:
    """One data row: its number in the file (from 1, the header not counted) and its cells by column."""

    file: Path
    number: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """The cell, which must not be empty."""
        value = self.cells[column].strip()
        if not value:
            raise self.refusal(column, "is empty")
        return value

    def whole(self, column: str) -> int:
        """The cell as a whole number of zero or more."""
        value = self.text(column)
        if not value.isascii() or not value.isdigit():
            raise self.refusal(column, "is not a whole number of zero or more")
        return int(value)

    def number_or_none(self, column: str) -> float | None:
        """The cell as a number; None where it is empty."""
        value = self.cells[column].strip()
        if not value:
            return None
        try:
            return float(value)
        except ValueError:
            raise self.refusal(column, "is not a number") from None

    def refusal(self, column: str, what: str) -> BadInput:
        """The error for one cell: its column and row, never its content."""
        return BadInput(
            f"Row {self.number}, column {column}, {what}",
            where=str(self.file),
            next_step="Correct the file and load it again; nothing of it was taken",
        )


def read_rows(file: Path, columns: Sequence[str]) -> Iterator[Row]:
    """The data rows of a CSV file (UTF-8, plain or gzip) that has at least these columns."""
    reader = csv.reader(io.StringIO(_text(file), newline=""))
    header = [name.strip() for name in next(reader, [])]
    missing = [column for column in columns if column not in header]
    if missing:
        raise BadInput(
            f"The table has no column {', '.join(missing)}",
            where=str(file),
            next_step=f"Its columns are: {', '.join(header)}",
        )
    number = 0
    for cells in reader:
        if not cells:
            continue
        number += 1
        if len(cells) != len(header):
            raise BadInput(
                f"Row {number} has {len(cells)} cells, the header has {len(header)}",
                where=str(file),
                next_step="Check for commas or quotes that are not closed",
            )
        yield Row(file, number, dict(zip(header, cells, strict=True)))


def _text(file: Path) -> str:
    if not file.is_file():
        raise NotFound("There is no such table", where=str(file))
    try:
        content = file.read_bytes()
        if file.name.lower().endswith(".gz"):
            content = gzip.decompress(content)
        return content.decode("utf-8-sig")
    except (OSError, EOFError) as error:
        raise BadInput(
            "The table cannot be read", where=str(file), next_step="Check that it is whole"
        ) from error
    except UnicodeDecodeError as error:
        raise BadInput(
            "The table is not UTF-8 text", where=str(file), next_step="Save it as CSV in UTF-8"
        ) from error
