"""The writer: the only way that partner data gets into the record book."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
from uuid6 import uuid7

from joinedup import durable
from joinedup.errors import BadInput
from joinedup.records import comparing, ledger, staging
from joinedup.records.definitions import DeliveryDraft, DeliveryRow
from joinedup.records.engine import wrapped
from joinedup.records.ledger import Counts, NewDelivery, NewSegment
from joinedup.records.segments import PARQUET, check_staged, columns_of, numbered_as, scan, text
from joinedup.terms import Viewer

_SORTED = "ORDER BY month, point"


class Writer:
    """Holds the writer's lock; made by ``RecordBook.writing``.

    ``folder`` is a staging folder inside the record book; ``connection`` a DuckDB database with a memory
    limit that can touch nothing outside the workspace (and the files named to ``writing``).
    """

    def __init__(self, records: Path, folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self._records = records
        self.folder = folder
        self.connection = connection

    def add(self, draft: DeliveryDraft, staged: Path, quarantined: Path | None, *, by: Viewer) -> DeliveryRow:
        """Write one delivery: when this returns, it is on the disk and in the ledger, whole.

        ``staged`` and ``quarantined`` are Parquet files inside ``folder`` (they may be used up). Raises
        BadInput for a staged file that is not as promised, with nothing changed.
        """
        number = ledger.next_number()
        known_from = ledger.next_known_from(draft.feed, draft.received_at)
        with wrapped(f"adding a delivery of {draft.feed}"):
            counts, made = self._segments(draft, staged, quarantined, number, known_from)
        staging.place_all(self.folder, [(path, self._records / segment.file) for path, segment in made])
        new = NewDelivery(uuid7(), number, draft, known_from, counts, [segment for _, segment in made])
        return ledger.commit(new, by)

    def _segments(
        self,
        draft: DeliveryDraft,
        staged: Path,
        quarantined: Path | None,
        number: int,
        known_from: dt.datetime,
    ) -> tuple[Counts, list[tuple[Path, NewSegment]]]:
        """Compare and write the delivery's segments in the staging folder."""
        fields = check_staged(columns_of(self.connection, scan([staged])), draft.feed)
        rows = self._count(staged)
        refused = self._count(quarantined) if quarantined else 0
        _check_accounts(draft, rows, refused)
        comparing.refuse_repeated_keys(self.connection, staged, draft.feed)
        against = comparing.standing(draft, ledger.segments_of(draft.feed), self._records)
        arrived = numbered_as(scan([staged]), fields, _naive(known_from), number)
        made = []
        if against is None:
            counts = Counts(accepted=rows, quarantined=refused)
        else:
            verdict = comparing.compare(self.connection, staged, against, draft.mode, rows)
            counts = Counts(**vars(verdict), quarantined=refused)
            arrived += " SEMI JOIN (FROM verdict WHERE kind <> 'withdrawn') AS changed USING (record_key)"
            if counts.revised + counts.withdrawn:
                made.append(self._write_superseded(draft, against, number, known_from))
        if counts.accepted + counts.revised:
            made.append(self._write(draft, "pos", number, f"{arrived} {_SORTED}"))
        if quarantined and refused:
            made.append((quarantined, self._described(draft, "quarantine", number, quarantined)))
        return counts, made

    def _write_superseded(
        self, draft: DeliveryDraft, against: comparing.Standing, number: int, known_from: dt.datetime
    ) -> tuple[Path, NewSegment]:
        """The full payload of each version that this delivery supersedes or withdraws."""
        query = f"""SELECT version.*, CAST({text(_naive(known_from))} AS TIMESTAMP) AS superseded_at,
                           CAST({number} AS INTEGER) AS superseded_by
                    FROM {against.versions} AS version
                    SEMI JOIN (FROM verdict WHERE kind <> 'accepted') AS gone USING (record_key, known_from)
                    {_SORTED}"""
        return self._write(draft, "neg", number, query)

    def _write(self, draft: DeliveryDraft, kind: str, number: int, query: str) -> tuple[Path, NewSegment]:
        path = self.folder / f"{kind}.parquet"
        comparing.copy_as_written(self.connection, f"COPY ({query}) TO {text(path)} ({PARQUET})")
        return path, self._described(draft, kind, number, path)

    def _described(self, draft: DeliveryDraft, kind: str, number: int, path: Path) -> NewSegment:
        """The ledger row of a segment, read back from the file that was written."""
        about: dict[str, object] = {"rows": self._count(path)}
        if kind != "quarantine":
            columns = columns_of(self.connection, scan([path]))
            about["fields"] = [list(column) for column in columns]
            about |= self._months(path)
        if kind == "neg":
            about["touches"] = self._superseded(path)
        return NewSegment(
            kind=kind,
            file=f"{number:06d}-{draft.feed}-{kind}.parquet",
            sha256=durable.sha256(path),
            bytes=path.stat().st_size,
            **about,  # type: ignore[arg-type]
        )

    def _months(self, path: Path) -> dict[str, object]:
        found = self.connection.execute(f"SELECT min(month), max(month) FROM {scan([path])}").fetchall()[0]
        return {"month_from": found[0], "month_to": found[1]}

    def _superseded(self, path: Path) -> list[int]:
        """The deliveries whose versions a neg segment ends."""
        found = self.connection.execute(f"SELECT DISTINCT delivery FROM {scan([path])} ORDER BY 1").fetchall()
        return [int(number) for (number,) in found]

    def _count(self, path: Path) -> int:
        return int(self.connection.execute(f"SELECT count(*) FROM {scan([path])}").fetchall()[0][0])


def _check_accounts(draft: DeliveryDraft, rows: int, refused: int) -> None:
    """Rows in = staged + quarantined + set aside by a rule, or the delivery is refused."""
    told = rows + refused + sum(draft.set_aside.values())
    if told != draft.rows_in:
        raise BadInput(
            f"The delivery does not add up: {draft.rows_in} rows came in, {told} are accounted for",
            where=draft.feed,
        )


def _naive(moment: dt.datetime) -> str:
    """A UTC instant as the text of a naive timestamp."""
    return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
