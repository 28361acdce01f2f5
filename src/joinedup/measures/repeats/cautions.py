"""What a reader of repeats has to know: flags, and sentences that say why."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from joinedup.measures.plan import months_of
from joinedup.measures.repeats.chance_in_windows import DRAWS
from joinedup.measures.repeats.definitions import Clock, Repeat, Sourced, Unit, Windowed
from joinedup.measures.repeats.events import Told
from joinedup.measures.repeats.result import Answer, Asked, RepeatQuery
from joinedup.measures.repeats.telling import reach
from joinedup.records import Coverage, DeliveryRow, LinkageRow, Reader
from joinedup.terms import Flag, Sensitivity


def told_until(coverage: Iterable[Coverage], feeds: Collection[str]) -> dt.date:
    """The first day of which one of these feeds has told nothing yet."""
    ends: dict[str, dt.date] = {}
    for one in coverage:
        if one.feed in feeds:
            ends[one.feed] = max(one.period.end, ends.get(one.feed, one.period.end))
    return min(ends.values(), default=dt.date.min)


def of_coverage(
    coverage: Iterable[Coverage], definition: Windowed, query: Asked, feeds: Collection[str]
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
    reader: Reader, sources: Iterable[str], definition: Windowed, query: Asked, feeds: Collection[str]
) -> tuple[set[Flag], list[str]]:
    """Whether the way of recording changed while the definition looks."""
    looked_at = reach(definition, query.period)
    notes = [
        f"{one.date}: {one.what}"
        for one in reader.breaks(sources)
        if one.feed in feeds and looked_at.start < one.date < looked_at.end
    ]
    return ({Flag.SERIES_BREAK} if notes else set()), notes


def of_parts(definition: Windowed, used: Collection[Sourced]) -> list[str]:
    """Which sources of the definition are not in the answer: not shared, or nothing delivered."""
    lacking = sorted(definition.sources - {part.source for part in used})
    if not lacking:
        return []
    return [_("Without what {sources} would tell.").format(sources=", ".join(lacking))]


def of_unlinked(feeds: Collection[str]) -> list[str]:
    """Feeds of which the linkage has read nobody: who they name is not known, so they do not count."""
    if not feeds:
        return []
    note = _("Not counted, because the linkage has not read whom they name: {feeds}.")
    return [note.format(feeds=", ".join(sorted(feeds)))]


def of_nobody(definition: Repeat) -> list[str]:
    """Why there is no figure where something was delivered and no linkage has read any of it."""
    if definition.sensitivity is Sensitivity.RESTRICTED:
        return [
            _(
                "Nobody is known yet: no linkage has read these restricted records. See: joinedup link run "
                "--restricted."
            )
        ]
    return [_("Nobody is known yet: no linkage has read these records. See: joinedup link.")]


def of_told(told: Told) -> list[str]:
    """Records that could not be read as the definition needs them."""
    notes = []
    if told.undated:
        said = ngettext(
            "{number:,} record has no date, and is not counted.",
            "{number:,} records have no date, and are not counted.",
            told.undated,
        )
        notes.append(said.format(number=told.undated))
    if told.unread:
        said = ngettext(
            "{number:,} event came after the latest linkage: nobody of it is known yet.",
            "{number:,} events came after the latest linkage: nobody of them is known yet.",
            told.unread,
        )
        notes.append(said.format(number=told.unread))
    return notes


def of_answer(definition: Repeat, answer: Answer) -> list[str]:
    """Events of nobody known, and what they could change; units whose clock still runs."""
    notes = []
    if answer.without_unit:
        notes.append(_without_unit(definition.unit, answer.without_unit))
        notes.append(_most(answer))
    if answer.immature:
        note = _("{number:,} are not yet mature: the {clock} after their first have not run.")
        months = _("{months} months").format(months=definition.window.months)
        notes.append(note.format(number=answer.immature, clock=months))
    return notes


def _without_unit(unit: Unit, number: int) -> str:
    events = ngettext("{number:,} event", "{number:,} events", number).format(number=number)
    said = {
        Unit.PERSON: _(
            "Of {events} of the period nobody knows of whom they are. The least number that repeat is as if "
            "each were of a stranger who has no other."
        ),
        Unit.PLACE: _(
            "Of {events} of the period nobody knows the place. The least number that repeat is as if each "
            "were of a place that has no other."
        ),
        Unit.PAIR: _(
            "Of {events} of the period nobody knows between which two people they were. The least number "
            "that repeat is as if each were of two people who have no other."
        ),
        Unit.HOUSEHOLD: _(
            "Of {events} of the period nobody's home is known. The least number that repeat is as if each "
            "were of a household that has no other."
        ),
    }[unit]
    return said.format(events=events)


def _most(answer: Answer) -> str:
    if answer.anonymous_most is None:
        return _("Each of these events could make one more repeat at most.")
    return _(
        "The most, if all of them were of those who are known: {units:,} would repeat, with {events:,} "
        "events; their dates may allow fewer."
    ).format(units=answer.anonymous_most.repeat_units, events=answer.anonymous_most.repeat_events)


def of_linkage(linkage: LinkageRow | None) -> list[str]:
    """By which linkage people were known; places need none."""
    if linkage is None:
        return []
    return [_("People as known by linkage {number}.").format(number=linkage.number)]


def of_areas() -> list[str]:
    """What an area means here."""
    return [_("By where it happened: who repeats in two areas together, and in neither, is in neither.")]


def of_provisional(behind: Iterable[DeliveryRow], query: Asked) -> set[Flag]:
    """Whether a delivery of the period is one that its owner still validates."""
    return {
        Flag.PROVISIONAL
        for row in behind
        if row.provisional
        if row.period is None or (row.period.start < query.period.end and query.period.start < row.period.end)
    }


def of_chance(definition: Repeat, query: RepeatQuery, answer: Answer) -> list[str]:
    """Why nothing is said about chance, or on how many units it is reckoned where nobody said."""
    if definition.further:
        return [_("What chance gives is not reckoned where the further event must be of its own kind.")]
    drawn = []
    if definition.window.clock in {Clock.ROLLING, Clock.SINCE_LAST}:
        drawn = [
            _("What chance gives within such a window is drawn ({draws:,} seeded draws for each number).")
        ]
    drawn = [one.format(draws=DRAWS) for one in drawn]
    if query.possible_units is not None:
        return drawn
    if answer.expected is None:
        return [_("What chance gives needs to know how many there could be.")]
    return [
        *drawn,
        _(
            "What chance gives is not to be held against what was seen until it is said how many there could "
            "be (--possible): from those seen alone it is too much, for a few have most."
        ),
    ]


def of_erasures(reader: Reader, sources: Iterable[str], feeds: Collection[str]) -> list[str]:
    """Records that were known on the date asked for and have been erased since."""
    as_at = reader.as_at
    if as_at is None:
        return []
    later = [one.at for one in reader.erasures(sources) if one.feed in feeds and one.at > as_at]
    if not later:
        return []
    note = _("Records known then were erased later, the last on {day:%Y-%m-%d}: they are not counted.")
    return [note.format(day=max(later))]
