"""A record whose new copy is refused was not withdrawn: what stood of it keeps standing."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from joinedup.feeds import deliver
from joinedup.records import RecordBook
from joinedup.terms import RecordType

HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context"
)
PLACE = "Cleveland Police,Cleveland Police,-1.23,54.57,On or near High Street,E01012069,Middlesbrough 001A"


def _month(folder: Path, name: str, rows: list[tuple[str, str]]) -> Path:
    path = folder / f"2024-05-{name}-street.csv"
    lines = [f"{key},2024-05,{PLACE},{crime_type},," for key, crime_type in rows]
    path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    return path


def _known(workspace) -> list[tuple[str | None, str]]:
    with RecordBook(workspace).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], ["published-police-data"])
        return cursor.execute("SELECT ref, crime_type FROM incident ORDER BY ref").fetchall()


def _deliver(workspace, analyst, file: Path):
    receipt = deliver(workspace, "police-uk-street", file, by=analyst)
    assert receipt.adds_up
    return receipt


def test_a_refused_copy_does_not_withdraw_what_stood(workspace, analyst, tmp_path):
    first = _month(tmp_path, "first", [("a", "Burglary"), ("b", "Drugs"), ("c", "Robbery")])
    _deliver(workspace, analyst, first)
    before = _known(workspace)
    second = _month(tmp_path, "second", [("a", "Burglary"), ("b", "No such type"), ("c", "Drugs")])
    receipt = _deliver(workspace, analyst, second)
    assert (receipt.unchanged, receipt.revised, receipt.quarantined, receipt.withdrawn) == (1, 1, 1, 0)
    assert _known(workspace) == [before[0], before[1], ("c", before[1][1])]

    third = _month(tmp_path, "third", [("a", "Burglary"), ("c", "Drugs")])
    assert _deliver(workspace, analyst, third).withdrawn == 1
    assert [ref for ref, _ in _known(workspace)] == ["a", "c"]
    assert RecordBook(workspace).check() == []


def test_rows_that_claim_one_key_do_not_withdraw_it(workspace, analyst, tmp_path):
    _deliver(workspace, analyst, _month(tmp_path, "first", [("a", "Burglary"), ("b", "Drugs")]))
    both = _month(tmp_path, "second", [("a", "Burglary"), ("b", "Drugs"), ("b", "Robbery")])
    receipt = _deliver(workspace, analyst, both)
    assert (receipt.unchanged, receipt.quarantined, receipt.withdrawn) == (1, 2, 0)
    assert [ref for ref, _ in _known(workspace)] == ["a", "b"]


def test_a_refused_row_without_a_key_cannot_be_recognised(workspace, analyst, tmp_path):
    rows = [("a", "Burglary"), ("", "Anti-social behaviour")]
    _deliver(workspace, analyst, _month(tmp_path, "first", rows))
    receipt = _deliver(workspace, analyst, _month(tmp_path, "second", [rows[0], ("", "No such type")]))
    assert (receipt.unchanged, receipt.quarantined, receipt.withdrawn) == (1, 1, 1)


def _raw_of_refused(workspace, number):
    with RecordBook(workspace).reading() as reader:
        return {row: (raw, tuple(reasons)) for row, raw, reasons in reader.quarantined(number)}


def test_what_a_contract_leaves_out_is_not_kept_of_a_refused_row_either(workspace, analyst, tmp_path):
    ours = (resources.files("joinedup.feeds") / "contracts" / "police-uk-street.toml").read_text()
    kept = 'name = "Falls within"\nfield = "falls_within"'
    assert kept in ours
    left_out = ours.replace(kept, 'name = "Falls within"\nignored = true')
    (workspace.contracts_folder / "police-uk-street.toml").write_text(left_out)
    file = _month(tmp_path, "first", [("a", "Burglary"), ("b", "No such type")])
    receipt = _deliver(workspace, analyst, file)
    ((raw, _),) = _raw_of_refused(workspace, receipt.delivery).values()
    assert raw == f"b,2024-05,{PLACE.replace(',Cleveland Police,', ',,')},No such type,,"


@pytest.mark.parametrize("quote", ["", '"'], ids=["plain", "in quotes"])
def test_an_error_of_a_spreadsheet_is_found_in_any_text_and_nothing_else_is_taken_for_one(
    workspace, analyst, tmp_path, quote
):
    file = tmp_path / "2024-05-first-street.csv"
    places = ["On or near #3 Dock", f"{quote}#N/A{quote}", f"{quote}#VALUE!{quote}", "#n/a"]
    rows = [
        f"k{number},2024-05,{PLACE},Burglary,,".replace("On or near High Street", place)
        for number, place in enumerate(places)
    ]
    file.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    receipt = _deliver(workspace, analyst, file)
    refused = _raw_of_refused(workspace, receipt.delivery)
    assert {row: reasons for row, (_, reasons) in refused.items()} == {
        2: ("spreadsheet-error: Location",),
        3: ("spreadsheet-error: Location",),
    }
