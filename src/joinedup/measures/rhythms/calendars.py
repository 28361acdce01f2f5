"""School terms and holidays: ``term-dates.toml`` of the workspace, for joinedup comes with none.

    [[calendar]]
    name = "Testshire 2023/24"
    districts = ["E06000099"]
    source = "Who published the dates, and where"
    known_from = 2023-09-01
    known_to = 2024-08-31
    terms = [[2023-09-04, 2023-10-27], [2023-11-06, 2023-12-22]]
    closed = [2024-05-06]

Days from ``known_from`` to ``known_to`` are term where a term has them and no ``closed`` day is it, else
holiday. What no calendar tells of is not known; it is neither.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from joinedup.errors import BadInput, JoinedupError
from joinedup.measures.rhythms.definitions import Dates, Grain, Rhythm, Unit, runs_of
from joinedup.measures.rhythms.files import (
    PAGE,
    day_within,
    days_of,
    each_day,
    read_once,
    sections_of,
    spans_of,
)
from joinedup.measures.translating import marked
from joinedup.toml_sections import Section
from joinedup.workspace import Workspace
from joinedup.wrongs import Wrongs, of_file

FILE = "term-dates.toml"
TERM, HOLIDAY = "term", "holiday"
NAME = "school"


@dataclass(frozen=True)
class TermDates:
    """The terms of some districts (none named: of the whole partnership) over days that are known whole."""

    name: str
    districts: tuple[str, ...]
    source: str
    known_from: dt.date
    known_to: dt.date
    terms: tuple[tuple[dt.date, dt.date], ...]
    closed: tuple[dt.date, ...] = ()

    def __post_init__(self) -> None:
        where = f"calendar {self.name}"
        if not self.name.strip() or not self.source.strip():
            raise BadInput("A calendar has a name, and says who published its dates", where=where)
        if self.known_to < self.known_from:
            raise BadInput("It is known to a day before that from which it is known", where=where)
        if not self.terms:
            raise BadInput("A calendar names its terms", where=where, next_step=f"See {PAGE}")
        for first, last in self.terms:
            if first < self.known_from or last > self.known_to:
                raise BadInput(
                    "A term reaches beyond the days that the calendar says it knows",
                    where=f"{where}: {first} to {last}",
                    next_step="Correct known_from and known_to, or the term",
                )
        for day in self.closed:
            if not any(first <= day <= last for first, last in self.terms):
                raise BadInput("A closed day is in no term", where=f"{where}: {day}")

    def days(self) -> dict[dt.date, str]:
        """Each day that it tells of, and what it is."""
        found = dict.fromkeys(each_day(self.known_from, self.known_to), HOLIDAY)
        for first, last in self.terms:
            found |= dict.fromkeys(each_day(first, last), TERM)
        return found | dict.fromkeys(self.closed, HOLIDAY)


@read_once(FILE)
def term_dates(workspace: Workspace) -> tuple[TermDates, ...]:
    """The calendars of the workspace. Raises BadInput for what is wrong with its file."""
    path = workspace.folder / FILE
    wrongs = Wrongs()
    try:
        read = [wrongs.part(_calendar, one) for one in sections_of(path, "calendar")]
        wrongs.settle()
        found = tuple(one for one in read if one is not None)
        _refuse_overlaps(found)
    except JoinedupError as error:
        raise error if error.where.startswith(FILE) else of_file(error, FILE) from error
    return found


def _calendar(section: Section) -> TermDates:
    name = section.take("name", str)
    where = f"calendar {name}"
    said = TermDates(
        name=name,
        districts=section.texts("districts"),
        source=section.take("source", str),
        known_from=day_within(section, "known_from"),
        known_to=day_within(section, "known_to"),
        terms=spans_of(section.take("terms", list), where),
        closed=days_of(section.take("closed", list, []), where),
    )
    section.done()
    return said


def _refuse_overlaps(found: Sequence[TermDates]) -> None:
    for number, one in enumerate(found):
        for other in found[:number]:
            both = set(one.districts) & set(other.districts)
            if (both or not one.districts or not other.districts) and (
                one.known_from <= other.known_to and other.known_from <= one.known_to
            ):
                raise BadInput(
                    "Two calendars tell of the same days of the same district",
                    where=f"{other.name} and {one.name}",
                    next_step="Correct known_from and known_to, or the districts",
                )


def school(calendars: Sequence[TermDates], districts: Sequence[str]) -> Rhythm:
    """Term or holiday in these districts: a day is told where it is the same in each of them."""
    of_each = [_days_of(calendars, one) for one in districts]
    shared = set(of_each[0]).intersection(*of_each[1:]) if of_each else set()
    days = {day: of_each[0][day] for day in shared if len({one[day] for one in of_each}) == 1}
    used = [one for one in calendars if not one.districts or set(one.districts) & set(districts)]
    says = _("Term dates: {calendars}.").format(
        calendars="; ".join(f"{one.name} ({one.source.rstrip('.')})" for one in used) or _("none")
    )
    untold = [one for one, told in zip(districts, of_each, strict=True) if not told]
    if used and untold:
        says += " " + _("No calendar tells of {districts}.").format(districts=", ".join(untold))
    differ = len(shared) - len(days)
    if differ:
        says += " " + _(
            "On {days} days some of these districts had term and others holiday: not counted."
        ).format(days=differ)
    return Rhythm(
        name=NAME,
        version=1,
        title=marked("School term or holiday"),
        meaning=marked(
            "Whether it was term or holiday in the schools of the area; weekends are what is round them."
        ),
        grain=Grain.DAY,
        unit=Unit.DAYS,
        division=Dates((TERM, HOLIDAY), runs_of((TERM, HOLIDAY), days)),
        labels={TERM: marked("In term"), HOLIDAY: marked("In the holidays")},
        says=says,
    )


def _days_of(calendars: Sequence[TermDates], district: str) -> dict[dt.date, str]:
    found: dict[dt.date, str] = {}
    for one in calendars:
        if not one.districts or district in one.districts:
            found |= one.days()
    return found
