"""The counts of a set of tables as known on a day, and the system of cells that the tables make."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from joinedup.release.catalogue.tables import EVERIES, LEVELS, Table, TableSet
from joinedup.release.suppression.cells import Counts, build
from joinedup.release.suppression.editions import Edition
from joinedup.release.suppression.joining import Cut
from joinedup.release.suppression.levels import NO_GROUP, Level, numbered
from joinedup.release.wards_and_quarters import (
    BASE_LEVEL,
    NOWHERE,
    april_years,
    districts_of,
    in_order,
    value_of,
    whole_quarters,
)
from joinedup.terms import AreaLevel, Every, Form, Period

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

Key = tuple[str, str, str, str]
"""A cell: level of the area, code of the area, period, value of the breakdown ("" for all)."""

_INSIDE = AreaLevel.PARTNERSHIP.value


@dataclass(frozen=True)
class Counted:
    """Counts of atoms as known on a day: wards (and what lies outside or nowhere; without places only
    everything) × values × quarters."""

    counts: Counts
    areas: Sequence[str]
    values: Sequence[str]
    quarters: Sequence[Period]
    districts: Sequence[str | None]
    known_on: dt.datetime

    @property
    def labels(self) -> tuple[Sequence[str], Sequence[str], Sequence[Period]]:
        """The label of each atom on each dimension."""
        return self.areas, self.values, self.quarters


def counted(workspace: Workspace, tables: TableSet, as_at: dt.datetime | None = None) -> Counted | None:
    """The counts as known on that day (None: now); None where no whole quarter is there."""
    from joinedup.measures import FigureQuery, compute, delivered_period

    data = delivered_period(workspace, tables.measure, as_at)
    span = whole_quarters(data) if data else None
    if span is None:
        return None
    query = FigureQuery(
        tables.measure.name,
        form=Form.COUNT,
        level=BASE_LEVEL if tables.measure.placed else AreaLevel.ALL,
        period=span,
        every=Every.QUARTER,
        by=(tables.breakdown,) if tables.breakdown else (),
        as_at=as_at,
    )
    figure = compute(workspace, tables.measure, query)
    if figure.known_on is None:
        return None
    areas = in_order(row.area_code for row in figure.rows)
    quarters = in_order(row.period for row in figure.rows)
    values = in_order(value_of(row.breakdowns) for row in figure.rows)
    counts = np.zeros((len(areas), len(values), len(quarters)), dtype=np.int64)
    for row in figure.rows:
        value = value_of(row.breakdowns)
        counts[areas[row.area_code], values[value], quarters[row.period]] = row.numerator or 0
    districts = districts_of(workspace, list(areas))
    return Counted(counts, list(areas), list(values), list(quarters), districts, figure.known_on)


@dataclass(frozen=True)
class Laid:
    """An edition, and the keys of each published cell in the order of the system: one for each table that has
    it (where nothing lies outside, the partnership is everything)."""

    edition: Edition
    keys: Sequence[tuple[Key, ...]]


def laid_out(counts: Counted, tables: Iterable[Table]) -> Laid:
    """The system of these tables with the margins that readers add up anyway."""
    named: dict[Cut, list[tuple[Table, list[list[str]]]]] = {}
    whole = with_margins(tables)
    for table in whole:
        cut, names = _cut(counts, table)
        if all(level.size for level in cut):
            named.setdefault(cut, []).append((table, names))
    system, blocks = build(counts.counts, list(named))
    keys = [
        cell for block in blocks for cell in zip(*(_keys(*table) for table in named[block.cut]), strict=True)
    ]
    return Laid(Edition(system, blocks, counts.labels), keys)


def with_margins(tables: Iterable[Table]) -> list[Table]:
    """The tables with their totals over the breakdown, over areas, and over the quarters of a year."""
    found = {
        Table(level, every, cut): None
        for table in tables
        for level in LEVELS[LEVELS.index(table.level) :]
        for every in EVERIES[EVERIES.index(table.every) :]
        for cut in {table.cut, False}
    }
    return sorted(found, key=lambda table: table.name)


def _keys(table: Table, names: list[list[str]]) -> list[Key]:
    areas, values, periods = names
    return [
        (table.level.value if area not in NOWHERE else area, area, period, value)
        for area, value, period in itertools.product(areas, values, periods)
    ]


def _cut(counts: Counted, table: Table) -> tuple[Cut, list[list[str]]]:
    areas = _area_labels(counts, table.level)
    values: list[str | None] = list(counts.values) if table.cut else [""] * len(counts.values)
    periods: list[str | None] = [str(one) for one in counts.quarters]
    if table.every is Every.YEAR:
        periods = [None if year is None else str(year) for year in april_years(counts.quarters)]
    levels = tuple(numbered(labels) for labels in (areas, values, periods))
    return levels, [
        _names(level, labels) for level, labels in zip(levels, (areas, values, periods), strict=True)
    ]


def _area_labels(counts: Counted, level: AreaLevel) -> list[str | None]:
    """What lies outside or nowhere is told apart at each level but that of everything."""
    if level is AreaLevel.ALL:
        return [AreaLevel.ALL.value] * len(counts.areas)
    labels: list[str | None] = []
    for code, district in zip(counts.areas, counts.districts, strict=True):
        if code in NOWHERE or level is AreaLevel.WARD:
            labels.append(code)
        else:
            labels.append(district if level is AreaLevel.DISTRICT else _INSIDE)
    return labels


def _names(level: Level, labels: Sequence[str | None]) -> list[str]:
    names = [""] * level.size
    for label, group in zip(labels, level.of, strict=True):
        if group != NO_GROUP and label is not None:
            names[group] = label
    return names
