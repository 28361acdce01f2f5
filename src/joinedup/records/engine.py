"""DuckDB as the record book runs it: in memory, with limits, and with no way out of the workspace."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from joinedup.errors import BadInput, Damaged, JoinedupError
from joinedup.records import forgetting
from joinedup.records.segments import text
from joinedup.workspace import Workspace

_Key = tuple[int, Path, str, int]
_guard = threading.Lock()
# Making a database takes sixty times as long as a cursor: one is kept for reading and one for writing.
_kept: dict[str, tuple[_Key, duckdb.DuckDBPyConnection]] = {}
# A forked process must not close its parent's database: the threads that would have to end are not there.
_inherited: list[duckdb.DuckDBPyConnection] = []


def _cursor(
    workspace: Workspace, use: str, made: Callable[[], duckdb.DuckDBPyConnection]
) -> duckdb.DuckDBPyConnection:
    """A cursor of this process's one database for this use; its temporary tables and views are its own.

    The database is made anew in a forked process, and when the process turns to another workspace.
    """
    settings = workspace.settings
    key = (os.getpid(), workspace.folder, settings.memory_limit, settings.threads)
    with _guard:
        known = _kept.get(use)
        if known is None or known[0] != key:
            if known is not None and known[0][0] != key[0]:
                _inherited.append(known[1])
            known = _kept[use] = (key, made())
        return known[1].cursor()


def _open(workspace: Workspace, folders: Sequence[Path], files: Sequence[Path]) -> duckdb.DuckDBPyConnection:
    """An in-memory database that may touch these folders and files, and nothing else."""
    connection = duckdb.connect(":memory:")
    settings = {
        "memory_limit": text(workspace.settings.memory_limit),
        "threads": str(int(workspace.settings.threads)),
        "temp_directory": text(workspace.spill_folder),
        "allowed_directories": f"[{', '.join(text(folder) for folder in folders)}]",
        "allowed_paths": f"[{', '.join(text(file) for file in files)}]",
        "preserve_insertion_order": "false",
        "enable_progress_bar": "false",  # DuckDB writes it to standard output, where results go
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "enable_external_access": "false",
    }
    for name, value in settings.items():
        connection.execute(f"SET {name} = {value}")
    return connection


def for_writing(workspace: Workspace, also_read: Sequence[Path] = ()) -> duckdb.DuckDBPyConnection:
    """A cursor of the writer's own database: it may touch the workspace; or, to read the files named too, of
    one that is made for it."""
    if also_read:
        return _open(workspace, [workspace.folder], [path.resolve() for path in also_read])
    return _cursor(workspace, "writing", lambda: _open(workspace, [workspace.folder], ()))


def apart(workspace: Workspace) -> duckdb.DuckDBPyConnection:
    """A database for one piece of work on the workspace that is none of the writer's: settings of one cursor
    hold for all of a database."""
    return _open(workspace, [workspace.folder], ())


def forget_writing() -> None:
    """Make the writer's database anew next time: something went wrong in it."""
    _let_go("writing")


@forgetting.when_erased
def forget_reading() -> None:
    """Make the reading database anew next time: it keeps footers, which say the least and the greatest value
    of each column. Cursors of the old one go on, and it goes with the last of them."""
    _let_go("reading")


def _let_go(use: str) -> None:
    with _guard:
        known = _kept.pop(use, None)
        if known is not None and known[0][0] != os.getpid():
            _inherited.append(known[1])


def cursor_for_reading(workspace: Workspace) -> duckdb.DuckDBPyConnection:
    """A cursor of this process's one reading database; its temporary views are its own.

    The database may touch the record book, the places and the scratch folder; its configuration is locked.
    """
    return _cursor(workspace, "reading", lambda: _for_reading(workspace))


def _for_reading(workspace: Workspace) -> duckdb.DuckDBPyConnection:
    folders = [workspace.records_folder, workspace.places_folder, workspace.temporary_folder]
    connection = _open(workspace, folders, ())
    # Segments never change, so their footers need reading once only.
    connection.execute("SET parquet_metadata_cache = true")
    connection.execute("SET lock_configuration = true")
    return connection


@contextmanager
def wrapped(doing: str, next_step: str = "") -> Iterator[None]:
    """Turn the errors of DuckDB and the disk into ours: theirs echo values, so only their kind is told."""
    try:
        yield
    except JoinedupError:
        raise
    except (duckdb.OutOfMemoryException, MemoryError):
        raise BadInput(
            f"There was not enough memory for {doing}",
            where="joinedup.toml, [engine] memory_limit",
            next_step="Raise the limit, or free disk space in the workspace for what does not fit",
        ) from None
    except OSError as error:
        raise Damaged(
            f"The record book's disk failed while {doing}",
            where=error.strerror or type(error).__name__,
            next_step="Check the disk's space and health, then try again: nothing was changed",
        ) from error
    except duckdb.Error as error:
        raise Damaged(
            f"The record book failed while {doing}",
            where=type(error).__name__,
            next_step=next_step or "Run joinedup check",
        ) from None
