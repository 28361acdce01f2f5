"""The folder of counts that a room above keeps ready: made of segments, deletable at any time, never served.

The book does not know what is in it. It empties it of all that was made before the latest erasure or
restriction: a file's name says how many of both there were, ``<what>.<ending>.<digest>.parquet``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from joinedup import durable
from joinedup.records import ledger
from joinedup.records.definitions import Finding

FOLDER = "counts"
_LOCK = ".writing.lock"
_NAME = re.compile(r"[a-z0-9-]+\.(?P<ending>\d+-\d+)\.[0-9a-f]{64}\.parquet")
_DROP = "Run: joinedup counts drop"


def ending(erasures: int) -> str:
    """How many erasures and restrictions there were, as names have it: what was counted before is void."""
    from joinedup.records.models import RestrictionRow

    return f"{erasures}-{RestrictionRow.objects.count()}"


def path(records: Path, what: str, ends: str, digest: str) -> Path:
    """Where a file of counts is, if it is there. ``digest``: 64 hexadecimal digits of all it rests on."""
    return records / FOLDER / f"{what}.{ends}.{digest}.parquet"


def files(records: Path) -> list[Path]:
    """The files that are there whole, by name."""
    return [one for one in sorted((records / FOLDER).glob("*.parquet")) if _NAME.fullmatch(one.name)]


@contextmanager
def making(records: Path) -> Iterator[bool]:
    """Be the one process and thread that makes counts; yields whether it is, and waits for nobody."""
    folder = records / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    lock = FileLock(folder / _LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def sweep(records: Path) -> bool:
    """Delete what was made before the latest erasure or restriction, and what a killed process left.

    Whether none of it is left: a system may keep a file that somebody reads; the next sweep has it.
    """
    if not (records / FOLDER).is_dir():
        return True
    now = ending(ledger.state()[1])
    gone = [one for one in files(records) if not _is_of(one, now)] + _left(records)
    for one in gone:
        with suppress(OSError):
            one.unlink(missing_ok=True)
    if gone:
        durable.sync_folder(records / FOLDER)
    return not any(one.exists() for one in gone)


def drop(records: Path) -> int:
    """Delete every file of counts; how many there were. Nothing is lost: they are made again when asked."""
    gone = [*files(records), *_left(records)]
    for one in gone:
        one.unlink(missing_ok=True)
    return len(gone)


def findings(records: Path) -> Iterator[Finding]:
    """Counts that may hold what was erased or restricted since; strangers; a folder that others can enter."""
    folder = records / FOLDER
    if not folder.is_dir():
        return
    now, whole = ending(ledger.state()[1]), files(records)
    for one in whole:
        if not _is_of(one, now):
            what = "Counts that were made before an erasure or a restriction are there all the same"
            yield Finding(what, _named(one), _DROP)
    left = _left(records)
    if now != "0-0":
        for one in left:
            yield Finding("A killed process left counts that may be of what was erased", _named(one), _DROP)
    for one in sorted(folder.iterdir()):
        if one not in whole and one.suffix != ".part" and one.name != _LOCK:
            what_to_do = "Move it away: joinedup did not put it there"
            yield Finding("The ledger does not know this file", _named(one), what_to_do)
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        what = "Others can read counts that nobody protected"
        yield Finding(what, FOLDER, f"Run: chmod 700 {folder}")


def _named(path: Path) -> str:
    return f"{FOLDER}/{path.name}"


def _is_of(path: Path, ends: str) -> bool:
    found = _NAME.fullmatch(path.name)
    return found is not None and found["ending"] == ends


def _left(records: Path) -> list[Path]:
    """Files that somebody began to write, where nobody writes just now."""
    begun = sorted((records / FOLDER).glob(".*.part"))
    if not begun:
        return []
    with making(records) as alone:
        return begun if alone else []
