"""What the files of rhythms share: reading TOML, days and hours, each error with its file and section."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from joinedup import toml_sections
from joinedup.errors import BadInput, JoinedupError
from joinedup.toml_sections import Section
from joinedup.workspace import Workspace
from joinedup.wrongs import of_file

PAGE = "docs/rhythms.md"
EARLIEST, LATEST = dt.date(1996, 1, 1), dt.date(2100, 12, 31)
"""The days that a calendar may tell of; the rule by which the clocks change is as old as the first."""

_Read = TypeVar("_Read")
Stamp = tuple[int, ...] | None

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):00")


def document(path: Path) -> dict[str, Any]:
    """The content of a file, empty where there is none. Raises BadInput for what is no TOML."""
    return toml_sections.document(
        path,
        unreadable="The file cannot be read as UTF-8",
        not_toml="The file is not valid TOML",
        next_step=f"See {PAGE}",
    )


def stamp(path: Path) -> Stamp:
    """What changes whenever a file does; None where there is none."""
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_ino


def read_once(file: str) -> Callable[[Callable[[Workspace], _Read]], Callable[[Workspace], _Read]]:
    """Keep what is read of a workspace's file until the file changes: one page asks for it many times."""

    def kept(read: Callable[[Workspace], _Read]) -> Callable[[Workspace], _Read]:
        known: dict[Path, tuple[Stamp, _Read]] = {}

        @functools.wraps(read)
        def reading(workspace: Workspace) -> _Read:
            path = workspace.folder / file
            now = stamp(path)
            if path not in known or known[path][0] != now:
                known[path] = (now, read(workspace))
            return known[path][1]

        return reading

    return kept


def sections_of(path: Path, key: str) -> list[Section]:
    """The tables of the one list of tables that a file has; none where there is no file."""
    content = document(path)
    if not content:
        return []
    try:
        whole = Section(content, f"[[{key}]]", told_in=PAGE)
        found = whole.sections(key)
        whole.done()
    except JoinedupError as error:
        raise of_file(error, path.name) from error
    return found


def hour_of(text: str, where: str) -> int:
    """The hour of a whole hour such as ``22:00``."""
    found = _CLOCK.fullmatch(text)
    if not found:
        raise BadInput('A time is a whole hour, such as "22:00"', where=where, next_step=f"See {PAGE}")
    return int(found[1])


def day_within(section: Section, key: str, default: Any = ...) -> dt.date:
    """A date of the section that calendars can tell of."""
    day: dt.date = section.take(key, dt.date, default)
    return require_within(day, f"the key '{key}'")


def require_within(day: dt.date, where: str) -> dt.date:
    """The day, where calendars can tell of it."""
    if not EARLIEST <= day <= LATEST:
        raise BadInput(f"The day is not one from {EARLIEST.year} to {LATEST.year}", where=f"{where}: {day}")
    return day


def days_of(values: Sequence[object], where: str) -> tuple[dt.date, ...]:
    """A list of dates, each once, in order."""
    if not all(type(one) is dt.date for one in values):
        raise BadInput("Days are dates, written 2024-05-06 without quotes", where=where)
    days = [one for one in values if isinstance(one, dt.date)]
    if len(set(days)) < len(days):
        twice = next(one for one in days if days.count(one) > 1)
        raise BadInput("A day is named twice", where=f"{where}: {twice}")
    return tuple(require_within(one, where) for one in sorted(days))


def spans_of(values: Sequence[object], where: str) -> tuple[tuple[dt.date, dt.date], ...]:
    """A list of pairs of dates, first and last day, in order and apart."""
    spans = []
    for one in values:
        pair = list(one) if isinstance(one, list) else []
        if len(pair) != 2 or not all(type(day) is dt.date for day in pair):
            raise BadInput("A span is a first and a last day, [2024-09-03, 2024-10-25]", where=where)
        if pair[1] < pair[0]:
            raise BadInput("A span ends before it begins", where=f"{where}: {pair[0]}, {pair[1]}")
        spans.append((require_within(pair[0], where), require_within(pair[1], where)))
    spans.sort()
    for (_first, last), (first, _last) in itertools.pairwise(spans):
        if first <= last:
            raise BadInput("Two spans overlap", where=f"{where}: {first} and {last}")
    return tuple(spans)


def each_day(first: dt.date, last: dt.date) -> list[dt.date]:
    """The days from the first to the last."""
    return [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
