"""Asking for Spark where there is none; and which columns it may read."""

from __future__ import annotations

import importlib.util
from dataclasses import replace

import pytest

from joinedup.errors import BadInput, MissingPart
from joinedup.measures import FigureQuery, measure_named
from joinedup.measures.spark.columns import refuse_unreadable, view_of
from joinedup.spark import in_dialect
from joinedup.terms import Engine, Period

QUERY = FigureQuery("recorded-crime", period=Period.parse("2024-05"), engine=Engine.SPARK)


@pytest.fixture
def installed(monkeypatch):
    """What the computer has: pyspark or not, and Java or not."""

    def act(*, pyspark, java_home=""):
        find = importlib.util.find_spec
        monkeypatch.setattr(
            importlib.util,
            "find_spec",
            lambda name, *more: pyspark if name == "pyspark" else find(name, *more),
        )
        monkeypatch.setenv("PATH", "")
        monkeypatch.delenv("JAVA_HOME", raising=False)
        if java_home:
            monkeypatch.setenv("JAVA_HOME", java_home)

    return act


def test_without_pyspark_the_figure_is_refused_and_it_is_said_how_to_get_it(town, installed):
    town.crimes("2024-05", {"W1": 3})
    installed(pyspark=None)
    with pytest.raises(MissingPart, match="make spark"):
        town.figure(QUERY)
    assert [row.numerator for row in town.figure(replace(QUERY, engine=Engine.DUCKDB)).rows] == [3]


def test_without_java_it_is_said_which_to_install(town, installed, tmp_path):
    town.crimes("2024-05", {"W1": 3})
    installed(pyspark=True)
    with pytest.raises(MissingPart, match=r"JAVA_HOME is not set.*openjdk-17"):
        town.figure(QUERY)
    installed(pyspark=True, java_home=str(tmp_path))
    with pytest.raises(MissingPart, match="JAVA_HOME is "):
        town.figure(QUERY)


def test_columns_keep_the_values_that_duckdb_sees_or_are_left_out():
    wanted = {"flag": "VARCHAR", "count": "BIGINT", "share": "VARCHAR", "key": "UUID", "late": "VARCHAR"}
    older = {"flag": "BOOLEAN", "count": "INTEGER", "share": "DOUBLE", "key": "UUID"}
    view = view_of(wanted, [older, dict(wanted)])
    assert view.columns == {"flag": "string", "count": "bigint", "late": "string"}
    assert view.unreadable == {"share", "key"}


def _reading(column):
    crime = measure_named("recorded-crime")
    return replace(crime, sql=f"SELECT month, point, {column} AS type, last_outcome AS outcome FROM incident")


@pytest.mark.parametrize(
    ("column", "kind"), [("share", "DOUBLE"), ("month(occurred_time)", "TIME"), ("content_hash", "UUID")]
)
def test_a_measure_that_reads_what_spark_reads_otherwise_is_refused(column, kind):
    name = column.removeprefix("month(").removesuffix(")")
    wanted = {"month": "DATE", "point": "BIGINT", "last_outcome": "VARCHAR", name: kind}
    view = view_of(wanted | {"share": "VARCHAR"}, [wanted])
    with pytest.raises(BadInput, match=rf"Spark cannot read {name} .*--engine duckdb"):
        refuse_unreadable(_reading(column), "incident", view, wanted)


def test_asking_whether_there_is_a_time_is_no_reading_of_it():
    measure = measure_named("assault-time-known")
    wanted = dict.fromkeys(measure.fields_read["incident"], "VARCHAR") | {"occurred_time": "TIME"}
    refuse_unreadable(measure, "incident", view_of(wanted, [wanted]), wanted)


def test_texts_mean_the_same_in_sparks_dialect():
    asked = in_dialect(r"SELECT 'St John''s \ north' AS place")
    assert (
        asked
        == r"""SELECT
  'St John\'s \\ north' AS place"""
    )
