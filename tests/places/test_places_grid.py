"""The National Grid: known references, an independent transformation, squares that tile."""

from __future__ import annotations

import warnings

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from joinedup.errors import BadInput
from joinedup.places import grid
from joinedup.places.points import decode_points, encode_points


@pytest.mark.parametrize(
    ("easting", "northing", "reference"),
    [
        (0, 0, "SV 0000 0000"),  # the false origin, south-west of Scilly
        (449_250, 520_500, "NZ 4925 2050"),  # Middlesbrough
        (530_000, 180_000, "TQ 3000 8000"),  # Westminster
        (651_409, 313_177, "TG 5140 1317"),  # Caister, Ordnance Survey's worked example
        (216_600, 771_200, "NN 1660 7120"),  # Ben Nevis
        (463_000, 1_213_000, "HP 6300 1300"),  # Unst, Shetland
        (299_990, 99_990, "SX 9999 9999"),
        (300_000, 100_000, "ST 0000 0000"),
    ],
)
def test_known_grid_references(easting, northing, reference):
    assert grid.grid_reference(easting, northing) == reference


def test_a_square_has_a_name_for_people():
    assert grid.square_name("BNG250-449250-520500") == "250 m square NZ 4925 2050"


def test_the_pinned_transformation_is_that_of_the_epsg_register():
    """Compared with pyproj's own choice where it has no grid-shift file."""
    lon, lat = np.meshgrid(np.linspace(-5, 1.5, 20), np.linspace(50.2, 58, 20))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the grid-shift file is missing
        register = pyproj.transformer.TransformerGroup(4326, 27700, always_xy=True, allow_ballpark=False)
    helmert = next(t for t in register.transformers if "OSGB36 to WGS 84 (6)" in t.description)
    expected_east, expected_north = helmert.transform(lon.ravel(), lat.ravel())
    east, north = grid.to_grid(lon.ravel(), lat.ravel())
    assert np.allclose(east, expected_east, atol=0.051)
    assert np.allclose(north, expected_north, atol=0.051)


@given(
    st.floats(0, 699_999, allow_nan=False),
    st.floats(0, 1_299_999, allow_nan=False),
)
def test_a_point_lies_in_the_square_it_is_given(easting, northing):
    (code,) = grid.square_codes(np.array([easting]), np.array([northing]))
    east, north = grid.square_corner(code)
    assert east <= easting < east + grid.SIDE
    assert north <= northing < north + grid.SIDE


def test_squares_are_where_they_say_and_tile():
    codes = ["BNG250-449250-520500", "BNG250-449500-520500"]
    west, east = grid.square_polygons(codes)
    assert shapely.intersection(west, east).length > 0
    assert shapely.intersection(west, east).area == pytest.approx(0, abs=1e-14)
    middle = shapely.centroid(west)
    found = grid.square_codes(*grid.to_grid(np.array([middle.x]), np.array([middle.y])))
    assert found.tolist() == [codes[0]]
    metres = np.subtract(*grid.to_grid(*np.array(west.exterior.coords)[[1, 0]].T)[0])
    assert metres == pytest.approx(250, abs=0.2)


def test_the_southern_and_western_edge_belong_to_the_square():
    found = grid.square_codes(np.array([250.0, 249.9, 500.0]), np.array([250.0, 250.0, 499.9]))
    assert found.tolist() == ["BNG250-250-250", "BNG250-0-250", "BNG250-500-250"]


def test_beyond_the_grid_there_is_no_square():
    east, north = grid.to_grid(np.array([100.0, -1.2]), np.array([0.0, 54.6]))
    assert grid.square_codes(east, north)[0] is None
    assert grid.square_codes(east, north)[1].startswith("BNG250-")


@pytest.mark.parametrize("code", ["", "E05000001", "BNG250-449251-520500", "BNG250-900000-0", "BNG250-0"])
def test_what_is_no_square_is_refused(code):
    with pytest.raises(BadInput, match="not the code of a 250 m square"):
        grid.square_corner(code)


@given(
    st.lists(
        st.tuples(st.integers(-180_000_000, 180_000_000), st.integers(-90_000_000, 90_000_000)), min_size=1
    )
)
def test_a_point_number_gives_back_its_six_decimals(millionths):
    longitudes, latitudes = (np.array(values) / 1e6 for values in zip(*millionths, strict=True))
    back = decode_points(encode_points(longitudes, latitudes))
    assert back[0].tolist() == longitudes.round(6).tolist()
    assert back[1].tolist() == latitudes.round(6).tolist()


def test_the_point_number_is_as_the_house_says():
    longitude, latitude = -1.234567, 54.567891
    expected = round((longitude + 180) * 1e6) * 1_000_000_000 + round((latitude + 90) * 1e6)
    assert encode_points(np.array([longitude]), np.array([latitude])).tolist() == [expected]
