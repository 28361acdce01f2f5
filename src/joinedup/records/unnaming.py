"""Taking erased references out of what the ledger says of deliveries: file names, notes, reasons.

A report by form is a delivery called after its reference; an owner may call a file after its only record.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import duckdb

from joinedup.records import known_again, ledger
from joinedup.records.segments import scan
from joinedup.terms import DeliveryMode

INSTEAD = "erased"
Said = dict[UUID, list[str]]  # delivery to the references that it says


def said_of(
    connection: duckdb.DuckDBPyConnection, feed: str, pos: Sequence[Path], references: Sequence[str]
) -> Said:
    """Which deliveries of a feed say which of these references: that brought their record, or took it back.

    Shorter references than ``known_again.TELLING`` may be part of any word, and are left.
    """
    telling = [one for one in references if len(one) >= known_again.TELLING]
    if not telling or not pos:
        return {}
    taking_back = DeliveryMode.WITHDRAWAL.value
    told = [(one.number, one.mode == taking_back, _words(one)) for one in ledger.delivery_query(feed)]
    connection.execute("CREATE OR REPLACE TEMP TABLE told (number INTEGER, takes_back BOOLEAN, said VARCHAR)")
    columns = [list(column) for column in zip(*told, strict=True)]
    connection.execute(
        "INSERT INTO told SELECT unnest(?::INTEGER[]), unnest(?::BOOLEAN[]), unnest(?::VARCHAR[])", columns
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE unnamed AS SELECT unnest(?::VARCHAR[]) AS ref", [telling]
    )
    versions = f"(SELECT DISTINCT delivery, ref FROM {scan(pos, by_name=True)} SEMI JOIN unnamed USING (ref))"
    rows = connection.execute(
        f"""SELECT DISTINCT told.number, version.ref FROM told JOIN {versions} AS version
            ON (told.number = version.delivery OR told.takes_back) AND contains(told.said, version.ref)"""
    ).fetchall()
    keys = dict(ledger.delivery_query(feed).values_list("number", "pk"))
    found: Said = defaultdict(list)
    for number, reference in rows:
        found[keys[number]].append(reference)
    return dict(found)


def take_out(said: Said) -> None:
    """Write ``erased`` in place of those references, in the caller's transaction; who calls seals anew."""
    for key, references in said.items():
        one = ledger.delivery_query().get(pk=key)
        for reference in sorted(references, key=len, reverse=True):
            whole = re.compile(rf"(?<!\w){re.escape(reference)}(?!\w)")
            one.file_name = whole.sub(INSTEAD, one.file_name)
            one.notes = [whole.sub(INSTEAD, note) for note in one.notes]
            one.withdrawn_reason = whole.sub(INSTEAD, one.withdrawn_reason)
        one.save(update_fields=["file_name", "notes", "withdrawn_reason"])


def _words(delivery: ledger.Delivery) -> str:
    return "\n".join([delivery.file_name, *delivery.notes, delivery.withdrawn_reason])
