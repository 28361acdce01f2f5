"""Writing one segment file in the staging folder, and describing it for the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from joinedup import durable
from joinedup.records import comparing
from joinedup.records.ledger import NewSegment
from joinedup.records.segments import PARQUET, columns_of, scan, text

SORTED = "ORDER BY month, point"


@dataclass(frozen=True)
class Filed:
    """A segment that is written in the staging folder and not yet in its place."""

    path: Path
    segment: NewSegment


@dataclass(frozen=True)
class Filing:
    """Writes segments with one connection into one staging folder."""

    connection: duckdb.DuckDBPyConnection
    folder: Path

    def write(self, kind: str, file: str, query: str, order: str = SORTED, marks: str = "") -> Filed:
        """Write the rows of a query, sorted, as a segment that will be called ``file``.

        ``marks``: what its footer says of how its rows were read (``marks.option``).
        """
        path = self.folder / Path(file).name
        comparing.copy_as_written(
            self.connection, f"COPY ({query} {order}) TO {text(path)} ({PARQUET}{marks})"
        )
        return self.describe(kind, file, path)

    @contextmanager
    def digesting(self, path: Path | None) -> Iterator[Future[str] | None]:
        """The SHA-256 of a file, worked out in a thread of its own while it is looked at."""
        with ThreadPoolExecutor(1) as thread:
            yield None if path is None else thread.submit(durable.sha256, path)

    def describe(self, kind: str, file: str, path: Path, digest: Future[str] | None = None) -> Filed:
        """The ledger row of a segment, read back from the file that was written; ``digest``: its SHA-256,
        where that has begun."""
        about: dict[str, object] = {"rows": self.count(path)}
        if kind != "quarantine":
            about["fields"] = [list(column) for column in columns_of(self.connection, scan([path]))]
        if kind in {"pos", "neg", "unseen"}:
            about |= self._months(path)
        if kind in {"neg", "unseen"}:
            about["touches"] = self._touches(path)
        segment = NewSegment(
            kind=kind,
            file=file,
            sha256=digest.result() if digest else durable.sha256(path),
            bytes=path.stat().st_size,
            **about,  # type: ignore[arg-type]
        )
        return Filed(path, segment)

    def count(self, path: Path) -> int:
        """How many rows a Parquet file has."""
        return int(self.connection.execute(f"SELECT count(*) FROM {scan([path])}").fetchall()[0][0])

    def _months(self, path: Path) -> dict[str, object]:
        query = f"SELECT min(month), max(month) FROM {scan([path])}"
        first, last = self.connection.execute(query).fetchall()[0]
        return {"month_from": first, "month_to": last}

    def _touches(self, path: Path) -> list[int]:
        """The deliveries whose versions a neg or unseen segment ends."""
        found = self.connection.execute(f"SELECT DISTINCT delivery FROM {scan([path])} ORDER BY 1").fetchall()
        return [int(number) for (number,) in found]
