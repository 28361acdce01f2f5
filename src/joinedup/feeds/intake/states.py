"""What became of the values: how many of each field were given, missing, unknown, refused or invalid; whether
rows are provisional; which times were taken for one of two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb

from joinedup.feeds.contract import Contract, TimeFormat, ValidationRule
from joinedup.feeds.intake.loading import Loaded
from joinedup.feeds.intake.sql_parts import literal
from joinedup.feeds.intake.times_sql import comes_twice
from joinedup.feeds.intake.typing_sql import Composer

PLACE = "place"  # the name under which places are counted, where a wrong one is dropped


def of_fields(
    connection: duckdb.DuckDBPyConnection, loaded: Loaded, staged: Path, accepted: int, *, whole: bool
) -> dict[str, tuple[int, ...]]:
    """Field to (given, missing, unknown, refused, invalid) over the accepted rows, mostly from the staged
    file's own statistics. What is neither empty nor a word for nothing, and yet has no value, was invalid.

    ``whole``: all accepted rows are in the staged file; else the others are in the table ``same``
    (``unchanged``).
    """
    typed = connection.execute(
        f"""SELECT path_in_schema, coalesce(sum(stats_null_count), 0)::BIGINT
            FROM parquet_metadata({literal(str(staged))}) GROUP BY path_in_schema"""
    ).fetchall()
    null = Counter(dict(typed))
    if not whole:
        null.update(loaded.digests.without_value(connection, "FROM same"))
    rows = f"FROM {loaded.rows} AS row"
    if accepted < loaded.parsed:
        rows += " ANTI JOIN left_out USING (number)"
    digests = loaded.digests
    unknown, refused = digests.unknown(connection, rows), digests.refused(connection, rows)
    empty = digests.empty(connection, rows) if digests.with_empty else {}
    found: dict[str, tuple[int, ...]] = {}
    for column in digests.composer.contract.columns:
        if column.field is None or column.private:
            continue
        said, declined = unknown[column.field], refused.get(column.field, 0)
        words = declined if column.keep_unknown else said + declined
        nothing = null[column.field]
        missing = empty.get(column.field, nothing - words)
        given = accepted - nothing - (said if column.keep_unknown else 0)
        found[column.field] = (given, missing, said, declined, nothing - words - missing)
    return found


def of_places(
    connection: duckdb.DuckDBPyConnection, composer: Composer, judged: str
) -> dict[str, tuple[int, ...]]:
    """The same of the places, where a wrong one is dropped and its row kept."""
    if not composer.places.may_be_dropped:
        return {}
    rows, given, wrong = connection.execute(
        f"""SELECT count(*), count(*) FILTER (longitude IS NOT NULL AND latitude IS NOT NULL),
                   count(*) FILTER (place_wrong)
            FROM ({judged}) WHERE aside IS NULL AND NOT bad"""
    ).fetchall()[0]
    return {PLACE: (given, rows - given - wrong, 0, 0, wrong)}


def named_provisional(
    connection: duckdb.DuckDBPyConnection, contract: Contract, file_name: str
) -> bool | None:
    """Whether the file's name says that all of it is provisional; None where no rule looks at the name."""
    rule = contract.validation
    if rule is None or rule.file_name is None:
        return None
    name = file_name.encode("utf-8", "replace").decode()  # a name may hold bytes that are no text
    found = connection.execute(f"SELECT regexp_matches({literal(name)}, {literal(rule.file_name)})")
    return bool(found.fetchall()[0][0])


def is_provisional(connection: duckdb.DuckDBPyConnection, composer: Composer, staged: Path) -> bool | None:
    """Whether any staged row is provisional; None where the contract does not tell."""
    if composer.contract.validation is None:
        return None
    found = connection.execute(
        f"SELECT coalesce(bool_or({ValidationRule.FIELD}), false) FROM read_parquet({literal(str(staged))})"
    )
    return bool(found.fetchall()[0][0])


def notes(connection: duckdb.DuckDBPyConnection, composer: Composer, staged: Path) -> Iterator[str]:
    """What was settled by a rule rather than by the file, a sentence each."""
    if composer.contract.time.format is not TimeFormat.LOCAL:
        return
    twice = connection.execute(
        f"""SELECT count(*) FROM read_parquet({literal(str(staged))})
            WHERE occurred_time >= TIME '01:00:00' AND occurred_time < TIME '03:00:00'
              AND {comes_twice("occurred_from")}"""
    ).fetchall()[0][0]
    if twice:
        yield (
            f"{twice:,} times lie in the hour that came twice when the clocks went back; "
            "each was taken as the first of the two."
        )
