"""What the record book holds for a measure, as known on the reader's date: months, deliveries, freshness."""

from __future__ import annotations

import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from joinedup.measures.definition import Measure
from joinedup.measures.plan import Delivered, months_of
from joinedup.records import Coverage, DeliveryRow, Reader, SeriesBreak
from joinedup.terms import RecordType
from joinedup.workspace import Workspace

PROVISIONAL = "provisional"
"""The field by which a record says that its owner still validates it."""

_KEPT = 128
_guard = threading.Lock()
_kept: dict[tuple[object, ...], Holdings] = {}


@dataclass(frozen=True)
class Holdings:
    """What a measure can rest on at one generation of the ledger and one date of knowledge.

    ``delivered`` says how much has arrived for each month of which anything has; ``deliveries`` are those of
    the feeds that bear the measure; ``known_on`` is when the latest of its sources' became known. ``breaks``
    are those that the feeds' contracts tell of; ``provisional`` the months with a record that its owner still
    validates; ``erased`` when records were erased that were known on the reader's date.
    """

    delivered: Mapping[dt.date, Delivered]
    deliveries: tuple[DeliveryRow, ...]
    known_on: dt.datetime | None
    breaks: tuple[SeriesBreak, ...] = ()
    provisional: frozenset[dt.date] = frozenset()
    erased: tuple[dt.datetime, ...] = ()

    def behind(self, months: set[dt.date], counted: RecordType) -> tuple[DeliveryRow, ...]:
        """The standing deliveries that the counts of these months rest on.

        Of the record type that is ``counted``, those that tell of these months (or do not say of which); of
        types that are looked up beside it, also later ones: an outcome comes after its crime.
        """
        return tuple(
            row
            for row in self.deliveries
            if row.state == "standing" and (row.period is None or _tells(row, months, counted))
        )


def _tells(row: DeliveryRow, months: set[dt.date], counted: RecordType) -> bool:
    assert row.period is not None  # noqa: S101 - the caller looked
    if row.record_type == counted:
        return not months.isdisjoint(months_of(row.period))
    return row.period.end > min(months)


def holdings(workspace: Workspace, reader: Reader, measure: Measure) -> Holdings:
    """What the record book holds for the measure; kept in memory until the ledger changes."""
    folder = workspace.folder.stat()
    key = (workspace.folder, folder.st_ino, reader.generation, reader.as_at, measure)
    with _guard:
        found = _kept.get(key)
    if found is None:
        found = _read(reader, measure)
        with _guard:
            while len(_kept) >= _KEPT:
                del _kept[next(iter(_kept))]
            _kept[key] = found
    return found


def _read(reader: Reader, measure: Measure) -> Holdings:
    deliveries = reader.deliveries(measure.sources)
    coverage = reader.coverage(measure.sources)
    bearing = {kind: _bearing_feeds(reader, measure, kind, deliveries) for kind in measure.record_types}
    if measure.where_given:
        coverage = _where_given(reader, measure, bearing, coverage)
    months = [_months_of_type(coverage, feeds) for feeds in bearing.values()]
    feeds = frozenset().union(*bearing.values())
    breaks = [one for one in reader.breaks(measure.sources) if one.feed in feeds]
    return Holdings(
        delivered=_combined(months),
        deliveries=tuple(row for row in deliveries if row.feed in feeds),
        known_on=max((row.known_from for row in deliveries if row.feed in feeds), default=None),
        breaks=tuple(breaks),
        provisional=_provisional_months(reader, measure, feeds),
        erased=_erased_since(reader, measure, feeds),
    )


def _where_given(
    reader: Reader,
    measure: Measure,
    bearing: Mapping[RecordType, frozenset[str]],
    coverage: Iterable[Coverage],
) -> list[Coverage]:
    """The coverage by deliveries in which any row says something in the field that bears the measure.

    A file without that column, or with nothing in it, says nothing of what is marked there.
    """
    wanted = {feed: measure.carries[kind] for kind, feeds in bearing.items() for feed in feeds}
    states = reader.field_states(sorted(wanted))
    told = {
        state.delivery
        for state in states
        if state.field == wanted[state.feed]
        and state.given + state.unknown + state.refused + state.invalid > 0
    }
    silent = {state.delivery for state in states} - told
    return [part for part in coverage if part.delivery not in silent]


def _erased_since(reader: Reader, measure: Measure, feeds: frozenset[str]) -> tuple[dt.datetime, ...]:
    """When records were erased that were still there on the reader's date; nothing where that is now."""
    if reader.as_at is None:
        return ()
    erasures = reader.erasures(measure.sources)
    return tuple(one.at for one in erasures if one.feed in feeds and one.at > reader.as_at)


def _provisional_months(reader: Reader, measure: Measure, feeds: frozenset[str]) -> frozenset[dt.date]:
    """Months with a record that says it is provisional; no segment is read where no feed has the field."""
    states = reader.field_states(sorted(feeds)) if feeds else []
    if not any(state.field == PROVISIONAL for state in states):
        return frozenset()
    cursor = reader.connection()
    reader.define_views(cursor, measure.record_types, measure.sources)
    months: set[dt.date] = set()
    for kind in measure.record_types:
        columns = {row[0] for row in cursor.execute(f'DESCRIBE "{kind}"').fetchall()}
        if PROVISIONAL in columns:
            listed = ", ".join(f"'{feed}'" for feed in sorted(feeds))
            sql = f'SELECT DISTINCT month FROM "{kind}" WHERE {PROVISIONAL} AND feed IN ({listed})'
            months.update(row[0] for row in cursor.execute(sql).fetchall() if row[0] is not None)
    return frozenset(months)


def _bearing_feeds(
    reader: Reader, measure: Measure, kind: RecordType, deliveries: Iterable[DeliveryRow]
) -> frozenset[str]:
    """The feeds of the measure's sources that hold ``kind`` and carry the field the measure counts by.

    One source may have several feeds of a record type (street crime, stop and search); the month of one says
    nothing about the other.
    """
    wanted = measure.carries[kind]
    feeds = {row.feed for row in deliveries if row.record_type == kind}
    fields: dict[str, set[str]] = defaultdict(set)
    for state in reader.field_states(sorted(feeds)) if feeds else ():
        fields[state.feed].add(state.field)
    return frozenset(feed for feed in feeds if feed not in fields or wanted in fields[feed])


def _months_of_type(coverage: Iterable[Coverage], feeds: frozenset[str]) -> dict[dt.date, Delivered]:
    """How much of a record type has arrived, for each month of which anything has.

    A month needs every feed that has begun: one that began and left the month out makes it SOME.
    """
    covered: dict[str, set[dt.date]] = defaultdict(set)
    for part in coverage:
        if part.feed in feeds:
            covered[part.feed].update(months_of(part.period))
    begun = {feed: min(months) for feed, months in covered.items()}
    states = {}
    for month in set().union(*covered.values()):
        expected = [feed for feed, first in begun.items() if first <= month]
        complete = all(month in covered[feed] for feed in expected)
        states[month] = Delivered.ALL if complete else Delivered.SOME
    return states


def _combined(by_type: list[dict[dt.date, Delivered]]) -> dict[dt.date, Delivered]:
    """A month has what the record type has of which least has arrived."""
    every = set().union(*by_type)
    worst = {month: min(states.get(month, Delivered.NOTHING) for states in by_type) for month in every}
    return {month: state for month, state in worst.items() if state}
