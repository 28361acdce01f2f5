"""Who reads just now: so that a file which an erasure replaced is deleted when no reader holds it.

A reader holds a shared lock on a file named after the number of erasures that it knows. Whoever deletes asks
for the same lock alone; readers that came after the erasure hold another file, and so never keep it waiting.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_PREFIX = ".reading-"


def hold(records: Path, erasures: int) -> int | None:
    """Hold the lock of readers that know so many erasures; returns what ``let_go`` takes.

    None where the system has no such lock (a file that is open cannot be deleted there anyway) or the folder
    cannot be written.
    """
    if sys.platform == "win32":
        return None
    try:
        handle = os.open(records / f"{_PREFIX}{erasures}", os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


def let_go(held: int | None) -> None:
    """End a reader's hold."""
    if held is not None:
        os.close(held)


def all_gone(records: Path, erasures: int) -> bool:
    """Whether no reader is left that knows fewer erasures than this; asks once and does not wait."""
    older = [path for path in records.glob(f"{_PREFIX}*") if _number(path) < erasures]
    return all(_is_free(path) for path in older)


def nobody_reads(records: Path) -> bool:
    """Whether there is no reader at all just now."""
    return all(_is_free(path, remove=False) for path in records.glob(f"{_PREFIX}*"))


def _number(path: Path) -> int:
    number = path.name.removeprefix(_PREFIX)
    return int(number) if number.isdigit() else 0


def _is_free(path: Path, *, remove: bool = True) -> bool:
    """Whether nobody holds this lock; if so its file is taken away (who holds its name next reads anew).

    ``remove`` not where readers may still come to it: they would hold a file that nobody finds.
    """
    if sys.platform == "win32":
        return True
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        if remove:
            path.unlink(missing_ok=True)
        return True
    finally:
        os.close(handle)
