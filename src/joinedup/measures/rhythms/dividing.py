"""The SQL that says to which value of a rhythm a record belongs.

A record belongs to a value where every hour (day, month) in which it may have happened has it. What is not
known as finely as the rhythm divides, or may have happened in several, has a value of its own (``Untold``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from joinedup.measures.catalogue.clock import summer_hour
from joinedup.measures.rhythms.definitions import FIRST_DAY, Cycle, Dates, Grain, Rhythm, Seasons, Untold
from joinedup.measures.rhythms.runs import runs_of

_MANY, _FEW = 8, 2
"""From so many runs of single days on, of so few values, records of one day are looked up in a list first."""


def value_sql(rhythm: Rhythm, view: str) -> str:
    """A SQL expression over the columns of ``view`` for the value of the rhythm, a text."""
    division = rhythm.division
    if isinstance(division, Dates):
        return _of_dates(division, view)
    if isinstance(division, Seasons):
        return _of_runs(division, [], _months(view))
    unknown = [(f"{view}.precision = 'month'", Untold.DAY)]
    if rhythm.grain is Grain.DAY:
        first, last = _days(view)
        return _of_runs(division, unknown, (f"({first} * 24)", f"({last} * 24)"))
    unknown.append((f"{view}.occurred_from IS NULL", Untold.TIME))
    unknown.append((_exactly_midnight(view), Untold.MIDNIGHT))
    return _of_runs(division, unknown, _hours(view))


def _of_runs(division: Cycle | Seasons, unknown: Sequence[tuple[str, Untold]], ends: tuple[str, str]) -> str:
    runs = runs_of(division)
    first, last = ends
    lines = [f"WHEN {condition} THEN '{untold}'" for condition, untold in unknown]
    lines.append(f"WHEN {runs.number_sql(first)} <> {runs.number_sql(last)} THEN '{Untold.SPAN}'")
    values = " ".join(f"WHEN {place} THEN '{code}'" for place, code in enumerate(runs.codes))
    return f"CASE {' '.join(lines)} ELSE CASE {runs.place_sql(first)} {values} END END"


def _of_dates(division: Dates, view: str) -> str:
    first, last = _dates(view)
    lines = [f"WHEN {view}.precision = 'month' THEN '{Untold.DAY}'"]
    single = [run for run in division.runs if run[0] == run[1]]
    if len(single) >= _MANY and len({code for _begin, _end, code in single}) <= _FEW:
        lines += _of_single_days(division, single, first, last)
    lines += [
        f"WHEN {first} >= DATE '{begin}' AND {last} <= DATE '{end}' THEN '{code}'"
        for begin, end, code in division.runs
    ]
    lines += [
        f"WHEN {first} >= DATE '{begin}' AND {last} <= DATE '{end}' THEN '{Untold.SPAN}'"
        for begin, end in division.known
    ]
    return f"CASE {' '.join(lines)} ELSE '{Untold.CALENDAR}' END"


def _of_single_days(
    division: Dates, single: Sequence[tuple[dt.date, dt.date, str]], first: str, last: str
) -> list[str]:
    """The same answers as the runs give, sooner, for what happened within one day."""
    lines = []
    for code in division.values:
        days = ", ".join(f"DATE '{begin}'" for begin, _end, of in single if of == code)
        if days:
            lines.append(f"WHEN {first} = {last} AND {first} IN ({days}) THEN '{code}'")
    return lines


def _dates(view: str) -> tuple[str, str]:
    """The first and the last day on which it may have happened."""
    return f"{view}.occurred_date", f"coalesce({view}.occurred_to_date, {view}.occurred_date)"


def _days(view: str) -> tuple[str, str]:
    """The same as numbers of days."""
    first, last = _dates(view)
    return _day_number(first), _day_number(last)


def _day_number(date: str) -> str:
    return f"date_diff('day', DATE '{FIRST_DAY}', {date})"


def _months(view: str) -> tuple[str, str]:
    """The first and the last month, counted from the year 0."""
    first, last = (f"(extract(year FROM {date}) * 12 + extract(month FROM {date}))" for date in _dates(view))
    return first, last


def _hours(view: str) -> tuple[str, str]:
    """The first and the last hour of civil time in which it may have happened.

    Without a time of its end, it may have ended at any time of its last day; without a last day, it is one
    moment.
    """
    begins, ends = f"{view}.occurred_from", f"{view}.occurred_to"
    first, last = _days(view)
    start = f"({first} * 24 + {_civil_hour(begins)})"
    finish = (
        f"CASE WHEN {ends} IS NOT NULL THEN {last} * 24 + {_civil_hour(ends)} "
        f"WHEN {view}.occurred_to_date IS NULL THEN {start} ELSE {last} * 24 + 23 END"
    )
    return start, f"({finish})"


def _civil_hour(instant: str) -> str:
    """The hour of the clock on the wall at an instant."""
    return f"((extract(hour FROM {instant}) + {summer_hour(instant)}) % 24)"


def _exactly_midnight(view: str) -> str:
    """Whether it is one moment, told as 00:00: what many systems write where no time was given."""
    begins, ends = f"{view}.occurred_from", f"{view}.occurred_to"
    moment = f"({ends} = {begins} OR ({ends} IS NULL AND {view}.occurred_to_date IS NULL))"
    whole = f"date_trunc('hour', {begins}) = {begins}"
    return f"{moment} AND {whole} AND {_civil_hour(begins)} = 0"
