"""Delivering: from partners' files to rows in the record book, or to one clear refusal."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import shutil
import tempfile
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup import durable
from joinedup.errors import BadInput, JoinedupError, NotFound
from joinedup.feeds import choosing, library, placing, storing
from joinedup.feeds.contract import Contract
from joinedup.feeds.file_names import shown, shown_name
from joinedup.feeds.intake.digests import Digests, rules_of
from joinedup.feeds.intake.job import Job, Staged
from joinedup.feeds.intake.process import Intake
from joinedup.feeds.intake.typing_sql import Composer
from joinedup.feeds.intake.unchanged import may_stay_untyped
from joinedup.feeds.permission import DELIVERERS, require_deliverer
from joinedup.feeds.receipt import Receipt
from joinedup.feeds.scratch import scratch
from joinedup.feeds.storing import Leave, Prepared
from joinedup.progress import Progress, Silent
from joinedup.terms import Period, Viewer
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.records.footing import Footing
    from joinedup.records.foretelling import Foresight

GROUP_FILES = 12  # read while those before them are stored
GROUP_BYTES = 64 << 20
SMALL_BYTES = 1 << 20  # of a file: threads would take longer to agree than one takes to read it
INTAKE_MEMORY = "1400MB"  # of DuckDB in the intake process; beyond, it spills to the scratch folder


@dataclass(frozen=True)
class Request:
    """One file to deliver. ``period`` overrides what the file's name says; ``received_at`` is aware."""

    feed: str
    file: Path
    received_at: dt.datetime | None = None
    period: Period | None = None


@dataclass(frozen=True)
class _Refused:
    """A request that came to nothing before its file was read; told in its own turn, so that order holds."""

    request: Request
    error: JoinedupError


# What a request has come to: on its way, done, or refused.
_Begun = Prepared | Receipt | _Refused


def deliver(  # noqa: PLR0913 - the door's signature
    workspace: Workspace,
    feed: str,
    file: Path,
    *,
    by: Viewer,
    received_at: dt.datetime | None = None,
    period: Period | None = None,
    dry_run: bool = False,
    accept_unusual: bool = False,
    accept_all_quarantined: bool = False,
    progress: Progress | None = None,
) -> Receipt:
    """Deliver one file. Raises BadInput where it is refused as a whole: then nothing was stored.

    Refused: a wrong header, no period to be found, not one usable row. Held (a receipt with that state): its
    volume or period is out of the ordinary for the feed, so that it is kept until a person decides.
    """
    leave = Leave(accept_unusual, accept_all_quarantined, dry_run)
    with (progress or Silent()).stage(f"{feed} {shown_name(Path(file))}"):
        request = Request(feed, Path(file), received_at, period)
        with contextlib.closing(deliver_all(workspace, [request], by=by, leave=leave)) as receipts:
            return next(receipts)


def deliver_all(
    workspace: Workspace, requests: Iterable[Request], *, by: Viewer, leave: Leave | None = None
) -> Generator[Receipt, None, None]:
    """Deliver files in this order, one receipt each, as they are done.

    While some are stored the next are already read. An error ends the work; what was yielded before it
    stands.
    """
    from joinedup.feeds import desk
    from joinedup.records.foretelling import Foresight

    requests = list(requests)
    _require_deliverer(workspace, requests, by)
    leave = leave or Leave()
    desk.sweep(workspace)
    groups = list(_grouped(requests))
    foresight = Foresight()
    with scratch(workspace) as folder, Intake(folder) as intake:
        begun = _begin_all(workspace, groups[0], folder, intake, foresight) if groups else []
        for following in [*groups[1:], []]:
            read = [_read(intake, one) for one in begun]
            waiting = begun
            ends = bool(begun) and isinstance(begun[-1], _Refused)  # then nothing after it is delivered
            begun = [] if ends else _begin_all(workspace, following, folder, intake, foresight)
            for one, staged in zip(waiting, read, strict=True):
                yield _finish(workspace, one, staged, by, leave)


def _require_deliverer(workspace: Workspace, requests: Sequence[Request], by: Viewer) -> None:
    """Raise NotPermitted unless this person may deliver files of each of these feeds."""
    if by.role in DELIVERERS:  # also where the contract has an error, which they are told
        return
    for feed in dict.fromkeys(request.feed for request in requests):
        require_deliverer(by, library.contract(workspace, feed).owner_code)


def _grouped(requests: Iterable[Request]) -> Iterator[list[Request]]:
    group: list[Request] = []
    size = 0
    for request in requests:
        own = request.file.stat().st_size if request.file.is_file() else 0
        if group and (len(group) == GROUP_FILES or size + own > GROUP_BYTES):
            yield group
            group, size = [], 0
        group.append(request)
        size += own
    if group:
        yield group


def _begin_all(
    workspace: Workspace, requests: Sequence[Request], folder: Path, intake: Intake, foresight: Foresight
) -> list[_Begun]:
    begun: list[_Begun] = []
    for request in requests:
        try:
            begun.append(_begin(workspace, request, folder, intake, foresight))
        except JoinedupError as error:
            return [*begun, _Refused(request, error)]
    return begun


def _begin(
    workspace: Workspace, request: Request, folder: Path, intake: Intake, foresight: Foresight
) -> Prepared | Receipt:
    """Find contract, period and hash; hand the file to intake unless it repeats the latest delivery.

    Only a file that can be a repeat is hashed first: any other is hashed while intake reads it.
    """
    from joinedup.records import RecordBook

    started = time.perf_counter()
    every = library.versions(workspace, request.feed)
    name = shown_name(request.file)
    if not request.file.is_file():
        raise NotFound("There is no such file", where=shown(request.file))
    if request.received_at and request.received_at > dt.datetime.now(dt.UTC):
        raise BadInput("A file cannot be received in the future", where=shown(request.file))
    version, period = choosing.choose(every, request.period, name)
    contract = version.contract
    seen = _seen(request.file)
    book = RecordBook(workspace)
    sha256 = None
    if period is not None and book.may_repeat(contract.name, period, seen[0]):
        sha256 = durable.sha256(request.file)
        standing = book.standing(contract.name, period, sha256, rules_of(contract))
        if standing is not None:
            return storing.repeat_of(standing, name)
    received_at = request.received_at or dt.datetime.now(dt.UTC)
    job = Job(
        file=request.file.resolve(),
        contract_file=version.file,
        code_list_folders=library.code_list_folders(workspace),
        folder=Path(tempfile.mkdtemp(dir=folder)),
        period=period,
        memory_limit=INTAKE_MEMORY,
        threads=workspace.settings.threads if seen[0] > SMALL_BYTES else 1,
        foretold=foresight.foretell(contract.name, received_at),
        file_name=name,
        read_by=rules_of(contract),
    )
    intake.give(job, footing_follows=True)
    job, footing = _on_footing(workspace, contract, job, period)
    intake.tell_footing(job)
    sha256 = sha256 or durable.sha256(request.file)
    if job.stands is None:  # else few of its points are new
        placing.make_ready(workspace, contract, seen[0])
    return Prepared(
        contract=contract,
        file_name=name,
        sha256=sha256,
        bytes=seen[0],
        seen=seen,
        received_at=received_at,
        job=job,
        footing=footing,
        seconds={"hash": round(time.perf_counter() - started, 4)},
    )


def _on_footing(
    workspace: Workspace, contract: Contract, job: Job, period: Period | None
) -> tuple[Job, Footing]:
    """The job, told what stands where its rows will be compared."""
    from joinedup.records import RecordBook

    stands = job.folder / "stands.parquet" if may_stay_untyped(contract) else None
    footing = RecordBook(workspace).footing(
        contract.name, contract.mode, period, job.read_by, stands, Digests(Composer(contract, None)).told()
    )
    told = stands if footing.told is not None else None
    return dataclasses.replace(job, stands=told, by_length=bool(footing.by_length)), footing


def _seen(file: Path) -> tuple[int, ...]:
    """What of a file changes whenever somebody writes to it or puts another in its place."""
    told = file.stat()
    return told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_ino


def _read(intake: Intake, begun: _Begun) -> Staged | JoinedupError | None:
    if not isinstance(begun, Prepared):
        return None
    staged: Staged | JoinedupError
    try:
        staged = intake.result(begun.job)
    except JoinedupError as error:
        staged = error
    # Its hash was taken before it was read: only if nobody wrote to it since are these the rows of that hash,
    # or is what was found wrong with it its own.
    if not begun.job.file.is_file() or _seen(begun.job.file) != begun.seen:
        return BadInput(
            "The file changed while it was read, so nothing was stored",
            where=begun.file_name,
            next_step="Deliver it again when it is complete",
        )
    if isinstance(staged, JoinedupError):
        return staged
    return choosing.wrong_version(begun.contract, staged.period, begun.file_name) or staged


def _finish(
    workspace: Workspace, begun: _Begun, read: Staged | JoinedupError | None, by: Viewer, leave: Leave
) -> Receipt:
    from joinedup.feeds import desk

    if isinstance(begun, _Refused):
        if not leave.dry_run:
            _note_unread(begun, by)
        raise begun.error
    if isinstance(begun, Receipt):
        return begun
    try:
        if isinstance(read, JoinedupError):
            raise read
        assert isinstance(read, Staged)  # noqa: S101 - what was begun was read
        placing.refuse_swapped(workspace, begun.contract, begun.job.folder / "points.parquet")
        try:
            receipt = storing.finish(workspace, begun, read, by, leave)
        except storing.Overtaken:
            begun, read = _read_again(workspace, begun, read.period)
            receipt = storing.finish(workspace, begun, read, by, leave)
    except BadInput as error:
        if not leave.dry_run:
            desk.note_refusal(desk.Came.prepared(begun), error, by)
        raise
    shutil.rmtree(begun.job.folder)
    return receipt


def _note_unread(refused: _Refused, by: Viewer) -> None:
    """Remember a file that was refused before it was read, where there is one and it was at fault."""
    from joinedup.feeds import desk

    request = refused.request
    if isinstance(refused.error, BadInput | NotFound) and request.file.is_file():
        came = desk.Came.unread(request.feed, request.file, request.received_at)
        desk.note_refusal(came, refused.error, by)


def _read_again(workspace: Workspace, prepared: Prepared, period: Period | None) -> tuple[Prepared, Staged]:
    """Read a file once more, by an intake process of its own, for another delivery came between."""
    folder = prepared.job.folder.with_name(f"{prepared.job.folder.name}-again")
    folder.mkdir(mode=0o700)
    job, footing = _on_footing(
        workspace, prepared.contract, dataclasses.replace(prepared.job, folder=folder), period
    )
    shutil.rmtree(prepared.job.folder)
    again = dataclasses.replace(prepared, job=job, footing=footing)
    with Intake(folder) as intake:
        intake.give(job)
        read = _read(intake, again)
    if isinstance(read, JoinedupError):
        raise read
    assert read is not None  # noqa: S101 - it was prepared
    return again, read
