"""The desk: files that wait until a person has looked, the decision on each, and files refused whole."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup import durable
from joinedup.errors import BadInput, Damaged, JoinedupError, NotFound
from joinedup.feeds import about_whom, library
from joinedup.feeds.file_names import as_text, shown_name
from joinedup.feeds.noting import noted
from joinedup.feeds.overtaking import overtaken, period_of, refuse_overtaken
from joinedup.feeds.permission import require_deliverer
from joinedup.feeds.scratch import is_free, lock, lock_file
from joinedup.feeds.translating import gettext
from joinedup.terms import Viewer
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.feeds.intake.job import Staged
    from joinedup.feeds.models import HeldFile, RefusedFile
    from joinedup.feeds.receipt import Receipt
    from joinedup.feeds.storing import Prepared

FOLDER = "held"


@dataclass(frozen=True)
class Came:
    """A file as it came, whatever became of it."""

    feed: str
    file_name: str
    sha256: str
    bytes: int
    received_at: dt.datetime

    @classmethod
    def prepared(cls, one: Prepared) -> Came:
        """One that was given to intake."""
        return cls(one.contract.name, one.file_name, one.sha256, one.bytes, one.received_at)

    @classmethod
    def unread(cls, feed: str, file: Path, received_at: dt.datetime | None) -> Came:
        """One that was refused before anybody read it."""
        moment = received_at or dt.datetime.now(dt.UTC)
        return cls(feed, shown_name(file), durable.sha256(file), file.stat().st_size, moment)


def held(*, state: str | None = "waiting") -> list[HeldFile]:
    """The files that wait for a person, newest first; ``state`` None: those that were decided too."""
    from joinedup.feeds.models import HeldFile

    found = HeldFile.objects.all()
    return list(found.filter(state=state) if state else found)


def held_file(number: int) -> HeldFile:
    """One held file by its number."""
    from joinedup.feeds.models import HeldFile

    found = HeldFile.objects.filter(pk=number).first()
    if found is None:
        raise NotFound(
            "There is no held file of that number", where=str(number), next_step="See: joinedup held"
        )
    return found


def refusals(feed: str | None = None) -> list[RefusedFile]:
    """The files that were refused whole, newest first."""
    from joinedup.feeds.models import RefusedFile

    found = RefusedFile.objects.all()
    return list(found.filter(feed=feed) if feed else found)


def hold(
    workspace: Workspace, prepared: Prepared, staged: Staged, why: Sequence[str], by: Viewer
) -> HeldFile:
    """Keep a file as it came until a person decides. The same file twice waits once.

    One that was overtaken waits anew when it is delivered again: it was judged by what stands now.
    """
    from joinedup.feeds.models import HeldFile

    same = HeldFile.objects.filter(
        feed=prepared.contract.name, file_sha256=prepared.sha256, state=HeldFile.State.WAITING
    ).first()
    if same is not None and not overtaken(workspace, [same]):
        return same
    home = workspace.folder / FOLDER
    home.mkdir(mode=0o700, exist_ok=True)
    folder = home / secrets.token_hex(8)
    try:
        with lock(folder):  # so that nobody takes it for what a killed process left, until it is on the desk
            _keep(prepared, folder)
            made = _put_on_the_desk(prepared, staged, folder, why, by, same)
    finally:
        lock_file(folder).unlink(missing_ok=True)
    if same is not None:
        _discard(workspace, same)
    return made


def _put_on_the_desk(
    prepared: Prepared,
    staged: Staged,
    folder: Path,
    why: Sequence[str],
    by: Viewer,
    overtaken_one: HeldFile | None,
) -> HeldFile:
    from joinedup.feeds.models import HeldFile
    from joinedup.log import record_act

    with noted():
        if overtaken_one is not None:
            _decide(overtaken_one, "refused", by, "overtaken, and delivered again", None)
        made = HeldFile.objects.create(
            feed=prepared.contract.name,
            file_name=prepared.file_name,
            file_sha256=prepared.sha256,
            file_bytes=prepared.bytes,
            folder=folder.name,
            period_from=staged.period.start if staged.period else None,
            period_to=staged.period.end if staged.period else None,
            received_at=prepared.received_at,
            rows_in=staged.rows_in,
            usable=staged.accepted,
            reasons=list(why),
            held_at=dt.datetime.now(dt.UTC),
            delivered_by=by.username,
        )
        what = f"held file {made.pk} of {made.feed}: waits for a person"
        record_act("collection", by=by, purpose=None, what=what, detail={"sha256": made.file_sha256})
    return made


def _keep(prepared: Prepared, folder: Path) -> None:
    """Copy the file into a folder of its own that only this user can enter, and make it last."""
    folder.mkdir(mode=0o700)
    target = folder / prepared.file_name
    try:
        with prepared.job.file.open("rb") as source, os.fdopen(_private(target), "wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())
        durable.sync_folder(folder)
        durable.sync_folder(folder.parent)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise Damaged(
            "The file is out of the ordinary, and could not be kept for a person to look at",
            where=f"{prepared.file_name}: {os.strerror(error.errno or 0)}",
            next_step="Check the disk's space and health, then deliver it again",
        ) from error
    if durable.sha256(target) != prepared.sha256:
        shutil.rmtree(folder)
        raise BadInput("The file changed while it was kept", where=prepared.file_name)


def _private(target: Path) -> int:
    return os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def accept(workspace: Workspace, number: int, *, by: Viewer, why: str) -> Receipt:
    """Deliver a held file after all, as received when it came; ``why`` says who looked, and at what.

    Raises BadInput where a newer whole file of its period was stored since it was held, and for a reason that
    says who its rows are about.
    """
    from joinedup.feeds.delivering import Request, deliver_all
    from joinedup.feeds.storing import Leave

    one = _to_decide(workspace, number, by, why)
    file = _kept_file(workspace, one)
    if not file.is_file() or durable.sha256(file) != one.file_sha256:
        raise Damaged(
            "The held file is missing or not as it came",
            where=f"held file {number}",
            next_step="Refuse it, and ask its owner for it again",
        )
    refuse_overtaken(workspace, one)
    about_whom.refuse_telling_of_file(workspace, one, file, why)
    request = Request(one.feed, file, one.received_at, period_of(one))
    leave = Leave(unusual=True, accepted=one)
    (receipt,) = deliver_all(workspace, [request], by=by, leave=leave)
    _decide(one, "accepted", by, why, receipt.delivery)
    _discard(workspace, one)
    return receipt


def settle(workspace: Workspace, prepared: Prepared, delivery: int | None, by: Viewer) -> list[str]:
    """A file that waited and was delivered otherwise no longer waits; a sentence for each."""
    same = [
        one
        for one in held()
        if one.feed == prepared.contract.name
        and one.file_sha256 == prepared.sha256
        and workspace.folder / FOLDER / one.folder not in prepared.job.file.parents
    ]
    for one in same:
        _decide(one, "accepted", by, "delivered again", delivery)
        _discard(workspace, one)
    told = gettext("Held file {number} is the same file and is settled by this.")
    return [told.format(number=one.pk) for one in same]


def refuse(workspace: Workspace, number: int, *, by: Viewer, why: str) -> HeldFile:
    """Refuse a held file for good: it is deleted, and the decision is kept.

    Raises BadInput for a reason that says who its rows are about.
    """
    one = _to_decide(workspace, number, by, why)
    about_whom.refuse_telling_of_file(workspace, one, _kept_file(workspace, one), why)
    _decide(one, "refused", by, why, None)
    _discard(workspace, one)
    return one


def _kept_file(workspace: Workspace, one: HeldFile) -> Path:
    return workspace.folder / FOLDER / one.folder / one.file_name


def _to_decide(workspace: Workspace, number: int, by: Viewer, why: str) -> HeldFile:
    one = held_file(number)
    require_deliverer(by, owner_of(workspace, one.feed))
    if one.state != one.State.WAITING:
        raise BadInput(f"It was {one.state} already, by {one.decided_by}", where=f"held file {number}")
    if not why.strip():
        raise BadInput("The decision needs a reason", where=f"held file {number}")
    return one


def owner_of(workspace: Workspace, feed: str) -> str:
    """The code of the agency whose feed it is; empty where no contract that can be read says."""
    found = library.contracts(workspace).get(feed)
    return found.owner_code if found else ""


def _decide(one: HeldFile, state: str, by: Viewer, why: str, delivery: int | None) -> None:
    from joinedup.feeds.models import HeldFile
    from joinedup.log import record_act

    with noted():
        one.refresh_from_db()
        decision = {
            "state": state,
            "decided_at": dt.datetime.now(dt.UTC),
            "decided_by": by.username,
            "why": why.strip(),
            "delivery": delivery,
        }
        changed = HeldFile.objects.filter(pk=one.pk, state=HeldFile.State.WAITING).update(**decision)
        if not changed:
            raise BadInput("Somebody else decided it in the meantime", where=f"held file {one.pk}")
        record_act(
            "collection", by=by, purpose=None, what=f"{state} held file {one.pk} of {one.feed}", reason=why
        )
    one.refresh_from_db()


def _discard(workspace: Workspace, one: HeldFile) -> None:
    shutil.rmtree(workspace.folder / FOLDER / one.folder, ignore_errors=True)


def sweep(workspace: Workspace) -> None:
    """Delete kept files that nothing waits for: what a process left that was killed between two steps."""
    for folder in orphaned(workspace):
        shutil.rmtree(folder, ignore_errors=True)
        lock_file(folder).unlink(missing_ok=True)
    for one in held():  # what waits is on the desk: whoever held its lock while it came has ended
        folder = workspace.folder / FOLDER / one.folder
        if lock_file(folder).is_file() and is_free(folder):
            lock_file(folder).unlink(missing_ok=True)


def orphaned(workspace: Workspace) -> list[Path]:
    """The kept files' folders that nothing waits for and no running process holds."""
    home = workspace.folder / FOLDER
    if not home.is_dir():
        return []
    free = [folder for folder in sorted(home.iterdir()) if folder.is_dir() and is_free(folder)]
    waiting = {one.folder for one in held()}  # looked up last: what was free by then is on the desk or lost
    return [folder for folder in free if folder.name not in waiting]


def note_refusal(came: Came, error: JoinedupError, by: Viewer) -> None:
    """Remember that a file was refused whole, and why: nothing else of it is kept."""
    from joinedup.feeds.models import RefusedFile

    with noted():
        RefusedFile.objects.create(
            feed=as_text(came.feed)[:80],
            file_name=came.file_name,
            file_sha256=came.sha256,
            file_bytes=came.bytes,
            received_at=came.received_at,
            refused_at=dt.datetime.now(dt.UTC),
            delivered_by=by.username,
            sentence=as_text(error.sentence()),
        )
