"""The contract language from a partner's file to the record book: names apart, versions, states, breaks."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from contract_by_hand import full_contract

from joinedup.cli import main
from joinedup.errors import BadInput
from joinedup.feeds import State, deliver
from joinedup.feeds.quarantine import write_refused_rows
from joinedup.records import RecordBook
from joinedup.terms import Period, RecordType

HEADER = (
    "Ref,Status,Validated,Date,Time,Date to,Time to,Grid ref,Calls,Narrative,Caller,House,Street,DOB,Sex,"
    "Suspect 1,Suspect 2,PNC"
)
ROWS = [
    "1,,Y,20/05/2024,21:30,20/05/2024,22:00,NZ 4950 2020,3,He shouted,Ann Lee,4,High St,01/02/1990,F,"
    "Bo Diaz,Cy Ek,",
    "2,No crime,N,21/05/2024,,21/05/2024,,Stockton,three,,Anonymous,,,31/02/1980,Refused,,,99/12345X",
    "3,Reclassified,Y,22/05/2024,25:00,22/05/2024,,,,,Dee Fox,,,,,,,",
]
NAMES = ("Ann Lee", "Bo Diaz", "Cy Ek", "Dee Fox", "High St", "shouted", "99/12345X")


def _file(folder: Path, rows=ROWS, header=HEADER, name="may.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def wardens(workspace):
    """A workspace with the feed that uses the whole language."""
    full_contract(workspace.contracts_folder)
    return workspace


def _rows(workspace):
    with RecordBook(workspace).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], ["warden-reports"])
        found = cursor.execute("FROM incident ORDER BY ref")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _names(workspace, keys):
    with RecordBook(workspace).reading() as reader:
        return reader.identifying("wardens", keys)


def test_a_file_becomes_records_and_apart_from_them_who_they_name(wardens, analyst, tmp_path):
    receipt = deliver(wardens, "wardens", _file(tmp_path), by=analyst)
    assert (receipt.state, receipt.accepted, receipt.quarantined) == (State.STORED, 2, 1)
    assert receipt.reasons == {"unreadable-time: Time": 1}
    first, second = _rows(wardens)
    assert (first["status"], second["status"]) == ("recorded", "cancelled")
    assert (first["provisional"], second["provisional"]) == (False, True)
    assert (first["precision"], second["precision"]) == ("minute", "day")
    assert (first["calls"], second["calls"]) == (3, None)
    assert (first["point"] is None, second["point"] is None) == (False, True)
    told = " ".join(str(value) for row in (first, second) for value in row.values())
    assert not [name for name in NAMES if name in told]
    mentions = _names(wardens, [first["record_key"]])
    assert [(one.role, one.ordinal) for one in mentions] == [
        ("caller", 1),
        ("record", 1),
        ("suspect", 1),
        ("suspect", 2),
    ]
    caller, suspect = _names(wardens, [second["record_key"]])  # an impossible birth date is a word, too
    assert (caller.role, suspect.role) == ("caller", "suspect")


def test_the_ledger_has_states_breaks_and_whether_it_is_provisional(wardens, analyst, tmp_path):
    deliver(wardens, "wardens", _file(tmp_path), by=analyst)
    with RecordBook(wardens).reading() as reader:
        states = {one.field: one for one in reader.field_states(["wardens"])}
        [told] = reader.breaks(["warden-reports"])
        [row] = reader.deliveries(["warden-reports"])
    calls = states["calls"]
    assert (calls.given, calls.missing, calls.refused, calls.invalid) == (1, 0, 0, 1)
    assert (states["caller.full_name"].given, states["caller.full_name"].unknown) == (1, 1)
    assert states["caller.birth_date"].invalid == 1
    assert states["caller.sex"].refused == states["sex"].refused == 1
    assert states["place"].invalid == 1
    assert (told.date, told.kind) == (dt.date(2011, 4, 1), "recording-practice")
    assert (row.provisional, row.contract_version, row.mentions) == (True, "2", 6)


def test_a_mended_name_is_a_revision_and_the_old_name_is_gone_from_what_stands(wardens, analyst, tmp_path):
    deliver(wardens, "wardens", _file(tmp_path, ROWS[:1]), by=analyst)
    mended = ROWS[0].replace("Ann Lee", "Anne Lee")
    receipt = deliver(wardens, "wardens", _file(tmp_path, [mended], name="again.csv"), by=analyst)
    assert (receipt.revised, receipt.accepted) == (1, 0)
    [row] = _rows(wardens)
    caller = _names(wardens, [row["record_key"]])[0]
    assert caller.attributes["full_name"] == "Anne Lee"


def test_nothing_is_shown_of_a_name_by_any_verb(wardens, analyst, tmp_path):
    path = _file(tmp_path)
    base = ["-C", str(wardens.folder)]
    for command in (
        ["deliver", "wardens", str(path)],
        ["deliveries"],
        ["deliveries", "show", "1"],
        ["quarantine", "list"],
        ["quarantine", "show", "1"],
        ["feeds", "show", "wardens"],
        ["log"],
    ):
        result = CliRunner().invoke(main, [*base, *command])
        assert result.exit_code in {0, 1}, (command, result.output)
        assert not [name for name in NAMES if name in result.output], command


def test_other_names_other_orders_and_missing_columns_are_taken(wardens, analyst, tmp_path):
    columns = [column for column in HEADER.split(",") if column != "Calls"]
    rows = [dict(zip(HEADER.split(","), next(csv.reader([line])), strict=True)) for line in ROWS[:2]]
    turned = [",".join(row[column] for column in reversed(columns)) for row in rows]
    without = _file(tmp_path, turned, ",".join(reversed(columns)), "without.csv")
    receipt = deliver(wardens, "wardens", without, by=analyst, dry_run=True)
    assert receipt.accepted == 2
    renamed = _file(tmp_path, ROWS[:2], HEADER.replace("Calls", "No of calls"), "renamed.csv")
    assert deliver(wardens, "wardens", renamed, by=analyst, dry_run=True).accepted == 2
    unknown = _file(tmp_path, ROWS[:2], HEADER.replace("Ref", "Reference"), "unknown.csv")
    with pytest.raises(BadInput, match="missing: Ref"):
        deliver(wardens, "wardens", unknown, by=analyst, dry_run=True)


@pytest.fixture
def two_versions(wardens):
    """The feed with an older version, for files before October 2023, in which a column was called Callers."""
    full_contract(
        wardens.contracts_folder,
        ("version = 2", "version = 1"),
        ("valid_from = 2023-10-01", "valid_to = 2023-09-30"),
        ('name = "Caller"\n', 'name = "Callers"\n'),
        stem="wardens@1",
    )
    return wardens


OLD_HEADER = HEADER.replace("Caller,", "Callers,")


def _old_rows():
    return [line.replace("/05/2024", "/05/2023").replace("25:00", "26:00") for line in ROWS]


def test_an_old_file_is_read_by_the_version_of_its_time(two_versions, analyst, tmp_path):
    old = _file(tmp_path, _old_rows(), OLD_HEADER, "old.csv")
    receipt = deliver(two_versions, "wardens", old, by=analyst, period=Period.parse("2023-05"))
    assert (receipt.accepted, receipt.quarantined) == (2, 1)
    later = [line.replace("1,,Y", "7,,Y") for line in ROWS[:1]]
    assert deliver(two_versions, "wardens", _file(tmp_path, later), by=analyst).accepted == 1
    with RecordBook(two_versions).reading() as reader:
        rows = reader.deliveries(["warden-reports"])
    assert [row.contract_version for row in rows] == ["1", "2"]
    target = tmp_path / "refused.csv"
    assert write_refused_rows(two_versions, rows[0].number, target) == 1
    assert "Callers" in target.read_text(encoding="utf-8").splitlines()[0]


def test_rows_of_another_versions_time_are_not_read_by_the_newest(two_versions, analyst, tmp_path):
    old = _file(tmp_path, _old_rows(), HEADER, "old.csv")
    with pytest.raises(BadInput, match="days that version 2 of the contract is not for") as raised:
        deliver(two_versions, "wardens", old, by=analyst)
    assert "--period 2023-05" in raised.value.next_step
    assert not RecordBook(two_versions).deliveries("wardens")


def test_a_file_over_the_border_of_two_versions_is_refused(two_versions, analyst, tmp_path):
    with pytest.raises(BadInput, match="lies in two versions"):
        deliver(two_versions, "wardens", _file(tmp_path), by=analyst, period=Period.parse("2023-09..2023-10"))


def test_a_receipt_tells_of_the_hour_that_came_twice(wardens, analyst, tmp_path):
    row = ROWS[0].replace("20/05/2024", "27/10/2024").replace("21:30", "01:30").replace("22:00", "03:00")
    path = _file(tmp_path, [row])
    base = ["-C", str(wardens.folder), "deliver", "wardens", str(path), "--format", "json"]
    result = CliRunner().invoke(main, base)
    assert "came twice" in json.dumps(json.loads(result.stdout))
