"""Gathering what an answer rests on: deliveries, the linkage, the counts of each area, and cautions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from joinedup.measures.area_axis import AreaAxis
from joinedup.measures.repeats import areas, cautions
from joinedup.measures.repeats.counting import Counted, counted
from joinedup.measures.repeats.definitions import Part, Repeat, Unit
from joinedup.measures.repeats.events import Told, read
from joinedup.measures.repeats.result import RepeatQuery
from joinedup.records import DeliveryRow, LinkageRow, Reader
from joinedup.terms import Flag, RecordType, Sensitivity, Strictness
from joinedup.workspace import Workspace

Areas = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Gathered:
    """What one definition's answer rests on. ``areas``: code and name of each; ``counts`` by code of area and
    strictness; ``told`` None, and no counts, where nothing can be counted."""

    deliveries: tuple[DeliveryRow, ...]
    linkage: LinkageRow | None
    told: Told | None
    areas: Areas
    counts: Mapping[str, Mapping[Strictness, Counted]]
    flags: frozenset[Flag]
    notes: tuple[str, ...]


def gather(workspace: Workspace, reader: Reader, definition: Repeat, query: RepeatQuery) -> Gathered:
    """Count what the definition asks for, for each area of the query, by each strictness of the linkage."""
    axis = areas.axis_of(workspace, query)
    deliveries = standing(reader, definition, query)
    delivered = [row for row in deliveries if part_of(row) in definition.parts]
    linkage = linkage_of(reader, definition, delivered)
    of_parts = known_by_linkage(definition, linkage, delivered)
    there = {part_of(row) for row in of_parts}
    parts = tuple(part for part in definition.parts if part in there)
    notes = cautions.of_parts(definition, parts)
    if parts:
        feeds = {row.feed for row in of_parts}
        unlinked = {row.feed for row in delivered} - feeds
        notes += cautions.of_unlinked(unlinked)
        until = linkage.known_from if linkage else None
        told = read(workspace, reader, definition, parts, feeds, query, until, axis)
        behind = [row for row in deliveries if row.feed not in unlinked]
        return _counted(reader, definition, query, behind, linkage, told, axis, notes)
    if delivered:
        notes += cautions.of_nobody(definition)
    named = areas.named(axis)
    return Gathered(tuple(delivered), None, None, named, {}, frozenset({Flag.NO_DATA}), tuple(notes))


def linkage_of(reader: Reader, definition: Repeat, delivered: Iterable[DeliveryRow]) -> LinkageRow | None:
    """The linkage that a definition rests on: of restricted sources that of their one feed by itself."""
    if definition.unit is Unit.PLACE:
        return None
    found = reader.linkages()
    if definition.sensitivity is Sensitivity.RESTRICTED:
        found = [one for feed in {row.feed for row in delivered} for one in reader.linkages(feed)]
    return max(found, key=lambda one: one.number, default=None)


def known_by_linkage(
    definition: Repeat, linkage: LinkageRow | None, delivered: Iterable[DeliveryRow]
) -> list[DeliveryRow]:
    """The deliveries of feeds that the linkage has read; all of them, where places are counted."""
    if definition.unit is Unit.PLACE:
        return list(delivered)
    return [row for row in delivered if linkage is not None and row.feed in linkage.feeds]


def part_of(row: DeliveryRow) -> Part:
    """The part that a delivery's records are of."""
    return Part(row.source, RecordType(row.record_type))


def standing(reader: Reader, definition: Repeat, query: RepeatQuery) -> list[DeliveryRow]:
    """The standing deliveries of the definition's parts, and of incidents that say more of them."""
    sources = sorted(definition.sources & set(query.sources))
    return [
        row
        for row in reader.deliveries(sources, query.feeds)
        if row.brings and (part_of(row) in definition.parts or row.record_type == RecordType.INCIDENT)
    ]


def _counted(
    reader: Reader,
    definition: Repeat,
    query: RepeatQuery,
    deliveries: Sequence[DeliveryRow],
    linkage: LinkageRow | None,
    told: Told,
    axis: AreaAxis,
    notes: list[str],
) -> Gathered:
    behind = [row for row in deliveries if row.feed in told.feeds or _is_beside(row, definition)]
    feeds = {row.feed for row in behind if row.feed in told.feeds or definition.of_incident}
    if definition.of_incident and not any(row.record_type == RecordType.INCIDENT for row in behind):
        notes.append(_("Nothing was delivered that says which incidents are meant."))
    sources = sorted({row.source for row in deliveries})
    coverage = reader.coverage(sources)
    missing, months = cautions.of_coverage(coverage, definition, query, feeds)
    broken, breaks = cautions.of_breaks(reader, sources, definition, query, feeds)
    until = cautions.told_until(coverage, feeds)
    named = areas.named(axis, told.area)
    counts = {code: _in_area(told, code, definition, query, until) for code, _name in named}
    flags = missing | broken | _of_counts(counts.values()) | cautions.of_provisional(behind, query)
    notes = [*notes, *months, *breaks, *cautions.of_told(told)]
    notes += cautions.of_erasures(reader, sources, feeds)
    return Gathered(tuple(behind), linkage, told, named, counts, frozenset(flags), tuple(notes))


def _is_beside(row: DeliveryRow, definition: Repeat) -> bool:
    """Whether a delivery is of incidents that say more of the records that count."""
    of_others = {part.source for part in definition.parts if part.record_type is not RecordType.INCIDENT}
    return row.record_type == RecordType.INCIDENT and row.source in of_others


def _in_area(
    told: Told, code: str, definition: Repeat, query: RepeatQuery, until: dt.date
) -> dict[Strictness, Counted]:
    within = told.area == code
    return {
        strictness: counted(
            mentions.where(within[mentions.event]),
            definition.window,
            definition.threshold,
            query.period,
            until,
        )
        for strictness, mentions in told.mentions.items()
    }


def _of_counts(counts: Iterable[Mapping[Strictness, Counted]]) -> set[Flag]:
    running = any(one.immature for each in counts for one in each.values())
    return {Flag.NOT_YET_MATURE} if running else set()
