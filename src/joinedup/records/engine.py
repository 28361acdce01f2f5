"""DuckDB as the record book runs it: in memory, with limits, and with no way out of the workspace."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from joinedup.errors import BadInput, Damaged, JoinedupError
from joinedup.records.segments import text
from joinedup.workspace import Workspace

_guard = threading.Lock()
_shared: tuple[int, Path, duckdb.DuckDBPyConnection] | None = None
# A forked process must not close its parent's database: the threads that would have to end are not there.
_inherited: list[duckdb.DuckDBPyConnection] = []


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
    """The writer's own database: it may touch the workspace, and read the files named."""
    return _open(workspace, [workspace.folder], [path.resolve() for path in also_read])


def cursor_for_reading(workspace: Workspace) -> duckdb.DuckDBPyConnection:
    """A cursor of this process's one reading database; its temporary views are its own.

    The database may touch the record book, the places and the scratch folder; its configuration is locked.
    It is made anew in a forked process and when the process turns to another workspace.
    """
    global _shared  # noqa: PLW0603 - one database for each process is the point
    with _guard:
        if _shared is None or _shared[:2] != (os.getpid(), workspace.folder):
            if _shared is not None and _shared[0] != os.getpid():
                _inherited.append(_shared[2])
            folders = [workspace.records_folder, workspace.places_folder, workspace.temporary_folder]
            connection = _open(workspace, folders, ())
            # Segments never change, so their footers need reading once only.
            connection.execute("SET parquet_metadata_cache = true")
            connection.execute("SET lock_configuration = true")
            _shared = (os.getpid(), workspace.folder, connection)
        return _shared[2].cursor()


@contextmanager
def wrapped(doing: str, next_step: str = "") -> Iterator[None]:
    """Turn the errors of DuckDB and the disk into ours: theirs echo values, so only their kind is told."""
    try:
        yield
    except JoinedupError:
        raise
    except duckdb.OutOfMemoryException:
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
