"""Who called the council's anti-social behaviour team: one row for each call about a complaint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from joinedup.demo.exports import council_asb
from joinedup.demo.exports.council_asb import DAY
from joinedup.demo.exports.exported import ExportedFile, Named, Truth
from joinedup.demo.exports.filing import Row, flag, with_late
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.people import People
from joinedup.demo.exports.text_files import columns
from joinedup.terms import Period

FEED = "council-asb-callers"
HEADER = columns(
    "REFVAL,CALLNO,CALLDATE,REQUESTED,TITLE,FORENAME,SURNAME,DOB,SEX,ETHNIC,ADDR,PCODE,UPRN,TEL,EMAIL"
)
_ANONYMOUS = ("ANON", "Anonymous", "UNKNOWN")


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a month, of the calls that are new: ``ASB_CALLERS_2024-05.csv``."""
    filed = with_late(_calls(truth, mess), mess.luck(FEED))
    return council_asb.write_files(FEED, "CALLERS", HEADER, filed, folder, mess, months)


def _calls(truth: Truth, mess: Mess) -> Iterator[Row]:
    people, luck = People(truth), mess.luck(FEED)
    for complaint in council_asb.complaints(truth):
        for order, call in enumerate(complaint.calls, 1):
            cells = _cells(complaint.ref, order, call, people, luck.draw(call.call_id))
            yield Row(call.call_id, call.called_at.date(), cells, [Named("caller", call.person_id)])


def _cells(ref: str, order: int, call: Any, people: People, draw: Draw) -> list[object]:
    start = [ref, order, call.called_at.strftime(DAY), flag(call.requested, draw, "Yes", "No", "?")]
    if call.person_id is None:
        return [*start, "", "", draw.pick(_ANONYMOUS), *[""] * 8]
    caller = people.written(call.person_id, call.called_at, draw)
    return [
        *start,
        {"F": draw.pick(("Mrs", "Ms", "Miss")), "M": "Mr"}.get(caller.sex, ""),
        caller.given,
        caller.family.upper(),
        caller.born.strftime("%d/%m/%Y") if caller.born else "",
        caller.sex or "U",
        caller.ethnic_words(unknown=draw.pick(("Not known", "Not given"))),
        caller.address,
        caller.postcode,
        caller.uprn if draw.random.random() < 0.5 else "",
        caller.phone,
        caller.email,
    ]
