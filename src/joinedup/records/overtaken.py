"""Rows of a file that waited, of records that a newer delivery changed in the meantime.

A file of changes says of each of its records how it stood when the file was made. Stored late, it must not
undo what a newer file said of one since: such a row is set aside and counted, and what is newer stands. A
record that a newer file had just as it stood left no trace in the book, so there the late row is taken in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from joinedup.records.definitions import DeliveryDraft
from joinedup.records.segments import PARQUET, columns_of, scan, text
from joinedup.terms import DeliveryMode

RULE = "overtaken"  # the name under which such rows are set aside


def sift(
    connection: duckdb.DuckDBPyConnection,
    records: Path,
    draft: DeliveryDraft,
    staged: Path,
    quarantined: Path | None,
    folder: Path,
) -> tuple[DeliveryDraft, Path, Path | None]:
    """What arrived without the rows of records that one of the deliveries ``draft.newer`` changed.

    A row that says what the newest of these says is no such row. A whole file of its period is left as it is:
    it is overtaken as a whole, or not at all.
    """
    newer = _newer(records, draft)
    if not newer:
        return draft, staged, quarantined
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE newest AS
            SELECT record_key, content_hash FROM {scan(newer, by_name=True)}
            QUALIFY row_number() OVER (PARTITION BY record_key ORDER BY delivery DESC, known_from DESC) = 1"""
    )
    older = f"""SELECT row_number FROM {scan([staged])} AS arrived JOIN newest USING (record_key)
                WHERE arrived.content_hash <> newest.content_hash"""
    staged, gone = _sifted(connection, staged, older, folder)
    if quarantined is not None and "record_key" in dict(columns_of(connection, scan([quarantined]))):
        older = f"SELECT row_number FROM {scan([quarantined])} SEMI JOIN newest USING (record_key)"
        quarantined, refused = _sifted(connection, quarantined, older, folder)
        gone += refused
    if gone:
        draft = replace(draft, set_aside={**draft.set_aside, RULE: draft.set_aside.get(RULE, 0) + gone})
    return draft, staged, quarantined


def _newer(records: Path, draft: DeliveryDraft) -> Sequence[Path]:
    """The versions that the newer deliveries brought, as far as they stand."""
    if not draft.newer or draft.mode is DeliveryMode.SNAPSHOT:
        return []
    from joinedup.records import ledger

    numbers = {one.number for one in ledger.standing_files(draft.feed)} & set(draft.newer)
    return [
        records / one.file
        for one in ledger.segments_of(draft.feed)
        if one.kind == "pos" and one.delivery.number in numbers
    ]


def _sifted(
    connection: duckdb.DuckDBPyConnection, file: Path, left_out: str, folder: Path
) -> tuple[Path, int]:
    """The file without these rows, and how many they are; itself where there are none."""
    [(gone,)] = connection.execute(f"SELECT count(*) FROM ({left_out})").fetchall()
    if not gone:
        return file, 0
    sifted = folder / f"newer-{file.name}"
    query = f"SELECT * FROM {scan([file])} WHERE row_number NOT IN ({left_out}) ORDER BY row_number"
    connection.execute(f"COPY ({query}) TO {text(sifted)} ({PARQUET})")
    return sifted, int(gone)
