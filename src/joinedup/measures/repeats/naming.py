"""Who and what repeats by a definition: keys, days, places and records, for lists that people work from.

Counts are in ``computing``. What is here is about somebody: it leaves by a door that asks who may know.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from joinedup import places
from joinedup.measures.area_axis import placed_axis
from joinedup.measures.query import FigureQuery
from joinedup.measures.repeats import cautions
from joinedup.measures.repeats.counting import NOBODY, Mentions, counted
from joinedup.measures.repeats.definitions import Repeat, Unit
from joinedup.measures.repeats.events import Told, read
from joinedup.measures.repeats.gathering import known_by_linkage, linkage_of, part_of, standing
from joinedup.measures.repeats.result import RepeatQuery
from joinedup.records import Reader
from joinedup.terms import AreaLevel, Strictness
from joinedup.workspace import Workspace


@dataclass(frozen=True)
class Event:
    """One event of somebody: its day, the code of its ward (None where there is none), its records."""

    day: dt.date
    ward: str | None
    records: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Repeater:
    """A unit that repeats by the best linkage. ``keys`` are a person's, a place's or a pair's; ``certain``
    whether the strict linkage alone says so too."""

    unit: Unit
    keys: tuple[str, ...]
    events: tuple[Event, ...]
    certain: bool


def who_repeats(
    workspace: Workspace, reader: Reader, definition: Repeat, query: RepeatQuery
) -> tuple[list[Repeater], list[str]]:
    """Everybody who repeats by the definition, and sentences for the reader; nobody where nothing counts."""
    deliveries = standing(reader, definition, query)
    delivered = [row for row in deliveries if part_of(row) in definition.parts]
    linkage = linkage_of(reader, definition, delivered)
    counting = known_by_linkage(definition, linkage, delivered)
    feeds = {row.feed for row in counting}
    there = {part_of(row) for row in counting}
    parts = [part for part in definition.parts if part in there]
    notes = cautions.of_parts(definition, parts)
    notes += cautions.of_unlinked({row.feed for row in delivered} - feeds)
    if not parts:
        return [], notes
    level = AreaLevel.WARD if places.areas(workspace, AreaLevel.WARD) else AreaLevel.ALL
    axis = placed_axis(workspace, FigureQuery(definition.name, level=level))
    until = linkage.known_from if linkage else None
    told = read(workspace, reader, definition, parts, feeds, query, until, axis, with_records=True)
    ends = cautions.told_until(reader.coverage(sorted(definition.sources)), feeds)
    return _repeaters(definition, query, told, ends, level), [*notes, *cautions.of_told(told)]


def _repeaters(
    definition: Repeat, query: RepeatQuery, told: Told, until: dt.date, level: AreaLevel
) -> list[Repeater]:
    best = _repeating(definition, query, told.mentions[Strictness.BEST], until)
    strict = _repeating(definition, query, told.mentions[Strictness.STRICT], until)
    by_event: dict[int, list[frozenset[int]]] = defaultdict(list)
    for events in strict.values():
        for event in events:
            by_event[event].append(frozenset(events))
    day = {int(e): d for e, d in zip(*_days(told.mentions[Strictness.BEST]), strict=True)}
    keys = told.keys[Strictness.BEST]
    found = []
    for unit, events in best.items():
        own = frozenset(events)
        certain = any(one <= own for event in events for one in by_event[event])
        told_of = tuple(
            Event(day[event], _ward(told, event, level), tuple(told.records.get(event, ())))
            for event in sorted(events, key=lambda one: (day[one], one))
        )
        split = tuple(keys[unit].split(" ")) if definition.unit is Unit.PAIR else (keys[unit],)
        found.append(Repeater(definition.unit, split, told_of, certain))
    return found


def _repeating(
    definition: Repeat, query: RepeatQuery, mentions: Mentions, until: dt.date
) -> Mapping[int, Sequence[int]]:
    """By unit that repeats, its events before the period's end that the definition looks at."""
    result = counted(mentions, definition.window, definition.threshold, query.period, until)
    again = set(result.unit[result.repeats].tolist())
    within = mentions.where((mentions.unit != NOBODY) & (mentions.day < np.datetime64(query.period.end)))
    found: dict[int, list[int]] = defaultdict(list)
    for unit, event in zip(within.unit.tolist(), within.event.tolist(), strict=True):
        if unit in again:
            found[unit].append(event)
    return found


def _days(mentions: Mentions) -> tuple[list[int], list[dt.date]]:
    return mentions.event.tolist(), mentions.day.astype("datetime64[D]").tolist()


def _ward(told: Told, event: int, level: AreaLevel) -> str | None:
    code = told.area[event]
    return str(code) if level is AreaLevel.WARD and isinstance(code, str) else None
