"""Java dies, as it does where memory is short: a sentence, and the next question starts it anew."""

from __future__ import annotations

import pytest
from py4j.protocol import Py4JError, Py4JNetworkError
from pyspark import SparkContext
from pyspark.sql import SparkSession

from joinedup.errors import BadInput
from joinedup.measures import catalogue
from joinedup.measures.spark import InSpark, views
from joinedup.spark import session
from joinedup.workspace import Workspace

MEASURE = catalogue()["recorded-crime"]


class Dead:
    """What is in a Java that is gone: whatever it is asked fails as ``error``."""

    def __init__(self, error):
        self._error = error

    def __getattr__(self, name):
        raise self._error


def died(error):
    """A session of pyspark's, with its context, after its Java has died."""
    context, made = object.__new__(SparkContext), object.__new__(SparkSession)
    context._jsc, made._sc, made._jvm = Dead(error), context, Dead(error)
    return made


class Living:
    """A Spark that was started in place of it."""

    def newSession(self):
        return self


@pytest.fixture
def workspace(tmp_path):
    made = Workspace.create(tmp_path / "workspace", partnership="Tiny")
    yield made
    made.close()


@pytest.mark.parametrize("where", [(session, "opened"), (views, "define")])
@pytest.mark.parametrize("error", [Py4JNetworkError("gone: Zeal"), ConnectionRefusedError("gone: Zeal")])
def test_java_that_dies_while_views_are_made_is_told_in_a_sentence(workspace, monkeypatch, where, error):
    def dead(*_asked):
        raise error

    monkeypatch.setattr(session, "require_installed", lambda: None)
    monkeypatch.setattr(session, "opened", lambda _workspace: None)
    monkeypatch.setattr(*where, dead)
    with pytest.raises(BadInput, match="--engine duckdb") as told:
        InSpark(workspace, None, MEASURE, None)
    assert type(error).__name__ in told.value.sentence() and "Zeal" not in told.value.sentence()


@pytest.mark.parametrize("error", [Py4JError("gone"), ConnectionRefusedError()])
def test_a_spark_that_no_longer_answers_is_forgotten_and_started_anew(workspace, monkeypatch, error):
    dead, living = died(error), Living()
    monkeypatch.setattr(session, "_started", (workspace.spark_folder, dead))
    monkeypatch.setattr(session, "require_installed", lambda: None)
    monkeypatch.setattr(session, "_start", lambda _workspace: living)
    monkeypatch.setattr(SparkContext, "_gateway", None)
    monkeypatch.setattr(SparkContext, "_jvm", dead._jvm)
    monkeypatch.setattr(SparkContext, "_active_spark_context", dead._sc)
    assert session.opened(workspace) is living
    # pyspark starts none beside one that it takes for running, nor another Java.
    assert SparkContext._active_spark_context is None and SparkContext._jvm is None


def test_after_java_is_killed_one_question_fails_and_the_next_is_answered(workspace, monkeypatch):
    monkeypatch.setattr(views, "define", lambda *_asked: [])
    records = InSpark(workspace, None, MEASURE, None)
    SparkContext._gateway.proc.kill()
    with pytest.raises(BadInput, match="could not run"):
        records.ask("SELECT 1 AS one")
    again = InSpark(workspace, None, MEASURE, None)
    assert again.ask("SELECT 1 AS one")["one"].to_pylist() == [1]
