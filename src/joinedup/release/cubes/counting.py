"""The leaves of a cube: wards × quarters × up to two breakdowns, counted, laid beside another day's, kept."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from joinedup.release.rounding import BASE
from joinedup.release.suppression.cells import Counts
from joinedup.release.suppression.joining import Cut
from joinedup.release.suppression.levels import Level, numbered
from joinedup.release.wards_and_quarters import (
    BASE_LEVEL,
    NOWHERE,
    april_years,
    districts_of,
    in_order,
    whole_quarters,
)
from joinedup.terms import AreaLevel, Every, Form, Period

if TYPE_CHECKING:
    from joinedup.measures import Measure
    from joinedup.workspace import Workspace

_INSIDE = AreaLevel.PARTNERSHIP.value


@dataclass(frozen=True)
class Axes:
    """The labels of a cube's dimensions: areas (wards, what lies outside, what has no place), each with its
    district and whether it is in the partnership; whole quarters; the values of each breakdown."""

    areas: tuple[str, ...]
    districts: tuple[str | None, ...]
    inside: tuple[bool, ...]
    quarters: tuple[Period, ...]
    values: Mapping[str, tuple[str, ...]]

    @property
    def shape(self) -> tuple[int, ...]:
        """How long each dimension is."""
        return len(self.areas), len(self.quarters), *(len(one) for one in self.values.values())

    @property
    def labels(self) -> list[Sequence[object]]:
        """The labels of each dimension in turn."""
        return [self.areas, self.quarters, *self.values.values()]

    @property
    def span(self) -> Period:
        """From the first quarter to the last."""
        return Period(min(one.start for one in self.quarters), max(one.end for one in self.quarters))

    def level(self, level: AreaLevel) -> list[str]:
        """The code of each area's own area at a level."""
        if level is AreaLevel.ALL:
            return [AreaLevel.ALL.value] * len(self.areas)
        if level is AreaLevel.WARD:
            return list(self.areas)
        if level is AreaLevel.DISTRICT:
            pairs = zip(self.areas, self.districts, strict=True)
            return [code if code in NOWHERE else district or NOWHERE[0] for code, district in pairs]
        return [
            code if code in NOWHERE else _INSIDE if within else NOWHERE[0]
            for code, within in zip(self.areas, self.inside, strict=True)
        ]

    def as_plain(self) -> dict[str, Any]:
        """The labels for the ledger."""
        return {
            "areas": list(self.areas),
            "districts": list(self.districts),
            "inside": list(self.inside),
            "quarters": [str(one) for one in self.quarters],
            "values": [[name, list(values)] for name, values in self.values.items()],
        }

    @classmethod
    def of_plain(cls, told: Mapping[str, Any]) -> Axes:
        """The labels that the ledger kept."""
        return cls(
            tuple(told["areas"]),
            tuple(told["districts"]),
            tuple(told["inside"]),
            tuple(Period.parse(one) for one in told["quarters"]),
            {name: tuple(values) for name, values in told["values"]},
        )


@dataclass(frozen=True)
class Counted:
    """Counts of the leaves as known on a day."""

    counts: Counts
    axes: Axes
    known_on: dt.datetime


def counted(
    workspace: Workspace,
    measure: Measure,
    by: Sequence[str],
    begins: dt.date | None,
    as_at: dt.datetime | None = None,
) -> Counted | None:
    """The leaves as known on that day (None: now), of whole quarters from ``begins``; None where none is
    there."""
    from joinedup.measures import FigureQuery, compute, delivered_period

    data = delivered_period(workspace, measure, as_at)
    span = whole_quarters(data) if data else None
    if span is not None and begins is not None:
        span = Period(max(span.start, begins), span.end) if begins < span.end else None
    if span is None:
        return None
    query = FigureQuery(
        measure.name,
        form=Form.COUNT,
        level=BASE_LEVEL if measure.placed else AreaLevel.ALL,
        period=span,
        every=Every.QUARTER,
        by=tuple(by),
        as_at=as_at,
    )
    figure = compute(workspace, measure, query)
    if figure.known_on is None:
        return None
    if as_at is None:  # once more as known on that very day, whatever came in meanwhile
        return counted(workspace, measure, by, begins, figure.known_on)
    places = in_order(row.area_code for row in figure.rows)
    quarters = in_order(row.period for row in figure.rows)
    values = {name: in_order(row.breakdowns[name] for row in figure.rows) for name in by}
    axes = Axes(
        tuple(places),
        *_around(workspace, list(places)),
        tuple(quarters),
        {n: tuple(v) for n, v in values.items()},
    )
    counts = np.zeros(axes.shape, dtype=np.int64)
    for row in figure.rows:
        place = (places[row.area_code], quarters[row.period], *(values[n][row.breakdowns[n]] for n in by))
        counts[place] = row.numerator or 0
    return Counted(counts, axes, figure.known_on)


def _around(workspace: Workspace, codes: list[str]) -> tuple[tuple[str | None, ...], tuple[bool, ...]]:
    """The district of each area, and whether it is one of the partnership's."""
    from joinedup import places

    districts = districts_of(workspace, codes)
    named = set(places.partnership_districts(workspace))
    return tuple(districts), tuple(district is not None and district in named for district in districts)


def laid_on(counts: Counts, of: Axes, onto: Axes) -> Counts:
    """Counts of one cube at the places of another's labels; zero where the first does not have them."""
    found = np.zeros(onto.shape, dtype=np.int64)
    both = [
        [(mine.index(label), place) for place, label in enumerate(theirs) if label in mine]
        for mine, theirs in zip(of.labels, onto.labels, strict=True)
    ]
    if all(both):
        ours, theirs = (np.ix_(*([pair[side] for pair in one] for one in both)) for side in (0, 1))
        found[theirs] = counts[ours]
    return found


def tables_of(axes: Axes) -> list[Cut]:
    """The tables that a cube is rounded for: every level of area, quarters, April years and all time, by
    every choice of its breakdowns."""
    areas = [
        axes.level(one) for one in (AreaLevel.WARD, AreaLevel.DISTRICT, AreaLevel.PARTNERSHIP, AreaLevel.ALL)
    ]
    quarters = list(axes.quarters)
    times: list[Sequence[object]] = [quarters, april_years(quarters), [0] * len(quarters)]
    cuts: list[list[Level]] = [
        [numbered(labels) for labels in areas],
        [numbered(labels) for labels in times],
        *([numbered(values), numbered([0] * len(values))] for values in axes.values.values()),
    ]
    return [cut for cut in dict.fromkeys(itertools.product(*cuts)) if all(level.size for level in cut)]


def as_kept(leaves: Counts) -> dict[str, list[int]]:
    """Rounded leaves for the ledger: where one is not zero, and how many times 5 it is."""
    at = np.flatnonzero(leaves)
    return {"at": at.tolist(), "fives": (leaves.ravel()[at] // BASE).tolist()}


def as_shown(kept: Mapping[str, Sequence[int]], axes: Axes) -> Counts:
    """The rounded leaves that the ledger kept."""
    leaves = np.zeros(int(np.prod(axes.shape)), dtype=np.int64)
    leaves[np.array(kept["at"], dtype=np.int64)] = BASE * np.array(kept["fives"], dtype=np.int64)
    return leaves.reshape(axes.shape)
