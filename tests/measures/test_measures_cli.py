"""The verbs figure, measures and explain, as a person at a shell meets them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import pytest
from click.testing import CliRunner

from joinedup.cli import main
from joinedup.terms import Role


@pytest.fixture
def run(town):
    """Run a verb in the town, in which an analyst is the only user: (exit status, output, messages)."""
    from joinedup.accounts import add_agency, add_user

    agency = add_agency("council", "Council")
    add_user("ada", name="Ada Analyst", role=Role.ANALYST, agency=agency)
    town.crimes("2024-05", {"W1": 3, "sea": 1}, received=dt.datetime(2024, 6, 15, 12, tzinfo=dt.UTC))
    town.crimes("2024-06", {"W1": 8}, received=dt.datetime(2024, 7, 15, 12, tzinfo=dt.UTC))

    def act(*words, folder=town.workspace.folder):
        result = CliRunner().invoke(main, ["-C", str(folder), *words])
        return result.exit_code, result.stdout, result.stderr

    return act


def test_a_figure_in_json_is_a_list_with_an_object_for_each_row(run):
    status, out, _ = run(
        "figure", "recorded-crime", "--area-level", "district", "--every", "month", "--format", "json"
    )
    rows = json.loads(out)
    assert status == 0
    found = {(row["area_code"], row["period"]): row["numerator"] for row in rows}
    assert found == {
        ("D1", "2024-05"): 3,
        ("D1", "2024-06"): 8,
        ("D2", "2024-05"): 0,
        ("D2", "2024-06"): 0,
        ("outside", "2024-05"): 1,
        ("outside", "2024-06"): 0,
    }
    assert rows[0]["known_on"] == "2024-07-15T12:00:00+00:00"
    assert rows[0]["deliveries"] == [1, 2]


def test_periods_may_be_open_at_one_end_and_values_given_by_their_labels(run):
    common = ("figure", "recorded-crime", "--area-level", "ward", "--area", "W1", "--format", "json")
    _, out, _ = run(*common, "--from", "2024-06", "--where", "type=Burglary", "--every", "month")
    assert [(row["period"], row["value"]) for row in json.loads(out)] == [("2024-06", 8)]
    _, out, _ = run(*common, "--to", "2024-05")
    assert [(row["period"], row["value"]) for row in json.loads(out)] == [("2024-05", 3)]


def test_an_earlier_date_of_knowledge_gives_the_earlier_answer(run):
    _, out, notes = run(
        *("figure", "recorded-crime", "--area-level", "ward", "--area", "W1", "--every", "month"),
        *("--from", "2024-05", "--to", "2024-06", "--as-at", "2024-06-20", "--format", "csv"),
    )
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["period"], row["value"], row["flags"]) for row in rows] == [
        ("2024-05", "3", "small-number"),
        ("2024-06", "", "no-data"),
    ]
    assert "June 2024" in notes


def test_the_sql_is_printed_in_place_of_the_rows(run):
    status, out, _ = run("figure", "recorded-crime", "--show-sql")
    assert status == 0
    assert "FROM incident" in out and "GROUP BY" in out


def test_every_figure_shown_is_in_the_log(run, town):
    run("figure", "recorded-crime", "--area-level", "ward")
    run("explain", "recorded-crime", "--between", "2024-06-20", "2024-07-20")
    from joinedup.log.models import Act
    from joinedup.workspace import Workspace

    Workspace.open(town.workspace.folder)
    disclosures = [act for act in Act.objects.order_by("id") if act.kind == "disclosure"]
    assert [act.username for act in disclosures] == ["ada", "ada"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("figure", "recorded-crme"), "recorded-crime"),
        (("figure", "recorded-crime", "--by", "colour"), "type, outcome"),
        (("figure", "recorded-crime", "--where", "type"), "DIMENSION=VALUE"),
        (("figure", "recorded-crime", "--from", "yesterday"), "period"),
        (("figure", "recorded-crime", "--area", "E99"), "E99"),
        (("figure", "recorded-crime", "--form", "median"), "median"),
        (("explain", "recorded-crime", "--between", "2024-07-20", "2024-06-20"), "before"),
        (("measures", "show", "joy"), "no such measure"),
    ],
)
def test_wrong_use_is_refused_in_a_sentence_with_nothing_on_standard_output(run, words, says):
    status, out, message = run(*words)
    assert status == 2
    assert out == ""
    assert says in message


def test_the_measures_are_listed_and_each_says_what_it_means(run):
    _, out, _ = run("measures", "--format", "json")
    names = [row["measure"] for row in json.loads(out)]
    assert names[0] == "recorded-crime"
    assert {"anti-social-behaviour", "stop-and-search", "positive-outcomes"} <= set(names)
    for name in names:
        _, out, _ = run("measures", "show", name, "--format", "json")
        shown = json.loads(out)
        assert shown["meaning"] and shown["unit"] and "SELECT" in shown["sql"]


def test_why_a_count_moved_is_told_by_area_and_reason(run):
    _, out, _ = run(
        *("explain", "recorded-crime", "--between", "2024-06-20", "2024-07-20", "--area-level", "ward"),
        *("--from", "2024-05", "--to", "2024-06", "--format", "json"),
    )
    [row] = json.loads(out)
    assert (row["area_code"], row["reason"], row["change"]) == ("W1", "month delivered since", 8)
    assert (row["before"], row["after"]) == (3, 11)
