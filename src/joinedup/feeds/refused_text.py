"""The text of refused rows that still wait, as they were sent last, in the contract's cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from joinedup.feeds.contract import Contract
from joinedup.feeds.rule_words import is_torn
from joinedup.feeds.waiting import RowStory, Waiting
from joinedup.records import JudgedBy
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.records import Reader

OWN_COLUMNS = ("joinedup delivery", "joinedup row", "joinedup reasons")


@dataclass(frozen=True)
class WaitingRow:
    """One row that waits: its story, and its cells in the order of the contract as it is now.

    ``cells`` is None where its text cannot be cut into the cells that the contract had when it was refused.
    ``shown`` is what its owner is shown, a text for each column: a row without cells stands whole in the
    first, or has those that it came with, where these are too few.
    """

    story: RowStory
    cells: tuple[str, ...] | None
    shown: tuple[str, ...]


def waiting_rows(workspace: Workspace, home: Waiting, contract: Contract) -> Iterator[WaitingRow]:
    """Each row that waits, with its cells."""
    from joinedup.records import RecordBook

    with RecordBook(workspace).reading() as reader:
        for held_in in sorted({row.held_in for row in home.waiting}):
            wanted = {row.row_there: row for row in home.waiting if row.held_in == held_in}
            written = _written_as(reader, held_in, contract)
            for number, raw, _reasons in reader.quarantined(held_in):
                if (story := wanted.get(number)) is not None:
                    found = cells(raw, written.delimiter)
                    torn = is_torn(story.reasons)
                    cut = None if torn else _cut(found, written, contract)
                    told = _shown(raw, found if torn else None, len(contract.columns))
                    yield WaitingRow(story, cut, cut or told)


def cells_of(
    raw: str, reasons: Sequence[str], written: JudgedBy, contract: Contract
) -> tuple[str, ...] | None:
    """A refused row's cells by the contract as it is now; None where they cannot be told apart."""
    return None if is_torn(reasons) else _cut(cells(raw, written.delimiter), written, contract)


def _written_as(reader: Reader, delivery: int, contract: Contract) -> JudgedBy:
    """How the raw text of a delivery is cut: as the contract says now, where an older book does not tell."""
    names = tuple(column.name for column in contract.columns)
    return reader.judged_by(delivery) or JudgedBy("", contract.delimiter, names)


def _cut(found: Sequence[str] | None, written: JudgedBy, contract: Contract) -> tuple[str, ...] | None:
    """The cells by the contract as it is now: a column that it had not yet is empty.

    None where a cell says something and its column is gone: nobody but the row's owner knows where it goes.
    """
    short = len(written.columns) - len(found or ())
    if found is None or short < 0 or (short and not written.rules):
        return None
    # Of a typed row what is empty at its end was not written.
    given = dict(zip(written.columns, [*found, *[""] * short], strict=True))
    kept = {name for column in contract.columns for name in column.names}
    if any(cell for name, cell in given.items() if name not in kept):
        return None
    return tuple(
        next((given[name] for name in column.names if name in given), "") for column in contract.columns
    )


def _shown(raw: str, found: Sequence[str] | None, width: int) -> tuple[str, ...]:
    told = [raw] if found is None or len(found) > width else found
    return (*told, *[""] * (width - len(told)))


def cells(raw: str, delimiter: str) -> list[str] | None:
    """A raw row as cells; None where it cannot be cut into any. Only CR and LF end a line of CSV."""
    csv.field_size_limit(max(csv.field_size_limit(), len(raw)))
    try:
        found = list(csv.reader(io.StringIO(raw, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return found[0] if len(found) == 1 else None if found else [""]
