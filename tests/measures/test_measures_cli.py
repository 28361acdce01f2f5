"""The verbs figure, measures and explain, as a person at a shell meets them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re

import pytest
from click.testing import CliRunner

import joinedup
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
        (("figure", "recorded-crme"), "Did you mean recorded-crime?"),
        (("figur", "recorded-crime"), "There is no verb 'figur'. Did you mean figure?"),
        (("figure", "recorded-crime", "--area-level", "wards"), "Did you mean ward?"),
        (("figure", "recorded-crime", "--area", "D1"), "D1) is a district: add --area-level district."),
        (
            ("figure", "recorded-crime", "--area-level", "district", "--area", "ward w1"),
            "add --area-level ward.",
        ),
        (("figure", "recorded-crime", "--area-level", "ward", "--area", "Wrad W1"), "Ward W1 (a ward)"),
        (("figure", "recorded-crime", "--from", "2024-13"), "months run from 01 to 12."),
        (("document", "assessment", "partnership", "--period", "2030/31"), "April 2030 to March 2031"),
        (("document", "assessment", "partnership", "--period", "2030/31"), "There is: May 2024 to June 2024"),
        (("explain", "recorded-crime"), "joinedup explain recorded-crime --between 2024-06-15 2024-07-15"),
        (("figure", "recorded-crime", "--by", "colour"), "type, outcome"),
        (("figure", "recorded-crime", "--where", "type"), "DIMENSION=VALUE"),
        (("figure", "recorded-crime", "--from", "yesterday"), "period"),
        (("figure", "recorded-crime", "--area", "E99"), "E99"),
        (("figure", "recorded-crime", "--form", "median"), "median"),
        (("explain", "recorded-crime", "--between", "2024-07-20", "2024-06-20"), "before"),
        (("explain", "recorded-crime", "--between", "2024-07-20"), "two dates of knowledge, and only one"),
        (
            ("explain", "recorded-crime", "--between", "2024-07-20", "--area-level", "ward"),
            "two dates of knowledge, and only one",
        ),
        (("explain", "recorded-crime", "--between=2024-07-20"), "two dates of knowledge, and only one"),
        (
            ("figure", "recorded-crime", "--as-at", "2020-01-01"),
            "On 1 January 2020 nothing of recorded crime was known yet: the first months of it are known "
            "from 15 June 2024",
        ),
        (("figure", "recorded-crime", "--as-at", "2020-01-01"), "(--as-at 2024-06-15)"),
        (("figure", "stop-and-search", "--as-at", "2020-01-01"), "Nothing has been delivered yet that"),
        (("figure", "assault-attendances", "--area-level", "ward"), "--area-level all), and cut it by: site"),
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
    assert row["flags"] == ["incomplete-feed"]
    assert row["notes"] == ["As known on 20 June 2024: Not delivered, or not by every feed: June 2024."]


def test_the_two_counts_of_an_area_stand_beside_its_name(run):
    between = ("--between", "2024-06-20", "2024-07-20", "--from", "2024-05", "--to", "2024-06")
    _, _, told = run("explain", "recorded-crime", *between, "--area-level", "ward")
    assert "Ward W1 (W1): 3 before, 11 after, +8" in told
    assert "Outside every area: 1 before, 1 after, +0" in told


def test_what_comes_without_a_place_is_counted_for_everything_where_no_level_is_named(run, town):
    status, out, told = run("figure", "assault-attendances", "--period", "2024-05", "--format", "json")
    assert status == 0, told
    assert [row["area_level"] for row in json.loads(out)] == ["all"]
    status, _, told = run(
        *("explain", "assault-attendances", "--between", "2024-06-20", "2024-07-20"),
        *("--from", "2024-05", "--to", "2024-06"),
    )
    assert status == 0, told
    assert "Everything delivered: 0 before, 0 after" in told
    with joinedup.open(town.workspace.folder) as partnership:
        (row,) = partnership.figure("assault-attendances", period="2024-05").to_json_rows()
    assert row["area_level"] == "all"


def test_what_stands_in_the_way_of_two_counts_is_said_above_the_table_of_reasons(run):
    words = ("explain", "recorded-crime", "--from", "2024-05", "--between", "2024-06-20", "2024-07-20")
    _, out, messages = run(*words)
    assert "As known on 20 June 2024: Not delivered, or not by every feed: June 2024." in messages
    assert "June 2024" not in out


def lines_of(out):
    """The table's headings and rows, each as its cells."""
    heads, _, *rows = (re.split(r"\s{2,}", line.strip()) for line in out.splitlines())
    return heads, rows


def test_a_table_of_counts_is_headed_by_what_is_counted(run):
    _, out, said = run("figure", "recorded-crime", "--area-level", "ward", "--area", "W1", "--every", "month")
    heads, rows = lines_of(out)
    assert heads == ["Code", "Area", "Period", "Recorded crimes", "95% interval", "Cautions"]
    assert rows[0] == ["W1", "Ward W1", "May 2024", "3", "1 to 9", "small number: moves by chance"]
    assert rows[1][2:4] == ["June 2024", "8"]
    assert "Recorded crime (definition" in said


def test_a_table_of_rates_has_residents_and_the_rate_for_a_thousand(run):
    _, out, _ = run("figure", "recorded-crime", "--form", "rate", "--area-level", "ward", "--area", "W1,W2")
    heads, rows = lines_of(out)
    assert heads[3:6] == ["Recorded crimes", "Residents", "Per 1,000 residents"]
    assert rows[0][3:6] == ["11", "1,000", "11.0"]


def test_a_table_of_shares_is_in_per_cent(run):
    _, out, _ = run("figure", "recorded-crime", "--form", "share", "--by", "type")
    heads, rows = lines_of(out)
    assert heads[3:7] == ["Type", "Recorded crimes", "Out of", "Share"]
    assert {row[3]: row[6] for row in rows}["Burglary"] == "100.0%"


def test_a_change_between_few_is_given_as_its_two_counts_and_in_json_as_it_is(run, town):
    town.crimes("2024-07", {"W1": 60}, received=dt.datetime(2024, 8, 15, 12, tzinfo=dt.UTC))
    town.crimes("2024-08", {"W1": 30}, received=dt.datetime(2024, 9, 15, 12, tzinfo=dt.UTC))
    asked = ("figure", "recorded-crime", "--form", "change", "--area-level", "ward", "--area", "W1")
    _, out, _ = run(*asked, "--period", "2024-06", "--against", "2024-05")
    heads, rows = lines_of(out)
    assert heads[3:6] == ["Recorded crimes", "Before", "Change"]
    assert rows[0][3:6] == ["8", "3", "3 to 8"]
    assert "%" not in " ".join(rows[0])
    _, out, _ = run(*asked, "--period", "2024-08", "--against", "2024-07")
    assert lines_of(out)[1][0][3:6] == ["30", "60", "−50%"]
    _, out, _ = run(*asked, "--period", "2024-08", "--against", "2024-07", "--format", "json")
    assert json.loads(out)[0]["value"] == -0.5


def test_listings_without_a_row_say_so_in_words(run):
    for words, says in (
        (("quarantine", "list"), "No row is in quarantine."),
        (("log", "--what", "nothing of the kind"), "No act in the log fits."),
        (("deliveries", "--as-at", "2001-01-01"), "No delivery that fits is in the record book."),
        (("places", "areas", "ward", "--within", "D9"), "There is no such area."),
    ):
        status, out, _ = run(*words)
        assert (status, out.strip()) == (0, says)
        assert json.loads(run(*words, "--format", "json")[1]) == []
