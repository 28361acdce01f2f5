"""Precision of dates, times and places: what events are dated to, and points where they are heaped."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from joinedup.demo import open_data
from joinedup.feeds import deliver
from joinedup.measures.quality import QualityQuery, quality
from joinedup.terms import LONDON, Every, Period

CONTRACT = """
name = "patrols"
version = 1
title = "Patrols"
record_type = "incident"
mode = "changes"
ref = "Ref"
[owner]
code = "wardens"
name = "Wardens"
[source]
code = "wardens"
title = "Wardens"
[period]
one_month = false
[key]
columns = ["Ref"]
[status]
column = "State"
cancelled = ["cancelled"]
[time]
column = "Day"
format = "local"
pattern = "%Y-%m-%d"
clock = "Time"
[place]
easting = "East"
northing = "North"
if_wrong = "unlocated"
[publishing]
expected_every = "month"
late_after_days = 10
purposes = ["crime-and-disorder"]
sensitivity = "official"
licence = "Closed"
attribution = "Wardens"
[[column]]
name = "Ref"
required = true
[[column]]
name = "Day"
[[column]]
name = "Time"
[[column]]
name = "East"
[[column]]
name = "North"
[[column]]
name = "State"
"""
SPRING = Period.parse("2024-01..2024-03")


@pytest.fixture
def told(workspace, analyst, tmp_path):
    """``told(measure, rows)`` delivers rows (day, time, metres east, state) and counts them."""
    (workspace.contracts_folder / "patrols.toml").write_text(CONTRACT)

    def ask(measure, rows):
        file = tmp_path / "patrols.csv"
        lines = [
            f"r{number},{day},{time},{'' if east is None else 449_500 + east},"
            f"{'' if east is None else 520_400},{state}"
            for number, (day, time, east, state) in enumerate(rows)
        ]
        file.write_text("\n".join(["Ref,Day,Time,East,North,State", *lines]) + "\n")
        moment = dt.datetime(2024, 4, 2, 9, tzinfo=LONDON)
        deliver(workspace, "patrols", file, by=analyst, received_at=moment, period=SPRING)
        query = QualityQuery(measure, ("wardens",), period=SPRING, every=Every.WHOLE)
        return [(row.numerator, row.denominator) for row in quality(workspace, query).rows]

    return ask


def test_a_time_of_day_is_known_or_not(told):
    rows = [("2024-01-05", time, 0, "") for time in ("10:15", "00:00", "", "")]
    assert told("timed", [*rows, ("2024-01-05", "10:15", 0, "cancelled")]) == [(2, 4)]


def test_an_event_without_a_time_is_still_dated_to_the_day(told):
    assert told("dated-to-the-day", [("2024-01-05", "10:15", 0, ""), ("2024-01-05", "", None, "")]) == [
        (2, 2)
    ]


@pytest.mark.parametrize(
    ("at_centre", "elsewhere", "heaped"),
    [(11, 89, 11), (10, 90, 0), (11, 1089, 0), (12, 1089, 12), (11, 1088, 11)],
)
def test_a_point_is_a_heap_with_more_than_ten_events_and_a_hundredth_of_all(
    told, at_centre, elsewhere, heaped
):
    rows = [("2024-01-05", "", 0, "")] * at_centre
    rows += [("2024-02-05", "", 10 + number, "") for number in range(elsewhere)]
    rows += [("2024-02-05", "", None, ""), ("2024-02-05", "", 0, "cancelled")]
    assert told("heaped", rows) == [(heaped, at_centre + elsewhere)]


def test_real_stops_are_heaped_as_the_file_says_and_dated_to_the_day_without_times(workspace, analyst):
    import pandas as pd

    feed = "police-uk-stop-and-search"
    files = [
        one
        for one in open_data.police_files()
        if one.feed == feed and one.path.name[:7] in {"2024-05", "2024-06", "2024-07", "2024-08"}
    ]
    for one in files:
        deliver(workspace, feed, one.path, by=analyst, received_at=one.received_at)

    def ask(measure):
        (row,) = quality(workspace, QualityQuery(measure, ("published-police-data",), every=Every.WHOLE)).rows
        return row.numerator, row.denominator

    rows = pd.concat(pd.read_csv(one.path, dtype=str) for one in files)
    located = rows.dropna(subset=["Latitude", "Longitude"])
    at = Counter(zip(located["Longitude"], located["Latitude"], strict=True))
    heaped = sum(count for count in at.values() if count > max(10, len(located) / 100))
    assert heaped > 0
    assert ask("heaped") == (heaped, len(located))
    assert ask("dated-to-the-day") == (len(rows), len(rows))
