"""The demonstration's real places: totals that are published, and an independent join of real points."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter
from importlib.resources import files

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from joinedup import places
from joinedup.demo.places import load_demo_places
from joinedup.places import grid
from joinedup.workspace import Workspace

DATA = files("joinedup.demo") / "data"


def unpacked(name):
    return gzip.decompress((DATA / name).read_bytes())


def published_areas(prefix):
    """The features of the four published files of a set, read by another reader."""
    frames = [
        geopandas.read_file(io.BytesIO(unpacked(f"places/boundaries/{prefix}_E0600000{n}.geojson.gz")))
        for n in range(1, 5)
    ]
    return pd.concat(frames, ignore_index=True)


@pytest.fixture(scope="module")
def teesside(tmp_path_factory):
    workspace = Workspace.create(tmp_path_factory.mktemp("teesside") / "workspace", partnership="Teesside")
    load_demo_places(workspace)
    yield workspace
    workspace.close()


@pytest.fixture(scope="module")
def snap_points():
    """The distinct points of one real month."""
    text = unpacked("police_uk/street/2024-06-cleveland-street.csv.gz").decode()
    pairs = {(row["Longitude"], row["Latitude"]) for row in csv.DictReader(io.StringIO(text))}
    points = np.array(sorted(pairs), dtype=float)
    assert len(points) > 3000
    return points


def test_the_sets_have_as_many_areas_as_published(teesside):
    counts = {
        (entry.level, entry.vintage): entry.rows
        for entry in places.catalogue(teesside)
        if entry.kind == "boundaries"
    }
    assert counts == {
        ("district", "2025"): 4,
        ("ward", "2025"): 83,
        ("msoa", "2021"): 75,
        ("msoa", "2011"): 74,
        ("lsoa", "2021"): 359,
        ("lsoa", "2011"): 352,
        ("oa", "2011"): 1837,
    }
    assert [area.name for area in places.areas(teesside, "district")] == [
        "Hartlepool",
        "Middlesbrough",
        "Redcar and Cleveland",
        "Stockton-on-Tees",
    ]


def test_everything_says_where_it_is_from(teesside):
    assert all(entry.source and entry.licence for entry in places.catalogue(teesside))


def test_loading_again_changes_nothing(teesside):
    before = places.generation(teesside)
    load_demo_places(teesside)
    assert places.generation(teesside) == before


@pytest.mark.parametrize(
    ("level", "vintage", "prefix", "code"),
    [
        ("ward", "2025", "ward", "WD25CD"),
        ("lsoa", "2021", "lsoa", "LSOA21CD"),
        ("lsoa", "2011", "lsoa11", "LSOA11CD"),
        ("msoa", "2021", "msoa", "MSOA21CD"),
    ],
)
def test_real_points_are_placed_as_geopandas_places_them(teesside, snap_points, level, vintage, prefix, code):
    x, y = snap_points.T
    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(x, y), crs=4326)
    joined = geopandas.sjoin(points, published_areas(prefix), predicate="intersects", how="left")
    expected = joined.groupby(level=0)[code].min().to_numpy()
    located = places.locate(teesside, x, y, level=level, vintage=vintage)
    assert [found or "" for found in located] == ["" if pd.isna(found) else found for found in expected]


def test_districts_are_always_the_sum_of_their_wards(teesside, snap_points):
    places.ensure_placed(teesside, places.encode_points(*snap_points.T))
    wards = places.locate(teesside, *snap_points.T, level="ward")
    districts = places.locate(teesside, *snap_points.T, level="district")
    parent = {area.code: area.parents["district"] for area in places.areas(teesside, "ward")}
    assert [parent.get(ward) for ward in wards] == districts.tolist()
    assert Counter(ward is None for ward in wards)[True] < 10  # 0.02 % of records lie outside
    outlines = {
        f["id"]: shapely.geometry.shape(f["geometry"])
        for f in places.geometry(teesside, "district")["features"]
    }
    inside = [
        shapely.covers(outlines[d], shapely.Point(p))
        for p, d in zip(snap_points[:500], districts, strict=False)
        if d
    ]
    assert all(inside)


def test_every_square_of_real_points_lies_in_a_district(teesside, snap_points):
    places.ensure_placed(teesside, places.encode_points(*snap_points.T))
    squares = places.areas(teesside, "square")
    expected = set(places.locate(teesside, *snap_points.T, level="square"))
    assert {square.code for square in squares} == expected
    assert sum("district" in square.parents for square in squares) / len(squares) > 0.99


def test_ons_own_eastings_agree_within_the_stated_accuracy(teesside):
    """ONS publishes a point of each ward in degrees and, by the exact grid-shift, in metres."""
    wards = published_areas("ward")
    east, north = grid.to_grid(wards["LONG"].to_numpy(float), wards["LAT"].to_numpy(float))
    distance = np.hypot(east - wards["BNG_E"], north - wards["BNG_N"])
    assert distance.median() < 3
    assert distance.max() < 6


@pytest.mark.parametrize("level", ["lsoa", "msoa", "ward", "district", "partnership"])
def test_census_residents_are_569_395_at_every_level(teesside, level):
    found = places.residents(teesside, level)
    assert (sum(found.values()), found.year) == (569_395, 2021)


@pytest.mark.parametrize(("level", "vintage"), [("lsoa", "2011"), ("msoa", "2011"), ("district", None)])
def test_mid_2020_residents_are_569_768(teesside, level, vintage):
    found = places.residents(teesside, level, vintage=vintage, year=2020)
    assert sum(found.values()) == 569_768
    assert (
        sum(
            sum(ages.values())
            for ages in places.residents_by(
                teesside, level, "age", vintage=vintage, year=2020
            ).counts.values()
        )
        == 569_768
    )


def test_residents_of_a_ward_are_those_of_its_best_fit_lsoas(teesside):
    lookup = list(
        csv.DictReader(io.StringIO(unpacked("places/lookups/lookup_lsoa21_ward24_ltla24.csv.gz").decode()))
    )
    totals = {
        row["lsoa21_code"]: int(row["total_residents"])
        for row in csv.DictReader(
            io.StringIO(unpacked("places/population/ethnicity21_lsoa21.csv.gz").decode())
        )
    }
    expected = Counter()
    for row in lookup:
        expected[row["ward24_code"]] += totals[row["lsoa21_code"]]
    assert dict(places.residents(teesside, "ward")) == dict(expected)
    district = {row["ltla24_code"] for row in lookup}
    assert set(places.residents(teesside, "district")) == district


def test_nesting_by_inner_points_agrees_with_the_published_districts(teesside):
    lookup = csv.DictReader(
        io.StringIO(unpacked("places/lookups/lookup_lsoa21_ward24_ltla24.csv.gz").decode())
    )
    district = {row["lsoa21_code"]: row["ltla24_code"] for row in lookup}
    for area in places.areas(teesside, "lsoa"):
        assert area.parents["district"] == district[area.code]
    msoas = {area.code: area for area in places.areas(teesside, "msoa")}
    for area in places.areas(teesside, "lsoa"):
        # an LSOA is named after its MSOA: Hartlepool 009A lies in Hartlepool 009
        assert area.name[:-1] == msoas[area.parents["msoa"]].name


def test_output_areas_know_their_2011_district(teesside):
    published = published_areas("oa11").set_index("OA11CD")["LAD11CD"].to_dict()
    found = {area.code: area.parents["district"] for area in places.areas(teesside, "oa")}
    assert found == published
    assert not places.residents(teesside, "oa")


def test_ethnic_groups_of_a_district(teesside):
    groups = places.residents_by(teesside, "district", "ethnic group").counts["E06000002"]
    assert len(groups) == 5
    assert abs(sum(groups.values()) - places.residents(teesside, "district")["E06000002"]) < 200  # perturbed


def test_deprivation_as_published_and_by_district(teesside):
    lsoa = places.deprivation(teesside, "lsoa").areas["E01011949"]
    assert (lsoa.rank, lsoa.decile, lsoa.score) == (4520, 2, 40.218)
    assert places.deprivation(teesside, "lsoa", vintage="2011", year=2019).areas["E01011949"].rank == 4731
    assert places.deprivation(teesside, "lsoa", vintage="2011", year=2015).areas["E01011954"].score == 34.004
    crime = places.deprivation(teesside, "lsoa", domain="crime").areas["E01011949"]
    assert (crime.rank, crime.decile) == (4378, 2)
    most = places.deprivation(teesside, "district")
    assert max(most.areas, key=lambda code: most.areas[code].share_most_deprived) == "E06000002"
    assert len(places.deprivation(teesside, "ward").areas) == 83


def test_split_and_merged_lsoas(teesside):
    def became(code):
        return places.translate(teesside, code, level="lsoa", old="2011", new="2021")

    assert became("E01033468").becomes == ("E01035189", "E01035190")
    assert not became("E01033468").exact
    assert became("E01011973").becomes == became("E01011976").becomes == ("E01035188",)
    assert became("E01011973").exact
    unchanged = [
        area.code
        for area in places.areas(teesside, "lsoa", vintage="2011")
        if became(area.code).change == "U"
    ]
    assert len(unchanged) == 342


def test_the_map_keeps_the_published_coordinates(teesside):
    for feature in places.geometry(teesside, "ward", within=["E06000001"])["features"]:
        published = next(
            f
            for f in json.loads(unpacked("places/boundaries/ward_E06000001.geojson.gz"))["features"]
            if f["properties"]["WD25CD"] == feature["id"]
        )
        drawn = shapely.geometry.shape(feature["geometry"])
        assert shapely.hausdorff_distance(drawn, shapely.geometry.shape(published["geometry"])) < 1e-6
