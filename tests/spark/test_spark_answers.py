"""Answers that rest on the counts of figures, by either engine: whole numbers equal, others within 1e-9."""

from __future__ import annotations

import math

import pytest
from answered_town import ASKED, answered, ask, build

import joinedup.api
from joinedup.measures import answering

SPARK = ("--engine", "spark")
TARGET = "targets add T3 --measure recorded-crime --year 2025/26 --at-most 900 --owner Council"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The town's workspace, made once."""
    return build(tmp_path_factory.mktemp("answered"))


@pytest.fixture
def no_duckdb(monkeypatch):
    """Refuse, from when it is called, every question that is asked of DuckDB."""

    def refused(*_asked):
        pytest.fail("DuckDB was asked for a count")

    return lambda: monkeypatch.setattr(answering, "InDuckDB", refused)


def assert_alike(one, other):
    """The same keys, words and whole numbers; other numbers within 1e-9."""
    assert type(one) is type(other)
    if isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            assert_alike(one[key], other[key])
    elif isinstance(one, list):
        assert len(one) == len(other)
        for each, beside in zip(one, other, strict=True):
            assert_alike(each, beside)
    elif isinstance(one, float):
        assert math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    else:
        assert one == other


def counted(rows):
    """Every whole number above 0 that an answer holds."""
    if isinstance(rows, dict):
        return [number for value in rows.values() for number in counted(value)]
    if isinstance(rows, list):
        return [number for value in rows for number in counted(value)]
    return [rows] if type(rows) is int and rows > 0 else []


@pytest.mark.parametrize("name", ASKED)
def test_an_answer_is_the_same_on_both_engines(folder, no_duckdb, name):
    rows, said = answered(folder, ASKED[name])
    assert len(counted(rows)) > 3, "next to nothing was counted, so nothing was compared"
    no_duckdb()
    in_spark, said_then = answered(folder, ASKED[name], *SPARK)
    assert_alike(in_spark, rows)
    assert said_then == said


def test_a_rhythm_of_python_is_the_same_on_both_engines(folder, no_duckdb):
    asked = {"by": "season", "level": "lsoa", "period": "2024/25"}
    with joinedup.api.open(folder) as partnership:
        rows = partnership.rhythm("recorded-crime", **asked).to_json_rows()
        no_duckdb()
        assert_alike(partnership.rhythm("recorded-crime", **asked, engine="spark").to_json_rows(), rows)


def test_a_target_is_set_by_what_spark_counts(folder, no_duckdb):
    no_duckdb()
    given = ask(folder, TARGET, *SPARK)
    assert given.exit_code == 0 and "The target T3 is kept" in given.stderr
