"""What a workbook's numbers stand for: dates, times, numbers shown with leading zeros."""

from __future__ import annotations

import datetime as dt
import re

from joinedup.feeds.reading.rows import Cell, Displayed, SheetError

# Built-in formats that are dates or times (ECMA-376, part 1, 18.8.30).
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
_ZEROS = re.compile(r"0{2,}")
_LAST_DAY = 2_958_465  # 31 December 9999
DATE, PLAIN = "date", ""


def meaning_of(number: int, code: str | None) -> str:
    """DATE, PLAIN, or the zeros of a format that shows leading zeros (``0000``)."""
    if code is None:
        return DATE if number in _BUILT_IN_DATES else PLAIN
    if _ZEROS.fullmatch(code):
        return code
    if code.lower() in {"general", "standard"}:
        return PLAIN
    bare = _QUOTED.sub("", code.split(";")[0])
    return DATE if _DATE_LETTERS.search(bare) else PLAIN


def rounded(value: float) -> float:
    """A spreadsheet shows and exports 15 digits; the binary rest is not the owner's."""
    return float(f"{value:.15g}")


def cell_of(value: float, meaning: str, *, from_1904: bool = False) -> Cell:
    """What a numeric cell shows."""
    if meaning == DATE:
        return moment(value, from_1904=from_1904)
    if not value.is_integer():
        return rounded(value)
    if meaning and 0 <= value < 10 ** len(meaning):
        return Displayed(str(int(value)).zfill(len(meaning)))
    return value


def moment(serial: float, *, from_1904: bool = False) -> Cell:
    """A day number as a date and time, a part of a day as a time; SheetError where it is neither.

    The calendar of 1900 holds a 29 February 1900 that never was (number 60); days before it are one off.
    """
    if not 0 <= serial <= _LAST_DAY:
        return SheetError("#NUM!")
    seconds = round(serial * 86_400)
    if seconds < 86_400:
        return dt.time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    if from_1904:
        begin = dt.datetime(1904, 1, 1)  # noqa: DTZ001 - a civil time
    elif seconds < 60 * 86_400:
        begin = dt.datetime(1899, 12, 31)  # noqa: DTZ001
    elif seconds < 61 * 86_400:
        return SheetError("#NUM!")
    else:
        begin = dt.datetime(1899, 12, 30)  # noqa: DTZ001
    return begin + dt.timedelta(seconds=seconds)
