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

_SPILL = re.compile(r"(?:duckdb|spark)-((?:.+-)?)(\d+)")
_SPILL_KEPT_SECONDS = 3600  # of another computer nobody can ask what runs there: what is young is left alone
_EXPORT = re.compile(r"export-[0-9a-f]+\.xlsx")  # as an older joinedup wrote them
_ERRORS = re.compile(r"joinedup-.*\.log")  # details of an error, for whoever mends it


@contextlib.contextmanager
def scratch(workspace: Workspace) -> Iterator[Path]:
    """A new folder that only this user can enter; what killed deliveries left is swept first.

    The lock stands beside the folder and is held before the folder is there: it is never seen without.
    """
    workspace.temporary_folder.mkdir(exist_ok=True)
    sweep(workspace)
    folder = workspace.temporary_folder / f"intake-{secrets.token_hex(8)}"
    try:
        with lock(folder):
            folder.mkdir(mode=0o700)
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    finally:
        lock_file(folder).unlink(missing_ok=True)


def sweep(workspace: Workspace) -> None:
    """Delete what killed processes left: partners' files as they were sent, exports, what engines spilled."""
    for path in abandoned(workspace):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        lock_file(path).unlink(missing_ok=True)


def abandoned(workspace: Workspace) -> list[Path]:
    """What is in the scratch folder and belongs to no running process."""
    return [path for path in _all(workspace) if _is_abandoned(workspace, path)]


def unexplained(workspace: Workspace) -> list[Path]:
    """What is in the scratch folder and nobody can say who put it there, or whether it is still needed."""
    left = set(abandoned(workspace))
    return [path for path in _all(workspace) if path not in left and not _is_in_use(workspace, path)]


def _all(workspace: Workspace) -> list[Path]:
    folder = workspace.temporary_folder
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _is_abandoned(workspace: Workspace, path: Path) -> bool:
    if path.name.startswith("intake-") and path.is_dir():
        return is_free(path)
    if _EXPORT.fullmatch(path.name):
        return True
    spilled = _SPILL.fullmatch(path.name)
    if spilled is None or _runs(int(spilled[2])):
        return False
    return _is_of_here(workspace, spilled[1]) or _is_old(path)


def _is_in_use(workspace: Workspace, path: Path) -> bool:
    if path.name.startswith("intake-") or _ERRORS.fullmatch(path.name):
        return True
    spilled = _SPILL.fullmatch(path.name)
    return spilled is not None and (_is_of_here(workspace, spilled[1]) or _runs(int(spilled[2])))


def _is_of_here(workspace: Workspace, computer: str) -> bool:
    """Whether a folder that an engine spilled into is of a process of this computer."""
    own = workspace.spill_folder.name.removeprefix("duckdb-").rpartition("-")[0]
    return own == computer.rstrip("-")


def is_free(folder: Path) -> bool:
    """Whether nobody holds the folder's lock (one without a lock file was left by an older joinedup)."""
    if not lock_file(folder).is_file():
        return True
    try:
        with lock(folder).acquire(timeout=0):
            return True
    except Timeout:
        return False


def lock_file(folder: Path) -> Path:
    """Where the lock of a folder stands: beside it."""
    return folder.with_name(f"{folder.name}.lock")


def lock(folder: Path) -> FileLock:
    """The lock that says that a process works in a folder."""
    return FileLock(lock_file(folder), mode=0o600)


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
