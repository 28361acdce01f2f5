"""What stands in the way of a number: months not delivered, breaks in a series, months too young."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.utils.translation import gettext as _

from joinedup.measures.definition import Measure
from joinedup.measures.forms import Columns
from joinedup.measures.plan import COMPARISONS, Delivered, Part, months_of, state_of
from joinedup.measures.query import FigureQuery
from joinedup.records import SeriesBreak
from joinedup.terms import LONDON, Flag, Form, Period, add_months

_LISTED_MONTHS = 6

FEW_FOR_A_PERCENTAGE = 30
"""A count below this is never shown as a percentage (nor its change), and never ranked or coloured by one.

Chance alone moves a count by about its square root: a relative standard error of 1 / √30, which is 18 %.
Below 30 it is over 18 %, so that a percentage says more about chance than about the place, and misleads; show
both counts ("7 to 25") instead. In a comparison the smaller of the two counts decides.

This is how a number is worded. The flag ``small-number`` is a caution that leaves the wording alone: it
stands below the workspace's own ``small_number`` (in a comparison, where either count is below twice that).
"""


@dataclass(frozen=True)
class Knowledge:
    """Which months were delivered, the date of knowledge, and what the feeds say of their own data: breaks in
    it, and months of which something is provisional. ``erased``: when records were erased that were known on
    the date of knowledge.
    """

    delivered: Mapping[dt.date, Delivered]
    known_on: dt.datetime | None
    breaks: tuple[SeriesBreak, ...] = ()
    provisional: frozenset[dt.date] = frozenset()
    erased: tuple[dt.datetime, ...] = ()


def apply(
    columns: Columns, measure: Measure, query: FigureQuery, parts: Sequence[Part], knowledge: Knowledge
) -> tuple[str, ...]:
    """Flag the columns, take out the numbers that cannot stand, and say why in sentences."""
    notes = [
        *_missing_months(columns, query, parts, knowledge.delivered),
        *_breaks(columns, measure, query, parts, knowledge.breaks),
        *_young_months(columns, measure, parts, knowledge),
        *_erased(knowledge.erased),
    ]
    small = columns.flags.get(Flag.SMALL_NUMBER)
    if small is not None:
        small &= ~np.isnan(columns.numerator)
        if query.form in COMPARISONS:
            small &= ~np.isnan(columns.denominator)
        if not small.any():
            del columns.flags[Flag.SMALL_NUMBER]
    return tuple(dict.fromkeys(notes))


def of_two_dates(
    measure: Measure, query: FigureQuery, period: Period, known: Sequence[tuple[dt.datetime, Knowledge]]
) -> tuple[tuple[Flag, ...], tuple[str, ...]]:
    """The flags that a count over a whole period has on either of two dates of knowledge, and sentences why.

    What holds on both dates is said once. ``known`` is each date, the earlier first, with what was known.
    """
    flags: set[Flag] = set()
    said: list[tuple[str, ...]] = []
    for _moment, knowledge in known:
        numbers = np.zeros((5, 1, 1, 1))
        columns = Columns(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
        said.append(apply(columns, measure, query, [Part(period)], replace(knowledge, erased=())))
        flags.update(columns.flags)
    days = _told_apart([moment for moment, _ in known])
    notes: list[str] = []
    for day, own in zip(days, said, strict=True):
        for note in own:
            on_both = all(note in others for others in said)
            notes.append(note if on_both else _("As known on {day}: {note}").format(day=day, note=note))
    notes += _erased_between([(day, one.erased) for day, (_, one) in zip(days, known, strict=True)])
    return tuple(flag for flag in Flag if flag in flags), tuple(dict.fromkeys(notes))


def _told_apart(moments: Sequence[dt.datetime]) -> list[str]:
    """Days in words; with the time where they are the same day."""
    there = [moment.astimezone(LONDON) for moment in moments]
    same = len({moment.date() for moment in there}) < len(there)
    return [_day(moment) + (f", {moment:%H:%M:%S}" if same else "") for moment in there]


def _erased_between(erased: Sequence[tuple[str, Sequence[dt.datetime]]]) -> list[str]:
    """Erased records are in neither count, and how many of them a count held is told to nobody."""
    touched = [(day, at) for day, at in erased if at]
    if not touched:
        return []
    when = _in_days({moment for _, at in touched for moment in at})
    note = _(
        "Records known on {known} were erased on {days}. They are in neither count and in none of the "
        "reasons: what was told then may have been higher, and how much of it was erased cannot be told."
    )
    known = _(" and ").join(day for day, _ in touched)
    return [note.format(known=known, days=when)]


def _in_days(moments: Iterable[dt.datetime]) -> str:
    days = sorted({moment.astimezone(LONDON).date() for moment in moments})
    return ", ".join(_day(day) for day in days)


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def _by_part(columns: Columns, chosen: Iterable[bool]) -> np.ndarray:
    """One truth for each part, in the shape that fits the columns."""
    return np.broadcast_to(np.array(list(chosen), dtype=bool)[None, :, None], columns.numerator.shape)


def _missing_months(
    columns: Columns, query: FigureQuery, parts: Sequence[Part], delivered: Mapping[dt.date, Delivered]
) -> list[str]:
    states = [state_of(part.period, delivered) for part in parts]
    nothing = _by_part(columns, (state is Delivered.NOTHING for state in states))
    partly = _by_part(columns, (state is Delivered.SOME for state in states))
    if query.form is Form.ROLLING_12:  # a sum over fewer than twelve months is not one
        nothing, partly = nothing | partly, np.zeros_like(partly)
    columns.mark(Flag.NO_DATA, nothing)
    columns.mark(Flag.INCOMPLETE_FEED, partly)
    columns.blank(nothing)
    lacking = [month for part in parts for month in _lacking(part.period, delivered)]
    notes = (
        [_("Not delivered, or not by every feed: {months}.").format(months=_in_words(lacking))]
        if lacking
        else []
    )
    if query.form in COMPARISONS:
        notes += _uneven_months(columns, query, parts, delivered)
    return notes


def _uneven_months(
    columns: Columns, query: FigureQuery, parts: Sequence[Part], delivered: Mapping[dt.date, Delivered]
) -> list[str]:
    """A comparison needs every month of both sides: otherwise it does not compare like with like."""
    before = [part.before for part in parts if part.before is not None]
    lacking = [month for period in before for month in _lacking(period, delivered)]
    unknown = _by_part(columns, (state_of(period, delivered) is not Delivered.ALL for period in before))
    columns.denominator[unknown] = np.nan
    uneven = unknown | _by_part(
        columns, (state_of(part.period, delivered) is not Delivered.ALL for part in parts)
    )
    columns.blank(uneven, counts=False)
    columns.mark(Flag.NO_DATA, uneven)
    notes = []
    if lacking:
        note = _("Nothing to compare with: not delivered for {months}.")
        notes.append(note.format(months=_in_words(lacking)))
    if query.against is not None and before[0].start.month != parts[0].period.start.month:
        notes.append(_("The months compared are not the same months of the year: no season is allowed for."))
    return notes


def _lacking(period: object, delivered: Mapping[dt.date, Delivered]) -> list[dt.date]:
    months = months_of(period)  # type: ignore[arg-type]
    return [month for month in months if delivered.get(month) is not Delivered.ALL]


def _in_words(months: Iterable[dt.date]) -> str:
    """Months as runs: ``January 2023 to March 2023, May 2023``."""
    runs: list[list[dt.date]] = []
    for month in sorted(set(months)):
        if runs and add_months(runs[-1][-1], 1) == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    words = [
        f"{run[0]:%B %Y}" + (_(" to {month}").format(month=f"{run[-1]:%B %Y}") if len(run) > 1 else "")
        for run in runs
    ]
    hidden = len(words) - _LISTED_MONTHS
    listed = ", ".join(words[:_LISTED_MONTHS])
    return _("{months} and {number} more runs").format(months=listed, number=hidden) if hidden > 0 else listed


def _breaks(
    columns: Columns,
    measure: Measure,
    query: FigureQuery,
    parts: Sequence[Part],
    told: Sequence[SeriesBreak],
) -> list[str]:
    """Breaks that the definition knows of, and those that the feeds' contracts tell."""
    touched = {*query.by, *(name for name, _ in query.where)}
    dated = [
        (one.date, one.sentence) for one in measure.breaks if not one.breakdown or one.breakdown in touched
    ]
    known = {date for date, _sentence in dated}
    dated += [(one.date, one.what) for one in told if one.date not in known]
    notes = []
    for date, sentence in sorted(dated):
        across = _by_part(columns, (_crosses(part, date) for part in parts))
        if not across.any():
            continue
        columns.mark(Flag.SERIES_BREAK, across)
        if query.form in COMPARISONS:
            columns.blank(across, counts=False)
            note = _("No comparison is made across {date}: {sentence}")
        else:
            note = _("The counting changed on {date}: {sentence}")
        notes.append(note.format(date=_day(date), sentence=sentence))
    return notes


def _crosses(part: Part, date: dt.date) -> bool:
    start = min(part.period.start, part.before.start) if part.before else part.period.start
    end = max(part.period.end, part.before.end) if part.before else part.period.end
    return start < date < end


def _young_months(
    columns: Columns, measure: Measure, parts: Sequence[Part], knowledge: Knowledge
) -> list[str]:
    notes = []
    if measure.matures_after and knowledge.known_on is not None:
        today = knowledge.known_on.astimezone(LONDON).date()
        mature = add_months(today.replace(day=1), -measure.matures_after)
        columns.mark(Flag.NOT_YET_MATURE, _by_part(columns, (part.period.end > mature for part in parts)))
        if Flag.NOT_YET_MATURE in columns.flags:
            note = _(
                "Months from {month} have had less than {number} months for {noun} to become known, and will "
                "change."
            )
            month = f"{mature:%B %Y}"
            notes.append(note.format(month=month, number=measure.matures_after, noun=measure.noun))
    if measure.provisional_months and knowledge.delivered:
        first = add_months(max(knowledge.delivered), 1 - measure.provisional_months)
        columns.mark(Flag.PROVISIONAL, _by_part(columns, (part.period.end > first for part in parts)))
        if Flag.PROVISIONAL in columns.flags:
            notes.append(_("Months from {month} are provisional.").format(month=f"{first:%B %Y}"))
    return notes + _told_provisional(columns, parts, knowledge.provisional)


def _erased(at: Iterable[dt.datetime]) -> list[str]:
    """What was told on that date cannot be told again; how many records there were is told to nobody."""
    days = _in_days(at)
    if not days:
        return []
    note = _("Records known then were erased on {days}: the figure told then may have been higher.")
    return [note.format(days=days)]


def _told_provisional(columns: Columns, parts: Sequence[Part], provisional: frozenset[dt.date]) -> list[str]:
    """Flag what rests on records that their owner still validates."""
    both = [[period for period in (part.period, part.before) if period] for part in parts]
    told = [[not provisional.isdisjoint(months_of(period)) for period in periods] for periods in both]
    columns.mark(Flag.PROVISIONAL, _by_part(columns, (any(one) for one in told)))
    months = {month for periods in both for period in periods for month in months_of(period)} & provisional
    if not months:
        return []
    note = _("Their owner still validates some records of {months}, which may change.")
    return [note.format(months=_in_words(months))]
