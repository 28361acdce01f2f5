"""All tables of one closed measure as one system: wards × quarters × one breakdown, with every margin.

Whatever a person who sees protected tables asks of a measure is a part of this one system, protected once, so
that two tables of the measure cannot be played off against each other: a cell that is hidden in one is hidden
in all, whether it is asked for as a ward, a district, a quarter, a year or a total.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from joinedup.release.linked_table import Counts, Dimension, LinkedTable, link
from joinedup.release.suppression.levels import numbered
from joinedup.terms import AreaLevel, Every, Form, Period, add_months

if TYPE_CHECKING:
    from joinedup.measures import Figure, Measure
    from joinedup.workspace import Workspace

BASE_LEVEL = AreaLevel.WARD
TOTAL = ""  # the breakdown value of the total
_NOWHERE = ("outside", "unlocated")

Item = TypeVar("Item", bound=Hashable)
Node = tuple[str, Period, str]


@dataclass(frozen=True)
class ClosedSystem:
    """The linked table of one measure, and where each area, period and breakdown value stands in it."""

    linked: LinkedTable
    areas: Mapping[str, int]
    periods: Mapping[Period, int]
    values: Mapping[str, int]
    districts: frozenset[str] = frozenset()

    @property
    def levels(self) -> dict[str, str]:
        """The level of each area; what lies outside or nowhere, and the two wholes, are their own."""
        wholes = {AreaLevel.PARTNERSHIP.value, AreaLevel.ALL.value, *_NOWHERE}
        return {
            code: code
            if code in wholes
            else AreaLevel.DISTRICT.value
            if code in self.districts
            else BASE_LEVEL.value
            for code in self.areas
        }

    def cell(self, node: Node) -> int | None:
        """The flat index of an area, period and value; None where the system has no such cell."""
        code, period, value = node
        if code not in self.areas or period not in self.periods or value not in self.values:
            return None
        place = (self.areas[code], self.periods[period], self.values[value])
        return int(np.ravel_multi_index(place, self.linked.shape))

    @property
    def has_breakdown(self) -> bool:
        """Whether the system has more than the total over the breakdown."""
        return set(self.values) != {TOTAL}

    def holds(self, cell: int, count: int) -> bool:
        """Whether a count is what the system has there: of the first layer, or of all together."""
        layers = [int(layer[cell]) for layer in self.linked.layers]
        return count in {layers[0], sum(layers)}


def breakdown_of(measure: Measure) -> str | None:
    """The one breakdown that a closed measure is shown by: the first that its definition names."""
    return next(iter(measure.breakdowns), None)


def whole_quarters(period: Period) -> Period | None:
    """The whole calendar quarters inside a period; None where there are none."""
    start = add_months(period.start, -(period.start.month - 1) % 3)
    end = add_months(period.end, -((period.end.month - 1) % 3))
    return Period(start, end) if start < end else None


def build(workspace: Workspace, measure: Measure, breakdown: str | None) -> ClosedSystem | None:
    """The system of a measure from all its data in whole quarters; None where there is none."""
    from joinedup.measures import FigureQuery, compute, delivered_period

    data = delivered_period(workspace, measure)
    span = whole_quarters(data) if data else None
    if span is None:
        return None
    form = Form.SHARE if measure.has_hit and Form.SHARE in measure.forms else measure.forms[0]
    query = FigureQuery(
        measure.name,
        form=Form.COUNT if not measure.has_hit and Form.COUNT in measure.forms else form,
        level=BASE_LEVEL,
        period=span,
        every=Every.QUARTER,
        by=(breakdown,) if breakdown else (),
    )
    return _of_figure(workspace, compute(workspace, measure, query))


def _of_figure(workspace: Workspace, figure: Figure) -> ClosedSystem:
    codes = in_order(row.area_code for row in figure.rows)
    periods = in_order(row.period for row in figure.rows)
    values = in_order(value_of(row.breakdowns) for row in figure.rows)
    groups_of_areas = area_groups(workspace, list(codes))
    year_groups = [april_years(list(periods))]
    dimensions = (
        Dimension(len(codes), tuple(numbered(labels).of for labels in groups_of_areas)),
        Dimension(len(periods), tuple(numbered(labels).of for labels in year_groups), has_total=False),
        Dimension(len(values)),
    )
    counts = _layers(figure, codes, periods, values)
    linked = link(counts, dimensions)
    # What lies anywhere at all is read by few; hidden beside a small count outside, it spares the others.
    everywhere = np.arange(linked.layers[0].size).reshape(linked.shape)[dimensions[0].nodes - 1].ravel()
    return ClosedSystem(
        replace(linked, spare=frozenset(everywhere.tolist())),
        _nodes(codes, groups_of_areas) | {AreaLevel.ALL.value: dimensions[0].nodes - 1},
        _nodes(periods, year_groups),
        values | {TOTAL: dimensions[2].nodes - 1},
        frozenset(label for label in groups_of_areas[0] if label is not None),
    )


def value_of(breakdowns: Mapping[str, str]) -> str:
    return next(iter(breakdowns.values()), TOTAL)


def _layers(
    figure: Figure, codes: Mapping[str, int], periods: Mapping[Period, int], values: Mapping[str, int]
) -> list[Counts]:
    """Counts; for a measure of hits the hits and the misses."""
    shape = (len(codes), len(periods), len(values))
    now, misses = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for row in figure.rows:
        place = (codes[row.area_code], periods[row.period], values[value_of(row.breakdowns)])
        now[place] = row.numerator or 0
        misses[place] = (row.denominator or 0) - (row.numerator or 0)
    return [now, misses] if figure.measure.has_hit else [now]


def area_groups(workspace: Workspace, codes: Sequence[str]) -> list[list[str | None]]:
    """The district of each ward; and the partnership, in which lies all that is not outside or unlocated."""
    from joinedup import places

    parents = {area.code: area.parents for area in places.areas(workspace, BASE_LEVEL)}
    district = AreaLevel.DISTRICT.value
    return [
        [parents.get(code, {}).get(district) for code in codes],
        [None if code in _NOWHERE else AreaLevel.PARTNERSHIP.value for code in codes],
    ]


def april_years(quarters: Sequence[Period]) -> list[Period | None]:
    """The April year of each quarter, where the system has all four of it."""
    begins = [dt.date(quarter.start.year - (quarter.start.month < 4), 4, 1) for quarter in quarters]
    years = [Period(begin, add_months(begin, 12)) for begin in begins]
    return [year if years.count(year) == len(_QUARTERS) else None for year in years]


_QUARTERS = ("April to June", "July to September", "October to December", "January to March")


def _nodes(members: Mapping[Item, int], groupings: Sequence[Sequence[Item | None]]) -> dict[Item, int]:
    """Where members and groups stand; a group stands after the members, in the order of first sight."""
    nodes = dict(members)
    for labels in groupings:
        for label in labels:
            if label is not None and label not in nodes:
                nodes[label] = len(nodes)
    return nodes


def in_order(items: Iterable[Item]) -> dict[Item, int]:
    """Each distinct item and its place, in the order of first sight."""
    order: dict[Item, int] = {}
    for item in items:
        order.setdefault(item, len(order))
    return order
