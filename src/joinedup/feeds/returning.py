"""Sending refused rows in again: as a delivery of their own that adds to what stands for their period.

Under the writer's lock it is looked up once more that each row still waits; then what is meant is written
down (``Return``), and only then the delivery. A process that is killed between the two leaves a return
without a delivery, which counts as nothing: the rows still wait.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.errors import BadInput
from joinedup.feeds import library, placing, storing
from joinedup.feeds.contract import Contract
from joinedup.feeds.intake.job import Staged
from joinedup.feeds.scratch import scratch
from joinedup.feeds.settled import Settled
from joinedup.feeds.waiting import of_delivery
from joinedup.feeds.written_rows import Written, stage_written
from joinedup.terms import DeliveryMode, Viewer
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.feeds.storing import Prepared
    from joinedup.feeds.versions import Version
    from joinedup.feeds.waiting import Waiting
    from joinedup.records import DeliveryRow


_ACTS = {"released": "release of refused rows", "judged-again": "judging again of refused rows"}


@dataclass(frozen=True)
class Sent:
    """Rows to send in again: their numbers at home with their cells, in the contract's order.

    ``dropped`` has, by row, the fields whose values a person left out, as the book counts their states.
    """

    kind: str
    rows: Mapping[int, Sequence[str]]
    why: str
    given_name: str = ""
    dropped: Mapping[int, Sequence[str]] = dataclasses.field(default_factory=dict)


def version_of(workspace: Workspace, home: Waiting) -> Version:
    """The version of the contract by which the rows are judged: that of their period."""
    return library.version(workspace, home.feed, home.period)


def settle(workspace: Workspace, home: Waiting, sent: Sent, by: Viewer, told: Settled) -> Settled:
    """Deliver these rows, and tell what became of them beside what is told of the others."""
    row = send(workspace, home, sent, by)
    return dataclasses.replace(
        told,
        delivery=row.number,
        settled=len(sent.rows) - row.quarantined - sum(row.set_aside.values()),
        refused=told.refused + row.quarantined,
        set_aside=row.set_aside,
    )


def send(workspace: Workspace, home: Waiting, sent: Sent, by: Viewer) -> DeliveryRow:
    """Deliver these rows. Raises BadInput where one of them no longer waits; then nothing was stored."""
    from joinedup.records import RecordBook, returned_note

    with staged(workspace, home, sent) as (prepared, read):
        contract = prepared.contract
        points = prepared.job.folder / "points.parquet"
        with (
            placing.Stored(workspace, points, contract) as stored,
            RecordBook(workspace).writing() as writer,
        ):
            still = {row.row for row in of_delivery(workspace, home.delivery).waiting}
            if gone := sorted(set(sent.rows) - still):
                raise BadInput(
                    "Somebody else settled some of these rows in the meantime, so nothing was stored",
                    where=f"delivery {home.delivery}, rows {listed(gone)}",
                    next_step="Look at the desk again",
                )
            draft = dataclasses.replace(
                storing.draft_of(prepared, read),
                mode=_mode(contract),
                adds_to_period=contract.mode is DeliveryMode.SNAPSHOT,
                notes=(returned_note(len(sent.rows), sent.kind, home.delivery), *read.notes),
            )
            job = prepared.job.folder
            refused = storing.moved(job / "quarantined.parquet", writer.folder) if read.quarantined else None
            named = storing.moved(job / "named.parquet", writer.folder) if read.mentions else None
            typed = storing.moved(job / "staged.parquet", writer.folder)
            _write_down(home, prepared.file_name, sent, by)
            return stored.of(writer.add(draft, typed, refused, by=by, named=named))


def listed(numbers: Sequence[int], most: int = 10) -> str:
    """Row numbers as they stand in a sentence."""
    told = ", ".join(f"{number:,}" for number in numbers[:most])
    return f"{told} and {len(numbers) - most:,} more" if len(numbers) > most else told


def _mode(contract: Contract) -> DeliveryMode:
    return DeliveryMode.CHANGES if contract.mode is DeliveryMode.SNAPSHOT else contract.mode


def _write_down(home: Waiting, file_name: str, sent: Sent, by: Viewer) -> None:
    """Keep what is meant to be done, with the act of a release, before it is done."""
    from joinedup.feeds.models import Return
    from joinedup.feeds.noting import noted
    from joinedup.log import record_act

    with noted():
        Return.objects.create(
            of_delivery=home.delivery,
            feed=home.feed,
            kind=sent.kind,
            file_name=file_name,
            given_name=sent.given_name[:255],
            rows=list(sent.rows),
            why=sent.why,
            by=by.username,
            at=dt.datetime.now(dt.UTC),
        )
        if sent.kind in _ACTS:
            dropped = Counter(field for fields in sent.dropped.values() for field in fields)
            record_act(
                "alteration",
                by=by,
                purpose=None,
                what=f"{_ACTS[sent.kind]} of delivery {home.delivery} of {home.feed}",
                reason=sent.why,
                detail={"rows": list(sent.rows), "dropped": dict(dropped)},
            )


@contextmanager
def staged(workspace: Workspace, home: Waiting, sent: Sent) -> Iterator[tuple[Prepared, Staged]]:
    """Rows as intake reads them, like any other file, by the contract as it is now; nothing is stored."""
    with scratch(workspace) as folder:
        yield _stage(workspace, folder, home, sent)


def _stage(workspace: Workspace, folder: Path, home: Waiting, sent: Sent) -> tuple[Prepared, Staged]:
    from joinedup.records import returned_name

    version = version_of(workspace, home)
    written = Written(
        name=returned_name(sent.kind, home.delivery, secrets.token_hex(4)),
        read_as=home.file_name,
        rows=list(sent.rows.values()),
        period=home.period,
    )
    prepared, read = stage_written(workspace, folder, version, written)
    if not sent.dropped:
        return prepared, read
    numbers = list(sent.rows)
    accepted = (numbers[number - 1] for number in _numbers(prepared.job.folder / "staged.parquet"))
    return prepared, _with_dropped(read, [sent.dropped.get(row, ()) for row in accepted])


def _numbers(file: Path) -> list[int]:
    """The numbers of the rows that a staged file holds."""
    import pyarrow.parquet as pq

    found: list[int] = pq.read_table(file, columns=["row_number"])["row_number"].to_pylist()
    return found


def _with_dropped(read: Staged, dropped: Iterable[Sequence[str]]) -> Staged:
    """Count what a person left out of the accepted rows as invalid, not as left empty by its owner."""
    states = dict(read.field_states)
    for name, count in Counter(field for fields in dropped for field in fields).items():
        given, missing, unknown, refused, invalid = states[name]
        states[name] = (given, missing - count, unknown, refused, invalid + count)
    return dataclasses.replace(read, field_states=states)
