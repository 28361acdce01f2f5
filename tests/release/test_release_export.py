"""What leaves as a file opens safely in a spreadsheet, says what it is, and shows nothing that is hidden."""

from __future__ import annotations

import csv
import io
import json

import pytest
from closed_town import QUARTER, viewer

from joinedup.measures import FigureQuery
from joinedup.release import release
from joinedup.release.export import csv_text, csvw_text
from joinedup.spreadsheet import safe_cell
from joinedup.terms import AreaLevel, Role

BY_KIND = FigureQuery("patrols", level=AreaLevel.WARD, period=QUARTER, by=("kind",))


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_a_spreadsheet_would_run_is_made_plain(text):
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("value", ["plain", "-3.5", "+7", -3, 2.5, None, ""])
def test_numbers_and_plain_texts_stay_as_they_are(value):
    assert safe_cell(value) == value


def test_the_file_has_every_row_and_leaves_hidden_cells_empty(town, published):
    released = release(town, viewer(Role.COUNCILLOR), BY_KIND)
    lines = list(csv.DictReader(io.StringIO(csv_text(released))))
    assert len(lines) == len(released.rows)
    (small,) = [line for line in lines if (line["area_code"], line["kind"]) == ("W1", "foot")]
    assert (small["numerator"], small["value"], small["flags"]) == ("", "", "suppressed")


def test_the_metadata_says_what_the_file_is(town):
    released = release(town, viewer(Role.ANALYST), BY_KIND)
    said = json.loads(csvw_text(released, "patrols.csv", licences=["Closed"]))
    assert said["url"] == "patrols.csv"
    assert said["dc:title"] == "Patrols"
    assert said["dc:source"] == ["wardens"]
    assert said["dc:license"] == ["Closed"]
    assert said["schema:unitText"] == released.unit
    assert said["dc:date"] == released.known_on.isoformat()
    header = csv_text(released).splitlines()[0].split(",")
    assert [column["name"] for column in said["tableSchema"]["columns"]] == header
