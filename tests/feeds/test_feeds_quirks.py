"""The real quirks of the police.uk files, each named by the test that holds it."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from collections import Counter
from pathlib import Path

import pytest
from staging_by_hand import DATA, MONTHS, stage_bytes, stage_real

from joinedup.feeds import State, deliver
from joinedup.feeds.library import OWN
from joinedup.records import RecordBook
from joinedup.terms import RecordType

STREET = OWN / "police-uk-street.toml"
JANUARY = DATA / "2023-01-cleveland-street.csv.gz"
STOPS = DATA / "2023-07-cleveland-stop-and-search.csv.gz"
ASB = "Anti-social behaviour"


def _text(file: Path) -> list[str]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as content:
        return content.read().splitlines(keepends=True)


def _rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(_text(file)))


def _written(folder: Path, name: str, lines: list[str]) -> Path:
    path = folder / name
    path.write_text("".join(lines), encoding="utf-8", newline="")
    return path


def _asb_in_view(workspace) -> int:
    with RecordBook(workspace).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], ["published-police-data"])
        found = cursor.execute("SELECT count(*) FROM incident WHERE kind = 'anti-social-behaviour'")
        return found.fetchall()[0][0]


def test_asb_without_crime_id_exact_copies_are_separate_incidents():
    file = MONTHS / "street/2023-07-cleveland-street.csv.gz"
    rows = _rows(file)
    asb = [tuple(row.values()) for row in rows if row["Crime type"] == ASB]
    copies = sum(count for count in Counter(asb).values() if count > 1)
    assert copies / len(asb) > 0.3  # dropping copies would lose a third of it
    outcome = stage_real("police-uk-street", file, "2023-07")
    kept = [row for row in outcome.rows if row["kind"] == "anti-social-behaviour"]
    assert len(kept) == len(asb)
    assert len({row["record_key"] for row in outcome.rows}) == len(rows)
    assert all(row["ref"] is None for row in kept)


def test_redelivering_a_month_neither_doubles_nor_loses_asb(workspace, analyst, tmp_path):
    lines = _text(JANUARY)
    expected = sum(ASB in line for line in lines)
    first = deliver(workspace, "police-uk-street", JANUARY, by=analyst)
    assert (first.accepted, _asb_in_view(workspace)) == (300, expected)
    shuffled = _written(tmp_path, "2023-01-cleveland-street.csv", [lines[0], *reversed(lines[1:])])
    again = deliver(workspace, "police-uk-street", shuffled, by=analyst)
    assert (again.accepted, again.unchanged, again.revised, again.withdrawn) == (0, 300, 0, 0)
    assert _asb_in_view(workspace) == expected


def test_one_copy_fewer_withdraws_one_and_one_more_adds_one(workspace, analyst, tmp_path):
    lines = _text(JANUARY)
    twin = next(line for line in lines if line.startswith(",") and lines.count(line) > 1)
    fewer = lines.copy()
    fewer.remove(twin)
    deliver(workspace, "police-uk-street", JANUARY, by=analyst)
    one = deliver(
        workspace, "police-uk-street", _written(tmp_path, "2023-01-a-street.csv", fewer), by=analyst
    )
    assert (one.accepted, one.unchanged, one.withdrawn) == (0, 299, 1)
    more = [*lines, twin]
    two = deliver(workspace, "police-uk-street", _written(tmp_path, "2023-01-b-street.csv", more), by=analyst)
    assert (two.accepted, two.unchanged, two.withdrawn) == (2, 299, 0)


def test_one_crime_id_in_two_months_is_two_records(workspace, analyst, tmp_path):
    header, *rows = _text(JANUARY)
    crime = next(row for row in rows if not row.startswith(","))
    january = _written(tmp_path, "2023-01-x-street.csv", [header, crime])
    february = _written(tmp_path, "2023-02-x-street.csv", [header, crime.replace("2023-01", "2023-02")])
    for file in (january, february):
        assert deliver(workspace, "police-uk-street", file, by=analyst).accepted == 1
    assert RecordBook(workspace).deliveries()[0].withdrawn == 0


def test_an_outcome_that_changes_later_is_a_revision_not_a_new_crime(workspace, analyst, tmp_path):
    lines = _text(JANUARY)
    at = next(i for i, line in enumerate(lines) if "Unable to prosecute suspect" in line)
    lines[at] = lines[at].replace("Unable to prosecute suspect", "Local resolution")
    deliver(workspace, "police-uk-street", JANUARY, by=analyst)
    changed = _written(tmp_path, "2023-01-cleveland-street.csv", lines)
    receipt = deliver(workspace, "police-uk-street", changed, by=analyst)
    assert (receipt.accepted, receipt.unchanged, receipt.revised, receipt.withdrawn) == (0, 299, 1, 0)


def test_lsoa_codes_of_two_vintages_mix_and_are_kept_as_written():
    file = MONTHS / "street/2023-01-cleveland-street.csv.gz"
    outcome = stage_real("police-uk-street", file, "2023-01")
    assert [row["stated_area"] for row in outcome.rows] == [row["LSOA code"] for row in _rows(file)]


@pytest.mark.parametrize("large", [False, True], ids=["small", "as-if-large"])
def test_stated_lsoa_and_point_disagree_both_are_kept_and_the_disagreement_counted(
    workspace, analyst, monkeypatch, large
):
    """Against the boundaries by another path: one look-up for each row, in plain Python."""
    from joinedup.demo.places import load_demo_places
    from joinedup.feeds import placing
    from joinedup.places import locate

    if large:  # its points are placed while it is stored
        monkeypatch.setattr(placing, "_MANY_BYTES", 0)
    load_demo_places(workspace, None)
    file = MONTHS / "street/2023-01-cleveland-street.csv.gz"
    receipt = deliver(workspace, "police-uk-street", file, by=analyst)
    rows = _rows(file)
    longitudes, latitudes = ([float(row[name]) for row in rows] for name in ("Longitude", "Latitude"))
    old, new = (
        locate(workspace, longitudes, latitudes, level="lsoa", vintage=vintage) for vintage in (2011, 2021)
    )
    disagree = sum(row["LSOA code"] not in codes for row, *codes in zip(rows, old, new, strict=True))
    assert receipt.stated_areas is not None
    assert receipt.stated_areas.compared == len(rows)
    assert receipt.stated_areas.disagree == disagree
    assert 0.01 < disagree / len(rows) < 0.06
    assert receipt.accepted == len(rows)


def test_rows_outside_the_four_districts_are_kept():
    outcome = stage_real("police-uk-street", MONTHS / "street/2023-07-cleveland-street.csv.gz", "2023-07")
    assert any(row["stated_area_name"].startswith("County Durham") for row in outcome.rows)


def test_a_location_with_no_name_after_on_or_near_is_unknown_and_its_point_stands():
    lines = _text(MONTHS / "street/2023-01-cleveland-street.csv.gz")
    nameless = sum(",On or near ," in line for line in lines)
    assert nameless > 800
    file = MONTHS / "street/2023-01-cleveland-street.csv.gz"
    outcome = stage_real("police-uk-street", file, "2023-01")
    assert outcome.staged.field_states["location"] == (7663 - nameless, 0, nameless, 0, 0)
    assert outcome.staged.unlocated == 0


def test_snapped_points_stay_where_they_are_pinned():
    outcome = stage_real("police-uk-street", MONTHS / "street/2023-07-cleveland-street.csv.gz", "2023-07")
    pinned = {row["point"] for row in outcome.rows if row["location"] == "On or near Police Station"}
    assert pinned
    assert outcome.staged.distinct_points < len(outcome.rows) / 2


def test_last_outcome_names_differ_from_the_outcomes_files_names():
    street = stage_real("police-uk-street", MONTHS / "street/2023-07-cleveland-street.csv.gz", "2023-07")
    said = {row["last_outcome"] for row in street.rows}
    assert "court-result-unavailable" in said and "charged" not in said
    file = MONTHS / "outcomes/2023-07-cleveland-outcomes.csv.gz"
    outcomes = {row["outcome_type"] for row in stage_real("police-uk-outcomes", file, "2023-07").rows}
    assert "charged" in outcomes and "court-result-unavailable" not in outcomes


def test_exact_repeats_of_outcome_rows_are_set_aside():
    file = MONTHS / "outcomes/2023-01-cleveland-outcomes.csv.gz"
    rows = [tuple(row.values()) for row in _rows(file)]
    outcome = stage_real("police-uk-outcomes", file, "2023-01")
    assert outcome.staged.set_aside == {"exact-repeats": len(rows) - len(set(rows))}
    assert outcome.staged.accepted == len(set(rows)) == 5393


def test_several_outcomes_of_one_crime_in_a_month_are_all_kept():
    header, row = _text(MONTHS / "outcomes/2023-01-cleveland-outcomes.csv.gz")[:2]
    told = row.rstrip("\r\n").rsplit(",", 1)[0]
    text = header + f"{told},Suspect charged\n{told},Local resolution\n{told},Suspect charged\n"
    outcome = stage_bytes(text.replace("\r", "").encode(), OWN / "police-uk-outcomes.toml", "2023-01")
    assert [row["outcome_type"] for row in outcome.rows] == ["charged", "local-resolution"]
    assert outcome.staged.set_aside == {"exact-repeats": 1}


def test_stop_and_search_is_local_midnight_written_in_utc():
    outcome = stage_real("police-uk-stop-and-search", STOPS, "2023-07")
    rows = _rows(STOPS)
    assert any(row["Date"].startswith("2023-06-30T23:00") for row in rows)
    assert not outcome.refused
    first = outcome.rows[0]
    assert (first["occurred_date"], first["month"]) == (dt.date(2023, 7, 1), dt.date(2023, 7, 1))
    assert {row["precision"] for row in outcome.rows} == {"day"}
    assert {(row["occurred_time"], row["occurred_from"]) for row in outcome.rows} == {(None, None)}


def test_stop_and_search_with_a_real_time_of_day_keeps_it():
    """Other forces publish one."""
    text = "".join(_text(STOPS)[:2]).replace("2023-06-30T23:00:00+00:00", "2023-07-04T14:05:00+00:00")
    [row] = stage_bytes(text.encode(), OWN / "police-uk-stop-and-search.toml", "2023-07").rows
    assert row["precision"] == "minute"
    assert row["occurred_time"] == dt.time(15, 5)
    assert row["occurred_from"] == dt.datetime.fromisoformat("2023-07-04T14:05")


def test_stop_and_search_exact_copies_are_kept_and_latitude_stands_before_longitude():
    rows = _rows(STOPS)
    outcome = stage_real("police-uk-stop-and-search", STOPS, "2023-07")
    assert len({tuple(row.values()) for row in rows}) < len(rows) == len(outcome.rows)
    located = [row for row in outcome.rows if row["point"] is not None]
    assert all(-2 < row["longitude"] < -0.5 and 54 < row["latitude"] < 55 for row in located)
    assert outcome.staged.unlocated == sum(not row["Latitude"] for row in rows) > 0


def test_empty_and_not_stated_ethnicity_are_different():
    file = MONTHS / "stop-and-search/2025-03-cleveland-stop-and-search.csv.gz"
    said = Counter(row["Self-defined ethnicity"] for row in _rows(file))
    outcome = stage_real("police-uk-stop-and-search", file, "2025-03")
    missing, unknown = said[""], said["Other ethnic group - Not stated"]
    assert outcome.staged.field_states["self_defined_ethnicity"] == (
        600 - missing - unknown,
        missing,
        unknown,
        0,
        0,
    )
    assert unknown > 0


@pytest.mark.parametrize(
    ("month", "crime_type", "reason"),
    [
        ("2012-05", "Violent crime", None),
        ("2012-05", "Public disorder and weapons", None),
        ("2023-01", "Violent crime", "code-not-valid-then: Crime type"),
        ("2012-05", "Violence and sexual offences", "code-not-valid-then: Crime type"),
        ("2023-01", "Wizardry", "not-in-code-list: Crime type"),
        ("2023-01", "", "missing: Crime type"),
    ],
)
def test_crime_types_are_valid_for_their_time(month, crime_type, reason):
    header = _text(JANUARY)[0]
    row = f"{'a' * 64},{month},X,X,-1.2,54.6,On or near High Street,E01011949,H,{crime_type},,\n"
    outcome = stage_bytes((header + row).encode(), STREET, month)
    assert [reasons for _, _, reasons in outcome.refused] == ([[reason]] if reason else [])


def test_half_a_point_and_swapped_coordinates_are_refused_and_no_point_is_not():
    header = _text(JANUARY)[0]
    rows = "".join(
        f"{letter * 64},2023-01,X,X,{point},On or near A,E01011949,H,Burglary,,\n"
        for letter, point in (("a", "-1.2,"), ("b", "54.6,-1.2"), ("c", ","), ("d", "0,0"), ("e", "x,54.6"))
    )
    outcome = stage_bytes((header + rows).encode(), STREET, "2023-01")
    assert [reasons for _, _, reasons in outcome.refused] == [
        ["half-a-point: Longitude"],
        ["outside-bounds: Longitude"],
        ["not-a-number: Longitude"],
    ]
    assert [(row["ref"][0], row["point"]) for row in outcome.rows] == [("c", None), ("d", None)]
    assert outcome.staged.unlocated == 2


def test_fixmystreet_returns_cover_the_months_that_have_no_row(workspace, analyst):
    file = MONTHS.parent / "fixmystreet/fms_lsoa_SHEF_B_2018_2020.csv.gz"
    receipt = deliver(workspace, "fixmystreet-areas", file, by=analyst)
    assert receipt.state is State.STORED
    assert (receipt.accepted, str(receipt.period)) == (3630, "2018-01..2020-12")
    with RecordBook(workspace).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.RETURN], ["street-problem-reports"])
        total = cursor.execute(
            'SELECT sum(reports)::BIGINT, count(DISTINCT category) FROM "return"'
        ).fetchall()
        [coverage] = reader.coverage(["street-problem-reports"])
    assert total[0][0] == 4491
    assert str(coverage.period) == "2018-01..2020-12"
