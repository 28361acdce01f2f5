"""The writer: the only way that partner data gets into the record book."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import duckdb
from uuid6 import uuid7

from joinedup.errors import BadInput, Damaged, NotFound
from joinedup.records import (
    adding,
    adopting,
    comparing,
    erasing,
    footing,
    ledger,
    marks,
    mentions,
    staging,
    taking_back,
    tombstones,
    withdrawing,
)
from joinedup.records.comparing import Standing
from joinedup.records.definitions import DeliveryDraft, DeliveryRow, ErasureRow, Foretold
from joinedup.records.engine import wrapped
from joinedup.records.filing import Filed, Filing
from joinedup.records.footing import Footing, Untyped
from joinedup.records.ledger import Counts, NewDelivery
from joinedup.records.segments import check_staged, columns_of, has_all, naive, numbered_as, scan
from joinedup.terms import DeliveryMode, Period, Viewer


@dataclass(frozen=True)
class _Brought:
    """A delivery's files, what it left untyped, and how its rows were read."""

    staged: Path
    quarantined: Path | None
    untyped: Untyped | None
    marks: dict[str, str]


class Writer:
    """Holds the writer's lock; made by ``RecordBook.writing``.

    ``folder`` is a staging folder inside the record book; ``connection`` a DuckDB database with a memory
    limit that can touch nothing outside the workspace (and the files named to ``writing``).
    """

    def __init__(
        self, records: Path, folder: Path, connection: duckdb.DuckDBPyConnection, secrets: Path
    ) -> None:
        self._records = records
        self._secrets = secrets
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
        BadInput for a staged file that is not as promised, with nothing changed.
        """
        number = ledger.next_number()
        known_from = ledger.next_known_from(draft.feed, draft.received_at)
        secret = tombstones.secret_of_feed(self._secrets, draft.feed)
        with wrapped(f"adding a delivery of {draft.feed}"):
            read = marks.marks_of(self.connection, [staged])
            if draft.adds_to_period:
                against = self._compared_with(draft)
                staged, named = adding.one_more(self.connection, against, staged, named, self.folder)
            if secret is not None:
                whole = tombstones.Arrived(draft, staged, quarantined)
                sifted = tombstones.sift(self.connection, secret, whole, self.folder)
                draft, staged, quarantined = sifted.draft, sifted.staged, sifted.quarantined
            draft, staged = taking_back.sift(self.connection, self._records, draft, staged, self.folder)
            brought = _Brought(staged, quarantined, untyped, read)
            counts, filed = self._segments(draft, brought, number, known_from)
            if named is not None:
                arrived = next((one.path for one in filed if one.segment.kind == "pos"), None)
                moment = naive(known_from)
                who = mentions.of_delivery(self._filing, named, arrived, draft.feed, number, moment)
                if who is not None:
                    filed.append(who)
                    counts = replace(counts, mentions=who.segment.rows)
            staging.place_all(self.folder, [(one.path, self._records / one.segment.file) for one in filed])
        new = NewDelivery(uuid7(), number, draft, known_from, counts, [one.segment for one in filed])
        return ledger.commit(new, by)

    def footing(self, feed: str, mode: DeliveryMode, period: Period | None) -> Footing:
        """On what a delivery would be compared now; nothing can change it while the writer holds its lock."""
        with wrapped(f"looking up what stands of {feed}"):
            return footing.of(self.connection, self._against(feed, mode, period))

    def _against(self, feed: str, mode: DeliveryMode, period: Period | None) -> Standing | None:
        return comparing.standing(mode, period, ledger.segments_of(feed), self._records)

    def _compared_with(self, draft: DeliveryDraft) -> Standing | None:
        mode = DeliveryMode.SNAPSHOT if draft.adds_to_period else draft.mode
        return self._against(draft.feed, mode, draft.period)

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

    def _is_marked(self, brought: _Brought) -> bool:
        """Whether the staged file itself has the marks: it has not, where rows were taken out of it."""
        return marks.marks_of(self.connection, [brought.staged]) == brought.marks

    def withdraw(self, number: int, *, by: Viewer, reason: str) -> DeliveryRow:
        """End a delivery from now on: see ``RecordBook.withdraw``."""
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
        found = self.keys_of_references(feed, references)
        if references and not found:
            raise NotFound("No record of that feed has such a reference", where=feed)
        keys = mentions.keys_of([*record_keys, *found])
        return taking_back.take_back(self._records, self.folder, self.connection, feed, keys, by, reason)

    def erase(
        self,
        feed: str,
        record_keys: Iterable[str | UUID],
        *,
        by: Viewer,
        reason: str,
        refused_before: dt.date | None = None,
    ) -> ErasureRow:
        """Erase records of a feed: see ``RecordBook.erase``, which also takes the old files away."""
        keys = mentions.keys_of(record_keys)
        if not keys:
            raise BadInput("Records are erased by name", next_step="Name them by key or reference")
        with wrapped("keeping the key that tells erased records"):
            secret = tombstones.secret_or_new(self._secrets)
        eraser = erasing.Eraser(self._records, self.folder, self.connection, secret, refused_before)
        return eraser.erase(feed, keys, by, reason)

    def keys_before(self, feed: str, end: dt.date) -> list[UUID]:
        """The keys of the records of a feed of which every version is of a month before ``end``."""
        return erasing.keys_before(self.connection, self._records, feed, end)

    def keys_of_references(self, feed: str, references: Sequence[str]) -> list[UUID]:
        """The keys of the records of a feed of which any version has one of these references."""
        return erasing.keys_of_references(self.connection, self._records, feed, references)

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
        comparing.refuse_repeated_keys(self.connection, staged, draft.feed)
        against = self._compared_with(draft)
        absent = self._absent(untyped, against)
        name = f"{number:06d}-{draft.feed}"
        arrived = numbered_as(scan([staged]), fields, naive(known_from), number)
        filed = []
        if against is None:
            counts = Counts(accepted=rows, quarantined=refused)
        else:
            verdict = comparing.compare(
                self.connection, staged, quarantined, against, draft.mode, rows, absent
            )
            counts = Counts(**vars(verdict), quarantined=refused)
            counts = replace(counts, unchanged=counts.unchanged + equal)
            arrived += " SEMI JOIN (FROM verdict WHERE kind <> 'withdrawn') AS changed USING (record_key)"
            if counts.revised + counts.withdrawn:
                gone = comparing.superseded(against, naive(known_from), number)
                filed.append(self._filing.write("neg", f"{name}-neg.parquet", gone))
        told = Foretold(number, known_from)
        as_it_is = against is None and rows and has_all(columns) and self._is_marked(brought)
        if as_it_is and adopting.fit(self.connection, staged, told):
            filed.append(self._filing.describe("pos", f"{name}-pos.parquet", staged))
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


def _check_accounts(draft: DeliveryDraft, rows: int, refused: int) -> None:
    """Rows in = staged + quarantined + set aside by a rule, or the delivery is refused."""
    told = rows + refused + sum(draft.set_aside.values())
    if told != draft.rows_in:
        raise BadInput(
            f"The delivery does not add up: {draft.rows_in} rows came in, {told} are accounted for",
            where=draft.feed,
        )
