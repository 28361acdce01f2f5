"""A town with a closed feed: wardens' patrols in six wards of two districts, some of them rare."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.measures import Measure
from joinedup.terms import Form, Period, RecordType, Role, Sensitivity, Viewer

if TYPE_CHECKING:
    from joinedup.release.models import Publication
    from joinedup.workspace import Workspace

WEST, SOUTH, SIDE = -1.30, 54.50, 0.01
WARDS = {"W1": "D1", "W2": "D1", "W3": "D1", "W4": "D2", "W5": "D2", "W6": "D2"}
PATROLS = {  # how many of each kind in each ward, in the quarter
    "W1": {"foot": 3, "car": 40},
    "W2": {"foot": 20, "car": 0},
    "W3": {"foot": 31, "car": 25},
    "W4": {"foot": 50, "car": 9},
    "W5": {"foot": 0, "car": 12},
    "W6": {"foot": 44, "car": 33},
}
QUARTER = Period.parse("2024-04..2024-06")

CONTRACT = """
name = "warden-patrols"
version = 1
title = "Wardens' patrols"
record_type = "incident"
mode = "snapshot"
[owner]
code = "wardens"
name = "Wardens"
[source]
code = "wardens"
title = "Wardens"
[period]
file_name = '(?P<first>\\d{4}-\\d{2})_(?P<last>\\d{4}-\\d{2})-patrols'
one_month = false
[key]
columns = ["Number"]
[time]
column = "Day"
format = "date"
[place]
longitude = "Longitude"
latitude = "Latitude"
[publishing]
expected_every = "quarter"
late_after_days = 30
purposes = ["crime-and-disorder"]
sensitivity = "official"
licence = "Closed"
attribution = "Wardens"
[[column]]
name = "Number"
required = true
[[column]]
name = "Day"
required = true
[[column]]
name = "Longitude"
[[column]]
name = "Latitude"
[[column]]
name = "Kind"
field = "patrol_kind"
"""

PATROL_MEASURE = Measure(
    name="patrols",
    version=1,
    title="Patrols",
    noun="patrols",
    meaning="Patrols that wardens wrote down.",
    unit="patrols",
    theme="Wardens",
    sources=("wardens",),
    record_types=(RecordType.INCIDENT,),
    carries={RecordType.INCIDENT: "patrol_kind"},
    sql="SELECT month, point, patrol_kind AS kind FROM incident",
    breakdowns={"kind": {"foot": "On foot", "car": "By car"}},
    forms=(Form.COUNT, Form.SHARE, Form.CHANGE, Form.YEAR_TO_DATE),
    additive_over_areas=True,
    additive_over_time=True,
    sensitivity=Sensitivity.OFFICIAL,
)


def viewer(role: Role) -> Viewer:
    """Somebody with this role."""
    return Viewer(role.value, role.value.title(), role, "council")


def tables_file(table: str = "ward-quarter-breakdown") -> str:
    """A ``public-tables.toml`` by which the patrols have this table."""
    return f'[[set]]\nmeasure = "patrols"\ntables = ["{table}"]\n'


def publish(town: Workspace, table: str = "ward-quarter-breakdown") -> Publication:
    """Publish the patrols by this table and its totals: one analyst prepares, another approves."""
    from joinedup.release.catalogue import approve, prepare

    (town.folder / "public-tables.toml").write_text(tables_file(table))
    made, _ = prepare(town, viewer(Role.ANALYST), "patrols", "public")
    return approve(town, replace(viewer(Role.ANALYST), username="second"), made.number)


def ward_file(folder: Path) -> Path:
    features = []
    for column, (ward, district) in enumerate(WARDS.items()):
        west, east = WEST + column * SIDE, WEST + (column + 1) * SIDE
        north = SOUTH + SIDE
        ring = [[west, SOUTH], [east, SOUTH], [east, north], [west, north], [west, SOUTH]]
        features.append(
            {
                "type": "Feature",
                "properties": {"code": ward, "name": f"Ward {ward}", "of": district, "called": district},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    path = folder / "wards.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def patrol_file(folder: Path) -> Path:
    lines = ["Number,Day,Longitude,Latitude,Kind"]
    for column, (ward, kinds) in enumerate(PATROLS.items()):
        longitude, latitude = WEST + (column + 0.5) * SIDE, SOUTH + SIDE / 2
        for kind, count in kinds.items():
            lines += [
                f"{ward}{kind}{number},2024-05-0{number % 9 + 1},{longitude:.4f},{latitude:.4f},{kind}"
                for number in range(count)
            ]
    path = folder / "2024-04_2024-06-patrols.csv"
    path.write_text("\n".join(lines) + "\n")
    return path
