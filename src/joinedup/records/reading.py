"""The reader: the record book as it was known on a date, at one generation of the ledger."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import duckdb

from joinedup.records import (
    circumstances,
    declared,
    erasing,
    forgetting,
    ledger,
    linkages,
    mentions,
    placed,
    readers,
    reasons,
    refused,
    resting,
    restricting,
    version_files,
)
from joinedup.records.definitions import (
    Coverage,
    DeliveryRow,
    ErasureRow,
    FieldState,
    JudgedBy,
    LinkageRow,
    Mention,
    Promise,
    SeriesBreak,
)
from joinedup.records.engine import cursor_for_reading, wrapped
from joinedup.records.identity import quoted
from joinedup.records.listing import ListedSegment, listed
from joinedup.records.segments import ADDED_BY_VIEW, ENVELOPE, scan, text
from joinedup.records.version_files import Shape, VersionFiles
from joinedup.terms import Period, RecordType, Strictness
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.records.placed import Points


class Reader:
    """Reads what was known at ``as_at`` (None: now), at one ``generation``; never blocked by a writer."""

    def __init__(self, workspace: Workspace, as_at: dt.datetime | None) -> None:
        self._workspace = workspace
        self.as_at = as_at
        self.generation, self._erasures, self._held = _hold(workspace)
        forgetting.seen(workspace.records_folder, self._erasures)
        self._cursors: list[duckdb.DuckDBPyConnection] = []

    def connection(self) -> duckdb.DuckDBPyConnection:
        """A new cursor of this process's reading database, for one thread; closed with the reader."""
        cursor = cursor_for_reading(self._workspace)
        self._cursors.append(cursor)
        return cursor

    def close(self) -> None:
        """Close the cursors that were given out."""
        for cursor in self._cursors:
            cursor.close()
        self._cursors.clear()
        readers.let_go(self._held)
        self._held = None

    def define_views(
        self,
        cursor: duckdb.DuckDBPyConnection,
        record_types: Iterable[RecordType],
        sources: Iterable[str],
        *,
        period: Period | None = None,
    ) -> None:
        """Make a view for each record type, named after it: one row for each record as known at ``as_at``.

        Columns: the envelope, ``feed``, ``source``, ``owner``, then the union by name of the contracts'
        fields. Where no segment holds such a record the view has the envelope and no rows. ``period`` leaves
        out segments that hold no month of it (others may still hold months outside it). Restricted records
        are in no view, whatever the date.
        """
        types = [RecordType(record_type) for record_type in record_types]
        wanted = set(sources)
        parts = {one: self._arrived_and_gone(one.value, wanted, period) for one in types}
        hidden = restricting.standing({one.feed for arrived, _gone in parts.values() for one in arrived})
        with wrapped("opening its segments"):
            restricting.hide(cursor, hidden)
            for record_type in types:
                query = _view(*parts[record_type], hidden)
                cursor.execute(f"CREATE OR REPLACE TEMP VIEW {quoted(record_type.value)} AS {query}")

    def version_files(
        self,
        record_types: Iterable[RecordType],
        sources: Iterable[str],
        *,
        period: Period | None = None,
    ) -> dict[RecordType, list[VersionFiles]]:
        """What ``define_views`` would make its views of, as files, for an engine that reads Parquet itself.

        The files stay until the reader is closed.
        """
        wanted = set(sources)
        shapes = {
            one: version_files.shapes(*self._arrived_and_gone(one.value, wanted, period))
            for one in map(RecordType, record_types)
        }
        hidden = restricting.standing({shape.feed for found in shapes.values() for shape in found})
        with wrapped("listing its segments"):
            cursor = self.connection()
            restricting.hide(cursor, hidden)
            return {
                record_type: [version_files.of(cursor, shape, hidden) for shape in found]
                for record_type, found in shapes.items()
            }

    def ground(self, record_type: RecordType, sources: Iterable[str]) -> resting.Ground:
        """What counts of these records rest on, as known now: for whoever keeps counts ready."""
        return resting.ground(self._workspace, self.generation, record_type, sources)

    def is_current(self) -> bool:
        """Whether the ledger is still as it was when the reader was made."""
        return ledger.state() == (self.generation, self._erasures)

    def may_keep(self) -> bool:
        """Whether what it reads may stay in this process's memory: as far as is known here nothing was erased
        since it was made. Whoever keeps something asks while holding the lock under which it is let go."""
        return forgetting.is_latest(self._workspace.records_folder, self._erasures)

    def first_known(self, cursor: duckdb.DuckDBPyConnection, feeds: Iterable[str]) -> None:
        """Make the view ``first_known``: ``feed``, ``record_key``, and since when any version was known."""
        wanted = set(feeds)
        brought: defaultdict[str, list[Path]] = defaultdict(list)
        for segment in listed(self._workspace.records_folder, self.generation):
            known = self.as_at is None or segment.known_from <= self.as_at
            if segment.kind == "pos" and segment.feed in wanted and known:
                brought[segment.feed].append(segment.path)
        parts = [
            f"SELECT {text(feed)} AS feed, record_key, known_from FROM {scan(files)}"
            for feed, files in brought.items()
        ]
        nothing = "SELECT '' AS feed, NULL::UUID AS record_key, NULL::TIMESTAMP AS known_from WHERE false"
        with wrapped("opening since when its records are known"):
            cursor.execute(
                f"""CREATE OR REPLACE TEMP VIEW first_known AS
                    SELECT feed, record_key, min(known_from) AS known_from
                    FROM ({" UNION ALL ".join([nothing, *parts])}) GROUP BY feed, record_key"""
            )

    def mentions(self, cursor: duckdb.DuckDBPyConnection, feeds: Iterable[str]) -> None:
        """Make the view ``mention`` in a cursor: who the records of these feeds name, as at the date.

        Columns: ``feed``, ``record_type``, then ``mentions.MENTION``. For linkage, which shows nobody; what a
        person is shown goes through ``release.reveal``. Whom restricted records name is not in it.
        """
        feeds = set(feeds)
        hidden = restricting.standing(feeds)
        with wrapped("opening who its records name"):
            restricting.hide(cursor, hidden)
            parts = [mentions.nobody_of_feed()]
            for feed in sorted(feeds):
                parts += [one + restricting.unless_hidden(feed, hidden) for one in self._mentions_of(feed)]
            cursor.execute(f"CREATE OR REPLACE TEMP VIEW mention AS {' UNION ALL BY NAME '.join(parts)}")

    def persons(
        self, cursor: duckdb.DuckDBPyConnection, feeds: Iterable[str], *, alone: bool = False
    ) -> None:
        """Make the view ``person`` in a cursor: whom the mentions of these feeds are of, as at the date.

        ``alone``: by the linkage of each feed by itself; else by that of all that are linked together.

        Columns: ``feed``, ``record_key``, ``role``, ``ordinal``, the person keys ``strict``, ``best`` and
        ``loose``, and ``home``, the key of where they live (empty where nothing tells it). It names nobody.
        Mentions of restricted records are not in it, nor those of records that no linkage has read yet.
        """
        with wrapped("opening whom its mentions are of"):
            folder = self._workspace.records_folder
            linkages.define_view(cursor, folder, feeds, self.as_at, self.generation, alone=alone)

    def persons_untold(self, feed: str) -> dict[UUID, frozenset[tuple[Strictness, UUID]]]:
        """For each restricted record of a feed the person keys that whoever it names had or may have by now;
        none where no linkage has read it. For leaving these people out, which tells nothing of the record."""
        with wrapped("opening whom its mentions are of"):
            return linkages.untold(self.connection(), self._workspace.records_folder, feed, self.generation)

    def circumstances(
        self, cursor: duckdb.DuckDBPyConnection, feeds: Iterable[str], directory: Path | None = None
    ) -> None:
        """Make the view ``circumstance`` in a cursor: where whom these feeds' records name lives, and when
        they come of age, as at the date.

        Columns: ``circumstances.COLUMNS``; a home is the point of its postcode in the ``directory`` (a file
        that ``places`` keeps). For figures that count people: it has no address, no birth and no name. Whom
        restricted records name is not in it.
        """
        feeds = set(feeds)
        hidden = restricting.standing(feeds)
        with wrapped("opening where whom its records name lives"):
            restricting.hide(cursor, hidden)
            parts = [
                f"SELECT * FROM ({one}{restricting.unless_hidden(feed, hidden)})"
                for feed in sorted(feeds)
                for one in self._mentions_of(feed)
            ]
            told = circumstances.query(parts, directory)
            cursor.execute(f"CREATE OR REPLACE TEMP VIEW circumstance AS {told}")

    def linkages(self, alone: str = "") -> list[LinkageRow]:
        """The linkages known at the date, oldest first: of all feeds, or of one that is linked ``alone``."""
        return linkages.rows(self.as_at, self.generation, alone)

    def identifying(
        self,
        feed: str,
        record_keys: Iterable[str | UUID],
        *,
        inside: Collection[UUID] = (),
    ) -> list[Mention]:
        """Who these records name as at the date, in the order of key, role and number. Log before you show.

        Restricted records are left out, but for those that are ``inside``: who asks may know of them. Raises
        BadInput for a key that is none.
        """
        asked, within = mentions.keys_of(record_keys), set(inside)
        hidden = restricting.kinds(feed, asked)
        keys = [key for key in asked if key not in hidden or key in within]
        parts = self._mentions_of(feed)
        if not parts or not keys:
            return []
        with wrapped("reading who its records name"):
            return mentions.named(self.connection(), " UNION ALL BY NAME ".join(parts), keys)

    def _mentions_of(self, feed: str) -> list[str]:
        """A SELECT for each record type of a feed that has mentions."""
        known = [
            segment
            for segment in listed(self._workspace.records_folder, self.generation)
            if segment.feed == feed and (self.as_at is None or segment.known_from <= self.as_at)
        ]
        parts = []
        for record_type in sorted({segment.record_type for segment in known}):
            arrived = [one for one in known if one.kind == mentions.KIND and one.record_type == record_type]
            numbers = {segment.delivery for segment in arrived}
            gone = [one.path for one in known if one.kind == "neg" and not numbers.isdisjoint(one.touches)]
            if arrived:
                standing = mentions.standing([one.path for one in arrived], gone)
                parts.append(
                    f"SELECT {text(feed)} AS feed, {text(record_type)} AS record_type, * FROM ({standing})"
                )
        return parts

    def coverage(self, sources: Iterable[str]) -> list[Coverage]:
        """Periods for which the feeds of these sources were there: absence in them means zero."""
        return ledger.coverage(sources, self.as_at, self.generation)

    def deliveries(self, sources: Iterable[str], feeds: Collection[str] = ()) -> list[DeliveryRow]:
        """The deliveries known at ``as_at`` of these sources (and feeds, if any are named), oldest first."""
        found = ledger.delivery_query().filter(source__in=list(sources), generation__lte=self.generation)
        if feeds:
            found = found.filter(feed__in=list(feeds))
        if self.as_at is not None:
            found = found.filter(known_from__lte=self.as_at)
        return [ledger.row_of(delivery, self.as_at) for delivery in found.order_by("number")]

    def field_states(self, feeds: Iterable[str]) -> list[FieldState]:
        """How often each field was given, missing, unknown, refused or invalid in each delivery."""
        return ledger.field_states(feeds, self.as_at, self.generation)

    def breaks(self, sources: Iterable[str]) -> list[SeriesBreak]:
        """Days from which numbers of these sources do not compare with those before, oldest first."""
        return declared.breaks(sources, self.as_at, self.generation)

    def promises(self, feeds: Iterable[str] | None = None) -> dict[str, Promise]:
        """By feed (None: every feed), how often it was promised and after how many days it is late."""
        return declared.promises(feeds, self.as_at, self.generation)

    def erasures(self, sources: Iterable[str]) -> list[ErasureRow]:
        """Erasures of records of these sources that were known as at the date, oldest first.

        A figure as known before an erasure's ``at`` no longer counts what was erased: it was touched.
        """
        wanted = set(sources)
        found = [row for row in erasing.rows() if not wanted.isdisjoint(row.sources)]
        return [row for row in found if self.as_at is None or row.known_from <= self.as_at]

    def quarantined(self, delivery: int) -> Iterator[refused.RefusedRow]:
        """Row number, raw text and reasons of each row of this delivery that was refused, in file order."""
        return refused.rows(self.connection(), self._workspace.records_folder, delivery)

    def reasons_for_quarantine(self, delivery: int) -> dict[str, int]:
        """How many rows of this delivery were refused for each reason; a row may have several."""
        return refused.reasons(self.connection(), self._workspace.records_folder, delivery)

    def points_of(self, delivery: int) -> Points:
        """Each distinct point of the versions that a delivery brought."""
        there = listed(self._workspace.records_folder, self.generation)
        brought = [one.path for one in there if one.kind == "pos" and one.delivery == delivery]
        return placed.points_of(self.connection(), brought)

    def judged_by(self, delivery: int) -> JudgedBy | None:
        """By what the refused rows of a delivery were judged; None where it has none, or does not tell."""
        return refused.judged_by(self.connection(), self._workspace.records_folder, delivery)

    def refused_rows(self, delivery: int) -> dict[int, list[str]]:
        """Row number to reasons of each row of this delivery that was refused; no content is read."""
        return refused.numbered(self.connection(), self._workspace.records_folder, delivery)

    def sent_again(self, delivery: int) -> dict[int, int]:
        """Number of a refused row to the first later delivery, still standing, that brought its record."""
        return refused.sent_again(self.connection(), self._workspace.records_folder, delivery)

    def refuse_telling_of_file(self, feed: str, staged: Path, reason: str) -> None:
        """Raise BadInput where a reason says who the records in a file are about, in whatever version."""
        reasons.refuse_of_file(self.connection(), self._workspace.records_folder, feed, staged, reason)

    def refuse_telling_of_records(self, feed: str, record_keys: Iterable[str | UUID], reason: str) -> None:
        """The same for records of a feed that are named by their keys."""
        keys, records = mentions.keys_of(record_keys), self._workspace.records_folder
        reasons.refuse_of_keys(self.connection(), records, feed, keys, reason)

    def refuse_telling_of_all(
        self, concerned: Iterable[tuple[str, Iterable[str | UUID]]], reason: str
    ) -> None:
        """The same for records of several feeds, each by itself, read once for all: of a feed few and many
        may be asked of. The error does not say of which feed they are."""
        of_feeds = [reasons.OfFeed(feed, mentions.keys_of(keys)) for feed, keys in concerned]
        there = listed(self._workspace.records_folder, self.generation)
        reasons.refuse_of_feeds(self.connection(), there, of_feeds, reason, self.may_keep)

    def refuse_telling_of_delivery(self, number: int, reason: str) -> None:
        """The same for the records that a delivery brought or ended."""
        reasons.refuse_of_delivery(self.connection(), self._workspace.records_folder, number, reason)

    def _arrived_and_gone(
        self, record_type: str, sources: set[str], period: Period | None
    ) -> tuple[list[ListedSegment], list[ListedSegment]]:
        """The segments a view rests on: explicit files, from the ledger, all of one generation.

        What is gone is chosen by feed: a later version of its contract may name another source.
        """
        known = [
            segment
            for segment in listed(self._workspace.records_folder, self.generation)
            if (self.as_at is None or segment.known_from <= self.as_at)
            and (period is None or segment.holds(period))
        ]
        arrived = [
            segment
            for segment in known
            if segment.kind == "pos" and segment.record_type == record_type and segment.source in sources
        ]
        feeds = {segment.feed for segment in arrived}
        return arrived, [segment for segment in known if segment.kind == "neg" and segment.feed in feeds]


def _hold(workspace: Workspace) -> tuple[int, int, int | None]:
    """The generation to read at, the erasures so far, and the hold that keeps the files until the reader is
    closed."""
    while True:
        _, erasures = ledger.state()
        held = readers.hold(workspace.records_folder, erasures)
        generation, now = ledger.state()
        if now == erasures:
            return generation, now, held
        readers.let_go(held)


def _view(
    arrived: list[ListedSegment], gone: list[ListedSegment], hidden: Mapping[str, Sequence[UUID]]
) -> str:
    """The query of one record type's view: untouched segments as they are, others without what is gone; and
    without what is hidden."""
    queries = [_empty()]
    queries += [
        _same_shape(shape) + restricting.unless_hidden(shape.feed, hidden)
        for shape in version_files.shapes(arrived, gone)
    ]
    return " UNION ALL BY NAME ".join(queries)


def _same_shape(shape: Shape) -> str:
    names = [name for name, _ in shape.columns]
    listed = [quoted(name) for name in names[: len(ENVELOPE)]]
    listed += [f"{text(getattr(shape, name))} AS {name}" for name in ADDED_BY_VIEW]
    listed += [quoted(name) for name in names[len(ENVELOPE) :]]
    query = f"SELECT {', '.join(listed)} FROM {scan(shape.arrived)} AS version"
    if shape.ended:
        keys = f"(SELECT record_key, known_from FROM {scan(shape.ended, by_name=True)})"
        query += f" ANTI JOIN {keys} AS gone USING (record_key, known_from)"
    return query


def _empty() -> str:
    """No rows, with the envelope's columns and those the views add."""
    columns = [*ENVELOPE.items(), ("feed", "VARCHAR"), ("source", "VARCHAR"), ("owner", "VARCHAR")]
    listed = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in columns)
    return f"SELECT {listed} WHERE false"
