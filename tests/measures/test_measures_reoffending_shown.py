"""Reoffending at the command line: measures, side by side, bridges, who sees them and what is logged."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result
from test_measures_reoffending import court, partnership

from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.log import acts
from joinedup.measures.reoffending import reoffending_named
from joinedup.terms import Role
from repeating_town import Repeating

FROM = ("--from", "2022-05")


@pytest.fixture
def asked(people: Repeating) -> Repeating:
    """Ann reoffends within a year, Bob in the second; Cat is released and does not."""
    rows = court(
        ("Ann", "2022-05-10", "2022-01-01", "fine"),
        ("Ann", "2022-12-10", "2022-10-01", "fine"),
        ("Bob", "2022-05-20", "2022-01-01", "fine"),
        ("Bob", "2024-02-10", "2024-02-01", "fine"),
    )
    partnership(people, rows, released=[("Cat", "2022-05-30")])
    agency = add_agency("council", "Council")
    for username, role in (("ann", Role.ANALYST), ("cllr", Role.COUNCILLOR), ("adm", Role.ADMINISTRATOR)):
        add_user(username, name=username, role=role, agency=agency)
    return people


def run(people: Repeating, *words: str, who: str = "ann") -> Result:
    return CliRunner().invoke(main, ["-C", str(people.workspace.folder), "--as", who, "reoffending", *words])


def rows(people: Repeating, *words: str) -> list[dict[str, Any]]:
    result = run(people, *words, "--format", "json")
    assert result.exit_code == 0, result.stderr
    found: list[dict[str, Any]] = json.loads(result.stdout, parse_constant=pytest.fail)
    return found


def test_measures_are_listed_with_their_parts_and_counted_by_name(asked: Repeating) -> None:
    listed = {row["name"]: row for row in rows(asked)}
    assert listed["proven-reoffending"]["follow_up"] == "12 months"
    assert listed["reoffended-within-two-years"]["wait"] == "None"
    found = rows(asked, "proven-reoffending", *FROM)
    assert (found[0]["of"], found[0]["numerator"], found[0]["denominator"]) == ("reoffended", 1, 3)
    assert found == rows(asked, "count", "proven-reoffending", *FROM)
    result = run(asked, "proven-reoffending", *FROM)
    assert "small-number" in result.stdout and "Time in custody is not taken off" in result.stderr


def test_measures_stand_side_by_side_with_what_they_state(asked: Repeating) -> None:
    found = rows(asked, "compare", "proven-reoffending", "reoffended-within-two-years", *FROM)
    assert [(row["measure"], row["people"], row["reoffended"], row["follow_up"]) for row in found] == [
        ("proven-reoffending", 3, 1, "12 months"),
        ("reoffended-within-two-years", 3, 2, "24 months"),
    ]
    everything = run(asked, "compare", *FROM)
    assert everything.exit_code == 0, everything.stderr
    assert "none is a later or earlier value of another" in everything.stderr


def test_side_by_side_each_note_says_of_which_measure_it_is(asked: Repeating) -> None:
    said = run(asked, "compare", *FROM, "--to", "2022-07").stderr.splitlines()
    assert "People as known by linkage 1." in said  # which is so of them all
    for name, months in (
        ("local-adult-reoffending", "12 months"),
        ("prolific-offenders-reoffending", "1 month"),
    ):
        title = reoffending_named(name).title
        note = f"The published measure takes the people of {months}; these are of 3 months."
        assert f"{title}: {note}" in said


def test_a_bridge_tells_what_each_part_moves(asked: Repeating) -> None:
    found = rows(asked, "bridge", "proven-reoffending", "reoffended-within-two-years", *FROM)
    best = [row for row in found if row["linkage"] == "best"]
    assert [(row["part"], row["says"], row["reoffenders"]) for row in best] == [
        ("As it is", "Proven reoffending (the single measure)", 1),
        ("Follow-up", "24 months", 2),
        ("Wait for proof", "None", 2),
    ]
    assert {row["linkage"] for row in found} == {"strict", "best", "loose"}
    (act,) = acts(kind="disclosure")
    assert act.detail["definition"] == "proven-reoffending, reoffended-within-two-years"
    assert "court-results" in act.detail["feeds"] and not {"rows", "steps"} & set(act.detail)


def test_the_sql_that_counts_it_runs_as_it_is_shown(asked: Repeating) -> None:
    shown = run(asked, "proven-reoffending", *FROM, "--show-sql").stdout
    connection = duckdb.connect()
    connection.execute(
        """CREATE TABLE entry AS SELECT 'Ann' AS unit, 0 AS way, DATE '2022-05-10' AS day,
               NULL::DATE AS adult_month, NULL::BOOLEAN AS lives_here;
           CREATE TABLE proof AS SELECT 'Ann' AS unit, 0 AS proof, 'one' AS offence,
               DATE '2022-10-01' AS offended, DATE '2022-12-10' AS proven"""
    )
    assert connection.execute(shown).fetchall()[0][3] == 1


@pytest.mark.parametrize("who", ["cllr", "adm"])
def test_who_sees_protected_tables_gets_none(asked: Repeating, who: str) -> None:
    for words in (
        ("proven-reoffending", *FROM),
        ("compare", "proven-reoffending", *FROM),
        ("bridge", "proven-reoffending", "proven-reoffending-occasions", *FROM),
    ):
        result = run(asked, *words, who=who)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "see the counts of their sources as they are" in result.stderr
    assert not acts(kind="disclosure")


def test_what_cannot_be_asked_is_refused_in_a_sentence(asked: Repeating) -> None:
    for words, sentence in (
        (("proven-reoffending",), "counted in a period"),
        (("proven-reofending", *FROM), "Perhaps: proven-reoffending"),
        (("bridge", "proven-reoffending", "proven-reoffending", *FROM), "between two measures"),
        (("proven-reoffending", *FROM, "--purpose", "crime-and-disorder"), "Counts of linked people are for"),
    ):
        result = run(asked, *words)
        assert (result.exit_code, result.stdout) == (2, ""), words
        assert sentence in result.stderr
