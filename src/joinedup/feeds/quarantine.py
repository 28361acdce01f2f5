"""Quarantine: rows that were refused, kept with their reasons for their owner to mend."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from joinedup.errors import BadInput, NotFound
from joinedup.feeds import returning, workbook
from joinedup.feeds.refused_text import OWN_COLUMNS, waiting_rows
from joinedup.feeds.rule_words import is_torn, meaning, taken
from joinedup.feeds.waiting import Waiting, of_delivery
from joinedup.spreadsheet import safe_cell
from joinedup.terms import Period
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.feeds.contract import Contract
    from joinedup.records import DeliveryRow


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
    """Write the rows of a delivery that wait to a spreadsheet for their owner: XLSX by its ending, else CSV.

    Delivery, row number and reasons come first, then the contract's columns with the cells as they were sent
    last (with an apostrophe before what a spreadsheet would run as a formula). It asks nobody: who may have
    them is decided and logged by ``release.export_quarantine`` alone. Only the file's owner may read it.
    Returns how many rows were written. Refuses to overwrite a file.
    """
    home = of_delivery(workspace, delivery)
    contract = returning.version_of(workspace, home).contract
    written = 0

    def lines() -> Iterator[list[object]]:
        nonlocal written
        yield [safe_cell(name) for name in (*OWN_COLUMNS, *(column.name for column in contract.columns))]
        for row in waiting_rows(workspace, home, contract):
            written += 1
            reasons = "; ".join(row.story.reasons)
            yield [home.delivery, row.story.row, *map(safe_cell, [reasons, *row.shown])]

    with _new_file(target) as out:
        if target.suffix.lower() == ".xlsx":
            workbook.write(out, [("Rows to mend", lines()), ("How to mend them", _explained(home, contract))])
        else:
            with io.TextIOWrapper(out, encoding="utf-8", newline="") as text:
                csv.writer(text).writerows(lines())
    return written


def _explained(home: Waiting, contract: Contract) -> Iterator[list[object]]:
    """The sheet that tells an owner what to do, and what each reason means."""
    from django.utils.translation import gettext as _

    yield [_("How to mend these rows")]
    yield [
        _("Mend the cells of each row on the first sheet, and send the file back to whoever sent it to you.")
    ]
    yield [_("Leave the first three columns as they are: by them each row is found again.")]
    if any(is_torn(row.reasons) for row in home.waiting):
        yield [_("A row whose cells could not be told apart: put each value under the name of its column.")]
    yield [_("A row that you leave out, or leave as it is, waits on. Please send no new rows in this file.")]
    yield [""]
    yield [_("Reason"), _("What it means"), _("Rows"), _("What can stand there")]
    for reason, rows in home.reasons.items():
        told = taken(contract, reason)
        yield [safe_cell(reason), safe_cell(meaning(reason)), rows, safe_cell(told)]


def _new_file(target: Path) -> IO[bytes]:
    """A file that was not there, which nobody but its owner may read from the moment it is."""
    try:
        return os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except FileExistsError:
        raise BadInput("That file exists already", where=str(target), next_step="Name a new one") from None
    except OSError as error:
        raise BadInput("That file cannot be written", where=f"{target}: {error.strerror}") from None


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
