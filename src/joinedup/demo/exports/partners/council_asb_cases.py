"""Complaints of anti-social behaviour in the council's case system."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from joinedup.demo.exports import council_asb
from joinedup.demo.exports.asb_words import COUNCIL, heading_key
from joinedup.demo.exports.council_asb import DAY, Complaint
from joinedup.demo.exports.exported import ExportedFile, Truth
from joinedup.demo.exports.filing import Row, change_months, clock, delay
from joinedup.demo.exports.grid import written_point
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.text_files import columns
from joinedup.terms import Period, add_months

FEED = "council-asb-cases"
HEADER = columns("REFVAL,RECEPD,RECEPT,RECTYPE,HOWREC,STAT,CLOSED,LOCADDR,MAPEAST,MAPNORTH,OFFICER,DETAILS")
_CHANNELS = ("PHONE", "PHONE", "PHONE", "WEB", "EMAIL", "VISIT")
_LONGEST_OPEN = 120  # days


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a month, of what is new or closed: ``ASB_COMPLAINTS_2024-05.csv``."""
    luck = mess.luck(FEED)
    filed: dict[dt.date, list[Row]] = defaultdict(list)
    for complaint in council_asb.complaints(truth):
        draw = luck.draw(complaint.event.event_id)
        closed = complaint.received + dt.timedelta(days=draw.random.randrange(3, _LONGEST_OPEN))
        for month in change_months(complaint.received, [closed], delay(draw)):
            cells = _cells(complaint, month, closed, luck.draw("row", complaint.event.event_id))
            filed[month].append(Row(complaint.event.event_id, complaint.received.date(), cells))
    return council_asb.write_files(FEED, "COMPLAINTS", HEADER, filed, folder, mess, months)


def _cells(complaint: Complaint, month: dt.date, closed: dt.datetime, draw: Draw) -> list[object]:
    event, is_closed = complaint.event, closed.date() < add_months(month, 1)
    twice = event.cancelled_at is not None and event.cancelled_at.date() < add_months(month, 1)
    return [
        complaint.ref,
        complaint.received.strftime(DAY),
        clock(complaint.received, draw, "%H%M"),
        COUNCIL[heading_key(event.asb_heading)],
        draw.pick(_CHANNELS),
        "DUPLICATE" if twice else "CLOSED" if is_closed else "OPEN",
        closed.strftime(DAY) if is_closed else "",
        (event.location or "").removeprefix("On or near "),
        *written_point(complaint.point, draw),
        draw.pick(("JB", "SK", "TW", "MR")),
        f"Comp reports {(event.asb_heading or 'nuisance').lower()}",
    ]
