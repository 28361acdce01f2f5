"""Point to area: joinedup's locate against geopandas.sjoin, on the same points and areas, in turns.

    python bench/point_to_area.py [--points 1000000] [--areas 200] [--pairs 5]

The areas are the 83 real wards of Teesside (2025), made up to ``--areas`` by cutting the largest in two
again and again, so that every area keeps its real outline and shares real borders. Points are drawn evenly
over the bounding box, a fifth of them close together as police.uk's are. sjoin is given its points ready
made and keeps its index of the areas from pair to pair; joinedup starts from bare coordinates and builds
its raster in the first pair. A point on a border may be in several areas: sjoin gives all of them and
joinedup must give the lowest code; elsewhere both must give the same. Exits with status 1 when they differ.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import shapely

from joinedup import places
from joinedup.demo.places import load_demo_places
from joinedup.workspace import Workspace


def cut_in_two(area: shapely.Geometry) -> list[shapely.Geometry]:
    """The parts of an area left and right (or below and above) of the middle of its longer side."""
    west, south, east, north = area.bounds
    if east - west > north - south:
        middle = (west + east) / 2
        boxes = shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)
    else:
        middle = (south + north) / 2
        boxes = shapely.box(west, south, east, middle), shapely.box(west, middle, east, north)
    parts = [shapely.intersection(area, box) for box in boxes]
    return [
        shapely.MultiPolygon([p for p in shapely.get_parts(x) if p.geom_type == "Polygon"]) for x in parts
    ]


def cut_to(areas: list[shapely.Geometry], count: int) -> list[shapely.Geometry]:
    """The areas, the largest cut in two until there are ``count``."""
    areas = list(areas)
    while len(areas) < count:
        largest = max(range(len(areas)), key=lambda index: areas[index].area)
        areas[largest : largest + 1] = cut_in_two(areas[largest])
    return areas[:count]


def draw_points(bounds: tuple[float, ...], count: int) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes: four fifths even over the box, one fifth in 200 clusters."""
    random = np.random.default_rng(20250331)
    west, south, east, north = bounds
    x, y = random.uniform(west, east, count), random.uniform(south, north, count)
    close = random.random(count) < 0.2
    centre = random.integers(0, 200, close.sum())
    x[close] = random.uniform(west, east, 200)[centre] + random.normal(0, 0.002, close.sum())
    y[close] = random.uniform(south, north, 200)[centre] + random.normal(0, 0.001, close.sum())
    return x.round(6), y.round(6)


def load_areas(workspace: Workspace, count: int, folder: Path) -> geopandas.GeoDataFrame:
    """Load ``count`` areas as wards into the workspace; returns them for geopandas."""
    load_demo_places(workspace)
    wards = [shapely.geometry.shape(f["geometry"]) for f in places.geometry(workspace, "ward")["features"]]
    shapes = cut_to(wards, count)
    frame = geopandas.GeoDataFrame({"code": [f"A{i:05}" for i in range(count)]}, geometry=shapes, crs=4326)
    file = folder / "areas.gpkg"
    frame.to_file(file)
    places.load_boundaries(
        workspace, file, level="ward", vintage="2999", code="code", name="code", repair=True
    )
    return geopandas.read_file(file)


def compare(located: np.ndarray, joined: pd.DataFrame, count: int) -> tuple[int, int]:
    """How many points differ, and how many lie on a border (in several areas of sjoin's answer)."""
    several = joined.index[joined.index.duplicated()].nunique()
    lowest = joined.groupby(level=0)["code"].min()
    expected = np.full(count, None, dtype=object)
    expected[lowest.index.to_numpy()] = lowest.to_numpy()
    return int((located != expected).sum()), several


def measured(workspace: Workspace, frame: geopandas.GeoDataFrame, count: int, pairs: int) -> int:
    """Run the pairs and print the median ratio and the agreement; how many points differ."""
    x, y = draw_points(tuple(frame.total_bounds), count)
    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(x, y), crs=4326)
    ours, theirs = [], []
    for pair in range(pairs):
        start = time.perf_counter()
        located = places.locate(workspace, x, y, level="ward", vintage="2999")
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        joined = geopandas.sjoin(points, frame, predicate="intersects", how="inner")
        theirs.append(time.perf_counter() - start)
        ratio = theirs[-1] / ours[-1]
        print(f"pair {pair + 1}: locate {ours[-1]:.3f} s, sjoin {theirs[-1]:.3f} s, ratio {ratio:.1f}")
    differ, several = compare(located, joined, count)
    ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
    speed = count / statistics.median(ours)
    print(f"{count:,} points, {len(frame)} areas, {pairs} pairs: {speed:,.0f} points a second")
    print(f"median ratio: {ratio:.1f}")
    print(f"agreement: {differ} points differ ({several} lie on borders)")
    return differ


def main() -> int:
    """Read the options, make the areas, and measure."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--points", type=int, default=1_000_000)
    options.add_argument("--areas", type=int, default=200)
    options.add_argument("--pairs", type=int, default=5)
    chosen = options.parse_args()
    print(f"python {platform.python_version()}, shapely {shapely.__version__}, {os.cpu_count()} cores")
    print(f"GEOS {shapely.geos_version_string}, geopandas {geopandas.__version__}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace = Workspace.create(folder / "workspace", partnership="Bench")
        frame = load_areas(workspace, chosen.areas, folder)
        differ = measured(workspace, frame, chosen.points, chosen.pairs)
        workspace.close()
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
