"""The demonstration's open data: which files there are, and when each became known."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from joinedup.errors import Damaged, NotFound
from joinedup.terms import LONDON, Period, add_months

FOLDER = Path(__file__).parent / "data"

_POLICE_FEEDS = {
    "street": "police-uk-street",
    "outcomes": "police-uk-outcomes",
    "stop-and-search": "police-uk-stop-and-search",
}
_MONTH_FILE = re.compile(r"(\d{4}-\d{2})-[a-z-]+\.csv\.gz")


@dataclass(frozen=True)
class OpenFile:
    """One published file: its feed, where it lies, and when the partnership took it in."""

    feed: str
    path: Path
    received_at: dt.datetime


def published_at(month: Period) -> dt.datetime:
    """When the demonstration takes a month's files as received: noon in London on the last working day of the
    month after it (bank holidays at a month's end are not looked up)."""
    day = add_months(month.start, 2) - dt.timedelta(days=1)
    while day.weekday() >= 5:
        day -= dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time(12), tzinfo=LONDON).astimezone(dt.UTC)


def police_files(folder: Path = FOLDER / "police_uk") -> list[OpenFile]:
    """Every police.uk file in the order in which it was published."""
    files = []
    for kind, feed in _POLICE_FEEDS.items():
        for path in sorted((folder / kind).glob("*.csv.gz")):
            match = _MONTH_FILE.fullmatch(path.name)
            if match is None:
                raise NotFound("A file of the demonstration has no month in its name", where=path.name)
            files.append(OpenFile(feed, path, published_at(Period.parse(match[1]))))
    if not files:
        raise NotFound("The demonstration's open data is not in this installation", where=str(folder))
    return sorted(files, key=lambda file: (file.received_at, list(_POLICE_FEEDS.values()).index(file.feed)))


def street_report_files(folder: Path = FOLDER / "fixmystreet") -> list[OpenFile]:
    """The street reports: one file for three years, received once."""
    received = dt.datetime(2021, 1, 29, 12, tzinfo=dt.UTC)
    return [OpenFile("fixmystreet-areas", path, received) for path in sorted(folder.glob("*.csv.gz"))]


def verify(folder: Path = FOLDER) -> int:
    """Compare every file with ``SHA256SUMS``; return how many, or raise ``Damaged`` naming the first."""
    sums = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    for line in sums:
        digest, name = line.split(maxsplit=1)
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise Damaged(
                "A file of the demonstration's open data is missing or changed",
                where=name,
                next_step="Install joinedup again, or clone it afresh",
            )
    return len(sums)
