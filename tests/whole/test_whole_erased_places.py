"""A home's coordinates go with the record: from every file of the table of points, and do not come back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from joinedup import durable, places
from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.feeds import Leave, Receipt, Request, deliver_all
from joinedup.records import RecordBook
from joinedup.terms import Role, Viewer
from joinedup.workspace import Workspace
from seconding import by_two, shell_by_two

CONTRACT = """
name = "visits"
version = 1
title = "Visits"
record_type = "incident"
mode = "snapshot"
ref = "Number"
[owner]
code = "wardens"
name = "Wardens"
[source]
code = "visits"
title = "Visits"
[period]
file_name = '(?P<period>\\d{4}-\\d{2})-visits'
[key]
columns = ["Number"]
[time]
column = "Day"
format = "date"
[place]
longitude = "Lon"
latitude = "Lat"
[publishing]
expected_every = "month"
late_after_days = 30
purposes = ["crime-and-disorder"]
sensitivity = "official"
licence = "Closed"
attribution = "Wardens"
[[column]]
name = "Number"
required = true
[[column]]
name = "Day"
required = true
[[column]]
name = "Lon"
[[column]]
name = "Lat"
"""
HER_HOME = (-1.234567, 54.567891)
HER_OLD_HOME = (-1.222222, 54.555555)
SHARED = (-1.300001, 54.500001)
HIS_HOME = (-1.311111, 54.511111)
WHY = ["--reason", "request 12"]


def _point(place: tuple[float, float]) -> int:
    return round((place[0] + 180) * 1e6) * 1_000_000_000 + round((place[1] + 90) * 1e6)


HERS = {_point(HER_HOME), _point(HER_OLD_HOME)}
OTHERS = {_point(SHARED), _point(HIS_HOME)}


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """Hers was at one home and is at another; she, he and somebody else were at a place they share."""
    made = Workspace.create(tmp_path / "workspace", partnership="Testshire")
    (made.contracts_folder / "visits.toml").write_text(CONTRACT)
    agency = add_agency("council", "Council")
    add_user("cass", name="Cass", role=Role.ADMINISTRATOR, agency=agency)
    _deliver(made, "2024-05", {"HERS-01": HER_OLD_HOME, "HERS-02": SHARED, "OTHER-1": SHARED})
    _deliver(made, "2024-05", {"HERS-01": HER_HOME, "HERS-02": SHARED, "OTHER-1": SHARED})
    _deliver(made, "2024-06", {"OTHER-2": HIS_HOME})
    yield made
    made.close()


def _deliver(workspace: Workspace, month: str, rows: dict[str, tuple[float, float]]) -> Receipt:
    file = workspace.folder.parent / f"{month}-visits.csv"
    lines = [f"{number},{month}-03,{lon},{lat}" for number, (lon, lat) in rows.items()]
    file.write_text("\n".join(["Number,Day,Lon,Lat", *lines, ""]))
    analyst = Viewer("ann", "Ann", Role.ANALYST, "council")
    (receipt,) = deliver_all(
        workspace, [Request("visits", file)], by=analyst, leave=Leave(unusual=True, all_quarantined=True)
    )
    assert receipt.state == "stored"
    return receipt


def _run(workspace: Workspace, *words: str):
    return shell_by_two(
        lambda: CliRunner().invoke(main, ["-C", str(workspace.folder), "--as", "cass", *words])
    )


def _erase_her(workspace: Workspace):
    return _run(workspace, "erase", "visits", "--ref", "HERS-01", "--ref", "HERS-02", *WHY)


def _in_files(workspace: Workspace) -> set[int]:
    """Every point in any file of the points table, whoever knows the file."""
    found: set[int] = set()
    for path in workspace.places_folder.glob("*points-*"):
        found |= set(pq.read_table(path)["point"].to_pylist())
    return found


def _in_view(workspace: Workspace) -> set[int]:
    with duckdb.connect() as connection:
        places.define_points_view(workspace, connection)
        return {point for (point,) in connection.execute("SELECT point FROM points").fetchall()}


def _wrong(workspace: Workspace) -> list[dict[str, str]]:
    told = json.loads(_run(workspace, "check", "--format", "json").stdout)
    return [one for one in told if one["state"] == "wrong"]


def test_her_homes_go_from_every_file_and_shared_places_stay(workspace: Workspace) -> None:
    assert _in_files(workspace) == HERS | OTHERS
    result = _erase_her(workspace)
    assert result.exit_code == 0, result.stderr
    assert _in_files(workspace) == _in_view(workspace) == OTHERS
    assert _wrong(workspace) == []


def test_what_still_has_a_record_stays_though_it_was_superseded_or_taken_back(workspace: Workspace) -> None:
    book = RecordBook(workspace)
    analyst = Viewer("ann", "Ann", Role.ANALYST, "council")
    book.take_back("visits", references=["HERS-01"], by=analyst, reason="entered twice")
    result = _run(workspace, "erase", "visits", "--ref", "HERS-02", *WHY)
    assert result.exit_code == 0, result.stderr
    assert _in_files(workspace) == HERS | OTHERS
    assert _run(workspace, "erase", "visits", "--ref", "HERS-01", *WHY).exit_code == 0
    assert _in_files(workspace) == OTHERS


def test_a_later_file_does_not_bring_them_back(workspace: Workspace) -> None:
    _erase_her(workspace)
    elsewhere = (-1.4, 54.6)
    receipt = _deliver(workspace, "2024-07", {"HERS-01": HER_HOME, "OTHER-3": elsewhere})
    assert receipt.set_aside == {"erased": 1}
    assert _in_files(workspace) == OTHERS | {_point(elsewhere)}
    assert _wrong(workspace) == []


def test_a_file_that_is_refused_leaves_no_points(workspace: Workspace) -> None:
    held = workspace.folder.parent / "2024-05-visits.csv"
    held.write_text(f"Number,Day,Lon,Lat\nNEW,2024-05-03,{-1.5},{54.7}\n")
    analyst = Viewer("ann", "Ann", Role.ANALYST, "council")
    (receipt,) = deliver_all(workspace, [Request("visits", held)], by=analyst)
    assert receipt.state == "held"
    assert _in_files(workspace) == HERS | OTHERS


def test_all_points_may_go(workspace: Workspace) -> None:
    before = places.generation(workspace)
    references = [word for ref in ("HERS-01", "HERS-02", "OTHER-1", "OTHER-2") for word in ("--ref", ref)]
    assert _run(workspace, "erase", "visits", *references, *WHY).exit_code == 0
    assert _in_files(workspace) == _in_view(workspace) == set()
    assert places.generation(workspace) != before


def test_a_reader_at_work_reads_on_and_what_it_read_goes_when_it_ends(workspace: Workspace) -> None:
    book = RecordBook(workspace)
    chief = Viewer("cass", "Cass", Role.ADMINISTRATOR, "council")
    with book.reading() as reader:
        cursor = reader.connection()
        places.define_points_view(workspace, cursor)
        row = by_two(
            book.erase, "visits", references=["HERS-01"], by=chief, reason="request 12", wait_seconds=0
        )
        assert not row.finished
        seen = {point for (point,) in cursor.execute("SELECT point FROM points").fetchall()}
        assert seen == HERS | OTHERS
        assert _in_view(workspace) == OTHERS
        (unfinished, *strays) = [one for one in _wrong(workspace) if one["part"] == "record book"]
        assert "still in old files" in unfinished["finding"]
        assert all("erase --finish" in one["what_to_do"] for one in strays)
        assert strays
    assert book.finish_erasing()
    assert _in_files(workspace) == OTHERS
    assert _wrong(workspace) == []


def test_a_figure_that_places_them_again_while_they_go_keeps_the_erasure_open(workspace: Workspace) -> None:
    book = RecordBook(workspace)
    chief = Viewer("cass", "Cass", Role.ADMINISTRATOR, "council")
    with book.reading() as reader:
        read_before = reader.points_of(1)
        by_two(book.erase, "visits", references=["HERS-01"], by=chief, reason="request 12", wait_seconds=0)
        places.ensure_placed(workspace, read_before)
    with book.reading() as later:
        cursor = later.connection()
        places.define_points_view(workspace, cursor)
        assert not book.finish_erasing(wait_seconds=0)
        assert cursor.execute("SELECT count(*) FROM points").fetchall() == [(3,)]
    assert book.finish_erasing()
    assert _in_files(workspace) == OTHERS
    assert [row.finished for row in book.erasures()] == [True]


def test_a_place_that_no_record_has_is_found_and_taken_away(workspace: Workspace) -> None:
    _erase_her(workspace)
    places.ensure_placed(workspace, list(HERS))
    (found,) = _wrong(workspace)
    assert "2 places are kept that no record has" in found["finding"]
    assert "erase --finish" in found["what_to_do"]
    assert str(_point(HER_HOME)) not in str(found)
    assert _run(workspace, "erase", "--finish").exit_code == 0
    assert _in_files(workspace) == OTHERS
    assert _wrong(workspace) == []


def test_an_erasure_that_fails_leaves_the_points_and_the_next_writer_sweeps(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("joinedup.records.sealing.seal", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
        assert _erase_her(workspace).exit_code == 2
    assert _in_view(workspace) == HERS | OTHERS
    with RecordBook(workspace).writing():
        pass
    assert _wrong(workspace) == []
    assert _in_files(workspace) == HERS | OTHERS


def test_points_that_cannot_be_placed_are_said_and_placed_when_they_are_needed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = durable.write

    def full(target: Path, writer) -> None:
        if target.name.startswith("points-"):
            raise OSError(28, "full")
        real(target, writer)

    with monkeypatch.context() as broken:
        broken.setattr(durable, "write", full)
        receipt = _deliver(workspace, "2024-08", {"OTHER-4": (-1.41, 54.61)})
    assert any("could not be placed now" in note for note in receipt.notes)
    assert _point((-1.41, 54.61)) not in _in_view(workspace)
    _deliver(workspace, "2024-09", {"OTHER-5": (-1.41, 54.61)})
    assert _point((-1.41, 54.61)) in _in_view(workspace)
