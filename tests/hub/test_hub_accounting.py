"""Bars and calendars: parts are always the whole, months are always somewhere."""

import datetime as dt
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.hub.accounting import field_accounted, rows_accounted
from joinedup.hub.contracts import FeedWords, freshness, lateness
from joinedup.hub.coverage_calendar import calendar, strip
from joinedup.terms import Period

pytestmark = pytest.mark.usefixtures("delivered_folder")  # words are translated by an open workspace's Django

COUNTS = st.integers(min_value=0, max_value=10**9)
MONTHS = st.lists(
    st.dates(dt.date(2018, 1, 1), dt.date(2025, 12, 31)).map(lambda day: day.replace(day=1)), max_size=30
)


def delivery(number, **counts):
    none = dict.fromkeys(("accepted", "unchanged", "revised", "quarantined"), 0)
    return SimpleNamespace(number=number, **{**none, "set_aside": {}, **counts})


def covered(month, number):
    known = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=number)
    return SimpleNamespace(feed="f", period=Period.of_month(month), delivery=number, known_from=known)


@given(st.tuples(COUNTS, COUNTS, COUNTS, COUNTS, st.dictionaries(st.text(max_size=3), COUNTS, max_size=3)))
def test_the_parts_of_a_bar_lie_end_to_end_and_keep_every_row(counts):
    accepted, unchanged, revised, quarantined, aside = counts
    row = delivery(
        1, accepted=accepted, unchanged=unchanged, revised=revised, quarantined=quarantined, set_aside=aside
    )
    parts = rows_accounted([row])
    assert sum(part.count for part in parts) == sum(counts[:4]) + sum(aside.values())
    reached = 0.0
    for part in parts:
        assert abs(float(part.start.rstrip("%")) - reached) < 0.01
        reached += part.per_cent
    assert reached < 100.01
    assert (not any(counts[:4]) and not any(aside.values())) or reached > 99.99


@given(COUNTS, COUNTS, COUNTS)
def test_a_field_s_cells_are_given_unknown_or_missing(given_cells, unknown, missing):
    parts = field_accounted(SimpleNamespace(given=given_cells, unknown=unknown, missing=missing))
    assert [part.count for part in parts] == [given_cells, unknown, missing]


@given(MONTHS)
def test_every_month_of_the_calendar_is_delivered_a_gap_or_outside(months):
    rows = [delivery(number) for number in range(len(months))]
    years = calendar("f", rows, [covered(month, number) for number, month in enumerate(months)])
    cells = {cell.month: cell.state for year in years for cell in year.cells}
    assert all(len(year.cells) == 12 for year in years)
    assert {month for month, state in cells.items() if state == "delivered"} == set(months)
    if months:
        between = {month for month in cells if min(months) <= month <= max(months)}
        assert {month for month, state in cells.items() if state == "gap"} == between - set(months)
        assert all(state == "outside" for month, state in cells.items() if month not in between)


def test_a_month_delivered_twice_shows_the_newer_delivery_and_its_quarantine():
    month = dt.date(2024, 5, 1)
    rows = [delivery(1), delivery(2, quarantined=3)]
    [year] = calendar("f", rows, [covered(month, 2), covered(month, 1)])
    assert year.cells[4].state == "held"
    assert year.cells[4].delivery.number == 2


def test_a_month_of_which_only_the_coverage_may_be_seen_is_delivered_and_has_no_delivery():
    [year] = calendar("f", [], [covered(dt.date(2024, 5, 1), 1)])
    assert (year.cells[4].state, year.cells[4].delivery) == ("delivered", None)


def test_a_register_sent_each_quarter_lacks_only_the_quarter_that_did_not_come():
    sent = [dt.date(2024, month, 1) for month in (3, 6, 12)]
    [year] = calendar("f", [], [covered(month, number) for number, month in enumerate(sent)], every=3)
    assert [cell.month.month for cell in year.cells if cell.state == "gap"] == [9, 10, 11]


@given(MONTHS.filter(bool))
def test_a_strip_shows_each_month_of_its_calendar_once(months):
    years = calendar("f", [], [covered(month, number) for number, month in enumerate(months)])
    first, last = years[0].year, years[-1].year
    found = strip(years, first - 1, last)
    assert found.months == len(set(months))
    assert found.due == (max(months).year - min(months).year) * 12 + max(months).month - min(months).month + 1
    shown = sum(float(run.width[:-1]) for run in found.runs) * 12 * (last - first + 2) / 100
    assert round(shown, 1) == found.due
    starts = [float(run.start[:-1]) for run in found.runs]
    assert starts == sorted(starts)
    assert starts[0] >= 100 / (last - first + 2) - 0.01


def test_a_feed_is_late_once_the_next_month_and_its_days_of_grace_are_over():
    words = FeedWords("f", "F", months=1, late_after_days=30)
    fresh = freshness(words, [covered(dt.date(2024, 5, 1), 1), covered(dt.date(2024, 4, 1), 2)])
    assert (fresh.first, fresh.last.start) == (dt.date(2024, 4, 1), dt.date(2024, 5, 1))
    assert fresh.next_due == dt.date(2024, 7, 31)
    assert not fresh.late(dt.date(2024, 7, 31))
    assert fresh.late(dt.date(2024, 8, 1))
    assert freshness(FeedWords("f", "F"), [covered(dt.date(2024, 5, 1), 1)]).next_due is None
    assert freshness(words, []) is None


def test_a_late_feed_says_since_when_nothing_came_and_what_was_expected():
    words = FeedWords("f", "F", months=1, late_after_days=30, every="monthly")
    fresh = freshness(words, [covered(dt.date(2024, 5, 1), 1)])
    assert lateness(words, fresh, dt.date(2024, 7, 31)) == ""
    assert lateness(words, fresh, dt.date(2024, 8, 1)) == "nothing since 1 January 2026, expected monthly"
    assert lateness(words, None, dt.date(2024, 8, 1)) == ""


def test_a_feed_that_has_ended_is_late_only_for_months_before_its_end():
    words = FeedWords("f", "F", months=1, late_after_days=30, ended=dt.date(2024, 6, 30))
    whole = freshness(words, [covered(dt.date(2024, 6, 1), 1)])
    assert not whole.late(dt.date(2030, 1, 1))
    lacking = freshness(words, [covered(dt.date(2024, 5, 1), 1)])
    assert lacking.late(dt.date(2030, 1, 1))
