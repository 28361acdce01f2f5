"""Linked figures and shared repeats at the command line: who sees them, what is logged, what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.log import acts
from joinedup.terms import Role
from repeating_town import Repeating, calls, involved


@pytest.fixture
def asked(people: Repeating) -> Repeating:
    """Ann calls three times in two months, Bob three times in the year; Cat is sentenced."""
    rows = calls("Ann", "2024-01-01", "2024-01-20", "2024-02-10") + calls(
        "Bob", "2024-01-01", "2024-05-01", "2024-09-01"
    )
    people.told("police-incidents", "2024", rows)
    people.told(
        "court-results",
        "2024-01..2025-12",
        [{"id": "1", "day": "2024-03-01", "defendant": "Cat", "crime_type": "drugs"}],
    )
    people.told(
        "police-recorded-crime",
        "2024",
        [{"id": "1", "day": "2024-04-01", "place": "W1", "crime_type": "burglary"}],
    )
    people.told("police-suspects", "2024", involved("suspect", [("1", "2024-04-01", "Cat")]))
    people.link()
    agency = add_agency("council", "Council")
    for username, role in (
        ("ann", Role.ANALYST),
        ("lead", Role.THEME_LEAD),
        ("cllr", Role.COUNCILLOR),
        ("adm", Role.ADMINISTRATOR),
    ):
        add_user(username, name=username, role=role, agency=agency)
    return people


def run(people: Repeating, *words: str, who: str = "ann") -> Result:
    return CliRunner().invoke(main, ["-C", str(people.workspace.folder), "--as", who, "repeats", *words])


def rows(people: Repeating, *words: str, who: str = "ann") -> list[dict[str, Any]]:
    result = run(people, *words, "--format", "json", who=who)
    assert result.exit_code == 0, result.stderr
    found: list[dict[str, Any]] = json.loads(result.stdout, parse_constant=pytest.fail)
    return found


def test_both_kinds_of_definition_are_listed_and_counted_by_name(asked: Repeating) -> None:
    names = {row["name"] for row in rows(asked)}
    assert {"repeat-caller", "suspects-travel", "around-a-place"} <= names
    found = rows(asked, "sentenced-again-by-first", "--from", "2024", "--purpose", "offender-management")
    assert {(row["of"], row["group"], row["numerator"], row["denominator"]) for row in found} == {
        ("again", "all", 0, 1),
        ("again-same-type", "all", 0, 1),
        ("again", "drugs", 0, 1),
        ("again-same-type", "drugs", 0, 1),
    }
    assert rows(asked, "count", "repeat-caller", "--from", "2024") == rows(
        asked, "repeat-caller", "--from", "2024"
    )


def test_the_table_has_the_interval_and_what_one_has_to_know(asked: Repeating) -> None:
    result = run(asked, "around-a-place", "--from", "2024", "--at", "-1.295", "54.505")
    assert result.exit_code == 0, result.stderr
    assert "within-100-m" in result.stdout and "small-number" in result.stdout
    assert "does not say where the premises are" in result.stderr


def test_each_answer_is_logged_with_no_number_and_a_place_only_roughly(asked: Repeating) -> None:
    rows(asked, "around-a-place", "--from", "2024", "--at", "-1.295123", "54.505456")
    (act,) = acts(kind="disclosure")
    assert act.detail["definition"] == "around-a-place" and act.detail["at"] == [-1.295, 54.505]
    assert act.detail["owners"] and not {"numerator", "rows", "value"} & set(act.detail)


@pytest.mark.parametrize("who", ["cllr", "adm"])
def test_who_sees_protected_tables_gets_none(asked: Repeating, who: str) -> None:
    for words in (
        ("suspects-travel", "--from", "2024"),
        ("around-a-place", "--from", "2024", "--at", "-1.295", "54.505"),
        ("shared", "repeat-caller", "repeat-caller-jag", "--from", "2024"),
    ):
        result = run(asked, *words, who=who)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "see the counts of their sources as they are" in result.stderr
    assert not acts(kind="disclosure")


def test_a_source_given_for_another_purpose_is_refused(asked: Repeating) -> None:
    result = run(asked, "sentenced-again-by-first", "--from", "2024")  # for crime and disorder
    assert (result.exit_code, result.stdout) == (2, "")


def test_where_two_services_are_needed_one_alone_is_no_answer(asked: Repeating) -> None:
    """Approved premises are given for offender management, and crimes too: for less there is no half."""
    assert run(asked, "approved-premises-residents", "--from", "2024").exit_code == 2
    words = ("approved-premises-residents", "--from", "2024", "--purpose", "offender-management")
    assert [row["of"] for row in rows(asked, *words)] == ["no-data"]  # nobody was delivered


def test_what_does_not_go_with_a_definition_is_refused(asked: Repeating) -> None:
    for words, sentence in (
        (("suspects-travel", "--from", "2024", "--possible", "10"), "--possible"),
        (("repeat-caller", "--from", "2024", "--at", "-1.3", "54.5"), "--at"),
        (("suspects-travel", "--from", "2024", "--area-level", "ward"), "--area-level"),
        (("around-a-place", "--from", "2024"), "needs its point"),
        (("repeat-caler", "--from", "2024"), "Did you mean"),
        (("repeat-caller",), "This is counted in a period"),
    ):
        result = run(asked, *words)
        assert (result.exit_code, result.stdout) == (2, ""), words
        assert sentence in result.stderr


def test_how_far_two_definitions_are_of_the_same_people(asked: Repeating) -> None:
    found = rows(asked, "shared", "repeat-caller", "repeat-caller-jag", "--from", "2024")
    assert found == [
        {"linking": level, "both": 1, "only_repeat-caller": 1, "only_repeat-caller-jag": 0}
        for level in ("strict", "best", "loose")
    ]
    (act,) = acts(kind="disclosure")
    assert (act.detail["repeat"], act.detail["other"]) == ("repeat-caller", "repeat-caller-jag")
    mixed = run(asked, "shared", "repeat-caller", "repeat-asb-location", "--from", "2024")
    assert mixed.exit_code == 2 and "same unit" in mixed.stderr
