"""Finishing an erasure: the old files go when no reader holds them (points of erased records among them), and
the database's free pages with them.

Whoever holds the writer's lock next finishes what a crash or a reader kept from being finished.
"""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

from django.db import DatabaseError, OperationalError
from django.db.models import Max

from joinedup import durable
from joinedup.errors import JoinedupError
from joinedup.records import kept_counts, kept_pairs, ledger, placed, readers, staging
from joinedup.workspace import Workspace

_LOOK_AGAIN = 0.05  # seconds


def finish(workspace: Workspace, *, wait_seconds: float = 0.0, look_again: bool = False) -> bool:
    """Delete the old files of every erasure and clear the database; returns whether nothing is left to do.

    Needs the writer's lock. Readers that may hold the old files are waited for as long as said.
    ``look_again``: for points that no record has, though every erasure was finished.
    """
    from joinedup.records.models import Erasure

    records = workspace.records_folder
    open_ones = Erasure.objects.filter(finished_at__isnull=True)
    if not (look_again or open_ones.exists()):
        return True
    if not _readers_gone(records, wait_seconds):
        return False
    try:
        _delete_retired(records)
        swept = kept_counts.sweep(records)
        kept_pairs.let_go(records)
        done = placed.finish(workspace, _last_erasure(), lambda: readers.nobody_reads(records)) and swept
        done = clear_database() and done
        if done:
            open_ones.update(finished_at=dt.datetime.now(dt.UTC))
    except (OSError, DatabaseError, JoinedupError):  # a failing disk, or a system that keeps open files
        return False
    return done


def _last_erasure() -> dt.datetime | None:
    from joinedup.records.models import Erasure

    return Erasure.objects.aggregate(last=Max("at"))["last"]


def _readers_gone(records: Path, wait_seconds: float) -> bool:
    until = time.monotonic() + wait_seconds
    while not readers.all_gone(records, ledger.state()[1]):
        if time.monotonic() >= until:
            return False
        time.sleep(_LOOK_AGAIN)
    return True


def _delete_retired(records: Path) -> None:
    from joinedup.records.models import RetiredFile

    retired = list(RetiredFile.objects.all())
    for one in retired:
        staging.unlink(records / one.file)
    for parent in {(records / one.file).parent for one in retired}:
        durable.sync_folder(parent)
    RetiredFile.objects.filter(pk__in=[one.pk for one in retired]).delete()


def clear_database() -> bool:
    """Leave nothing of deleted rows in SQLite's free pages and write-ahead log; whether that could be done.

    PostgreSQL keeps its pages to itself: what is left to its vacuum and its archives is in docs/erasure.md.
    """
    from django.db import connection

    if connection.vendor != "sqlite":
        return True
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA temp_store = MEMORY")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchall()[0][0]
    except OperationalError:  # somebody reads or writes just now, or there is no room
        return False
    return not busy
