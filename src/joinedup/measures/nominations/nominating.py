"""Putting a nomination list together from the definitions of repeats and the agencies' records."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from joinedup import places
from joinedup.errors import BadInput, NotFound
from joinedup.measures.nominations import knowing
from joinedup.measures.nominations.knowing import OfKeys
from joinedup.measures.nominations.result import NominationList, NominationQuery, Nominee, Reason
from joinedup.measures.repeats.catalogue import repeat_named
from joinedup.measures.repeats.definitions import Repeat, Unit
from joinedup.measures.repeats.naming import Event, Repeater, who_repeats
from joinedup.measures.repeats.result import RepeatQuery
from joinedup.records import Reader, RecordBook
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace


@dataclass
class _Gathered:
    """Why one unit is nominated, and the events behind it."""

    reasons: list[Reason] = field(default_factory=list)
    events: dict[tuple[tuple[str, str], ...], Event] = field(default_factory=dict)


def nominate(workspace: Workspace, query: NominationQuery) -> NominationList:
    """Everybody and every place that repeats in the period, with what agencies know and do.

    Raises BadInput for a period that is not the definition's length, and for reasons that are not its own.
    """
    definition = query.definition
    if query.period.months != definition.months:
        raise BadInput(
            f"{definition.title}: such a list is of {definition.months} months",
            where=str(query.period),
            next_step="Say --period 2024-05..2024-06",
        )
    if unknown := set(query.reasons) - set(definition.reasons):
        raise BadInput(
            "That is no reason of the list",
            where=", ".join(sorted(unknown)),
            next_step=f"Its reasons: {', '.join(definition.reasons)}",
        )
    wards = {area.code: area for area in places.areas(workspace, AreaLevel.WARD)}
    within = _within(wards.values(), query.within)
    with RecordBook(workspace).reading(query.as_at) as reader:
        everybody, notes = _gathered(workspace, reader, query)
        gathered = {who: found for who, found in everybody.items() if _is_in(found, within)}
        linkages = reader.linkages()
        people = {key for (unit, keys) in gathered if unit is not Unit.PLACE for key in keys}
        span = knowing.months_before(query.period, definition.known_months)
        known = knowing.of_people(reader, people, query.sources, query.feeds, span)
        where = {keys[0] for (unit, keys) in gathered if unit is Unit.PLACE}
        of_places = knowing.of_places(reader, where, query.sources, span)
        known = OfKeys({**known.knows, **of_places}, known.does, known.behind)
    names = {code: area.name for code, area in wards.items()}
    nominees = [_nominee(unit, keys, found, known, names) for (unit, keys), found in gathered.items()]
    nominees.sort(key=lambda one: (-len(one.reasons), -sum(why.events for why in one.reasons), one.keys))
    number = linkages[-1].number if linkages else None
    return NominationList(query, nominees, number, tuple(dict.fromkeys(notes)))


def _within(wards: Iterable[places.Area], code: str) -> frozenset[str] | None:
    """The wards of a district, or the ward itself; None where no area is named. Raises NotFound."""
    if not code:
        return None
    inside = frozenset(one.code for one in wards if code in {one.code, *one.parents.values()})
    if not inside:
        raise NotFound(
            "There is no district or ward of that code", where=code, next_step="See: joinedup places areas"
        )
    return inside


def _is_in(found: _Gathered, within: frozenset[str] | None) -> bool:
    return within is None or any(event.ward in within for event in found.events.values())


def _gathered(
    workspace: Workspace, reader: Reader, query: NominationQuery
) -> tuple[Mapping[tuple[Unit, tuple[str, ...]], _Gathered], list[str]]:
    found: dict[tuple[Unit, tuple[str, ...]], _Gathered] = defaultdict(_Gathered)
    notes: list[str] = []
    for name in query.reasons or query.definition.reasons:
        why = repeat_named(name)
        feeds = () if why.unit is Unit.PLACE else query.feeds
        if why.unit is not Unit.PLACE and not feeds:
            continue
        asked = RepeatQuery(name, query.sources, query.period, feeds=feeds, as_at=query.as_at)
        repeaters, said = who_repeats(workspace, reader, why, asked)
        notes += said
        for one in repeaters:
            mine = found[one.unit, one.keys]
            mine.reasons.append(_reason(why, one))
            mine.events |= {event.records: event for event in one.events}
    return found, notes


def _reason(why: Repeat, one: Repeater) -> Reason:
    days = [event.day for event in one.events]
    return Reason(why.name, why.version, str(why.title), len(days), min(days), max(days), one.certain)


def _nominee(
    unit: Unit, keys: tuple[str, ...], found: _Gathered, known: OfKeys, wards: Mapping[str, str]
) -> Nominee:
    events = sorted(found.events.values(), key=lambda one: one.day, reverse=True)
    where = Counter(event.ward for event in events if event.ward and event.ward in wards)
    return Nominee(
        unit.value,
        keys,
        tuple(found.reasons),
        tuple((code, wards[code], number) for code, number in sorted(where.items(), key=_most_first)),
        _point(keys) if unit is Unit.PLACE else None,
        tuple(one for key in keys for one in known.knows.get(key, ())),
        tuple(one for key in keys for one in known.does.get(key, ())),
        tuple(dict.fromkeys(record for event in events for record in event.records)),
        frozenset().union(*(known.behind.get(key, frozenset()) for key in keys)),
    )


def _most_first(counted: tuple[str, int]) -> tuple[int, str]:
    return -counted[1], counted[0]


def _point(keys: Iterable[str]) -> tuple[float, float] | None:
    """Longitude and latitude of a place that is known by its point."""
    (key,) = keys
    kind, _slash, number = key.partition("/")
    if kind != "point":
        return None
    longitude, latitude = places.decode_points(np.array([int(number)], dtype=np.int64))
    return float(longitude[0]), float(latitude[0])
