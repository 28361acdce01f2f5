"""The record book's door."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from joinedup.errors import Busy
from joinedup.records import checking, engine, ledger, staging
from joinedup.records.definitions import DeliveryRow, Finding
from joinedup.records.reading import Reader
from joinedup.records.writing import Writer
from joinedup.terms import Period, Viewer
from joinedup.workspace import Workspace

LOCK = ".writer.lock"
LOCK_SECONDS = 10.0


class RecordBook:
    """Every version of every record, as known on any date. One writer; readers are never blocked."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._folder = workspace.records_folder

    def standing(self, feed: str, period: Period | None, file_sha256: str) -> DeliveryRow | None:
        """The delivery that this file would repeat: the latest that stands for its feed and period, if equal.

        So the same file twice in a row is one delivery, while A, B, A again is three.
        """
        latest = ledger.latest_standing(feed, period)
        if latest is None or latest.file_sha256 != file_sha256 or ledger.period_of(latest) != period:
            return None
        return ledger.row_of(latest)

    @contextmanager
    def writing(
        self, also_read: Sequence[Path] = (), *, wait_seconds: float = LOCK_SECONDS
    ) -> Iterator[Writer]:
        """Be the one writer, for as long as the context lasts; first sweeps what a crash left.

        ``also_read`` names files outside the workspace that the writer's connection may read. Raises Busy
        when another writer holds the book for longer than ``wait_seconds``.
        """
        lock = FileLock(self._folder / LOCK)
        try:
            lock.acquire(timeout=wait_seconds)
        except Timeout:
            raise Busy(
                "Another delivery is being written",
                where=str(self._folder),
                next_step="Try again when it has ended",
            ) from None
        try:
            staging.sweep(self._folder)
            yield from self._as_writer(also_read)
        finally:
            lock.release()

    def _as_writer(self, also_read: Sequence[Path]) -> Iterator[Writer]:
        folder = staging.make_folder(self._folder)
        connection = engine.for_writing(self._workspace, also_read)
        try:
            yield Writer(self._folder, folder, connection)
        except BaseException:
            staging.forget(folder)
            raise
        else:
            shutil.rmtree(folder)
        finally:
            connection.close()

    def withdraw(self, number: int, *, by: Viewer, reason: str) -> DeliveryRow:
        """End a delivery from now on: its rows go, what it had superseded or withdrawn comes back.

        As known before, it still counts. Raises NotPermitted where a later delivery was compared with it.
        """
        with self.writing() as writer:
            return writer.withdraw(number, by=by, reason=reason)

    @contextmanager
    def reading(self, as_at: dt.datetime | None = None) -> Iterator[Reader]:
        """Read the book as it was known at ``as_at`` (aware; None: now)."""
        reader = Reader(self._workspace, as_at)
        try:
            yield reader
        finally:
            reader.close()

    def deliveries(self, feed: str | None = None, as_at: dt.datetime | None = None) -> list[DeliveryRow]:
        """Deliveries, oldest first; those known at ``as_at`` only, in the state they then had."""
        found = ledger.delivery_query(feed)
        if as_at is not None:
            found = found.filter(known_from__lte=as_at)
        return [ledger.row_of(delivery, as_at) for delivery in found.order_by("number")]

    def check(self) -> list[Finding]:
        """What is wrong with the book: flipped bits, missing or extra segments, counts that do not add up."""
        return list(checking.findings(self._folder))
