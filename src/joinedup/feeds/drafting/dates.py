"""How a column of dates is written, and which rows settle the order of day and month."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import Any

from joinedup.feeds.drafting.definitions import TimeKind, TimeReading
from joinedup.feeds.drafting.shapes import SHAPES

_TIMES = ("", " %H:%M", " %H:%M:%S", "T%H:%M", "T%H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%d/%b/%Y")
_ORDERS = {  # day first: month first
    f"%d{sign}%m{sign}{year}": f"%m{sign}%d{sign}{year}" for sign in "/-." for year in ("%Y", "%y")
}
_TRIED = 200  # different values on which patterns are tried before all are read
_FIRST_YEAR, _LAST_YEAR = 1890, 2100


@dataclass(frozen=True)
class _Counted:
    read: int
    midnights: int
    first: int
    last: int


def read_times(connection: Any, values: str, given: int, shapes: dict[str, int]) -> TimeReading | None:
    """How the values are written, or None where they are no dates.

    ``values`` is a relation of ``value`` and ``rows``; ``given`` its rows in all; ``shapes`` how many of them
    have each shape. Every row has to be read: a column with one stray text is no column of dates.
    """
    if shapes.get("month") == given:
        first, last = connection.execute(
            f"""SELECT min(year(day) * 12 + month(day) - 1), max(year(day) * 12 + month(day) - 1)
                FROM (SELECT CAST(value || '-01' AS DATE) AS day FROM {values})"""
        ).fetchall()[0]
        return TimeReading(TimeKind.MONTH, "%Y-%m", first=first, last=last)
    if shapes.get("instant") == given:
        return _instants(connection, values)
    if shapes.get("clock") == given:
        long = connection.execute(f"SELECT bool_or(length(value) > 5) FROM {values}").fetchall()[0][0]
        return TimeReading(TimeKind.CLOCK, "%H:%M:%S" if long else "%H:%M")
    if shapes.get("dated", 0) < given:
        return None
    return _patterned(connection, values, given)


def _instants(connection: Any, values: str) -> TimeReading:
    first, last, midnights = connection.execute(
        f"""SELECT min(year(day) * 12 + month(day) - 1), max(year(day) * 12 + month(day) - 1),
                   sum(rows) FILTER (day::TIME = TIME '00:00:00')
            FROM (SELECT timezone('Europe/London', TRY_CAST(value AS TIMESTAMPTZ)) AS day, rows
                  FROM {values})"""
    ).fetchall()[0]
    return TimeReading(TimeKind.UTC, "", midnights=int(midnights or 0), first=first or 0, last=last or 0)


def _patterned(connection: Any, values: str, given: int) -> TimeReading | None:
    few = f"(FROM {values} LIMIT {_TRIED})"
    tried = int(connection.execute(f"SELECT sum(rows) FROM {few}").fetchall()[0][0])
    for date, time in product((*_DATES, *_ORDERS), _TIMES):
        pattern = date + time
        ways = [pattern, _ORDERS[date] + time] if date in _ORDERS else [pattern]
        if all(_count(connection, few, way).read < tried for way in ways):
            continue
        found = _count(connection, values, pattern)
        other = _ORDERS[date] + time if date in _ORDERS else None
        turned = _count(connection, values, other) if other else _Counted(0, 0, 0, 0)
        if found.read < given and turned.read == given and other:
            pattern, found, turned, other = other, turned, found, pattern
        if found.read < given:
            continue
        return TimeReading(
            TimeKind.LOCAL if time else TimeKind.DATE,
            pattern,
            other=other if turned.read == given else None,
            settled_by=given - turned.read if other else 0,
            two_digit_years=pattern.find("%y") >= 0,
            midnights=found.midnights if time else 0,
            first=found.first,
            last=found.last,
        )
    return None


def _count(connection: Any, values: str, pattern: str) -> _Counted:
    read, midnights, first, last = connection.execute(
        f"""SELECT sum(rows) FILTER (year(day) BETWEEN {_FIRST_YEAR} AND {_LAST_YEAR}),
                   sum(rows) FILTER (day::TIME = TIME '00:00:00'),
                   min(year(day) * 12 + month(day) - 1), max(year(day) * 12 + month(day) - 1)
            FROM (SELECT try_strptime(value, '{pattern}') AS day, rows FROM {values})"""
    ).fetchall()[0]
    return _Counted(int(read or 0), int(midnights or 0), first or 0, last or 0)


def looks_like_data(cell: str) -> bool:
    """Whether a cell of a supposed header is a date, a number or an address: then it is no header."""
    telling = ("integer", "number", "instant", "month", "dated", "email", "postcode", "phone", "pnc", "nhs")
    return any(re.fullmatch(SHAPES[shape], cell.strip()) for shape in telling)
