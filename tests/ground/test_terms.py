"""Periods and dates of knowledge: known answers, and properties against plain calendar arithmetic."""

import contextlib
import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.errors import BadInput
from joinedup.terms import Every, Period, add_months, parse_knowledge_date

months = st.dates(dt.date(2000, 1, 1), dt.date(2040, 12, 31)).map(lambda day: day.replace(day=1))


@pytest.mark.parametrize(
    ("text", "start", "end", "words"),
    [
        ("2024-04", "2024-04-01", "2024-05-01", "April 2024"),
        ("2024-Q4", "2024-10-01", "2025-01-01", "October 2024 to December 2024"),
        ("2024/25", "2024-04-01", "2025-04-01", "April 2024 to March 2025"),
        ("1999/00", "1999-04-01", "2000-04-01", "April 1999 to March 2000"),
        ("2024", "2024-01-01", "2025-01-01", "January 2024 to December 2024"),
        ("2023-11..2024-02", "2023-11-01", "2024-03-01", "November 2023 to February 2024"),
    ],
)
def test_a_period_is_read_as_people_write_it(text, start, end, words):
    period = Period.parse(text)
    assert (period.start.isoformat(), period.end.isoformat(), period.words) == (start, end, words)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2024-13", "2024-13 is not a month: months run from 01 to 12."),
        ("2024-00", "2024-00 is not a month: months run from 01 to 12."),
        (
            "2024-25",
            "2024-25 is not a month: months run from 01 to 12; the financial year is 2024/25.",
        ),
        ("2024-Q5", "2024-Q5 is not a quarter: quarters run from Q1 to Q4."),
        ("2024/26", "2024/26 is not a financial year: the one from April 2024 is 2024/25."),
        ("2024-05..2024-01", "A period ends after it starts (2024-05 to 2024-01)."),
        ("2024-05..", "2024-05.. lacks its end. Write the first and the last month: 2024-04..2025-03."),
        ("0000", "0000 is not in the calendar. Write a month"),
        ("April", "'April' is not a period. Write a month (2024-04), quarter (2024-Q2), financial year"),
        ("2024-4", "'2024-4' is not a period. Write a month (2024-04)"),
        ("", "'' is not a period. Write a month"),
    ],
)
def test_what_is_no_period_is_refused_with_what_to_write(text, sentence):
    with pytest.raises(BadInput) as refused:
        Period.parse(text)
    assert str(refused.value).startswith(sentence)


@given(st.text(max_size=12))
def test_any_text_is_a_period_or_refused_in_words(text):
    with contextlib.suppress(BadInput):
        assert Period.parse(text).months >= 1


@given(months, st.integers(1, 60), st.sampled_from(list(Every)))
def test_the_parts_of_a_period_tile_it(start, length, every):
    period = Period(start, add_months(start, length))
    parts = period.each(every)
    assert parts[0].start == period.start
    assert parts[-1].end == period.end
    assert all(a.end == b.start for a, b in itertools.pairwise(parts))
    assert sum(part.months for part in parts) == period.months == length
    if every is Every.YEAR:
        assert all(part.start.month == 4 for part in parts[1:])
    if every is Every.QUARTER:
        assert all(part.start.month in (1, 4, 7, 10) for part in parts[1:])


@given(months, st.integers(-60, 60))
def test_a_shifted_period_keeps_its_length_and_its_text_reads_back(start, by):
    period = Period(start, add_months(start, 7)).shifted(by)
    assert period.months == 7
    assert Period.parse(str(period)) == period


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        # A date means the end of that day in London: 22:59:59 UTC in summer, 23:59:59 in winter.
        ("2024-07-01", "2024-07-01T22:59:59.999999+00:00"),
        ("2024-01-01", "2024-01-01T23:59:59.999999+00:00"),
        # The day on which the clocks go forward, and the one on which they go back.
        ("2024-03-31", "2024-03-31T22:59:59.999999+00:00"),
        ("2024-10-27", "2024-10-27T23:59:59.999999+00:00"),
        ("2024-07-01T09:30", "2024-07-01T08:30:00+00:00"),
        ("2024-07-01T09:30+00:00", "2024-07-01T09:30:00+00:00"),
    ],
)
def test_a_date_of_knowledge_is_the_end_of_the_day_in_london(text, instant):
    assert parse_knowledge_date(text).isoformat() == instant


def test_what_is_no_date_of_knowledge_is_refused():
    with pytest.raises(BadInput, match="cannot be read"):
        parse_knowledge_date("yesterday")


@pytest.mark.parametrize(
    "text",
    ["9999-12-31", "9999-12-31T23:59", "9999-12-31T23:59-05:00", "0001-01-01", "0001-01-01T00:00+05:00"],
)
def test_a_date_of_knowledge_at_the_end_of_the_calendar_is_refused_in_words(text):
    with pytest.raises(BadInput, match="date of knowledge"):
        parse_knowledge_date(text)
