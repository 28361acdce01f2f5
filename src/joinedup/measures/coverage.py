"""For which months the feeds that bear a measure were there, as known on the reader's date."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from joinedup.measures.definition import Measure
from joinedup.measures.plan import Delivered, months_of
from joinedup.records import DeliveryRow
from joinedup.records.reading import Reader
from joinedup.terms import RecordType


def delivered_months(reader: Reader, measure: Measure) -> dict[dt.date, Delivered]:
    """How much of what the measure needs has arrived, for each month of which anything has.

    A month needs each record type of the measure, from every feed of it that has begun: one that began and
    left the month out makes it SOME.
    """
    return _combined([_months_of_type(reader, measure, kind) for kind in measure.record_types])


def _combined(by_type: list[dict[dt.date, Delivered]]) -> dict[dt.date, Delivered]:
    every = set().union(*by_type)
    worst = {month: min(states.get(month, Delivered.NOTHING) for states in by_type) for month in every}
    return {month: state for month, state in worst.items() if state}


def _months_of_type(reader: Reader, measure: Measure, kind: RecordType) -> dict[dt.date, Delivered]:
    feeds = bearing_feeds(reader, measure, kind)
    covered: dict[str, set[dt.date]] = defaultdict(set)
    for coverage in reader.coverage(measure.sources):
        if coverage.feed in feeds:
            covered[coverage.feed].update(months_of(coverage.period))
    begun = {feed: min(months) for feed, months in covered.items()}
    states = {}
    for month in set().union(*covered.values()):
        expected = [feed for feed, first in begun.items() if first <= month]
        complete = all(month in covered[feed] for feed in expected)
        states[month] = Delivered.ALL if complete else Delivered.SOME
    return states


def bearing_feeds(reader: Reader, measure: Measure, kind: RecordType) -> frozenset[str]:
    """The feeds of the measure's sources that hold ``kind`` and carry the field the measure counts by.

    One source may have several feeds of a record type (street crime, stop and search); the month of one says
    nothing about the other.
    """
    wanted = measure.carries[kind]
    feeds = {row.feed for row in reader.deliveries(measure.sources) if row.record_type == kind}
    if not feeds:
        return frozenset()
    fields: dict[str, set[str]] = defaultdict(set)
    for state in reader.field_states(sorted(feeds)):
        fields[state.feed].add(state.field)
    return frozenset(feed for feed in feeds if feed not in fields or wanted in fields[feed])


def deliveries_behind(reader: Reader, measure: Measure, months: set[dt.date]) -> tuple[DeliveryRow, ...]:
    """The deliveries of the measure's feeds that tell of these months (or do not say of which)."""
    feeds = {feed for kind in measure.record_types for feed in bearing_feeds(reader, measure, kind)}
    return tuple(
        row
        for row in reader.deliveries(measure.sources)
        if row.feed in feeds
        and row.state == "standing"
        and (row.period is None or not months.isdisjoint(months_of(row.period)))
    )


def known_on(reader: Reader, measure: Measure) -> dt.datetime | None:
    """When the latest delivery of the measure's sources became known; None where there is none."""
    return max((row.known_from for row in reader.deliveries(measure.sources)), default=None)
