"""The text of refused rows that still wait, as they were sent last, in cells."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from joinedup.feeds.contract import Contract
from joinedup.feeds.waiting import RowStory, Waiting
from joinedup.workspace import Workspace

OWN_COLUMNS = ("joinedup delivery", "joinedup row", "joinedup reasons")


def waiting_rows(
    workspace: Workspace, home: Waiting, contract: Contract
) -> Iterator[tuple[RowStory, list[str]]]:
    """Each row that waits, with its cells; one that could not be cut into cells stands whole in the first."""
    from joinedup.records import RecordBook

    for held_in in sorted({row.held_in for row in home.waiting}):
        wanted = {row.row_there: row for row in home.waiting if row.held_in == held_in}
        with RecordBook(workspace).reading() as reader:
            for number, raw, _reasons in reader.quarantined(held_in):
                if number in wanted:
                    yield wanted[number], cells(raw, contract.delimiter)


def cells(raw: str, delimiter: str) -> list[str]:
    """A raw row as cells."""
    try:
        return next(csv.reader(raw.splitlines(keepends=True), delimiter=delimiter, strict=True), [raw])
    except csv.Error:
        return [raw]
