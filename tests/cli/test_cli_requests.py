"""Requests for information on the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.cli.verbs.requests import _REFUSALS
from joinedup.terms import Role

QUESTION = "How many fires were lit in May?"


@pytest.fixture
def town(workspace):
    """A workspace with an analyst, a councillor and an administrator of one council."""
    agency = add_agency("council", "Council")
    for name, role in (("ann", Role.ANALYST), ("cll", Role.COUNCILLOR), ("adm", Role.ADMINISTRATOR)):
        add_user(name, name=name.title(), role=role, agency=agency)
    return workspace


@pytest.fixture
def run(town):
    """Runs a command as somebody."""

    def as_somebody(who: str, *words: str):
        return CliRunner().invoke(main, ["-C", str(town.folder), "--as", who, *words])

    return as_somebody


def ask(run, *words: str):
    return run("cll", "requests", "ask", QUESTION, "--for", "The panel", *words)


def test_a_request_goes_its_way_on_the_command_line(run):
    assert "There is no request that you may see" in run("cll", "requests").output
    asked = ask(run)
    assert asked.exit_code == 0 and "Request 1 is asked. An answer is due by" in asked.stderr
    assert "Council leads the answer" in run("ann", "requests", "lead", "1", "COUNCIL").stderr
    refused = run("ann", "requests", "answer", "1", "Twelve.")
    assert refused.exit_code == 2 and "not stated" in refused.stderr
    assert run("ann", "requests", "answer", "1", "Twelve.", "--depersonalised").exit_code == 0
    shown = json.loads(run("cll", "requests", "show", "1", "--format", "json").stdout)
    assert (shown["state"], shown["clock"], shown["answer"], shown["lead"]) == (
        "answered",
        "answered on day 0 of 28",
        "Twelve.",
        "Council",
    )
    assert [step["what"] for step in shown["steps"]] == ["asked", "led", "answered"]
    assert run("adm", "requests", "show", "1").exit_code == 2
    assert run("adm", "requests", "erase-words", "1", "--reason", "it named somebody").exit_code in {0, 1}
    assert "Twelve." not in run("cll", "requests", "show", "1").output


def test_refusing_and_withdrawing(run):
    ask(run), ask(run)
    assert run("ann", "requests", "refuse", "1", "--why", "too-busy").exit_code == 2
    assert run("ann", "requests", "refuse", "1", "--why", "not-held").exit_code == 0
    assert run("ann", "requests", "withdraw", "2").exit_code == 2
    assert run("cll", "requests", "withdraw", "2").exit_code == 0
    listed = json.loads(run("ann", "requests", "--format", "json").stdout)
    assert {one["number"]: one["state"] for one in listed} == {1: "refused", 2: "withdrawn"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--measure", "nosuch"), "There is no measure of that name"),
        (("--measure", "recorded-crime", "--within", "X1"), "That area is not known here"),
        (("--measure", "recorded-crime", "--period", "May"), "is not a period"),
        (("--period", "2024-05"), "give --measure too"),
    ],
)
def test_what_a_request_is_about_is_known(run, words, sentence):
    refused = ask(run, *words)
    assert refused.exit_code == 2 and sentence in refused.output
    assert json.loads(run("cll", "requests", "--format", "json").stdout) == []


def test_a_measure_of_which_nothing_came_can_be_asked_about(run):
    assert ask(run, "--measure", "recorded-crime", "--period", "2024-Q2").exit_code == 0
    shown = json.loads(run("cll", "requests", "show", "1", "--format", "json").stdout)
    assert shown["about"].endswith("April 2024 to June 2024")


def test_the_command_knows_every_reason_for_a_refusal(town):
    from joinedup.partnership.models import InformationRequest

    assert list(_REFUSALS) == InformationRequest.Refusal.values
