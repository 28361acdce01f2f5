"""Which months a figure counts, for each of its periods, and which of them were delivered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from joinedup.errors import BadInput
from joinedup.measures.query import FigureQuery
from joinedup.terms import Every, Form, Period, add_months

COMPARISONS = frozenset({Form.CHANGE, Form.YEAR_TO_DATE})
YEAR = 12
APRIL = 4


class Delivered(IntEnum):
    """How much of what a measure needs has arrived for a month."""

    NOTHING = 0
    SOME = 1
    ALL = 2


@dataclass(frozen=True)
class Part:
    """One period of a figure: the months counted and, for a comparison, the months before."""

    period: Period
    before: Period | None = None


def months_of(period: Period) -> list[dt.date]:
    """The first day of each month of the period."""
    return [add_months(period.start, index) for index in range(period.months)]


def parts_of(query: FigureQuery, period: Period) -> list[Part]:
    """The periods a figure has a row for, in order.

    Raises ``BadInput`` where a comparison is asked between lengths of time that differ.
    """
    if query.against is not None and query.form is not Form.CHANGE:
        raise BadInput(
            "Only a change is against another period", where=str(query.form), next_step="Use form change"
        )
    if query.form is Form.YEAR_TO_DATE:
        ends = [month.end for month in period.each(Every.MONTH)]
        return [_compared(Period(_april_of(add_months(end, -1)), end), -YEAR) for end in ends]
    if query.form is Form.ROLLING_12:
        ends = [month.end for month in period.each(Every.MONTH)]
        return [Part(Period(add_months(end, -YEAR), end)) for end in ends]
    pieces = period.each(query.every)
    if query.form is not Form.CHANGE:
        return [Part(piece) for piece in pieces]
    distance = _distance(period, query.against)
    return [_compared(piece, distance) for piece in pieces]


def _distance(period: Period, against: Period | None) -> int:
    if against is None:
        return -YEAR * -(-period.months // YEAR)
    if against.months != period.months:
        raise BadInput(
            f"Periods of {period.months} and {against.months} months cannot be compared",
            where=f"{period} against {against}",
            next_step="Compare periods of equal length",
        )
    if against == period:
        raise BadInput("A period cannot be compared with itself", where=str(period))
    return (against.start.year - period.start.year) * YEAR + against.start.month - period.start.month


def _compared(period: Period, distance: int) -> Part:
    return Part(period, period.shifted(distance))


def _april_of(month: dt.date) -> dt.date:
    return dt.date(month.year if month.month >= APRIL else month.year - 1, APRIL, 1)


def latest_period(delivered: Mapping[dt.date, Delivered], months: int = YEAR) -> Period | None:
    """The latest ``months`` months with data (fewer where the data is younger), None where there is none."""
    there = sorted(month for month, state in delivered.items() if state)
    if not there:
        return None
    end = add_months(there[-1], 1)
    return Period(max(there[0], add_months(end, -months)), end)


def state_of(period: Period, delivered: Mapping[dt.date, Delivered]) -> Delivered:
    """NOTHING where no month of the period was delivered, ALL where every one was, else SOME."""
    states = [delivered.get(month, Delivered.NOTHING) for month in months_of(period)]
    if not any(states):
        return Delivered.NOTHING
    return Delivered.ALL if all(state is Delivered.ALL for state in states) else Delivered.SOME


def counted_pairs(parts: Iterable[Part], delivered: Mapping[dt.date, Delivered]) -> list[tuple[int, dt.date]]:
    """(index, month) for each delivered month of each part; a part's months before are under -1 - index."""
    pairs = []
    for index, part in enumerate(parts):
        pairs += [(index, month) for month in months_of(part.period) if delivered.get(month)]
        if part.before is not None:
            pairs += [(-1 - index, month) for month in months_of(part.before) if delivered.get(month)]
    return pairs
