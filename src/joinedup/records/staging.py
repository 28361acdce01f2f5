"""Staging: where a writer prepares its files, and how what a crash left behind is found again.

Before a segment is renamed to its place, the names it will take are written down, durably, in the staging
folder. Whoever next holds the writer's lock deletes those of them that the ledger does not know. A file
that is in no such list is never deleted: ``check`` reports it.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from pathlib import Path

from joinedup import durable
from joinedup.errors import Damaged

STAGING = ".staging"
INTENT = "intent.json"
_NAME = re.compile(r"(?:(?:who|people)/)?[^/\\.][^/\\]*")


def make_folder(records: Path) -> Path:
    """A new, empty staging folder inside the record book, so that a rename from it is atomic."""
    parent = records / STAGING
    parent.mkdir(exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="delivery-", dir=parent))


def place_all(folder: Path, moves: list[tuple[Path, Path]]) -> None:
    """Write down which names will be taken, then sync and rename each file, and sync its folder."""
    records = folder.parent.parent
    for _, target in moves:
        if target.exists():
            raise Damaged(
                "A segment that the ledger does not know is in the way",
                where=target.name,
                next_step="Run joinedup check; if the database is an older copy, restore the newer one",
            )
    if not moves:
        return
    names = [target.relative_to(records).as_posix() for _, target in moves]
    durable.write_text(folder / INTENT, json.dumps(names))
    for target in {target.parent for _, target in moves} - {records}:
        target.mkdir(mode=0o700, exist_ok=True)
    durable.sync_folder(folder.parent)
    durable.sync_folder(records)
    for staged, target in moves:
        durable.place(staged, target)


def left(records: Path) -> bool:
    """Whether a crashed writer left anything."""
    return any((records / STAGING).glob("*/"))


def sweep(records: Path) -> list[str]:
    """Delete what a crashed writer left, and say which segments were among it. Needs the writer's lock."""
    from joinedup.records.models import Segment

    removed = []
    for folder in sorted((records / STAGING).glob("*/")):
        placed = [records / name for name in _intended(folder)]
        for target in placed:
            name = target.relative_to(records).as_posix()
            if target.exists() and not Segment.objects.filter(file=name).exists():
                unlink(target)
                removed.append(name)
        for parent in {records, *(target.parent for target in placed if target.parent.is_dir())}:
            durable.sync_folder(parent)
        shutil.rmtree(folder)
    return removed


def unlink(path: Path) -> None:
    """Delete a file that the ledger does not know, or knows no longer."""
    path.unlink(missing_ok=True)


def forget(folder: Path) -> None:
    """Delete what a failed writer staged, unless it may have placed segments: that is for the next sweep."""
    if not (folder / INTENT).exists():
        shutil.rmtree(folder, ignore_errors=True)


def _intended(folder: Path) -> list[str]:
    """The names, relative to the record book, that a writer wrote down; nothing outside the book."""
    try:
        names = [str(name) for name in json.loads((folder / INTENT).read_text(encoding="utf-8"))]
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return []
    return [name for name in names if _NAME.fullmatch(name)]
