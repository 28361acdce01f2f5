"""Rates, shares, changes and sums over months; and when they are refused."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from joinedup.measures import Break, FigureQuery, measure_named
from joinedup.terms import AreaLevel, Every, Flag, Form, Period

WARD = AreaLevel.WARD
MAY = Period.parse("2024-05")


def on(year, month, day=15):
    return dt.datetime(year, month, day, 12, tzinfo=dt.UTC)


def ask(measure="recorded-crime", **changes):
    return FigureQuery(measure, **({"level": WARD, "areas": ("W1",), "period": MAY} | changes))


def only(answer):
    [row] = answer.rows
    return row


def two_years(town, counts):
    """Deliver months with so many crimes in W1: {month: count}."""
    for month, count in counts.items():
        town.crimes(month, {"W1": count})


def test_a_rate_is_for_a_thousand_residents_of_the_area(town):
    town.crimes("2024-05", {"W1": 8, "W2": 8, "W4": 8, "sea": 1})
    rows = {row.area_code: row for row in town.figure(ask(form=Form.RATE, areas=())).rows}
    assert (rows["W1"].denominator, rows["W1"].value) == (1000, 8)
    assert (rows["W2"].denominator, rows["W2"].value) == (2000, 4)
    assert rows["W1"].lower == pytest.approx(3.4538, abs=1e-4)
    assert rows["W1"].upper == pytest.approx(15.7632, abs=1e-4)
    for code in ("W4", "outside"):
        assert rows[code].numerator is not None
        assert (rows[code].denominator, rows[code].value, rows[code].lower) == (None, None, None)
        assert Flag.NO_DENOMINATOR in rows[code].flags


def test_where_no_residents_are_known_for_a_level_there_is_no_rate_and_a_note_says_so(town):
    town.crimes("2024-05", {"W1": 8})
    answer = town.figure(ask(form=Form.RATE, areas=(), level=AreaLevel.SQUARE))
    assert only(answer).value is None
    assert any("no count of residents" in note for note in answer.notes)


def test_a_count_has_its_exact_poisson_interval_and_small_ones_are_flagged(town):
    town.crimes("2024-05", {"W1": 5, "W2": 4})
    rows = {row.area_code: row for row in town.figure(ask(areas=("D1",))).rows}
    assert rows["W1"].flags == ()
    assert rows["W2"].flags == (Flag.SMALL_NUMBER,)
    assert (rows["W1"].lower, rows["W1"].upper) == pytest.approx((1.6235, 11.6683), abs=1e-4)


def test_a_share_is_of_the_total_over_its_breakdown(town):
    rows = [
        {"id": str(number), "place": "W1", "kind": "crime", "crime_type": kind}
        for number, kind in enumerate(["burglary"] * 6 + ["drugs"] * 2)
    ]
    town.deliver("2024-05", rows, received=on(2024, 6))
    robbery = {"id": "r", "place": "W1", "kind": "crime", "crime_type": "robbery"}
    town.deliver("2024-04", [robbery], received=on(2024, 6))
    answer = town.figure(ask(form=Form.SHARE, by=("type",)))
    found = {row.breakdowns["type"]: (row.numerator, row.denominator, row.value) for row in answer.rows}
    assert found["burglary"] == (6, 8, 0.75)
    assert found["drugs"] == (2, 8, 0.25)
    assert found["robbery"] == (0, 8, 0)
    chosen = town.figure(ask(form=Form.SHARE, by=("type",), where=(("type", "drugs"),)))
    assert (only(chosen).numerator, only(chosen).denominator) == (2, 8)


def test_a_share_of_nothing_has_no_value(town):
    town.crimes("2024-05", {})
    rows = town.figure(ask(form=Form.SHARE, by=("type",))).rows
    assert {(row.numerator, row.denominator, row.value, row.lower) for row in rows} == {(0, 0, None, None)}


def outcome_rows(*pairs):
    return [
        {"id": f"{ref}-{number}", "incident_ref": ref, "outcome_type": kind}
        for number, (ref, kind) in enumerate(pairs)
    ]


OUTCOME_FIELDS = {"incident_ref": "VARCHAR", "outcome_type": "VARCHAR"}


def deliver_outcomes(town, month, rows, received):
    from joinedup.terms import RecordType

    town.deliver(
        month, rows, received=received, feed="outcomes", record_type=RecordType.OUTCOME, fields=OUTCOME_FIELDS
    )


def test_positive_outcomes_are_by_the_month_of_the_crime_and_as_known_then(town):
    town.crimes("2024-05", {"W1": 4}, received=on(2024, 6))
    refs = [f"2024-05-W1-{number}" for number in range(4)]
    deliver_outcomes(town, "2024-05", outcome_rows((refs[0], "charged")), on(2024, 6, 16))
    later = outcome_rows((refs[1], "cautioned"), (refs[1], "charged"), (refs[2], "unable-to-prosecute"))
    deliver_outcomes(town, "2024-06", later, on(2024, 7))
    share = ask("positive-outcomes", form=Form.SHARE)
    row = only(town.figure(share))
    assert (row.numerator, row.denominator, row.value) == (2, 4, 0.5)
    assert Flag.NOT_YET_MATURE in row.flags
    then = only(town.figure(dataclasses.replace(share, as_at=on(2024, 6, 20))))
    assert (then.numerator, then.denominator) == (1, 4)
    asked_later = only(town.figure(dataclasses.replace(share, as_at=on(2025, 1))))
    assert Flag.NOT_YET_MATURE in asked_later.flags, (
        "no time passed for the data: the last delivery is of July"
    )
    deliver_outcomes(town, "2024-11", [], on(2024, 12))
    assert Flag.NOT_YET_MATURE not in only(town.figure(share)).flags
    assert [row.number for row in town.figure(share).deliveries] == [1, 2, 3, 4]
    assert only(town.figure(dataclasses.replace(share, form=Form.COUNT))).value == 2


def test_a_month_with_crimes_but_no_outcomes_file_has_no_share(town):
    town.crimes("2024-05", {"W1": 4})
    town.crimes("2024-06", {"W1": 4})
    deliver_outcomes(town, "2024-05", [], on(2024, 8))
    rows = town.figure(
        ask(
            "positive-outcomes",
            form=Form.SHARE,
            period=Period.parse("2024-05..2024-06"),
            every=Every.MONTH,
        )
    ).rows
    assert [row.denominator for row in rows] == [4, None]
    assert Flag.NO_DATA in rows[1].flags


def test_a_change_is_against_the_same_months_a_year_before(town):
    two_years(town, {"2023-05": 7, "2024-05": 25})
    row = only(town.figure(ask(form=Form.CHANGE)))
    assert (row.numerator, row.denominator) == (25, 7)
    assert row.value == pytest.approx(25 / 7 - 1)
    assert (row.lower, row.upper) == pytest.approx((0.5017, 8.7792), abs=1e-4)
    assert row.flags == (Flag.SMALL_NUMBER,)


def test_a_change_may_be_against_another_period_and_says_when_the_seasons_differ(town):
    two_years(town, {"2024-04": 20, "2024-05": 30})
    answer = town.figure(ask(form=Form.CHANGE, against=Period.parse("2024-04")))
    assert only(answer).value == pytest.approx(0.5)
    assert any("same months of the year" in note for note in answer.notes)


def test_nothing_is_compared_with_a_month_that_was_not_delivered(town):
    two_years(town, {"2024-05": 25})
    answer = town.figure(ask(form=Form.CHANGE))
    row = only(answer)
    assert (row.numerator, row.denominator, row.value, row.lower) == (25, None, None, None)
    assert row.flags == (Flag.NO_DATA,)
    assert any("May 2023" in note for note in answer.notes)


def test_from_none_to_some_is_no_relative_change(town):
    two_years(town, {"2023-05": 0, "2024-05": 25})
    row = only(town.figure(ask(form=Form.CHANGE)))
    assert (row.numerator, row.denominator, row.value, row.upper) == (25, 0, None, None)


def test_year_to_date_adds_up_from_april_and_compares_the_same_months(town):
    two_years(
        town,
        {"2023-03": 99, "2023-04": 10, "2023-05": 20, "2024-03": 99, "2024-04": 11, "2024-05": 22},
    )
    answer = town.figure(ask(form=Form.YEAR_TO_DATE, period=Period.parse("2024-04..2024-05")))
    found = [(str(row.period), row.numerator, row.denominator) for row in answer.rows]
    assert found == [("2024-04", 11, 10), ("2024-04..2024-05", 33, 30)]
    assert answer.rows[1].value == pytest.approx(0.1)


def test_rolling_twelve_months_need_all_twelve(town):
    months = Period.parse("2023-05..2024-05").each(Every.MONTH)
    two_years(town, {str(month): number for number, month in enumerate(months, 1)})
    answer = town.figure(ask(form=Form.ROLLING_12, period=Period.parse("2024-03..2024-05")))
    found = [(str(row.period), row.numerator, row.flags) for row in answer.rows]
    assert found == [
        ("2023-04..2024-03", None, (Flag.NO_DATA,)),
        ("2023-05..2024-04", sum(range(1, 13)), ()),
        ("2023-06..2024-05", sum(range(2, 14)), ()),
    ]


BROKEN = dataclasses.replace(
    measure_named("recorded-crime"),
    breaks=(Break(dt.date(2024, 4, 1), "Recording changed in April 2024."),),
)


@pytest.mark.parametrize("form", [Form.CHANGE, Form.YEAR_TO_DATE])
def test_a_comparison_across_a_break_is_refused_and_names_it(town, form):
    two_years(town, {"2023-04": 50, "2023-05": 50, "2024-04": 60, "2024-05": 60})
    answer = town.figure(ask(form=form), BROKEN)
    row = answer.rows[-1]
    assert (row.value, row.lower, row.upper) == (None, None, None)
    assert row.numerator in (60, 120)
    assert Flag.SERIES_BREAK in row.flags
    assert any("Recording changed in April 2024." in note and "1 April 2024" in note for note in answer.notes)


def test_a_comparison_on_one_side_of_a_break_stands(town):
    two_years(town, {"2024-04": 50, "2024-05": 60})
    row = only(town.figure(ask(form=Form.CHANGE, against=Period.parse("2024-04")), BROKEN))
    assert row.value == pytest.approx(0.2)
    assert Flag.SERIES_BREAK not in row.flags


def test_a_count_over_a_break_is_flagged(town):
    two_years(town, {"2024-03": 50, "2024-04": 60})
    row = only(town.figure(ask(period=Period.parse("2024-03..2024-04")), BROKEN))
    assert (row.value, row.flags) == (110, (Flag.SERIES_BREAK,))


def test_a_break_of_a_breakdown_touches_only_figures_cut_by_it(town):
    narrow = dataclasses.replace(BROKEN, breaks=(dataclasses.replace(BROKEN.breaks[0], breakdown="type"),))
    two_years(town, {"2023-05": 50, "2024-05": 60})
    assert only(town.figure(ask(form=Form.CHANGE), narrow)).value == pytest.approx(0.2)
    by_type = town.figure(ask(form=Form.CHANGE, where=(("type", "burglary"),)), narrow)
    assert only(by_type).value is None


def test_the_latest_months_of_a_provisional_measure_are_flagged(town):
    two_years(town, {"2024-04": 50, "2024-05": 60, "2024-06": 70})
    measure = dataclasses.replace(measure_named("recorded-crime"), provisional_months=2)
    whole = ask(period=Period.parse("2024-04..2024-06"), every=Every.MONTH)
    rows = town.figure(whole, measure).rows
    assert [Flag.PROVISIONAL in row.flags for row in rows] == [False, True, True]


def test_a_measure_that_does_not_add_up_over_time_is_asked_month_by_month_only(town):
    from joinedup.errors import BadInput

    two_years(town, {"2024-05": 60})
    measure = dataclasses.replace(measure_named("recorded-crime"), additive_over_time=False)
    with pytest.raises(BadInput, match="add up over time"):
        town.figure(ask(every=Every.QUARTER), measure)
    assert only(town.figure(ask(every=Every.MONTH), measure)).value == 60
