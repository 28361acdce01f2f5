"""The doctor: what is looked at, one examination each. None of them changes anything."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup import __version__

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

OLDEST_PYTHON = (3, 11)
LEAST_FREE = 1 << 30  # bytes: a delivery and its staging copy, with room to spare
LIBRARIES = (
    "django",
    "duckdb",
    "pyarrow",
    "shapely",
    "pyogrio",
    "typst",
    "pypandoc_binary",
    "vl-convert-python",
)
COMPARED = 12  # figures, with kept counts and without
GOOD, WARNING, WRONG = "good", "note", "wrong"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it is, and what to do about it."""

    part: str
    state: str
    finding: str
    what_to_do: str = ""


def installation() -> Iterator[Finding]:
    """Python and the libraries; what is optional and not there."""
    running = f"joinedup {__version__} on Python {platform.python_version()}, {platform.system()}"
    if sys.version_info[:2] < OLDEST_PYTHON:
        yield Finding("Python", WRONG, running, "Install Python 3.11 or later")
    else:
        yield Finding("Python", GOOD, running)
    for name in LIBRARIES:
        try:
            yield Finding("library", GOOD, f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Finding("library", WRONG, f"{name} is not installed", "Install joinedup again")
    if importlib.util.find_spec("psycopg") is None:
        yield Finding(
            "optional part",
            WARNING,
            "PostgreSQL's driver is not installed",
            "Needed for PostgreSQL only: pip install 'joinedup[postgresql]'",
        )


def database(workspace: Workspace) -> Iterator[Finding]:
    """Whether the database answers, and holds this version's tables."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    from joinedup.log import is_bypassed

    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        yield Finding("database", WRONG, "does not answer", "Check [database] url and that its server runs")
        return
    if waiting:
        yield Finding("database", WRONG, f"{len(waiting)} migrations are missing", "Open the workspace again")
    else:
        yield Finding("database", GOOD, f"{connection.vendor} answers, all tables are up to date")
        if is_bypassed():
            words = "its user is a superuser, whom row-level security of the log does not hold"
            yield Finding("database", WARNING, words, "Let joinedup connect as an ordinary user")


def log(workspace: Workspace) -> Iterator[Finding]:
    """Whether the log still refuses changes, and is as it was written."""
    from joinedup.log import acts, unguarded, verify

    if not acts(limit=1):
        yield Finding("log", GOOD, "is empty")
        return
    ways = unguarded()
    if ways:
        words = f"it can be altered by hand ({', '.join(ways)}): triggers are gone"
        yield Finding("log", WRONG, words, "Restore the database from a backup")
    verdict = verify(workspace.secrets_folder)
    for flaw in verdict.flaws:
        words = f"{flaw.what} (act {flaw.number} of {flaw.agency})" if flaw.number else flaw.what
        yield Finding("log", WRONG, words, "See docs/log.md: keep a copy of everything before you mend it")
    if not ways and not verdict.flaws:
        count = sum(one.acts for one in verdict.chains)
        yield Finding("log", GOOD, f"refuses changes; each of {count:,} acts is as it was written")


def record_book(workspace: Workspace) -> Iterator[Finding]:
    """Every segment against the ledger, and the ledger against itself and the log."""
    from joinedup.records import RecordBook

    book = RecordBook(workspace)
    wrong = book.check()
    for finding in wrong:
        broken = "the database" if finding.where.startswith("delivery ") else "that file"
        yield Finding(
            "record book",
            WRONG,
            f"{finding.what} ({finding.where})",
            finding.next_step or f"Restore {broken} from a backup; change nothing by hand",
        )
    if not wrong:
        yield Finding("record book", GOOD, f"{len(book.deliveries())} deliveries are as they were written")


def contracts(workspace: Workspace) -> Iterator[Finding]:
    """Whether every feed's contract can be read."""
    from joinedup import feeds

    broken = feeds.broken_contracts(workspace)
    for one in broken.values():
        yield Finding(
            "contract", WRONG, f"{one.feed}: {one.error}", "Mend that file; until then it is closed"
        )
    if not broken:
        yield Finding("contracts", GOOD, f"{len(feeds.contracts(workspace))} can be read")


def measures(workspace: Workspace) -> Iterator[Finding]:
    """Whether every measure of the partnership's own can be read, was added, and fits its source."""
    from joinedup.measures import own_measures
    from joinedup.release.own_measures import unfit

    found = own_measures(workspace)
    for one in found.broken:
        yield Finding(
            "own measure",
            WARNING if one.waits else WRONG,
            one.error.what + f" ({one.error.where})",
            one.error.next_step or "Mend that file; the other measures are as they were",
        )
    wrong = unfit(workspace)
    for sentence in wrong:
        yield Finding("own measure", WRONG, sentence, "Mend that file, or its source's contract")
    if found.measures and not wrong:
        yield Finding("own measures", GOOD, f"{len(found.measures)} are in force and fit their sources")


def calendars(workspace: Workspace) -> Iterator[Finding]:
    """The workspace's files of rhythms: night and weekend, term dates, events."""
    from joinedup.measures.rhythms import events, faults, term_dates

    wrong = faults(workspace)
    for fault in wrong:
        yield Finding("calendars", WRONG, fault.sentence(), "Correct the file: docs/rhythms.md")
    if not wrong:
        terms, known = len(term_dates(workspace)), len(events(workspace))
        calendars_of = "1 calendar" if terms == 1 else f"{terms} calendars"
        counted = f"{calendars_of} of school terms, {known} event{'' if known == 1 else 's'}"
        yield Finding("calendars", GOOD, counted)


def places(workspace: Workspace) -> Iterator[Finding]:
    """Every file of the places against its ledger row; and what is loaded."""
    from joinedup import places as places_room
    from joinedup.errors import Busy

    try:
        damage = places_room.check(workspace)
    except Busy as error:
        yield Finding("places", WARNING, error.sentence(), "Look again when that has ended")
        return
    for one in damage:
        todo = (
            "Restore that file from a backup" if one.known else "Move it away: joinedup did not put it there"
        )
        yield Finding("places", WRONG, f"{one.what} ({one.where})", todo)
    if damage:
        return
    loaded = places_room.catalogue(workspace)
    if loaded:
        yield Finding("places", GOOD, f"{len(loaded)} sets are loaded, and every file is as it was written")
    else:
        yield Finding("places", WARNING, "no boundaries are loaded", "Load some: joinedup places load")


def kept_counts(workspace: Workspace) -> Iterator[Finding]:
    """Some of the figures that kept counts answer, beside the same from the records."""
    from joinedup.errors import JoinedupError
    from joinedup.measures.comparing_kept import compared

    looked = 0
    try:
        for one in compared(workspace, COMPARED):
            looked += 1
            if not one.equal:
                words = f"of {one.measure} differ from the records ({one.asked})"
                yield Finding("kept counts", WRONG, words, "Run: joinedup counts drop; and tell us")
                return
    except JoinedupError as error:
        yield Finding("kept counts", WARNING, f"could not be compared: {error.sentence()}", "See above")
        return
    words = f"{looked} figures from them are equal to the records" if looked else "none are kept"
    yield Finding("kept counts", GOOD, words)


def disk(workspace: Workspace) -> Iterator[Finding]:
    """Room for the next deliveries."""
    free = shutil.disk_usage(workspace.folder).free
    words = f"{free / (1 << 30):,.1f} GB are free"
    yield Finding("disk", GOOD, words) if free >= LEAST_FREE else Finding("disk", WRONG, words, "Make room")


def scratch(workspace: Workspace) -> Iterator[Finding]:
    """Whether a killed process left a partner's file behind; wrong where it may hold what was erased."""
    from joinedup import feeds
    from joinedup.records import RecordBook

    left = feeds.leavings(workspace)
    erased = bool(RecordBook(workspace).erasures())
    if not left:
        yield Finding("scratch", GOOD, "nothing was left behind")
    for path in left:
        where = path.relative_to(workspace.folder).as_posix()
        yield Finding(
            "scratch",
            WRONG if erased else WARNING,
            f"{where} was left by a process that was killed, and may hold data as it was sent",
            "Run: joinedup erase --finish; if it stays, nobody knows it: move it away"
            if erased
            else "The next delivery deletes it, unless joinedup did not put it there",
        )


def clock(workspace: Workspace) -> Iterator[Finding]:
    """Whether this computer's clock is not behind what was delivered: knowledge only moves forward."""
    from joinedup.records import RecordBook

    latest = max((row.committed_at for row in RecordBook(workspace).deliveries()), default=None)
    now = datetime.now(UTC)
    if latest is not None and now < latest - timedelta(minutes=1):
        yield Finding("clock", WRONG, "is behind the latest delivery", "Set this computer's clock")
    else:
        yield Finding("clock", GOOD, f"{now:%Y-%m-%d %H:%M} UTC")


def folder(workspace: Workspace) -> Iterator[Finding]:
    """Who but the owner can enter the workspace: a group may be a choice, everybody is not."""
    if sys.platform == "win32":
        yield Finding("folder", WARNING, "permissions are not looked at on Windows", "Look at them yourself")
        return
    mode = stat.S_IMODE(workspace.folder.stat().st_mode)
    close = f"Run: chmod 700 {workspace.folder}"
    if mode & 0o007:
        yield Finding("folder", WRONG, "everybody on this computer can enter the workspace", close)
    elif mode & 0o070:
        yield Finding(
            "folder", WARNING, "its group can enter the workspace", f"If that is not meant: {close}"
        )
    else:
        yield Finding("folder", GOOD, "only its owner can enter the workspace")


def secrets(workspace: Workspace) -> Iterator[Finding]:
    """Keys that nobody but the owner may read."""
    if sys.platform == "win32":
        yield Finding("secrets", WARNING, "permissions are not looked at on Windows", "Look at them yourself")
        return
    open_to_others = [path for path in _with_folder(workspace.secrets_folder) if _others_may(path)]
    for path in open_to_others:
        mode = "700" if path.is_dir() else "600"
        yield Finding("secrets", WRONG, f"others can read {path}", f"Run: chmod {mode} {path}")
    if not open_to_others:
        yield Finding("secrets", GOOD, "only their owner can read them")


def _with_folder(folder: Path) -> list[Path]:
    return [folder, *sorted(folder.rglob("*"))]


def _others_may(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


EXAMINATIONS: tuple[Callable[[Workspace], Iterator[Finding]], ...] = (
    database,
    log,
    record_book,
    contracts,
    measures,
    calendars,
    places,
    kept_counts,
    disk,
    scratch,
    clock,
    folder,
    secrets,
)
