"""Counting what a measure of quality counts, for each feed, field and period, from the record book."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import duckdb

from joinedup.measures.quality import dates, overlap
from joinedup.measures.quality.definitions import Ground, QualityMeasure
from joinedup.measures.quality.keys import Key, Tally
from joinedup.measures.quality.located import define_points
from joinedup.records import DeliveryRow, FieldState, Reader, Telling, still_telling
from joinedup.terms import LONDON, Period, RecordType
from joinedup.workspace import Workspace

EXACT_REPEATS = "exact-repeats"


def of(
    workspace: Workspace,
    reader: Reader,
    measure: QualityMeasure,
    deliveries: Sequence[DeliveryRow],
    sources: Iterable[str],
) -> dict[Key, Tally]:
    """The measure's tallies from these deliveries. Each row of a feed counts once (``still_telling``).

    ``sources`` are all that may be known of: those of the other feeds, where a measure has them.
    """
    if measure.ground is Ground.FIELDS:
        return _of_fields(reader, _STATES[measure.name], still_telling(deliveries))
    if measure.ground is Ground.ROWS:
        return _of_rows(_BECAME[measure.name], still_telling(deliveries))
    if measure.ground is Ground.DAYS:
        return _of_days(reader, deliveries)
    if measure.ground is Ground.DATES:
        return dates.of(reader, measure, deliveries)
    if measure.ground is Ground.OVERLAP:
        return overlap.of(workspace, reader, measure, deliveries, sources)
    return _of_records(workspace, reader, measure, deliveries)


def _rows_of(state: FieldState) -> int:
    return state.given + state.missing + state.unknown + state.refused + state.invalid


_STATES: Mapping[str, Callable[[FieldState], Tally]] = {
    "completeness": lambda state: Tally(state.given, _rows_of(state)),
    "missing": lambda state: Tally(state.missing, _rows_of(state)),
    "unknown": lambda state: Tally(state.unknown, _rows_of(state)),
    "refused": lambda state: Tally(state.refused, _rows_of(state)),
    "validity": lambda state: Tally(state.given, state.given + state.invalid),
}


def _of_fields(
    reader: Reader, count: Callable[[FieldState], Tally], told: Sequence[Telling]
) -> dict[Key, Tally]:
    """Only rows that became records have states, so that a row counts where it was let in."""
    by_number = {one.delivery.number: one.delivery for one in told}
    found: dict[Key, Tally] = {}
    for state in reader.field_states({row.feed for row in by_number.values()}):
        row = by_number.get(state.delivery)
        if row is None or row.period is None:
            continue
        key = Key(row.feed, state.field, row.period)
        found[key] = found.get(key, Tally(0, 0)) + count(state)
    return found


_BECAME: Mapping[str, Callable[[Telling], Tally]] = {
    "acceptance": lambda one: Tally(one.kept, one.judged),
    "repeats": lambda one: Tally(one.delivery.set_aside.get(EXACT_REPEATS, 0), one.came),
}


def _of_rows(count: Callable[[Telling], Tally], told: Sequence[Telling]) -> dict[Key, Tally]:
    found: dict[Key, Tally] = {}
    for one in told:
        if one.delivery.period is not None:
            key = Key(one.delivery.feed, "", one.delivery.period)
            found[key] = found.get(key, Tally(0, 0)) + count(one)
    return found


def _of_days(reader: Reader, deliveries: Sequence[DeliveryRow]) -> dict[Key, Tally]:
    """Days from the promised date to the first coming of each period, of feeds whose owner promised one."""
    promises = reader.promises({row.feed for row in deliveries})
    found: dict[Key, Tally] = {}
    for row in sorted(deliveries, key=lambda row: row.known_from):
        key = Key(row.feed, "", row.period) if row.period is not None else None
        if key is None or key in found or row.feed not in promises:
            continue
        due = key.period.end + dt.timedelta(days=promises[row.feed].late_after_days)
        came = row.known_from.astimezone(LONDON).date()
        found[key] = Tally(max((came - due).days, 0), 0)
    return found


def _of_records(
    workspace: Workspace, reader: Reader, measure: QualityMeasure, deliveries: Sequence[DeliveryRow]
) -> dict[Key, Tally]:
    """By the month of the record, not of the delivery. Of places, feeds with no point at all are left out."""
    feeds = {row.feed for row in deliveries}
    cursor = reader.connection()
    found: dict[Key, Tally] = defaultdict(lambda: Tally(0, 0))
    types = {row.record_type for row in deliveries}
    for record_type in sorted(types & {RecordType.INCIDENT.value} if measure.name in _OF_EVENTS else types):
        reader.define_views(cursor, [record_type], {row.source for row in deliveries})
        view, agrees = f'"{record_type}"', ""
        if measure.name == "stated-area-agreement":
            cursor.execute(_STATED.format(view=view))
            define_points(workspace, cursor, "stated")
            agrees = _agrees(cursor)
        for feed, month, numerator, denominator in cursor.execute(
            _SQL[measure.name].format(view=view, agrees=agrees)
        ).fetchall():
            if feed in feeds and month is not None:
                found[Key(feed, "", Period.of_month(month))] += Tally(numerator, denominator)
    if measure.name in _OF_EVENTS:
        return dict(found)
    placed = {key.feed for key, tally in found.items() if tally.numerator}
    return {key: tally for key, tally in found.items() if key.feed in placed}


_OF_EVENTS = frozenset({"heaped", "dated-to-the-day", "timed"})
_SQL = {
    "heaped": """
        SELECT feed, month, count_if(at_point > greatest(10, of_feed / 100)), count(*)
        FROM (
            SELECT feed, month, count(*) OVER (PARTITION BY feed, point) AS at_point,
                count(*) OVER (PARTITION BY feed) AS of_feed
            FROM {view} AS record WHERE record.point IS NOT NULL AND record.status <> 'cancelled'
        ) GROUP BY ALL
    """,
    "dated-to-the-day": """
        SELECT feed, month, count_if("precision" IN ('day', 'minute')), count(*)
        FROM {view} AS record
        WHERE record.occurred_date IS NOT NULL AND record.status <> 'cancelled' GROUP BY ALL
    """,
    "timed": """
        SELECT feed, month, count_if("precision" = 'minute'), count(*)
        FROM {view} AS record
        WHERE record.occurred_date IS NOT NULL AND record.status <> 'cancelled' GROUP BY ALL
    """,
    "located": """
        SELECT feed, month, count(point), count(*)
        FROM {view} AS record
        WHERE record.status <> 'cancelled' GROUP BY ALL
    """,
    "stated-area-agreement": """
        SELECT feed, month, coalesce(sum(records) FILTER ({agrees}), 0)::BIGINT, sum(records)::BIGINT
        FROM stated JOIN points USING (point) GROUP BY ALL
    """,
}
_STATED = """
    CREATE OR REPLACE TEMP TABLE stated AS
    SELECT feed, month, stated_area, point, count(*) AS records FROM {view} AS record
    WHERE stated_area IS NOT NULL AND point IS NOT NULL AND status <> 'cancelled' GROUP BY ALL
"""


def _agrees(cursor: duckdb.DuckDBPyConnection) -> str:
    """Whether the stated code is the code of any loaded area in which the point lies."""
    columns = [row[0] for row in cursor.execute("DESCRIBE points").fetchall() if row[1] == "VARCHAR"]
    return " OR ".join(f'coalesce(stated_area = points."{name}", false)' for name in columns) or "false"
