"""The demonstration's term dates and events: plain files in the workspace, and plainly examples.

No term dates of Teesside were found; the terms are those by which the invented people live (``civil``),
after the usual pattern of English councils. The fixtures are invented: nothing in the records follows them.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from joinedup import durable
from joinedup.demo.people.civil import SCHOOL_HOLIDAYS

if TYPE_CHECKING:
    from pathlib import Path

    from joinedup.workspace import Workspace

_KNOWN_TO = dt.date(2025, 3, 31)
_TOWN_CENTRE = "E05009857"
_FIXTURES = ((dt.date(2022, 8, 13), dt.date(2023, 4, 29)), (dt.date(2023, 8, 12), dt.date(2024, 4, 27)),
             (dt.date(2024, 8, 10), dt.date(2025, 3, 29)))  # fmt: skip
_TERMS = """\
# EXAMPLE: invented for the demonstration. These are not the term dates of any council.

[[calendar]]
name = "Example terms"
source = "Invented for the demonstration, after the usual pattern of English councils"
known_from = {first}
known_to = {last}
terms = [
{terms}
]
"""
_EVENTS = """\
# EXAMPLE: invented for the demonstration. Nobody played on these days, and no invented record follows them.

[[event]]
name = "example-home-matches"
title = "Home matches (an example)"
level = "ward"
areas = ["{ward}"]
source = "Invented for the demonstration: every other Saturday of three seasons"
known_from = {first}
known_to = {last}
days = [
{days}
]
"""


def write_files(workspace: Workspace) -> None:
    """Write both files where there are none; those that are there are left as they are."""
    _write(workspace.folder / "term-dates.toml", _terms())
    _write(workspace.folder / "events.toml", _events())


def _write(path: Path, text: str) -> None:
    if not path.exists():
        durable.write_text(path, text)


def _terms() -> str:
    holidays = [
        (dt.date.fromisoformat(first), dt.date.fromisoformat(last)) for first, last in SCHOOL_HOLIDAYS
    ]
    begins = [last + dt.timedelta(days=1) for _first, last in holidays]
    ends = [first - dt.timedelta(days=1) for first, _last in holidays[1:]] + [_KNOWN_TO]
    lines = [f"    [{begin}, {end}]," for begin, end in zip(begins, ends, strict=True)]
    return _TERMS.format(first=holidays[0][0], last=_KNOWN_TO, terms="\n".join(lines))


def _events() -> str:
    days = [
        first + dt.timedelta(weeks=week)
        for first, last in _FIXTURES
        for week in range(0, (last - first).days // 7 + 1, 2)
    ]
    listed = [", ".join(map(str, days[start : start + 6])) for start in range(0, len(days), 6)]
    lines = "\n".join(f"    {one}," for one in listed)
    return _EVENTS.format(ward=_TOWN_CENTRE, first=days[0], last=_FIXTURES[-1][1], days=lines)
