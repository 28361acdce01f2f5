"""Dates: whether a report speaks of a day after its own as past, and whether weekdays are right."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from joinedup.documents.claims.finding import About, Finding, Verdict
from joinedup.documents.claims.passages import Passage, Shape
from joinedup.documents.claims.phrases import MONTH, month_of
from joinedup.documents.claims.statements import Statement
from joinedup.documents.claims.wording import translated as _

_AT_THE_TOP = 12  # passages in which a report says its own date
_SHORT = 120  # characters of a line that only dates the report
_SIGNATURE = 60
_WRITTEN_UP = dt.timedelta(days=60)  # minutes may tell of days after the meeting that they date themselves by
_DAY = re.compile(
    rf"(?:\b(?P<weekday>mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+"
    rf"(?P<month>{MONTH})\b,?\s+(?P<year>(?:19|20)\d\d)\b"
    r"|\b(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:(?:was|were|had\s+been)\s+(?:\w+ly\s+)?(?:held|presented|published|received|submitted|issued|launched|completed|"
    r"approved|considered|discussed|circulated|opened|closed)|took\s+place|met|(?:last|previous)\s+meeting)\b[^.;]{0,120}$",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:will|would|shall|next|due|until|till|by|from|to\s+be|planned|proposed|scheduled|expected|forthcoming|future|"
    r"ends?|expires?|deadline|target|should|may|might)\b",
    re.IGNORECASE,
)
_OF_THE_REPORT = re.compile(
    r"\b(?:held|meeting|agenda|date|dated|minutes|report|partnership|panel|committee|board)\b", re.IGNORECASE
)
_WEEKDAYS = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")


@dataclass(frozen=True)
class Day:
    """A date as a report writes it."""

    date: dt.date
    text: str
    weekday: str
    start: int


def days_in(text: str) -> list[Day]:
    """Every whole date of a text; what is no day of the calendar is left out."""
    found = []
    for match in _DAY.finditer(text):
        month = int(match["m"]) if match["m"] else month_of(match["month"])
        try:
            date = dt.date(int(match["year"] or match["y"]), month, int(match["day"] or match["d"]))
        except ValueError:
            continue
        found.append(Day(date, match[0], (match["weekday"] or "").lower(), match.start()))
    return found


def find_dates(passages: Sequence[Passage], statements: Sequence[Statement]) -> list[Finding]:
    """What does not fit the report's own date, and weekdays that were others."""
    found = list(_weekdays(statements))
    own = own_date(passages)
    return found if own is None else [*_later(own, statements), *found]


def own_date(passages: Sequence[Passage]) -> Day | None:
    """The day by which a report dates itself: in a short line at its top that names a meeting, or alone."""
    for passage in passages[:_AT_THE_TOP]:
        days = days_in(passage.text)
        plain = len(days) == 1 and not re.search(r"\b(?:minutes of|on behalf|since|from)\b", passage.text)
        short = len(passage.text) <= _SHORT and passage.shape is not Shape.ITEM
        if (
            plain
            and short
            and (_OF_THE_REPORT.search(passage.text) or days[0].text == passage.text.strip(" ."))
        ):
            return days[0]
    return None


def _later(own: Day, statements: Sequence[Statement]) -> Iterator[Finding]:
    """One finding for all that is past in the report and later than its date, its signature too."""
    past: list[tuple[Statement, Day]] = []
    signed: list[tuple[Statement, Day]] = []
    for statement in statements:
        for day in days_in(statement.text):
            before = statement.text[: day.start]
            if day.date - own.date <= _WRITTEN_UP or _NOT_YET.search(before[-60:]):
                continue
            if _PAST.search(before):
                past.append((statement, day))
            elif len(statement.text) <= _SIGNATURE and statement.text.rstrip(" .").endswith(day.text):
                signed.append((statement, day))
    if past:
        told = [day.text for _statement, day in [*past, *signed]]
        words = _("the report is dated {own} and speaks of {others} as past").format(
            own=own.text, others=", ".join(told)
        )
        yield past[0][0].finding(About.DATES, Verdict.DISAGREES, [own.text, *told], words)


def _weekdays(statements: Sequence[Statement]) -> Iterator[Finding]:
    for statement in statements:
        for day in days_in(statement.text):
            if day.weekday and _WEEKDAYS.index(day.weekday) != day.date.weekday():
                words = _("{date} was a {weekday}").format(
                    date=f"{day.date.day} {day.date:%B %Y}", weekday=f"{day.date:%A}"
                )
                yield statement.finding(About.DATES, Verdict.DISAGREES, [day.text], words)
