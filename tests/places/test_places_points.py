"""The points table: placed once, in every set, again when a set changes; and the view that joins it."""

from __future__ import annotations

import datetime as dt

import duckdb
import numpy as np
import pytest
from invented_wards import WARD_COLUMNS, feature, polygon, ward_features

from joinedup import places
from joinedup.errors import BadInput, Damaged

LONGITUDES = np.array([-0.05, 0.05, -0.05, 0.05, 0.0, 0.0, 0.05, 0.5])
LATITUDES = np.array([50.95, 50.95, 51.05, 51.05, 51.0, 51.05, 51.0, 51.0])
#  inside W1, W2, W3, W4; the corner of all; borders W3|W4 and W2|W4; outside
WARDS_OF_POINTS = ["W1", "W2", "W3", "W4", "W1", "W3", "W2", None]
DISTRICTS_OF_POINTS = ["D1", "D2", "D1", "D2", "D1", "D1", "D2", None]


def numbers():
    return places.encode_points(LONGITUDES, LATITUDES)


def seen(workspace, columns):
    with duckdb.connect() as connection:
        places.define_points_view(workspace, connection)
        found = connection.execute(f"select point, {columns} from points").fetchall()
    by_point = {row[0]: row[1:] for row in found}
    assert len(by_point) == len(found), "each point comes once"
    return [by_point.get(point) for point in numbers().tolist()]


def files(workspace, **wanted):
    from joinedup.places.models import PlacedPoints

    return list(PlacedPoints.objects.filter(**wanted).order_by("id"))


def test_points_on_borders_go_to_the_lowest_code_and_districts_follow_their_wards(wards):
    assert places.locate(wards, LONGITUDES, LATITUDES, level="ward").tolist() == WARDS_OF_POINTS
    assert places.locate(wards, LONGITUDES, LATITUDES, level="district").tolist() == DISTRICTS_OF_POINTS
    places.ensure_placed(wards, numbers())
    pairs = list(zip(WARDS_OF_POINTS, DISTRICTS_OF_POINTS, strict=True))
    assert seen(wards, "ward, district") == pairs
    assert seen(wards, "ward_2024, district_2024") == pairs


def test_the_view_has_every_level_and_set(wards):
    with duckdb.connect() as connection:
        places.define_points_view(wards, connection)
        described = connection.execute("describe points").fetchall()
    assert {row[0]: row[1] for row in described} == {
        "point": "BIGINT",
        "easting": "DOUBLE",
        "northing": "DOUBLE",
        **dict.fromkeys(("district", "ward", "msoa", "lsoa", "oa", "square"), "VARCHAR"),
        "ward_2024": "VARCHAR",
        "district_2024": "VARCHAR",
    }


def test_a_level_of_which_nothing_is_loaded_is_null(wards):
    places.ensure_placed(wards, numbers())
    assert seen(wards, "lsoa, oa") == [(None, None)] * len(LONGITUDES)


def test_the_same_points_are_placed_once(wards):
    places.ensure_placed(wards, numbers()[:5])
    places.ensure_placed(wards, np.repeat(numbers()[:5], 3))
    assert [file.rows for file in files(wards)] == [5]
    places.ensure_placed(wards, numbers())
    assert [file.rows for file in files(wards)] == [5, 3]
    assert [row[0] for row in seen(wards, "ward")] == WARDS_OF_POINTS


def test_many_small_files_become_one(wards):
    for index in range(30):
        places.ensure_placed(wards, places.encode_points(np.array([index / 1000]), np.array([51.0])))
    places.ensure_placed(wards, numbers())
    assert len(files(wards, retired_at=None)) < 10
    assert [row[0] for row in seen(wards, "ward")] == WARDS_OF_POINTS


def test_squares_and_metres_come_with_the_points(wards):
    places.ensure_placed(wards, numbers())
    assert [row[0] for row in seen(wards, "square")] == places.locate(
        wards, LONGITUDES, LATITUDES, level="square"
    ).tolist()
    easting, northing = seen(wards, "easting, northing")[0]
    assert 530_000 < easting < 545_000
    assert 110_000 < northing < 125_000


def test_a_new_set_places_the_points_again(wards, geojson):
    places.ensure_placed(wards, numbers())
    before = places.generation(wards)
    file = geojson([feature(polygon(-0.2, 50.8, 0.2, 51.2), code="L1")], "lsoa.geojson")
    places.load_boundaries(wards, file, level="lsoa", vintage="2021", code="code", name="")
    assert places.generation(wards) != before
    assert seen(wards, "lsoa, ward") == [("L1" if w else None, w) for w in WARDS_OF_POINTS]


def test_a_changed_set_places_the_points_again_also_in_what_is_dissolved_from_it(wards, geojson):
    places.ensure_placed(wards, numbers())
    features = ward_features()
    features[3]["properties"] |= {"parent": "D1", "parent_name": "West"}
    file = geojson(features, "moved.geojson")
    places.load_boundaries(wards, file, level="ward", vintage="2024", **WARD_COLUMNS)
    assert seen(wards, "ward, district")[3] == ("W4", "D1")


def points_file(folder):
    file = folder / "points.parquet"
    listed = ", ".join(f"({point})" for point in [*numbers().tolist(), *numbers().tolist()[:2]])
    duckdb.sql(f"COPY (SELECT * FROM (VALUES {listed}, (NULL)) AS given(point)) TO '{file}' (FORMAT parquet)")
    return file


def test_points_that_are_placed_ahead_are_kept_only_when_asked_for(wards, tmp_path):
    places.ensure_placed(wards, numbers()[:3])
    with places.Ahead(wards, points_file(tmp_path)) as ahead:
        assert sorted(ahead.points.tolist()) == sorted(numbers().tolist())
        assert [file.rows for file in files(wards)] == [3]
        places.ensure_placed(wards, ahead.points, ahead)
    assert [file.rows for file in files(wards)] == [3, 5]
    pairs = list(zip(WARDS_OF_POINTS, DISTRICTS_OF_POINTS, strict=True))
    assert seen(wards, "ward, district") == pairs


def test_what_was_placed_ahead_of_a_set_or_of_other_points_is_placed_anew(wards, geojson, tmp_path):
    file = points_file(tmp_path)
    with places.Ahead(wards, file) as before_a_set:
        features = ward_features()
        features[3]["properties"] |= {"parent": "D1", "parent_name": "West"}
        load = {"level": "ward", "vintage": "2024", **WARD_COLUMNS}
        places.load_boundaries(wards, geojson(features, "moved.geojson"), **load)
        with places.Ahead(wards, file) as before_points:
            places.ensure_placed(wards, numbers()[:4], before_a_set)
            places.ensure_placed(wards, before_points.points, before_points)
    assert sum(file.rows for file in files(wards, retired_at=None)) == len(LONGITUDES)
    assert seen(wards, "ward, district")[3] == ("W4", "D1")


def test_replaced_files_stay_an_hour_for_their_readers(wards, geojson):
    places.ensure_placed(wards, numbers())
    (old,) = files(wards)
    load = {"level": "ward", "vintage": "2025", **WARD_COLUMNS}
    places.load_boundaries(wards, geojson(ward_features()), **load)
    assert (wards.places_folder / old.file).exists()
    (retired,) = files(wards, retired_at__isnull=False)
    retired.retired_at -= dt.timedelta(hours=2)
    retired.save()
    (wards.places_folder / "ward_2030-v1.parquet").write_bytes(b"left by a load that was broken off")
    places.load_boundaries(wards, geojson(ward_features()), **{**load, "vintage": "2026"})
    assert not (wards.places_folder / old.file).exists()
    assert not (wards.places_folder / "ward_2030-v1.parquet").exists()
    assert [row[0] for row in seen(wards, "ward_2024")] == WARDS_OF_POINTS


def test_with_no_boundaries_at_all_points_still_have_squares(workspace):
    places.ensure_placed(workspace, numbers())
    assert all(square is not None and ward is None for square, ward in seen(workspace, "square, ward"))


def test_squares_belong_to_the_district_of_most_of_their_points(wards):
    # one square across the border of D1 and D2: two points west of it and one east
    longitudes, latitudes = np.array([-0.0004, -0.0003, 0.0001]), np.array([50.9512, 50.9512, 50.9512])
    (code,) = set(places.locate(wards, longitudes, latitudes, level="square"))
    places.ensure_placed(wards, places.encode_points(longitudes, latitudes))
    (square,) = places.areas(wards, "square")
    assert (square.code, square.parents["district"], square.parent_name) == (code, "D1", "West")
    assert [area.code for area in places.areas(wards, "square", within=["D2"])] == [code]
    assert places.areas(wards, "square", within=["W3"]) == []
    (drawn,) = places.geometry(wards, "square")["features"]
    assert drawn["id"] == code
    assert len(drawn["geometry"]["coordinates"][0]) == 5


def test_areas_know_what_they_lie_in(wards):
    found = places.areas(wards, "ward", within="D1")
    assert [(area.code, area.parents, area.parent_name) for area in found] == [
        ("W1", {"district": "D1"}, "West"),
        ("W3", {"district": "D1"}, "West"),
    ]
    (whole,) = places.areas(wards, "partnership")
    assert (whole.code, whole.name) == ("partnership", "Testshire")
    assert places.partnership_districts(wards) == ("D1", "D2")


def test_points_are_not_located_by_partnership(wards):
    with pytest.raises(BadInput, match="not located by level"):
        places.locate(wards, [0.0], [51.0], level="partnership")
    with pytest.raises(BadInput, match="equal length"):
        places.locate(wards, [0.0, 1.0], [51.0], level="ward")


def test_a_full_disk_is_said_in_a_sentence_and_the_points_are_placed_the_next_time(wards, monkeypatch):
    with monkeypatch.context() as full, pytest.raises(Damaged, match="could not be written"):
        full.setattr("joinedup.durable.os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "full")))
        places.ensure_placed(wards, numbers())
    assert not list(wards.places_folder.glob("*points*part"))
    assert files(wards) == []
    places.ensure_placed(wards, numbers())
    assert [ward for (ward,) in seen(wards, "ward")] == WARDS_OF_POINTS


def test_rasters_made_ready_beforehand_change_no_answer(wards):
    places.make_ready(wards)
    places.ensure_placed(wards, numbers())
    assert [ward for (ward,) in seen(wards, "ward")] == WARDS_OF_POINTS
