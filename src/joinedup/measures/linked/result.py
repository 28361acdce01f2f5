"""The question and answer of figures of linked people and places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from joinedup.measures.linked.definitions import Definition
from joinedup.records import DeliveryRow
from joinedup.terms import Flag, Period, Strictness


@dataclass(frozen=True)
class LinkedQuery:
    """Which figure is wanted, of which sources and feeds.

    ``sources`` are the statistical sources that the asker may use; no ``feeds``: all of them. ``as_at``: an
    aware UTC instant of knowledge, None for now. ``at``: longitude and latitude, and ``since`` the first day
    on which the place was as it is now, for definitions of what is around a place.
    """

    name: str
    sources: tuple[str, ...]
    period: Period
    feeds: tuple[str, ...] = ()
    as_at: dt.datetime | None = None
    at: tuple[float, float] | None = None
    since: dt.date | None = None


SHARE = "share"
"""The unit of a part of a whole, from 0 to 1."""


@dataclass(frozen=True)
class Cell:
    """One number, of one group, by one strictness of the linkage.

    ``unit`` is what ``value`` is in: a share, metres, days, per 100,000, per square kilometre, a ratio, for
    each in need. What is None is not known. ``flags`` are its own, beside those of the whole figure.
    """

    of: str
    group: str
    unit: str
    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    flags: frozenset[Flag] = field(default=frozenset(), kw_only=True)


@dataclass(frozen=True, slots=True)
class LinkedRow:
    """One number by the best linkage, with its 95 % interval; least and most are over the three linkages."""

    of: str
    group: str
    unit: str
    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    least: int | None = None
    most: int | None = None
    least_denominator: int | None = None
    most_denominator: int | None = None
    least_value: float | None = None
    most_value: float | None = None
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class LinkedFigure:
    """The answer: rows, what was known when, by which linkage, and on what it rests."""

    query: LinkedQuery
    definition: Definition
    rows: Sequence[LinkedRow]
    known_on: dt.datetime | None
    linkage: int | None
    deliveries: tuple[DeliveryRow, ...]
    notes: tuple[str, ...]

    def to_json_rows(self) -> list[dict[str, Any]]:
        """The public table: one plain dictionary for each row, the same keys in all."""
        fixed = {
            "measure": self.definition.name,
            "definition_version": self.definition.version,
            "period": str(self.query.period),
        }
        known = {
            "known_on": self.known_on.isoformat() if self.known_on else None,
            "linkage": self.linkage,
            "deliveries": [delivery.number for delivery in self.deliveries],
        }
        numbers = [name for name in LinkedRow.__slots__ if name != "flags"]
        return [
            {
                **fixed,
                **{name: getattr(row, name) for name in numbers},
                "flags": [str(flag) for flag in row.flags],
                **known,
            }
            for row in self.rows
        ]


def rows_of(
    cells: Mapping[Strictness, Iterable[Cell]], flags: Collection[Flag], small: int
) -> list[LinkedRow]:
    """The rows of the cells, in the order of the best linkage; a group that another has and it has not comes
    after, with no number of its own. Fewer than ``small`` counted are flagged, and shares of fewer than
    twice that."""
    by_key = {level: {(one.of, one.group): one for one in some} for level, some in cells.items()}
    best = by_key.get(Strictness.BEST, {})
    others = {key: one for some in by_key.values() for key, one in some.items() if key not in best}
    rows = [
        _row(one, [some[key] for some in by_key.values() if key in some], flags, small)
        for key, one in best.items()
    ]
    nothing = [Cell(one.of, one.group, one.unit, 0, 0) for one in others.values()]
    rows += [
        _row(empty, [empty, *(some[key] for some in by_key.values() if key in some)], flags, small)
        for key, empty in zip(others, nothing, strict=True)
    ]
    return rows


def _row(best: Cell, all_of_it: Sequence[Cell], flags: Collection[Flag], small: int) -> LinkedRow:
    numerators = [one.numerator for one in all_of_it if one.numerator is not None]
    denominators = [one.denominator for one in all_of_it if one.denominator is not None]
    values = [one.value for one in all_of_it if one.value is not None]
    said = {*flags, *best.flags, *_of_size(best, small)}
    return LinkedRow(
        best.of,
        best.group,
        best.unit,
        best.numerator,
        best.denominator,
        best.value,
        best.lower,
        best.upper,
        min(numerators, default=None),
        max(numerators, default=None),
        min(denominators, default=None),
        max(denominators, default=None),
        min(values, default=None),
        max(values, default=None),
        tuple(sorted(said)),
    )


def _of_size(cell: Cell, small: int) -> set[Flag]:
    """Whether a number rests on few, or on nothing: its denominator, or the count itself; for a ratio either
    of its two counts. A share parts its denominator in two counts, so that one below twice ``small`` is of
    few."""
    if cell.unit != SHARE and cell.numerator is not None and cell.numerator < small:
        return {Flag.SMALL_NUMBER}
    enough = 2 * small if cell.unit == SHARE else small
    if cell.denominator is None or cell.denominator >= enough:
        return set()
    return {Flag.SMALL_NUMBER if cell.denominator else Flag.NO_DATA}
