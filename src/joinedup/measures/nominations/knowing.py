"""What each agency knows of somebody and does: records of the last months, open spells, responses, orders."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import duckdb

from joinedup.measures.linked.definitions import Records
from joinedup.measures.linked.reading import day_said, read_records
from joinedup.measures.nominations.result import Doing, Known
from joinedup.records import Reader
from joinedup.terms import Period, RecordType, add_months

_FIELDS = (
    "programme",
    "category",
    "tier",
    "case_ref",
    "started",
    "ended",
    "disposal",
    "duration",
    "duration_unit",
    "outcome_type",
    "power",
    "perpetrator",
    "ordinal",
)
Row = dict[str, Any]
_UNITS = {"d": 1, "w": 7, "m": 30.4375, "y": 365.25}  # days; a court's months and years are longer or shorter


@dataclass(frozen=True)
class OfKeys:
    """What is known and done, by the key of a person or place; ``behind``: feed and key of the records that
    tell it of a person."""

    knows: Mapping[str, tuple[Known, ...]]
    does: Mapping[str, tuple[Doing, ...]]
    behind: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)


def of_people(
    reader: Reader, people: Collection[str], sources: Collection[str], feeds: Collection[str], span: Period
) -> OfKeys:
    """What the records of these feeds know of these people (keys of the best linkage) in the months."""
    if not people:
        return OfKeys({}, {})
    deliveries = [row for row in reader.deliveries(sorted(sources)) if row.brings and row.feed in feeds]
    kinds = sorted({(row.source, RecordType(row.record_type)) for row in deliveries})
    records = [Records(source, kind) for source, kind in kinds if kind is not RecordType.OUTCOME]
    answers = [Records(source, kind) for source, kind in kinds if kind is RecordType.OUTCOME]
    cursor = reader.connection()
    read_records(reader, cursor, records, feeds, span, _FIELDS)
    rows = _named(reader, cursor, people, feeds, [one.record_type for one in records])
    read_records(reader, cursor, answers, feeds, span, _FIELDS)
    responses = _rows(cursor, "FROM happened SEMI JOIN theirs USING (event) ORDER BY day, event, record_key")
    done = _responses(rows, responses)
    does = [*_spells(rows, span), *_sanctions(rows, span), *done.values()]
    behind: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for key, feed, record_key in [*((row["key"], row["feed"], row["record_key"]) for row in rows), *done]:
        behind[key].add((feed, str(record_key)))
    return OfKeys(
        _by_key(_known(rows)), _by_key(does), {key: frozenset(some) for key, some in behind.items()}
    )


def of_places(
    reader: Reader, places: Collection[str], sources: Collection[str], span: Period
) -> dict[str, tuple[Known, ...]]:
    """What each agency's incidents of the months tell of these places (``uprn/...`` or ``point/...``)."""
    deliveries = [row for row in reader.deliveries(sorted(sources)) if row.brings]
    incidents = [row for row in deliveries if row.record_type == RecordType.INCIDENT]
    if not places or not incidents:
        return {}
    cursor = reader.connection()
    records = [Records(source, RecordType.INCIDENT) for source in sorted({row.source for row in incidents})]
    read_records(reader, cursor, records, {row.feed for row in incidents}, span, ("uprn", "kind"))
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE asked AS SELECT unnest(?::VARCHAR[]) AS place", [list(places)]
    )
    rows = cursor.execute(
        """SELECT place, owner, coalesce(kind, 'incident'), count(*), max(day)
           FROM (SELECT *, coalesce('uprn/' || uprn, 'point/' || point) AS place FROM happened)
           JOIN asked USING (place) GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    return _by_key(
        Known(place, owner, kind, "place", int(number), last) for place, owner, kind, number, last in rows
    )


_OfKey = TypeVar("_OfKey", Known, Doing)


def _by_key(told: Iterable[_OfKey]) -> dict[str, tuple[_OfKey, ...]]:
    found: dict[str, list[_OfKey]] = {}
    for one in told:
        found.setdefault(one.key, []).append(one)
    return {key: tuple(some) for key, some in found.items()}


def _rows(cursor: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    done = cursor.execute(query)
    names = [str(column[0]) for column in done.description or ()]
    return [dict(zip(names, row, strict=True)) for row in done.fetchall()]


def _named(
    reader: Reader,
    cursor: duckdb.DuckDBPyConnection,
    people: Collection[str],
    feeds: Collection[str],
    kinds: Sequence[RecordType],
) -> list[Row]:
    """The records of ``happened`` of these people by day, with ``key``, ``role`` and ``kind`` of record."""
    reader.persons(cursor, feeds)
    cursor.execute("CREATE OR REPLACE TEMP TABLE asked AS SELECT unnest(?::UUID[]) AS best", [list(people)])
    cursor.execute(
        """CREATE OR REPLACE TEMP TABLE theirs AS
           SELECT happened.*, person.role AS role, CAST(person.best AS VARCHAR) AS key
           FROM happened JOIN (FROM person SEMI JOIN asked USING (best)) AS person USING (feed, record_key)"""
    )
    rows = _rows(cursor, "FROM theirs ORDER BY day, event, record_key, role, key")
    return [{**row, "kind": kinds[row["part"]]} for row in rows]


def _known(rows: Iterable[Row]) -> list[Known]:
    """How many records each agency has of each, by kind and part. A caseload told each month is one."""
    seen: dict[tuple[str, str, str, str], set[object]] = defaultdict(set)
    last: dict[tuple[str, str, str, str], dt.date] = {}
    for row in rows:
        is_spell = row["kind"] is RecordType.SPELL
        what = (row["programme"] if is_spell else None) or row["kind"].value
        told = (row["key"], row["owner"], what, row["role"])
        seen[told].add(_spell_of(row) if is_spell else row["record_key"])
        last[told] = row["day"]
    return [Known(*told, len(seen[told]), last[told]) for told in sorted(seen)]


def _spell_of(row: Row) -> tuple[object, ...]:
    return row["key"], row["feed"], row["case_ref"], row["started"]


def _spells(rows: Iterable[Row], span: Period) -> list[Doing]:
    """Spells that are open at the end of the months: in the last file of the feed, and not ended."""
    found: dict[tuple[object, ...], Doing] = {}
    spells = [row for row in rows if row["kind"] is RecordType.SPELL]
    last_told: dict[str, dt.date] = {row["feed"]: row["day"] for row in spells}
    for row in spells:
        since, until = day_said(row["started"]), day_said(row["ended"])
        still = row["day"] == last_told[row["feed"]] and (until is None or until >= span.last)
        found.pop(_spell_of(row), None)
        if since is not None and still:
            what = ", ".join(one for one in (row["programme"], row["category"]) if one)
            found[_spell_of(row)] = Doing(row["key"], row["owner"], "spell", what, since, until)
    return list(found.values())


def _sanctions(rows: Iterable[Row], span: Period) -> list[Doing]:
    """Court and out-of-court disposals; an order where its days reach the end of the months."""
    found = []
    for row in rows:
        if row["kind"] is RecordType.SANCTION:
            until = _until(row["day"], row["duration"], row["duration_unit"])
            kind = "order" if until is not None and until >= span.last else "response"
            what = row["disposal"] or row["category"] or row["kind"].value
            found.append(Doing(row["key"], row["owner"], kind, what, row["day"], until))
    return found


def _responses(rows: Iterable[Row], responses: Iterable[Row]) -> dict[tuple[str, str, object], Doing]:
    """What an agency did about an incident: to its perpetrator by number, to others where it names none; by
    the person's key, and the record's feed and key."""
    by_event: dict[str, list[Row]] = defaultdict(list)
    for one in responses:
        by_event[one["event"]].append(one)
    found: dict[tuple[str, str, object], Doing] = {}
    for row in rows:
        for done in by_event[row["event"]]:
            theirs = done["perpetrator"] == (row["ordinal"] if row["role"] == "perpetrator" else None)
            what = done["power"] or done["outcome_type"]
            if theirs and what:
                kind = "order" if done["power"] else "response"
                found[row["key"], done["feed"], done["record_key"]] = Doing(
                    row["key"], done["owner"], kind, what, done["day"], None
                )
    return found


def _until(since: dt.date, duration: object, unit: object) -> dt.date | None:
    """The last day of so many days, weeks, months or years; None where it is not told."""
    if not isinstance(duration, str) or not isinstance(unit, str) or unit.lower() not in _UNITS:
        return None
    return since + dt.timedelta(days=round(float(duration) * _UNITS[unit.lower()]) - 1)


def months_before(period: Period, months: int) -> Period:
    """So many months that end with the period."""
    return Period(add_months(period.end, -months), period.end)
