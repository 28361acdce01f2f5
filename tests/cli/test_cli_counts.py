"""Kept counts from the shell: listed, made anew, dropped; for those who look after them."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from joinedup.accounts import acting_viewer, add_agency, add_user
from joinedup.cli import main
from joinedup.feeds import deliver
from joinedup.terms import Period, Role
from joinedup.workspace import SETTINGS_FILE, Workspace

STREET = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A workspace with a month of three crimes, which keeps counts from two records on."""
    base = tmp_path_factory.mktemp("counts")
    made = Workspace.create(base / "workspace", partnership="Testshire")
    agency = add_agency("council", "Council")
    add_user("ann", name="Ann", role=Role.ANALYST, agency=agency)
    add_user("cora", name="Cora", role=Role.COUNCILLOR, agency=agency)
    file = base / "2024-01-cleveland-street.csv"
    one = ",2024-01,Cleveland Police,Cleveland Police,-1.2349,54.5742,On or near,,,Burglary,,\n"
    file.write_text(STREET + "".join(f"{number:064x}{one}" for number in range(3)))
    deliver(made, "police-uk-street", file, by=acting_viewer("ann"), period=Period.parse("2024-01"))
    made.close()
    settings = made.folder / SETTINGS_FILE
    settings.write_text(settings.read_text().replace("keep_counts_from = 100000", "keep_counts_from = 2"))
    return made.folder


def run(folder, *words, who="ann"):
    return CliRunner().invoke(main, ["-C", str(folder), "--as", who, *words])


def test_counts_are_made_listed_and_dropped(folder):
    nothing = run(folder, "counts", "list")
    assert "None are kept yet: they are made by the first question of a measure with 2 records." in (
        nothing.output
    )
    built = run(folder, "counts", "rebuild", "recorded-crime")
    assert (built.exit_code, "Counts of 1 of 1 measures are kept" in built.stderr) == (0, True)
    (row,) = json.loads(run(folder, "counts", "list", "--format", "json").stdout)
    assert (row["measure"], row["months"], row["state"]) == ("recorded-crime", 1, "current")
    figure = run(folder, "figure", "recorded-crime", "--area-level", "all", "--format", "json")
    assert [one["numerator"] for one in json.loads(figure.stdout) if one["numerator"]] == [3]
    checked = {one["part"]: one for one in json.loads(run(folder, "check", "--format", "json").stdout)}
    assert checked["kept counts"]["finding"] == "12 figures from them are equal to the records"
    dropped = run(folder, "counts", "drop")
    assert "Deleted 1 files of kept counts." in dropped.stderr


def test_they_are_not_for_everybody(folder):
    refused = run(folder, "counts", "list", who="cora")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "Only analysts and administrators look after kept counts" in refused.stderr
