"""Places do the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import duckdb
import numpy as np
from invented_wards import WARD_COLUMNS, ward_features

from joinedup import places
from joinedup.workspace import Workspace


def test_places_are_loaded_placed_and_replaced_on_either_database(tmp_path, database_url, geojson, table):
    made = Workspace.create(tmp_path / "workspace", partnership="Testshire", database_url=database_url)
    load = {"level": "ward", "vintage": "2024", **WARD_COLUMNS}
    places.load_boundaries(made, geojson(ward_features()), **load)
    places.dissolve(made, level="district", vintage="2024", child_level="ward", child_vintage="2024")
    places.ensure_placed(made, places.encode_points(np.array([0.0, 0.05]), np.array([51.0, 51.05])))
    counts = table("code,all", "D1,7", "D2,8")
    places.load_residents(made, counts, level="district", vintage="2024", year=2021, code="code", total="all")
    before = places.generation(made)
    features = ward_features()
    features[3]["properties"] |= {"parent": "D1", "parent_name": "West"}
    assert places.load_boundaries(made, geojson(features), **load).version == 2
    assert places.generation(made) != before
    with duckdb.connect() as connection:
        places.define_points_view(made, connection)
        found = connection.execute("select ward, district from points order by ward").fetchall()
    assert found == [("W1", "D1"), ("W4", "D1")]
    assert dict(places.residents(made, "district")) == {"D1": 7, "D2": 8}
    made.close()
