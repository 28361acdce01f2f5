"""The civil calendar of Teesside, 2022 to 2025: months, bank holidays, school days, paydays, clock changes.

Days are counted from 1970-01-01, moments in seconds of London civil time from its midnight, both as integers.
A moment is what a clock on the wall showed: the hour that comes twice in October comes twice here too.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
from functools import cache
from pathlib import Path

import numpy as np

DAY = 86_400
HOUR = 3_600
REFERENCE = Path(__file__).parents[1] / "data" / "reference"
EPOCH = dt.date(1970, 1, 1)

# Term dates of Teesside were not found: these follow the usual pattern of English councils (assumed).
SCHOOL_HOLIDAYS = (
    ("2022-04-09", "2022-04-24"),
    ("2022-05-28", "2022-06-05"),
    ("2022-07-23", "2022-09-04"),
    ("2022-10-22", "2022-10-30"),
    ("2022-12-17", "2023-01-02"),
    ("2023-02-11", "2023-02-19"),
    ("2023-04-01", "2023-04-16"),
    ("2023-05-27", "2023-06-04"),
    ("2023-07-22", "2023-09-03"),
    ("2023-10-28", "2023-11-05"),
    ("2023-12-23", "2024-01-07"),
    ("2024-02-10", "2024-02-18"),
    ("2024-03-29", "2024-04-14"),
    ("2024-05-25", "2024-06-02"),
    ("2024-07-20", "2024-09-02"),
    ("2024-10-26", "2024-11-03"),
    ("2024-12-21", "2025-01-05"),
    ("2025-02-15", "2025-02-23"),
)


def day_number(date: dt.date) -> int:
    """Days since 1970-01-01."""
    return (date - EPOCH).days


def month_starts(first: str, months: int) -> np.ndarray:
    """Day numbers of the first days of months from ``first`` (``2022-04``), and of the day after the last."""
    return (np.datetime64(first, "M") + np.arange(months + 1)).astype("datetime64[D]").astype(np.int64)


def weekday(days: np.ndarray) -> np.ndarray:
    """0 for Monday to 6 for Sunday (1970-01-01 was a Thursday)."""
    return (days + 3) % 7


@cache
def bank_holidays() -> np.ndarray:
    """Day numbers of the bank holidays of England and Wales, as published."""
    text = read_text("bank_holidays_england_wales.csv.gz")
    return np.array(
        sorted(day_number(dt.date.fromisoformat(row["date"])) for row in csv.DictReader(io.StringIO(text)))
    )


def read_text(name: str) -> str:
    """One of the published lists, unpacked."""
    return gzip.decompress((REFERENCE / name).read_bytes()).decode("utf-8")


def is_school_day(days: np.ndarray) -> np.ndarray:
    """Monday to Friday, in no school holiday and no bank holiday."""
    away = np.isin(days, bank_holidays()) | (weekday(days) >= 5)
    for first, last in SCHOOL_HOLIDAYS:
        start, end = (day_number(dt.date.fromisoformat(date)) for date in (first, last))
        away |= (days >= start) & (days <= end)
    return ~away


def is_payday_weekend(days: np.ndarray) -> np.ndarray:
    """Friday to Sunday round the end of the month, when most wages have just been paid."""
    month = days.astype("datetime64[D]").astype("datetime64[M]")
    of_month = days - month.astype("datetime64[D]").astype(np.int64)
    length = (month + 1).astype("datetime64[D]").astype(np.int64) - month.astype("datetime64[D]").astype(
        np.int64
    )
    return (weekday(days) >= 4) & ((of_month >= length - 5) | (of_month <= 1))


def last_sunday(days: np.ndarray, month: int) -> np.ndarray:
    """Whether each day is the last Sunday of ``month`` (1 to 12), when clocks change in March and October."""
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    ends = (months + 1).astype("datetime64[D]").astype(np.int64)
    return (weekday(days) == 6) & (ends - days <= 7) & (months.astype(np.int64) % 12 == month - 1)


def skip_missing_hour(moments: np.ndarray) -> np.ndarray:
    """Move what falls into the hour that is missing in March (01:00 to 02:00) one hour on, as clocks do."""
    days = moments // DAY
    missing = last_sunday(days, 3) & (moments % DAY // HOUR == 1)
    return moments + np.where(missing, HOUR, 0)
