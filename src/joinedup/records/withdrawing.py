"""Withdrawing a delivery: what it brought ends, and what it ended comes back, from now on.

Only the last standing delivery that concerns its period (of its feed, unless both are snapshots of periods
that do not meet) can be withdrawn: a later one was compared with it and may confirm or build on its rows. The
past stays: as known before the withdrawal, the delivery still counts.

A delivery that took records back (``taking_back``) can always be withdrawn, and is never in the way: what
comes back is what the files that stand say of its records (``unseen``). Whatever is taken back stays out of
what another withdrawal brings back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import record_act
from joinedup.records import ledger, mentions, sealing, staging, taking_back, unseen
from joinedup.records.definitions import DeliveryRow
from joinedup.records.engine import wrapped
from joinedup.records.filing import Filed, Filing
from joinedup.records.identity import quoted
from joinedup.records.segments import ENVELOPE, SUPERSEDED, columns_of, naive, scan, text
from joinedup.terms import DeliveryMode, Viewer

if TYPE_CHECKING:
    from joinedup.records.models import Delivery, Segment

_OWNED = tuple[int, dt.datetime, Filed]  # the delivery whose versions they are, known from, the segment


def withdraw(
    records: Path, folder: Path, connection: duckdb.DuckDBPyConnection, number: int, by: Viewer, reason: str
) -> DeliveryRow:
    """Withdraw a delivery, holding the writer's lock. Raises NotFound, NotPermitted or BadInput."""
    delivery = _may_go(number, reason)
    at = ledger.next_known_from(delivery.feed, dt.datetime.now(dt.UTC))
    segments = ledger.segments_of(delivery.feed)
    filing = Filing(connection, folder)
    with wrapped(f"withdrawing delivery {number}"):
        filed = _ended(filing, records, delivery, segments, at)
        filed += _restored(filing, records, delivery, segments, at)
        staging.place_all(folder, [(one.path, records / one.segment.file) for _, _, one in filed])
    return _commit(delivery, at, filed, by, reason)


def _may_go(number: int, reason: str) -> Delivery:
    delivery = ledger.delivery_query().filter(number=number).first()
    if delivery is None:
        raise NotFound(f"There is no delivery {number}", next_step="List them with: joinedup deliveries")
    if delivery.state == delivery.State.WITHDRAWN:
        raise BadInput(f"Delivery {number} is withdrawn already")
    if not reason.strip():
        raise BadInput("A withdrawal needs its reason", where=f"delivery {number}")
    if delivery.mode == DeliveryMode.WITHDRAWAL:
        return delivery
    for other in reversed(ledger.standing_files(delivery.feed)):
        if other.number > number and _concern_each_other(delivery, other):
            raise NotPermitted(
                f"Delivery {number} cannot be withdrawn: delivery {other.number} was compared with it since",
                next_step=f"Withdraw delivery {other.number} first, or deliver a corrected file",
            )
    return delivery


def _concern_each_other(one: Delivery, other: Delivery) -> bool:
    first, second = ledger.period_of(one), ledger.period_of(other)
    snapshots = one.mode == other.mode == DeliveryMode.SNAPSHOT
    if not snapshots or first is None or second is None:
        return True
    return first.start < second.end and first.end > second.start


def _ended(
    filing: Filing, records: Path, delivery: Delivery, segments: Sequence[Segment], at: dt.datetime
) -> list[_OWNED]:
    """The versions that the delivery brought and that still stand, as a neg segment."""
    brought = [s for s in segments if s.kind == "pos" and s.delivery.number == delivery.number]
    if not brought:
        return []
    gone = [s for s in segments if s.kind == "neg" and delivery.number in s.touches]
    query = f"""SELECT version.*, CAST({text(naive(at))} AS TIMESTAMP) AS superseded_at,
                       CAST({delivery.number} AS INTEGER) AS superseded_by
                FROM {_scan(records, brought)} AS version"""
    if gone:
        query += f" ANTI JOIN {_scan(records, gone)} AS gone USING (record_key, known_from)"
    filed = filing.write("neg", f"{delivery.number:06d}-{delivery.feed}-withdrawn.parquet", query)
    return [(delivery.number, at, filed)] if filed.segment.rows else []


def _restored(
    filing: Filing, records: Path, delivery: Delivery, segments: Sequence[Segment], at: dt.datetime
) -> list[_OWNED]:
    """What stands again without the delivery, as pos segments of the deliveries that brought it, and who
    they name.

    Each is known from a microsecond of its own, for a key may come back in more than one of them.
    """
    again = _coming_back(filing, records, delivery, segments)
    if again is None:
        return []
    restored: list[_OWNED] = []
    of_people: list[_OWNED] = []
    who = [records / one.file for one in segments if one.kind == mentions.KIND]
    found = filing.connection.execute(f"SELECT DISTINCT delivery FROM {again} ORDER BY 1").fetchall()
    for place, (owner,) in enumerate(found):
        moment = at + place * ledger.MICROSECOND
        file = f"{owner:06d}-{delivery.feed}-restored-by-{delivery.number:06d}.parquet"
        query = _known_again(filing.connection, again, owner, moment)
        restored.append((owner, moment, filing.write("pos", file, query)))
        named = mentions.name_of(owner, delivery.feed, f"who-restored-by-{delivery.number:06d}")
        people = mentions.known_again(filing, who, again, owner, named, naive(moment))
        if people is not None:
            of_people.append((owner, moment, people))
    return restored + of_people


def _coming_back(
    filing: Filing, records: Path, delivery: Delivery, segments: Sequence[Segment]
) -> str | None:
    """A table expression of the versions that stand again without the delivery; None where there are none.

    Of a taking back: what the files that stand say of its records. Of a file: what it had ended, in sight or
    not, but for records that are taken back.
    """
    if delivery.mode == DeliveryMode.WITHDRAWAL:
        taking_back.hold(filing.connection, records, delivery.feed, delivery.number)
        target = filing.folder / "coming-back.parquet"
        would = unseen.standing(filing.connection, records, delivery.feed, DeliveryMode.CHANGES, None, target)
        return None if would is None else would.versions
    ending = [s for s in segments if s.kind in {"neg", unseen.KIND} and s.delivery.number == delivery.number]
    if not ending:
        return None
    taking_back.hold(filing.connection, records, delivery.feed)
    return f"(SELECT * FROM {_scan(records, ending)} ANTI JOIN held USING (record_key))"


def _known_again(
    connection: duckdb.DuckDBPyConnection, table: str, owner: int, known_from: dt.datetime
) -> str:
    """A SELECT of one delivery's versions in a table of ended ones, as known again from a moment."""
    columns = [name for name, _ in columns_of(connection, table) if name not in SUPERSEDED]
    again = f"CAST({text(naive(known_from))} AS {ENVELOPE['known_from']}) AS known_from"
    listed = ", ".join(again if name == "known_from" else quoted(name) for name in columns)
    return f"SELECT {listed} FROM {table} WHERE delivery = {owner}"


def _scan(records: Path, segments: Sequence[Segment]) -> str:
    return scan((records / segment.file for segment in segments), by_name=True)


def _commit(
    delivery: Delivery, at: dt.datetime, filed: Sequence[_OWNED], by: Viewer, reason: str
) -> DeliveryRow:
    with ledger.change() as now_at:
        concerned = {delivery.pk}
        for number, known_from, one in filed:
            owner = ledger.delivery_query().get(number=number)
            concerned.add(owner.pk)
            ledger.insert_segments(owner, now_at, known_from, [one.segment])
        delivery.state = delivery.State.WITHDRAWN
        delivery.withdrawn_at, delivery.withdrawn_by, delivery.withdrawn_reason = at, by.username, reason
        delivery.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        delivery.coverage.update(ended_at=at)
        sealing.seal(concerned)
        record_act(
            "alteration",
            by=by,
            purpose=None,
            what=f"withdrawal of delivery {delivery.number} of {delivery.feed}",
            reason=reason,
            detail={"segments": [one.segment.file for _, _, one in filed]},
        )
    return ledger.row_of(delivery)
