"""What stands beside a number so that it cannot mislead."""

from __future__ import annotations

import dataclasses
import datetime as dt
from math import sqrt

from joinedup.measures import FEW_FOR_A_PERCENTAGE, FigureQuery, bases
from joinedup.places import Residents
from joinedup.records import RecordBook, SeriesBreak
from joinedup.terms import AreaLevel, Every, Flag, Form, Per, Period, RecordType, Role, Viewer
from seconding import by_two

CHIEF = Viewer("cass", "Cass Chief", Role.ADMINISTRATOR, "council")


def test_a_count_is_shown_as_a_percentage_only_where_chance_moves_it_by_less_than_about_a_fifth():
    assert 1 / sqrt(FEW_FOR_A_PERCENTAGE) < 0.185 < 1 / sqrt(FEW_FOR_A_PERCENTAGE - 1)


def test_a_rate_says_whose_risk_it_is_not_and_when_its_residents_were_counted(town):
    town.crimes("2024-05", {"W1": 8})
    query = FigureQuery(
        "recorded-crime", form=Form.RATE, level=AreaLevel.WARD, period=Period.parse("2024-05")
    )
    notes = " ".join(town.figure(query).notes)
    assert "a high rate is not the risk of a resident" in notes
    assert "where the population has grown since, the true rate is lower" in notes
    counted = dataclasses.replace(query, form=Form.COUNT)
    assert not any("resident" in note for note in town.figure(counted).notes)


def test_residents_are_named_by_their_census_or_at_least_by_their_year():
    def notes(source, year):
        return " ".join(bases.notes(Per.RESIDENTS, Residents(AreaLevel.WARD, "2025", year, source, "M", {})))

    assert "those of Census 2021:" in notes("Census 2021, TS021 ethnic group", 2021)
    assert "those of 2023:" in notes("Mid-year estimates, ONS", 2023)


def _crimes(number):
    return [{"id": f"crime {one}", "place": "W1", "kind": "crime"} for one in range(number)]


def _on(month, day=10):
    return dt.datetime(2024, month, day, 12, tzinfo=dt.UTC)


def test_a_break_that_a_contract_tells_stops_comparisons_across_it_and_flags_counts(town):
    change = "From here on the force records by another system."
    told = (SeriesBreak(dt.date(2024, 5, 10), "recording-practice", change),)
    for month, number in (("2024-04", 5), ("2024-05", 6), ("2024-06", 7)):
        town.deliver(month, _crimes(number), received=_on(7), breaks=told)
    crossing = FigureQuery(
        "recorded-crime",
        form=Form.CHANGE,
        period=Period.parse("2024-06"),
        against=Period.parse("2024-04"),
    )
    figure = town.figure(crossing)
    (row,) = [one for one in figure.rows if one.area_code == "partnership"]
    assert (row.numerator, row.denominator, row.value) == (7, 5, None)
    assert Flag.SERIES_BREAK in row.flags
    assert any("10 May 2024" in note and change in note for note in figure.notes)
    months = town.figure(
        dataclasses.replace(
            crossing,
            form=Form.COUNT,
            against=None,
            period=Period.parse("2024-04..2024-06"),
            every=Every.MONTH,
        )
    )
    flagged = {str(one.period) for one in months.rows if Flag.SERIES_BREAK in one.flags}
    assert flagged == {"2024-05"}, "the month in which it changed is neither the old way nor the new"


def test_a_break_of_another_feed_of_the_source_is_not_told(town):
    told = (SeriesBreak(dt.date(2024, 5, 1), "code-list", "Other words for outcomes"),)
    outcomes = {"incident_ref": "VARCHAR", "outcome_type": "VARCHAR"}
    town.deliver(
        "2024-05",
        [],
        received=_on(6),
        feed="outcomes",
        record_type=RecordType.OUTCOME,
        fields=outcomes,
        breaks=told,
    )
    for month in ("2024-04", "2024-05"):
        town.deliver(month, _crimes(3), received=_on(7))
    query = FigureQuery("recorded-crime", period=Period.parse("2024-04..2024-05"))
    assert not any(Flag.SERIES_BREAK in row.flags for row in town.figure(query).rows)


def test_a_month_of_which_records_are_provisional_says_so(town):
    fields = {"kind": "VARCHAR", "crime_type": "VARCHAR", "last_outcome": "VARCHAR", "provisional": "BOOLEAN"}
    for month, provisional in (("2024-05", "false"), ("2024-06", "true")):
        rows = [{**row, "provisional": provisional} for row in _crimes(3)]
        town.deliver(month, rows, received=_on(7), fields=fields)
    query = FigureQuery("recorded-crime", period=Period.parse("2024-05..2024-06"), every=Every.MONTH)
    figure = town.figure(query)
    assert {str(row.period): Flag.PROVISIONAL in row.flags for row in figure.rows} == {
        "2024-05": False,
        "2024-06": True,
    }
    assert any("June 2024" in note and "validates" in note for note in figure.notes)
    validated = [{**row, "provisional": "false"} for row in _crimes(3)]
    town.deliver("2024-06", validated, received=_on(8), fields=fields)
    assert not any(Flag.PROVISIONAL in row.flags for row in town.figure(query).rows)
    then = dataclasses.replace(query, as_at=_on(7, 20))
    assert any(Flag.PROVISIONAL in row.flags for row in town.figure(then).rows)


def test_a_figure_as_known_before_an_erasure_says_that_it_was_touched(town):
    town.deliver("2024-05", _crimes(3), received=_on(7))
    query = FigureQuery("recorded-crime", period=Period.parse("2024-05"))
    then = dataclasses.replace(query, as_at=_on(8))
    before = town.figure(then)
    assert before.rows[0].numerator == 3 and not any("erased" in note for note in before.notes)
    with RecordBook(town.workspace).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], ["published-police-data"])
        key = cursor.execute("SELECT record_key FROM incident ORDER BY ref LIMIT 1").fetchall()[0][0]
    by_two(RecordBook(town.workspace).erase, "street", [key], by=CHIEF, reason="asked for")
    touched = town.figure(then)
    assert touched.rows[0].numerator == 2
    assert [note for note in touched.notes if "erased" in note and "may have been higher" in note]
    assert not any("erased" in note for note in town.figure(query).notes)
