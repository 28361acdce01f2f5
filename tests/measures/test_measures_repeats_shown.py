"""What the command line and the JSON answer tell of repeats beside the numbers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.measures.repeats import repeat_named
from joinedup.measures.repeats.chance import in_period
from joinedup.terms import Role
from repeating_town import Repeating, calls


@pytest.fixture
def callers(people: Repeating) -> Repeating:
    """Ann with six calls, Bob with two, eight people with one."""
    rows = [*calls("Ann", *(f"2024-01-0{day}" for day in range(1, 7)))]
    rows += calls("Bob", "2024-01-01", "2024-02-01")
    for number in range(8):
        rows += calls(f"Cat {number}", "2024-03-01", place="W1")
    people.told("police-incidents", "2024", rows)
    people.link()
    add_user("ann", name="Ann", role=Role.ANALYST, agency=add_agency("council", "Council"))
    return people


def run(people: Repeating, *words: str, months: str = "2024") -> Result:
    asked = ["repeats", "repeat-caller", "--from", months, *words]
    return CliRunner().invoke(main, ["-C", str(people.workspace.folder), "--as", "ann", *asked])


def rows_of(people: Repeating, *words: str, months: str = "2024") -> list[dict[str, Any]]:
    result = run(people, *words, "--format", "json", months=months)
    assert result.exit_code == 0, result.stderr
    rows: list[dict[str, Any]] = json.loads(result.stdout, parse_constant=pytest.fail)  # no NaN or Infinity
    return rows


def test_json_has_chance_the_top_gini_and_the_distribution(callers: Repeating) -> None:
    units, events = rows_of(callers)
    chance = in_period(10, 16, 3)
    assert (units["numerator"], units["by_chance"]) == (1, pytest.approx(chance.repeat_units))
    assert (events["numerator"], events["by_chance"]) == (6, pytest.approx(chance.repeat_events))
    assert units["chance_units"] == pytest.approx(chance.units)
    assert (units["top_1_percent"], units["top_5_percent"], units["top_10_percent"]) == (6 / 16,) * 3
    assert units["distribution"] == {"1": 8, "2": 1, "6": 1}
    assert units["gini"] == pytest.approx(52 / 160)  # all differences of two over units times events
    assert units.keys() == events.keys()


def test_each_area_has_its_own_chance_and_concentration(callers: Repeating) -> None:
    (units, *_), found = rows_of(callers), rows_of(callers, "--area-level", "district")
    assert all(row.keys() == units.keys() for row in found)
    of_units = {row["area_code"]: row for row in found if row["share_of"] == "units"}
    chance = in_period(8, 8, 3)
    assert of_units["D1"]["distribution"] == {"1": 8}  # the eight that are placed, in W1
    assert (of_units["D1"]["by_chance"], of_units["D1"]["top_10_percent"]) == (chance.repeat_units, 1 / 8)
    assert of_units["unlocated"]["distribution"] == {"2": 1, "6": 1}
    beside = ("by_chance", "chance_units", "top_1_percent", "top_10_percent", "gini", "distribution")
    assert [of_units["D2"][name] for name in beside] == [None] * 6  # nobody called there


def test_where_all_have_one_call_no_number_of_callers_fits(callers: Repeating) -> None:
    told = [(row["by_chance"], row["chance_units"]) for row in rows_of(callers, months="2024-03")]
    assert told == [(0, None), (0, None)]


def test_the_table_comes_with_sentences_and_caveats(callers: Repeating) -> None:
    result = run(callers)
    assert result.exit_code == 0, result.stderr
    said = result.stderr.splitlines()
    assert said[0] == "Repeat caller: three or more in the period, January 2024 to December 2024."
    assert any("1%: 37.5%, 5%: 37.5%, 10%: 37.5%" in line for line in said)
    assert "Gini's coefficient, of those seen: 0.32." in said
    assert "Events, and how many have so many: 1: 8, 2: 1, 6: 1." in said
    caveats = [str(one) for one in repeat_named("repeat-caller").caveats]
    assert len(caveats) == 3
    assert set(caveats) <= set(said)


def test_what_chance_gives_is_in_the_table_where_it_is_said_how_many_there_could_be(
    callers: Repeating,
) -> None:
    result = run(callers)
    assert "By chance alone" not in result.stderr and "by chance" not in result.stdout
    assert "not to be held against what was seen until it is said how many there could be" in result.stderr
    result = run(callers, "--possible", "1000")
    chance = in_period(10, 16, 3, 1000)
    assert (
        f"By chance alone {chance.repeat_units:.1f} would repeat, not 1; "
        f"with {chance.repeat_events:.1f} events, not 6." in result.stderr.splitlines()
    )
    assert "by chance" in result.stdout and "not to be held against" not in result.stderr


def test_how_many_there_could_be_changes_chance_and_gini(callers: Repeating) -> None:
    units, events = rows_of(callers, "--possible", "1000")
    chance = in_period(10, 16, 3, 1000)
    assert units["by_chance"] == pytest.approx(chance.repeat_units)
    assert events["by_chance"] == pytest.approx(chance.repeat_events)
    assert units["chance_units"] == 1000
    assert units["gini"] > 52 / 160
    assert "of 1,000 that there could be" in run(callers, "--possible", "1000").stderr


def test_how_many_there_could_be_is_refused_where_it_cannot_be(callers: Repeating) -> None:
    few = run(callers, "--possible", "9")
    assert (few.exit_code, few.stdout) == (2, "")
    assert "cannot be 9 units where 10 were seen" in few.stderr
    areas = run(callers, "--possible", "1000", "--area-level", "ward")
    assert (areas.exit_code, areas.stdout) == (2, "")
    assert "not for each area" in areas.stderr


def test_areas_are_kept_to_a_district(callers: Repeating) -> None:
    inside = rows_of(callers, "--area-level", "ward", "--within", "D1")
    assert {row["area_code"] for row in inside} == {"W1", "W2"}
    whole = run(callers, "--within", "D1")
    assert (whole.exit_code, whole.stdout) == (2, "") and "Only areas are within a district" in whole.stderr


def test_each_answer_is_in_the_log_without_a_number_and_protected_viewers_have_none(
    callers: Repeating,
) -> None:
    from joinedup.log import acts

    rows_of(callers)
    (act,) = acts(kind="disclosure")
    assert (act.detail["repeat"], act.detail["linkage"]) == ("repeat-caller", 1)
    assert act.recipients == ["ann"] and act.detail["owners"]
    assert not {"numerator", "rows", "value"} & set(act.detail)
    add_user("cllr", name="Cllr", role=Role.COUNCILLOR, agency=add_agency("council", "Council"))
    asked = ["repeats", "repeat-caller", "--from", "2024"]
    result = CliRunner().invoke(main, ["-C", str(callers.workspace.folder), "--as", "cllr", *asked])
    assert result.exit_code == 2 and "see the counts of their sources as they are" in result.stderr
    assert len(acts(kind="disclosure")) == 1


def test_a_source_that_may_not_be_seen_whole_is_left_out_and_said(
    callers: Repeating, monkeypatch: pytest.MonkeyPatch
) -> None:
    from joinedup.release import Access, Decision, Decisions

    real = Decisions.of_source

    def but_one(self: Decisions, what: str, source: str, **more: Any) -> Decision:
        if source == "council-asb":
            return Decision(Access.NONE, "Not shared.", "agreement")
        return real(self, what, source, **more)

    monkeypatch.setattr(Decisions, "of_source", but_one)
    result = run(callers)
    assert result.exit_code == 0 and "may not see them whole: council-asb." in result.stderr
