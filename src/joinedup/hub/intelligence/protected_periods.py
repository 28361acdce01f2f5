"""Which months of closed data can be asked for by people who see protected tables only."""

from __future__ import annotations

from joinedup.terms import Every, Period

QUARTER, YEAR = 3, 12  # months


def whole_parts(covered: Period) -> list[Period]:
    """The whole calendar quarters and April years inside what is covered, each kind earliest first."""
    quarters = [part for part in covered.each(Every.QUARTER) if part.months == QUARTER]
    return quarters + [part for part in covered.each(Every.YEAR) if part.months == YEAR]


def nearest(period: Period, covered: Period) -> Period:
    """The quarter, or for more than a quarter the April year, that shares most months with ``period``.

    Of several the latest. ``period`` itself where nothing whole is covered: release then says why not.
    """
    parts = whole_parts(covered)
    if period in parts or not parts:
        return period
    long = [part for part in parts if (part.months == YEAR) == (period.months > QUARTER)]
    return max(long or parts, key=lambda part: (_shared_days(part, period), part.end))


def whole_quarters(period: Period, covered: Period) -> Period:
    """The quarters that a period touches, inside what is covered, which is whole quarters."""
    touched = [part for part in covered.each(Every.QUARTER) if _shared_days(part, period)]
    return Period(touched[0].start, touched[-1].end) if touched else covered


def _shared_days(one: Period, other: Period) -> int:
    return max(0, (min(one.end, other.end) - max(one.start, other.start)).days)
