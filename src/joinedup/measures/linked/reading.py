"""Reading what a definition asks for from the record book: records, whom they are of, and where they live."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from joinedup.measures.area_axis import listed, quoted
from joinedup.measures.linked.definitions import Records
from joinedup.records import ENVELOPE, Reader
from joinedup.terms import Period, RecordType, Strictness

_FIXED = "part, feed, source, owner, record_key, event, day, longitude, latitude, point"
_PERSON = "role, ordinal, strict, best, loose"


def read_records(
    reader: Reader,
    cursor: duckdb.DuckDBPyConnection,
    records: Sequence[Records],
    feeds: Collection[str],
    span: Period | None,
    fields: Iterable[str] = (),
    as_written: Collection[str] = (),
) -> None:
    """Make the table ``happened``: each record that counts, with the number of its part of ``records``.

    Columns: ``part``, ``feed``, ``source``, ``owner``, ``record_key``, ``event`` (one for all records with
    one reference of a source), ``day``, ``longitude``, ``latitude``, ``point``, and the ``fields`` as text
    in lower case, but for those named ``as_written``: the record's own, else those of the incident that it
    belongs to; NULL where neither has one. Without a day a record is not there. ``span`` None: of whatever
    month.
    """
    names = list(dict.fromkeys(fields))
    columns = "part INTEGER, feed VARCHAR, source VARCHAR, owner VARCHAR, record_key UUID, event VARCHAR, "
    columns += "day DATE, longitude DOUBLE, latitude DOUBLE, point BIGINT"
    columns += "".join(f', "{name}" VARCHAR' for name in names)
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE happened ({columns})")
    for source in dict.fromkeys(one.source for one in records):
        parts = [(part, one) for part, one in enumerate(records) if one.source == source]
        said = [field for _part, one in parts for field, _ in (*one.says, *one.left_out)]
        kinds = dict.fromkeys(one.record_type for _part, one in parts)
        has_incidents = {*kinds} != {RecordType.INCIDENT} and _define_incidents(
            reader, cursor, source, [*names, *said]
        )
        theirs = _there(cursor, "incident_of") if has_incidents else None
        reader.define_views(cursor, kinds, [source], period=span)
        for kind in kinds:
            of_kind = [(part, one) for part, one in parts if one.record_type is kind]
            beside = None if kind is RecordType.INCIDENT else theirs
            told = _told(cursor, source, kind, feeds, span, [*names, *said], beside, as_written)
            if len(of_kind) > 1:  # read once for all of them
                wanted = " OR ".join(f"({_counts(one)})" for _part_of, one in of_kind)
                cursor.execute(f"CREATE OR REPLACE TEMP TABLE told AS FROM ({told}) WHERE {wanted}")
                told = "FROM told"
            for part, one in of_kind:
                cursor.execute(f"INSERT INTO happened {_part(part, one, told, names)}")
    cursor.execute("DROP TABLE IF EXISTS told")


def _there(cursor: duckdb.DuckDBPyConnection, view: str) -> set[str]:
    return {str(row[0]).lower() for row in cursor.execute(f'DESCRIBE "{view}"').fetchall()}


def _define_incidents(
    reader: Reader, cursor: duckdb.DuckDBPyConnection, source: str, fields: Iterable[str]
) -> bool:
    """Make the table ``incident_of``: what incidents say to the records that carry their reference.

    False, and no table, where the source has no incident.
    """
    reader.define_views(cursor, [RecordType.INCIDENT], [source])
    there = _there(cursor, RecordType.INCIDENT.value)
    if there <= {*ENVELOPE, "feed", "source", "owner"}:
        return False
    said = "".join(
        f', arg_min(CAST("{name}" AS VARCHAR), record_key) AS "{name}"'
        for name in dict.fromkeys(fields)
        if name in there
    )
    cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE incident_of AS
            SELECT source, ref, bool_and(status = 'cancelled') AS cancelled,
                arg_min(longitude, record_key) AS longitude, arg_min(latitude, record_key) AS latitude,
                arg_min(point, record_key) AS point{said}
            FROM incident WHERE ref IS NOT NULL GROUP BY source, ref"""
    )
    return True


def _told(
    cursor: duckdb.DuckDBPyConnection,
    source: str,
    kind: RecordType,
    feeds: Collection[str],
    span: Period | None,
    fields: Iterable[str],
    theirs: set[str] | None,
    as_written: Collection[str],
) -> str:
    """A SELECT of the records of a source and kind that may count, with what they say: the columns of
    ``happened`` but for the part, ``own_role``, and each field under its name after ``said``.

    ``theirs``: the columns of the incidents beside them; None where there are none.
    """
    own = _there(cursor, kind.value)
    beside = theirs is not None
    place = "coalesce(record.{0}, beside.{0}) AS {0}" if beside else "record.{0}"
    columns = [f"record.{name}" for name in ("feed", "source", "owner", "record_key")]
    own_key = "record.feed || '/' || CAST(record.record_key AS VARCHAR)"
    columns.append(f"record.source || '/' || coalesce(record.ref, {own_key}) AS event")
    columns.append("record.occurred_date AS day")
    columns += [place.format(name) for name in ("longitude", "latitude", "point")]
    columns.append(f"{'record.role' if 'role' in own else 'NULL::VARCHAR'} AS own_role")
    for name in dict.fromkeys(fields):
        value = _value(name, own, theirs or set())
        columns.append(f"{value if name in as_written else f'lower({value})'} AS {_said(name)}")
    tests = [
        f"record.source = {quoted(source)}",
        f"record.feed IN {listed(sorted(feeds))}" if feeds else "false",
        "record.status <> 'cancelled'",
        "record.occurred_date IS NOT NULL",
    ]
    if span:
        tests.append(
            f"record.occurred_date >= DATE '{span.start}' AND record.occurred_date < DATE '{span.end}'"
        )
    if beside:
        tests.append("NOT coalesce(beside.cancelled, false)")
    join = "LEFT JOIN incident_of AS beside ON record.source = beside.source AND record.ref = beside.ref"
    return f"""SELECT {", ".join(columns)}
            FROM "{kind.value}" AS record {join if beside else ""} WHERE {" AND ".join(tests)}"""


def _part(part: int, one: Records, told: str, fields: Sequence[str]) -> str:
    """A SELECT of the rows of ``happened`` that a part makes of what records told."""
    columns = f"{part}, feed, source, owner, record_key, event, day, longitude, latitude, point"
    columns += "".join(f", {_said(name)}" for name in fields)
    return f"SELECT {columns} FROM ({told}) WHERE {_counts(one)}"


def _counts(one: Records) -> str:
    """True for what records told where it is of these records."""
    tests = [f"coalesce({_said_low(field)} = {quoted(value.lower())}, false)" for field, value in one.says]
    tests += [
        f"coalesce({_said_low(field)} <> {quoted(value.lower())}, true)" for field, value in one.left_out
    ]
    if one.roles:
        tests.append(f"coalesce(own_role IN {listed(one.roles)}, true)")
    return " AND ".join(tests) or "true"


def _said(field: str) -> str:
    return f'"said {field}"'


def _said_low(field: str) -> str:
    return f"lower({_said(field)})"


def _value(name: str, own: set[str], theirs: set[str]) -> str:
    """A field as text: the record's own, else the incident's."""
    found = [f'CAST(record."{name}" AS VARCHAR)'] if name in own else []
    found += [f'beside."{name}"'] if name in theirs else []
    return f"coalesce({', '.join(found)})" if found else "CAST(NULL AS VARCHAR)"


def day_said(field: object) -> dt.date | None:
    """The day of a field as the record book writes it; None where there is none, or another text."""
    try:
        return dt.date.fromisoformat(field[:10]) if isinstance(field, str) and field else None
    except ValueError:  # which says the text
        return None


def days_said(said: pd.Series[str]) -> NDArray[np.datetime64]:
    """The day of a field of each row; NaT where there is none."""
    place, texts = pd.factorize(said)
    days = [*(day_said(text) for text in texts), None]  # the place of what is not said is -1
    return np.array(days, dtype="datetime64[D]")[place]


def own_days(frame: pd.DataFrame) -> NDArray[np.datetime64]:
    """The day of each record."""
    return frame["day"].to_numpy().astype("datetime64[D]")


def adult_months(frame: pd.DataFrame, level: Strictness) -> dict[str, dt.date]:
    """The month in which each person comes of age: the one that most of their records say, then the first."""
    said = pd.DataFrame({"unit": frame[level.value], "month": pd.to_datetime(frame["adult_month"])})
    counted = said.dropna().value_counts().reset_index(name="times")
    most = counted.sort_values(["times", "month"], ascending=[False, True]).drop_duplicates("unit")
    return {str(unit): month.date() for unit, month in zip(most["unit"], most["month"], strict=True)}


def read_people(
    reader: Reader,
    cursor: duckdb.DuckDBPyConnection,
    records: Sequence[Records],
    feeds: Collection[str],
    directory: Path | None = None,
    *,
    circumstances: bool = False,
    by_home: bool = False,
    alone: bool = False,
) -> pd.DataFrame:
    """The records of ``happened`` with whom each is of in its part's roles: a row for each mention.

    A record without a mention that has a key has one row, whose keys are empty. ``by_home``: the keys are
    those of the mention's home; ``alone``: by the linkage of the feed by itself. With ``circumstances`` also
    ``home``, ``home_longitude``, ``home_latitude`` and ``adult_month`` of the mention. Sorted by day.
    """
    roles = " OR ".join(
        f"(happened.part = {part} AND person.role IN {listed(one.roles)})"
        for part, one in enumerate(records)
        if one.roles
    )
    reader.persons(cursor, feeds, alone=alone)
    cursor.execute("CREATE OR REPLACE TEMP TABLE person_of AS FROM person")
    keys = ", ".join(
        f"CAST(person.{'home' if by_home else name} AS VARCHAR) AS {name}" for name in Strictness
    )
    joined = f"""
        SELECT happened.*, person.role AS role, person.ordinal AS ordinal, {keys}
        FROM happened LEFT JOIN person_of AS person
            ON happened.feed = person.feed AND happened.record_key = person.record_key
            AND ({roles or "false"})
    """
    if circumstances:
        reader.circumstances(cursor, feeds, directory)
        joined = f"""
            SELECT named.*, circumstance.home, circumstance.longitude AS home_longitude,
                circumstance.latitude AS home_latitude, circumstance.adult_month
            FROM ({joined}) AS named LEFT JOIN circumstance USING (feed, record_key, role, ordinal)
        """
    found: pd.DataFrame = cursor.execute(
        f"""SELECT * REPLACE (CAST(record_key AS VARCHAR) AS record_key) FROM ({joined})
            ORDER BY day, event, record_key, role, ordinal"""
    ).df()
    found["day"] = found["day"].to_numpy().astype("datetime64[D]")
    return found
