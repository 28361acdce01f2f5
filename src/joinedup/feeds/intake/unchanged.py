"""Rows that equal what stands, found by their digests: they need no typing, for they were accepted before.

What is told stands was read by the same rules, so an equal row is as good as it was. A row whose key another
row of the file seems to share is never taken for unchanged: both must be looked at. Two equal rows without a
key are two records; the how-manieth it is belongs to a row's identity.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from joinedup.errors import Damaged
from joinedup.feeds.contract import Contract, IfUnplaceable, IfWrong, TimeFormat
from joinedup.feeds.intake.loading import Loaded
from joinedup.feeds.intake.typing_sql import literal
from joinedup.records.identity import ordinal_key_sql

# Every row of the file, or of what stands, that has no like on the other side.
_KEYED = """
    CREATE TEMP TABLE unlike_keyed AS
    SELECT arrived.number, told.record_key
    FROM (SELECT number, content FROM raw ANTI JOIN shared USING (narrow) WHERE narrow IS NOT NULL) AS arrived
    FULL OUTER JOIN read_parquet({stands}) AS told ON arrived.content = told.content_hash
    WHERE arrived.number IS NULL OR told.record_key IS NULL"""
_KEYLESS = """
    CREATE TEMP TABLE unlike_keyless AS
    SELECT arrived.number, told.record_key
    FROM (SELECT number, {key} AS record_key FROM raw LEFT JOIN special ON special.row_number = number
          WHERE narrow IS NULL) AS arrived
    FULL OUTER JOIN (SELECT record_key FROM unlike_keyed WHERE number IS NULL) AS told USING (record_key)
    WHERE arrived.number IS NULL OR told.record_key IS NULL"""
_CHANGED = """
    CREATE TEMP TABLE changed AS
    SELECT number FROM unlike_keyed WHERE number IS NOT NULL
    UNION ALL SELECT number FROM unlike_keyless WHERE number IS NOT NULL
    UNION ALL SELECT number FROM raw SEMI JOIN shared USING (narrow)"""


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


def leave_out(connection: duckdb.DuckDBPyConnection, loaded: Loaded, stands: Path, absent: Path) -> int:
    """Let ``raw`` show only rows that differ from what stands; returns how many do not.

    Needs ``special`` and ``shared`` (``repeats``). Writes the keys of what stands and came with no equal row.
    """
    connection.execute(_KEYED.format(stands=literal(str(stands))))
    connection.execute(_KEYLESS.format(key=ordinal_key_sql("content", "coalesce(ordinal, 1)")))
    connection.execute(_CHANGED)
    copied = connection.execute(
        f"""COPY (SELECT record_key FROM unlike_keyless WHERE number IS NULL)
            TO {literal(str(absent))} (FORMAT parquet)"""
    ).fetchall()
    told = connection.execute(f"SELECT count(*) FROM read_parquet({literal(str(stands))})").fetchall()[0][0]
    changed = connection.execute("SELECT count(*) FROM changed").fetchall()[0][0]
    unchanged = loaded.parsed - int(changed)
    if unchanged != int(told) - int(copied[0][0]):
        raise Damaged(
            "The rows that equal what stands do not add up: joinedup has a mistake, and nothing was stored",
            next_step="Please report it",
        )
    loaded.keep(connection, "changed")
    return unchanged
