"""The scratch folder of one delivery: private, locked while in use, and swept when its process was killed."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from joinedup.workspace import Workspace

_SPILL = re.compile(r"duckdb-(\d+)")
_SPILL_KEPT_SECONDS = 3600  # a process number can be another machine's: what is young is left alone


@contextlib.contextmanager
def scratch(workspace: Workspace) -> Iterator[Path]:
    """A new folder that only this user can enter; what killed deliveries left is swept first.

    The lock stands beside the folder and is held before the folder is there: it is never seen without.
    """
    workspace.temporary_folder.mkdir(exist_ok=True)
    sweep(workspace)
    folder = workspace.temporary_folder / f"intake-{secrets.token_hex(8)}"
    try:
        with _lock(folder):
            folder.mkdir(mode=0o700)
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    finally:
        _lock_file(folder).unlink(missing_ok=True)


def sweep(workspace: Workspace) -> None:
    """Delete what killed processes left: partners' files as they were sent, and what DuckDB spilled."""
    for folder in abandoned(workspace):
        shutil.rmtree(folder, ignore_errors=True)
        _lock_file(folder).unlink(missing_ok=True)


def abandoned(workspace: Workspace) -> list[Path]:
    """The scratch folders that no running process holds."""
    if not workspace.temporary_folder.is_dir():
        return []
    folders = sorted(path for path in workspace.temporary_folder.iterdir() if path.is_dir())
    return [folder for folder in folders if _is_abandoned(folder)]


def _is_abandoned(folder: Path) -> bool:
    if folder.name.startswith("intake-"):
        return _is_free(folder)
    spilled = _SPILL.fullmatch(folder.name)
    return spilled is not None and _is_old(folder) and not _runs(int(spilled[1]))


def _is_free(folder: Path) -> bool:
    """Whether nobody holds the folder's lock (one without a lock file was left by an older joinedup)."""
    if not _lock_file(folder).is_file():
        return True
    try:
        with _lock(folder).acquire(timeout=0):
            return True
    except Timeout:
        return False


def _lock_file(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def _lock(folder: Path) -> FileLock:
    return FileLock(_lock_file(folder), mode=0o600)


def _is_old(folder: Path) -> bool:
    with contextlib.suppress(OSError):
        return time.time() - folder.stat().st_mtime > _SPILL_KEPT_SECONDS
    return False


def _runs(number: int) -> bool:
    """Whether a process of this number runs; where that cannot be asked safely, as if one did."""
    if os.name != "posix":
        return True
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
