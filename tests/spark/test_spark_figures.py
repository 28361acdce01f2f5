"""The same question to both engines, and to plain counting: the same answer, number for number."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from dataclasses import replace

import pytest
from busy_town import STREET, build
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_measures_oracle import book_at, expected, on, questions

from joinedup.errors import JoinedupError
from joinedup.measures import UNSTATED, FigureQuery, catalogue, occurring
from joinedup.measures.harm import HarmQuery, Weight, Weights, harm
from joinedup.measures.own import read_file
from joinedup.terms import AreaLevel, Engine, Every, Form, Period
from joinedup.workspace import Workspace
from own_measures import CLOSED, OPEN, put
from sampling import examples
from tiny_town import Town

LEVELS = (
    AreaLevel.ALL,
    AreaLevel.PARTNERSHIP,
    AreaLevel.DISTRICT,
    AreaLevel.WARD,
    AreaLevel.SQUARE,
)
PERIODS = tuple(map(Period.parse, ("2024-03..2024-05", "2024-04", "2023-06..2024-05")))
DATES = (None, on(35), on(65), on(400))
SEEDS = range(100, 100 + examples(10, 5))


def answered(town, query, engine):
    """All that a figure says, or the sentence that refuses it."""
    try:
        found = town.figure(replace(query, engine=engine))
    except JoinedupError as error:
        return error.sentence()
    return list(found.rows), found.notes, found.deliveries, found.known_on, found.unit


def assert_same(town, query):
    """What both engines say of a question; which values occur at all, each finds for itself."""
    occurring._kept.clear()
    in_duckdb = answered(town, query, Engine.DUCKDB)
    occurring._kept.clear()
    in_spark = answered(town, query, Engine.SPARK)
    assert in_spark == in_duckdb
    return in_spark


def question(chance, measure):
    """Any question that the measure answers, and some that it does not."""
    breakdowns = list(measure.breakdowns)
    form = chance.choice(measure.forms)
    level = chance.choice(LEVELS)
    vintage = None
    if measure.stated_area:
        level = chance.choice([AreaLevel.ALL, AreaLevel.PARTNERSHIP, AreaLevel.DISTRICT, AreaLevel.LSOA])
        vintage = "2011" if level is AreaLevel.LSOA else None
    elif not measure.placed:
        level = AreaLevel.ALL
    elif level is AreaLevel.WARD:
        vintage = chance.choice([None, "2019"])
    by = tuple(chance.sample(breakdowns, min(len(breakdowns), chance.choice([0, 1, 1, 2]))))
    where = []
    if breakdowns and chance.random() < 0.4:
        name = chance.choice(breakdowns)
        values = [*measure.breakdowns[name], UNSTATED, "St John's \\ north"]
        where = [(name, value) for value in chance.sample(values, 2)]
    areas = ("D1",) if level in {AreaLevel.DISTRICT, AreaLevel.WARD} and chance.random() < 0.3 else ()
    return FigureQuery(
        measure.name,
        form=form,
        level=level,
        areas=areas,
        period=chance.choice(PERIODS),
        every=chance.choice([Every.WHOLE, Every.MONTH, Every.QUARTER]),
        by=by,
        where=tuple(where),
        as_at=chance.choice(DATES),
        vintage=vintage,
    )


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_measure_gives_the_same_figure_on_both_engines(busy, name):
    measure = catalogue()[name]
    chance = random.Random(name)
    everything = FigureQuery(
        name, form=measure.forms[0], level=AreaLevel.ALL, period=PERIODS[0], by=tuple(measure.breakdowns)[:1]
    )
    rows = assert_same(busy, everything)[0]
    assert any(row.numerator for row in rows), "nothing was counted, so nothing was compared"
    assert_same(busy, question(chance, measure))
    others = chance.sample(tuple(measure.breakdowns)[1:], max(0, len(measure.breakdowns) - 1))
    for at in range(0, len(others), 2):
        assert_same(busy, replace(everything, by=tuple(others[at : at + 2]), as_at=chance.choice(DATES)))


@pytest.mark.parametrize("seed", SEEDS)
def test_random_questions_of_other_random_towns_have_the_same_answer(tmp_path, seed):
    """Each a town of its own records and fates; a question of every measure."""
    workspace = Workspace.open(build(tmp_path, seed))
    try:
        told = [
            assert_same(Town(workspace), question(random.Random(f"{name} {seed}"), measure))
            for name, measure in sorted(catalogue().items())
        ]
        assert sum(isinstance(one, str) for one in told) < len(told) / 4, "refused, so nothing was compared"
    finally:
        workspace.close()


@pytest.mark.parametrize(
    ("form", "level"), [*zip(Form, LEVELS, strict=False), (Form.ROLLING_12, AreaLevel.WARD)]
)
def test_every_form_and_level_is_the_same(busy, form, level):
    query = FigureQuery("crime-in-police-records", form=form, level=level, period=PERIODS[0])
    assert_same(busy, replace(query, by=("type",) if form is Form.SHARE else ()))


@pytest.mark.parametrize("text", [OPEN, CLOSED], ids=["open", "closed"])
def test_own_measures_give_the_same_figure_on_both_engines(busy, tmp_path, text):
    measure = read_file(put(tmp_path, text)).measure
    for level, by in itertools.product((AreaLevel.ALL, AreaLevel.WARD), ((), tuple(measure.breakdowns))):
        query = FigureQuery(measure.name, level=level, period=PERIODS[0], by=by)
        in_duckdb, in_spark = (busy.figure(replace(query, engine=engine), measure) for engine in Engine)
        assert list(in_spark.rows) == list(in_duckdb.rows)
        assert any(row.numerator for row in in_spark.rows)


@pytest.mark.parametrize("name", ["total", "average"])
def test_harm_is_the_same_on_both_engines(busy, name):
    """Weighted sums, their intervals and what had no weight."""
    weights = Weights(
        name="plain",
        title="Plain weights",
        vintage="2024",
        unit="days",
        source="This test",
        rules={"one": "They are given."},
        by_code={code: Weight(number + 0.25, "one") for number, code in enumerate(["2", "8/6", "58", "28A"])},
    )
    for cut in ({}, {"by": ("type",), "every": Every.MONTH}, {"level": AreaLevel.WARD, "as_at": on(65)}):
        asked = {"level": AreaLevel.ALL, "period": PERIODS[0], **cut}
        query = FigureQuery("crime-in-police-records-by-offence", **asked)
        found = {}
        for engine in Engine:
            occurring._kept.clear()
            asking = HarmQuery(name, weights.name, replace(query, engine=engine))
            found[engine] = harm(busy.workspace, asking, weights)
        in_duckdb, in_spark = found[Engine.DUCKDB], found[Engine.SPARK]
        assert in_spark.to_json_rows() == in_duckdb.to_json_rows()
        assert in_spark.unweighted == in_duckdb.unweighted and in_spark.notes == in_duckdb.notes
        assert any(row.value for row in in_spark.rows)


def test_spark_counts_what_plain_counting_does(busy):
    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(questions(), st.integers(1, len(STREET)))
    def agree(query, day):
        book = book_at(STREET, day)
        asked = replace(query, as_at=on(day) + dt.timedelta(hours=1), engine=Engine.SPARK)
        rows = busy.figure(asked).rows
        assert rows
        for row in rows:
            found = (row.numerator, row.denominator)
            kind = row.breakdowns.get("type")
            assert found == expected(book, query, row.area_code, row.period, kind), row

    agree()


def test_what_is_restricted_taken_back_and_withdrawn_is_counted_by_neither(busy):
    query = FigureQuery("crime-in-police-records", level=AreaLevel.ALL, period=PERIODS[0])
    counted = [assert_same(busy, replace(query, as_at=moment))[0][0].numerator for moment in (on(65), None)]
    assert counted[0] > counted[1] > 0
    sightings = replace(query, measure="warden-sightings")
    counted = [
        assert_same(busy, replace(sightings, as_at=moment))[0][0].numerator for moment in (on(35), None)
    ]
    assert counted[0] == counted[1], "what the withdrawn file had changed is as it was"
