"""The records that a definition counts, in one table: those of its parts that say what it asks for."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import duckdb

from joinedup.measures.area_axis import listed, quoted
from joinedup.measures.repeats.definitions import Anchor, Clock, Counting, Part, Repeat, Says, Windowed
from joinedup.records import Reader
from joinedup.terms import Period, RecordType, add_months

_TOLD = {
    "source": "VARCHAR",
    "feed": "VARCHAR",
    "record_key": "UUID",
    "event_key": "VARCHAR",
    "day": "DATE",
    "minute": "BIGINT",
    "longitude": "DOUBLE",
    "latitude": "DOUBLE",
    "reference": "VARCHAR",
    "carried": "VARCHAR",
    "place": "VARCHAR",
    "point": "BIGINT",
    "may_repeat": "BOOLEAN",
    "known_from": "TIMESTAMP",
}


def reach(definition: Windowed, period: Period) -> Period:
    """The months of which events are looked at: the period, and as far before or after as the window goes."""
    months = definition.window.months
    if definition.window.clock is Clock.AFTER_FIRST:
        return Period(period.start, add_months(period.end, months))
    if definition.window.clock is Clock.SINCE_LAST:
        return Period(add_months(period.start, -months), period.end)
    return period


def tell(
    reader: Reader,
    cursor: duckdb.DuckDBPyConnection,
    definition: Repeat,
    parts: Collection[Part],
    feeds: Collection[str],
    beside_feeds: Collection[str],
    span: Period,
) -> tuple[int, frozenset[str]]:
    """Make the table ``told`` with each record that counts, of the months of ``span`` and a day
    around them: an incident told at midnight is of the day on which it was told first.

    ``beside_feeds`` are those whose incidents may say more of them; none: all. Returns how
    many have no date, and the feeds with a record that would count in some month.
    """
    columns = ", ".join(f"{name} {kind}" for name, kind in _TOLD.items())
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE told ({columns})")
    undated, bearing = 0, set()
    for record_type in sorted({part.record_type for part in parts}):
        sources = sorted({part.source for part in parts if part.record_type is record_type})
        beside = record_type is not RecordType.INCIDENT
        if beside:
            reader.define_views(cursor, [RecordType.INCIDENT], sources)
            _define_incidents(cursor, definition, beside_feeds)
        reader.define_views(cursor, [record_type], sources)
        select = _select(cursor, definition, record_type, sources, feeds, beside=beside)
        asked = f"SELECT feed, count_if(day IS NULL) FROM ({select}) GROUP BY feed"
        for feed, without in cursor.execute(asked).fetchall():
            bearing.add(str(feed))
            undated += int(without)
        cursor.execute(
            f"""INSERT INTO told BY NAME SELECT * FROM ({select})
                WHERE day >= DATE '{span.start}' - 1 AND day < DATE '{span.end}' + 1"""
        )
    return undated, frozenset(bearing)


def _columns(cursor: duckdb.DuckDBPyConnection, view: str) -> set[str]:
    return {str(row[0]).lower() for row in cursor.execute(f'DESCRIBE "{view}"').fetchall()}


def _define_incidents(cursor: duckdb.DuckDBPyConnection, definition: Repeat, feeds: Collection[str]) -> None:
    """Make the table ``incident_of``: what incidents say to the records that carry their reference.

    Of these feeds; of all, where none is named.
    """
    of_feeds = f"AND feed IN {listed(sorted(feeds))}" if feeds else ""
    says = _says("incident", definition.of_incident, _columns(cursor, "incident"))
    cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE incident_of AS
            SELECT source, ref, bool_and(status = 'cancelled') AS cancelled, bool_or({says}) AS fits,
                arg_min(longitude, record_key) AS longitude, arg_min(latitude, record_key) AS latitude,
                arg_min(point, record_key) AS point
            FROM incident WHERE ref IS NOT NULL {of_feeds} GROUP BY source, ref"""
    )


def _says(record: str, wanted: Says, there: set[str]) -> str:
    """Whether a record says all of this, as SQL that is never NULL."""
    tests = [
        f"coalesce(lower(CAST({record}.{field} AS VARCHAR)) = {quoted(value.lower())}, false)"
        if field in there
        else "false"
        for field, value in wanted
    ]
    return " AND ".join(tests) or "true"


def _select(
    cursor: duckdb.DuckDBPyConnection,
    definition: Repeat,
    record_type: RecordType,
    sources: Sequence[str],
    feeds: Collection[str],
    *,
    beside: bool,
) -> str:
    """The SELECT of one record type's rows for ``told``; ``beside``: an incident may say more of them."""
    there = _columns(cursor, record_type.value)
    rule = definition.same_incident
    by_incident = beside and definition.counting is Counting.INCIDENT
    own_key = "record.feed || '/' || CAST(record.record_key AS VARCHAR)"
    values = {
        "source": "record.source",
        "feed": "record.feed",
        "record_key": "record.record_key",
        "event_key": f"coalesce('ref/' || record.ref, {own_key})" if by_incident else own_key,
        "day": _day(definition, there),
        "minute": _minute(definition),
        "longitude": "coalesce(record.longitude, beside.longitude)" if beside else "record.longitude",
        "latitude": "coalesce(record.latitude, beside.latitude)" if beside else "record.latitude",
        "reference": "record.ref",
        "carried": f"CAST(record.{rule.reference} AS VARCHAR)"
        if rule and rule.reference in there
        else "NULL",
        "place": _place(there),
        "point": "coalesce(record.point, beside.point)" if beside else "record.point",
        "may_repeat": _says("record", definition.further, there),
        "known_from": "record.known_from",
    }
    join = "LEFT JOIN incident_of AS beside ON record.source = beside.source AND record.ref = beside.ref"
    tests = _tests(definition, there, sources, feeds, beside=beside)
    return f"""SELECT {", ".join(f"{value} AS {name}" for name, value in values.items())}
               FROM "{record_type}" AS record {join if beside else ""} WHERE {" AND ".join(tests)}"""


def _tests(
    definition: Repeat, there: set[str], sources: Sequence[str], feeds: Collection[str], *, beside: bool
) -> list[str]:
    tests = [
        f"record.source IN {listed(sources)}",
        f"record.feed IN {listed(sorted(feeds))}",
        "record.status <> 'cancelled'",
    ]
    if definition.roles and "role" in there:
        roles = listed((*definition.roles, *definition.other_roles))
        tests.append(f"coalesce(record.role IN {roles}, true)")
    if not definition.requested and "requested" in there:
        tests.append(f"NOT {_says('record', (('requested', 'true'),), there)}")
    tests += [f"NOT {_says('record', (one,), there)}" for one in definition.left_out]
    if beside:
        tests.append("NOT coalesce(beside.cancelled, false)")
    if definition.of_incident:
        own = _says("record", definition.of_incident, there)
        tests.append("coalesce(beside.fits, false)" if beside else own)
    return tests


def _day(definition: Repeat, there: set[str]) -> str:
    if definition.anchor is Anchor.REPORTED and "reported_on" in there:
        return "coalesce(TRY_CAST(record.reported_on AS DATE), record.occurred_date)"
    return "record.occurred_date"


def _minute(definition: Repeat) -> str:
    """The civil minute since 1970, of events that are dated by when they happened and have a time of day."""
    if definition.anchor is Anchor.REPORTED:
        return "NULL"
    return (
        "CASE WHEN record.precision = 'minute' THEN "
        "epoch(record.occurred_date + record.occurred_time)::BIGINT // 60 END"
    )


def _place(there: set[str]) -> str:
    point = "'point/' || CAST(record.point AS VARCHAR)"
    return f"coalesce('uprn/' || CAST(record.uprn AS VARCHAR), {point})" if "uprn" in there else point
