"""The areas of one level and vintage, in memory and as the immutable Parquet file that keeps them.

Columns of the file: ``code``, ``name``, ``parent``, ``parent_name`` (text) and ``geometry`` (WKB, WGS84),
in ascending order of code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from joinedup.places.cell_index import CellIndex
from joinedup.places.containment import first_covering

_WORTH_AN_INDEX = 20_000  # points: fewer are located sooner than the raster is built

_SCHEMA = pa.schema(
    [
        ("code", pa.string()),
        ("name", pa.string()),
        ("parent", pa.string()),
        ("parent_name", pa.string()),
        ("geometry", pa.binary()),
    ]
)


@dataclass(frozen=True)
class AreaSet:
    """Areas in ascending order of code; ``parent`` and ``parent_name`` are empty where there is none."""

    level: str
    vintage: str
    code: list[str]
    name: list[str]
    parent: list[str]
    parent_name: list[str]
    geometry: npt.NDArray[np.object_]

    @property
    def key(self) -> str:
        """The set's name in columns and lookups, such as ``lsoa_2011``."""
        return set_key(self.level, self.vintage)

    @cached_property
    def codes(self) -> npt.NDArray[np.object_]:
        """The codes as an array, with None at its end: index -1 (outside) finds None."""
        return np.array([*self.code, None], dtype=object)

    @cached_property
    def cells(self) -> CellIndex:
        """The raster that settles most points, built on first use."""
        return CellIndex.build(self.geometry)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Name of each code."""
        return dict(zip(self.code, self.name, strict=True))

    @cached_property
    def parents(self) -> Mapping[str, str]:
        """Parent code of each code, where the source names one."""
        return {code: parent for code, parent in zip(self.code, self.parent, strict=True) if parent}

    def locate(
        self, longitudes: npt.NDArray[np.float64], latitudes: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.object_]:
        """The code of the area that covers each point, by the border rule; None outside."""
        if len(longitudes) < _WORTH_AN_INDEX and "cells" not in self.__dict__:
            return self.codes[first_covering(self.geometry, longitudes, latitudes)]
        return self.codes[self.cells.find(longitudes, latitudes)]

    def content(self) -> str:
        """A hash of everything the set says, whatever file it came in."""
        digest = hashlib.sha256(f"{self.level}\0{self.vintage}\0".encode())
        for row in zip(
            self.code, self.name, self.parent, self.parent_name, shapely.to_wkb(self.geometry), strict=True
        ):
            for part in row:
                value = part if isinstance(part, bytes) else part.encode()
                digest.update(len(value).to_bytes(8, "big") + value)
        return digest.hexdigest()

    def save(self, path: Path) -> None:
        """Write the set's Parquet file (the caller makes it durable)."""
        columns = [self.code, self.name, self.parent, self.parent_name, list(shapely.to_wkb(self.geometry))]
        pq.write_table(pa.table(columns, schema=_SCHEMA), path, compression="zstd")

    @classmethod
    def load(cls, path: Path, level: str, vintage: str) -> AreaSet:
        """Read a set's Parquet file."""
        table = pq.ParquetFile(path).read()
        code, name, parent, parent_name = (table[column].to_pylist() for column in _SCHEMA.names[:4])
        geometry = shapely.from_wkb(np.array(table["geometry"].to_pylist(), dtype=object))
        return cls(level, vintage, code, name, parent, parent_name, geometry)


def set_key(level: str, vintage: str) -> str:
    """The name of a set in columns and lookups, such as ``lsoa_2011``."""
    return f"{level}_{vintage}"
