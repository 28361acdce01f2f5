"""Events: days that somebody names, for everywhere or for some areas. ``events.toml`` of the workspace.

    [[event]]
    name = "match-days"
    title = "Home matches"
    days = [2024-08-10, 2024-08-24]
    known_from = 2024-08-01
    known_to = 2025-05-31
    level = "ward"
    areas = ["E05001234"]
    source = "The club's list of fixtures"

Some come with joinedup (``published/events.toml``); what falls on the same day each year says ``every_year``.
Days that the list does not reach are not known; they are neither event nor no event.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from joinedup.errors import BadInput, JoinedupError, NotFound
from joinedup.measures.nearest import no_such
from joinedup.measures.rhythms.definitions import Dates, Grain, Rhythm, Unit, runs_of
from joinedup.measures.rhythms.files import (
    EARLIEST,
    PAGE,
    day_within,
    days_of,
    each_day,
    read_once,
    sections_of,
    spans_of,
)
from joinedup.measures.rhythms.standard import PUBLISHED
from joinedup.measures.translating import marked
from joinedup.terms import AreaLevel
from joinedup.toml_sections import Section
from joinedup.workspace import Workspace
from joinedup.wrongs import Wrongs, of_file

FILE = "events.toml"
YES, NO = "yes", "no"
FAR = dt.date(2040, 12, 31)
"""To which day events of every year are told of, where the file does not say."""

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_YEARLY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


@dataclass(frozen=True)
class Event:
    """Days on which something was on, among days that are known whole.

    ``level`` and ``areas`` say where; without them it is everywhere.
    """

    name: str
    title: str
    days: tuple[dt.date, ...]
    known_from: dt.date
    known_to: dt.date
    source: str
    level: AreaLevel | None = None
    areas: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        where = f"event {self.name}"
        if not _NAME.fullmatch(self.name):
            raise BadInput("An event's name is words in lower case joined by hyphens", where=where)
        if not self.title.strip() or not self.source.strip():
            raise BadInput("An event has a title, and says who named its days", where=where)
        if self.known_to < self.known_from:
            raise BadInput("It is known to a day before that from which it is known", where=where)
        if not self.days:
            raise BadInput("An event has at least one day", where=where)
        if beyond := [day for day in self.days if not self.known_from <= day <= self.known_to]:
            raise BadInput(
                "A day lies beyond those that the event says are known",
                where=f"{where}: {beyond[0]}",
                next_step="Correct known_from and known_to, or the day",
            )
        if (self.level is None) != (not self.areas):
            raise BadInput("A place is a level and the codes of its areas", where=where)

    @property
    def breakdown(self) -> str:
        """The name of the breakdown by which figures are cut into its days and others."""
        return f"on_{self.name.replace('-', '_')}"

    @functools.cached_property
    def rhythm(self) -> Rhythm:
        """Its days, and the other days that are known."""
        days = dict.fromkeys(each_day(self.known_from, self.known_to), NO) | dict.fromkeys(self.days, YES)
        return Rhythm(
            name=self.breakdown,
            version=1,
            title=self.title,
            meaning=marked("Whether it happened on a day of the event or on another day."),
            grain=Grain.DAY,
            unit=Unit.DAYS,
            division=Dates((YES, NO), runs_of((YES, NO), days)),
            labels={YES: marked("On these days"), NO: marked("On other days")},
            says=f"Source of the dates of “{self.title}”: {self.source.rstrip('.')}.",
            within=self.areas,
        )


@read_once(FILE)
def events(workspace: Workspace) -> Mapping[str, Event]:
    """Every event there is, by name: those that come with joinedup, then the workspace's.

    Raises BadInput for what is wrong with its file.
    """
    found = dict(_published())
    wrongs = Wrongs()
    try:
        read = [wrongs.part(_event, one, None) for one in sections_of(workspace.folder / FILE, "event")]
        wrongs.settle()
        for one in read:
            if one is not None and one.name in found:
                raise BadInput(
                    "There is an event of that name already",
                    where=f"event {one.name}",
                    next_step="Give it another name",
                )
            if one is not None:
                found[one.name] = one
    except JoinedupError as error:
        raise error if error.where.startswith(FILE) else of_file(error, FILE) from error
    return found


def event_named(workspace: Workspace, name: str) -> Event:
    """One event; NotFound names the nearest."""
    known = events(workspace)
    if name not in known:
        error = no_such("There is no event of that name", name, known)
        step = f"{error.next_step}. {FILE} in the workspace adds events: {PAGE}"
        raise NotFound(error.what, where=name, next_step=step)
    return known[name]


@functools.cache
def _published() -> dict[str, Event]:
    read = [_event(one, PUBLISHED) for one in sections_of(PUBLISHED / FILE, "event")]
    return {one.name: one for one in read}


def _event(section: Section, folder: Path | None) -> Event:
    name = section.take("name", str)
    where = f"event {name}"
    yearly = section.take("every_year", str, "")
    listed = section.take("listed_in", str, "") if folder is not None else ""
    single = section.take("days", list, [])
    spans = section.take("spans", list, [])
    if sum(map(bool, (yearly, listed, single or spans))) != 1:
        raise BadInput(
            "An event names its days, by days and spans, or by every_year",
            where=where,
            next_step=f"See {PAGE}",
        )
    known_from = day_within(section, "known_from", EARLIEST if yearly else ...)
    known_to = day_within(section, "known_to", FAR if yearly else ...)
    level = section.choice("level", AreaLevel) if section.has("level") else None
    areas, title, source = section.texts("areas"), section.take("title", str), section.take("source", str)
    section.done()
    if yearly:
        days = _each_year(yearly, known_from, known_to, where)
    elif listed:
        assert folder is not None  # noqa: S101 - only what comes with joinedup is listed so
        days = _listed(folder / listed)
    else:
        days = _named(single, spans, where)
    return Event(name, title, days, known_from, known_to, source, level, areas)


def _named(single: Sequence[object], spans: Sequence[object], where: str) -> tuple[dt.date, ...]:
    found = list(days_of(single, where))
    for first, last in spans_of(spans, where):
        found += each_day(first, last)
    if len(set(found)) < len(found):
        raise BadInput("A day is named twice", where=where)
    return tuple(sorted(found))


def _each_year(text: str, first: dt.date, last: dt.date, where: str) -> tuple[dt.date, ...]:
    said = _YEARLY.fullmatch(text)
    try:
        months = [dt.date(year, *map(int, text.split("-"))) for year in range(first.year, last.year + 1)]
    except (ValueError, TypeError):
        said = None
    if not said:
        raise BadInput(
            'A day of every year is its month and day, such as "11-05"', where=where, next_step=f"See {PAGE}"
        )
    return tuple(day for day in months if first <= day <= last)


def _listed(path: Path) -> tuple[dt.date, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(sorted(dt.date.fromisoformat(row["date"]) for row in csv.DictReader(file)))
