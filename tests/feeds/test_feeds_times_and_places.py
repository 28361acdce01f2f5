"""Clocks in columns of their own, the two nights on which clocks change, grid references, wrong places."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from staging_by_hand import small_contract, stage_bytes

from joinedup.feeds.intake.grid_references import metres

LONDON = ZoneInfo("Europe/London")
CLOCKS = """
[[column]]
name = "Time"
unknown = ["N/K"]
[[column]]
name = "Date to"
[[column]]
name = "Time to"
"""


def _utc(text):
    """An instant as it is stored: UTC without its zone."""
    return dt.datetime.fromisoformat(text)


def _contract(folder, time, more=""):
    path = small_contract(folder, instead=[('column = "month"\nformat = "month"', time)])
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    return path


@pytest.fixture
def clocked(tmp_path):
    """A feed with dates and times of day in columns of their own."""
    time = (
        'column = "month"\nformat = "local"\npattern = "%d/%m/%Y"\nclock = "Time"\nuntil = "Date to"\n'
        'until_clock = "Time to"'
    )
    return _contract(tmp_path, time, CLOCKS)


def _clocked(contract, *lines, period=None):
    text = "id,month,note,Time,Date to,Time to\n" + "".join(f"{line}\n" for line in lines)
    return stage_bytes(text.encode(), contract, period)


def test_a_date_and_its_clock_are_one_time(clocked):
    found = _clocked(
        clocked,
        "1,20/05/2024,x,21:30,21/05/2024,01:15",
        "2,20/01/2024,x,21:30,20/01/2024,22:00",
        period="2024-01..2024-05",
    )
    summer, winter = found.rows
    assert summer["occurred_from"] == _utc("2024-05-20 20:30")
    assert summer["occurred_to"] == _utc("2024-05-21 00:15")
    assert (summer["occurred_date"], summer["occurred_time"]) == (dt.date(2024, 5, 20), dt.time(21, 30))
    assert (summer["occurred_to_date"], summer["precision"]) == (dt.date(2024, 5, 21), "minute")
    assert winter["occurred_from"] == _utc("2024-01-20 21:30")


def test_a_clock_that_is_empty_or_unknown_leaves_a_day(clocked):
    found = _clocked(clocked, "1,20/05/2024,x,,20/05/2024,", "2,20/05/2024,x,N/K,20/05/2024,10:00")
    for row in found.rows:
        assert (row["precision"], row["occurred_date"]) == ("day", dt.date(2024, 5, 20))
        assert (row["occurred_from"], row["occurred_to"], row["occurred_time"]) == (None, None, None)


def test_a_clock_that_cannot_be_read_refuses_the_row(clocked):
    found = _clocked(clocked, "1,20/05/2024,x,25:99,20/05/2024,", "2,20/05/2024,x,10:00,20/05/2024,soon")
    assert [reasons for _, _, reasons in found.refused] == [
        ["unreadable-time: Time"],
        ["unreadable-time: Time to"],
    ]


def _local(folder, *times):
    contract = _contract(folder, 'column = "month"\nformat = "local"\npattern = "%Y-%m-%d %H:%M"')
    text = "id,month,note\n" + "".join(f"{number},{time},x\n" for number, time in enumerate(times, 1))
    return stage_bytes(text.encode(), contract, "2024-01..2024-12")


def test_a_time_that_the_clocks_jumped_over_is_refused(tmp_path):
    found = _local(tmp_path, "2024-03-31 00:59", "2024-03-31 01:00", "2024-03-31 01:59", "2024-03-31 02:00")
    assert [row["occurred_from"] for row in found.rows] == [
        _utc("2024-03-31 00:59"),
        _utc("2024-03-31 01:00"),
    ]
    assert [(number, reasons) for number, _, reasons in found.refused] == [
        (2, ["no-such-time: month"]),
        (3, ["no-such-time: month"]),
    ]


def test_a_time_that_came_twice_is_taken_as_the_first_and_that_is_said(tmp_path):
    found = _local(tmp_path, "2024-10-27 00:59", "2024-10-27 01:00", "2024-10-27 01:59", "2024-10-27 02:00")
    assert [row["occurred_from"] for row in found.rows] == [
        _utc("2024-10-26 23:59"),
        _utc("2024-10-27 00:00"),
        _utc("2024-10-27 00:59"),
        _utc("2024-10-27 02:00"),
    ]
    assert [note for note in found.staged.notes if "twice" in note and note.startswith("2 times")]
    assert not _local(tmp_path, "2024-07-01 01:30").staged.notes


def test_an_instant_with_its_offset_is_never_in_doubt(tmp_path):
    contract = _contract(tmp_path, 'column = "month"\nformat = "utc"')
    text = b"id,month,note\n1,2024-10-27T00:30:00Z,x\n2,2024-10-27T01:30:00Z,x\n"
    found = stage_bytes(text, contract, "2024-10")
    assert [row["occurred_from"] for row in found.rows] == [
        _utc("2024-10-27 00:30"),
        _utc("2024-10-27 01:30"),
    ]
    assert [row["occurred_time"] for row in found.rows] == [dt.time(1, 30), dt.time(1, 30)]
    assert not found.staged.notes


def test_every_quarter_of_an_hour_of_a_year_is_what_python_says(tmp_path):
    start = dt.datetime(2024, 1, 1)  # noqa: DTZ001 - civil time
    times = [start + dt.timedelta(minutes=15 * step) for step in range(366 * 96)]
    found = _local(tmp_path, *(f"{time:%Y-%m-%d %H:%M}" for time in times))
    expected = {}
    for number, time in enumerate(times, 1):
        instant = time.replace(tzinfo=LONDON, fold=0).astimezone(dt.UTC)
        if instant.astimezone(LONDON).replace(tzinfo=None) == time:
            expected[number] = instant.replace(tzinfo=None)
    assert {row["row_number"]: row["occurred_from"] for row in found.rows} == expected
    assert found.adds_up
    assert len(found.refused) == 4


@pytest.mark.parametrize(
    ("written", "easting", "northing"),
    [
        ("TG 51409 13177", 651409.5, 313177.5),  # the worked example of Ordnance Survey's guide
        ("TQ 3000 8000", 530005, 180005),
        ("nz 4950 2020", 449505, 520205),
        ("NZ49502020", 449505, 520205),
        ("SV 00 00", 500, 500),
        ("HP 600 100", 460050, 1210050),
    ],
)
def test_a_grid_reference_is_the_centre_of_its_square(written, easting, northing):
    assert metres(written) == (easting, northing)


@pytest.mark.parametrize(
    "written", ["", "NZ", "NZ 495 20", "N 495 202", "IZ 495 202", "ZZ 495 202", "12 34", "AA 11 11"]
)
def test_what_is_no_grid_reference_has_no_place(written):
    assert metres(written) is None


@given(st.integers(0, 699_999), st.integers(0, 1_299_999))
def test_a_grid_reference_leads_back_to_its_square(easting, northing):
    letters = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
    east, north = easting // 100_000, northing // 100_000
    first = letters[(3 - (north // 5)) * 5 + 2 + east // 5]
    second = letters[(4 - north % 5) * 5 + east % 5]
    written = f"{first}{second} {easting % 100_000:05d} {northing % 100_000:05d}"
    assert metres(written) == (easting + 0.5, northing + 0.5)


PLACE = """
[[column]]
name = "Grid"
[place]
grid_reference = "Grid"
"""


def _placed(folder, more, *cells):
    contract = small_contract(folder)
    contract.write_text(contract.read_text() + PLACE + more)
    text = "id,month,note,Grid\n" + "".join(f"{n},2024-05,x,{cell}\n" for n, cell in enumerate(cells, 1))
    return stage_bytes(text.encode(), contract)


def test_a_grid_reference_places_its_row(tmp_path):
    found = _placed(tmp_path, "", "NZ 4950 2020", "nz49502020", "", "Stockton")
    assert found.rows[0]["longitude"] == pytest.approx(-1.2358, abs=2e-3)
    assert found.rows[0]["latitude"] == pytest.approx(54.5738, abs=2e-3)
    assert found.rows[0]["point"] == found.rows[1]["point"]
    assert found.rows[2]["point"] is None
    assert [reasons for _, _, reasons in found.refused] == [["not-a-grid-reference: Grid"]]


def test_a_wrong_place_leaves_its_row_unlocated_where_the_contract_says_so(tmp_path):
    found = _placed(tmp_path, 'if_wrong = "unlocated"\n', "NZ 4950 2020", "", "Stockton", "NZ 49 202")
    assert found.adds_up
    assert not found.refused
    assert [row["point"] is None for row in found.rows] == [False, True, True, True]
    assert found.staged.field_states["place"] == (1, 1, 0, 0, 2)
    assert found.staged.unlocated == 3


def test_wrong_coordinates_leave_their_row_unlocated_where_the_contract_says_so(tmp_path):
    contract = small_contract(tmp_path)
    contract.write_text(
        contract.read_text()
        + '[[column]]\nname = "X"\n[[column]]\nname = "Y"\n'
        + '[place]\nlongitude = "X"\nlatitude = "Y"\nif_wrong = "unlocated"\n'
    )
    places = ["-1.2,54.5", "54.5,-1.2", "-1.2,", "west,54.5", "0,0", ","]
    text = "id,month,note,X,Y\n" + "".join(f"{n},2024-05,x,{one}\n" for n, one in enumerate(places, 1))
    found = stage_bytes(text.encode(), contract)
    assert [row["longitude"] for row in found.rows] == [-1.2, *[None] * 5]
    assert [row["latitude"] for row in found.rows] == [54.5, *[None] * 5]
    assert found.staged.field_states["place"] == (1, 2, 0, 0, 3)


def test_an_end_before_the_beginning_of_the_same_day_refuses_the_row(clocked):
    found = _clocked(
        clocked,
        "1,20/05/2024,x,21:30,20/05/2024,21:15",
        "2,20/05/2024,x,21:30,20/05/2024,21:30",
        "3,20/05/2024,x,21:30,20/05/2024,",
    )
    assert [row["row_number"] for row in found.rows] == [2, 3]
    assert [reasons for _, _, reasons in found.refused] == [["ends-before-it-begins: Date to"]]
    autumn = _clocked(clocked, "1,27/10/2024,x,01:50,27/10/2024,01:10", period="2024-10")
    assert [row["row_number"] for row in autumn.rows] == [1], "the hour came twice"


YEARS = ["24", "0024", "203", "1024", "1889", "2101", "9024", "9999"]


@pytest.mark.parametrize(
    ("time", "written"),
    [
        ('column = "month"\nformat = "month"', "{year}-05"),
        ('column = "month"\nformat = "date"\npattern = "%d/%m/%Y"', "01/05/{year}"),
        ('column = "month"\nformat = "local"\npattern = "%d/%m/%Y %H:%M"', "01/05/{year} 10:30"),
        ('column = "month"\nformat = "utc"', "{year}-05-01T10:30:00Z"),
    ],
    ids=["month", "date", "local", "utc"],
)
def test_a_mistyped_year_is_no_year_long_ago(tmp_path, time, written):
    contract = small_contract(
        tmp_path,
        instead=[('column = "month"\nformat = "month"', time), ('mode = "snapshot"', 'mode = "changes"')],
    )
    rows = [f"{number},{written.format(year=year)},x" for number, year in enumerate([*YEARS, "2024"], 1)]
    found = stage_bytes(("id,month,note\n" + "\n".join(rows) + "\n").encode(), contract)
    assert [row["row_number"] for row in found.rows] == [len(YEARS) + 1]
    assert {reason for _, _, reasons in found.refused for reason in reasons} <= {
        "unreadable-time: month",
        "outside-period: month",
    }
    assert found.adds_up


def test_a_mistyped_year_in_a_clocked_time_or_a_date_field_is_refused(clocked, tmp_path):
    found = _clocked(clocked, "1,20/05/24,x,21:30,20/05/2024,22:00", "2,20/05/2024,x,21:30,20/05/24,22:00")
    assert len(found.refused) == 2 and not found.rows
    contract = small_contract(
        tmp_path,
        instead=[
            (
                'field = "note"',
                'field = "note"\nkind = "date"\npattern = "%d/%m/%Y"\nunknown = ["31/12/9999"]',
            )
        ],
    )
    text = (
        "id,month,note\n1,2024-05,01/05/24\n2,2024-05,01/05/2024\n3,2024-05,31/12/9999\n4,2024-05,1/5/9024\n"
    )
    found = stage_bytes(text.encode(), contract)
    assert [row["note"] for row in found.rows] == [dt.date(2024, 5, 1), None]
    assert [reasons for _, _, reasons in found.refused] == [["unreadable-date: note"]] * 2


METRES = '[place]\neasting = "x"\nnorthing = "y"\n[[column]]\nname = "x"\n[[column]]\nname = "y"\n'


def test_metres_that_were_cut_short_are_no_place(tmp_path):
    contract = small_contract(tmp_path)
    contract.write_text(contract.read_text(encoding="utf-8") + METRES, encoding="utf-8")
    text = "id,month,note,x,y\n1,2024-05,a,449800,520500\n2,2024-05,b,4498,5205\n3,2024-05,c,0,0\n"
    found = stage_bytes(text.encode(), contract)
    assert [row["row_number"] for row in found.rows] == [1, 3]
    assert [reasons for _, _, reasons in found.refused] == [["outside-bounds: x"]]
