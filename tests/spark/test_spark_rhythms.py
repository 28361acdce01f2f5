"""Rhythms on both engines, of random records round the days on which clocks change."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from naive_rhythms import drawn, value
from test_measures_rhythms import FAIR, MEASURE, NAMES, TERMS, USUAL_NIGHT, USUAL_WEEKEND, deliver

from joinedup.measures import FigureQuery
from joinedup.terms import AreaLevel, Engine, Period
from joinedup.workspace import Workspace
from tiny_town import Town, build_town

TOLD = [drawn(random.Random(seed)) for seed in range(300)]


@pytest.fixture(scope="module")
def dated(tmp_path_factory):
    """The tiny town with records of every kind of time, and calendars."""
    workspace = Workspace.open(build_town(tmp_path_factory.mktemp("dated")))
    town = Town(workspace)
    (workspace.folder / "term-dates.toml").write_text(TERMS)
    (workspace.folder / "events.toml").write_text(FAIR)
    deliver(town, TOLD)
    yield town
    workspace.close()


@pytest.mark.parametrize("name", [*NAMES, "school", "on_fair", "on_bank_holidays"])
def test_a_rhythm_is_the_same_on_both_engines(dated, name):
    query = FigureQuery(MEASURE, level=AreaLevel.WARD, period=Period.parse("2024-03..2024-10"), by=(name,))
    in_duckdb, in_spark = (dated.figure(replace(query, engine=engine)) for engine in Engine)
    assert list(in_spark.rows) == list(in_duckdb.rows)
    if name in NAMES:
        here = {row.breakdowns[name]: row.numerator for row in in_spark.rows if row.area_code == "W1"}
        for code, count in here.items():
            assert count == sum(value(name, one, USUAL_NIGHT, USUAL_WEEKEND) == code for one in TOLD), code
