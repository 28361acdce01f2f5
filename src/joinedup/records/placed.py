"""Where records are, as another room keeps it beside the book: an erasure takes that along.

That room is a neighbour, which neither calls nor is called from here. Whoever stands above both says, once,
who keeps the points of records (``points_kept_by``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

import duckdb

from joinedup.records import engine
from joinedup.records.engine import wrapped
from joinedup.records.segments import scan
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Points: TypeAlias = npt.NDArray[np.int64]

_OF_VERSIONS = ("pos", "neg", "unseen")


class KeepsPoints(Protocol):
    """What the book asks of the room that keeps points. ``remaining``: those that stored versions have."""

    def only(
        self, workspace: Workspace, remaining: Callable[[], Points]
    ) -> AbstractContextManager[Callable[[], None]]:
        """Get ready to keep the remaining points only, while nobody else changes them.

        What it yields puts that in place, in the caller's transaction.
        """

    def finish(
        self,
        workspace: Workspace,
        remaining: Callable[[], Points],
        *,
        replaced_by: dt.datetime | None,
        nobody_reads: Callable[[], bool],
    ) -> bool:
        """Delete what was replaced, and whatever else holds other points; whether nothing is left to do.

        Nobody reads what was replaced by that moment; for the rest, ask.
        """

    def sweep(self, workspace: Workspace) -> None:
        """Delete what a crash left."""

    def strays(self, workspace: Workspace, remaining: Callable[[], Points]) -> list[tuple[str, int]]:
        """Files that hold other points, and how many."""


_keeper: Callable[[], KeepsPoints] | None = None


def points_kept_by(keeper: Callable[[], KeepsPoints]) -> None:
    """Say who keeps the points of records; asked for when it is first needed."""
    global _keeper  # noqa: PLW0603 - said once, when the rooms are set up
    _keeper = keeper


def only(
    workspace: Workspace, connection: duckdb.DuckDBPyConnection, remaining: Iterable[Path]
) -> AbstractContextManager[Callable[[], None]]:
    """Get ready to keep only the points of these segments; what it yields does it, in a transaction."""
    if _keeper is None:
        return nullcontext(lambda: None)
    files = list(remaining)
    return _keeper().only(workspace, lambda: points_of(connection, files))


def finish(workspace: Workspace, replaced_by: dt.datetime | None, nobody_reads: Callable[[], bool]) -> bool:
    """Delete what holds points that no stored version has; whether nothing is left to do."""
    if _keeper is None:
        return True
    return _keeper().finish(
        workspace,
        lambda: _stored_points(workspace),
        replaced_by=replaced_by,
        nobody_reads=nobody_reads,
    )


def sweep(workspace: Workspace) -> None:
    """Delete what a crash left."""
    if _keeper is not None:
        _keeper().sweep(workspace)


def strays(workspace: Workspace) -> list[tuple[str, int]]:
    """Files that hold points which no stored version has, and how many."""
    return _keeper().strays(workspace, lambda: _stored_points(workspace)) if _keeper is not None else []


def points_of(connection: duckdb.DuckDBPyConnection, files: Iterable[Path]) -> Points:
    """Each distinct point of the versions in these segments, ascending."""
    listed = list(files)
    versions = scan(listed, by_name=True) if listed else "(SELECT NULL::BIGINT AS point)"
    query = f"SELECT DISTINCT point FROM {versions} WHERE point IS NOT NULL ORDER BY point"
    with wrapped("reading where records are"):
        return connection.sql(query).to_arrow_table()["point"].to_numpy()


def segments_with_points(records: Path) -> dict[str, Path]:
    """Every segment of the book that holds versions: its name in the ledger, and its path."""
    from joinedup.records.models import Segment

    names = Segment.objects.filter(kind__in=_OF_VERSIONS).values_list("file", flat=True)
    return {name: records / name for name in names}


def _stored_points(workspace: Workspace) -> Points:
    with _connection(workspace) as connection:
        return points_of(connection, segments_with_points(workspace.records_folder).values())


@contextmanager
def _connection(workspace: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = engine.apart(workspace)
    try:
        yield connection
    finally:
        connection.close()
