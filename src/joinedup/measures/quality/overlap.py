"""Overlap of feeds: how many events of one have an event of another at about the same place and time.

Only events count that are not cancelled, have a point and are dated to within a week; of the other feed's
months, only those that it covers. Near is 200 metres and a day. What chance alone gives is the same count
with the other feed moved on by 28 days: the same weekdays and streets, and never the same events.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb

from joinedup.measures.quality.definitions import QualityMeasure
from joinedup.measures.quality.keys import Key, Tally
from joinedup.measures.quality.located import define_points
from joinedup.records import DeliveryRow, Reader
from joinedup.terms import Every, Period, RecordType
from joinedup.workspace import Workspace

METRES = 200
DAYS = 1
LONGEST = 6  # days from an event's first to its last
_MOVED = {"overlap": 0, "overlap-by-chance": 28}


def of(
    workspace: Workspace,
    reader: Reader,
    measure: QualityMeasure,
    deliveries: Sequence[DeliveryRow],
    sources: Iterable[str],
) -> dict[Key, Tally]:
    """The measure's tallies by feed, other feed (as the key's field) and month of the event.

    The feeds of ``deliveries`` are told, beside every other feed of ``sources``.
    """
    feeds = sorted({row.feed for row in deliveries if row.record_type == RecordType.INCIDENT})
    if not feeds:
        return {}
    known = set(sources)
    cursor = reader.connection()
    reader.define_views(cursor, [RecordType.INCIDENT], known)
    _events(cursor)
    define_points(workspace, cursor, "event")
    _covered(cursor, reader, known)
    counted = cursor.execute(
        _COUNT, {"feeds": feeds, "moved": _MOVED[measure.name], "near": METRES, "days": DAYS}
    ).fetchall()
    return {
        Key(feed, other, Period.of_month(month)): Tally(numerator, denominator)
        for feed, other, month, numerator, denominator in counted
    }


def _events(cursor: duckdb.DuckDBPyConnection) -> None:
    cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE event AS
            SELECT row_number() OVER () AS number, feed, month, point, occurred_date AS first,
                coalesce(occurred_to_date, occurred_date) AS last
            FROM incident
            WHERE status <> 'cancelled' AND point IS NOT NULL AND occurred_date IS NOT NULL
                AND coalesce(occurred_to_date, occurred_date) BETWEEN occurred_date
                    AND occurred_date + {LONGEST}"""
    )


def _covered(cursor: duckdb.DuckDBPyConnection, reader: Reader, sources: Iterable[str]) -> None:
    """Make the table ``covered``: the months for which a feed with any event was there, or has events."""
    cursor.execute("CREATE OR REPLACE TEMP TABLE covered AS SELECT DISTINCT feed AS other, month FROM event")
    with_events = {row[0] for row in cursor.execute("SELECT DISTINCT other FROM covered").fetchall()}
    months = {
        (each.feed, month.start)
        for each in reader.coverage(sources)
        if each.feed in with_events
        for month in each.period.each(Every.MONTH)
    }
    if months:
        both = [list(column) for column in zip(*sorted(months), strict=True)]
        cursor.execute("INSERT INTO covered SELECT unnest(?::VARCHAR[]), unnest(?::DATE[])", both)


_COUNT = f"""
    WITH told AS (FROM event WHERE list_contains($feeds, feed)),
    spot AS (
        SELECT point, easting, northing, floor(easting / $near) AS east, floor(northing / $near) AS north
        FROM points SEMI JOIN event USING (point)
    ),
    around AS (
        SELECT point, easting, northing, east + unnest([-1, 0, 1]) AS east, north FROM spot
    ),
    cell AS (
        SELECT point, easting, northing, east, north + unnest([-1, 0, 1]) AS north FROM around
    ),
    near AS (
        SELECT cell.point, spot.point AS other_point
        FROM cell JOIN spot USING (east, north)
        WHERE (cell.easting - spot.easting) ** 2 + (cell.northing - spot.northing) ** 2 <= $near ** 2
    ),
    day_of_other AS (
        SELECT DISTINCT feed AS other, point AS other_point,
            unnest(range(0, date_diff('day', first, last) + 2 * $days + 1)::INTEGER[])
                + first - $days::INTEGER + $moved::INTEGER AS day
        FROM event
    ),
    day_of_told AS (
        SELECT number, feed, point, first + unnest(range(0, {LONGEST + 1})::INTEGER[]) AS day, last FROM told
    ),
    hit AS (
        SELECT DISTINCT number, other
        FROM day_of_told
        JOIN near USING (point)
        JOIN day_of_other USING (other_point, day)
        WHERE day <= last AND other <> feed
    ),
    beside AS (
        SELECT number, feed, told.month, covered.other
        FROM told
        JOIN (SELECT DISTINCT other, month FROM covered) AS covered
            ON covered.month = date_trunc('month', told.first - $moved::INTEGER)::DATE
        WHERE covered.other <> feed
    )
    SELECT feed, other, month, count(hit.number), count(*)
    FROM beside LEFT JOIN hit USING (number, other)
    GROUP BY ALL
"""
