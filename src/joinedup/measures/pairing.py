"""Which version of a record on one date of knowledge is which version on another.

In a snapshot feed a record's identity holds within its period, so a key may stand more than once: in the
whole files of several periods. Restating an older month gives that month's version a newer date than the
version in a later month's file; so versions are not paired by their order in time, but by the file's period.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from joinedup.records import DeliveryRow

_ALIKE = ("period_from, period_to", "month", "")
"""By what versions of a key are paired, in this order. Those of one period first; then, where a file of
another length took a period's place, those of one month; the rest in the order in which they became known:
a record that left one month's file and is in another's was re-dated."""


def periods_of(deliveries: Iterable[DeliveryRow]) -> pa.Table:
    """The table ``brought``: a delivery's number and the period it is of (None where it has none)."""
    listed = [
        (row.number, row.period.start if row.period else None, row.period.end if row.period else None)
        for row in deliveries
    ]
    fields = [("number", pa.int64()), ("period_from", pa.date32()), ("period_to", pa.date32())]
    columns = list(zip(*listed, strict=True)) or [(), (), ()]
    return pa.table(
        [pa.array(column, kind) for column, (_, kind) in zip(columns, fields, strict=True)],
        names=[name for name, _ in fields],
    )


def pair(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table ``paired`` (was, is_now): ids of ``earlier`` and ``later`` that are one record.

    Both have id, feed, record_key, known_from, delivery and month; ``brought`` is that of ``periods_of``. A
    version that stands on both dates is itself.
    """
    connection.execute(
        """CREATE TEMP TABLE paired AS
           SELECT earlier.id AS was, later.id AS is_now
           FROM earlier JOIN later USING (feed, record_key, known_from)"""
    )
    for side, column in (("earlier", "was"), ("later", "is_now")):
        connection.execute(
            f"""CREATE TEMP TABLE {side}_left AS
                SELECT id, feed, record_key, known_from, month, period_from, period_to
                FROM {side} LEFT JOIN brought ON brought.number = {side}.delivery
                ANTI JOIN paired ON paired.{column} = {side}.id"""
        )
    for alike in _ALIKE:
        _pair_left(connection, ", ".join(part for part in ("feed, record_key", alike) if part))


def _pair_left(connection: duckdb.DuckDBPyConnection, alike: str) -> None:
    """Pair what is left and alike in these columns, in the order in which it became known."""
    ranked = f"row_number() OVER (PARTITION BY {alike} ORDER BY known_from) AS place"
    connection.execute(
        f"""INSERT INTO paired
            SELECT one.id, other.id
            FROM (SELECT *, {ranked} FROM earlier_left) AS one
            JOIN (SELECT *, {ranked} FROM later_left) AS other USING ({alike}, place)"""
    )
    connection.execute("DELETE FROM earlier_left WHERE id IN (SELECT was FROM paired)")
    connection.execute("DELETE FROM later_left WHERE id IN (SELECT is_now FROM paired)")
