"""What the council's team did about complaints: letters, contracts, notices, or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

from joinedup.demo.exports import council_asb
from joinedup.demo.exports.council_asb import DAY, Complaint
from joinedup.demo.exports.exported import ExportedFile, Truth
from joinedup.demo.exports.filing import Row, with_late
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.text_files import columns
from joinedup.terms import Period

FEED = "council-asb-actions"
HEADER = columns("REFVAL,ACTNO,ACTDATE,ACTCODE,PERPNO,OFFICER")
# The share of cases in which each step follows the one before: the demonstration's own rates.
_STEPS = (("VISIT", 0.7), ("DIARY", 0.5), ("L1", 0.5), ("L2", 0.35), ("ABC", 0.4), ("CPW", 0.5), ("CPN", 0.5))
_LAST = (("INJ", 0.3),)


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a month, of the actions that are new: ``ASB_ACTIONS_2024-05.csv``."""
    filed = with_late(_actions(truth, mess), mess.luck(FEED))
    return council_asb.write_files(FEED, "ACTIONS", HEADER, filed, folder, mess, months)


def _actions(truth: Truth, mess: Mess) -> Iterator[Row]:
    luck = mess.luck(FEED)
    for complaint in council_asb.complaints(truth):
        draw = luck.draw(complaint.event.event_id)
        for order, (code, when) in enumerate(_steps(complaint, draw), 1):
            about_perpetrator = code in {"L1", "L2", "ABC", "CPW", "CPN", "INJ"}
            cells: list[object] = [
                complaint.ref,
                order,
                when.strftime(DAY),
                code,
                1 if about_perpetrator else "",
                draw.pick(("JB", "SK", "TW", "MR")),
            ]
            yield Row((complaint.event.event_id, order), when.date(), cells)


def _steps(complaint: Complaint, draw: Draw) -> list[tuple[str, dt.datetime]]:
    taken: list[tuple[str, dt.datetime]] = []
    when = complaint.received
    for code, share in (*_STEPS, *_LAST):
        if draw.random.random() >= share:
            break
        when += dt.timedelta(days=draw.random.randrange(1, 15))
        taken.append((code, when))
    return taken or [("NFA", when + dt.timedelta(days=draw.random.randrange(1, 15)))]
