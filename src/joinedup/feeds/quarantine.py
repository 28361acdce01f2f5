"""Quarantine: rows that were refused, kept with their reasons for their owner to mend."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.errors import BadInput, NotFound
from joinedup.feeds import library
from joinedup.feeds.permission import require_deliverer
from joinedup.spreadsheet import safe_cell
from joinedup.terms import Period, Purpose, Viewer
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


def export_quarantine(
    workspace: Workspace, delivery: int, target: Path, *, by: Viewer, purpose: Purpose, reason: str
) -> int:
    """Write the refused rows of a delivery to a CSV for their owner: row number, reasons, the cells as given
    (with an apostrophe before what a spreadsheet would run as a formula).

    It discloses what the owner sent, so it is logged before anything is written: who, why, how many. A row
    that could not be cut into cells stands whole in the first.
    Returns how many rows were written. Refuses to overwrite a file.
    """
    from django.db import transaction

    from joinedup.log import record_act

    require_deliverer(by)
    row = _delivery(workspace, delivery)
    if target.exists():
        raise BadInput("That file exists already", where=str(target), next_step="Name a new one")
    contract = library.contract(workspace, row.feed)
    header = [*_ADDED, *(column.name for column in contract.columns)]
    with transaction.atomic():
        record_act(
            "disclosure",
            by=by,
            purpose=purpose,
            what=f"quarantine of delivery {row.number} of {row.feed}",
            reason=reason,
            recipients=[row.owner],
            detail={"rows": row.quarantined},
        )
    return _write(workspace, row, target, header, contract.delimiter)


def _write(
    workspace: Workspace, row: DeliveryRow, target: Path, header: Sequence[str], delimiter: str
) -> int:
    """Write the file and say how many rows; a cell that a spreadsheet would run as a formula is disarmed."""
    from joinedup.records import RecordBook

    written = 0
    with (
        RecordBook(workspace).reading() as reader,
        target.open("x", encoding="utf-8", newline="") as out,
    ):
        writer = csv.writer(out)
        writer.writerow(map(safe_cell, header))
        for number, raw, reasons in reader.quarantined(row.number):
            cells = [number, "; ".join(reasons), *_cells(raw, delimiter)]
            writer.writerow(map(safe_cell, cells))
            written += 1
    return written


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
