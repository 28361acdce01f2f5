"""Which months lie before and after the beginning of something, so that like is compared with like."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from joinedup.errors import BadInput
from joinedup.terms import Period, add_months

YEAR = 12
MOST_MONTHS = 60


@dataclass(frozen=True)
class Spans:
    """Whole months ``after`` the beginning, the same calendar months ``before`` it, ``shift`` months earlier,
    and the same again ``earlier``, for what was usual."""

    after: Period
    before: Period
    earlier: Period
    shift: int


def spans_of(started_on: dt.date, ended_on: dt.date | None, months: int) -> Spans:
    """The first ``months`` whole months from ``started_on`` on, or as many as there are until ``ended_on``.

    The months before are the same calendar months, so that no season moves the ratio; the month in which it
    began, unless on its first day, is in neither, for which the last of twelve (or 24...) is left out. Raises
    BadInput where there is no whole month.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise BadInput(f"A reading takes 1 to {MOST_MONTHS} months", where=str(months))
    begun = started_on.replace(day=1)
    mixed = 0 if started_on.day == 1 else 1
    start = add_months(begun, mixed)
    shift = YEAR * -(-months // YEAR)
    length = min(months, shift - mixed)
    if ended_on is not None:
        last = add_months((ended_on + dt.timedelta(days=1)).replace(day=1), 0)
        length = min(length, (last.year - start.year) * YEAR + last.month - start.month)
    if length < 1:
        raise BadInput("It was in place for no whole month, so there is nothing to read")
    after = Period(start, add_months(start, length))
    return Spans(after, after.shifted(-shift), after.shifted(-2 * shift), shift)
