"""The reader: the record book as it was known on a date, at one generation of the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from joinedup.records import ledger
from joinedup.records.definitions import Coverage, DeliveryRow, FieldState
from joinedup.records.engine import cursor_for_reading, wrapped
from joinedup.records.identity import quoted
from joinedup.records.segments import ENVELOPE, scan, text
from joinedup.terms import Period, RecordType
from joinedup.workspace import Workspace


@dataclass(frozen=True)
class _Part:
    """One segment as a reader needs it."""

    path: Path
    kind: str
    feed: str
    source: str
    owner: str
    record_type: str
    delivery: int
    columns: tuple[tuple[str, str], ...]
    touches: frozenset[int]


class Reader:
    """Reads what was known at ``as_at`` (None: now), at one ``generation``; never blocked by a writer."""

    def __init__(self, workspace: Workspace, as_at: dt.datetime | None) -> None:
        self._workspace = workspace
        self.as_at = as_at
        self.generation = ledger.generation()
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
        out segments that hold no month of it (others may still hold months outside it).
        """
        types, wanted = [RecordType(record_type) for record_type in record_types], list(sources)
        parts = self._parts({kind.value for kind in types}, wanted, period)
        with wrapped("opening its segments"):
            for record_type in types:
                query = _view([part for part in parts if part.record_type == record_type.value])
                cursor.execute(f"CREATE OR REPLACE TEMP VIEW {quoted(record_type.value)} AS {query}")

    def coverage(self, sources: Iterable[str]) -> list[Coverage]:
        """Periods for which the feeds of these sources were there: absence in them means zero."""
        return ledger.coverage(sources, self.as_at, self.generation)

    def deliveries(self, sources: Iterable[str]) -> list[DeliveryRow]:
        """The deliveries known at ``as_at`` of these sources, oldest first."""
        found = ledger.delivery_query().filter(source__in=list(sources), generation__lte=self.generation)
        if self.as_at is not None:
            found = found.filter(known_from__lte=self.as_at)
        return [ledger.row_of(delivery, self.as_at) for delivery in found.order_by("number")]

    def field_states(self, feeds: Iterable[str]) -> list[FieldState]:
        """How often each field was given, missing or unknown in each delivery of these feeds."""
        return ledger.field_states(feeds, self.as_at, self.generation)

    def _parts(self, record_types: set[str], sources: list[str], period: Period | None) -> list[_Part]:
        """The segments that the views rest on: explicit files, from the ledger, in one read."""
        from joinedup.records.models import Segment

        found = Segment.objects.filter(
            kind__in=[Segment.Kind.POS, Segment.Kind.NEG],
            delivery__source__in=sources,
            delivery__record_type__in=record_types,
            generation__lte=self.generation,
        )
        if self.as_at is not None:
            found = found.filter(known_from__lte=self.as_at)
        return [
            _Part(
                path=self._workspace.records_folder / segment.file,
                kind=segment.kind,
                feed=segment.delivery.feed,
                source=segment.delivery.source,
                owner=segment.delivery.owner,
                record_type=segment.delivery.record_type,
                delivery=segment.delivery.number,
                columns=tuple((name, kind) for name, kind in segment.fields),
                touches=frozenset(segment.touches),
            )
            for segment in found.select_related("delivery").order_by("id")
            if period is None or _holds(segment, period)
        ]


def _holds(segment: ledger.Segment, period: Period) -> bool:
    """Whether a segment may hold a record of the period."""
    if segment.month_from is None or segment.month_to is None:
        return False
    return bool(segment.month_from < period.end and segment.month_to >= period.start)


def _view(parts: list[_Part]) -> str:
    """The query of one record type's view."""
    queries = []
    for feed in sorted({part.feed for part in parts}):
        queries += _of_feed([part for part in parts if part.feed == feed])
    return " UNION ALL BY NAME ".join([_empty(), *queries])


def _of_feed(parts: list[_Part]) -> list[str]:
    """Current versions of one feed: untouched segments as they are, others without what was superseded."""
    gone = [part for part in parts if part.kind == "neg"]
    touched = frozenset().union(*(part.touches for part in gone))
    queries = []
    arrived = [part for part in parts if part.kind == "pos"]
    shapes = sorted({(part.columns, part.source, part.owner, part.delivery in touched) for part in arrived})
    for shape in shapes:
        same = [p for p in arrived if (p.columns, p.source, p.owner, p.delivery in touched) == shape]
        queries.append(_same_shape(same, gone if shape[-1] else []))
    return queries


def _same_shape(arrived: list[_Part], gone: list[_Part]) -> str:
    first = arrived[0]
    names = [name for name, _ in first.columns]
    listed = [quoted(name) for name in names[: len(ENVELOPE)]]
    listed += [f"{text(getattr(first, name))} AS {name}" for name in ("feed", "source", "owner")]
    listed += [quoted(name) for name in names[len(ENVELOPE) :]]
    query = f"SELECT {', '.join(listed)} FROM {scan(part.path for part in arrived)} AS version"
    if gone:
        keys = f"(SELECT record_key, known_from FROM {scan((part.path for part in gone), by_name=True)})"
        query += f" ANTI JOIN {keys} AS gone USING (record_key, known_from)"
    return query


def _empty() -> str:
    """No rows, with the envelope's columns and those the views add."""
    columns = [*ENVELOPE.items(), ("feed", "VARCHAR"), ("source", "VARCHAR"), ("owner", "VARCHAR")]
    listed = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in columns)
    return f"SELECT {listed} WHERE false"
