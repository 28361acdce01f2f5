"""The Cardiff model's monitoring: what was asked, by site and month, and that nothing sent is not zero."""

from __future__ import annotations

import datetime as dt

import pytest

from joinedup.errors import BadInput
from joinedup.measures import FigureQuery
from joinedup.terms import AreaLevel, Every, Flag, Form, Period

FIELDS = {
    "site": "VARCHAR",
    "sex": "VARCHAR",
    "ethnic_group": "VARCHAR",
    "arrival_mode": "VARCHAR",
    "method": "VARCHAR",
    "venue": "VARCHAR",
    "location": "VARCHAR",
}


@pytest.fixture
def departments(town):
    """Two sites in January, one month missing, and March."""

    def row(number, site, **more):
        return {"id": f"{site}-{number}", "site": site, **more}

    january = [
        row(1, "A", method="fist", venue="street", location="High Street", sex="male"),
        row(2, "A", method="other", venue="street", sex="male"),
        row(3, "A", venue="licensed", location="The Ship", sex="female"),
        row(4, "B", method="glass", sex="female"),
    ]
    for month, rows in (("2024-01", january), ("2024-03", january[:1])):
        town.deliver(
            month,
            rows,
            received=dt.datetime(2024, 5, 1, tzinfo=dt.UTC),
            feed="ae-assaults",
            source="emergency-department-assaults",
            fields=FIELDS,
        )
    return town


def shares(town, name, *by, month="2024-01"):
    query = FigureQuery(name, form=Form.SHARE, level=AreaLevel.ALL, by=by, period=Period.parse(month))
    return {
        tuple(row.breakdowns.values()): (row.numerator, row.denominator) for row in town.figure(query).rows
    }


def test_what_was_asked_is_told_for_each_site(departments):
    assert shares(departments, "assault-method-known", "site") == {("A",): (1, 3), ("B",): (1, 1)}
    assert shares(departments, "assault-place-known", "site") == {("A",): (2, 3), ("B",): (0, 1)}
    assert shares(departments, "assault-place-known", "sex") == {("female",): (1, 2), ("male",): (1, 2)}
    assert shares(departments, "assault-time-known") == {(): (0, 4)}


def test_a_month_that_no_department_sent_is_no_data(departments):
    query = FigureQuery(
        "assault-attendances", level=AreaLevel.ALL, every=Every.MONTH, period=Period.parse("2024-Q1")
    )
    rows = {str(row.period): row for row in departments.figure(query).rows}
    assert [rows[month].numerator for month in sorted(rows)] == [4, None, 1]
    assert Flag.NO_DATA in rows["2024-02"].flags


def test_what_has_no_place_is_not_cut_by_ward(departments):
    with pytest.raises(BadInput, match="without a place"):
        departments.figure(FigureQuery("assault-attendances", level=AreaLevel.WARD))
