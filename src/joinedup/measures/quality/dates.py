"""Timeliness of each record: from the event to its recording, and from its recording to its first delivery.

A record is of the month in which it happened. ``recorded_on`` is the field by which a contract keeps the day
on which the owner put it into its system; a day before the event is an error and is not counted.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Iterator, Sequence

import duckdb

from joinedup.measures.area_axis import listed
from joinedup.measures.quality.definitions import QualityMeasure
from joinedup.measures.quality.keys import Key, Tally
from joinedup.records import DeliveryRow, Promise, Reader
from joinedup.terms import LONDON, Every, Period, add_months

RECORDED = "recorded_on"
_WITHIN = {"recorded-within-a-day": 1, "recorded-within-28-days": 28}


def of(reader: Reader, measure: QualityMeasure, deliveries: Sequence[DeliveryRow]) -> dict[Key, Tally]:
    """The measure's tallies by feed and month of the event; a feed without the dates it needs has none."""
    found: dict[Key, Tally] = defaultdict(lambda: Tally(0, 0))
    feeds = {row.feed for row in deliveries}
    cursor = reader.connection()
    for record_type in sorted({row.record_type for row in deliveries}):
        reader.define_views(cursor, [record_type], {row.source for row in deliveries})
        view = f'"{record_type}"'
        dated = RECORDED in {row[0] for row in cursor.execute(f"DESCRIBE {view}").fetchall()}
        if measure.name in _WITHIN:
            counted = _recorded(cursor, view, _WITHIN[measure.name]) if dated else iter(())
        else:
            counted = _delivered(reader, cursor, view, feeds, RECORDED if dated else "NULL::DATE")
        for feed, month, tally in counted:
            if feed in feeds and month is not None and tally.denominator:
                found[Key(feed, "", Period.of_month(month))] += tally
    return dict(found)


def _recorded(
    cursor: duckdb.DuckDBPyConnection, view: str, days: int
) -> Iterator[tuple[str, dt.date, Tally]]:
    happened = "coalesce(occurred_to_date, occurred_date)"
    rows = cursor.execute(
        f"""SELECT feed, month, count_if({RECORDED} <= {happened} + {days}), count(*)
            FROM {view} WHERE status <> 'cancelled' AND {RECORDED} >= occurred_date GROUP BY ALL"""
    ).fetchall()
    for feed, month, within, counted in rows:
        yield feed, month, Tally(within, counted)


def _delivered(
    reader: Reader, cursor: duckdb.DuckDBPyConnection, view: str, feeds: set[str], recorded: str
) -> Iterator[tuple[str, dt.date, Tally]]:
    """A record whose latest version came in time did so; of the others the first is looked up."""
    promises = reader.promises(feeds)
    if not promises:
        return
    in_month = f"date_trunc('month', coalesce({recorded}, occurred_date))::DATE"
    cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE told AS
            SELECT feed, month, record_key, {in_month} AS recorded_in, known_from
            FROM {view} WHERE status <> 'cancelled' AND occurred_date IS NOT NULL
                AND feed IN {listed(sorted(promises))}"""
    )
    counted = "SELECT feed, month, recorded_in, known_from, count(*) FROM told GROUP BY ALL"
    late: set[tuple[str, dt.datetime]] = set()
    for feed, month, recorded_in, known_from, records in cursor.execute(counted).fetchall():
        if _in_time(known_from, recorded_in, promises[feed]):
            yield feed, month, Tally(records, records)
        else:
            late.add((feed, known_from))
    if not late:
        return
    reader.first_known(cursor, {feed for feed, _ in late})
    both = [list(column) for column in zip(*sorted(late), strict=True)]
    cursor.execute(
        """CREATE OR REPLACE TEMP TABLE late AS
           SELECT unnest(?::VARCHAR[]) AS feed, unnest(?::TIMESTAMP[]) AS known_from""",
        both,
    )
    rows = cursor.execute(
        """SELECT feed, month, recorded_in, record.known_from, first_known.known_from, count(*)
           FROM (FROM told SEMI JOIN late USING (feed, known_from)) AS record
           JOIN first_known USING (feed, record_key) GROUP BY ALL"""
    ).fetchall()
    for feed, month, recorded_in, known_from, first, records in rows:
        if not _in_time(known_from, recorded_in, promises[feed]):  # the others were counted above
            in_time = _in_time(first, recorded_in, promises[feed])
            yield feed, month, Tally(records if in_time else 0, records)


def _in_time(known_from: dt.datetime, recorded_in: dt.date, promise: Promise) -> bool:
    """Whether a moment (naive UTC) is no later, by London's calendar, than the day promised for a month."""
    due = _ends(recorded_in, promise.expected_every) + dt.timedelta(days=promise.late_after_days)
    return known_from.replace(tzinfo=dt.UTC).astimezone(LONDON).date() <= due


@functools.cache
def _ends(month: dt.date, every: Every) -> dt.date:
    """The first day after the month, calendar quarter or April year that holds this month."""
    around = Period(add_months(month, -12), add_months(month, 13))
    parts = around.each(every if every is not Every.WHOLE else Every.MONTH)
    return next(part.end for part in parts if part.start <= month < part.end)
