"""Delivering: from a partner's file to rows in the record book, or to one clear refusal."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup import durable
from joinedup.errors import BadInput, NotFound
from joinedup.feeds import library, placing
from joinedup.feeds.contract import Contract
from joinedup.feeds.intake.job import Job, Staged
from joinedup.feeds.intake.process import Intake
from joinedup.feeds.receipt import Receipt, State
from joinedup.progress import Progress, Silent
from joinedup.terms import DeliveryMode, Period, Viewer
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.records import DeliveryDraft

FEWEST_OF_STANDING = 0.5  # a snapshot with fewer of the rows that stand is held for a person


@dataclass(frozen=True)
class Request:
    """One file to deliver. ``period`` overrides what the file's name says; ``received_at`` is aware."""

    feed: str
    file: Path
    received_at: dt.datetime | None = None
    period: Period | None = None


@dataclass(frozen=True)
class Leave:
    """What a person has said is right: far fewer rows than stand, or a file all of whose rows are refused."""

    fewer: bool = False
    all_quarantined: bool = False
    dry_run: bool = False


@dataclass
class _Prepared:
    """A request on its way: what is known of it before its rows are read."""

    request: Request
    contract: Contract
    period: Period | None
    sha256: str
    bytes: int
    job: Job
    seconds: dict[str, float] = field(default_factory=dict)


def deliver(  # noqa: PLR0913 - the door's signature
    workspace: Workspace,
    feed: str,
    file: Path,
    *,
    by: Viewer,
    received_at: dt.datetime | None = None,
    period: Period | None = None,
    dry_run: bool = False,
    accept_fewer: bool = False,
    accept_all_quarantined: bool = False,
    progress: Progress | None = None,
) -> Receipt:
    """Deliver one file. Raises BadInput where it is refused as a whole: then nothing was stored.

    Refused: a wrong header, no period to be found, not one usable row. Held (a receipt with that state,
    nothing stored): fewer than half of the rows that stand for its period.
    """
    leave = Leave(accept_fewer, accept_all_quarantined, dry_run)
    with (progress or Silent()).stage(f"{feed} {Path(file).name}"):
        request = Request(feed, Path(file), received_at, period)
        return next(iter(deliver_all(workspace, [request], by=by, leave=leave)))


def deliver_all(
    workspace: Workspace,
    requests: Iterable[Request],
    *,
    by: Viewer,
    leave: Leave = Leave(),
) -> Iterator[Receipt]:
    """Deliver files in this order, one receipt each, as they are done.

    While one is stored the next is already read. An error ends the work; what was yielded before it stands.
    """
    waiting = list(requests)
    with _scratch(workspace) as scratch, Intake(scratch) as intake:
        ahead: _Prepared | Receipt | None = None
        for index, request in enumerate(waiting):
            now = ahead or _begin(workspace, request, scratch, intake)
            if isinstance(now, Receipt):
                ahead = None
                yield now
                continue
            staged = _read(intake, now)
            following = waiting[index + 1] if index + 1 < len(waiting) else None
            ahead = _begin_quietly(workspace, following, scratch, intake)
            yield _finish(workspace, now, staged, by, leave)
            shutil.rmtree(now.job.folder)


@contextmanager
def _scratch(workspace: Workspace) -> Iterator[Path]:
    workspace.temporary_folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="intake-", dir=workspace.temporary_folder) as folder:
        yield Path(folder)


def _begin_quietly(
    workspace: Workspace, request: Request | None, scratch: Path, intake: Intake
) -> _Prepared | None:
    """Begin the next file while this one is stored; what is wrong with it is told in its own turn."""
    if request is None:
        return None
    try:
        begun = _begin(workspace, request, scratch, intake)
    except Exception:  # it is begun again, aloud
        return None
    return begun if isinstance(begun, _Prepared) else None


def _begin(workspace: Workspace, request: Request, scratch: Path, intake: Intake) -> _Prepared | Receipt:
    """Find contract, period and hash; hand the file to intake unless it repeats the latest delivery."""
    from joinedup.records import RecordBook

    started = time.perf_counter()
    contract = library.contract(workspace, request.feed)
    if not request.file.is_file():
        raise NotFound("There is no such file", where=str(request.file))
    period = request.period or period_of_name(contract, request.file.name)
    sha256 = durable.sha256(request.file)
    if period is not None:
        standing = RecordBook(workspace).standing(contract.name, period, sha256)
        if standing is not None:
            return _repeat(request, period, standing.number, standing.known_from)
    job = Job(
        file=request.file.resolve(),
        contract_file=library.contract_files(workspace)[request.feed],
        code_list_folders=library.code_list_folders(workspace),
        folder=Path(tempfile.mkdtemp(dir=scratch)),
        period=period,
        memory_limit=workspace.settings.memory_limit,
        threads=workspace.settings.threads,
    )
    intake.give(job)
    seconds = {"hash": round(time.perf_counter() - started, 4)}
    return _Prepared(request, contract, period, sha256, request.file.stat().st_size, job, seconds)


def period_of_name(contract: Contract, file_name: str) -> Period | None:
    """The period that the file's name tells, None where the contract has no pattern or it does not match."""
    if contract.period.file_name is None:
        return None
    match = re.search(contract.period.file_name, file_name)
    if match is None:
        return None
    groups = match.groupdict()
    if "period" in groups:
        return Period.parse(groups["period"])
    return Period.parse(f"{groups['first']}..{groups['last']}")


def _read(intake: Intake, prepared: _Prepared) -> Staged:
    started = time.perf_counter()
    staged = intake.result(prepared.job)
    prepared.seconds["wait for reading"] = round(time.perf_counter() - started, 4)
    return staged


def _repeat(request: Request, period: Period | None, number: int, known_from: dt.datetime) -> Receipt:
    return Receipt(
        request.feed, request.file.name, State.REPEAT, period, delivery=number, known_from=known_from
    )


def _finish(workspace: Workspace, prepared: _Prepared, staged: Staged, by: Viewer, leave: Leave) -> Receipt:
    """Judge the file as a whole, place its points, store it, and make its receipt."""
    if staged.rows_in and staged.quarantined == staged.rows_in and not leave.all_quarantined:
        raise BadInput(
            f"Every one of its {staged.rows_in:,} rows is refused, so nothing was stored",
            where=f"{prepared.request.file.name}: {_worst(staged)}",
            next_step="Check that this is the right feed, period and contract",
        )
    stood = _rows_that_stand(workspace, prepared.contract, staged.period)
    receipt = _receipt(prepared, staged, stood)
    if stood and staged.accepted < FEWEST_OF_STANDING * stood and not leave.fewer:
        return _with(receipt, state=State.HELD)
    if leave.dry_run:
        return _with(receipt, state=State.DRY_RUN)
    return _store(workspace, prepared, staged, receipt, by)


def _worst(staged: Staged) -> str:
    reason, count = max(staged.reasons.items(), key=lambda item: item[1])
    return f"{reason} ({count:,} rows)"


def _rows_that_stand(workspace: Workspace, contract: Contract, period: Period | None) -> int | None:
    """Rows that stand for just this period, by the latest delivery of it; None where there is none."""
    from joinedup.records import RecordBook

    if contract.mode is not DeliveryMode.SNAPSHOT:
        return None
    earlier = [
        row
        for row in RecordBook(workspace).deliveries(contract.name)
        if row.state == "standing" and row.period == period
    ]
    if not earlier:
        return None
    return earlier[-1].accepted + earlier[-1].unchanged + earlier[-1].revised


def _receipt(prepared: _Prepared, staged: Staged, stood: int | None) -> Receipt:
    return Receipt(
        feed=prepared.contract.name,
        file_name=prepared.request.file.name,
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
    )


def _with(receipt: Receipt, **changes: object) -> Receipt:
    from dataclasses import replace

    return replace(receipt, **changes)  # type: ignore[arg-type]


def _store(
    workspace: Workspace, prepared: _Prepared, staged: Staged, receipt: Receipt, by: Viewer
) -> Receipt:
    from joinedup.records import RecordBook

    clock = {"place": time.perf_counter()}
    folder = prepared.job.folder
    placing.place(workspace, folder / "points.parquet")
    clock["store"] = time.perf_counter()
    book = RecordBook(workspace)
    with book.writing() as writer:
        standing = book.standing(prepared.contract.name, staged.period, prepared.sha256)
        if standing is not None:
            return _repeat(prepared.request, staged.period, standing.number, standing.known_from)
        areas = placing.stated_areas(
            workspace, writer.connection, folder / "staged.parquet", prepared.contract
        )
        refused = _moved(folder / "quarantined.parquet", writer.folder) if staged.quarantined else None
        row = writer.add(
            _draft(prepared, staged), _moved(folder / "staged.parquet", writer.folder), refused, by=by
        )
    done = time.perf_counter()
    seconds = {
        **receipt.seconds,
        "place": round(clock["store"] - clock["place"], 4),
        "store": round(done - clock["store"], 4),
    }
    return _with(
        receipt,
        accepted=row.accepted,
        unchanged=row.unchanged,
        revised=row.revised,
        withdrawn=row.withdrawn,
        stated_areas=areas,
        delivery=row.number,
        known_from=row.known_from,
        seconds=seconds,
    )


def _moved(path: Path, folder: Path) -> Path:
    return path.rename(folder / path.name)


def _draft(prepared: _Prepared, staged: Staged) -> DeliveryDraft:
    from joinedup.records import DeliveryDraft, FieldState

    contract, request = prepared.contract, prepared.request
    states: Sequence[FieldState] = [
        FieldState(name, given, missing, unknown)
        for name, (given, missing, unknown) in staged.field_states.items()
    ]
    return DeliveryDraft(
        feed=contract.name,
        contract_version=str(contract.version),
        source=contract.source,
        record_type=contract.record_type,
        owner=contract.owner_code,
        mode=contract.mode,
        period=staged.period,
        file_name=request.file.name,
        file_sha256=prepared.sha256,
        file_bytes=prepared.bytes,
        received_at=request.received_at or dt.datetime.now(dt.UTC),
        rows_in=staged.rows_in,
        set_aside=staged.set_aside,
        field_states=tuple(states),
    )
