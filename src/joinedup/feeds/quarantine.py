"""Quarantine: rows that were refused, kept with their reasons for their owner to mend."""

from __future__ import annotations

import csv
import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from joinedup.errors import BadInput, NotFound
from joinedup.feeds import library
from joinedup.spreadsheet import safe_cell
from joinedup.terms import Period
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.records import DeliveryRow

_ADDED = ("row_number", "reasons")


@dataclass(frozen=True)
class QuarantineRow:
    """The quarantine of one delivery: how many rows, for which reasons (a row may have several)."""

    delivery: int
    feed: str
    period: Period | None
    file_name: str
    received_at: dt.datetime
    rows: int
    reasons: dict[str, int]


def quarantine(workspace: Workspace, feed: str | None = None) -> list[QuarantineRow]:
    """Every delivery that has rows in quarantine, oldest first. Counts only: no content is shown."""
    from joinedup.records import RecordBook

    deliveries = [row for row in RecordBook(workspace).deliveries(feed) if row.quarantined]
    return [_counted(workspace, row) for row in deliveries]


def show_quarantine(workspace: Workspace, delivery: int) -> QuarantineRow:
    """The quarantine of one delivery."""
    return _counted(workspace, _delivery(workspace, delivery))


def write_refused_rows(workspace: Workspace, delivery: int, target: Path) -> int:
    """Write the refused rows of a delivery to a CSV for their owner: row number, reasons, the cells as given
    (with an apostrophe before what a spreadsheet would run as a formula).

    It asks nobody: who may have them is decided and logged by ``release.export_quarantine`` alone.
    A row that could not be cut into cells stands whole in the first. Only the file's owner may read it.
    Returns how many rows were written. Refuses to overwrite a file.
    """
    from joinedup.records import RecordBook

    row = _delivery(workspace, delivery)
    contract = library.version_delivered_by(workspace, row.feed, row.contract_version)
    header = [*_ADDED, *(column.name for column in contract.columns)]
    written = 0
    with RecordBook(workspace).reading() as reader, _new_file(target) as out:
        writer = csv.writer(out)
        writer.writerow(map(safe_cell, header))
        for number, raw, reasons in reader.quarantined(row.number):
            cells = [number, "; ".join(reasons), *_cells(raw, contract.delimiter)]
            writer.writerow(map(safe_cell, cells))
            written += 1
    return written


def _new_file(target: Path) -> TextIO:
    """A file that was not there, which nobody but its owner may read from the moment it is."""
    try:
        return os.fdopen(
            os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline=""
        )
    except FileExistsError:
        raise BadInput("That file exists already", where=str(target), next_step="Name a new one") from None
    except OSError as error:
        raise BadInput("That file cannot be written", where=f"{target}: {error.strerror}") from None


def _cells(raw: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(raw.splitlines(keepends=True), delimiter=delimiter, strict=True), [raw])
    except csv.Error:
        return [raw]


def _delivery(workspace: Workspace, number: int) -> DeliveryRow:
    from joinedup.records import RecordBook

    found = [row for row in RecordBook(workspace).deliveries() if row.number == number]
    if not found:
        raise NotFound(
            "There is no delivery of that number", where=str(number), next_step="See: joinedup deliveries"
        )
    if not found[0].quarantined:
        raise NotFound("That delivery has no row in quarantine", where=str(number))
    return found[0]


def _counted(workspace: Workspace, row: DeliveryRow) -> QuarantineRow:
    from joinedup.records import RecordBook

    with RecordBook(workspace).reading() as reader:
        reasons = reader.reasons_for_quarantine(row.number)
    return QuarantineRow(
        row.number, row.feed, row.period, row.file_name, row.received_at, row.quarantined, reasons
    )
