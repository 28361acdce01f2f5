"""A mended workbook comes back as Excel leaves it: what it spoilt is told row by row, and nothing is lost."""

from __future__ import annotations

import csv
import datetime as dt

import pytest
from nasty_files import HEADER
from nasty_making import Sheet, xlsx
from nasty_staging import PERIOD, write_contract

from joinedup.errors import BadInput
from joinedup.feeds import deliver, mend, of_delivery
from joinedup.feeds.quarantine import write_refused_rows
from joinedup.records import RecordBook

ROWS = [
    HEADER,
    ["A1", "01/05/2024", "001", "one", "1", "Yes"],
    ["A2", "02/05/2024", "001", "two", "1", "Maybe"],
    ["A3", "03/05/2024", "001", "three", "1", "Maybe"],
]


@pytest.fixture
def home(workspace, analyst, tmp_path):
    """A delivery whose rows 2 and 3 have a wrong last cell."""
    write_contract(workspace.contracts_folder)
    path = tmp_path / "may.csv"
    with path.open("w", newline="") as out:
        csv.writer(out).writerows(ROWS)
    return deliver(workspace, "nasty-feed", path, by=analyst, period=PERIOD).delivery


@pytest.fixture
def rows(workspace, home, tmp_path):
    """The exported rows, mended."""
    write_refused_rows(workspace, home, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as content:
        found = list(csv.reader(content))
    return [[("Yes" if cell == "Maybe" else cell) for cell in row] for row in found]


def workbook(folder, rows, name="Rows to mend"):
    path = folder / "back.xlsx"
    path.write_bytes(xlsx(Sheet(rows, name=name)))
    return path


def test_a_text_that_became_a_date_is_told_and_nothing_is_stored(workspace, analyst, home, rows, tmp_path):
    rows[2][6] = dt.date(2024, 5, 1)
    with pytest.raises(BadInput, match=r"Rows to mend, row 3: Note: The spreadsheet made a date.*leave"):
        mend(workspace, home, workbook(tmp_path, rows), by=analyst)
    assert len(RecordBook(workspace).deliveries()) == 1
    assert len(of_delivery(workspace, home).waiting) == 2
    assert mend(workspace, home, workbook(tmp_path, rows[:2]), by=analyst).settled == 1


def test_every_row_at_fault_is_counted_and_ten_are_told(workspace, analyst, home, rows, tmp_path):
    spoilt = [[*rows[1][:6], dt.date(2024, 5, 1), *rows[1][7:]] for _ in range(12)]
    with pytest.raises(BadInput, match=r"row 11: .* And 2 more"):
        mend(workspace, home, workbook(tmp_path, [rows[0], *spoilt]), by=analyst)


def test_what_may_have_been_lost_is_said(workspace, analyst, home, rows, tmp_path):
    rows[1][6] = 7
    told = mend(workspace, home, workbook(tmp_path, rows), by=analyst)
    assert told.settled == 2
    assert any(note.startswith("Note: numbers where") and "may be lost" in note for note in told.notes)
