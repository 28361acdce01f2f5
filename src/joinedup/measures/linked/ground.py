"""What a figure of linked people rests on: deliveries, feeds that may count, the linkage, and cautions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from joinedup.measures.linked.definitions import ALL, Definition, Records
from joinedup.measures.linked.result import Cell, LinkedFigure, LinkedQuery, LinkedRow, rows_of
from joinedup.measures.repeats import cautions
from joinedup.records import Coverage, DeliveryRow, LinkageRow, Reader
from joinedup.terms import Flag, RecordType, Sensitivity, Strictness


@dataclass(frozen=True)
class Ground:
    """``feeds`` are those whose records count; ``tells``: whether one of them told anything of the period;
    ``until`` the first day of which one of them told nothing."""

    deliveries: tuple[DeliveryRow, ...]
    linkage: LinkageRow | None
    feeds: frozenset[str]
    tells: bool
    until: dt.date
    flags: frozenset[Flag]
    notes: tuple[str, ...]

    @property
    def sources(self) -> frozenset[str]:
        """The statistical sources of the feeds that count."""
        return frozenset(row.source for row in self.deliveries if row.feed in self.feeds)

    def known_on(self, query: LinkedQuery) -> dt.datetime | None:
        """As at when the answer is: the date asked for, else when the latest delivery became known."""
        return query.as_at or max((row.known_from for row in self.deliveries), default=None)

    def has(self, records: Iterable[Records]) -> bool:
        """Whether a feed that counts brings any of these records."""
        wanted = {(one.source, one.record_type) for one in records}
        return any(_kind(row) in wanted and row.feed in self.feeds for row in self.deliveries)


def figure_of(
    ground: Ground,
    definition: Definition,
    query: LinkedQuery,
    cells: Mapping[Strictness, Iterable[Cell]],
    notes: Iterable[str],
    *,
    small: int,
    flags: Collection[Flag] = (),
) -> LinkedFigure:
    """The answer that cells make on this ground, with more ``flags`` of its own; without cells one row
    without numbers, flagged ``no-data``. Counts under ``small`` are flagged."""
    flagged = {*ground.flags, *flags}
    rows = rows_of(cells, flagged, small)
    if not rows:
        rows = [LinkedRow(Flag.NO_DATA.value, ALL, "", flags=tuple(sorted({*flagged, Flag.NO_DATA})))]
    return LinkedFigure(
        query,
        definition,
        rows,
        ground.known_on(query),
        ground.linkage.number if ground.linkage else None,
        ground.deliveries,
        (*ground.notes, *notes),
    )


def ground_of(reader: Reader, definition: Definition, query: LinkedQuery) -> Ground:
    """Find what counts: of sources that may be used, feeds with a standing delivery that the linkage read."""
    asked = (*definition.records, *definition.beside)
    wanted = {(one.source, one.record_type) for one in asked}
    sources = sorted(definition.sources & set(query.sources))
    standing = [row for row in reader.deliveries(sources, query.feeds) if row.brings]
    delivered = [row for row in standing if _kind(row) in wanted]
    linkage = _linkage_of(reader, definition, delivered)
    read = linkage.feeds if linkage else ()
    counting = [row for row in delivered if not definition.counts_people or row.feed in read]
    feeds = frozenset(row.feed for row in counting)
    notes = cautions.of_parts(definition, counting)
    notes += cautions.of_unlinked({row.feed for row in delivered} - feeds)
    behind = [row for row in standing if row.feed in feeds or _is_beside(row, asked)]
    coverage = reader.coverage(sources)
    missing, months = cautions.of_coverage(coverage, definition, query, feeds)
    broken, breaks = cautions.of_breaks(reader, sources, definition, query, feeds)
    notes += [*months, *breaks, *cautions.of_erasures(reader, sources, feeds), *cautions.of_linkage(linkage)]
    flags = missing | broken | cautions.of_provisional(behind, query)
    until = cautions.told_until(coverage, feeds)
    tells = _tells(coverage, counting, definition, query)
    if not tells:
        notes.append(_("Nothing was delivered for this period."))
    return Ground(tuple(behind), linkage, feeds, tells, until, frozenset(flags), tuple(notes))


def _linkage_of(
    reader: Reader, definition: Definition, delivered: Iterable[DeliveryRow]
) -> LinkageRow | None:
    """The linkage that counts: of a restricted definition that of its one feed by itself."""
    if not definition.counts_people:
        return None
    found = reader.linkages()
    if definition.sensitivity is Sensitivity.RESTRICTED:
        found = [one for feed in {row.feed for row in delivered} for one in reader.linkages(feed)]
    return found[-1] if found else None


def _tells(
    coverage: Iterable[Coverage], counting: Iterable[DeliveryRow], definition: Definition, query: LinkedQuery
) -> bool:
    """Whether a month of the period is covered by a feed of the records that count (where feeds are of no
    period, nobody can tell): nothing told is not nobody."""
    own = {(one.source, one.record_type) for one in definition.records}
    feeds = {row.feed for row in counting if _kind(row) in own}
    covered = [one.period for one in coverage if one.feed in feeds]
    period = query.period
    return not covered or any(one.start < period.end and period.start < one.end for one in covered)


def _kind(row: DeliveryRow) -> tuple[str, RecordType]:
    return row.source, RecordType(row.record_type)


def _is_beside(row: DeliveryRow, asked: Iterable[Records]) -> bool:
    """Whether a delivery is of incidents that say more of records that count."""
    of_others = {one.source for one in asked if one.record_type is not RecordType.INCIDENT}
    return row.record_type == RecordType.INCIDENT and row.source in of_others
