"""What a delivery will be compared with, looked up before its file is read.

A row that equals one that stands need not be typed or written. So whoever prepares a delivery may be told the
keys and content of what stands, and hand over typed rows only for what differs; the writer, under its lock,
sees whether the same still stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from joinedup.records.comparing import Standing
from joinedup.records.marks import DIGEST, READ_BY, marks_of
from joinedup.records.segments import PASSED_ON, text
from joinedup.terms import Period


@dataclass(frozen=True)
class Footing:
    """What stands where a delivery will be compared: its files, how their content was digested (None where
    nothing stands), and how many versions were told (None where none were)."""

    files: tuple[str, ...] = ()
    by_length: bool | None = None
    told: int | None = None

    def still(self, now: Footing) -> bool:
        """Whether rows that were read on this footing may be compared on that of now."""
        digests = {self.by_length or False, now.by_length} - {None}
        return len(digests) == 1 and (self.told is None or self.files == now.files)


@dataclass(frozen=True)
class Untyped:
    """The rows of a delivery that equal what was told: how many, and the file of told keys without a row."""

    footing: Footing
    rows: int
    absent: Path


def of(connection: duckdb.DuckDBPyConnection, against: Standing | None) -> Footing:
    """The footing on which a delivery stands now."""
    if against is None:
        return Footing()
    return Footing(against.files, by_length=DIGEST not in marks_of(connection, against.brought))


def tell(
    connection: duckdb.DuckDBPyConnection,
    against: Standing | None,
    read_by: str,
    period: Period,
    target: Path,
    more: Mapping[str, str],
) -> Footing:
    """Write what stands within the period (key, content, point, stated area, ``more``) to a file.

    ``more``: further columns, name to SQL over the versions. Only where every version that stands was read by
    the same rules, so that an equal row would be accepted again, and where no key can stand twice. Else
    nothing is written, and the footing says so.
    """
    now = of(connection, against)
    if against is None or now.by_length or against.repeats:
        return now
    if marks_of(connection, against.brought).get(READ_BY) != read_by:
        return now
    within = f"occurred_date BETWEEN DATE {text(str(period.start))} AND DATE {text(str(period.last))}"
    columns = ["record_key", "content_hash", "point", "stated_area"]
    columns += [f"{sql} AS {name}" for name, sql in more.items()]
    copied = connection.execute(
        f"""COPY (SELECT {", ".join(columns)}
                  FROM {against.versions} AS version {against.without_gone} WHERE {within})
            TO {text(target)} ({PASSED_ON})"""
    ).fetchall()
    return Footing(now.files, now.by_length, int(copied[0][0]))
