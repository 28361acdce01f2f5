"""Reading boundary files: GeoJSON, GeoPackage, Shapefile (plain or zipped), any coordinate system."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from joinedup.errors import BadInput, NotFound

_READABLE = (".geojson", ".json", ".gpkg", ".shp", ".zip", ".geojson.gz", ".json.gz")
_DRIVERS = frozenset({"GeoJSON", "GPKG", "ESRI Shapefile"})
_NEXT_STEP_CRS = "Save the file again with its coordinate system (a Shapefile needs its .prj beside it)"


@dataclass(frozen=True)
class Columns:
    """The names of the columns of a boundary file that matter; empty: there is none."""

    code: str
    name: str = ""
    parent: str = ""
    parent_name: str = ""

    def named(self) -> list[str]:
        """The columns that the file must have."""
        return list(dict.fromkeys(c for c in (self.code, self.name, self.parent, self.parent_name) if c))


@dataclass(frozen=True)
class Features:
    """The n features of one file, in its order: texts are empty and geometries None where missing."""

    file: Path
    code: list[str]
    name: list[str]
    parent: list[str]
    parent_name: list[str]
    geometry: npt.NDArray[np.object_]


def read_features(file: Path, columns: Columns, *, layer: str | None = None) -> Features:
    """Read a boundary file and bring its geometries to WGS84 (two dimensions).

    Raises ``NotFound`` when there is no such file and ``BadInput`` when it cannot be read, lacks a column
    or a coordinate system, or has several layers and none was named.
    """
    if not file.is_file():
        raise NotFound("There is no such boundary file", where=str(file))
    if not file.name.lower().endswith(_READABLE):
        raise BadInput(
            "That kind of boundary file is not read",
            where=str(file),
            next_step="Give GeoJSON (.geojson), GeoPackage (.gpkg) or Shapefile (.shp, or .zip of all parts)",
        )
    meta, geometry, fields = _read(file, columns, layer)
    count = len(geometry)
    table = dict(zip(meta["fields"], fields, strict=True))

    def texts(column: str) -> list[str]:
        return [_text(value) for value in table[column]] if column else [""] * count

    shapes = shapely.force_2d(shapely.from_wkb(geometry, on_invalid="ignore"))
    return Features(
        file,
        texts(columns.code),
        texts(columns.name),
        texts(columns.parent),
        texts(columns.parent_name),
        _to_wgs84(shapes, meta["crs"], file),
    )


def _read(file: Path, columns: Columns, layer: str | None) -> tuple[dict[str, Any], Any, Any]:
    """The one place where pyogrio's errors are caught: they can echo what a file holds."""
    # It brings half a second of other libraries, and only loading a file needs it.
    import pyogrio
    import pyogrio.errors

    packed = file.name.lower().endswith(".gz")
    try:
        source: Any = gzip.decompress(file.read_bytes()) if packed else file
        layers = [name for name, _ in pyogrio.list_layers(source)]
        if layer is None and len(layers) != 1:
            raise BadInput(
                f"The file has {len(layers)} layers",
                where=str(file),
                next_step=f"Say which one to read: {', '.join(layers)}",
            )
        info = pyogrio.read_info(source, layer=layer)
        if info["driver"] not in _DRIVERS:  # a file's name does not say what is in it
            raise BadInput(f"The file holds {info['driver']}, not what its name says", where=str(file))
        there = list(info["fields"])
        missing = [column for column in columns.named() if column not in there]
        if missing:
            raise BadInput(
                f"The file has no column {', '.join(missing)}",
                where=str(file),
                next_step=f"Its columns are: {', '.join(there)}",
            )
        meta, _, geometry, fields = pyogrio.raw.read(source, layer=layer, columns=columns.named())
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError, EOFError) as error:
        raise BadInput(
            "The boundary file cannot be read",
            where=str(file),
            next_step="Check that it is whole, that the layer exists, and that it opens in a mapping program",
        ) from error
    if geometry is None:
        raise BadInput("The file has no geometries", where=str(file), next_step="Give a file of polygons")
    return meta, geometry, fields


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _to_wgs84(shapes: npt.NDArray[np.object_], crs: str | None, file: Path) -> npt.NDArray[np.object_]:
    """Reproject to longitude and latitude in degrees, when the file is in anything else."""
    if not crs:
        raise BadInput(
            "The file does not say its coordinate system", where=str(file), next_step=_NEXT_STEP_CRS
        )
    try:
        given = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError as error:
        raise BadInput(
            "The file's coordinate system is not known", where=str(file), next_step=_NEXT_STEP_CRS
        ) from error
    _check_range(shapes, given, file)
    wgs84 = pyproj.CRS.from_epsg(4326)
    if given.equals(wgs84, ignore_axis_order=True):
        return shapes
    transformer = pyproj.Transformer.from_crs(given, wgs84, always_xy=True)
    return shapely.transform(shapes, transformer.transform, interleaved=False)


def _check_range(shapes: npt.NDArray[np.object_], crs: pyproj.CRS, file: Path) -> None:
    """Degrees beyond the globe are most often metres of the National Grid in a file that says WGS84."""
    if not crs.is_geographic:
        return
    bounds = shapely.bounds(shapes)
    beyond = (np.abs(bounds[:, [0, 2]]) > 180).any(axis=1) | (np.abs(bounds[:, [1, 3]]) > 90).any(axis=1)
    if beyond.any():
        raise BadInput(
            f"Feature {int(np.flatnonzero(beyond)[0]) + 1} has coordinates that are not degrees, "
            "though the file says they are; they look like metres of the British National Grid",
            where=str(file),
            next_step="Set the file's coordinate system to EPSG:27700, or convert it to degrees",
        )
