"""From arrays to rows: areas first, then periods, then breakdowns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from joinedup.measures.cells import Cells
from joinedup.measures.forms import Columns, Numbers
from joinedup.measures.result import FigureRow
from joinedup.terms import AreaLevel, Flag, Period


def rows(
    level: AreaLevel,
    cells: Cells,
    periods: Sequence[Period],
    columns: Columns,
    shown: Mapping[str, Sequence[str]],
) -> list[FigureRow]:
    """One row for each cell whose breakdown values are among ``shown`` (those it does not name: all)."""
    chosen = shown_combinations(cells, shown)
    numbers = zip(
        whole(columns.numerator[:, :, chosen]),
        whole(columns.denominator[:, :, chosen]),
        _plain(columns.value[:, :, chosen], columns.numerator[:, :, chosen]),
        real(columns.lower[:, :, chosen]),
        real(columns.upper[:, :, chosen]),
        flags_of(columns, chosen),
        strict=True,
    )
    labels = labels_of(level, cells, periods, chosen)
    return [FigureRow(*label, *number) for label, number in zip(labels, numbers, strict=True)]


def shown_combinations(cells: Cells, shown: Mapping[str, Sequence[str]]) -> list[int]:
    """Where among the combinations those stand whose breakdown values are among ``shown``."""
    return [
        index
        for index, combination in enumerate(cells.combinations)
        if all(combination[name] in values for name, values in shown.items())
    ]


def labels_of(
    level: AreaLevel, cells: Cells, periods: Sequence[Period], chosen: Sequence[int]
) -> Iterator[tuple[AreaLevel, str, str, Period, dict[str, str]]]:
    """What every row is of: level, area, period and values, in the order of the arrays."""
    return (
        (level, code, name, period, cells.combinations[index])
        for code, name in zip(cells.area_codes, cells.area_names, strict=True)
        for period in periods
        for index in chosen
    )


def whole(values: Numbers) -> list[int | None]:
    """Whole numbers, None where not known."""
    flat = values.ravel()
    known = ~np.isnan(flat)
    listed: list[Any] = np.where(known, flat, 0).astype(np.int64).tolist()
    if known.all():
        return listed
    return [number if there else None for number, there in zip(listed, known.tolist(), strict=True)]


def real(values: Numbers) -> list[float | None]:
    """Numbers, None where not known or without limit."""
    flat = values.ravel()
    listed: list[Any] = flat.tolist()
    known = np.isfinite(flat)
    if known.all():
        return listed
    return [number if there else None for number, there in zip(listed, known.tolist(), strict=True)]


def _plain(values: Numbers, counts: Numbers) -> list[Any]:
    """Values: whole numbers where the value is the count itself."""
    return whole(values) if np.array_equal(values, counts, equal_nan=True) else real(values)


def flags_of(columns: Columns, chosen: Sequence[int]) -> list[tuple[Flag, ...]]:
    """The flags of each row."""
    order = [flag for flag in Flag if flag in columns.flags]
    size = columns.numerator[:, :, chosen].size
    if not order:
        return [()] * size
    code: NDArray[np.int64] = np.zeros(size, dtype=np.int64)
    for bit, flag in enumerate(order):
        code |= columns.flags[flag][:, :, chosen].ravel().astype(np.int64) << bit
    sets = {
        int(each): tuple(flag for bit, flag in enumerate(order) if int(each) >> bit & 1)
        for each in np.unique(code)
    }
    return [sets[each] for each in code.tolist()]
