"""The record book's door."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from filelock import FileLock, Timeout

from joinedup.errors import Busy, NotFound
from joinedup.records import (
    checking,
    comparing,
    engine,
    erasing,
    finishing,
    footing,
    kept_counts,
    kept_pairs,
    ledger,
    linkages,
    looking_up,
    meant,
    mentions,
    placed,
    reasons,
    restricting,
    saying_more,
    staging,
    taking_back,
    tombstones,
)
from joinedup.records.definitions import (
    DeliveryRow,
    ErasureRow,
    Finding,
    FoundToErase,
    KeyChanged,
    LinkageRow,
    Restricted,
)
from joinedup.records.footing import Footing
from joinedup.records.linkages import NewLinkage
from joinedup.records.meant import Named
from joinedup.records.reading import Reader
from joinedup.records.writing import Writer
from joinedup.terms import DeliveryMode, Period, Restriction, Strictness, Viewer
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.records.models import Delivery

LOCK = ".writer.lock"
LOCK_SECONDS = 10.0


class RecordBook:
    """Every version of every record, as known on any date. One writer; readers are never blocked."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._folder = workspace.records_folder

    def standing(
        self, feed: str, period: Period | None, file_sha256: str, rules: str | None = None
    ) -> DeliveryRow | None:
        """The delivery that this file would repeat: the latest that stands for its feed and period, if equal.

        So the same file twice in a row is one delivery, while A, B, A again is three. Where rows of it were
        refused, or values were left out, and by other ``rules`` than these, it repeats nothing: they may be
        accepted now.
        """
        latest = ledger.latest_standing(feed, period)
        if latest is None or latest.file_sha256 != file_sha256 or ledger.period_of(latest) != period:
            return None
        if rules is not None and saying_more.can(latest) and not self._is_read_by(latest, rules):
            return None
        return ledger.row_of(latest)

    def _is_read_by(self, delivery: Delivery, rules: str) -> bool:
        cursor = engine.cursor_for_reading(self._workspace)
        try:
            return saying_more.read_by(cursor, self._folder, delivery) == rules
        finally:
            cursor.close()

    def may_repeat(self, feed: str, period: Period | None, file_bytes: int) -> bool:
        """Whether a file of this size can be the one that stands for its feed and period: its hash tells."""
        latest = ledger.latest_standing(feed, period)
        return latest is not None and latest.file_bytes == file_bytes

    def footing(
        self,
        feed: str,
        mode: DeliveryMode,
        period: Period | None,
        read_by: str,
        target: Path | None,
        more: Mapping[str, str] | None = None,
    ) -> Footing:
        """On what a delivery will be compared; what stands there is written to ``target`` (``footing.tell``).

        ``target`` is in the workspace's temporary folder; without it, or a period, nothing is told. ``more``:
        further columns of it, name to SQL over the versions.
        """
        against = comparing.standing(mode, period, ledger.segments_of(feed), self._folder)
        connection = engine.cursor_for_reading(self._workspace)
        try:
            with engine.wrapped(f"looking up what stands of {feed}"):
                if period is None or target is None:
                    return footing.of(connection, against)
                return footing.tell(connection, against, read_by, period, target, more or {})
        finally:
            connection.close()

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
            with engine.wrapped("sweeping what a crash left"):
                if staging.left(self._folder):
                    placed.sweep(self._workspace)
                staging.sweep(self._folder)
                finishing.finish(self._workspace)
                kept_counts.sweep(self._folder)
            try:
                yield from self._as_writer(also_read)
            finally:
                kept_counts.sweep(self._folder)  # of what was restricted or erased just now
        finally:
            lock.release()

    def _as_writer(self, also_read: Sequence[Path]) -> Iterator[Writer]:
        with engine.wrapped("making a staging folder"):
            folder = staging.make_folder(self._folder)
        connection = engine.for_writing(self._workspace, also_read)
        try:
            yield Writer(self._workspace, folder, connection)
        except BaseException:
            engine.forget_writing()
            staging.forget(folder)
            raise
        else:
            shutil.rmtree(folder, ignore_errors=True)  # what it did stands; the next writer sweeps the rest
        finally:
            connection.close()

    def withdraw(self, number: int, *, by: Viewer, reason: str) -> DeliveryRow:
        """End a delivery from now on: its rows go, what it had superseded or withdrawn comes back.

        As known before, it still counts. Raises NotPermitted where a later delivery was compared with it, and
        BadInput for a reason that says who its records are about, which is kept for good.
        """
        with self.writing() as writer:
            return writer.withdraw(number, by=by, reason=reason)

    def take_back(
        self,
        feed: str,
        record_keys: Iterable[str | UUID] = (),
        *,
        references: Sequence[str] = (),
        by: Viewer,
        reason: str,
    ) -> DeliveryRow:
        """Take single records of a feed back, named by key or by the owner's reference, from now on.

        They stay out whatever is delivered of them (set aside by the rule ``withdrawn``) until this delivery,
        which has no file, is itself withdrawn. Raises NotFound or BadInput (also for a reason that says who
        the records are about) with nothing changed.
        """
        with self.writing() as writer:
            return writer.take_back(feed, record_keys, references=references, by=by, reason=reason)

    def taken_back(self, feed: str) -> dict[str, int]:
        """The references of a feed's records that were taken back, and the delivery that did it."""
        cursor = engine.cursor_for_reading(self._workspace)
        try:
            return taking_back.references(cursor, self._folder, feed)
        finally:
            cursor.close()

    def restrict(
        self,
        feed: str,
        record_keys: Iterable[str | UUID] = (),
        *,
        references: Sequence[str] = (),
        kind: Restriction,
        by: Viewer,
        reason: str,
    ) -> Restricted:
        """Restrict single records of a feed, named by key or by the owner's reference, for every date.

        From now on they are in no view and no mention, whatever is delivered of them; ``Reader.identifying``
        gives them to whoever says that they are inside. Raises NotFound where there is no such record (or
        none that is not restricted already), BadInput also for a reason that says who the records are about,
        with nothing changed.
        """
        with self.writing() as writer:
            return writer.restrict(feed, record_keys, references=references, kind=kind, by=by, reason=reason)

    def lift(self, number: int, *, by: Viewer, reason: str) -> Restricted:
        """Lift a restriction: its records count again, for every date, as if they had never been away.

        Raises NotFound where no such restriction stands, BadInput as ``restrict``, NeedsSecond where no
        second person (a data owner of the agency whose data it is, or an auditor) has approved it.
        """
        with self.writing() as writer:
            return writer.lift(number, by=by, reason=reason)

    def link(
        self,
        given: Path,
        new: NewLinkage,
        *,
        by: Viewer,
        alongside: Callable[[int], None] | None = None,
        keep: Sequence[Path] = (),
        wait_seconds: float = LOCK_SECONDS,
    ) -> LinkageRow:
        """Write down whom mentions are of: what changed since the linkage before, and nothing else.

        ``given`` is a Parquet file in the workspace's temporary folder with the columns ``linkages.GIVEN``.
        ``alongside`` is called with the linkage's number within the transaction. Known with the latest
        delivery that the linking read. ``keep``: files for the next linkage, of which ``new.settings`` has
        the digests (``kept``). Raises Busy where another linkage or an erasure came between, and
        BadInput for a file that is not as promised, with nothing changed.
        """
        with self.writing(wait_seconds=wait_seconds) as writer:
            return writer.link(given, new, by=by, alongside=alongside, keep=keep)

    def kept(self, alone: str = "") -> tuple[LinkageRow, Mapping[str, Path]] | None:
        """The latest linkage and the files that it kept, by name; None where nothing can be begun with."""
        row = next(reversed(self.linkages(alone=alone)), None)
        files = kept_pairs.files_of(self._workspace.records_folder, row) if row else None
        return (row, files) if row and files else None

    def linkages(self, as_at: dt.datetime | None = None, alone: str = "") -> list[LinkageRow]:
        """The linkages so far, or those known at a date, oldest first: of all feeds, or of one that is linked
        ``alone``."""
        return linkages.rows(as_at, alone=alone)

    def unread(self, linkage: LinkageRow, feeds: Collection[str]) -> list[int]:
        """The deliveries of these feeds that came after a linkage, in the order of feeds."""
        return ledger.came_after(feeds, linkage.committed_at, linkage.known_from)

    def moved(self, linkage: LinkageRow, feeds: Collection[str]) -> set[str]:
        """Those of these feeds of whose records some are not as a linkage read them: delivered, taken back,
        withdrawn or no longer restricted since."""
        return linkages.moved(linkage.number, feeds)

    def key_changes(self, number: int) -> list[KeyChanged]:
        """The person keys that a linkage merged or split."""
        return linkages.changes_of(number)

    def leading_to(self, keys: Collection[UUID], level: Strictness = Strictness.BEST) -> dict[UUID, UUID]:
        """For each of these person keys that was merged, the key that it leads to now."""
        return linkages.leading_to(keys, level)

    def restrictions(self, feed: str | None = None) -> list[Restricted]:
        """The restrictions so far, of one feed if named, oldest first. For those inside only."""
        return restricting.rows(feed)

    def restricted(self, feed: str, record_keys: Iterable[str | UUID]) -> dict[UUID, frozenset[Restriction]]:
        """By which restrictions each of these records is hidden; those that are not are left out."""
        return restricting.kinds(feed, mentions.keys_of(record_keys))

    def restricted_keys(self, number: int) -> list[UUID]:
        """The keys of the records of a restriction. For those inside only."""
        return restricting.keys_of(number)

    def erase(  # noqa: PLR0913 - the door's signature: each way in which records are named
        self,
        feed: str,
        record_keys: Iterable[str | UUID] = (),
        *,
        references: Sequence[str] = (),
        identifiers: Sequence[tuple[str, str]] = (),
        refused: Sequence[tuple[int, int]] = (),
        everyone: bool = False,
        by: Viewer,
        reason: str,
        wait_seconds: float = LOCK_SECONDS,
    ) -> ErasureRow:
        """Erase records and refused rows from every segment, for all dates.

        Records are named by key, by the owner's reference or by an identifier of a person (scheme and value,
        ``("crn", "X123456")``): all that any version of names so; refused rows by delivery and row number.
        Where a reference is of records that name different people, or a record names others beside who has
        the identifier, ``everyone`` must say that they go too.

        Only administrators may, and a second person has to have approved exactly this: else it raises
        NeedsSecond, which can be proposed (``accounts.propose``). The reason is kept and must not say who
        they were. What is left is an attestation without a personal value (in the log and the ledger), and
        keyed tombstones, by which the rows are set aside if they, or later ones about the same person, are
        ever delivered. The old files go at once, or when the last reader that was there before has ended: for
        that it waits so many seconds, and ``finished`` says whether it is done. Raises NotPermitted, NotFound
        or BadInput with nothing
        changed.
        """
        erasing.may(by, reason)
        named = Named(
            keys=mentions.keys_of(record_keys),
            references=references,
            identifiers=meant.identifiers_of(identifiers),
            refused=refused,
            everyone=everyone,
        )
        named.refuse_telling(reason)
        with self.writing() as writer:
            row = writer.erase(feed, named, by=by, reason=reason)
            return replace(row, finished=finishing.finish(self._workspace, wait_seconds=wait_seconds))

    def look_to_erase(
        self,
        feed: str | None,
        *,
        references: Sequence[str] = (),
        identifiers: Sequence[tuple[str, str]] = (),
        name: str = "",
        by: Viewer,
        reason: str,
    ) -> list[FoundToErase]:
        """Which records and refused rows of a feed (None: of every one) an erasure would have to take.

        Found by the owner's reference, by an identifier, or by name, which also narrows what the others find.
        Nothing that a record says is in the answer. For administrators, as ``erase``; logged as a
        consultation. Raises NotPermitted or BadInput before anything is read.
        """
        erasing.may(by, reason)
        asked = looking_up.Asked(references, meant.identifiers_of(identifiers), name.strip())
        asked.refuse_telling(reason)
        feeds = sorted({row.feed for row in self.deliveries()}) if feed is None else [feed]
        with self.reading() as reader:
            found = looking_up.look(reader.connection(), self._folder, feeds, asked)
        looking_up.log_look(feed, asked, found, by, reason)
        return found

    def erase_before(
        self,
        feed: str,
        end: dt.date,
        *,
        by: Viewer,
        reason: str,
        start: dt.date | None = None,
        once_judged: Callable[[], None] | None = None,
        wait_seconds: float = LOCK_SECONDS,
    ) -> ErasureRow:
        """Erase every record of a feed of which all versions are of months before ``end``: as ``erase``.

        With ``start``, records whose latest month is before it stay. Without it, refused rows of deliveries
        whose period ends by ``end`` go as well: nothing in such a row tells which month it is of. Who they
        named may come again. ``once_judged`` is called when nothing refuses the erasure any more, before
        anything is changed.
        """
        erasing.may(by, reason)
        with self.writing() as writer:
            keys = writer.keys_before(feed, end)
            if start is not None:
                spared = set(writer.keys_before(feed, start))
                keys = [key for key in keys if key not in spared]
            if not keys:
                raise NotFound(f"The book holds no record of a month before {end:%Y-%m}", where=feed)
            old, refused_before = Named(keys, people=False), end if start is None else None
            writer.judge_erasure(feed, old, by=by, reason=reason, refused_before=refused_before)
            if once_judged is not None:
                once_judged()
            row = writer.erase(feed, old, by=by, reason=reason, refused_before=refused_before)
            return replace(row, finished=finishing.finish(self._workspace, wait_seconds=wait_seconds))

    def refuse_telling(self, feed: str, end: dt.date, reason: str) -> None:
        """Raise BadInput where a reason says who the records of months before ``end`` are about."""
        cursor = engine.cursor_for_reading(self._workspace)
        try:
            keys = erasing.keys_before(cursor, self._folder, feed, end)
            reasons.refuse_of_keys(cursor, self._folder, feed, keys, reason)
        finally:
            cursor.close()

    def months_held(self, feed: str) -> dict[dt.date, int]:
        """How many records of each month (first day) the book holds in any version, for whatever date."""
        cursor = engine.cursor_for_reading(self._workspace)
        try:
            return erasing.months_held(cursor, self._folder, feed)
        finally:
            cursor.close()

    def erased_references(self, feed: str, references: Sequence[str]) -> set[str]:
        """Those of these references that were erased and would be set aside if they came again."""
        secret = tombstones.secret_of_feed(self._workspace.secrets_folder, feed)
        if secret is None:
            return set()
        digests = {secret.digest(feed, "ref", one): one for one in references}
        return {digests[digest] for digest in tombstones.known_ones(feed, digests)}

    def finish_erasing(self, *, wait_seconds: float = LOCK_SECONDS) -> bool:
        """Delete what erasures replaced, where a reader or a crash kept it, and points that no record has;
        whether nothing is left.
        """
        with self.writing():
            return finishing.finish(self._workspace, wait_seconds=wait_seconds, look_again=True)

    def erasures(self, feed: str | None = None) -> list[ErasureRow]:
        """The erasures so far, oldest first: when, by whom, why and how many, never who."""
        return erasing.rows(feed)

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

    def sources(self) -> set[str]:
        """The sources of which anything was ever delivered."""
        return ledger.sources()

    def feeds(self) -> set[tuple[str, str, str, str]]:
        """Feed, source, owner and record type of everything that was ever delivered."""
        return ledger.feeds()

    def check(self) -> list[Finding]:
        """What is wrong with the book: flipped bits, missing or extra segments, counts that do not add up."""
        return list(checking.findings(self._workspace))
