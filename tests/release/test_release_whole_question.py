"""An act of the log holds the whole question: whoever audits it can ask the same again."""

from __future__ import annotations

import dataclasses
import datetime as dt

from closed_town import QUARTER, WARDS, viewer

from joinedup import places
from joinedup.log import acts
from joinedup.measures import FigureQuery
from joinedup.release import release
from joinedup.terms import AreaLevel, Every, Form, Per, Period, Role

ASKED = [
    FigureQuery("patrols"),
    FigureQuery(
        "patrols",
        form=Form.CHANGE,
        level=AreaLevel.WARD,
        areas=("W1", "W2"),
        period=QUARTER,
        every=Every.WHOLE,
        by=("kind",),
        where=(("kind", "foot"),),
        as_at=dt.datetime(2024, 8, 1, 12, 30, tzinfo=dt.UTC),
        against=QUARTER.shifted(-3),
        vintage="2025",
    ),
    FigureQuery(
        "recorded-crime",
        form=Form.RATE,
        level=AreaLevel.WARD,
        period=QUARTER,
        every=Every.MONTH,
        per=Per.WORKDAY,
    ),
]


def _rebuilt(detail):
    kinds = {"form": Form, "level": AreaLevel, "every": Every, "per": Per}
    periods = {"period", "against"}
    given = {}
    for field in dataclasses.fields(FigureQuery):
        value = detail[field.name]
        if value is None:
            given[field.name] = None
        elif field.name in kinds:
            given[field.name] = kinds[field.name](value)
        elif field.name in periods:
            given[field.name] = Period.parse(value)
        elif field.name == "as_at":
            given[field.name] = dt.datetime.fromisoformat(value)
        elif isinstance(value, list):
            given[field.name] = tuple(tuple(one) if isinstance(one, list) else one for one in value)
        else:
            given[field.name] = value
    return FigureQuery(**given)


def test_the_query_can_be_rebuilt_from_its_act(town, tmp_path):
    file = tmp_path / "workday.csv"
    file.write_text("code,n\n" + "".join(f"{ward},500\n" for ward in WARDS))
    places.load_denominator(
        town,
        file,
        per="workday",
        level="ward",
        vintage="2025",
        year=2021,
        code="code",
        count="n",
        source="Invented",
        title="Workday people",
        licence="Open Government Licence v3.0",
    )
    for query in ASKED:
        released = release(town, viewer(Role.ANALYST), query)
        (act,) = [act for act in acts(kind="disclosure") if act.id == released.act_id]
        assert _rebuilt(act.detail) == query


def test_each_field_is_asked_with_another_value_than_its_default():
    """Else a field that the act forgot could be rebuilt by chance. The other engine is an optional part."""
    plain = FigureQuery("patrols")
    same = [
        field.name
        for field in dataclasses.fields(FigureQuery)
        if all(getattr(query, field.name) == getattr(plain, field.name) for query in ASKED)
    ]
    assert same == ["engine"]
