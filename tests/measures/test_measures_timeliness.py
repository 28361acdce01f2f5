"""Timeliness of records, event to recording and recording to delivery, against a naive count of files."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter, defaultdict

import pytest

from joinedup.feeds import deliver
from joinedup.measures.quality import QualityQuery, quality
from joinedup.terms import LONDON, Every, Period

CONTRACT = """
name = "crimes"
version = 1
title = "Crimes"
record_type = "incident"
mode = "changes"
ref = "Ref"
[owner]
code = "force"
name = "The force"
[source]
code = "force-crimes"
title = "Crimes"
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
[publishing]
expected_every = "{every}"
late_after_days = 10
purposes = ["crime-and-disorder"]
sensitivity = "official"
licence = "Closed"
attribution = "The force"
[[column]]
name = "Ref"
required = true
[[column]]
name = "From"
required = true
[[column]]
name = "To"
[[column]]
name = "Recorded"
{recorded}
[[column]]
name = "State"
"""
RECORDED = 'field = "recorded_on"\nkind = "date"'
IGNORED = "ignored = true"
SPRING = Period.parse("2024-01..2024-06")


def day(text):
    return dt.date.fromisoformat(text)


@pytest.fixture
def send(workspace, analyst, tmp_path):
    """``send(rows, received)`` delivers rows (ref, from, to, recorded, state) as one file."""

    def sent(rows, received, *, every="month", recorded=RECORDED):
        path = workspace.contracts_folder / "crimes.toml"
        path.write_text(CONTRACT.format(every=every, recorded=recorded))
        file = tmp_path / f"{received}.csv"
        lines = [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
        file.write_text("\n".join(["Ref,From,To,Recorded,State", *lines]) + "\n")
        moment = dt.datetime.combine(day(received), dt.time(9), tzinfo=LONDON)
        return deliver(workspace, "crimes", file, by=analyst, received_at=moment, period=SPRING)

    return sent


def told(workspace, measure, every=Every.WHOLE, as_at=None):
    figure = quality(
        workspace, QualityQuery(measure, ("force-crimes",), period=SPRING, every=every, as_at=as_at)
    )
    return {str(row.period): (row.numerator, row.denominator) for row in figure.rows if row.denominator}


def test_event_to_recording_counts_from_the_last_day_of_the_event(workspace, send):
    send(
        [
            ("a", "2024-01-01", None, "2024-01-02", ""),
            ("b", "2024-01-01", None, "2024-01-03", ""),
            ("c", "2024-01-01", "2024-01-20", "2024-01-21", ""),
            ("d", "2024-01-01", None, "2024-01-29", ""),
            ("e", "2024-01-01", None, "2024-01-30", ""),
            ("f", "2024-01-01", None, "2023-12-31", ""),  # before it happened: an error, and not counted
            ("g", "2024-01-01", None, None, ""),
            ("h", "2024-01-01", None, "2024-01-01", "cancelled"),
        ],
        "2024-02-01",
    )
    assert list(told(workspace, "recorded-within-a-day").values()) == [(2, 5)]
    assert list(told(workspace, "recorded-within-28-days").values()) == [(4, 5)]


def test_recording_to_delivery_is_judged_by_the_first_coming_of_the_record(workspace, send):
    row = ("a", "2024-01-05", None, "2024-01-06", "")
    send([row, ("b", "2024-01-05", None, "2024-02-01", "")], "2024-02-10")
    send([(*row[:4], "changed"), ("c", "2024-01-05", None, "2024-01-31", "")], "2024-03-11")
    assert told(workspace, "delivered-in-time", Every.MONTH) == {"2024-01": (2, 3)}
    before = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
    assert told(workspace, "delivered-in-time", Every.MONTH, as_at=before) == {"2024-01": (2, 2)}


def test_the_last_promised_day_is_in_time_and_the_next_is_not(workspace, send):
    send([("a", "2024-01-05", None, "2024-01-06", "")], "2024-02-11")
    send([("b", "2024-01-05", None, "2024-01-06", "")], "2024-02-12")
    assert told(workspace, "delivered-in-time") == {str(SPRING): (1, 2)}


def test_a_feed_that_is_due_each_quarter_has_until_after_the_quarter(workspace, send):
    send([("a", "2024-01-05", None, "2024-01-06", "")], "2024-04-11", every="quarter")
    send([("b", "2024-01-05", None, "2024-01-06", "")], "2024-04-12", every="quarter")
    assert told(workspace, "delivered-in-time") == {str(SPRING): (1, 2)}


def test_without_a_date_of_recording_the_event_decides_and_nothing_else_is_invented(workspace, send):
    send([("a", "2024-01-31", None, "2024-02-01", "")], "2024-02-20", recorded=IGNORED)
    assert told(workspace, "recorded-within-a-day") == {}
    assert told(workspace, "delivered-in-time") == {str(SPRING): (0, 1)}


def _naive(files):
    """By month: (within a day, of) and (in time, of), from the files alone."""
    latest, first = {}, {}
    for received, rows in files:
        for row in rows:
            latest[row[0]] = row
            first.setdefault(row[0], day(received))
    recorded, delivered = defaultdict(Counter), defaultdict(Counter)
    for ref, start, end, on, state in latest.values():
        if state == "cancelled":
            continue
        month, begun = start[:7], day(start)
        if on is not None and day(on) >= begun:
            soon = (day(on) - day(end or start)).days <= 1
            recorded[month].update(of=1, soon=soon)
        kept = day(on or start)
        due = (kept.replace(day=1) + dt.timedelta(days=32)).replace(day=1) + dt.timedelta(days=10)
        delivered[month].update(of=1, soon=first[ref] <= due)
    return tuple(
        {month: (one["soon"], one["of"]) for month, one in by.items()} for by in (recorded, delivered)
    )


@pytest.mark.parametrize("seed", range(4))
def test_any_files_are_counted_as_a_naive_reading_does(workspace, send, seed):
    chance = random.Random(seed)
    files = []
    for received in ("2024-02-08", "2024-03-20", "2024-05-09", "2024-07-01"):
        rows = []
        for ref in chance.sample([f"r{number}" for number in range(12)], 7):
            start = day("2024-01-01") + dt.timedelta(
                days=chance.randrange((day(received) - day("2024-01-01")).days)
            )
            end = start + dt.timedelta(days=chance.choice([0, 0, 5]))
            on = chance.choice(
                [
                    None,
                    start - dt.timedelta(days=3),
                    end,
                    end + dt.timedelta(days=1),
                    end + dt.timedelta(days=30),
                ]
            )
            rows.append(
                (
                    ref,
                    str(start),
                    str(end) if end > start else None,
                    str(on) if on else None,
                    chance.choice(["", "", "cancelled", "changed"]),
                )
            )
        files.append((received, rows))
        send(rows, received)
    recorded, delivered = _naive(files)
    assert told(workspace, "recorded-within-a-day", Every.MONTH) == recorded
    assert told(workspace, "delivered-in-time", Every.MONTH) == delivered
