"""From the rows of a released figure to rates for each hour or day: reads no record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from joinedup.measures import intervals, plan
from joinedup.measures.definition import UNSTATED
from joinedup.measures.result import FigureRow
from joinedup.measures.rhythms import calendars, matching, statistics
from joinedup.measures.rhythms.definitions import Dates, Rhythm, Seasons, Untold
from joinedup.measures.rhythms.events import Event
from joinedup.measures.rhythms.exposure import exposures
from joinedup.measures.rhythms.result import EventFigure, EventRow, RhythmFigure, RhythmRow
from joinedup.measures.rhythms.statistics import Ratio, Stratum
from joinedup.terms import Flag, Period

_MUCH = 0.05
"""From this share of records without a value on, the note says so."""

_TWO_YEARS = 24  # months


def rhythm_of(rows: Sequence[FigureRow], rhythm: Rhythm, months: Collection[dt.date]) -> RhythmFigure:
    """Rates and ratios of each area and period, from counts that are cut by the rhythm.

    ``months`` are those with data (first days): only they are time in which something could be told.
    """
    found: list[RhythmRow] = []
    sizes: dict[Period, Mapping[str, int]] = {}
    for cell in _cells(rows):
        period = cell[0].period
        if period not in sizes:
            sizes[period] = exposures(rhythm, _within(period, months))
        found += _rows_of(cell, rhythm, sizes[period])
    return RhythmFigure(rhythm, found, tuple(_notes(found, rhythm, sizes, months)))


def _cells(rows: Sequence[FigureRow]) -> Iterable[list[FigureRow]]:
    """The rows of each area and period."""
    cells: dict[tuple[str, Period], list[FigureRow]] = {}
    for row in rows:
        cells.setdefault((row.area_code, row.period), []).append(row)
    return cells.values()


def _rows_of(cell: Sequence[FigureRow], rhythm: Rhythm, sizes: Mapping[str, int]) -> Iterable[RhythmRow]:
    by_value = {row.breakdowns[rhythm.name]: row for row in cell}
    first = cell[0]
    unknown = first.numerator is None
    counts = {code: by_value[code].numerator or 0 for code in rhythm.labels if code in by_value}
    placed, time = sum(counts.values()), sum(sizes.values())
    unplaced = sum(by_value[one].numerator or 0 for one in _may_be_anywhere(rhythm) if one in by_value)
    labels = rhythm.values
    for code in rhythm.labels:
        row = by_value.get(code)
        if unknown:
            yield _row(first, code, labels[code], None, None, flags=first.flags)
            continue
        count, exposure = counts.get(code, 0), sizes[code]
        if not exposure and not count:
            continue
        others = (placed - count, time - exposure)
        yield _row(
            first,
            code,
            labels[code],
            count,
            exposure,
            scale=rhythm.unit.scale,
            ratio=statistics.rate_ratio(count, exposure, *others),
            bounds=statistics.least_and_most(count, exposure, *others, unplaced),
            flags=row.flags if row is not None else first.flags,
        )
    for one in (*rhythm.left_over, UNSTATED):
        row = by_value.get(one)
        if row is not None and row.numerator:
            yield _row(row, str(one), labels.get(str(one), _("Not stated")), row.numerator, None, told=False)


def _may_be_anywhere(rhythm: Rhythm) -> tuple[str, ...]:
    """What could belong to any value: not what lies in days of which the calendar does not tell."""
    return (*(one.value for one in rhythm.left_over if one is not Untold.CALENDAR), UNSTATED)


def _row(  # noqa: PLR0913 - the parts of one row, most with their default
    row: FigureRow,
    value: str,
    label: str,
    count: int | None,
    exposure: int | None,
    *,
    scale: int = 1,
    ratio: Ratio = statistics.NONE,
    bounds: tuple[float | None, float | None] = (None, None),
    told: bool = True,
    flags: tuple[Flag, ...] | None = None,
) -> RhythmRow:
    rate: tuple[float | None, float | None, float | None] = (None, None, None)
    if count is not None and exposure:
        lower, upper = (float(limit[0]) for limit in intervals.poisson([count]))
        rate = (count / exposure * scale, lower / exposure * scale, upper / exposure * scale)
    return RhythmRow(
        row.area_level,
        row.area_code,
        row.area_name,
        row.period,
        value,
        label,
        told,
        count,
        exposure,
        *rate,
        ratio.value,
        ratio.lower,
        ratio.upper,
        *bounds,
        row.flags if flags is None else flags,
    )


def _notes(
    rows: Sequence[RhythmRow],
    rhythm: Rhythm,
    sizes: Mapping[Period, Mapping[str, int]],
    months: Collection[dt.date],
) -> Iterable[str]:
    if rhythm.says:
        yield rhythm.says
    if rhythm.within:
        yield _("It is an event of {areas} alone.").format(areas=", ".join(rhythm.within))
    yield from untold_notes(rows)
    yield from _time_notes(rhythm, sizes, months)
    if isinstance(rhythm.division, Seasons) and all(period.months < _TWO_YEARS for period in sizes):
        yield _("Each season came once at most: what was particular to it, or a trend, looks like it.")
    yield _(
        "Intervals take one record to be independent of another; where several come at once they are too "
        "narrow."
    )


def untold_notes(rows: Sequence[RhythmRow]) -> Iterable[str]:
    """How many records have no value: on days of which no calendar tells, of which the time is not counted
    either; and others, which could belong to any value."""
    total = sum(row.count or 0 for row in rows)
    beyond = sum(row.count or 0 for row in rows if row.value == Untold.CALENDAR)
    if beyond:
        yield _(
            "{beyond} of {total} records ({share:.0%}) happened on days of which no calendar tells for the "
            "whole place; their days are not counted either."
        ).format(beyond=f"{beyond:,}", total=f"{total:,}", share=beyond / total)
    others = total - beyond
    without = sum(row.count or 0 for row in rows if not row.told) - beyond
    if without:
        note = _(
            "{without} of {total} records have no value of this rhythm ({share:.0%}): their time is not "
            "known so finely, or reaches over several. They are in no rate, and may be of one kind more than "
            "another."
        )
        if beyond:
            note = _("Of the others:") + " " + note
        if without / others >= _MUCH and any(row.least is not None for row in rows):
            note += " " + _("The least and the most that a ratio can be stand beside it.")
        yield note.format(without=f"{without:,}", total=f"{others:,}", share=without / others)


def _time_notes(
    rhythm: Rhythm, sizes: Mapping[Period, Mapping[str, int]], months: Collection[dt.date]
) -> Iterable[str]:
    """Of which kinds there was no time, or none that is known."""
    never = [code for code in rhythm.labels if not any(one[code] for one in sizes.values())]
    if not never or not any(_within(period, months) for period in sizes):
        return
    if isinstance(rhythm.division, Dates) and len(never) == len(rhythm.labels):
        note = _("No calendar tells of any day of these months for the whole place, so there is no rate.")
        if rhythm.name == calendars.NAME:
            note += " " + _("Ask for one district, and for months, of which a calendar tells.")
        yield note
        return
    kinds = ", ".join(str(_(rhythm.labels[code])) for code in never)
    if isinstance(rhythm.division, Dates) and any(
        sum(size.values()) < sum(_days_of(month) for month in _within(period, months))
        for period, size in sizes.items()
    ):
        yield _("No day of these months is known to be of this kind: {kinds}.").format(kinds=kinds)
    else:
        yield _("There was no time of this kind in these months: {kinds}.").format(kinds=kinds)


def _within(period: Period, months: Collection[dt.date]) -> list[dt.date]:
    return [month for month in plan.months_of(period) if month in months]


def _days_of(month: dt.date) -> int:
    return (Period.of_month(month).last - month).days + 1


def event_of(
    rows: Sequence[FigureRow],
    event: Event,
    pairs: Mapping[dt.date, tuple[dt.date, ...]],
) -> EventFigure:
    """An event's days beside those around them, from counts that are cut by ``matching.rhythm``."""
    name = matching.breakdown(event)
    kept = {day: beside for day, beside in pairs.items() if beside}
    found = [_event_row(cell, name, kept) for cell in _cells(rows)]
    alone = [day for day in pairs if day not in kept]
    told = [
        (day.isoformat(), tuple(one.isoformat() for one in beside)) for day, beside in sorted(kept.items())
    ]
    return EventFigure(event, found, told, tuple(_event_notes(event, kept, alone, found)))


def _event_row(
    cell: Sequence[FigureRow], name: str, pairs: Mapping[dt.date, tuple[dt.date, ...]]
) -> EventRow:
    first = cell[0]
    flags = tuple(dict.fromkeys(flag for row in cell for flag in row.flags if flag is not Flag.SMALL_NUMBER))
    size = sum(len(beside) for beside in pairs.values())
    head = (first.area_level, first.area_code, first.area_name, first.period, len(pairs))
    if first.numerator is None or not pairs:
        return EventRow(*head, None, size, None, None, None, None, None, None, False, None, flags)
    counts = {row.breakdowns[name]: row.numerator or 0 for row in cell}
    strata = [
        Stratum(counts.get(day.isoformat(), 0), tuple(counts.get(one.isoformat(), 0) for one in beside))
        for day, beside in pairs.items()
    ]
    found = statistics.matched_ratio(strata)
    return EventRow(
        *head,
        found.count,
        size,
        sum(sum(one.beside) for one in strata),
        found.expected,
        found.ratio.value,
        found.ratio.lower,
        found.ratio.upper,
        found.dispersion,
        found.widened,
        counts.get(Untold.DAY.value, 0) + counts.get(Untold.SPAN.value, 0) + counts.get(UNSTATED, 0),
        flags,
    )


def _event_notes(
    event: Event,
    pairs: Mapping[dt.date, tuple[dt.date, ...]],
    alone: Sequence[dt.date],
    rows: Sequence[EventRow],
) -> Iterable[str]:
    yield _(
        "Each day of the event is laid beside the same day of the week up to {weeks} weeks before and after "
        "it, but for days of any event; a day is used once."
    ).format(weeks=matching.WEEKS)
    if not pairs:
        yield _("No day of the event lies in the months with data, so nothing can be compared.")
    if alone:
        days = ", ".join(day.isoformat() for day in alone)
        yield _("No day to compare with: {days}. Left out.").format(days=days)
    if any(row.widened for row in rows):
        yield _("Days differ by more than chance, so the interval is wider by as much.")
    if any(row.day_not_known for row in rows):
        yield _("Some records are on no known day: they are on neither side.")
    yield _("Source of the dates of “{title}”: {source}.").format(
        title=event.title, source=event.source.rstrip(".")
    )
