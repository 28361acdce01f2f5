"""Bringing a workspace's database up to this version's tables: its own database, and one process at a time.

A workspace is a folder and a database. Where the database is missing or another's, nothing is begun anew:
records without their ledger would look like no records.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from joinedup.errors import BadInput, Damaged, JoinedupError

_SIGNS_OF_LIFE = ("accounts_user", "records_delivery", "log_act")


def migrate(*, new: bool) -> None:
    """Apply the migrations still to do to the database that Django points at, one process at a time.

    Raises ``Damaged`` where the database of a workspace that was made is missing, empty or damaged, and
    ``BadInput`` where it cannot be reached, is of a newer joinedup, or (``new``) belongs to another one.
    """
    with _errors_told():
        _refuse_missing_file(new)
        with _alone_at_the_database():
            _migrate(new)


def _migrate(new: bool) -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    applied = set(executor.loader.applied_migrations)
    if new:
        _refuse_anothers()
    elif not applied:
        raise _missing()
    ours = {app for app, _ in executor.loader.graph.nodes}
    if any(app in ours for app, _ in applied - set(executor.loader.graph.nodes)):
        raise BadInput(
            "This workspace was opened by a newer joinedup",
            next_step="Install that version or newer; an older one could damage it",
        )
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def _refuse_missing_file(new: bool) -> None:
    """Opening SQLite's file would make an empty one."""
    from django.db import connection

    if connection.vendor == "sqlite" and not new and not Path(connection.settings_dict["NAME"]).exists():
        raise _missing()


def _missing() -> Damaged:
    return Damaged(
        "The workspace's database is missing or empty",
        where="joinedup.toml, [database] url, or JOINEDUP_DATABASE_URL",
        next_step="Name the right database, or restore it from a backup; nothing was changed",
    )


@contextmanager
def _alone_at_the_database() -> Iterator[None]:
    """Nobody else brings these tables up to date, from whichever folder or machine: a server's own lock.

    It ends with the connection, so a process that was killed holds nothing up.
    """
    from django.db import connection

    if connection.vendor != "postgresql":  # SQLite's file is in the folder, which has its lock
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('joinedup.migrate'))")
    try:
        yield
    finally:
        with suppress(Exception), connection.cursor() as cursor:  # what went wrong before is to be told
            cursor.execute("SELECT pg_advisory_unlock(hashtext('joinedup.migrate'))")


def _refuse_anothers() -> None:
    """A new workspace takes an empty database, or one that a broken-off making left without anybody."""
    from django.db import connection

    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor)).intersection(_SIGNS_OF_LIFE)
        for table in sorted(there):
            cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")
            if cursor.fetchone():
                raise BadInput(
                    "That database belongs to another workspace already",
                    next_step="Make an empty database for this one",
                )


@contextmanager
def _errors_told() -> Iterator[None]:
    """The database's own errors in a sentence: they may hold a password or a value."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError, connection

    try:
        yield
    except JoinedupError:
        raise
    except (DatabaseError, ImproperlyConfigured) as error:
        connection.close()
        if connection.vendor == "sqlite":
            code = getattr(error.__cause__, "sqlite_errorname", "")
            kind = next((kind for kind in _SQLITE_TROUBLES if code.startswith(kind)), "")
            what, next_step = _SQLITE_TROUBLES[kind]
            raise Damaged(what, where="joinedup.sqlite3", next_step=next_step) from error
        raise BadInput(
            "The database cannot be reached, or refuses",
            where="joinedup.toml, [database] url",
            next_step="Check that the server runs, has room, and that the URL is right",
        ) from error


_SQLITE_TROUBLES = {
    "SQLITE_FULL": ("The disk is full, so the database cannot be opened", "Make room, then try again"),
    "SQLITE_IOERR": ("The disk failed under the database", "Check the disk's space and health"),
    "SQLITE_READONLY": ("The database cannot be written to", "Let your user write to it"),
    "SQLITE_CANTOPEN": ("The database cannot be opened", "Let your user read and write it"),
    "SQLITE_BUSY": ("Another program holds the database", "Try again when it has ended"),
    "SQLITE_NOTADB": ("The database is damaged", "Restore it from a backup"),
    "SQLITE_CORRUPT": ("The database is damaged", "Restore it from a backup"),
    "": ("The database refuses what was asked of it", "Restore it from a backup, or report this"),
}
