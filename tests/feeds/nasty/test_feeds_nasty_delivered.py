"""What was normalised is said in the receipt, on the command line, and with the delivery for good."""

from __future__ import annotations

import nasty_bombs  # noqa: F401 - enters its files
import nasty_typed  # noqa: F401 - enters its files
import nasty_workbooks  # noqa: F401 - enters its files
import pytest
from nasty_files import FILES
from nasty_staging import PERIOD, write_contract

from joinedup.cli.verbs import deliver as verb
from joinedup.errors import BadInput
from joinedup.feeds import deliver
from joinedup.records import RecordBook


def _file(tmp_path, name):
    path = tmp_path / f"{name}.csv"
    path.write_bytes(FILES[name]())
    return path


def test_the_notes_are_in_the_receipt_in_the_ledger_and_on_the_command_line(
    workspace, analyst, tmp_path, capsys
):
    write_contract(workspace.contracts_folder)
    file = _file(tmp_path, "titles-hidden-rows-merged-cells-and-formulas")
    receipt = deliver(workspace, "nasty-feed", file, by=analyst, period=PERIOD)
    assert (receipt.accepted, receipt.set_aside) == (3, {"above-the-header": 1})
    assert "Hidden rows, read all the same: 1." in receipt.notes
    assert receipt.to_json()["notes"] == list(receipt.notes)
    [row] = RecordBook(workspace).deliveries("nasty-feed")
    assert tuple(row.notes) == tuple(receipt.notes)
    verb._tell(receipt)
    assert "Hidden rows, read all the same: 1." in capsys.readouterr().err


def test_the_same_month_as_a_csv_and_as_a_workbook_is_the_same_records(workspace, analyst, tmp_path):
    write_contract(workspace.contracts_folder)
    for name, count in (("plain", 3), ("workbook-with-types", 0), ("open-document", 0), ("utf-16-marked", 0)):
        receipt = deliver(workspace, "nasty-feed", _file(tmp_path, name), by=analyst, period=PERIOD)
        assert (receipt.accepted, receipt.unchanged) == (count, 3 - count), name


def test_of_a_file_that_is_refused_nothing_is_stored(workspace, analyst, tmp_path):
    write_contract(workspace.contracts_folder)
    for name in ("entities-that-multiply", "text-cut-off", "a-zip-that-climbs-out", "days-taken-for-months"):
        with pytest.raises(BadInput):
            deliver(workspace, "nasty-feed", _file(tmp_path, name), by=analyst, period=PERIOD)
    assert not RecordBook(workspace).deliveries()
    assert not [path for path in workspace.temporary_folder.rglob("*") if path.is_file()]
