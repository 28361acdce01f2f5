"""What the exports of the police's records system share: crimes, their months, who had which part in them."""

from __future__ import annotations

import csv
import datetime as dt
import functools
import gzip
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joinedup.demo.exports.exported import ExportedFile, Named, Truth, number, rows
from joinedup.demo.exports.filing import Cells, Filing, Row, change_months, delay
from joinedup.demo.exports.grid import grid_points
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.text_files import Dialect
from joinedup.terms import Period

CRIMES = "police-recorded-crime"
DAY = "%d/%m/%Y"
VENUES = {
    "home": "DWELLING",
    "street": "STREET/HIGHWAY",
    "licensed premises": "LICENSED PREMISES",
    "shop": "SHOP/RETAIL",
    "school": "SCHOOL/COLLEGE",
    "park": "PARK/OPEN SPACE",
}
_SENT_AFTER = 12  # days after the month's end: between the 10th and the 18th, as the minutes of 2013 say
_AS_CONTRACTS_SAY = {"offender": "suspect", "victim": "victim"}  # the roles
_RECORDS_SYSTEM = Dialect(encoding="cp1252")
_OFFENCES = Path(__file__).parents[1] / "data" / "reference" / "policeuk_category_by_ho_code_2022.csv.gz"


@dataclass(frozen=True)
class Crime:
    """One crime that the police came to know of, its place on the grid, and the months of its files."""

    event: Any
    point: tuple[int, int] | None
    months: list[dt.date]

    @property
    def ref(self) -> str:
        """The crime's reference: of the year in which it was reported."""
        return f"CR/{self.event.reported_at:%y}/{number(CRIMES, self.event.event_id)}"


def crimes(truth: Truth, mess: Mess) -> Iterator[Crime]:
    """Every crime known to the police, in the order in which they were reported."""
    luck = mess.luck(CRIMES)
    frame = truth.event
    frame = frame[(frame["kind"] == "crime") & frame["police"].astype(bool)]
    frame = frame.sort_values(["reported_at", "event_id"], kind="stable")
    for event, point in zip(rows(frame), grid_points(frame), strict=True):
        changes = (event.outcome_at, event.validated_at, event.reclassified_at, event.cancelled_at)
        late = delay(luck.draw("late", event.event_id))
        yield Crime(event, point, change_months(event.reported_at, changes, late))


def part_rows(
    truth: Truth,
    mess: Mess,
    feed: str,
    role: str,
    cells: Callable[[Crime, Any, dt.date, Draw], Cells | None],
) -> dict[dt.date, list[Row]]:
    """Everybody with this role in a crime, filed when the crime is new, and again when their row changes.

    ``cells`` makes a row from crime, part, month of the file and luck; None leaves it out. The luck of a row
    is the same in each month: what was written once stays written.
    """
    frame, luck = truth.part, mess.luck(feed)
    by_event: dict[int, list[Any]] = defaultdict(list)
    for part in rows(frame[frame["role"] == role], ["event_id", "ordinal"]):
        by_event[part.event_id].append(part)
    filed: dict[dt.date, list[Row]] = defaultdict(list)
    for crime in crimes(truth, mess):
        for part in by_event.get(crime.event.event_id, ()):
            about, sent = (part.event_id, part.ordinal), None
            for month in crime.months:
                written = cells(crime, part, month, luck.draw(*about))
                if written is not None and written != sent:
                    named = [Named(_AS_CONTRACTS_SAY[role], part.person_id)]
                    filed[month].append(Row(about, crime.event.reported_at.date(), written, named))
                    sent = written
    return filed


def write_files(
    feed: str,
    name: str,
    header: Sequence[str],
    filed: dict[dt.date, list[Row]],
    folder: Path,
    mess: Mess,
    months: Sequence[Period],
) -> list[ExportedFile]:
    """Write monthly files as the records system does: ``2024-05_CRIME.csv``."""
    filing = Filing(
        feed=feed,
        folder=folder,
        name=lambda month, mark: f"{month}_{name}{mark}.csv",
        put=lambda path, _month, cells: _RECORDS_SYSTEM.write(path, header, cells),
        days=_SENT_AFTER,
        mess=mess,
        changes=True,
    )
    return filing.write(filed, months)


@functools.cache
def offence_words() -> dict[str, str]:
    """The offence of each Home Office code, written ``8/6`` or ``008/06``, ``58`` or ``058/00``."""
    words: dict[str, str] = {}
    with gzip.open(_OFFENCES, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            words.setdefault(row["ho_code"], row["offence"])
            main, _, sub = row["ho_code"].partition("/")
            words.setdefault(f"{main.zfill(3)}/{sub.zfill(2)}", row["offence"])
    return words


def offence_of(code: str, otherwise: str) -> str:
    """The offence of a Home Office code; ``otherwise`` if no list has it."""
    return offence_words().get(code, otherwise)
