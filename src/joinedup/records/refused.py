"""The rows that a delivery brought and that were refused: their raw text, kept with the reasons."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from joinedup.records.engine import wrapped
from joinedup.records.segments import scan

RefusedRow = tuple[int, str, list[str]]
_AT_A_TIME = 1000


def rows(connection: duckdb.DuckDBPyConnection, records: Path, delivery: int) -> Iterator[RefusedRow]:
    """Row number, raw text and reasons of each row in quarantine, in the file's order."""
    table = _table(records, delivery)
    if table is None:
        return
    with wrapped("reading its quarantine"):
        found = connection.execute(f"SELECT row_number, raw, reasons FROM {table} ORDER BY row_number")
        while some := found.fetchmany(_AT_A_TIME):
            yield from some


def reasons(connection: duckdb.DuckDBPyConnection, records: Path, delivery: int) -> dict[str, int]:
    """How many rows were refused for each reason, the commonest first; a row may have several."""
    table = _table(records, delivery)
    if table is None:
        return {}
    with wrapped("counting its quarantine"):
        found = connection.execute(
            f"""SELECT unnest(reasons) AS reason, count(*) AS rows FROM {table}
                GROUP BY reason ORDER BY rows DESC, reason"""
        )
        return dict(found.fetchall())


def _table(records: Path, delivery: int) -> str | None:
    """A table expression over the delivery's quarantine; None where it has none."""
    from joinedup.records.models import Segment

    kept = Segment.objects.filter(delivery__number=delivery, kind=Segment.Kind.QUARANTINE).order_by("id")
    files = [records / name for name in kept.values_list("file", flat=True)]
    return scan(files) if files else None
