"""A figure laid out as a table of counts: areas × periods × breakdown, with what they are grouped into."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from joinedup.release.linked_table import NO_GROUP, Counts, Dimension, LinkedTable
from joinedup.release.protection import Hidden
from joinedup.terms import AreaLevel, Form, Period

if TYPE_CHECKING:
    from joinedup.measures import Figure, FigureRow
    from joinedup.workspace import Workspace

Item = TypeVar("Item", bound=Hashable)
Key = tuple[str, Period, tuple[str, ...]]

_NOWHERE = ("outside", "unlocated")


@dataclass(frozen=True)
class FigureTable:
    """The counts of a figure in one or more layers, and where each row of the figure stands in them."""

    layers: tuple[Counts, ...]
    dimensions: tuple[Dimension, Dimension, Dimension]
    places: Mapping[Key, tuple[int, int, int]]
    unknown: frozenset[Key]
    shares_of_total: bool

    @staticmethod
    def key(row: FigureRow) -> Key:
        """What tells a row from the others of its figure."""
        return (row.area_code, row.period, tuple(row.breakdowns.values()))

    def hidden_keys(self, linked: LinkedTable, hidden: Hidden) -> set[Key]:
        """The rows to suppress. A row without data has nothing to hide."""
        members = linked.members(self.dimensions, hidden)
        if self.shares_of_total:  # every share of a hidden total would give the total away
            total = hidden.reshape(linked.shape)[: members.shape[0], : members.shape[1], -1:]
            members = members | total
        return {key for key, place in self.places.items() if members[place] and key not in self.unknown}


def lay_out(workspace: Workspace, figure: Figure) -> FigureTable:
    """The table of a figure over all areas of its level."""
    rows = figure.rows
    codes = _in_order(row.area_code for row in rows)
    periods = _in_order(row.period for row in rows)
    values = _in_order(tuple(row.breakdowns.values()) for row in rows)
    places = {
        FigureTable.key(row): (
            codes[row.area_code],
            periods[row.period],
            values[tuple(row.breakdowns.values())],
        )
        for row in rows
    }
    shape = (len(codes), len(periods), len(values))
    dimensions = (
        Dimension(shape[0], _area_groupings(workspace, figure, list(codes))),
        Dimension(shape[1], _time_groupings(list(periods))),
        Dimension(shape[2]),
    )
    unknown = frozenset(FigureTable.key(row) for row in rows if row.numerator is None)
    of_total = figure.query.form is Form.SHARE and not figure.measure.has_hit
    return FigureTable(_layers(figure, places, shape), dimensions, places, unknown, of_total)


def _in_order(items: Iterable[Item]) -> dict[Item, int]:
    """Each distinct item and its place, in the order of first sight."""
    order: dict[Item, int] = {}
    for item in items:
        order.setdefault(item, len(order))
    return order


def _layers(
    figure: Figure, places: Mapping[Key, tuple[int, int, int]], shape: tuple[int, int, int]
) -> tuple[Counts, ...]:
    """Counts now; for a share of hits also the misses, for a change also the counts before."""
    now, second = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    change = figure.query.form is Form.CHANGE
    misses = figure.query.form is Form.SHARE and figure.measure.has_hit
    for row in figure.rows:
        place = places[FigureTable.key(row)]
        now[place] = row.numerator or 0
        if change:
            second[place] = row.denominator or 0
        elif misses:
            second[place] = (row.denominator or 0) - (row.numerator or 0)
    return (now, second) if change or misses else (now,)


def _area_groupings(
    workspace: Workspace, figure: Figure, codes: Sequence[str]
) -> tuple[tuple[int, ...], ...]:
    """The larger areas that the areas of the table lie in, and the partnership; not what lies nowhere."""
    from joinedup import places

    level = figure.query.level
    inside = [code not in _NOWHERE for code in codes]
    groupings = []
    if level not in {AreaLevel.ALL, AreaLevel.PARTNERSHIP}:
        vintage = figure.query.vintage
        known = places.areas(workspace, level, vintage=None if vintage is None else str(vintage))
        parents = {area.code: area.parents for area in known}
        for upper in sorted({upper for of in parents.values() for upper in of}):
            groupings.append(_numbered([parents.get(code, {}).get(upper) for code in codes]))
    if not all(inside):
        groupings.append(tuple(0 if one else NO_GROUP for one in inside))
    return tuple(groupings)


def _time_groupings(periods: Sequence[Period]) -> tuple[tuple[int, ...], ...]:
    """Calendar quarters and April years that are whole in the table."""
    groupings = []
    for months, first in ((3, 1), (12, 4)):
        labels = [_begin(period, months, first) for period in periods]
        held = {
            label: sum(period.months for period, own in zip(periods, labels, strict=True) if own == label)
            for label in labels
        }
        shorter = [period.months < months for period in periods]
        groupings.append(
            _numbered(
                [
                    label if label is not None and held[label] == months and short else None
                    for label, short in zip(labels, shorter, strict=True)
                ]
            )
        )
    return tuple(groupings)


def _begin(period: Period, months: int, first: int) -> dt.date | None:
    """The beginning of the span of that many months in which the period lies, or None."""
    index = period.start.year * 12 + period.start.month - first
    start = index - index % months
    last = period.start.year * 12 + period.start.month - first + period.months - 1
    if last >= start + months:
        return None
    year, month = divmod(start + first - 1, 12)
    return dt.date(year, month + 1, 1)


def _numbered(labels: Sequence[Hashable | None]) -> tuple[int, ...]:
    """The labels as numbers; None is no group."""
    numbers: dict[Hashable, int] = {}
    return tuple(NO_GROUP if label is None else numbers.setdefault(label, len(numbers)) for label in labels)
