"""Values that a mended contract takes in of a text that did not change.

Content is a digest of a row's text. So a row whose value was dropped, as a code list lacked it, is the same
row when it comes again under the mended list; it is a revision all the same, for it says more than before.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from joinedup.records.identity import quoted
from joinedup.records.segments import columns_of, scan

if TYPE_CHECKING:
    from joinedup.records.comparing import Standing


def add_to_verdict(
    connection: duckdb.DuckDBPyConnection, staged: Path, against: Standing, fields: Sequence[str]
) -> None:
    """Put into the table ``verdict``, as revised, the rows that equal what stands and have a value in one of
    these fields where it has none."""
    there = {name for name, _ in columns_of(connection, scan([staged]))}
    there &= {name for name, _ in columns_of(connection, against.versions)}
    told = [quoted(name) for name in fields if name in there]
    if not told:
        return
    order = "row_number() OVER (PARTITION BY record_key ORDER BY delivery DESC)"
    last = f"QUALIFY {order} = 1" if against.repeats else ""
    columns = ", ".join(["record_key", "content_hash", "known_from", "delivery", *told])
    more = " OR ".join(f"(arrived.{name} IS NOT NULL AND stood.{name} IS NULL)" for name in told)
    connection.execute(
        f"""INSERT INTO verdict
            SELECT arrived.record_key, stood.known_from, 'revised'
            FROM {scan([staged])} AS arrived
            JOIN (SELECT {columns} FROM {against.versions} AS version {against.without_gone} {last}) AS stood
            ON arrived.record_key = stood.record_key AND arrived.content_hash = stood.content_hash
            WHERE {more}"""
    )
