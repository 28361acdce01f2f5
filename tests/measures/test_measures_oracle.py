"""The same random question to the engine and to a few lines of plain Python: the same answer."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from joinedup.measures import FigureQuery
from joinedup.terms import AreaLevel, Every, Form, Period, add_months
from sampling import examples

DISTRICT_OF = {"W1": "D1", "W2": "D1", "W3": "D2", "W4": "D2"}
PLACES = [*DISTRICT_OF, "sea", None]
TYPES = ["burglary", "drugs", "robbery", None]
FIRST = dt.date(2023, 1, 1)
MONTHS = [add_months(FIRST, index) for index in range(18)]
KNOWN = ["burglary", "drugs", "robbery"]


def on(day):
    return dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC) + dt.timedelta(days=day)


def random_history(seed):
    """[(day it became known, month, rows)]: most months once, some twice, a few never."""
    chance = random.Random(seed)
    history = []
    for month in MONTHS:
        for _ in range(chance.choice([0, 1, 1, 1, 2])):
            rows = [
                {
                    "id": f"{month}-{number}",
                    "place": chance.choice(PLACES),
                    "crime_type": chance.choice(TYPES),
                    "kind": chance.choice(["crime", "crime", "anti-social-behaviour"]),
                }
                for number in range(chance.randint(0, 14))
            ]
            history.append((month, rows))
    chance.shuffle(history)
    return [(day, month, rows) for day, (month, rows) in enumerate(history, 1)]


def book_at(history, day):
    """{month: its rows as last known on that day}; a month that was never delivered is absent."""
    return {month: rows for known, month, rows in history if known <= day}


def area_of(place, level):
    if level is AreaLevel.ALL:
        return "all"
    if place not in DISTRICT_OF:
        return "unlocated" if place is None else "outside"
    return {AreaLevel.WARD: place, AreaLevel.DISTRICT: DISTRICT_OF[place]}.get(level, "partnership")


def months_of(period):
    return [add_months(period.start, index) for index in range(period.months)]


def counted(book, query, area, months, kind):
    """How many crimes of a type (``kind`` None: any) an area had in these months."""
    wanted = {value for _, value in query.where}
    return sum(
        row["kind"] == "crime"
        and area_of(row["place"], query.level) == area
        and (not wanted or row["crime_type"] in wanted)
        and (kind is None or (row["crime_type"] or "not-stated") == kind)
        for month in months
        for row in book.get(month, [])
    )


def expected(book, query, area, period, kind):
    """Numerator and denominator by the rules, in the plainest way."""
    there = [month for month in months_of(period) if month in book]
    whole = len(there) == period.months
    if query.form is Form.ROLLING_12 and not whole:
        return None, None
    if not there:
        return None, None
    now = counted(book, query, area, there, kind)
    if query.form is Form.SHARE:
        return now, counted(book, query, area, there, None)
    if query.form in (Form.CHANGE, Form.YEAR_TO_DATE):
        past = [add_months(month, -12) for month in months_of(period)]
        return now, counted(book, query, area, past, kind) if all(m in book for m in past) else None
    return now, None


@st.composite
def questions(draw):
    form = draw(st.sampled_from([Form.COUNT, Form.SHARE, Form.CHANGE, Form.YEAR_TO_DATE, Form.ROLLING_12]))
    level = draw(st.sampled_from([AreaLevel.ALL, AreaLevel.PARTNERSHIP, AreaLevel.DISTRICT, AreaLevel.WARD]))
    allowed = {AreaLevel.WARD: ["W1", "W3", "D1", "D2"], AreaLevel.DISTRICT: ["D1", "D2"]}.get(level, [])
    start = draw(st.integers(-2, 17))
    length = draw(st.integers(1, 12))
    begin = add_months(FIRST, start)
    by = ("type",) if form is Form.SHARE or draw(st.booleans()) else ()
    filtered = (
        draw(st.lists(st.sampled_from(KNOWN), unique=True, max_size=2)) if form is not Form.SHARE else []
    )
    return FigureQuery(
        "recorded-crime",
        form=form,
        level=level,
        areas=tuple(draw(st.lists(st.sampled_from(allowed), unique=True, max_size=2)) if allowed else ()),
        period=Period(begin, add_months(begin, length)),
        every=draw(st.sampled_from(Every)),
        by=by,
        where=tuple(("type", value) for value in filtered),
    )


def within(area, query):
    return not query.areas or area in query.areas or DISTRICT_OF.get(area) in query.areas


@pytest.mark.parametrize("seed", [1, 2])
def test_the_engine_and_plain_counting_agree(town, seed):
    history = random_history(seed)
    for day, month, rows in history:
        town.deliver(f"{month:%Y-%m}", rows, received=on(day))

    @settings(max_examples=examples(60, 3), deadline=None, suppress_health_check=list(HealthCheck))
    @given(questions(), st.integers(1, len(history)))
    def agree(query, day):
        book = book_at(history, day)
        asked = FigureQuery(**{**vars(query), "as_at": on(day) + dt.timedelta(hours=1)})
        rows = town.figure(asked).rows
        assert rows
        for row in rows:
            kind = row.breakdowns.get("type")
            found = (row.numerator, row.denominator)
            assert found == expected(book, query, row.area_code, row.period, kind), row
        _nothing_is_missing(book, query, rows)

    agree()


def _nothing_is_missing(book, query, rows):
    """Every ward or district asked for has a row, and every count not zero is in one."""
    found = {row.area_code for row in rows}
    wanted = {area_of(place, query.level) for place in DISTRICT_OF}
    assert {area for area in wanted if within(area, query)} == found - {"outside", "unlocated"}
    if query.form is Form.COUNT and not query.areas:
        total = sum(row.numerator or 0 for row in rows)
        everywhere = {area_of(place, query.level) for place in PLACES}
        months = [month for month in months_of(query.period) if month in book]
        assert total == sum(counted(book, query, area, months, None) for area in everywhere)


def test_parts_add_up_to_the_whole(town):
    history = random_history(7)
    for day, month, rows in history:
        town.deliver(f"{month:%Y-%m}", rows, received=on(day))
    period = Period(FIRST, add_months(FIRST, 18))

    def total(level, **cut):
        query = FigureQuery("recorded-crime", level=level, period=period, **cut)
        return sum(row.numerator or 0 for row in town.figure(query).rows)

    totals = {
        total(level, every=every, by=by)
        for level in (
            AreaLevel.ALL,
            AreaLevel.PARTNERSHIP,
            AreaLevel.DISTRICT,
            AreaLevel.WARD,
            AreaLevel.SQUARE,
        )
        for every, by in ((Every.WHOLE, ("type",)), (Every.QUARTER, ()), (Every.MONTH, ("type", "outcome")))
    }
    assert len(totals) == 1
