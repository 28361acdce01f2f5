"""The period that a sentence names outright, in whole months: "October 2011 to September 2012", "2011/12"."""

from __future__ import annotations

import datetime as dt
import re

from joinedup.documents.claims.phrases import MONTH, month_of
from joinedup.terms import Period, add_months

_TO = r"\s*(?:-|–|—|to|until|and)\s*(?:the\s+end\s+of\s+)?"


def _end(name: str) -> str:
    """One end of a period in words; its year may be left out of the first."""
    day, year = rf"(?:(?P<{name}d>\d{{1,2}})(?:st|nd|rd|th)?\s+)?", rf"(?:\s+(?P<{name}y>(?:19|20)\d\d))?"
    return rf"{day}(?P<{name}m>{MONTH})\.?{year}"


_WORDS = re.compile(rf"\b{_end('a')}{_TO}{_end('b')}\b", re.IGNORECASE)
_NUMBERS = re.compile(
    rf"\b(?P<ad>\d{{1,2}})/(?P<am>\d{{1,2}})/(?P<ay>\d{{2,4}}){_TO}"
    rf"(?P<bd>\d{{1,2}})/(?P<bm>\d{{1,2}})/(?P<by>\d{{2,4}})\b"
)
_FINANCIAL = re.compile(r"\b(?P<first>(?:19|20)\d\d)\s?[/–-]\s?(?:20)?(?P<second>\d\d)\b")
_ONE_MONTH = re.compile(rf"(?<!\d )\b(?P<m>{MONTH})\s+(?P<y>(?:19|20)\d\d)\b", re.IGNORECASE)
_ONE_YEAR = re.compile(
    r"\b(?:in|during|calendar\s+year)\s+(?P<y>(?:19|20)\d\d)\b(?!\s?[/–-]\d)", re.IGNORECASE
)


def periods_in(sentence: str) -> list[Period]:
    """Every period of whole months that it names, each once; parts of one are not named again."""
    found: list[Period] = []
    rest = sentence
    for pattern, read in (
        (_WORDS, _of_words),
        (_NUMBERS, _of_numbers),
        (_FINANCIAL, _of_financial_year),
        (_ONE_MONTH, _of_month),
        (_ONE_YEAR, _of_year),
    ):
        for match in pattern.finditer(rest):
            period = read(match)
            if period is not None and period not in found:
                found.append(period)
        rest = pattern.sub(lambda match: " " * len(match[0]), rest)
    return found


def _of_words(match: re.Match[str]) -> Period | None:
    if match["by"] is None:
        return None
    last_year = int(match["by"])
    first_month, last_month = month_of(match["am"]), month_of(match["bm"])
    first_year = int(match["ay"]) if match["ay"] else last_year - (first_month > last_month)
    return _whole_months((first_year, first_month, match["ad"]), (last_year, last_month, match["bd"]))


def _of_numbers(match: re.Match[str]) -> Period | None:
    first, last = (
        (_full_year(match[f"{end}y"]), int(match[f"{end}m"]), match[f"{end}d"]) for end in ("a", "b")
    )
    return _whole_months(first, last)


def _of_financial_year(match: re.Match[str]) -> Period | None:
    first = int(match["first"])
    if (first + 1) % 100 != int(match["second"]):
        return None
    return Period(dt.date(first, 4, 1), dt.date(first + 1, 4, 1))


def _of_month(match: re.Match[str]) -> Period | None:
    return Period.of_month(dt.date(int(match["y"]), month_of(match["m"]), 1))


def _of_year(match: re.Match[str]) -> Period | None:
    return Period(dt.date(int(match["y"]), 1, 1), dt.date(int(match["y"]) + 1, 1, 1))


def _whole_months(first: tuple[int, int, str | None], last: tuple[int, int, str | None]) -> Period | None:
    """From the first month to the last, if the days named are their first and their last; else None."""
    try:
        start, end = dt.date(first[0], first[1], 1), add_months(dt.date(last[0], last[1], 1), 1)
    except ValueError:
        return None
    begins = first[2] is None or int(first[2]) == 1
    ends = last[2] is None or int(last[2]) == (end - dt.timedelta(days=1)).day
    return Period(start, end) if begins and ends and start < end else None


def _full_year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)
