"""Hour of the day and day of the week as breakdowns, from what any engine reads of a record.

An instant is kept in UTC, and Spark reads no time of day; so the hour is that of the instant, put forward by
one while British Summer Time holds: from the last Sunday of March to the last of October, each at 01:00 UTC
(The Summer Time Order 2002, S.I. 2002/262).
"""

from __future__ import annotations

from joinedup.measures.translating import marked as _

HOURS = {
    "00-03": _("00:00 to 03:59"),
    "04-07": _("04:00 to 07:59"),
    "08-11": _("08:00 to 11:59"),
    "12-15": _("12:00 to 15:59"),
    "16-19": _("16:00 to 19:59"),
    "20-23": _("20:00 to 23:59"),
}
"""Bands of four hours by the clock on the wall, by code."""

WEEKDAYS = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}

BY_THE_CALENDAR = _(
    "A day of the week ends at midnight: the small hours after a Friday night are Saturday's."
)

_A_SUNDAY = "DATE '1900-01-07'"
_LAST_SUNDAY = 25  # of the 31 days of March and of October the last Sunday is the 25th or later


def weekday(view: str = "incident") -> str:
    """The SQL of the day of the week, as ``weekday``; empty where only a month is known."""
    cases = " ".join(f"WHEN {number % 7} THEN '{code}'" for number, code in enumerate(WEEKDAYS, 1))
    return f"""CASE WHEN {view}.precision <> 'month' THEN
                CASE {_since_sunday(f"{view}.occurred_date")}
                    {cases}
                END
            END AS weekday"""


def hour_band(view: str = "incident") -> str:
    """The SQL of the band of hours, by civil time, as ``hour_band``; empty where no time of day is known."""
    instant = f"{view}.occurred_from"
    cases = " ".join(f"WHEN {int(code[:2]) // 4} THEN '{code}'" for code in HOURS)
    return f"""CASE floor(((extract(hour FROM {instant}) + {summer_hour(instant)}) % 24) / 4)
                {cases}
            END AS hour_band"""


def summer_hour(instant: str) -> str:
    """1 while British Summer Time holds at the instant, else 0. An hour earlier it begins at midnight."""
    date = f"CAST({instant} - INTERVAL 1 HOUR AS DATE)"
    month, sunday = f"extract(month FROM {date})", f"extract(day FROM {date}) - {_since_sunday(date)}"
    return f"""CASE
                    WHEN {month} BETWEEN 4 AND 9 THEN 1
                    WHEN {month} = 3 AND {sunday} >= {_LAST_SUNDAY} THEN 1
                    WHEN {month} = 10 AND {sunday} < {_LAST_SUNDAY} THEN 1
                    ELSE 0
                END"""


def _since_sunday(date: str) -> str:
    """The days since the last Sunday, of dates from 1900 on."""
    return f"(date_diff('day', {_A_SUNDAY}, {date}) % 7)"
