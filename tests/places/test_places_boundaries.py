"""Boundary files: what is read, what is refused and in which words, and what a second loading does."""

from __future__ import annotations

import gzip
import json
import shutil

import geopandas
import numpy as np
import pytest
import shapely
from filelock import FileLock
from invented_wards import WARD_COLUMNS, WARDS, feature, polygon, ward_features

from joinedup import places
from joinedup.errors import BadInput, Busy, Damaged, NotFound
from joinedup.places import ledger


def load(workspace, file, **changed):
    given = {"level": "ward", "vintage": "2024", **WARD_COLUMNS, **changed}
    return places.load_boundaries(workspace, file, **given)


def loaded_rows(**wanted):
    from joinedup.places.models import BoundarySet

    return list(BoundarySet.objects.filter(**wanted).order_by("id"))


def frame():
    boxes = [shapely.box(*box) for *_, box in WARDS.values()]
    columns = {
        "code": list(WARDS),
        "name": [ward[0] for ward in WARDS.values()],
        "parent": [ward[1] for ward in WARDS.values()],
        "parent_name": [ward[2] for ward in WARDS.values()],
    }
    return geopandas.GeoDataFrame(columns, geometry=boxes, crs=4326)


def outlines(workspace):
    collection = places.geometry(workspace, "ward")
    return {f["id"]: shapely.geometry.shape(f["geometry"]) for f in collection["features"]}


FORMATS = [("wards.geojson", 4326), ("wards.gpkg", 3857)]
FORMATS += [(name, 27700) for name in ("wards.gpkg", "wards.shp", "wards.zip", "wards.geojson.gz")]


@pytest.mark.parametrize(("name", "crs"), FORMATS)
def test_every_format_and_coordinate_system_gives_the_same_wards(workspace, tmp_path, name, crs):
    file = tmp_path / name
    written = frame().to_crs(crs).rename(columns={"parent_name": "upper"})  # Shapefile names are short
    folder = tmp_path / "parts"
    folder.mkdir()
    match file.suffixes:
        case [".zip"]:
            written.to_file(folder / "wards.shp")
            shutil.make_archive(str(file.with_suffix("")), "zip", folder)
        case [".geojson", ".gz"]:
            written.to_file(folder / "wards.geojson")
            file.write_bytes(gzip.compress((folder / "wards.geojson").read_bytes()))
        case _:
            written.to_file(file)
    row = load(workspace, file, parent_name="upper")
    assert (row.features, row.version, row.changed) == (4, 1, True)
    found = outlines(workspace)
    for code, (*_, box) in WARDS.items():
        assert shapely.hausdorff_distance(found[code], shapely.box(*box)) < 1e-4  # the datum shift is 2 m
    assert [area.name for area in places.areas(workspace, "ward")] == [ward[0] for ward in WARDS.values()]


def test_several_files_make_one_set(workspace, geojson):
    features = ward_features()
    files = [geojson(features[:2], "west.geojson"), geojson(features[2:], "east.geojson")]
    assert load(workspace, files).features == 4


def test_the_same_again_changes_nothing_but_where_it_is_from(workspace, geojson):
    file = geojson(ward_features())
    first = load(workspace, file, source="a website")
    again = load(workspace, geojson(list(reversed(ward_features())), "turned.geojson"), source="the ONS")
    assert (first.changed, again.changed, again.version) == (True, False, 1)
    assert again.source == "the ONS"
    assert len(loaded_rows()) == 1


def test_other_content_is_a_new_version_and_dissolves_again(wards, geojson):
    features = ward_features()
    features[1]["properties"] |= {"parent": "D1", "parent_name": "West"}
    assert load(wards, geojson(features, "moved.geojson")).version == 2
    assert places.locate(wards, [0.05], [50.95], level="district").tolist() == ["D1"]
    assert [row.version for row in loaded_rows(level="district")] == [1, 2]


def test_the_newest_vintage_is_the_current_one(wards, geojson):
    load(wards, geojson(ward_features()[:1]), vintage="2025")
    assert len(places.areas(wards, "ward")) == 1
    assert len(places.areas(wards, "ward", vintage="2024")) == 4


def test_districts_may_have_their_own_polygons(workspace, geojson):
    file = geojson([feature(polygon(-0.1, 50.9, 0.1, 51.1), code="D9", name="All")])
    load(workspace, file, level="district", parent=None, parent_name=None)
    assert places.locate(workspace, [0.05, 0.5], [50.95, 51], level="district").tolist() == ["D9", None]


def test_names_of_dissolved_areas_may_be_given(wards):
    row = places.dissolve(
        wards,
        level="district",
        vintage="2024",
        child_level="ward",
        child_vintage="2024",
        names={"D1": "Occidental"},
    )
    assert row.changed
    assert [area.name for area in places.areas(wards, "district")] == ["Occidental", "East"]


def bowtie():
    return {"type": "Polygon", "coordinates": [[[0, 50], [1, 51], [1, 50], [0, 51], [0, 50]]]}


BROKEN = {
    "twice": (feature(polygon(0, 50, 1, 51), code="W1"), "code W1 comes twice .*feature 1 .*feature 5"),
    "no code": (feature(polygon(0, 50, 1, 51), code=None), "Feature 5 of areas.geojson has no code"),
    "no geometry": (feature(None, code="W5"), r"no geometry.*feature 5 \(W5\)"),
    "empty": (feature({"type": "Polygon", "coordinates": []}, code="W5"), r"empty.*feature 5 \(W5\)"),
    "a line": (
        feature({"type": "LineString", "coordinates": [[0, 50], [1, 51]]}, code="W5"),
        r"LineString, not a polygon.*feature 5 \(W5\)",
    ),
    "crossing itself": (feature(bowtie(), code="W5"), r"Self-intersection\[0\.5.*feature 5 \(W5\)"),
    "metres": (
        feature(polygon(449250, 520500, 449500, 520750), code="W5"),
        r"Feature 5 .*metres of the British National Grid.*EPSG:27700",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_wrong_is_said_with_its_feature(workspace, geojson, case):
    broken, words = BROKEN[case]
    with pytest.raises(BadInput, match=words):
        load(workspace, geojson([*ward_features(), broken]), parent=None, parent_name=None, name="")
    assert loaded_rows() == []


def test_a_code_in_two_files_names_both(workspace, geojson):
    files = [geojson(ward_features(), "one.geojson"), geojson(ward_features()[:1], "two.geojson")]
    with pytest.raises(BadInput, match=r"feature 1 of one.geojson and feature 1 of two.geojson"):
        load(workspace, files)


def test_repair_mends_a_bowtie(workspace, geojson):
    file = geojson([feature(bowtie(), code="W5")])
    load(workspace, file, parent=None, parent_name=None, name="", repair=True)
    assert places.locate(workspace, [0.5, 0.1], [50.2, 50.5], level="ward").tolist() == [None, "W5"]


def test_a_missing_parent_is_refused(workspace, geojson):
    features = ward_features()
    features[2]["properties"]["parent"] = None
    with pytest.raises(BadInput, match=r"Feature 3 \(W3\) names no parent"):
        load(workspace, geojson(features))


def test_a_missing_column_names_those_there(workspace, geojson):
    with pytest.raises(BadInput, match=r"no column WD25CD.*columns are: code, name, parent, parent_name"):
        load(workspace, geojson(ward_features()), code="WD25CD")


def test_a_shapefile_without_its_coordinate_system_is_refused(workspace, tmp_path):
    frame().rename(columns={"parent_name": "upper"}).to_file(tmp_path / "wards.shp")
    (tmp_path / "wards.prj").unlink()
    with pytest.raises(BadInput, match=r"does not say its coordinate system.*\.prj"):
        load(workspace, tmp_path / "wards.shp", parent_name="upper")


def test_a_layer_has_to_be_named_where_there_are_several(workspace, tmp_path):
    file = tmp_path / "both.gpkg"
    frame().to_file(file, layer="wards")
    frame().to_file(file, layer="old_wards")
    with pytest.raises(BadInput, match=r"2 layers.*wards, old_wards"):
        load(workspace, file)
    assert load(workspace, file, layer="wards").features == 4


@pytest.mark.parametrize(
    ("name", "content"), [("a.geojson", b"{"), ("a.gpkg", b"no"), ("a.geojson.gz", b"no")]
)
def test_a_file_that_is_not_whole_is_refused(workspace, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match="cannot be read"):
        load(workspace, tmp_path / name)


def test_other_kinds_of_file_are_refused(workspace, tmp_path):
    (tmp_path / "wards.vrt").write_text("<OGRVRTDataSource/>")
    with pytest.raises(BadInput, match="kind of boundary file is not read"):
        load(workspace, tmp_path / "wards.vrt")
    with pytest.raises(NotFound, match="no such boundary file"):
        load(workspace, tmp_path / "none.geojson")


def test_a_file_is_what_its_name_says(workspace, tmp_path):
    file = tmp_path / "wards.geojson"
    layer = (
        f"<OGRVRTLayer name='wards'><SrcDataSource>{tmp_path}/secret.geojson</SrcDataSource></OGRVRTLayer>"
    )
    frame().to_file(tmp_path / "secret.geojson")
    file.write_text(f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>")
    with pytest.raises(BadInput, match=r"not what its name says|cannot be read"):
        load(workspace, file)


def test_only_one_loads_at_a_time(workspace, geojson, monkeypatch):
    monkeypatch.setattr(ledger, "_PATIENCE", 0.05)
    other = FileLock(workspace.places_folder / ".writing.lock")
    with other, pytest.raises(Busy, match="Somebody else is loading"):
        load(workspace, geojson(ward_features()))


def test_an_empty_file_is_refused(workspace, geojson):
    with pytest.raises(BadInput):
        load(workspace, geojson([]))


@pytest.mark.parametrize(
    ("level", "vintage"), [("square", "2024"), ("partnership", "2024"), ("ward", "new; drop")]
)
def test_levels_and_vintages_are_checked(workspace, geojson, level, vintage):
    with pytest.raises(BadInput):
        load(workspace, geojson(ward_features()), level=level, vintage=vintage)


def test_dissolving_needs_parents(workspace, geojson):
    load(workspace, geojson(ward_features()), parent=None, parent_name=None)
    with pytest.raises(BadInput, match="do not name their parents"):
        places.dissolve(workspace, level="district", vintage="2024", child_level="ward", child_vintage="2024")


def test_a_set_that_is_not_loaded_says_which_are(wards):
    with pytest.raises(NotFound, match=r"vintage 1999.*Loaded vintages: 2024"):
        places.areas(wards, "ward", vintage="1999")
    with pytest.raises(NotFound, match=r"No boundaries of level lsoa.*joinedup places load"):
        places.locate(wards, [0.0], [51.0], level="lsoa")


def test_a_changed_file_is_found_out(wards):
    (row,) = loaded_rows(level="ward")
    path = wards.places_folder / row.file
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)
    ledger._memory.clear()
    with pytest.raises(Damaged, match="not what the ledger says"):
        places.areas(wards, "ward")


def test_geometry_is_geojson_with_codes_and_districts(wards):
    collection = json.loads(json.dumps(places.geometry(wards, "ward", within=["D2"])))
    assert collection["type"] == "FeatureCollection"
    assert [f["id"] for f in collection["features"]] == ["W2", "W4"]
    assert collection["features"][0]["properties"] == {
        "code": "W2",
        "name": "South East",
        "district": "D2",
        "district_name": "East",
    }
    corners = np.array(collection["features"][0]["geometry"]["coordinates"][0])
    assert (corners == corners.round(6)).all()
