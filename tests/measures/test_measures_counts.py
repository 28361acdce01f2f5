"""Counting: a tiny table in, a tiny table out."""

from __future__ import annotations

import pytest

from joinedup.errors import BadInput, NotFound
from joinedup.measures import FigureQuery
from joinedup.terms import AreaLevel, Every, Flag, Period

WARD = AreaLevel.WARD
MAY_JUNE = Period.parse("2024-05..2024-06")


def cells(answer):
    return {(row.area_code, str(row.period)): row.numerator for row in answer.rows}


def ask(measure="recorded-crime", **changes):
    return FigureQuery(measure, **({"level": WARD, "period": MAY_JUNE, "every": Every.MONTH} | changes))


def test_an_empty_month_that_was_delivered_is_zero(town):
    town.crimes("2024-05", {"W1": 3})
    town.crimes("2024-06", {"W2": 1})
    assert cells(town.figure(ask())) == {
        ("W1", "2024-05"): 3,
        ("W1", "2024-06"): 0,
        ("W2", "2024-05"): 0,
        ("W2", "2024-06"): 1,
        ("W3", "2024-05"): 0,
        ("W3", "2024-06"): 0,
        ("W4", "2024-05"): 0,
        ("W4", "2024-06"): 0,
    }


def test_a_month_that_was_not_delivered_is_no_data(town):
    town.crimes("2024-05", {"W1": 3})
    answer = town.figure(ask(areas=("W1",)))
    assert cells(answer) == {("W1", "2024-05"): 3, ("W1", "2024-06"): None}
    june = answer.rows[1]
    assert (june.value, june.lower, june.upper) == (None, None, None)
    assert june.flags == (Flag.NO_DATA,)
    assert any("June 2024" in note for note in answer.notes)


def test_a_period_delivered_in_part_is_counted_and_flagged_with_the_months_that_lack(town):
    town.crimes("2024-05", {"W1": 7})
    answer = town.figure(ask(areas=("W1",), every=Every.WHOLE))
    assert [row.numerator for row in answer.rows] == [7]
    assert answer.rows[0].flags == (Flag.INCOMPLETE_FEED,)
    assert "June 2024" in answer.notes[0] and "May" not in answer.notes[0]
