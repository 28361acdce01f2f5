"""The writer: the only way that partner data gets into the record book."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import duckdb
from uuid6 import uuid7

from joinedup.accounts import require_approved
from joinedup.errors import BadInput, Damaged, NotFound
from joinedup.records import (
    adding,
    adopting,
    comparing,
    erasing,
    footing,
    kept_pairs,
    ledger,
    linkages,
    marks,
    meant,
    mentions,
    overtaken,
    reasons,
    restricting,
    staging,
    taking_back,
    tombstones,
    unseen,
    withdrawing,
)
from joinedup.records.comparing import Standing
from joinedup.records.definitions import (
    DeliveryDraft,
    DeliveryRow,
    ErasureRow,
    Foretold,
    LinkageRow,
    Restricted,
)
from joinedup.records.engine import wrapped
from joinedup.records.filing import Filed, Filing
from joinedup.records.footing import Footing, Untyped
from joinedup.records.ledger import Counts, NewDelivery
from joinedup.records.linkages import NewLinkage
from joinedup.records.meant import Named
from joinedup.records.segments import check_staged, columns_of, has_all, naive, numbered_as, scan
from joinedup.records.unseen import Kept, Unseen
from joinedup.terms import DeliveryMode, Period, Restriction, Viewer
from joinedup.workspace import Workspace


@dataclass(frozen=True)
class _Brought:
    """A delivery's files, what it left untyped, how its rows were read, and what it says of records that are
    taken back (None where there are none)."""

    staged: Path
    quarantined: Path | None
    untyped: Untyped | None
    marks: dict[str, str]
    named: Path | None
    unseen: Unseen | None


class NothingNew(Exception):
    """The file delivered last changes nothing, though it was read by other rules: nothing was stored."""


class Writer:
    """Holds the writer's lock; made by ``RecordBook.writing``.

    ``folder`` is a staging folder inside the record book; ``connection`` a DuckDB database with a memory
    limit that can touch nothing outside the workspace (and the files named to ``writing``).
    """

    def __init__(self, workspace: Workspace, folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self._workspace = workspace
        self._records = workspace.records_folder
        self._secrets = workspace.secrets_folder
        self.folder = folder
        self.connection = connection
        self._filing = Filing(connection, folder)

    def add(
        self,
        draft: DeliveryDraft,
        staged: Path,
        quarantined: Path | None,
        *,
        by: Viewer,
        named: Path | None = None,
        untyped: Untyped | None = None,
    ) -> DeliveryRow:
        """Write one delivery: when this returns, it is on the disk and in the ledger, whole.

        ``staged`` and ``quarantined`` are Parquet files inside ``folder`` (they may be used up); ``named``,
        where rows name anybody, is one with ``mentions.NAMED``. ``untyped`` tells of the rows that ``staged``
        lacks because they equal what stands. A staged file with the whole envelope, as
        ``Foresight`` foretold it, becomes the segment itself where nothing stands that it could change. A
        ``record_key`` in the quarantine, where it has one, keeps the record's older version standing. Raises
        BadInput for a staged file that is not as promised, and NothingNew, with nothing changed.
        """
        number = ledger.next_number()
        known_from = ledger.next_known_from(draft.feed, draft.received_at)
        with wrapped(f"adding a delivery of {draft.feed}"):
            draft, brought = self._sifted(draft, staged, quarantined, named, untyped)
            kept = self._kept_unseen(draft, brought, number, known_from)
            rules = draft.restricting
            restricted = restricting.found_by(self.connection, rules, brought.staged, brought.named)
            counts, filed = self._segments(draft, brought, number, known_from)
            if draft.same_file and not (filed or kept.own):
                raise NothingNew
            filed += kept.own
            who = self._named(draft, brought, filed, number, known_from)
            if who is not None:
                filed.append(who)
                counts = replace(counts, mentions=who.segment.rows)
            placed = [*filed, *(one for _, one in kept.of_takings)]
            staging.place_all(self.folder, [(one.path, self._records / one.segment.file) for one in placed])
        own = [one.segment for one in filed]
        of_takings = [(taking, one.segment) for taking, one in kept.of_takings]
        new = NewDelivery(uuid7(), number, draft, known_from, counts, own, of_takings, restricted)
        return ledger.commit(new, by)

    def _sifted(
        self,
        draft: DeliveryDraft,
        staged: Path,
        quarantined: Path | None,
        named: Path | None,
        untyped: Untyped | None,
    ) -> tuple[DeliveryDraft, _Brought]:
        """What arrived, without rows of erased records, and of those that a newer file changed while this one
        waited; rows of records that are taken back are put aside."""
        read = marks.marks_of(self.connection, [staged])
        hidden = self._would_stand(draft)
        if draft.adds_to_period:
            against = [self._compared_with(draft), hidden]
            staged, named = adding.one_more(self.connection, against, staged, named, self.folder)
        secret = tombstones.secret_of_feed(self._secrets, draft.feed)
        if secret is not None:
            whole = tombstones.Arrived(draft, staged, quarantined, named)
            sifted = tombstones.sift(self.connection, secret, whole, self.folder)
            draft, staged, quarantined = sifted.draft, sifted.staged, sifted.quarantined
        newer = overtaken.sift(self.connection, self._records, draft, staged, quarantined, self.folder)
        draft, staged, quarantined = newer
        said = None
        if hidden is not None:
            draft, staged, aside = taking_back.sift(self.connection, draft, staged, self.folder)
            said = Unseen(aside, quarantined, hidden)
        return draft, _Brought(staged, quarantined, untyped, read, named, said)

    def _kept_unseen(
        self, draft: DeliveryDraft, brought: _Brought, number: int, known_from: dt.datetime
    ) -> Kept:
        if brought.unseen is None:
            return Kept()
        told = Foretold(number, known_from)
        return unseen.keep(self._filing, brought.unseen, draft.feed, draft.mode, told, brought.marks)

    def _named(
        self,
        draft: DeliveryDraft,
        brought: _Brought,
        filed: Sequence[Filed],
        number: int,
        known_from: dt.datetime,
    ) -> Filed | None:
        """Who the versions name that a delivery brings, as a segment."""
        if brought.named is None:
            return None
        arrived = [one.path for one in filed if one.segment.kind == "pos"]
        moment = naive(known_from)
        return mentions.of_delivery(self._filing, brought.named, arrived, draft.feed, number, moment)

    def footing(self, feed: str, mode: DeliveryMode, period: Period | None) -> Footing:
        """On what a delivery would be compared now; nothing can change it while the writer holds its lock."""
        with wrapped(f"looking up what stands of {feed}"):
            return footing.of(self.connection, self._against(feed, mode, period))

    def _against(self, feed: str, mode: DeliveryMode, period: Period | None) -> Standing | None:
        return comparing.standing(mode, period, ledger.segments_of(feed), self._records)

    def _compared_with(self, draft: DeliveryDraft) -> Standing | None:
        return self._against(draft.feed, _as_if(draft), draft.period)

    def _would_stand(self, draft: DeliveryDraft) -> Standing | None:
        """What would stand of records that are taken back, where there are any; they are in ``held``."""
        if not taking_back.hold(self.connection, self._records, draft.feed):
            return None
        target = self.folder / "would-stand.parquet"
        mode, period = _as_if(draft), draft.period
        return unseen.standing(self.connection, self._records, draft.feed, mode, period, target)

    def _absent(self, untyped: Untyped | None, against: Standing | None) -> Path | None:
        """The told keys without a row, if they and the rows left untyped are all that stands."""
        if untyped is None:
            return None
        accounted = untyped.rows + self._filing.count(untyped.absent) == untyped.footing.told
        if against is None or against.files != untyped.footing.files or not accounted:
            raise Damaged(
                "What a delivery was compared with is not what stands: nothing was stored",
                next_step="Deliver it again",
            )
        return untyped.absent

    def _read_otherwise(self, brought: _Brought, against: Standing) -> bool:
        """Whether any of what stands was read by other rules than what arrived."""
        stood = marks.marks_of(self.connection, against.brought)
        return stood.get(marks.READ_BY) != brought.marks.get(marks.READ_BY)

    def _is_marked(self, brought: _Brought) -> bool:
        """Whether the staged file itself has the marks: it has not, where rows were taken out of it."""
        return marks.marks_of(self.connection, [brought.staged]) == brought.marks

    def withdraw(self, number: int, *, by: Viewer, reason: str) -> DeliveryRow:
        """End a delivery from now on: see ``RecordBook.withdraw``."""
        reasons.refuse_of_delivery(self.connection, self._records, number, reason)
        return withdrawing.withdraw(self._records, self.folder, self.connection, number, by, reason)

    def take_back(
        self,
        feed: str,
        record_keys: Iterable[str | UUID],
        *,
        references: Sequence[str] = (),
        by: Viewer,
        reason: str,
    ) -> DeliveryRow:
        """Take single records back: see ``RecordBook.take_back``."""
        found = restricting.unrestricted(feed, self.keys_of_references(feed, references))
        if references and not found:
            raise NotFound("No record of that feed has such a reference", where=feed)
        keys = mentions.keys_of([*record_keys, *found])
        there = restricting.unrestricted(feed, keys)
        reasons.refuse_of_keys(self.connection, self._records, feed, there, reason)
        return taking_back.take_back(self._records, self.folder, self.connection, feed, keys, by, reason)

    def restrict(
        self,
        feed: str,
        record_keys: Iterable[str | UUID],
        *,
        references: Sequence[str] = (),
        kind: Restriction,
        by: Viewer,
        reason: str,
    ) -> Restricted:
        """Restrict single records: see ``RecordBook.restrict``."""
        found = self.keys_of_references(feed, references)
        keys = self._held(feed, mentions.keys_of([*record_keys, *found]))
        reasons.refuse_of_keys(self.connection, self._records, feed, keys, reason)
        return restricting.restrict(feed, ledger.owner_of(feed), keys, kind, by, reason)

    def link(
        self,
        given: Path,
        new: NewLinkage,
        *,
        by: Viewer,
        alongside: Callable[[int], None] | None = None,
        keep: Sequence[Path] = (),
    ) -> LinkageRow:
        """Write down whom mentions are of; see ``RecordBook.link``."""
        with wrapped("writing whom the mentions are of"):
            number, known_from, placed = linkages.write(self._filing, given, new)
            staging.place_all(self.folder, [(one.path, self._records / one.file) for one in placed])
        before = [one.number for one in linkages.rows(alone=new.feeds[0] if new.alone else "")]
        made = linkages.commit(number, known_from, placed, new, by, alongside)
        kept_pairs.place(self._records, made, keep, before)  # what it cannot keep costs the next one time
        return made

    def lift(self, number: int, *, by: Viewer, reason: str) -> Restricted:
        """Lift a restriction: see ``RecordBook.lift``."""
        row = restricting.standing_one(number)
        keys = restricting.keys_of(number)
        reasons.refuse_of_keys(self.connection, self._records, row.feed, keys, reason)
        require_approved(restricting.asked_to_lift(row), by=by, reason=reason)
        return restricting.lift(number, by, reason)

    def _held(self, feed: str, keys: Sequence[UUID]) -> list[UUID]:
        """These records, where the book holds any that are there for everybody; BadInput where only some
        are: those that are restricted already are not there."""
        files = meant.Files.of(self._records, feed)
        with wrapped(f"looking for records of {feed}"):
            held = restricting.unrestricted(feed, meant.held(self.connection, files, keys))
        absent = len(keys) - len(held)
        if held and absent:
            raise BadInput(
                f"{absent} of the {len(keys)} records are not in the book, so nothing was changed",
                where=feed,
                next_step="Name records of this feed",
            )
        return held

    def erase(
        self, feed: str, named: Named, *, by: Viewer, reason: str, refused_before: dt.date | None = None
    ) -> ErasureRow:
        """Erase records of a feed: see ``RecordBook.erase``, which also takes the old files away."""
        keys = meant.keys_meant(self.connection, self._records, feed, named)
        return self._eraser(refused_before).erase(feed, keys, named, by, reason)

    def judge_erasure(
        self, feed: str, named: Named, *, by: Viewer, reason: str, refused_before: dt.date | None = None
    ) -> None:
        """Raise what would refuse to erase these records of the book, with nothing changed."""
        keys = meant.keys_meant(self.connection, self._records, feed, named)
        self._eraser(refused_before).judge(feed, keys, named, by, reason)

    def _eraser(self, refused_before: dt.date | None) -> erasing.Eraser:
        with wrapped("keeping the key that tells erased records"):
            secret = tombstones.secret_or_new(self._secrets)
        return erasing.Eraser(self._workspace, self.folder, self.connection, secret, refused_before)

    def keys_before(self, feed: str, end: dt.date) -> list[UUID]:
        """The keys of the records of a feed of which every version is of a month before ``end``."""
        return erasing.keys_before(self.connection, self._records, feed, end)

    def keys_of_references(self, feed: str, references: Sequence[str]) -> list[UUID]:
        """The keys of the records of a feed of which any version has one of these references."""
        files = meant.Files.of(self._records, feed)
        with wrapped(f"looking for records of {feed}"):
            return meant.keys_of_references(self.connection, files, references)

    def _segments(
        self,
        draft: DeliveryDraft,
        brought: _Brought,
        number: int,
        known_from: dt.datetime,
    ) -> tuple[Counts, list[Filed]]:
        """Compare and write the delivery's segments in the staging folder."""
        staged, quarantined, untyped = brought.staged, brought.quarantined, brought.untyped
        columns = columns_of(self.connection, scan([staged]))
        fields = check_staged(columns, draft.feed)
        rows = self._filing.count(staged)
        refused = self._filing.count(quarantined) if quarantined else 0
        equal = untyped.rows if untyped else 0
        _check_accounts(draft, rows + equal, refused)
        against = self._compared_with(draft)
        as_it_is = bool(against is None and rows and has_all(columns) and self._is_marked(brought))
        with self._filing.digesting(staged if as_it_is else None) as digest:
            comparing.refuse_repeated_keys(self.connection, staged, draft.feed)
        absent = self._absent(untyped, against)
        name = f"{number:06d}-{draft.feed}"
        arrived = numbered_as(scan([staged]), fields, naive(known_from), number)
        filed = []
        if against is None:
            counts = Counts(accepted=rows, quarantined=refused)
        else:
            ruled = draft.ruled if self._read_otherwise(brought, against) else ()
            verdict = comparing.compare(
                self.connection, staged, quarantined, against, draft.mode, rows, absent, ruled
            )
            counts = Counts(**vars(verdict), quarantined=refused)
            counts = replace(counts, unchanged=counts.unchanged + equal)
            arrived += " SEMI JOIN (FROM verdict WHERE kind <> 'withdrawn') AS changed USING (record_key)"
            if counts.revised + counts.withdrawn:
                gone = comparing.superseded(against, naive(known_from), number)
                filed.append(self._filing.write("neg", f"{name}-neg.parquet", gone))
        told = Foretold(number, known_from)
        if as_it_is and adopting.fit(self.connection, staged, told):
            filed.append(self._filing.describe("pos", f"{name}-pos.parquet", staged, digest))
        elif counts.accepted + counts.revised:
            read = marks.option(brought.marks)
            filed.append(self._filing.write("pos", f"{name}-pos.parquet", arrived, marks=read))
        if quarantined and refused:
            told_by = marks.option(marks.of_refused(draft.judged_by))
            query = f"SELECT * FROM {scan([quarantined])}"
            order = "ORDER BY row_number"
            file = f"{name}-quarantine.parquet"
            filed.append(self._filing.write("quarantine", file, query, order, told_by))
        return counts, filed


def _as_if(draft: DeliveryDraft) -> DeliveryMode:
    """The mode that says with what a delivery is compared."""
    return DeliveryMode.SNAPSHOT if draft.adds_to_period else draft.mode


def _check_accounts(draft: DeliveryDraft, rows: int, refused: int) -> None:
    """Rows in = staged + quarantined + set aside by a rule, or the delivery is refused."""
    told = rows + refused + sum(draft.set_aside.values())
    if told != draft.rows_in:
        raise BadInput(
            f"The delivery does not add up: {draft.rows_in} rows came in, {told} are accounted for",
            where=draft.feed,
        )
