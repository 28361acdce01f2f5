"""How good the data is: counted by feed, field and month, and told apart from what was not sent."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from scipy.stats import binomtest

from joinedup.errors import NotFound
from joinedup.measures.quality import QUALITY, QualityQuery, quality, together
from joinedup.measures.quality.definitions import Ground
from joinedup.records import FieldState, RecordBook
from joinedup.terms import DeliveryMode, Every, Flag, Period, Role, Viewer

SOURCES = ("published-police-data",)
ANALYST = Viewer("ada", "Ada Analyst", Role.ANALYST, "council")


def moment(year, month, day=15):
    return dt.datetime(year, month, day, 12, tzinfo=dt.UTC)


def ask(town, measure, **changes):
    return quality(town.workspace, QualityQuery(measure, SOURCES, **changes))


def cells(figure):
    return {(row.field, str(row.period)): (row.numerator, row.denominator) for row in figure.rows}


def crimes(month, states, received, town, **more):
    """A month whose fields are in these states."""
    rows = [{"id": f"{month}-{number}", "place": "W1", "kind": "crime"} for number in range(10)]
    town.deliver(month, rows, received=received, states=states, **more)


@pytest.fixture
def two_months(town):
    """January and March came; in January the outcome is empty in 2 of 10 rows and unknown in 3."""
    january = (FieldState("last_outcome", 5, 2, 3), FieldState("kind", 10, 0, 0))
    march = (FieldState("last_outcome", 9, 1, 0), FieldState("kind", 10, 0, 0))
    crimes("2024-01", january, moment(2024, 2), town)
    crimes("2024-03", march, moment(2024, 4), town)
    return town


def test_missing_and_unknown_are_told_apart_from_given(two_months):
    assert cells(
        ask(two_months, "completeness", fields=("last_outcome",), period=Period.parse("2024-01"))
    ) == {("last_outcome", "2024-01"): (5, 10)}
    assert cells(ask(two_months, "missing"))["last_outcome", "2024-01"] == (2, 10)
    assert cells(ask(two_months, "unknown"))["last_outcome", "2024-01"] == (3, 10)
    assert cells(ask(two_months, "completeness"))["kind", "2024-03"] == (10, 10)


def test_refused_and_invalid_are_told_apart_too(town):
    crimes("2024-01", (FieldState("kind", 4, 1, 2, 3, 6),), moment(2024, 2), town)
    told = {
        name: cells(ask(town, name))["kind", "2024-01"]
        for name in ("completeness", "missing", "unknown", "refused", "validity")
    }
    assert told == {
        "completeness": (4, 16),
        "missing": (1, 16),
        "unknown": (2, 16),
        "refused": (3, 16),
        "validity": (4, 10),
    }


@pytest.mark.parametrize("name", QUALITY)
def test_every_measure_of_quality_can_be_asked(two_months, name):
    figure = ask(two_months, name, every=Every.WHOLE)
    assert figure.measure.meaning and figure.measure.numerator
    for row in figure.rows:
        assert row.denominator is None or 0 <= row.numerator <= row.denominator


@pytest.mark.parametrize("name", [name for name, one in QUALITY.items() if one.ground is not Ground.DAYS])
def test_months_together_are_the_whole(two_months, name):
    january, whole = Period.parse("2024-01"), Period.parse("2024-01..2024-04")
    long = [{"id": "long", "place": "W2", "kind": "crime"}]
    states = (FieldState("kind", 1, 0, 0),)
    told = {"received": moment(2024, 5), "feed": "other", "states": states, "mode": DeliveryMode.APPEND}
    two_months.deliver("2024-01..2024-03", long, **told)
    for period in (january, whole):
        months = ask(two_months, name, period=period, every=Every.MONTH).rows
        counted = ask(two_months, name, period=period, every=Every.WHOLE).rows
        told = [
            (one.feed, one.field, one.numerator, one.denominator, one.value, one.lower, one.upper)
            for one in counted
        ]
        assert [
            (one.feed, one.field, one.numerator, one.denominator, one.value, one.lower, one.upper)
            for one in together(months)
        ] == told


def test_days_late_count_from_the_date_the_contract_promises_for_the_first_coming(town):
    promise = {"expected_every": Every.MONTH, "late_after_days": 10}
    crimes("2024-01", (), moment(2024, 2, 9), town, **promise)
    crimes("2024-02", (), moment(2024, 3, 25), town, **promise)
    crimes("2024-02", (), moment(2024, 6, 1), town, **promise)
    assert {str(row.period): row.value for row in ask(town, "lateness").rows} == {
        "2024-01": 0.0,  # due on 11 February
        "2024-02": 14.0,  # due on 11 March
    }


def test_a_month_that_was_not_sent_stands_there_without_numbers(two_months):
    rows = ask(two_months, "acceptance").rows
    assert [(str(row.period), row.denominator, row.flags) for row in rows] == [
        ("2024-01", 10, (Flag.SMALL_NUMBER,) if two_months.workspace.settings.small_number > 10 else ()),
        ("2024-02", None, (Flag.NO_DATA,)),
        ("2024-03", 10, (Flag.SMALL_NUMBER,) if two_months.workspace.settings.small_number > 10 else ()),
    ]
    longer = ask(two_months, "acceptance", period=Period.parse("2023-11..2024-05")).rows
    assert [str(row.period) for row in longer] == [f"2024-0{number}" for number in range(1, 6)], (
        "nothing was owed before the feed began"
    )


def test_the_interval_is_wilsons(two_months):
    (row,) = ask(
        two_months,
        "completeness",
        fields=("last_outcome",),
        period=Period.parse("2024-01"),
        every=Every.WHOLE,
    ).rows
    expected = binomtest(5, 10).proportion_ci(method="wilson")
    assert (row.value, row.lower, row.upper) == pytest.approx((0.5, expected.low, expected.high))


def test_a_restated_month_is_told_by_its_latest_snapshot_and_the_past_stays_known(two_months):
    mended = (FieldState("last_outcome", 10, 0, 0), FieldState("kind", 10, 0, 0))
    crimes("2024-01", mended, moment(2024, 5), two_months)
    now = cells(ask(two_months, "completeness"))
    assert now["last_outcome", "2024-01"] == (10, 10)
    before = cells(ask(two_months, "completeness", as_at=moment(2024, 4, 20)))
    assert before["last_outcome", "2024-01"] == (5, 10)


def test_quarters_add_up_their_months(two_months):
    quarters = cells(ask(two_months, "missing", every=Every.QUARTER))
    assert quarters["last_outcome", "2024-01..2024-03"] == (3, 20)


def test_located_counts_the_records_with_a_point_and_agreement_those_whose_code_is_right(town):
    rows = [
        {"id": "a", "place": "W1", "kind": "crime", "stated_area": "W1"},
        {"id": "b", "place": "W1", "kind": "crime", "stated_area": "W2"},
        {"id": "c", "place": "W2", "kind": "crime", "stated_area": "D1"},
        {"id": "d", "place": None, "kind": "crime", "stated_area": "W1"},
        {"id": "e", "place": None, "kind": "crime", "status": "cancelled"},
    ]
    town.deliver("2024-01", rows, received=moment(2024, 2))
    assert cells(ask(town, "located")) == {("", "2024-01"): (3, 4)}
    assert cells(ask(town, "stated-area-agreement")) == {("", "2024-01"): (2, 3)}


def test_only_the_sources_asked_for_are_told_of(two_months):
    crimes("2024-01", (), moment(2024, 2), two_months, feed="secret", source="restricted-source")
    assert {row.feed for row in ask(two_months, "acceptance").rows} == {"street"}


def test_a_withdrawn_delivery_no_longer_speaks_for_its_month(two_months):
    RecordBook(two_months.workspace).withdraw(1, by=ANALYST, reason="sent by mistake")
    assert ("kind", "2024-01") not in cells(ask(two_months, "completeness"))


def test_files_that_only_add_are_added_up(town):
    for day, given in ((10, 4), (20, 6)):
        states = (FieldState("kind", given, 10 - given, 0),)
        crimes("2024-01", states, moment(2024, 2, day), town, mode=DeliveryMode.APPEND)
    assert cells(ask(town, "completeness")) == {("kind", "2024-01"): (10, 20)}


def test_a_later_whole_file_tells_again_what_was_added_to_its_period_before(town):
    states = (FieldState("kind", 10, 0, 0),)
    crimes("2024-01", states, moment(2024, 2, 10), town)
    crimes("2024-01", states, moment(2024, 2, 20), town, mode=DeliveryMode.CHANGES)
    crimes("2024-01", states, moment(2024, 3, 1), town)
    for name in ("completeness", "acceptance"):
        assert list(cells(ask(town, name)).values()) == [(10, 10)]
        assert list(cells(ask(town, name, as_at=moment(2024, 2, 25))).values()) == [(20, 20)]


def test_a_long_file_of_which_a_part_was_told_anew_counts_whole_and_that_is_said(town):
    states = (FieldState("kind", 10, 0, 0),)
    crimes("2024-Q1", states, moment(2024, 4, 10), town)
    crimes("2024-02", states, moment(2024, 4, 20), town)
    figure = ask(town, "acceptance")
    assert [(str(row.period), row.denominator) for row in figure.rows] == [("2024-02", 10), ("2024-03", 10)]
    (note,) = figure.notes
    assert note.startswith("Delivery 1 of street (2024-01..2024-03) counts whole, though a later file")
    assert ask(town, "acceptance", period=Period.parse("2024-05")).notes == ()
    assert ask(town, "located").notes == ()
    crimes("2024-Q1", states, moment(2024, 5, 10), town)
    anew = ask(town, "acceptance")
    assert anew.notes == ()
    assert [(str(row.period), row.denominator) for row in anew.rows] == [("2024-03", 10)], (
        "no month of the quarter is said to lack"
    )


def test_the_public_table_says_what_is_counted(two_months):
    figure = ask(two_months, "completeness")
    (row,) = [row for row in figure.to_json_rows() if row["field"] == "kind" and row["period"] == "2024-03"]
    assert {
        name: row[name] for name in ("measure", "feed", "owner", "numerator", "denominator", "value")
    } == {
        "measure": "completeness",
        "feed": "street",
        "owner": "police",
        "numerator": 10,
        "denominator": 10,
        "value": 1.0,
    }
    assert row["deliveries"] == [1, 2]
    assert dataclasses.asdict(figure.query)["measure"] == "completeness"


def test_a_measure_of_quality_that_there_is_not_is_refused_with_the_nearest(town):
    with pytest.raises(NotFound, match="completeness"):
        ask(town, "completness")
