"""Counts that arrive ready-made, with the code of an area of an older vintage."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from joinedup import places
from joinedup.errors import BadInput
from joinedup.measures import FigureQuery, measure_named
from joinedup.terms import AreaLevel, Form, Period, RecordType

MAY = Period.parse("2024-05")
MEASURE = measure_named("street-problem-reports")


@pytest.fixture
def reports(town, tmp_path):
    """Reports by LSOA of 2011: L1 and L2 lie in W1, L3 in W3; X9 is an area nobody loaded."""
    features = []
    for number, (code, district) in enumerate([("L1", "D1"), ("L2", "D1"), ("L3", "D2")]):
        west = -1.30 + {0: 0.0, 1: 0.005, 2: 0.02}[number]
        ring = [[west, 54.5], [west + 0.005, 54.5], [west + 0.005, 54.51], [west, 54.51], [west, 54.5]]
        features.append(
            {
                "type": "Feature",
                "properties": {"code": code, "name": f"Area {code}", "district": district},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    path = tmp_path / "lsoa.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    places.load_boundaries(
        town.workspace, path, level="lsoa", vintage="2011", code="code", name="name", parent="district"
    )
    rows = [
        {"id": f"{area}-{category}", "stated_area": area, "category": category, "reports": number}
        for area, category, number in [
            ("L1", "B6", 3),
            ("L1", "B26", 10),
            ("L2", "B26", 5),
            ("L3", "B26", 2),
            ("X9", "B6", 1),
            (None, "B6", 7),
        ]
    ]
    town.deliver(
        "2024-05",
        rows,
        received=dt.datetime(2024, 6, 15, tzinfo=dt.UTC),
        feed="reports",
        record_type=RecordType.RETURN,
        source=MEASURE.sources[0],
        fields={"category": "VARCHAR", "reports": "INTEGER"},
    )
    return town


def ask(**changes):
    return FigureQuery(MEASURE.name, **({"period": MAY, "level": AreaLevel.DISTRICT} | changes))


def by_area(answer):
    return {row.area_code: row.numerator for row in answer.rows}


def test_amounts_are_added_up_not_rows(reports):
    assert by_area(reports.figure(ask(level=AreaLevel.ALL))) == {"all": 28}


def test_stated_areas_roll_up_to_the_areas_they_lie_in_and_a_note_says_how(reports):
    answer = reports.figure(ask())
    assert by_area(answer) == {"D1": 18, "D2": 2, "outside": 1, "unlocated": 7}
    assert any("LSOA" in note and "2011" in note for note in answer.notes)
    assert by_area(reports.figure(ask(areas=("D1",)))) == {"D1": 18}
    assert by_area(reports.figure(ask(level=AreaLevel.PARTNERSHIP))) == {
        "partnership": 20,
        "outside": 1,
        "unlocated": 7,
    }


def test_the_areas_they_came_with_can_be_asked_for(reports):
    answer = reports.figure(ask(level=AreaLevel.LSOA, vintage="2011", areas=("D1",)))
    assert by_area(answer) == {"L1": 13, "L2": 5}


@pytest.mark.parametrize("level", [AreaLevel.WARD, AreaLevel.LSOA, AreaLevel.SQUARE])
def test_they_are_never_guessed_for_areas_they_do_not_nest_in(reports, level):
    with pytest.raises(BadInput, match="cannot be cut"):
        reports.figure(ask(level=level))


def test_shares_are_of_amounts(reports):
    answer = reports.figure(
        ask(form=Form.SHARE, by=("category",), areas=("D1",), where=(("category", "B6"),))
    )
    [row] = answer.rows
    assert (row.numerator, row.denominator) == (3, 18)
