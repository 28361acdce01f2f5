"""What a row's numbers are in each form: numerator, denominator, value, interval, and cautions.

Pure functions over arrays of shape (areas, parts, combinations); ``docs/house.md`` has the table.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from joinedup.measures import intervals
from joinedup.measures.cells import Cells
from joinedup.terms import Flag, Form

PER = 1000
"""Rates are for 1,000 residents."""

Numbers = NDArray[np.float64]


@dataclass
class Columns:
    """The numbers of a figure; NaN where there is none. ``flags`` says for each flag where it stands."""

    numerator: Numbers
    denominator: Numbers
    value: Numbers
    lower: Numbers
    upper: Numbers
    flags: dict[Flag, NDArray[np.bool_]] = field(default_factory=dict)

    def mark(self, flag: Flag, where: NDArray[np.bool_]) -> None:
        """Put a flag on the cells where ``where`` (any shape that broadcasts) holds."""
        there = np.broadcast_to(where, self.numerator.shape)
        if there.any():
            self.flags[flag] = self.flags.get(flag, np.zeros_like(there)) | there

    def blank(self, where: NDArray[np.bool_], *, counts: bool = True) -> None:
        """Take out value and interval, and the counts too unless ``counts`` is False."""
        there = np.broadcast_to(where, self.numerator.shape)
        for column in (self.value, self.lower, self.upper):
            column[there] = np.nan
        if counts:
            self.numerator[there] = np.nan
            self.denominator[there] = np.nan


def computed(form: Form, cells: Cells, residents: Numbers, small: int) -> Columns:
    """The numbers of ``cells`` in ``form``. ``residents`` has one number for each area (NaN: not known).

    A share's denominator is what the measure counts in the cell, or where it has no hit, the total over the
    combinations. Small is a count below ``small``; in a comparison, which has the chance of two counts in it,
    either count below twice that.
    """
    if form is Form.SHARE:
        return _share(cells, small)
    if form in {Form.CHANGE, Form.YEAR_TO_DATE}:
        return _comparison(cells, small)
    return _count(form, cells, residents, small)


def _count(form: Form, cells: Cells, residents: Numbers, small: int) -> Columns:
    count = cells.hits.astype(np.float64)
    lower, upper = intervals.poisson(count)
    none = np.full(count.shape, np.nan)
    columns = Columns(count, none, count.copy(), lower, upper)
    if form is Form.RATE:
        people = np.broadcast_to(residents[:, None, None], count.shape)
        with np.errstate(divide="ignore", invalid="ignore"):
            scale = np.where(people > 0, PER / people, np.nan)
        columns = Columns(count, people.copy(), count * scale, lower * scale, upper * scale)
        columns.mark(Flag.NO_DENOMINATOR, np.isnan(scale))
    columns.mark(Flag.SMALL_NUMBER, count < small)
    return columns


def _share(cells: Cells, small: int) -> Columns:
    hits = cells.hits.astype(np.float64)
    split = cells.hits is cells.total
    whole = np.broadcast_to(hits.sum(axis=2, keepdims=True), hits.shape) if split else cells.total
    total = np.array(whole, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = hits / total
    columns = Columns(hits, total, value, *intervals.wilson(hits, total))
    columns.mark(Flag.SMALL_NUMBER, hits < small)
    return columns


def _comparison(cells: Cells, small: int) -> Columns:
    now, before = cells.hits.astype(np.float64), cells.before_hits.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(before > 0, now / before - 1, np.nan)
    columns = Columns(now, before, value, *intervals.change(now, before))
    columns.mark(Flag.SMALL_NUMBER, np.minimum(now, before) < 2 * small)
    return columns
