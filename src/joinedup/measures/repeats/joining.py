"""The same incident told to several sources counts once: which events of one unit are one.

Pure functions over arrays. Each incident takes at most one event of each source, so that a source which tells
of two keeps two: nearest in time first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from joinedup.measures.repeats.counting import NOBODY, Days, Integers, Mentions
from joinedup.measures.repeats.definitions import SameIncident

Floats = NDArray[np.float64]
NOTHING = -1
_DAY = 24 * 60
_METRES_OF_DEGREE = 111_195.0  # of latitude, on a sphere of 6,371 km


@dataclass(frozen=True)
class Events:
    """What each event says, by its number: arrays of one length.

    ``source`` a number, ``day``, ``minute`` (civil, from 1970; ``NOTHING`` without a time of day),
    ``longitude`` and ``latitude`` (degrees, NaN without a point), ``reference`` its own and ``carried``
    another agency's (numbers of one list; ``NOTHING`` without), ``may_repeat`` as in ``Mentions``.
    """

    source: Integers
    day: Days
    minute: Integers
    longitude: Floats
    latitude: Floats
    reference: Integers
    carried: Integers
    may_repeat: NDArray[np.bool_]


def told_once(events: Events, mentions: Mentions, rule: SameIncident) -> Mentions:
    """The mentions with one event for each incident: the least of its numbers, on its earliest day."""
    pairs = np.unique(np.concatenate([_by_reference(events), _near(events, mentions, rule)]), axis=0)
    if not len(pairs):
        return mentions
    by_time = np.lexsort((pairs[:, 1], pairs[:, 0], pairs[:, 2]))
    of = _grouped(events.source, pairs[by_time])
    day = events.day.copy()
    np.minimum.at(day, of, events.day)
    may_repeat = events.may_repeat.copy()
    np.logical_or.at(may_repeat, of, events.may_repeat)
    joined = of[mentions.event]
    one_number = joined * (int(mentions.unit.max()) + 2) + mentions.unit + 1  # NOBODY is -1
    _, once = np.unique(one_number, return_index=True)
    kept = Mentions(joined[once], mentions.unit[once], day[joined[once]], may_repeat[joined[once]])
    known = np.isin(kept.event, kept.event[kept.unit != NOBODY])
    return kept.where((kept.unit != NOBODY) | ~known)


def _grouped(source: Integers, pairs: Integers) -> Integers:
    """For each event, the least number of those it is one with; pairs in the order in which they join."""
    of = np.arange(len(source))
    members: dict[int, list[int]] = {}
    for one, other in pairs[:, :2].tolist():
        first, second = sorted((int(of[one]), int(of[other])))
        mine, theirs = members.get(first, [first]), members.get(second, [second])
        if first == second or not set(source[mine]).isdisjoint(source[theirs]):
            continue
        members[first] = mine + theirs
        of[theirs] = first
    return of


def _by_reference(events: Events) -> Integers:
    """Pairs with a common reference: (event, event, -1), for these join before all others."""
    owners: dict[int, list[int]] = {}
    for number in np.flatnonzero(events.carried != NOTHING).tolist():
        owners.setdefault(int(events.carried[number]), []).append(number)
    pairs = []
    for number in np.flatnonzero(np.isin(events.reference, list(owners))).tolist():
        carriers = owners[int(events.reference[number])]
        pairs += [(number, other, -1) for other in carriers]
    for carriers in owners.values():
        pairs += [(one, other, -1) for one in carriers for other in carriers if one < other]
    told_to_two = [pair for pair in pairs if events.source[pair[0]] != events.source[pair[1]]]
    return np.array(told_to_two, dtype=np.int64).reshape(-1, 3)


def _near(events: Events, mentions: Mentions, rule: SameIncident) -> Integers:
    """Pairs of one unit, of two sources, near in time and place: (event, event, minutes apart).

    Events of the same day of which one has no time of day join after those that are minutes apart.
    """
    rows = _that_may_be_near(events, mentions, rule).by_unit()
    found = [np.empty((0, 3), dtype=np.int64)]
    for one, other in _of_one_unit(rows):
        first, second = rows.event[one], rows.event[other]
        apart = np.abs(events.minute[first] - events.minute[second])
        timed = (events.minute[first] != NOTHING) & (events.minute[second] != NOTHING)
        same_day = events.day[first] == events.day[second]
        near = np.where(timed, apart <= rule.minutes, same_day & rule.day_is_enough)
        near &= events.source[first] != events.source[second]
        near &= _metres(events, first, second) <= rule.metres  # never where a point is missing (NaN)
        joined = np.stack([first, second, np.where(timed, apart, _DAY)], axis=1)[near]
        joined[:, :2].sort(axis=1)
        found.append(joined)
    return np.concatenate(found)


def _that_may_be_near(events: Events, mentions: Mentions, rule: SameIncident) -> Mentions:
    """Mentions of events with a point (and a time of day, where the day is not enough), of units of which two
    sources tell: so that a place or person with thousands of events of one source costs nothing."""
    placed = ~np.isnan(events.longitude) & ((events.minute != NOTHING) | rule.day_is_enough)
    rows = mentions.where(placed[mentions.event] & (mentions.unit != NOBODY))
    if not len(rows.unit):
        return rows
    source = events.source[rows.event]
    first = np.full(int(rows.unit.max()) + 1, NOTHING)
    first[rows.unit] = source
    several = np.zeros(len(first), dtype=np.bool_)
    several[rows.unit[source != first[rows.unit]]] = True
    return rows.where(several[rows.unit])


def _of_one_unit(rows: Mentions) -> Iterator[tuple[Integers, Integers]]:
    """Row numbers of all pairs of one unit that are at most a day apart, some pairs at a time."""
    one = np.arange(len(rows.event))
    for step in range(1, len(rows.event)):
        one = one[one + step < len(rows.event)]
        other = one + step
        close = (rows.unit[one] == rows.unit[other]) & (
            rows.day[other] - rows.day[one] <= np.timedelta64(1, "D")
        )
        one = one[close]  # sorted by day: who is too far apart at this step stays so
        if not len(one):
            return
        yield one, one + step


def _metres(events: Events, one: Integers, other: Integers) -> Floats:
    """Metres between the points of events, on a plane that is right within a few kilometres."""
    north = events.latitude[other] - events.latitude[one]
    middle = np.radians((events.latitude[other] + events.latitude[one]) / 2)
    east = (events.longitude[other] - events.longitude[one]) * np.cos(middle)
    metres: Floats = np.hypot(north, east) * _METRES_OF_DEGREE
    return metres
