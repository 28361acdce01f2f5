"""Reading what a definition counts from the record book: events, and the units that they happened to."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pandas as pd

from joinedup.measures.area_axis import AreaAxis, listed
from joinedup.measures.repeats import areas
from joinedup.measures.repeats.counting import NOBODY, Integers, Mentions
from joinedup.measures.repeats.definitions import Part, Repeat, Unit
from joinedup.measures.repeats.joining import NOTHING, Events, told_once
from joinedup.measures.repeats.result import RepeatQuery
from joinedup.measures.repeats.telling import reach, tell
from joinedup.records import Reader
from joinedup.terms import Period, Sensitivity, Strictness
from joinedup.workspace import Workspace


@dataclass(frozen=True)
class Told:
    """What was read: for each strictness the mentions and the key of each unit by number.

    ``feeds`` are those with a record that would count in some month; ``area`` is the code of each event's;
    ``undated`` counts records without a date, ``unread`` events of which nobody is known and that came after
    the linkage. ``records``: feed and record key of each event by its number, where they were asked for.
    """

    mentions: Mapping[Strictness, Mentions]
    keys: Mapping[Strictness, Sequence[str]]
    feeds: frozenset[str]
    area: areas.Codes
    undated: int
    unread: int
    records: Mapping[int, Sequence[tuple[str, str]]] = field(default_factory=dict)


def read(  # noqa: PLR0913 - what is read, of what, as known when
    workspace: Workspace,
    reader: Reader,
    definition: Repeat,
    parts: Collection[Part],
    feeds: Collection[str],
    query: RepeatQuery,
    linked_until: dt.datetime | None,
    axis: AreaAxis,
    *,
    with_records: bool = False,
) -> Told:
    """Read the events of these parts of the definition and of these feeds, as known at the reader's date."""
    cursor = reader.connection()
    span = reach(definition, query.period)
    undated, bearing = tell(reader, cursor, definition, parts, feeds, query.feeds, span)
    cursor.execute(_HAPPENED)
    if definition.unit is Unit.PLACE:
        found = cursor.execute(_PLACES).df()
    else:
        reader.persons(cursor, feeds, alone=definition.sensitivity is Sensitivity.RESTRICTED)
        found = cursor.execute(_people(definition)).df()
    events = _events(cursor)
    mentions, keys = {}, {}
    for strictness in Strictness:
        each, keys[strictness] = _mentions(events, found, strictness.value)
        rule = definition.same_incident
        mentions[strictness] = told_once(events, each, rule) if rule else each
    unread = _unread(cursor, found["event"].to_numpy(), query.period, linked_until)
    of_events = areas.of_events(workspace, cursor, axis)
    records = _records(cursor) if with_records else {}
    return Told(mentions, keys, bearing, of_events, undated, unread, records)


def _records(cursor: duckdb.DuckDBPyConnection) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = cursor.execute(
        """SELECT event, feed, CAST(record_key AS VARCHAR) FROM told JOIN happened USING (source, event_key)
           ORDER BY event, feed, record_key"""
    ).fetchall()
    for event, feed, record_key in rows:
        found[int(event)].append((str(feed), str(record_key)))
    return found


_HAPPENED = """
    CREATE OR REPLACE TEMP TABLE happened AS
    SELECT row_number() OVER (ORDER BY source, event_key) - 1 AS event, source, event_key,
        min(day) AS day, min(minute) AS minute, arg_min(longitude, record_key) AS longitude,
        arg_min(latitude, record_key) AS latitude, min(reference) AS reference, min(carried) AS carried,
        min(place) AS place, arg_min(point, record_key) AS point,
        bool_or(may_repeat) AS may_repeat, max(known_from) AS known_from
    FROM told GROUP BY source, event_key
"""
_PLACES = """
    SELECT event, place AS strict, place AS best, place AS loose FROM happened WHERE place IS NOT NULL
"""


def _people(definition: Repeat) -> str:
    """Event and the three keys of each person, home, or pair of different people, in the roles asked for."""
    person = """
        SELECT DISTINCT event, role, CAST(strict AS VARCHAR) AS strict, CAST(best AS VARCHAR) AS best,
            CAST(loose AS VARCHAR) AS loose
        FROM told JOIN happened USING (source, event_key) JOIN person USING (feed, record_key)
    """
    if definition.unit is Unit.HOUSEHOLD:
        home = ", ".join(f"CAST(home AS VARCHAR) AS {name}" for name in Strictness)
        return f"""SELECT DISTINCT event, {home}
                   FROM told JOIN happened USING (source, event_key) JOIN person USING (feed, record_key)
                   WHERE home IS NOT NULL AND role IN {listed(definition.roles)}"""
    if definition.unit is Unit.PERSON:
        return f"""SELECT DISTINCT event, strict, best, loose FROM ({person})
                   WHERE role IN {listed(definition.roles)}"""
    keys = ", ".join(
        f"CASE WHEN one.{name} <> other.{name} THEN one.{name} || ' ' || other.{name} END AS {name}"
        for name in Strictness
    )
    return f"""
        WITH person_of AS ({person})
        SELECT DISTINCT one.event, {keys}
        FROM person_of AS one JOIN person_of AS other USING (event)
        WHERE one.role IN {listed(definition.roles)} AND other.role IN {listed(definition.other_roles)}
    """


def _events(cursor: duckdb.DuckDBPyConnection) -> Events:
    found = cursor.execute("FROM happened ORDER BY event").df()
    references, _names = pd.factorize(pd.concat([found["reference"], found["carried"]]))
    return Events(
        source=pd.factorize(found["source"])[0].astype(np.int64),
        day=found["day"].to_numpy().astype("datetime64[D]"),
        minute=found["minute"].fillna(NOTHING).to_numpy().astype(np.int64),
        longitude=found["longitude"].to_numpy(dtype=np.float64, na_value=np.nan),
        latitude=found["latitude"].to_numpy(dtype=np.float64, na_value=np.nan),
        reference=references[: len(found)].astype(np.int64),
        carried=references[len(found) :].astype(np.int64),
        may_repeat=found["may_repeat"].to_numpy(dtype=np.bool_),
    )


def _mentions(events: Events, found: pd.DataFrame, key: str) -> tuple[Mentions, list[str]]:
    """The mentions by one strictness's keys, each once, with a row for each event of nobody; and the keys."""
    told = found[["event", key]].dropna().drop_duplicates().sort_values(["event", key])
    units, names = pd.factorize(told[key], sort=True)
    known = told["event"].to_numpy().astype(np.int64)
    without = np.ones(len(events.day), dtype=np.bool_)
    without[known] = False
    nobody = np.flatnonzero(without)
    event: Integers = np.concatenate([known, nobody])
    unit = np.concatenate([units.astype(np.int64), np.full(len(nobody), NOBODY)])
    return Mentions(event, unit, events.day[event], events.may_repeat[event]), [str(name) for name in names]


def _unread(
    cursor: duckdb.DuckDBPyConnection, known: Integers, period: Period, linked_until: dt.datetime | None
) -> int:
    if linked_until is None:
        return 0
    after = linked_until.astimezone(dt.UTC).replace(tzinfo=None)
    later = cursor.execute(
        "SELECT event FROM happened WHERE known_from > ? AND day >= ? AND day < ?",
        [after, period.start, period.end],
    ).fetchall()
    return len(np.setdiff1d(np.array([event for (event,) in later], dtype=np.int64), known))
