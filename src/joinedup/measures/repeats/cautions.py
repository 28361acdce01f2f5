"""What a reader of repeats has to know: flags, and sentences that say why."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import gettext as _

from joinedup.measures.plan import months_of
from joinedup.measures.repeats.definitions import Clock, Part, Repeat, Unit
from joinedup.measures.repeats.events import Told
from joinedup.measures.repeats.result import Answer, RepeatQuery
from joinedup.measures.repeats.telling import reach
from joinedup.records import Coverage, Reader
from joinedup.terms import Flag, Strictness


def told_until(coverage: Iterable[Coverage], feeds: Collection[str]) -> dt.date:
    """The first day of which one of these feeds has told nothing yet."""
    ends: dict[str, dt.date] = {}
    for one in coverage:
        if one.feed in feeds:
            ends[one.feed] = max(one.period.end, ends.get(one.feed, one.period.end))
    return min(ends.values(), default=dt.date.min)


def of_coverage(
    coverage: Iterable[Coverage], definition: Repeat, query: RepeatQuery, feeds: Collection[str]
) -> tuple[set[Flag], list[str]]:
    """Whether a feed left out months that the definition looks at, but for those after the period."""
    covered: dict[str, set[dt.date]] = defaultdict(set)
    for one in coverage:
        covered[one.feed].update(months_of(one.period))
    looked_at = [month for month in months_of(reach(definition, query.period)) if month < query.period.end]
    notes = []
    for feed in sorted(feeds):
        missing = sum(month not in covered[feed] for month in looked_at)
        if missing:
            note = _("{feed} has not told of {missing} of {months} months that are looked at.")
            notes.append(note.format(feed=feed, missing=missing, months=len(looked_at)))
    return ({Flag.INCOMPLETE_FEED} if notes else set()), notes


def of_breaks(
    reader: Reader, sources: Iterable[str], definition: Repeat, query: RepeatQuery, feeds: Collection[str]
) -> tuple[set[Flag], list[str]]:
    """Whether the way of recording changed while the definition looks."""
    looked_at = reach(definition, query.period)
    notes = [
        f"{one.date}: {one.what}"
        for one in reader.breaks(sources)
        if one.feed in feeds and looked_at.start < one.date < looked_at.end
    ]
    return ({Flag.SERIES_BREAK} if notes else set()), notes


def of_parts(definition: Repeat, used: Collection[Part]) -> list[str]:
    """Which sources of the definition are not in the answer: not shared, or nothing delivered."""
    lacking = sorted(definition.sources - {part.source for part in used})
    if not lacking:
        return []
    return [_("Without what {sources} would tell.").format(sources=", ".join(lacking))]


def of_told(definition: Repeat, told: Told) -> list[str]:
    """Records that could not be read as the definition needs them."""
    notes = []
    if told.undated:
        notes.append(_("{number} records have no date, and are not counted.").format(number=told.undated))
    if told.unread:
        notes.append(
            _("{number} events came after the latest linkage: nobody of them is known yet.").format(
                number=told.unread
            )
        )
    return notes


def of_answer(definition: Repeat, answer: Answer) -> list[str]:
    """Events of nobody known, and what they could change; units whose clock still runs."""
    notes = []
    if answer.without_unit:
        unknown = _("a place") if definition.unit is Unit.PLACE else _("anybody known")
        if definition.unit is Unit.PAIR:
            unknown = _("two people known")
        note = _("{number} events of the period are not of {unknown}: the least is that all are strangers'.")
        notes.append(note.format(number=answer.without_unit, unknown=unknown))
        notes.append(_most(answer))
    if answer.immature:
        note = _("{number} are not yet mature: the {clock} after their first have not run.")
        months = _("{months} months").format(months=definition.window.months)
        notes.append(note.format(number=answer.immature, clock=months))
    return notes


def _most(answer: Answer) -> str:
    if answer.anonymous_most is None:
        return _("Each of these events could make one more repeat at most.")
    return _(
        "At most, if they were anybody's, {units} would repeat, with {events} events; dates may allow fewer."
    ).format(units=answer.anonymous_most.repeat_units, events=answer.anonymous_most.repeat_events)


def of_linkage(definition: Repeat, answers: Sequence[Strictness], linkage: int | None) -> list[str]:
    """By which linkage people were known; places need none."""
    if definition.unit is Unit.PLACE or not answers:
        return []
    return [_("People as known by linkage {number}.").format(number=linkage)]


def without_expectation(definition: Repeat, query: RepeatQuery) -> list[str]:
    """Why nothing is said about chance."""
    clock = definition.window.clock
    if clock is Clock.AFTER_FIRST and query.possible_units is None:
        return [_("What chance gives needs to know how many there could be.")]
    if clock in {Clock.ROLLING, Clock.SINCE_LAST}:
        return [_("What chance gives has no closed form for such a window.")]
    return []
