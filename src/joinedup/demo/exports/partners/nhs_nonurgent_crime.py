"""Non-urgent crime against NHS staff, as staff report it with their own tool.

The truth has nothing of what happens inside hospitals: a seeded part of the attendances after an assault
stands for what patients, or those with them, then did to staff.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from joinedup.demo.exports.exported import ExportedFile, Truth, number, rows
from joinedup.demo.exports.filing import Filing, Row, with_late
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.text_files import Dialect, columns
from joinedup.terms import Period

FEED = "nhs-nonurgent-crime"
HEADER = columns(
    "Report ID,Happened,Submitted,Type,Site,Department,Staff injured,Patient confused or unwell,"
    "Supports police action,Police ref,Account"
)
_SHARE = 0.12  # of attendances; the demonstration's own
_TYPES = (
    "Verbal abuse or threats",
    "Verbal abuse or threats",
    "Physical assault",
    "Physical assault",
    "Damage",
    "Hate related abuse",
    "Theft",
)
_SITES = ("Northside General", "Southside General")
_DEPARTMENTS = (
    "Emergency department",
    "Emergency department",
    "Ward",
    "Mental health liaison",
    "Outpatients",
)
_ACCOUNTS = ("shouted and swore at reception", "pushed a nurse", "threw a chair", "threatened staff")


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a month, of what is new: ``NHS_reports_2024-05.csv``."""
    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"NHS_reports_{month}{mark}.csv",
        put=lambda path, _month, cells: Dialect(encoding="utf-8-sig").write(path, HEADER, cells),
        days=13,
        mess=mess,
        changes=True,
    )
    return filing.write(with_late(_reports(truth, mess), mess.luck(FEED)), months)


def _reports(truth: Truth, mess: Mess) -> Iterator[Row]:
    luck = mess.luck(FEED)
    frame = truth.event
    for event in rows(frame[frame["ae"].astype(bool)], ["occurred_from", "event_id"]):
        draw = luck.draw(event.event_id)
        if draw.random.random() < _SHARE:
            when = event.occurred_from + dt.timedelta(minutes=draw.random.randrange(60, 400))
            yield Row(event.event_id, when.date(), _cells(event, when, draw))


def _cells(event: Any, when: dt.datetime, draw: Draw) -> list[object]:
    kind = draw.pick(_TYPES)
    told_police = draw.random.random() < 0.25
    return [
        f"N{number(FEED, event.event_id)}",
        when.strftime("%d/%m/%Y %H:%M"),
        (when + dt.timedelta(days=draw.random.randrange(6))).strftime("%d/%m/%Y"),
        kind,
        draw.pick(_SITES),
        draw.pick(_DEPARTMENTS),
        draw.pick(("Yes", "No", "No")) if kind == "Physical assault" else "No",
        draw.pick(("Yes", "No", "No", "Not known")),
        draw.pick(("Yes", "No", "No", "Undecided")),
        f"INC{when:%y}{number('nhs-police', event.event_id)}" if told_police else "",
        f"Patient {draw.pick(_ACCOUNTS)}",
    ]
