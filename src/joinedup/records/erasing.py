"""Erasing records: the one lawful change to the past.

Every segment of the feed that holds them is written anew without them and takes the old one's place in the
ledger, in one transaction with the tombstones, the attestation and the act in the log. The old files are
deleted as soon as no reader holds them, and the database is cleared of what its free pages hold.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import duckdb
from uuid6 import uuid7

from joinedup.accounts import Asked, require_approved, use
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import record_act
from joinedup.records import (
    forgetting,
    ledger,
    linkages,
    marks,
    mentions,
    placed,
    reasons,
    restricting,
    sealing,
    seconded,
    staging,
    tombstones,
    unnaming,
)
from joinedup.records.burying import Burial
from joinedup.records.definitions import ErasureRow
from joinedup.records.engine import wrapped
from joinedup.records.filing import SORTED, Filed, Filing
from joinedup.records.ledger import NewSegment
from joinedup.records.meant import Files, Named
from joinedup.records.reasons import Concerned
from joinedup.records.segments import columns_of, scan
from joinedup.records.signals import references_erased
from joinedup.records.tombstones import Secret
from joinedup.terms import Role, Viewer
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.records.models import Erasure, LinkedSegment, Segment

_ORDER = {
    "pos": SORTED,
    "neg": SORTED,
    "unseen": SORTED,
    "who": mentions.BY_RECORD,
    "quarantine": "ORDER BY row_number",
}
_ERASED_BEFORE = re.compile(r"-erased-\d+$")


@dataclass(frozen=True)
class _Held:
    """A segment that holds rows of what is to be erased, and how many."""

    segment: Segment
    rows: int


@dataclass(frozen=True)
class _Plan:
    """What will be erased, and the digests by which it will be known again."""

    keys: Sequence[UUID]
    digests: Sequence[str]
    held: Sequence[_Held]
    linked: Sequence[linkages.Held]
    known_from: dt.datetime
    left: int
    references: frozenset[str]
    said: unnaming.Said
    asked: Asked

    @property
    def old_files(self) -> list[Segment | LinkedSegment]:
        """What others take the place of."""
        return [*(one.segment for one in self.held), *(one.segment for one in self.linked)]


@dataclass(frozen=True)
class _New:
    """What takes the place of the segments that hold what is erased, in the order of the plan."""

    number: int
    filed: Sequence[Filed]
    linked: Sequence[linkages.Placed]


class Eraser:
    """Erases records of one feed, holding the writer's lock.

    ``refused_before``: also every refused row of the deliveries whose period ends by then, as nothing in such
    a row tells of itself which month it is of.
    """

    def __init__(
        self,
        workspace: Workspace,
        folder: Path,
        connection: duckdb.DuckDBPyConnection,
        secret: Secret,
        refused_before: dt.date | None = None,
    ) -> None:
        self._workspace = workspace
        self._records = workspace.records_folder
        self._folder = folder
        self._connection = connection
        self._secret = secret
        self._refused_before = refused_before
        self._filing = Filing(connection, folder)

    def erase(self, feed: str, keys: Sequence[UUID], named: Named, by: Viewer, reason: str) -> ErasureRow:
        """Erase these records wherever the book holds them, and the refused rows that tell of them or were
        named. The old files wait for ``finishing``.

        Raises NotPermitted, NotFound where one of them is not in the book, BadInput for a reason that names
        whom it erases, and NeedsSecond where no second person has approved exactly this. The approval is used
        up in the transaction that erases.
        """
        number = ledger.next_erasure()
        plan = self.judge(feed, keys, named, by, reason)
        with wrapped(f"erasing records of {feed}"):
            filed = [self._without(one, number) for one in plan.held]
            linked = [self._without_keys(one, number) for one in plan.linked]
            moves = [(one.path, self._records / one.segment.file) for one in filed]
            moves += [(one.path, self._records / one.file) for one in linked]
            staging.place_all(self._folder, moves)
        with placed.only(self._workspace, self._connection, self._remaining(plan, filed)) as let_go:
            new = _New(number, filed, linked)
            row = _commit(feed, new, plan, self._secret, by, reason, let_go)
            forgetting.seen(self._records, ledger.state()[1])
            return row

    def judge(self, feed: str, keys: Sequence[UUID], named: Named, by: Viewer, reason: str) -> _Plan:
        """What would be erased; raises what refuses it, with nothing changed."""
        may(by, reason)
        with wrapped(f"looking for what to erase of {feed}"):
            plan = self._plan(feed, keys, named)
            concerned = Concerned(self._records, [one.segment for one in plan.held], "erased")
            reasons.refuse_telling(self._connection, concerned, reason, where=feed)
        require_approved(plan.asked, by=by, reason=reason)
        return plan

    def _remaining(self, plan: _Plan, filed: Sequence[Filed]) -> list[Path]:
        """The segments with versions that the book will have."""
        there = placed.segments_with_points(self._records)
        for held, new in zip(plan.held, filed, strict=True):
            if there.pop(held.segment.file, None) is not None:
                there[new.segment.file] = self._records / new.segment.file
        return list(there.values())

    def _plan(self, feed: str, keys: Sequence[UUID], named: Named) -> _Plan:
        self._connection.execute("CREATE OR REPLACE TEMP TABLE erased (record_key UUID)")
        self._connection.execute("INSERT INTO erased SELECT unnest(?::UUID[])", [list(keys)])
        burial = Burial(self._connection, self._secret, feed, Files.of(self._records, feed))
        references = burial.references(named.references)
        digests = burial.digests(named, references)
        self._connection.execute("CREATE OR REPLACE TEMP TABLE tombstone (digest VARCHAR)")
        self._connection.execute("INSERT INTO tombstone SELECT unnest(?::VARCHAR[])", [digests])
        segments = ledger.segments_of(feed, every_kind=True)
        held = [_Held(segment, rows) for segment in segments if (rows := self._count(segment))]
        self._refuse_absent(feed, keys, held)
        known_from = min(one.segment.known_from for one in held)
        left = burial.records_left() if named.people else 0
        pos = [self._records / one.file for one in segments if one.kind == "pos"]
        said = unnaming.said_of(self._connection, feed, pos, references)
        asked = self._asked(feed, keys, named, held, pos)
        linked = linkages.holding(self._connection, self._records, feed)
        return _Plan(keys, digests, held, linked, known_from, left, frozenset(references), said, asked)

    def _asked(
        self, feed: str, keys: Sequence[UUID], named: Named, held: Sequence[_Held], pos: Sequence[Path]
    ) -> Asked:
        """What a second person has to have approved."""
        latest = max((one.segment.delivery for one in held), key=lambda delivery: delivery.number)
        waiting = [one for one in held if one.segment.kind == "quarantine"]
        refused = {one.segment.delivery.number: one.rows for one in waiting}
        going = seconded.ToErase(feed, latest.owner, keys, named, refused, self._refused_before)
        return going.asked(self._secret, seconded.months_of(self._connection, pos))

    def _condition(self, segment: Segment) -> str:
        if segment.kind == "quarantine":
            ends = segment.delivery.period_to
            if self._refused_before is not None and ends is not None and ends <= self._refused_before:
                return "true"
            return tombstones.erased(
                self._connection, self._secret, segment.delivery.feed, self._records / segment.file
            )
        return "record_key IN (FROM erased)"

    def _count(self, segment: Segment) -> int:
        table = scan([self._records / segment.file])
        query = f"SELECT count(*) FROM {table} WHERE {self._condition(segment)}"
        return int(self._connection.execute(query).fetchall()[0][0])

    def _refuse_absent(self, feed: str, keys: Sequence[UUID], held: Sequence[_Held]) -> None:
        found: set[UUID] = set()
        for one in held:
            table = scan([self._records / one.segment.file])
            if "record_key" in {name for name, _ in columns_of(self._connection, table)}:
                query = f"SELECT DISTINCT record_key FROM {table} WHERE record_key IN (FROM erased)"
                found |= {key for (key,) in self._connection.execute(query).fetchall()}
        if not held:
            raise NotFound(
                "No record of that feed has such a reference or identifier, and no refused row tells of it",
                where=feed,
                next_step="Look for it in every feed: joinedup erase --look",
            )
        if absent := len(set(keys) - found):
            raise NotFound(
                f"{absent} of the {len(keys)} records are not in the book, so nothing was erased",
                where=feed,
                next_step="Name records of this feed that were not erased before",
            )

    def _without_keys(self, held: linkages.Held, number: int) -> linkages.Placed:
        """A segment of person keys written anew in the staging folder without those of the erased records."""
        file = _renamed(held.segment.file, number)
        return linkages.without(self._filing, self._records, held, file)

    def _without(self, held: _Held, number: int) -> Filed:
        """The segment written anew in the staging folder, under a new name, without the erased rows."""
        segment = held.segment
        old = Path(segment.file)
        query = f"SELECT * FROM {scan([self._records / old])} WHERE NOT ({self._condition(segment)})"
        kind = str(segment.kind)
        read = marks.option(marks.marks_of(self._connection, [self._records / old]))
        filed = self._filing.write(kind, _renamed(segment.file, number), query, _ORDER[kind], read)
        if filed.segment.rows != segment.rows - held.rows:
            raise BadInput("A segment written anew has not the rows that it should have", where=segment.file)
        filed.path.chmod((self._records / old).stat().st_mode & 0o777)
        return filed


def _renamed(file: str, number: int) -> str:
    """What a segment is called after an erasure."""
    old = Path(file)
    return old.with_name(f"{_ERASED_BEFORE.sub('', old.stem)}-erased-{number:06d}.parquet").as_posix()


def months_held(connection: duckdb.DuckDBPyConnection, records: Path, feed: str) -> dict[dt.date, int]:
    """How many records the book holds of each month (first day) in any version: of their latest one."""
    query = _latest_months(records, feed)
    if query is None:
        return {}
    with wrapped(f"looking how old the records of {feed} are"):
        counted = (
            f"SELECT month, count(*) FROM ({query}) WHERE month IS NOT NULL GROUP BY month ORDER BY month"
        )
        return dict(connection.execute(counted).fetchall())


def keys_before(connection: duckdb.DuckDBPyConnection, records: Path, feed: str, end: dt.date) -> list[UUID]:
    """The keys of the records of which every version is of a month before ``end``."""
    query = _latest_months(records, feed)
    if query is None:
        return []
    with wrapped(f"looking for old records of {feed}"):
        found = connection.execute(f"SELECT record_key FROM ({query}) WHERE month < ? ORDER BY 1", [end])
        return [key for (key,) in found.fetchall()]


def _latest_months(records: Path, feed: str) -> str | None:
    pos = [records / one.file for one in ledger.segments_of(feed) if one.kind == "pos"]
    if not pos:
        return None
    return f"SELECT record_key, max(month) AS month FROM {scan(pos, by_name=True)} GROUP BY record_key"


def may(by: Viewer, reason: str) -> None:
    """Raise NotPermitted for whoever is no administrator, BadInput where no reason is given."""
    if by.role is not Role.ADMINISTRATOR:
        raise NotPermitted(
            "Records are erased by an administrator only", next_step="Ask an administrator of the workspace"
        )
    if not reason.strip():
        raise BadInput("An erasure needs its reason", next_step="Say why, without naming anybody")


def _commit(
    feed: str,
    new: _New,
    plan: _Plan,
    secret: Secret,
    by: Viewer,
    reason: str,
    let_go: Callable[[], None],
) -> ErasureRow:
    """Exchange the segments' ledger rows, let points go, and write down tombstones, attestation and act, all
    or nothing.
    """
    from joinedup.records.models import Erasure, RetiredFile, Tombstone

    with ledger.change(erasing=True) as now_at:
        let_go()  # before the erasure's moment: whoever reads since then reads none of the old points
        erasure = Erasure.objects.create(
            id=uuid7(),
            number=new.number,
            generation=now_at,
            feed=feed,
            sources=sorted({one.segment.delivery.source for one in plan.held}),
            at=dt.datetime.now(dt.UTC),
            by=by.username,
            reason=reason,
            records=len(plan.keys),
            rows=sum(one.rows for one in plan.held),
            before=[[one.file, one.sha256] for one in plan.old_files],
            after=[[one.segment.file, one.segment.sha256] for one in new.filed]
            + [[one.file, one.sha256] for one in new.linked],
            known_from=plan.known_from,
            key_id=secret.id,
        )
        for held, filed in zip(plan.held, new.filed, strict=True):
            _exchange(held, filed.segment)
        for keys, placed_anew in zip(plan.linked, new.linked, strict=True):
            linkages.exchange(keys, placed_anew)
        unburied = sorted(set(plan.digests) - tombstones.known_ones(feed, plan.digests))
        Tombstone.objects.bulk_create(Tombstone(erasure=erasure, feed=feed, digest=d) for d in unburied)
        RetiredFile.objects.bulk_create(RetiredFile(erasure=erasure, file=one.file) for one in plan.old_files)
        restricting.forget(feed, plan.keys)
        unnaming.take_out(plan.said)
        gone = {"references": plan.references, "record_keys": frozenset(plan.keys)}
        references_erased.send(sender=Erasure, feed=feed, **gone)
        sealing.seal({*(one.segment.delivery.pk for one in plan.held), *plan.said}, [erasure.pk])
        use(plan.asked, by=by, reason=reason)
        record_act(
            "erasure",
            by=by,
            purpose=None,
            what=f"erasure {new.number} of records of {feed}",
            reason=reason,
            detail=facts_of(erasure),
        )
    return replace(row_of(erasure), left=plan.left)


def _exchange(held: _Held, new: NewSegment) -> None:
    """Put a new ledger row in an old one's place: of the same delivery, known since the same moment."""
    old = held.segment
    ledger.insert_segments(old.delivery, old.generation, old.known_from, [new], erased=old.erased + held.rows)
    old.delete()


def facts_of(erasure: Erasure) -> dict[str, object]:
    """What the log keeps of an erasure, beside the ledger, so that the two can be compared."""
    return {
        "records": erasure.records,
        "rows": erasure.rows,
        "segments": len(erasure.before),
        "before": [list(one) for one in erasure.before],
        "after": [list(one) for one in erasure.after],
    }


def row_of(erasure: Erasure) -> ErasureRow:
    """An erasure as the door gives it."""
    return ErasureRow(
        number=erasure.number,
        feed=erasure.feed,
        sources=tuple(erasure.sources),
        at=erasure.at,
        by=erasure.by,
        reason=erasure.reason,
        records=erasure.records,
        rows=erasure.rows,
        segments=len(erasure.before),
        known_from=erasure.known_from,
        finished=erasure.finished_at is not None,
    )


def rows(feed: str | None = None) -> list[ErasureRow]:
    """The erasures so far, oldest first."""
    from joinedup.records.models import Erasure

    found = Erasure.objects.order_by("number")
    return [row_of(one) for one in (found.filter(feed=feed) if feed else found)]
