"""Point to area: the answer of a naive loop, borders by the written rule, with and without the raster."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from joinedup.places import containment
from joinedup.places.cell_index import CellIndex
from joinedup.places.containment import OUTSIDE, first_covering
from sampling import examples

# Coordinates on a coarse lattice, so that points fall on corners and borders all the time.
lattice = st.integers(0, 12).map(lambda step: step / 4)
anywhere = st.floats(-1, 4, allow_nan=False)
coordinate = st.one_of(lattice, anywhere)


@st.composite
def polygons(draw):
    corners = draw(st.lists(st.tuples(lattice, lattice), min_size=3, max_size=8, unique=True))
    shape = shapely.make_valid(shapely.convex_hull(shapely.MultiPoint(corners)))
    return shape if shape.geom_type == "Polygon" else shapely.box(0, 0, 1, 1)


@st.composite
def layered(draw):
    """Areas that overlap, touch, hold holes and have several parts."""
    shapes = draw(st.lists(polygons(), min_size=1, max_size=6))
    for index, shape in enumerate(shapes[:-1]):
        cut = shapely.difference(shape, shapes[-1])
        if draw(st.booleans()) and cut.geom_type in {"Polygon", "MultiPolygon"} and not cut.is_empty:
            shapes[index] = cut
    return np.array(shapes, dtype=object)


def naive(shapes, x, y):
    """Asks every polygon about every point, one at a time."""
    answers = []
    for east, north in zip(x, y, strict=True):
        point = shapely.Point(east, north)
        hits = [index for index, shape in enumerate(shapes) if shapely.covers(shape, point)]
        answers.append(min(hits, default=OUTSIDE))
    return answers


def of_many(shapes, x, y):
    """As where there are so many points that each polygon looks for its own."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(containment, "_FEW", 0)
        return first_covering(shapes, x, y)


WAYS = [first_covering, of_many, lambda shapes, x, y: CellIndex.build(shapes).find(x, y)]


@settings(max_examples=examples(120, 3), deadline=None)
@given(layered(), st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=30))
def test_every_point_goes_to_the_first_area_that_covers_it(shapes, points):
    x, y = (np.array(values, dtype=float) for values in zip(*points, strict=True))
    right = naive(shapes, x, y)
    assert first_covering(shapes, x, y).tolist() == right
    assert of_many(shapes, x, y).tolist() == right


@settings(max_examples=examples(25, 3), deadline=None)
@given(layered(), st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=60))
def test_the_raster_never_changes_an_answer(shapes, points):
    x, y = (np.array(values, dtype=float) for values in zip(*points, strict=True))
    assert CellIndex.build(shapes).find(x, y).tolist() == first_covering(shapes, x, y).tolist()


def test_the_raster_is_right_all_along_a_slanting_border():
    """Points on, and a hair beside, the shared border of two triangles."""
    lower = shapely.Polygon([(0, 0), (3, 0), (3, 7)])
    upper = shapely.Polygon([(0, 0), (3, 7), (0, 7)])
    shapes = np.array([lower, upper], dtype=object)
    along = np.linspace(0, 3, 4001)
    x = np.concatenate([along, along, along])
    y = np.concatenate([along * 7 / 3, along * 7 / 3 - 1e-9, along * 7 / 3 + 1e-9])
    found = CellIndex.build(shapes).find(x, y)
    assert found.tolist() == first_covering(shapes, x, y).tolist()
    assert found[4001:8002][1:].tolist() == [0] * 4000  # just below the border: the lower triangle
    assert found[8002:][1:-1].tolist() == [1] * 3999  # just above it: the upper one


@pytest.mark.parametrize("find", WAYS, ids=["few", "many", "raster"])
def test_corners_and_edges_belong_to_the_first_area_that_touches(find):
    squares = np.array([shapely.box(c, r, c + 1, r + 1) for r in range(2) for c in range(2)], dtype=object)
    x = np.array([1.0, 1.0, 1.0, 0.5, 0.0, 2.0, 2.0, 1.5])
    y = np.array([1.0, 0.5, 1.5, 1.0, 0.0, 2.0, 2.0001, 1.5])
    assert find(squares, x, y).tolist() == [0, 0, 2, 0, 0, 3, OUTSIDE, 3]


@pytest.mark.parametrize("find", WAYS, ids=["few", "many", "raster"])
def test_a_coordinate_that_is_not_finite_lies_outside(find):
    square = np.array([shapely.box(0, 0, 1, 1)], dtype=object)
    x, y = np.array([np.nan, np.inf, 0.5, 0.5]), np.array([0.5, 0.5, np.nan, 0.5])
    assert find(square, x, y).tolist() == [OUTSIDE, OUTSIDE, OUTSIDE, 0]


def test_a_hole_is_outside_and_its_edge_is_not():
    holed = np.array([shapely.Polygon(shapely.box(0, 0, 4, 4).exterior, [shapely.box(1, 1, 2, 2).exterior])])
    x, y = np.array([1.5, 1.0, 3.0]), np.array([1.5, 1.5, 3.0])
    assert first_covering(holed, x, y).tolist() == [OUTSIDE, 0, 0]


def test_no_points_and_no_areas_are_no_error():
    nothing = np.empty(0)
    assert first_covering(np.array([shapely.box(0, 0, 1, 1)], dtype=object), nothing, nothing).tolist() == []
    assert first_covering(np.empty(0, dtype=object), np.zeros(2), np.zeros(2)).tolist() == [OUTSIDE] * 2
