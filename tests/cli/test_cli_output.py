"""Tables, JSON, CSV and progress, as a person or a program reads them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.cli.numbers import NUMBER
from joinedup.cli.output import aligned, in_words, show, show_one
from joinedup.cli.progress import LineProgress
from joinedup.terms import Period, Role

ROWS = [
    {"area": "Ayresome", "crimes": 1234, "share": 0.25, "known": dt.datetime(2024, 7, 1, 11, tzinfo=dt.UTC)},
    {"area": "Beechwood", "crimes": 7, "share": None, "known": None},
]


def test_a_table_has_its_numbers_to_the_right():
    assert aligned(ROWS, ["area", "crimes", "share"]).splitlines() == [
        "area       crimes  share",
        "---------  ------  -----",
        "Ayresome    1,234  0.250",
        "Beechwood       7      –",
    ]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        (True, "yes"),
        (-12345, "-12,345"),
        (0.12345, "0.123"),
        (1234.56, "1,234.6"),
        (dt.datetime(2024, 7, 1, 11, tzinfo=dt.UTC), "2024-07-01 12:00"),  # London in summer
        (dt.date(2024, 7, 1), "2024-07-01"),
        (Role.ANALYST, "analyst"),
        (Period.parse("2024/25"), "2024-04..2025-03"),
        (["a", 2], "a, 2"),
        ({"rule": 3}, "rule: 3"),
    ],
)
def test_values_are_said_as_people_say_them(value, words):
    assert in_words(value) == words


def test_a_number_that_names_something_has_no_commas_and_one_that_counts_has(capsys):
    row = {
        "number": 1234,
        "rows_in": 1234,
        "deliveries": [1234, 5678],
        "detail": {"delivery": 1234, "rows": 1234},
    }
    last = aligned([row], list(row)).splitlines()[-1]
    assert " ".join(last.split()) == "1234 1,234 1234, 5678 delivery: 1234, rows: 1,234"
    show_one(row)
    told = dict(line.split("  ", 1) for line in capsys.readouterr().out.splitlines())
    assert {key: value.strip() for key, value in told.items()} == {
        "number": "1234", "rows in": "1,234", "deliveries": "1234, 5678",
        "detail": "delivery: 1234, rows: 1,234",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "read"), [("1234", 1234), ("1,234", 1234), ("12,345,678", 12_345_678), (" 7 ", 7)]
)
def test_a_number_may_be_typed_as_documents_write_it(typed, read):
    assert NUMBER.convert(typed, None, None) == read


@pytest.mark.parametrize("typed", ["1,23", "1,2345", "12,34", ",123", "1,234,", "one", "1.5", ""])
def test_what_is_no_such_number_is_refused(typed):
    with pytest.raises(click.BadParameter):
        NUMBER.convert(typed, None, None)


def test_json_is_a_list_of_all_keys_with_nothing_rounded(capsys):
    show(ROWS, "json")
    assert json.loads(capsys.readouterr().out) == [
        {"area": "Ayresome", "crimes": 1234, "share": 0.25, "known": "2024-07-01T11:00:00+00:00"},
        {"area": "Beechwood", "crimes": 7, "share": None, "known": None},
    ]


@given(st.lists(st.fixed_dictionaries({"text": st.text(), "number": st.integers()}), min_size=1))
def test_csv_gives_back_what_went_in_and_nothing_that_runs(rows):
    text = _printed(rows)
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read[0] == ["text", "number"]
    assert len(read) == len(rows) + 1
    for row, (cell, number) in zip(rows, read[1:], strict=True):
        assert int(number) == row["number"]
        assert cell.removeprefix("'") == row["text"] or cell == row["text"]


def _printed(rows):
    from joinedup.cli.output import _csv

    return _csv(rows, ["text", "number"])


def test_no_rows_are_said_so(capsys):
    show([])
    assert capsys.readouterr().out == "There is nothing to list.\n"
    show([], "json")
    assert json.loads(capsys.readouterr().out) == []


def test_a_log_hears_how_far_a_stage_came():
    heard = io.StringIO()
    with LineProgress(heard).stage("Delivering street", 3) as stage:
        for _ in range(3):
            stage.advance()
    line = heard.getvalue()
    assert line.startswith("Delivering street … 3/3, ")
    assert line.endswith(" s\n")


def test_a_stage_that_fails_does_not_say_it_is_done():
    heard = io.StringIO()
    with pytest.raises(ValueError, match="broken"), LineProgress(heard).stage("Delivering", 3):
        raise ValueError("broken")
    assert heard.getvalue() == ""
