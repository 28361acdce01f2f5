"""Published tables as files, and the verbs that prepare, approve and withdraw them."""

from __future__ import annotations

import csv
import json
import zipfile
from dataclasses import replace

import pandas as pd
import pytest
from click.testing import CliRunner
from closed_town import PATROLS, QUARTER, viewer

from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.errors import BadInput, NotPermitted
from joinedup.log import acts
from joinedup.release.catalogue import approve, prepare, withdraw
from joinedup.release.catalogue.files import export
from joinedup.terms import Role

ANALYST = viewer(Role.ANALYST)
SECOND = replace(ANALYST, username="second", name="Second analyst")
COUNCILLOR = viewer(Role.COUNCILLOR)


@pytest.fixture
def published(town):
    (town.folder / "public-tables.toml").write_text(
        '[[set]]\nmeasure = "patrols"\ntables = ["ward-quarter-breakdown"]\n'
    )
    made, _ = prepare(town, ANALYST, "patrols", "public")
    return approve(town, SECOND, made.number)


def read(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_csv_has_counts_markers_and_no_small_number(town, published, tmp_path):
    export(town, COUNCILLOR, published.number, tmp_path / "patrols.csv")
    rows = read(tmp_path / "patrols.csv")
    labels = {"foot": "On foot", "car": "By car"}
    for ward, kinds in PATROLS.items():
        for kind, count in kinds.items():
            row = next(row for row in rows if row["area_code"] == ward and row["kind"] == labels[kind])
            assert row["period"] == str(QUARTER)
            assert (row["count"], row["marker"]) in {(str(count), ""), ("", "[c]")}
            if 0 < count < 5:
                assert row["marker"] == "[c]"
    assert {row["area_name"] for row in rows} >= {"Ward W1", "D1", "The partnership", "Everything delivered"}


def test_the_metadata_says_what_when_and_what_is_hidden(town, published, tmp_path):
    export(town, COUNCILLOR, published.number, tmp_path / "patrols.csv")
    told = json.loads((tmp_path / "patrols.csv-metadata.json").read_text())
    assert told["url"] == "patrols.csv"
    assert told["dc:title"] == "Patrols"
    assert any("[c]" in note and "Zeros" in note for note in told["rdfs:comment"])
    assert [column["name"] for column in told["tableSchema"]["columns"]] == list(
        read(tmp_path / "patrols.csv")[0]
    )
    assert told["dc:date"].startswith("2024-07-05")


def test_the_workbook_has_a_cover_contents_and_one_table_to_a_sheet(town, published, tmp_path):
    export(town, COUNCILLOR, published.number, tmp_path / "patrols.xlsx")
    with zipfile.ZipFile(tmp_path / "patrols.xlsx") as package:
        names = package.read("xl/workbook.xml").decode()
        text = package.read("xl/sharedStrings.xml").decode()
        sheets = "".join(package.read(name).decode() for name in package.namelist() if "sheet" in name)
    assert all(f'name="{sheet}"' in names for sheet in ("Cover", "Contents", "Notes", "Table 1"))
    assert "[c]" in text
    assert "As known on 2024-07-05" in text
    assert "<f>" not in sheets  # nothing in it is a formula
    with pytest.raises(BadInput, match="exists already"):
        export(town, COUNCILLOR, published.number, tmp_path / "patrols.xlsx")


def test_an_area_called_like_a_formula_is_written_as_text(town, published, tmp_path, monkeypatch):
    from joinedup.release.catalogue import files

    real = files._area_names

    def named(workspace):
        return {
            key: "=HYPERLINK(1)" if key == ("ward", "W1") else name for key, name in real(workspace).items()
        }

    monkeypatch.setattr(files, "_area_names", named)
    export(town, ANALYST, published.number, tmp_path / "patrols.csv")
    assert "'=HYPERLINK(1)" in {row["area_name"] for row in read(tmp_path / "patrols.csv")}
    export(town, ANALYST, published.number, tmp_path / "patrols.xlsx")
    with zipfile.ZipFile(tmp_path / "patrols.xlsx") as package:
        assert not any(b"<f>" in package.read(name) for name in package.namelist() if "worksheets" in name)


def test_what_is_only_prepared_is_for_who_approves_and_what_is_withdrawn_for_nobody(town, tmp_path):
    made, _ = prepare(town, ANALYST, "patrols", "public")
    with pytest.raises(NotPermitted, match="not published yet"):
        export(town, COUNCILLOR, made.number, tmp_path / "no.csv")
    export(town, SECOND, made.number, tmp_path / "look.csv")
    assert "NOT PUBLISHED" in (tmp_path / "look.csv-metadata.json").read_text()
    approve(town, SECOND, made.number)
    withdraw(town, ANALYST, made.number, "A mistake")
    with pytest.raises(NotPermitted, match="withdrawn"):
        export(town, ANALYST, made.number, tmp_path / "late.csv")
    assert not (tmp_path / "no.csv").exists()
    assert not (tmp_path / "late.csv").exists()


def test_writing_a_file_is_a_disclosure_in_the_log(town, published, tmp_path):
    export(town, COUNCILLOR, published.number, tmp_path / "patrols.csv")
    told = acts(kind="disclosure", by="councillor")[-1]
    assert f"publication {published.number}" in told.what
    assert list(told.recipients) == ["public"]


def test_another_kind_of_file_is_refused(town, published, tmp_path):
    with pytest.raises(BadInput, match=r"\.csv or \.xlsx"):
        export(town, ANALYST, published.number, tmp_path / "patrols.pdf")


@pytest.fixture
def run(town):
    council = add_agency("council", "Council")
    for name, role in (("ann", Role.ANALYST), ("ben", Role.ANALYST), ("cleo", Role.COUNCILLOR)):
        add_user(name, name=name.title(), role=role, agency=council)

    def act(name, *words):
        result = CliRunner().invoke(main, ["-C", str(town.folder), "--as", name, "release", *words])
        return result.exit_code, result.stdout, result.stderr

    return act


def test_from_the_catalogue_to_a_file_by_two_people(run, tmp_path):
    status, listed, _ = run("ann", "catalogue", "--format", "csv")
    assert status == 0 and "patrols" in listed and "ward-quarter" in listed
    status, _, told = run("ann", "prepare", "patrols", "--to", "public")
    assert status == 0 and "Publication 1 is prepared" in told and "%" in told
    status, _, told = run("ann", "approve", "1")
    assert status == 2 and "another analyst" in told
    assert run("cleo", "approve", "1")[0] == 2
    assert run("ben", "approve", "1")[0] == 0
    status, listed, _ = run("cleo", "list", "--format", "json")
    assert [(row["number"], row["state"]) for row in json.loads(listed)] == [(1, "published")]
    status, _, told = run("cleo", "export", "1", "--out", str(tmp_path / "out.csv"))
    assert status == 0 and "out.csv-metadata.json" in told
    assert len(pd.read_csv(tmp_path / "out.csv")) > 10
    status, _, told = run("ben", "withdraw", "1", "--why", "A mistake in the areas")
    assert status == 0 and "withdrawn" in told
    assert run("cleo", "export", "1", "--out", str(tmp_path / "again.csv"))[0] == 2
