"""Overlap of one feed's events with another's, and what chance would give, against a naive count of pairs."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from joinedup.feeds import deliver
from joinedup.measures.quality import QualityQuery, quality
from joinedup.terms import LONDON, Every, Period

CONTRACT = """
name = "{name}"
version = 1
title = "{name}"
record_type = "incident"
mode = "changes"
ref = "Ref"
[owner]
code = "{name}"
name = "{name}"
[source]
code = "{name}"
title = "{name}"
[period]
one_month = false
[key]
columns = ["Ref"]
[status]
column = "State"
cancelled = ["cancelled"]
[time]
column = "From"
until = "To"
format = "date"
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
attribution = "Its owner"
[[column]]
name = "Ref"
required = true
[[column]]
name = "From"
[[column]]
name = "To"
[[column]]
name = "East"
[[column]]
name = "North"
[[column]]
name = "State"
"""
SPRING = Period.parse("2024-01..2024-04")
HOME = (449_500, 520_400)


def day(text):
    return dt.date.fromisoformat(text)


@pytest.fixture
def send(workspace, analyst, tmp_path):
    """``send(name, rows)`` delivers rows: from, to, metres east of home, metres north, state."""

    def sent(name, rows, period=SPRING):
        (workspace.contracts_folder / f"{name}.toml").write_text(CONTRACT.format(name=name))
        lines = ["Ref,From,To,East,North,State"]
        for number, (start, end, east, north, state) in enumerate(rows):
            point = ("", "") if east is None else (HOME[0] + east, HOME[1] + north)
            lines.append(",".join(str(cell or "") for cell in (f"{name}{number}", start, end, *point, state)))
        file = tmp_path / f"{name}.csv"
        file.write_text("\n".join(lines) + "\n")
        moment = dt.datetime(2024, 5, 2, 9, tzinfo=LONDON)
        return deliver(workspace, name, file, by=analyst, received_at=moment, period=period)

    return sent


def told(workspace, measure="overlap", feed="ambulance", every=Every.WHOLE, sources=("ambulance", "force")):
    figure = quality(workspace, QualityQuery(measure, sources, (feed,), period=SPRING, every=every))
    return {(row.field, str(row.period)): (row.numerator, row.denominator) for row in figure.rows}


def one(workspace, measure="overlap", feed="ambulance"):
    (counted,) = told(workspace, measure, feed).values()
    return counted


@pytest.mark.parametrize(
    ("other", "known_to_both"),
    [
        (("2024-02-10", None, 0, 0, ""), True),
        (("2024-02-11", None, 0, 0, ""), True),
        (("2024-02-09", None, 0, 0, ""), True),
        (("2024-02-12", None, 0, 0, ""), False),
        (("2024-02-08", None, 0, 0, ""), False),
        (("2024-02-05", "2024-02-09", 0, 0, ""), True),
        (("2024-02-05", "2024-02-08", 0, 0, ""), False),
        (("2024-02-10", None, 200, 0, ""), True),
        (("2024-02-10", None, 201, 0, ""), False),
        (("2024-02-10", None, -120, -160, ""), True),
        (("2024-02-10", None, -121, -160, ""), False),
        (("2024-02-10", None, 0, 0, "cancelled"), False),
        (("2024-02-10", None, None, None, ""), False),
        (("2024-02-01", "2024-02-29", 0, 0, ""), False),  # dated to a month only: it would be near anything
    ],
)
def test_an_event_of_the_other_feed_is_near_within_200_metres_and_a_day(
    workspace, send, other, known_to_both
):
    send("ambulance", [("2024-02-10", None, 0, 0, "")])
    send("force", [other, ("2024-02-10", None, 5000, 5000, "")])
    assert one(workspace) == (int(known_to_both), 1)


def test_what_is_cancelled_unlocated_or_dated_to_a_month_is_not_counted(workspace, send):
    send(
        "ambulance",
        [
            ("2024-02-10", None, 0, 0, ""),
            ("2024-02-10", "2024-02-16", 0, 0, ""),
            ("2024-02-10", "2024-02-17", 0, 0, ""),
            ("2024-02-10", None, None, None, ""),
            ("2024-02-10", None, 0, 0, "cancelled"),
        ],
    )
    send("force", [("2024-02-10", None, 0, 0, "")])
    assert one(workspace) == (2, 2)


def test_chance_is_the_same_place_four_weeks_before(workspace, send):
    send("ambulance", [("2024-02-10", None, 0, 0, ""), ("2024-03-20", None, 0, 0, "")])
    send("force", [("2024-01-13", None, 30, 0, ""), ("2024-03-20", None, 0, 0, "")])
    assert one(workspace) == (1, 2)
    assert one(workspace, "overlap-by-chance") == (1, 2)


def test_a_month_that_the_other_feed_does_not_cover_says_nothing_of_overlap(workspace, send):
    send("ambulance", [("2024-01-10", None, 0, 0, ""), ("2024-03-10", None, 0, 0, "")])
    send("force", [("2024-03-10", None, 0, 0, "")], period=Period.parse("2024-03"))
    assert told(workspace, every=Every.MONTH)["force", "2024-03"] == (1, 1)
    assert one(workspace) == (1, 1)
    assert told(workspace, "overlap-by-chance") == {}


def test_a_feed_of_a_source_that_one_may_not_know_of_is_not_there(workspace, send):
    send("ambulance", [("2024-02-10", None, 0, 0, "")])
    send("force", [("2024-02-10", None, 0, 0, "")])
    assert told(workspace, sources=("ambulance",)) == {}


def _naive(rows, others, moved):
    """The count by comparing every pair of rows."""

    def events(listed):
        for start, end, east, north, state in listed:
            first, last = day(start), day(end or start)
            if state != "cancelled" and east is not None and (last - first).days <= 6:
                yield first, last, east, north

    close, near = dt.timedelta(days=1), list(events(others))
    counted = hits = 0
    for first, last, east, north in events(rows):
        shifted = first - dt.timedelta(days=moved)
        if shifted < SPRING.start:
            continue
        counted += 1
        hits += any(
            begun - close <= last - dt.timedelta(days=moved)
            and ended + close >= shifted
            and (east - there) ** 2 + (north - up) ** 2 <= 200**2
            for begun, ended, there, up in near
        )
    return hits, counted


@pytest.mark.parametrize("seed", range(4))
def test_any_two_feeds_are_counted_as_comparing_every_pair_does(workspace, send, seed):
    chance = random.Random(seed)

    def rows():
        for _ in range(60):
            start = SPRING.start + dt.timedelta(days=chance.randrange(120 - 31))
            end = start + dt.timedelta(days=chance.choice([0, 0, 0, 3, 6, 20]))
            east = chance.choice([None, chance.randrange(-400, 400), chance.randrange(-400, 400)])
            yield (
                str(start),
                str(end) if end > start else None,
                east,
                None if east is None else chance.randrange(-400, 400),
                chance.choice(["", "", "cancelled"]),
            )

    ambulance, force = list(rows()), list(rows())
    send("ambulance", ambulance)
    send("force", force)
    for measure, moved in (("overlap", 0), ("overlap-by-chance", 28)):
        assert one(workspace, measure) == _naive(ambulance, force, moved)
        assert one(workspace, measure, "force") == _naive(force, ambulance, moved)
