"""Judging a staged file as a whole, storing it, and making its receipt."""

from __future__ import annotations

import dataclasses
import datetime as dt
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.errors import BadInput
from joinedup.feeds import placing
from joinedup.feeds.contract import Contract
from joinedup.feeds.intake.job import Job, Staged
from joinedup.feeds.left_out import left_out, read_by_a_rule
from joinedup.feeds.overtaking import newer_than, refuse_overtaken, told_of
from joinedup.feeds.receipt import Receipt, State
from joinedup.terms import DeliveryMode, Viewer
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.feeds.models import HeldFile
    from joinedup.records import DeliveryDraft, DeliveryRow
    from joinedup.records.footing import Footing, Untyped

_NOT_PLACED = "Its points could not be placed now: the first figure that needs them has it done again."


@dataclass(frozen=True)
class Leave:
    """What a person has said is right: a file out of the ordinary, or one all of whose rows are refused.

    ``dry_run``: do everything but store. ``accepted``: the held file that it is; where a whole file of its
    period was stored since, it is refused.
    """

    unusual: bool = False
    all_quarantined: bool = False
    dry_run: bool = False
    accepted: HeldFile | None = None


class Overtaken(Exception):
    """What a file was read to be compared with is not what stands now."""


@dataclass
class Prepared:
    """A delivery on its way: what is known of it before its rows are read.

    ``seen`` is what its file's entry said just before it was hashed: size, times and number. ``footing`` is
    what stood when it was given to intake.
    """

    contract: Contract
    file_name: str
    sha256: str
    bytes: int
    received_at: dt.datetime
    job: Job
    seen: tuple[int, ...]
    footing: Footing
    seconds: dict[str, float] = field(default_factory=dict)


def finish(workspace: Workspace, prepared: Prepared, staged: Staged, by: Viewer, leave: Leave) -> Receipt:
    """Refuse, hold or store a staged file, and place its points.

    Raises Overtaken, with nothing stored, where another delivery came between.
    """
    from joinedup.feeds import desk, unusual

    if staged.rows_in and staged.quarantined == staged.rows_in and not leave.all_quarantined:
        raise BadInput(
            f"Every one of its {staged.rows_in:,} rows is refused, so nothing was stored",
            where=f"{prepared.file_name}: {_worst(staged)}",
            next_step="Check that this is the right feed, period and contract",
        )
    earlier = _standing(workspace, prepared.contract)
    receipt = _receipt(prepared, staged, unusual.rows_that_stand(staged.period, earlier))
    silent = not (staged.accepted or staged.quarantined or prepared.contract.publishing.may_be_empty)
    arrived = unusual.Arrived(
        prepared.contract.mode, staged.period, staged.accepted, prepared.received_at, silent
    )
    why = tuple(unusual.reasons(arrived, earlier))
    if leave.dry_run:
        return dataclasses.replace(receipt, state=State.DRY_RUN, held_because=why)
    if why and not leave.unusual:
        held = desk.hold(workspace, prepared, staged, why, by)
        return dataclasses.replace(receipt, state=State.HELD, held=held.pk, held_because=why)
    stored = _store(workspace, prepared, staged, receipt, by, leave)
    settled = desk.settle(workspace, prepared, stored.delivery, by)
    return dataclasses.replace(stored, notes=(*stored.notes, *settled))


def repeat_of(standing: DeliveryRow, file_name: str) -> Receipt:
    """The receipt of a file that is the same as the one delivered last."""
    return Receipt(
        feed=standing.feed,
        file_name=file_name,
        state=State.REPEAT,
        period=standing.period,
        rows_in=standing.rows_in,
        unchanged=standing.accepted + standing.unchanged + standing.revised,
        quarantined=standing.quarantined,
        set_aside=standing.set_aside,
        delivery=standing.number,
        known_from=standing.known_from,
    )


def _worst(staged: Staged) -> str:
    reason, count = max(staged.reasons.items(), key=lambda item: item[1])
    return f"{reason} ({count:,} rows)"


def _standing(workspace: Workspace, contract: Contract) -> list[DeliveryRow]:
    """The feed's deliveries that stand, oldest first; of a snapshot feed without the rows that the desk sent
    in again, which are no whole file of their period."""
    from joinedup.records import RecordBook

    standing = [row for row in RecordBook(workspace).deliveries(contract.name) if row.brings]
    if contract.mode is not DeliveryMode.SNAPSHOT:
        return standing
    return [row for row in standing if row.mode is DeliveryMode.SNAPSHOT]


def _receipt(prepared: Prepared, staged: Staged, stood: int | None) -> Receipt:
    return Receipt(
        feed=prepared.contract.name,
        file_name=prepared.file_name,
        state=State.STORED,
        period=staged.period,
        rows_in=staged.rows_in,
        accepted=staged.accepted,
        quarantined=staged.quarantined,
        set_aside=staged.set_aside,
        reasons=staged.reasons,
        stood_before=stood,
        unlocated=staged.unlocated,
        distinct_points=staged.distinct_points,
        seconds={**prepared.seconds, **staged.seconds},
        notes=staged.notes,
        left_out=left_out(
            prepared.contract, {name: states[4] for name, states in staged.field_states.items()}
        ),
    )


def _store(
    workspace: Workspace, prepared: Prepared, staged: Staged, receipt: Receipt, by: Viewer, leave: Leave
) -> Receipt:
    from joinedup.records import RecordBook
    from joinedup.records.writing import NothingNew

    started = time.perf_counter()
    folder = prepared.job.folder
    book = RecordBook(workspace)
    points = folder / "points.parquet"
    with placing.Stored(workspace, points, prepared.contract, prepared.bytes) as stored:
        with book.writing() as writer:
            rules = prepared.job.read_by
            standing = book.standing(prepared.contract.name, staged.period, prepared.sha256, rules)
            if standing is not None:  # another process delivered the same file in the meantime
                return repeat_of(standing, prepared.file_name)
            if leave.accepted is not None:
                refuse_overtaken(workspace, leave.accepted)
            newer = newer_than(workspace, leave.accepted) if leave.accepted is not None else ()
            same = book.standing(prepared.contract.name, staged.period, prepared.sha256)
            told = draft_of(prepared, staged)
            draft = dataclasses.replace(told, newer=newer, same_file=same is not None)
            if not prepared.footing.still(writer.footing(draft.feed, draft.mode, draft.period)):
                raise Overtaken
            refused = moved(folder / "quarantined.parquet", writer.folder) if staged.quarantined else None
            named = moved(folder / "named.parquet", writer.folder) if staged.mentions else None
            typed = moved(folder / "staged.parquet", writer.folder)
            untyped = _untyped(prepared, staged)
            try:
                row = stored.of(writer.add(draft, typed, refused, by=by, named=named, untyped=untyped))
            except NothingNew:
                assert same is not None  # noqa: S101 - only then it is raised
                return repeat_of(same, prepared.file_name)
        kept = time.perf_counter()
    seconds = {"store": round(kept - started, 4), "place": round(time.perf_counter() - kept, 4)}
    return dataclasses.replace(
        receipt,
        accepted=row.accepted,
        unchanged=row.unchanged,
        revised=row.revised,
        withdrawn=row.withdrawn,
        quarantined=row.quarantined,
        set_aside=row.set_aside,
        stated_areas=stored.areas,
        delivery=row.number,
        known_from=row.known_from,
        seconds={**receipt.seconds, **seconds},
        notes=(*receipt.notes, *told_of(row), *(() if stored.placed else (_NOT_PLACED,))),
    )


def _untyped(prepared: Prepared, staged: Staged) -> Untyped | None:
    from joinedup.records.footing import Untyped

    if prepared.footing.told is None:
        return None
    return Untyped(prepared.footing, staged.unchanged, prepared.job.folder / "absent.parquet")


def moved(path: Path, folder: Path) -> Path:
    """The file, once it stands in the writer's folder."""
    return path.rename(folder / path.name)


def draft_of(prepared: Prepared, staged: Staged) -> DeliveryDraft:
    """What the record book is told of a delivery."""
    from joinedup.records import DeliveryDraft, FieldState, JudgedBy, SeriesBreak

    contract = prepared.contract
    names = tuple(column.name for column in contract.columns)
    return DeliveryDraft(
        feed=contract.name,
        contract_version=str(contract.version),
        source=contract.source,
        record_type=contract.record_type,
        owner=contract.owner_code,
        mode=contract.mode,
        period=staged.period,
        file_name=prepared.file_name,
        file_sha256=prepared.sha256,
        file_bytes=prepared.bytes,
        received_at=prepared.received_at,
        rows_in=staged.rows_in,
        set_aside=staged.set_aside,
        notes=staged.notes,
        provisional=staged.provisional,
        breaks=tuple(SeriesBreak(one.date, one.kind.value, one.what) for one in contract.breaks),
        expected_every=contract.publishing.expected_every,
        late_after_days=contract.publishing.late_after_days,
        judged_by=JudgedBy(prepared.job.read_by, contract.delimiter, names),
        ruled=read_by_a_rule(contract),
        restricting=contract.restricting,
        field_states=tuple(
            FieldState(name, given, missing, unknown, refused, invalid)
            for name, (given, missing, unknown, refused, invalid) in staged.field_states.items()
        ),
    )
