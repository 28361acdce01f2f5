"""An agency's file as a table of texts, and a table as a file, for ``joinedup tokens``: no workspace."""

from __future__ import annotations

import csv
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup import durable
from joinedup.errors import BadInput

if TYPE_CHECKING:
    import pyarrow as pa

    from joinedup.feeds.reading import Expected
    from joinedup.people.tokens.mapping import Mapping

_FORMATS = frozenset({"csv", "xlsx", "xls", "ods"})


@dataclass(frozen=True)
class Given:
    """What an agency's file gives: the columns that a mapping reads, as text, and the names of all others."""

    table: pa.Table
    left_out: tuple[str, ...]


def read_table(file: Path, mapping: Mapping) -> Given:
    """The columns that a mapping reads. Raises BadInput, without a cell, where the file has not all of them
    or a row cannot be read."""
    from joinedup.feeds.reading import plain

    with tempfile.TemporaryDirectory() as folder:  # for its owner only
        try:
            readable = plain(file.resolve(), Path(folder), _expected(mapping))
        except BadInput as error:
            raise BadInput(
                error.what,
                where=error.where or file.name,
                # The reader's own advice, unless it speaks of a contract: here there is none.
                next_step=error.next_step
                if error.next_step and "contract" not in error.next_step
                else "Check that it is the right file; if it changed, change the columns file",
            ) from None
        if readable.faults:
            raise _unread(dict(readable.faults), file.name)
        table = _of_csv if readable.as_it_came else _of_parquet
        return Given(table(readable.path, mapping), readable.outside)


_MENDS = {
    "spreadsheet-error": "Mend the cells that hold an error of the spreadsheet, such as #N/A",
    "digits-lost": "Format the column as text and write its numbers anew: the spreadsheet kept 15 digits",
    "formula-without-value": "Open the file in a spreadsheet program and save it there",
    "too-few-cells": "Mend or delete them: a row has as many cells as the header",
    "too-many-cells": "Mend or delete them: a row has as many cells as the header",
}


def _unread(faults: dict[str, int], file_name: str) -> BadInput:
    """Why rows could not be read: each cause with its column and how many rows, and what mends the first."""
    causes = sorted(faults.items(), key=lambda cause: (-cause[1], cause[0]))
    told = "; ".join(f"{cause}, rows: {rows:,}" for cause, rows in causes)
    rule, _, column = causes[0][0].partition(": ")
    mends = _MENDS.get(rule, "Mend or delete them")
    if rule == "spreadsheet-date":
        dates = f'dates = {{ "{column}" = "%d/%m/%Y" }}'
        mends = f"Say in the columns file how the dates of {column} are to be written: {dates}"
    lost = sum(faults.values())
    return BadInput(
        f"{lost:,} rows could not be read, so nothing was written",
        where=f"{file_name}: {told}",
        next_step=mends,
    )


def refuse_existing(file: Path) -> None:
    """Raise BadInput where there is a file already."""
    if file.exists():
        raise BadInput("There is a file already", where=file.name, next_step="Name a new file")


def write_table(table: pa.Table, file: Path) -> None:
    """Write a new CSV file, for its owner only; nothing half written is ever seen."""
    refuse_existing(file)
    try:
        durable.write(file, lambda staged: _fill(table, staged))
    except OSError as error:
        raise BadInput(
            "The file could not be written", where=file.name, next_step=error.strerror or ""
        ) from None


def _fill(table: pa.Table, staged: Path) -> None:
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as written:
        lines = csv.writer(written, lineterminator="\n")
        lines.writerow(table.column_names)
        lines.writerows(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _expected(mapping: Mapping) -> Expected:
    from joinedup.feeds.reading.expected import Expectation, Expected, Holds

    births = {
        column: person.birth_date_pattern or "%Y-%m-%d"
        for person in mapping.persons
        for column in person.columns.get("birth_date", ())
    }
    patterns = {**births, **mapping.dates}
    columns = tuple(
        Expectation(
            name=name,
            names=(name,),
            needed=True,
            holds=Holds.MOMENT if name in patterns else Holds.TEXT,
            pattern=patterns.get(name, ""),
            rule_of_its_own=name in patterns,
        )
        for name in mapping.read
    )
    return Expected(
        feed="the columns file",
        columns=columns,
        formats=_FORMATS,
        encoding=mapping.encoding,
        delimiter=mapping.delimiter,
        sheet=mapping.sheet,
        header_within=mapping.header_within,
    )


def _of_csv(file: Path, mapping: Mapping) -> pa.Table:
    """A plain CSV whose header is just the mapping's columns."""
    import pyarrow as pa

    names = mapping.read
    rows: list[list[str]] = []
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows.extend(row for row in csv.reader(lines, delimiter=mapping.delimiter, strict=True) if row)
    except csv.Error:
        raise BadInput("The file is no CSV", where=f"{file.name}: row {len(rows)}") from None
    for number, row in enumerate(rows):
        if len(row) != len(names):
            raise BadInput(
                "A row has more or fewer cells than the header", where=f"{file.name}: row {number}"
            )
    columns = list(zip(*rows[1:], strict=True)) or [()] * len(names)
    return pa.table({name: pa.array(cells, pa.string()) for name, cells in zip(names, columns, strict=True)})


def _of_parquet(file: Path, mapping: Mapping) -> pa.Table:
    import pyarrow.parquet as pq

    names = mapping.read
    table = pq.read_table(file).sort_by("number").select([f"c{place}" for place in range(len(names))])
    return table.rename_columns(names)
