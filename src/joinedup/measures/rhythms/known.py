"""Which rhythms there are: the standard ones, the school's year, events. And those that a question names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from joinedup import places
from joinedup.errors import JoinedupError, NotFound
from joinedup.measures import plan
from joinedup.measures.definition import Measure
from joinedup.measures.query import FigureQuery
from joinedup.measures.rhythms import calendars, matching
from joinedup.measures.rhythms.definitions import Dates, Rhythm
from joinedup.measures.rhythms.events import FILE as EVENTS_FILE
from joinedup.measures.rhythms.events import Event, events
from joinedup.measures.rhythms.extending import can_be_cut, cut_by, for_keeping, kept_name
from joinedup.measures.rhythms.files import stamp
from joinedup.measures.rhythms.standard import FILE as BOUNDARIES_FILE
from joinedup.measures.rhythms.standard import as_it_comes, boundaries, standard
from joinedup.terms import AreaLevel, Period
from joinedup.workspace import Workspace

_EVENT = "on_"


def rhythms(workspace: Workspace, query: FigureQuery | None = None) -> dict[str, Rhythm]:
    """Every rhythm, by name; the school's year as it is in the districts of the query (or everywhere).

    Raises BadInput for what is wrong with a file of the workspace.
    """
    found = [*standard(boundaries(workspace))]
    dates = calendars.term_dates(workspace)
    if dates:
        found.append(calendars.school(dates, districts_of(workspace, query)))
    found += [one.rhythm for one in events(workspace).values()]
    return {one.name: one for one in found}


def rhythm_named(workspace: Workspace, name: str, query: FigureQuery | None = None) -> Rhythm:
    """One rhythm; NotFound says which there are."""
    known = rhythms(workspace, query)
    if name in known:
        return known[name]
    if name == calendars.NAME:
        raise NotFound(
            "This workspace has no term dates, and joinedup comes with none",
            where=calendars.FILE,
            next_step="Write those of your council into it: docs/rhythms.md",
        )
    raise NotFound("There is no rhythm of that name", where=name, next_step=f"There is: {', '.join(known)}")


def usual(name: str) -> Rhythm | None:
    """One of the standard rhythms as joinedup comes: its values have the same names in every workspace."""
    return next((one for one in standard(as_it_comes()) if one.name == name), None)


def fitting(workspace: Workspace, measure: Measure) -> list[Rhythm]:
    """The rhythms that a measure can be cut by, but for those whose name is one of its own breakdowns."""
    return [
        one
        for one in rhythms(workspace).values()
        if one.name not in measure.breakdowns and can_be_cut(measure, one.grain)
    ]


def with_rhythms(workspace: Workspace, measure: Measure, query: FigureQuery) -> tuple[Measure, list[Rhythm]]:
    """The measure as the query asks for it, and the rhythms it names that are none of its breakdowns.

    A name that is neither is left for whoever checks the query.
    """
    asked = dict.fromkeys((*query.by, *(name for name, _value in query.where)))
    named = [_named(workspace, name, query) for name in asked if name not in measure.breakdowns]
    wanted = [_near(one, query) for one in named if one is not None]
    return cut_by(measure, wanted), wanted


def _near(rhythm: Rhythm, query: FigureQuery) -> Rhythm:
    """The same with no more dates than the months of the query need."""
    if query.period is None or not isinstance(rhythm.division, Dates):
        return rhythm
    months = [one for part in plan.parts_of(query, query.period) for one in (part.period, part.before) if one]
    first, last = min(one.start for one in months), max(one.last for one in months)
    return replace(rhythm, division=rhythm.division.near(first, last))


def _named(workspace: Workspace, name: str, query: FigureQuery) -> Rhythm | None:
    if name == calendars.NAME:
        return rhythm_named(workspace, name, query)
    plain = {one.name: one for one in standard(boundaries(workspace))}
    if name in plain:
        return plain[name]
    if name.startswith(_EVENT):
        return next((one.rhythm for one in events(workspace).values() if one.breakdown == name), None)
    if name.startswith(matching.MATCHED) and query.period is not None:
        return next(
            (
                matching.rhythm(one, query.period, _others(workspace, one.name))
                for one in events(workspace).values()
                if matching.breakdown(one) == name
            ),
            None,
        )
    return None


def _others(workspace: Workspace, name: str) -> frozenset[dt.date]:
    """The days of all other events: none of them is a day to compare with."""
    return matching.days_of(one for one in events(workspace).values() if one.name != name)


def districts_of(workspace: Workspace, query: FigureQuery | None) -> tuple[str, ...]:
    """The districts in which the areas of a query lie; all of the partnership's where it names none."""
    every = tuple(sorted(places.partnership_districts(workspace))) or ("",)
    if query is None or not query.areas or query.level in {AreaLevel.ALL, AreaLevel.PARTNERSHIP}:
        return every
    found = set(query.areas) & set(every)
    others = set(query.areas) - found
    if others:
        found |= _around(workspace, query, others)
    return tuple(sorted(found)) or every


def _around(workspace: Workspace, query: FigureQuery, codes: Iterable[str]) -> set[str]:
    wanted = set(codes)
    return {
        area.parents[AreaLevel.DISTRICT]
        for area in places.areas(workspace, query.level, vintage=query.vintage)
        if wanted & {area.code, *area.parents.values()} and AreaLevel.DISTRICT in area.parents
    }


def pairs(
    workspace: Workspace, event: Event, period: Period, months: Collection[dt.date]
) -> Mapping[dt.date, tuple[dt.date, ...]]:
    """The event's days in the months with data of the period, each with the days that it is laid beside."""
    return matching.pairs_of(event, period, _others(workspace, event.name), months)


def kept_as(workspace: Workspace, name: str, measures: Iterable[Measure]) -> Measure | None:
    """The measure cut by a rhythm whose counts are kept under this name; None where it is no such name."""
    usual_ones = standard(boundaries(workspace))
    for measure in measures:
        for one in usual_ones:
            fits = one.name not in measure.breakdowns and can_be_cut(measure, one.grain)
            if name == kept_name(measure, one) and fits:
                return for_keeping(measure, cut_by(measure, [one]), [one])
    return None


def state(workspace: Workspace) -> tuple[object, ...]:
    """Changes whenever a file of rhythms of the workspace does."""
    return tuple(stamp(workspace.folder / name) for name in (BOUNDARIES_FILE, calendars.FILE, EVENTS_FILE))


def faults(workspace: Workspace) -> list[JoinedupError]:
    """What is wrong with the workspace's files of rhythms: the first of each."""
    found = []
    for read in (boundaries, calendars.term_dates, events):
        try:
            read(workspace)
        except JoinedupError as error:
            found.append(error)
    return found
