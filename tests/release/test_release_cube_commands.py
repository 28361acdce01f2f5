"""Rounded cubes on the command line and as pages: whatever is offered to a councillor can be answered."""

from __future__ import annotations

import csv
import io
import itertools
import json
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.hub.intelligence.controls import controls_of
from joinedup.hub.intelligence.doors import Doors
from joinedup.terms import Role, Viewer

PEOPLE = (Role.ANALYST, Role.COUNCILLOR)


@pytest.fixture
def run(cube_town):
    """Run a verb as the person of a role: (exit status, output, messages)."""
    council = add_agency("council", "Council")
    for role in PEOPLE:
        add_user(role.value, name=role.value.title(), role=role, agency=council)

    def act(role, *words):
        result = CliRunner().invoke(main, ["-C", str(cube_town.folder), "--as", role, *words])
        return result.exit_code, result.stdout, result.stderr

    return act


@pytest.fixture
def browser(run, cube_town):
    """The councillor's browser, of a cube that was made."""
    from django.test import Client

    from joinedup.accounts.models import User
    from joinedup.hub import application

    assert run("analyst", "release", "cube", "refresh", "patrols")[0] == 0
    application(cube_town)
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="councillor"))
    return client


def test_an_analyst_makes_editions_and_a_councillor_lists_and_asks(run):
    status, out, _ = run("councillor", "release", "cube", "list", "--format", "json")
    assert (status, json.loads(out)[0]["edition"]) == (0, None)
    status, out, message = run("councillor", "figure", "patrols", "--area-level", "ward")
    assert (status, out) == (2, "")
    assert "joinedup release cube refresh patrols" in message
    assert run("councillor", "release", "cube", "refresh", "patrols")[0] == 2
    status, out, message = run("analyst", "release", "cube", "refresh", "patrols")
    assert status == 0
    assert "no exact table of them can be published" in message
    assert "Nothing has changed" in run("analyst", "release", "cube", "refresh", "patrols")[2]
    _, out, _ = run("councillor", "release", "cube", "list", "--format", "json")
    (row,) = json.loads(out)
    assert (row["edition"], row["quarters"], row["greatest_error"]) == (1, "2024-04..2024-12", None)
    assert row["breakdowns"] == ["kind", "half"]
    _, out, message = run(
        "councillor", "figure", "patrols", "--area-level", "ward", "--by", "kind", "--where", "half=late",
        "--from", "2024-Q2", "--to", "2024-Q3", "--every", "quarter", "--format", "json",
    )  # fmt: skip
    assert "rounded to 5" in message
    rows = json.loads(out)
    assert len(rows) == 6 * 2 * 2
    assert all(row["numerator"] % 5 == 0 and "rounded" in row["flags"] for row in rows)
    status, out, _ = run("councillor", "figure", "patrols", "--area-level", "ward")
    assert "rounded, to protect people" in out


def test_what_cannot_be_asked_says_what_can(run):
    run("analyst", "release", "cube", "refresh", "patrols")
    status, out, message = run("councillor", "figure", "patrols", "--from", "2024-05", "--to", "2024-05")
    assert (status, out) == (2, "")
    assert "for any whole quarters of April 2024 to December 2024" in message


def doors(town):
    return Doors(town, Viewer("councillor", "Councillor", Role.COUNCILLOR, "council"))


def test_every_choice_that_is_offered_is_answered_in_rounded_numbers(browser, cube_town):
    from joinedup.hub.intelligence.choices import read

    choices = doors(cube_town).choices
    question = read({"measure": "patrols"}, choices).question
    offered = {
        control.name: [option.value for group in control.groups for option in group.options]
        for control in controls_of(question, choices)
    }
    assert offered["from"] == ["2024-04", "2024-07", "2024-10"]
    assert offered["to"] == ["2024-06", "2024-09", "2024-12"]
    assert offered["type"] == ["", "kind:car", "kind:foot", "half:early", "half:late"]
    assert offered["level"] == ["district", "ward"]
    periods = [(a, b) for a, b in itertools.product(offered["from"], offered["to"]) if a < b]
    combinations = [
        *itertools.product(offered["form"], offered["type"], offered["level"], [""], periods[:1], ["none"]),
        *itertools.product(
            ["count"], ["kind:foot"], ["ward"], offered["within"], periods, offered["against"]
        ),
    ]
    for form, kind, level, within, (start, end), against in combinations:
        query = {
            "measure": "patrols", "form": form, "type": kind, "level": level, "within": within,
            "from": start, "to": end, "against": against,
        }  # fmt: skip
        response = browser.get("/intelligence/answer.json", query)
        assert response.status_code == 200, (query, response.content)
        told = response.json()
        assert told["corrections"] == [], query
        for row in told["table"]:
            assert row["numerator"] % 5 == 0
            assert "rounded" in row["flags"]
        graph = told["graph"]["specification"]["layer"]
        points = [point for layer in graph for point in layer["data"]["values"]]
        if form == "count":
            assert all(point["value"] is None or point["value"] % 5 == 0 for point in points)
            assert told["graph"]["value"] == sum(row["value"] for row in told["table"]) or within


@pytest.mark.parametrize(
    "asked", ["from=2024-05&to=2024-08", "from=2024-11&to=2024-11", "as-at=2025-01-12", "type=kind:boat"]
)
def test_what_is_not_offered_is_replaced_by_the_nearest_and_said(browser, asked):
    told = browser.get(f"/intelligence/answer.json?measure=patrols&form=count&{asked}").json()
    assert told["corrections"]
    assert told["question"]["from"][5:] in {"04", "07", "10"}
    assert all(row["numerator"] % 5 == 0 for row in told["table"])


def test_page_and_files_say_that_numbers_are_rounded(browser):
    query = "measure=patrols&form=count&level=ward&type=kind:foot"
    page = browser.get(f"/intelligence/?{query}").content.decode()
    assert "rounded, to protect people" in page
    assert "rounded to 5" in page
    assert "Numbers are rounded, to protect people." in page
    assert "table.xlsx" in page
    rows = list(csv.DictReader(io.StringIO(browser.get(f"/intelligence/table.csv?{query}").content.decode())))
    assert len(rows) == 6
    assert all(int(row["numerator"]) % 5 == 0 and "rounded" in row["flags"] for row in rows)
    told = browser.get(f"/intelligence/table.csv-metadata.json?{query}").json()
    assert any("rounded to 5" in note for note in told["rdfs:comment"])
    assert "Numbers are rounded, because this is closed data." in told["rdfs:comment"]
    assert not any("hidden" in note for note in told["rdfs:comment"])
    book = browser.get(f"/intelligence/table.xlsx?{query}")
    assert book["Content-Disposition"].endswith('.xlsx"')
    with ZipFile(io.BytesIO(book.content)) as parts:
        texts = parts.read("xl/sharedStrings.xml").decode()
    assert "rounded to 5" in texts
    assert "rounded, to protect people" in texts
    workings = browser.get(f"/intelligence/workings/?{query}&area=W1").content.decode()
    assert "rounded leaves of edition 1" in workings


def test_a_measure_of_which_nothing_can_be_shown_is_not_offered(run, cube_town):
    assert "patrols" not in {one.name for one in doors(cube_town).choices.measures}
    run("analyst", "release", "cube", "refresh", "patrols")
    assert "patrols" in {one.name for one in doors(cube_town).choices.measures}
