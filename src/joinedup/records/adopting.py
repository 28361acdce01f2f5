"""Whether a staged file may become a segment as it is, so that a delivery's rows are written once only."""

from __future__ import annotations

from pathlib import Path

import duckdb

from joinedup.records.definitions import Foretold
from joinedup.records.segments import naive, scan, text

# A reader that wants one month skips row groups of other months; files in the order of their months, with
# their row groups written side by side, cross about two borders for each month.
BORDERS_FOR_A_MONTH = 3


def fit(connection: duckdb.DuckDBPyConnection, staged: Path, told: Foretold) -> bool:
    """Whether every row bears what was foretold, and a month's rows lie together."""
    found = connection.execute(
        f"""SELECT min(delivery), max(delivery), min(known_from)::VARCHAR, max(known_from)::VARCHAR,
                   count(delivery) = count(*) AND count(known_from) = count(*)
            FROM {scan([staged])}"""
    ).fetchall()[0]
    known_from = connection.execute(f"SELECT CAST({text(naive(told.known_from))} AS TIMESTAMP)::VARCHAR")
    moment = known_from.fetchall()[0][0]
    return found == (told.number, told.number, moment, moment, True) and _by_month(connection, staged)


def _by_month(connection: duckdb.DuckDBPyConnection, staged: Path) -> bool:
    """Whether the row groups hold few months each, by the statistics in the file's footer."""
    spans = connection.execute(
        f"""SELECT sum(date_diff('month', first, last)), date_diff('month', min(first), max(last))
            FROM (SELECT CAST(stats_min_value AS DATE) AS first, CAST(stats_max_value AS DATE) AS last
                  FROM parquet_metadata({text(staged)}) WHERE path_in_schema = 'month')"""
    ).fetchall()[0]
    crossed, months = spans[0] or 0, spans[1] or 0
    return bool(crossed <= BORDERS_FOR_A_MONTH * months)
