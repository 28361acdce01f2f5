"""Every command whose answer rests on counts hands ``--engine`` on to each figure that it asks for."""

from __future__ import annotations

import importlib.util
import shutil

import pytest
from answered_town import ASKED, answered, ask, build

import joinedup.api
from joinedup.errors import MissingPart
from joinedup.measures import answering
from joinedup.terms import Engine

SPARK = ("--engine", "spark")
TARGET = "targets add T3 --measure recorded-crime --year 2025/26 --at-most 900 --owner Council"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The town's workspace, made once. Read it only."""
    return build(tmp_path_factory.mktemp("answered"))


@pytest.fixture
def own_folder(folder, tmp_path):
    """A copy of it, to be changed."""
    shutil.copytree(folder, tmp_path / "workspace")
    return tmp_path / "workspace"


@pytest.fixture
def without_spark(monkeypatch):
    """A computer without pyspark."""
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name == "pyspark" else find(name, *more)
    )


@pytest.fixture
def engines(monkeypatch):
    """The engines that records are asked of: each answers by DuckDB, which gives what any would."""
    asked = []
    opened = answering.opened

    def noted(workspace, reader, measure, period, engine):
        asked.append(engine)
        return opened(workspace, reader, measure, period, Engine.DUCKDB)

    monkeypatch.setattr(answering, "opened", noted)
    return asked


@pytest.mark.parametrize("name", ASKED)
def test_without_pyspark_every_answer_is_refused_as_a_figure_is(folder, without_spark, name):
    figure = ask(folder, "figure recorded-crime --area-level all", *SPARK)
    assert (figure.exit_code, figure.stdout) == (2, "") and "make spark" in figure.stderr
    given = ask(folder, ASKED[name], *SPARK)
    assert (given.exit_code, given.stdout) == (2, "")
    assert given.stderr.splitlines()[-1] == figure.stderr.splitlines()[-1]


@pytest.mark.parametrize("name", ASKED)
def test_every_figure_behind_an_answer_is_asked_of_the_engine_that_was_named(folder, engines, name):
    plain = answered(folder, ASKED[name])
    assert set(engines) <= {Engine.DUCKDB}
    engines.clear()
    assert answered(folder, ASKED[name], *SPARK) == plain
    assert set(engines) == {Engine.SPARK}


def test_a_target_is_set_by_the_engine_that_was_named_or_not_at_all(own_folder, engines):
    assert ask(own_folder, TARGET, *SPARK).exit_code == 0
    assert set(engines) == {Engine.SPARK}


def test_without_pyspark_no_target_is_set(own_folder, without_spark):
    given = ask(own_folder, TARGET, *SPARK)
    assert given.exit_code == 2 and "make spark" in given.stderr
    assert ask(own_folder, "targets show T3").exit_code == 2


def test_the_log_says_which_engine_counted(own_folder, engines):
    from joinedup.log import acts

    for line in (ASKED["interventions read"], ASKED["commissioned read"], ASKED["compare"]):
        ask(own_folder, line, *SPARK)
        assert next(iter(acts())).detail["engine"] == "spark", line


def test_python_names_the_engine_of_a_rhythm(folder, without_spark):
    asked = {"by": "season", "level": "ward", "period": "2024/25"}
    with joinedup.api.open(folder) as partnership:
        assert partnership.rhythm("recorded-crime", **asked).found.rows
        with pytest.raises(MissingPart, match="make spark"):
            partnership.rhythm("recorded-crime", **asked, engine="spark")
