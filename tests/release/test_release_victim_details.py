"""Serious violence without its victim's details: listed by reference, for whoever may, and never unlogged."""

from __future__ import annotations

import csv

import pytest
from click.testing import CliRunner

from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.errors import NotPermitted
from joinedup.feeds import deliver
from joinedup.log import acts
from joinedup.release import victim_gaps
from joinedup.release.victim_details import COLUMNS
from joinedup.terms import Period, Purpose, Role, Viewer

CRIMES = "police-recorded-crime"
VICTIMS = "police-victims"
WHY = {"purpose": Purpose.CRIME_AND_DISORDER, "reason": "the monthly list"}
GRIEVOUS, MURDER, BURGLARY = "8/1", "1/1", "28/3"
CRIME_COLUMNS = [
    "CRIME REF NO",
    "HO CODE",
    "OFFENCE",
    "STATUS",
    "VALIDATED",
    "REPORTED DATE",
    "RECORDED DATE",
    "DATE FROM",
    "TIME FROM",
    "DATE TO",
    "TIME TO",
    "OUTCOME",
    "OUTCOME DATE",
    "ALCOHOL",
    "DRUGS",
    "DOMESTIC",
    "HATE",
    "WEAPON",
    "BUSINESS",
    "YOUTH",
    "PREMISES TYPE",
    "PREMISES NAME",
    "LOCATION",
    "EASTING",
    "NORTHING",
    "BEAT",
    "OIC",
    "MO TEXT",
]
VICTIM_COLUMNS = [
    "CRIME REF NO",
    "VICTIM NO",
    "OFFENCE DATE",
    "VICTIM NAME",
    "DOB",
    "AGE",
    "GENDER",
    "ETHNICITY",
    "ETHNIC APPEARANCE",
    "HOUSE",
    "STREET",
    "TOWN",
    "POSTCODE",
    "TEL",
    "RELATIONSHIP TO SUSPECT",
]


def crime(ref, code, *, state="Recorded", day="10/04/2024", officer="PC 9876"):
    return {
        "CRIME REF NO": ref,
        "HO CODE": code,
        "OFFENCE": "as the force calls it",
        "STATUS": state,
        "VALIDATED": "Y",
        "RECORDED DATE": day,
        "DATE FROM": day,
        "OIC": officer,
    }


def victim(ref, number=1, *, ethnicity="W1", sex="Female", age="34", born="", name="Jane Roe"):
    return {
        "CRIME REF NO": ref,
        "VICTIM NO": number,
        "OFFENCE DATE": "10/04/2024",
        "VICTIM NAME": name,
        "DOB": born,
        "AGE": age,
        "GENDER": sex,
        "ETHNICITY": ethnicity,
    }


@pytest.fixture
def send(workspace, analyst, tmp_path):
    def sent(feed, rows):
        columns = CRIME_COLUMNS if feed == CRIMES else VICTIM_COLUMNS
        name = "2024-04_CRIME.csv" if feed == CRIMES else "2024-04_VICTIMS.csv"
        path = tmp_path / name
        with path.open("w", newline="", encoding="cp1252") as out:
            writer = csv.DictWriter(out, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
        receipt = deliver(workspace, feed, path, by=analyst, period=Period.parse("2024-04"))
        assert receipt.quarantined == 0, receipt.reasons

    return sent


def listed(workspace, viewer, **changes):
    return {
        (one.reference, one.victim): one.missing for one in victim_gaps(workspace, viewer, **(WHY | changes))
    }


def test_what_is_lacking_is_told_by_kind_and_what_is_whole_is_not_listed(workspace, analyst, send):
    send(
        CRIMES,
        [
            crime("C1", GRIEVOUS),
            crime("C2", GRIEVOUS),
            crime("C3", MURDER),
            crime("C4", BURGLARY),
            crime("C5", MURDER, state="NO CRIME"),
            crime("C6", GRIEVOUS),
        ],
    )
    send(
        VICTIMS,
        [
            victim("C1"),
            victim("C2", 1, ethnicity=""),
            victim("C2", 2, ethnicity="NS", age="#VALUE!"),
            victim("C2", 3, age="", born="01/02/1990"),
            victim("C4", ethnicity=""),
            victim("C6", sex="U", age=""),
        ],
    )
    found = listed(workspace, analyst)
    assert set(found) == {("C2", 1), ("C2", 2), ("C3", None), ("C6", 1)}
    assert found["C2", 1] == {"ethnicity": "missing"}
    assert set(found["C2", 2]) == {"ethnicity", "age or date of birth"}
    assert found["C2", 2]["age or date of birth"] == "invalid"
    assert found["C3", None] == {"victim": "missing"}
    assert found["C6", 1] == {"age or date of birth": "missing", "sex": "unknown"}
    first = victim_gaps(workspace, analyst, **WHY)[0]
    assert first.officer_dealing == "PC 9876" and str(first.recorded_on) == "2024-04-10"


def test_nothing_of_a_victim_is_in_the_list_and_the_look_is_logged(workspace, analyst, send):
    send(CRIMES, [crime("C1", GRIEVOUS)])
    send(VICTIMS, [victim("C1", ethnicity="", name="Quill Marker")])
    [one] = victim_gaps(workspace, analyst, **WHY)
    told = str(one.plain())
    assert "Quill" not in told and "34" not in told and set(one.plain()) == set(COLUMNS)
    act = acts(kind="consultation")[0]
    assert (act.username, act.reason, act.subjects) == (
        analyst.username,
        WHY["reason"],
        [str(one.record_key)],
    )


def test_a_period_keeps_the_crimes_of_its_months(workspace, analyst, send):
    send(CRIMES, [crime("C1", MURDER), crime("C2", MURDER, day="05/03/2024")])
    assert set(listed(workspace, analyst)) == {("C1", None), ("C2", None)}
    assert set(listed(workspace, analyst, period=Period.parse("2024-03"))) == {("C2", None)}
    assert listed(workspace, analyst, period=Period.parse("2024-02")) == {}


@pytest.mark.parametrize("role", [Role.COUNCILLOR, Role.ADMINISTRATOR, Role.PRACTITIONER])
def test_others_are_refused_unless_it_is_their_own_agency_s_data(workspace, send, role):
    send(CRIMES, [crime("C1", MURDER)])
    with pytest.raises(NotPermitted):
        listed(workspace, Viewer("x", "X", role, "council"))
    police = Viewer("p", "P", role, "police-force")
    if role is Role.PRACTITIONER:
        assert set(listed(workspace, police)) == {("C1", None)}
    else:
        with pytest.raises(NotPermitted):
            listed(workspace, police)


def test_without_a_reason_nothing_is_shown(workspace, analyst, send):
    send(CRIMES, [crime("C1", MURDER)])
    with pytest.raises(NotPermitted, match="stated reason"):
        listed(workspace, analyst, reason=" ")


def test_the_list_goes_to_a_file_that_is_safe_in_a_spreadsheet(workspace, send, tmp_path):
    agency = add_agency("council", "Council")
    add_user("bea", name="Bea", role=Role.ANALYST, agency=agency)
    send(CRIMES, [crime("C1", MURDER, officer="=cmd|calc")])
    out = tmp_path / "list.csv"
    words = ["-C", str(workspace.folder), "--as", "bea", "gaps", "victims", "--reason", "the list"]
    done = CliRunner().invoke(main, [*words, "--out", str(out)])
    assert done.exit_code == 0 and "1 lines" in done.output
    with out.open(newline="", encoding="utf-8") as source:
        [row] = list(csv.DictReader(source))
    assert row["reference"] == "C1" and row["officer_dealing"].startswith("'=")
    assert out.stat().st_mode & 0o077 == 0
    assert acts(kind="disclosure")[0].recipients == ["police-force"]
    again = CliRunner().invoke(main, [*words, "--out", str(out)])
    assert again.exit_code == 2 and "file of that name already" in again.output
    assert "C1" in CliRunner().invoke(main, words).output
