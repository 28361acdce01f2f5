"""Two ages, each of the day of its own record: whether one birth could give both."""

from __future__ import annotations

import datetime as dt
import re

from joinedup.release.comparing import Happened, Side


def fit_one_birth(left: Side, right: Side) -> bool | None:
    """Whether somebody born on one day can have both ages; None where an age or a record's day is unknown."""
    births = [_births(side.said.get("age"), side.happened) for side in (left, right)]
    known = [one for one in births if one is not None]
    if len(known) < 2:
        return None
    (first, last), (other_first, other_last) = known
    return first <= other_last and other_first <= last


def _births(age: object, happened: Happened) -> tuple[dt.date, dt.date] | None:
    """The first and the last day on which somebody of this age can have been born."""
    years = re.fullmatch(r"[0-9]{1,3}", str(age).strip())
    if years is None or happened.first is None:
        return None
    after = _years_before(happened.first, int(years[0]) + 1)
    until = _years_before(happened.last or happened.first, int(years[0]))
    return (after + dt.timedelta(days=1), until) if after and until else None


def _years_before(day: dt.date, years: int) -> dt.date | None:
    """So many years before; of 29 February the 28th where the year has none. None before all calendars."""
    if day.year <= years:
        return None
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
