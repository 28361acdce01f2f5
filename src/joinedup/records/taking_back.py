"""Taking single records back: each counts no longer from now on, whatever is delivered of it.

In the ledger it is a delivery without a file, of mode ``withdrawal``; its neg segment has the versions that
stood. A row of such a record that arrives later is set aside by the rule ``withdrawn``: a file that repeats
what its owner took back would undo it silently. It is kept out of sight (``unseen``), for withdrawing that
delivery lets the records in again, as the files that then stand say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import duckdb
from uuid6 import uuid7

from joinedup.errors import BadInput, NotFound
from joinedup.records import comparing, ledger, restricting, staging
from joinedup.records.definitions import DeliveryDraft, DeliveryRow
from joinedup.records.engine import wrapped
from joinedup.records.filing import Filing
from joinedup.records.ledger import Counts, NewDelivery
from joinedup.records.segments import PARQUET, naive, scan, text
from joinedup.terms import DeliveryMode, RecordType, Viewer

if TYPE_CHECKING:
    from joinedup.records.models import Delivery, Segment

RULE = "withdrawn"  # the name under which rows of records that were taken back are set aside


def take_back(
    records: Path,
    folder: Path,
    connection: duckdb.DuckDBPyConnection,
    feed: str,
    keys: Sequence[UUID],
    by: Viewer,
    reason: str,
) -> DeliveryRow:
    """Take records of a feed back, holding the writer's lock. Raises NotFound or BadInput."""
    if not keys:
        raise BadInput("Records are taken back by name", next_step="Name them by key or reference")
    if not reason.strip():
        raise BadInput("Taking a record back needs its reason", where=feed)
    latest = ledger.delivery_query(feed).order_by("-number").first()
    against = comparing.standing(DeliveryMode.CHANGES, None, ledger.segments_of(feed), records)
    if latest is None or against is None:
        raise _absent(len(keys), len(keys), feed)
    number = ledger.next_number()
    moment = dt.datetime.now(dt.UTC)
    known_from = ledger.next_known_from(feed, moment)
    with wrapped(f"taking records of {feed} back"):
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE named AS SELECT unnest(?::UUID[]) AS record_key",
            [restricting.unrestricted(feed, keys)],  # what is restricted is not there to be taken back
        )
        connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE verdict AS
                SELECT record_key, known_from, 'withdrawn' AS kind
                FROM ({against.current}) SEMI JOIN named USING (record_key)"""
        )
        [(found,)] = connection.execute("SELECT count(DISTINCT record_key) FROM verdict").fetchall()
        if found < len(keys):
            raise _absent(len(keys) - found, len(keys), feed)
        gone = comparing.superseded(against, naive(known_from), number)
        filed = Filing(connection, folder).write("neg", f"{number:06d}-{feed}-taken-back.parquet", gone)
        staging.place_all(folder, [(filed.path, records / filed.segment.file)])
    draft = _draft(latest, moment, reason)
    counts = Counts(withdrawn=filed.segment.rows)
    return ledger.commit(NewDelivery(uuid7(), number, draft, known_from, counts, [filed.segment]), by)


def _absent(absent: int, named: int, feed: str) -> NotFound:
    return NotFound(
        f"{absent} of the {named} records do not stand, so nothing was changed",
        where=feed,
        next_step="Name records of this feed that count now",
    )


def _draft(latest: Delivery, moment: dt.datetime, reason: str) -> DeliveryDraft:
    return DeliveryDraft(
        feed=latest.feed,
        contract_version=latest.contract_version,
        source=latest.source,
        record_type=RecordType(latest.record_type),
        owner=latest.owner,
        mode=DeliveryMode.WITHDRAWAL,
        period=None,
        file_name="",
        file_sha256="",
        file_bytes=0,
        received_at=moment,
        rows_in=0,
        notes=(reason.strip(),),
    )


def segments_of(feed: str, number: int | None = None) -> list[Segment]:
    """The segments with what was taken back of a feed and is not let in again (only under a number)."""
    from joinedup.records.models import Delivery, Segment

    found = Segment.objects.filter(
        delivery__feed=feed,
        delivery__mode=DeliveryMode.WITHDRAWAL.value,
        delivery__state=Delivery.State.STANDING,
        kind=Segment.Kind.NEG,
    )
    return list((found if number is None else found.filter(delivery__number=number)).order_by("id"))


def hold(connection: duckdb.DuckDBPyConnection, records: Path, feed: str, number: int | None = None) -> bool:
    """Fill the temporary table ``held`` (record_key, taking) with the records of a feed that are taken back.

    Only those under a number, where one is given. Answers whether there are any.
    """
    files = [records / segment.file for segment in segments_of(feed, number)]
    found = f"SELECT DISTINCT record_key, superseded_by AS taking FROM {scan(files, by_name=True)}"
    nothing = "SELECT NULL::UUID AS record_key, NULL::INTEGER AS taking WHERE false"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE held AS {found if files else nothing}")
    return bool(files and connection.execute("SELECT count(*) FROM held").fetchall()[0][0])


def sift(
    connection: duckdb.DuckDBPyConnection, draft: DeliveryDraft, staged: Path, folder: Path
) -> tuple[DeliveryDraft, Path, Path]:
    """What arrived without the rows of records in the table ``held``, which are set aside and counted.

    The last answer is a file of those rows.
    """
    aside = folder / f"aside-{staged.name}"
    query = f"SELECT * FROM {scan([staged])} SEMI JOIN held USING (record_key) ORDER BY row_number"
    [(gone,)] = connection.execute(f"COPY ({query}) TO {text(aside)} ({PARQUET})").fetchall()
    if not gone:
        return draft, staged, aside
    sifted = folder / f"allowed-{staged.name}"
    query = f"SELECT * FROM {scan([staged])} ANTI JOIN held USING (record_key) ORDER BY row_number"
    connection.execute(f"COPY ({query}) TO {text(sifted)} ({PARQUET})")
    counted = {**draft.set_aside, RULE: draft.set_aside.get(RULE, 0) + int(gone)}
    return replace(draft, set_aside=counted), sifted, aside


def references(connection: duckdb.DuckDBPyConnection, records: Path, feed: str) -> dict[str, int]:
    """The references of the records of a feed that were taken back, and the delivery that did it."""
    held = [records / segment.file for segment in segments_of(feed)]
    if not held:
        return {}
    with wrapped(f"reading what was taken back of {feed}"):
        query = f"SELECT ref, superseded_by FROM {scan(held, by_name=True)} WHERE ref IS NOT NULL"
        return {str(ref): int(number) for ref, number in connection.execute(query).fetchall()}
