"""The rows that a delivery brought and that were refused: their raw text, kept with the reasons.

Rows of restricted records are not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from joinedup.records import ledger, marks, restricting
from joinedup.records.definitions import JudgedBy
from joinedup.records.engine import wrapped
from joinedup.records.segments import columns_of, scan

RefusedRow = tuple[int, str, list[str]]
_AT_A_TIME = 1000


def rows(connection: duckdb.DuckDBPyConnection, records: Path, delivery: int) -> Iterator[RefusedRow]:
    """Row number, raw text and reasons of each row in quarantine, in the file's order."""
    table = _table(connection, records, delivery)
    if table is None:
        return
    with wrapped("reading its quarantine"):
        found = connection.execute(f"SELECT row_number, raw, reasons FROM {table} ORDER BY row_number")
        while some := found.fetchmany(_AT_A_TIME):
            yield from some


def numbered(connection: duckdb.DuckDBPyConnection, records: Path, delivery: int) -> dict[int, list[str]]:
    """Row number to the reasons of each row in quarantine, in the file's order; no content is read."""
    table = _table(connection, records, delivery)
    if table is None:
        return {}
    with wrapped("reading why its rows were refused"):
        found = connection.execute(f"SELECT row_number, reasons FROM {table} ORDER BY row_number")
        return {int(number): list(why) for number, why in found.fetchall()}


def judged_by(connection: duckdb.DuckDBPyConnection, records: Path, delivery: int) -> JudgedBy | None:
    """By what the rows in quarantine were judged; None where there are none, or an older book has them."""
    with wrapped("reading by what its rows were refused"):
        return marks.judged_by(marks.marks_of(connection, _files(records, delivery)))


def sent_again(connection: duckdb.DuckDBPyConnection, records: Path, delivery: int) -> dict[int, int]:
    """Row number to the first later delivery that stands and brought a record of the same key.

    Rows without a key cannot be recognised.
    """
    from joinedup.records.models import Segment

    table = _table(connection, records, delivery)
    later = Segment.objects.filter(
        kind=Segment.Kind.POS,
        delivery__feed__in=Segment.objects.filter(delivery__number=delivery).values("delivery__feed"),
        delivery__number__gt=delivery,
        delivery__state="standing",
    )
    files = [records / name for name in later.order_by("id").values_list("file", flat=True)]
    if table is None or not files:
        return {}
    with wrapped("looking for its rows in later deliveries"):
        if not _has_keys(connection, table):
            return {}
        found = connection.execute(
            f"""SELECT refused.row_number, min(version.delivery) FROM {table} AS refused
                JOIN {scan(files, by_name=True)} AS version USING (record_key)
                WHERE version.delivery > {int(delivery)} GROUP BY refused.row_number"""
        )
        return {int(number): int(later_one) for number, later_one in found.fetchall()}


def reasons(connection: duckdb.DuckDBPyConnection, records: Path, delivery: int) -> dict[str, int]:
    """How many rows were refused for each reason, the commonest first; a row may have several."""
    table = _table(connection, records, delivery)
    if table is None:
        return {}
    with wrapped("counting its quarantine"):
        found = connection.execute(
            f"""SELECT unnest(reasons) AS reason, count(*) AS rows FROM {table}
                GROUP BY reason ORDER BY rows DESC, reason"""
        )
        return dict(found.fetchall())


def _table(connection: duckdb.DuckDBPyConnection, records: Path, delivery: int) -> str | None:
    """A table expression over what may be seen of the delivery's quarantine; None where it has none."""
    files = _files(records, delivery)
    if not files:
        return None
    table, [feed] = scan(files), ledger.feeds_of([delivery])
    hidden = restricting.standing([feed])
    if not hidden or not _has_keys(connection, table):
        return table
    restricting.hide(connection, hidden)
    return f"(SELECT * FROM {table} AS refused{restricting.unless_hidden(feed, hidden)})"


def _has_keys(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return "record_key" in {name for name, _ in columns_of(connection, table)}


def _files(records: Path, delivery: int) -> list[Path]:
    from joinedup.records.models import Segment

    kept = Segment.objects.filter(delivery__number=delivery, kind=Segment.Kind.QUARANTINE).order_by("id")
    return [records / name for name in kept.values_list("file", flat=True)]
