"""The answer of a figure's SQL as dense arrays over areas, periods and breakdowns: absent cells are zeros."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from joinedup.errors import BadInput
from joinedup.measures.area_axis import AreaAxis
from joinedup.measures.definition import UNSTATED
from joinedup.measures.result import OUTSIDE, UNLOCATED

Counts = NDArray[np.int64]

MOST_CELLS = 3_000_000
"""The most rows a figure may have; the finest of the demonstration has a twentieth of it."""


@dataclass(frozen=True)
class Cells:
    """Counts of shape (areas, parts, combinations of breakdown values).

    ``total`` counts every record, ``hits`` those that hit (the same array where the measure has no hit);
    ``before_total`` and ``before_hits`` count the same of each part's months before (zeros where none).
    """

    area_codes: tuple[str, ...]
    area_names: tuple[str, ...]
    combinations: tuple[dict[str, str], ...]
    total: Counts
    hits: Counts
    before_total: Counts
    before_hits: Counts


def cells_from(
    table: pa.Table | None, axis: AreaAxis, declared: Mapping[str, tuple[str, ...]], parts: int
) -> Cells:
    """Spread the rows of the SQL's answer over the whole grid. ``table`` None means that there are none.

    ``declared`` has, for each breakdown that the figure is cut by, the values that get a row even where the
    answer has none; values that only the answer knows are put in too.
    """
    by = tuple(declared)
    areas = _Axis(axis.codes, axis.names)
    values = {name: _Axis(codes, ()) for name, codes in declared.items()}
    if table is None or not table.num_rows:
        areas = areas.without_strays([])
        shape = (len(areas.codes), parts, int(np.prod([len(values[name].codes) for name in by])))
        zeros = np.zeros(_fitting(shape), dtype=np.int64)
        return Cells(areas.codes, areas.names, _combinations(by, values), zeros, zeros, zeros, zeros)
    found = _places(table, "area")
    areas = areas.without_strays(found[0]).extended(found[0])
    index = [areas.index(found)]
    for name in by:
        found = _places(table, name)
        values[name] = values[name].extended(found[0])
        index.append(values[name].index(found))
    sizes = [len(values[name].codes) for name in by]
    combination = np.zeros(table.num_rows, dtype=np.int64)
    for size, place in zip(sizes, index[1:], strict=True):
        combination = combination * size + place
    shape = _fitting((len(areas.codes), parts, int(np.prod(sizes))))
    part = table["part"].to_numpy().astype(np.int64)
    spread = {}
    for column in ("total", "hits"):
        if column not in table.column_names:
            continue
        counts = table[column].to_numpy().astype(np.int64)
        spread[column] = [
            _spread(shape, index[0], chosen, combination, counts) for chosen in (part, -1 - part)
        ]
    now, before = spread["total"]
    hits_now, hits_before = spread.get("hits", (now, before))
    return Cells(areas.codes, areas.names, _combinations(by, values), now, hits_now, before, hits_before)


def _fitting(shape: tuple[int, int, int]) -> tuple[int, int, int]:
    """The shape, where a table of it can be held in memory."""
    cells = math.prod(shape)
    if cells > MOST_CELLS:
        raise BadInput(
            f"That figure would have {cells:,} rows; {MOST_CELLS:,} is the most",
            next_step="Choose fewer areas, a shorter period or fewer breakdowns",
        )
    return shape


def _spread(
    shape: tuple[int, int, int], area: Counts, part: Counts, combination: Counts, counts: Counts
) -> Counts:
    grid = np.zeros(shape, dtype=np.int64)
    chosen = part >= 0
    grid[area[chosen], part[chosen], combination[chosen]] = counts[chosen]
    return grid


def _combinations(by: Sequence[str], values: dict[str, _Axis]) -> tuple[dict[str, str], ...]:
    return tuple(
        dict(zip(by, chosen, strict=True))
        for chosen in itertools.product(*(values[name].codes for name in by))
    )


def _places(table: pa.Table, column: str) -> tuple[list[str], Counts]:
    """The distinct texts of a column, and for each row the place of its own among them."""
    encoded = table[column].combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype(np.int64)


@dataclass(frozen=True)
class _Axis:
    codes: tuple[str, ...]
    names: tuple[str, ...]

    def without_strays(self, found: Sequence[str]) -> _Axis:
        """Leave out the rows for outside and unlocated records where there are none."""
        strays = {OUTSIDE, UNLOCATED} - set(found)
        kept = [pair for pair in zip(self.codes, self.names, strict=True) if pair[0] not in strays]
        return _Axis(tuple(code for code, _ in kept), tuple(name for _, name in kept))

    def extended(self, found: Sequence[str]) -> _Axis:
        """With the values that only the data knows put in, before what strays, in order of code."""
        known = set(self.codes)
        extra = tuple(sorted(code for code in found if code not in known and code != UNSTATED))
        last = (UNSTATED,) if UNSTATED in found and UNSTATED not in known else ()
        strays = tuple(code for code in self.codes if code in {OUTSIDE, UNLOCATED})
        plain = len(self.codes) - len(strays)
        codes = (*self.codes[:plain], *extra, *last, *strays)
        names = (*self.names[:plain], *extra, *last, *self.names[plain:])
        return _Axis(codes, names)

    def index(self, found: tuple[list[str], Counts]) -> Counts:
        """The place on this axis of each row's value."""
        place = {code: number for number, code in enumerate(self.codes)}
        places = np.array([place[value] for value in found[0]], dtype=np.int64)
        return np.asarray(places[found[1]])
