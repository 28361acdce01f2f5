"""What five police forces really write: their column names and their every coded value, each in its place."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from pathlib import Path

import pytest
from staging_by_hand import small_contract, stage_bytes, stage_file

from joinedup.feeds import check_contract
from joinedup.feeds.drafting import draft, write_draft

FORCES = Path(__file__).parent / "data" / "forces"
ERRORS = ("#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")
IDEAS = {
    "outcome": ("outcome", 'codes = "home-office-outcome-types"\nmatch = "code"'),
    "victim sex": ("sex", 'codes = "sexes"'),
    "victim age": ("age", 'kind = "integer"'),
    "victim ethnicity": ("ethnicity", 'codes = "ethnicity-officer-defined"'),
    "victim-suspect relationship": ("relationship", 'codes = "force-relationships"'),
}
PLAIN = {  # a text of each force that is no trouble, for the other columns of a row
    "A": {"victim sex": "F", "victim ethnicity": "1"},
    "B": {"victim sex": "Male / Transgender Male", "victim ethnicity": "Asian"},
    "C": {"victim sex": "Female", "victim ethnicity": "IC4 - Asian"},
    "D": {"victim sex": "Female", "victim ethnicity": "4. IC4 - Asian"},
    "E": {"victim sex": "Female", "victim ethnicity": "IC4 - Asian"},
}
TOP = """
name = "force-{force}"
version = 1
title = "An extract of force {force}"
record_type = "involvement"
mode = "changes"
ref = "Crime ref"
[owner]
code = "police"
name = "The police"
[source]
code = "police-extract"
title = "Extract"
[key]
columns = ["Crime ref"]
[time]
column = "Created.Date"
format = "date"
pattern = "%d/%m/%Y"
[publishing]
expected_every = "year"
late_after_days = 30
purposes = ["research"]
sensitivity = "official"
licence = "Agreement"
attribution = "The police"
[[column]]
name = "Crime ref"
required = true
[[column]]
name = "Created.Date"
required = true
"""
COLUMN = """
[[column]]
name = "{name}"
field = "{field}"
personal = "personal"
{holds}
unknown = {unknown}
refused = {refused}
if_wrong = "{if_wrong}"
"""


def values(force):
    with (FORCES / "values.csv").open(encoding="utf-8", newline="") as source:
        return [row for row in csv.DictReader(source) if row["force"] == force]


def columns(force):
    return {row["idea"]: row["column"] for row in values(force)}


def contract(force, folder):
    """The contract that such a force would have: its words for unknown and refused are all that is local."""
    shutil.copytree(FORCES / "codelists", folder / "codelists")
    text = TOP.format(force=force.lower())
    for idea, name in columns(force).items():
        field, holds = IDEAS[idea]
        said = {state: [] for state in ("unknown", "refused")}
        for row in values(force):
            if row["idea"] == idea and row["expected"] in said:
                said[row["expected"]].append(row["text"])
        if_wrong = "quarantine" if idea == "outcome" else "blank"
        text += COLUMN.format(name=name, field=field, holds=holds, if_wrong=if_wrong, **said)
    path = folder / f"force-{force.lower()}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def extract(force, folder):
    """A file with a row for every value, the row's other columns plain."""
    names = columns(force)
    path = folder / f"force-{force.lower()}.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["Crime ref", "Created.Date", *names.values()])
        for number, row in enumerate(values(force), 1):
            cells = {idea: PLAIN[force].get(idea, "") for idea in names} | {row["idea"]: row["text"]}
            writer.writerow([f"CR/{number:05d}/19", "31/01/2019", *cells.values()])
    return path


@pytest.mark.parametrize("force", PLAIN)
def test_every_value_lands_where_it_belongs(force, tmp_path):
    found = stage_file(extract(force, tmp_path), contract(force, tmp_path), "2019-01")
    told = values(force)
    refused = [at for at, row in enumerate(told, 1) if row["expected"] == "refused-row"]
    assert found.staged.rows_in == len(told)
    assert [row for row, _raw, _reasons in found.refused] == refused
    column = columns(force).get("outcome")
    assert {reason for *_rest, reasons in found.refused for reason in reasons} == (
        {f"not-in-code-list: {column}"} if refused else set()
    )
    kept = {row["row_number"]: row for row in found.rows}
    for number, row in enumerate(told, 1):
        if number in refused:
            continue
        stored = kept[number][IDEAS[row["idea"]][0]]
        nothing = row["expected"] in {"unknown", "missing", "refused", "invalid"}
        assert (None if stored is None else str(stored)) == (None if nothing else row["expected"]), row


@pytest.mark.parametrize("force", PLAIN)
def test_unknown_missing_refused_and_invalid_are_counted_apart(force, tmp_path):
    found = stage_file(extract(force, tmp_path), contract(force, tmp_path), "2019-01")
    told = [row for row in values(force) if row["expected"] != "refused-row"]
    for idea in columns(force):
        expected = Counter(row["expected"] for row in told if row["idea"] == idea)
        others = sum(row["idea"] != idea for row in told)
        blank = others if idea not in PLAIN[force] else 0
        _given, missing, unknown, refused, invalid = found.staged.field_states[IDEAS[idea][0]]
        assert missing == expected["missing"] + blank, idea
        assert (unknown, refused, invalid) == tuple(
            expected[state] for state in ("unknown", "refused", "invalid")
        ), idea


@pytest.mark.parametrize("force", PLAIN)
def test_a_draft_of_the_extract_is_a_good_contract_that_takes_it_in(force, workspace, tmp_path):
    file = extract(force, tmp_path)
    found = draft(workspace, file, name="drafted")
    path = workspace.contracts_folder / "drafted.toml"
    write_draft(found, path)
    made = check_contract(workspace, path)
    assert made.time.column == "Created.Date" and made.time.pattern == "%d/%m/%Y"
    assert made.key == ("Crime ref",)
    staged = stage_file(file, path, "2019-01").staged
    errors = sum(row["text"] in ERRORS for row in values(force))  # in a text they are no value
    assert (staged.rows_in, staged.quarantined) == (len(values(force)), errors)


def test_no_value_of_the_published_list_was_left_out():
    counted = Counter((row["force"], row["idea"]) for row in values("A") + values("E"))
    assert counted["A", "victim ethnicity"] == 9 and counted["E", "victim ethnicity"] == 10
    assert {row["text"] for row in values("C")} >= {"IC5 - Oriental", "#VALUE!", "IC3"}


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_of_a_spreadsheet_is_no_text_in_a_csv_either(tmp_path, error):
    path = small_contract(tmp_path)
    rows = f"id,month,note\na,2024-05,{error}\n{error},2024-05,one\nb,2024-05,#1 of two\nc,{error},three\n"
    found = stage_bytes(rows.encode(), path)
    assert [(row, reasons) for row, _raw, reasons in found.refused] == [
        (1, ["spreadsheet-error: note"]),
        (2, ["spreadsheet-error: id"]),
        (4, ["unreadable-time: month"]),
    ]
    assert [row["note"] for row in found.rows] == ["#1 of two"]


def test_a_contract_may_say_that_an_error_means_unknown(tmp_path):
    path = small_contract(tmp_path, instead=[('field = "note"', 'field = "note"\nunknown = ["#N/A"]')])
    found = stage_bytes(b"id,month,note\na,2024-05,#N/A\nb,2024-05,#REF!\n", path)
    assert (found.staged.accepted, found.staged.quarantined) == (1, 1)
    assert found.staged.field_states["note"][2] == 1
