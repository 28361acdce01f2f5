"""Rows that equal what stands, found by their digests: they need no typing, for they were accepted before.

What is told stands was read by the same rules, so an equal row is as good as it was. A row whose key another
row of the file seems to share is never taken for unchanged: both must be looked at. Two equal rows without a
key are two records; the how-manieth it is belongs to a row's identity.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from joinedup.errors import Damaged
from joinedup.feeds.contract import Contract, IfUnplaceable, IfWrong, TimeFormat
from joinedup.feeds.intake.digests import Digests
from joinedup.feeds.intake.typing_sql import literal
from joinedup.records.identity import ordinal_key_sql

# Every row of the file, or of what stands, that has no like on the other side.
_KEYED = """
    CREATE OR REPLACE TEMP TABLE unlike_keyed AS
    SELECT arrived.number, told.record_key
    FROM ({keyed}) AS arrived
    FULL OUTER JOIN read_parquet({stands}) AS told ON arrived.content = told.content_hash
    WHERE arrived.number IS NULL OR told.record_key IS NULL"""
_KEYLESS = """
    CREATE OR REPLACE TEMP TABLE unlike_keyless AS
    SELECT arrived.number, told.record_key
    FROM (SELECT number, {key} AS record_key
          FROM ({keyless}) LEFT JOIN special ON special.row_number = number) AS arrived
    FULL OUTER JOIN (SELECT record_key FROM unlike_keyed WHERE number IS NULL) AS told USING (record_key)
    WHERE arrived.number IS NULL OR told.record_key IS NULL"""
_CHANGED = """
    CREATE OR REPLACE TEMP TABLE changed AS
    SELECT number FROM unlike_keyed WHERE number IS NOT NULL
    UNION ALL SELECT number FROM unlike_keyless WHERE number IS NOT NULL
    UNION ALL ({others})"""
_SAME = """
    CREATE OR REPLACE TEMP TABLE same AS
    SELECT {columns}, count(*) AS rows
    FROM read_parquet({stands}) AS told ANTI JOIN read_parquet({absent}) AS absent USING (record_key)
    GROUP BY ALL"""


@dataclass(frozen=True)
class Arrived:
    """The rows of a file as queries: ``number`` and ``content`` of those with and of those without a key, and
    ``number`` of the ``others``, which are never taken for unchanged."""

    keyed: str
    keyless: str
    others: str


IN_CELLS = Arrived(
    "SELECT number, content FROM raw ANTI JOIN shared USING (narrow) WHERE narrow IS NOT NULL",
    "SELECT number, content FROM raw WHERE narrow IS NULL",
    "SELECT number FROM raw SEMI JOIN shared USING (narrow)",
)
"""The rows of ``raw``; needs ``shared`` (``repeats``)."""


def may_stay_untyped(contract: Contract) -> bool:
    """Whether all that is told of a delivery can be told without typing its unchanged rows.

    What was dropped from a row, whom it names, whether it is provisional and which hour of two it is of are
    known of typed rows only.
    """
    drops = any(column.if_wrong is IfWrong.BLANK for column in contract.columns)
    misplaces = contract.place is not None and contract.place.if_wrong is not IfUnplaceable.QUARANTINE
    names = contract.persons or contract.private_fields()
    told = contract.validation or contract.time.format is TimeFormat.LOCAL
    return not (drops or misplaces or names or told)


def compare(
    connection: duckdb.DuckDBPyConnection, arrived: Arrived, rows: int, stands: Path, absent: Path
) -> int | None:
    """Fill the table ``changed`` with the numbers of rows that differ from what stands; returns how many of
    the ``rows`` do not. None where these are not as many as the versions that they equal.

    Needs ``special`` (``repeats``). Writes the keys of what stands and came with no equal row.
    """
    told = literal(str(stands))
    connection.execute(_KEYED.format(keyed=arrived.keyed, stands=told))
    key = ordinal_key_sql("content", "coalesce(ordinal, 1)")
    connection.execute(_KEYLESS.format(keyless=arrived.keyless, key=key))
    connection.execute(_CHANGED.format(others=arrived.others))
    copied = connection.execute(
        f"""COPY (SELECT record_key FROM unlike_keyless WHERE number IS NULL)
            TO {literal(str(absent))} (FORMAT parquet)"""
    ).fetchall()
    stood = connection.execute(f"SELECT count(*) FROM read_parquet({told})").fetchall()[0][0]
    changed = connection.execute("SELECT count(*) FROM changed").fetchall()[0][0]
    unchanged = rows - int(changed)
    return unchanged if unchanged == int(stood) - int(copied[0][0]) else None


def refuse_unlike(unchanged: int | None) -> int:
    """The number of unchanged rows. Raises Damaged where there is none, for then something is amiss."""
    if unchanged is None:
        raise Damaged(
            "The rows that equal what stands do not add up: joinedup has a mistake, and nothing was stored",
            next_step="Please report it",
        )
    return unchanged


def sum_up(connection: duckdb.DuckDBPyConnection, digests: Digests, stands: Path, absent: Path) -> None:
    """Make the table ``same``: how many unchanged ``rows`` there are of each place and with which fields
    empty, from what stands."""
    columns = ", ".join(["point", "stated_area", *digests.nothing()])
    told, gone = literal(str(stands)), literal(str(absent))
    connection.execute(_SAME.format(columns=columns, stands=told, absent=gone))
