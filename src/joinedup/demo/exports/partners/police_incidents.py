"""Anti-social behaviour incidents from a police command and control system: pipes, and a footer."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from joinedup.demo.exports.asb_words import NATIONAL, heading_key
from joinedup.demo.exports.exported import ExportedFile, Named, Truth, number, rows
from joinedup.demo.exports.filing import Cells, Filing, Row, by_own_month, clock, flag
from joinedup.demo.exports.grid import grid_points, written_point
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.people import People, Written
from joinedup.demo.exports.text_files import Dialect, columns
from joinedup.terms import Period

FEED = "police-incidents"
HEADER = columns(
    "Incident No,Incident Date,Incident Time,Category,Heading,Grade,Officer Request,Youth,Alcohol,Location,"
    "Easting,Northing,Caller,Caller DOB,Caller Address,Caller Postcode,Caller Tel,Second Caller,"
    "Second Caller Tel,Log Text"
)
_CATEGORIES = {
    "personal": "ASB - PERSONAL",
    "nuisance": "ASB - NUISANCE",
    "environmental": "ASB - ENVIRONMENTAL",
}
_GRADES = ("Priority", "Standard", "Standard", "Scheduled", "Immediate")
_ANONYMOUS = ("ANON", "Anonymous", "Withheld", "")
_SYSTEM = Dialect(delimiter="|", encoding="utf-8-sig")


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a month, the whole of it: ``ASB_INCIDENTS_2024-05.txt``."""

    def put(path: Path, _month: Period, cells: list[Cells]) -> None:
        _SYSTEM.write(path, HEADER, [*cells, [f"{len(cells)} rows exported", *[""] * (len(HEADER) - 1)]])

    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"ASB_INCIDENTS_{month}{mark}.txt",
        put=put,
        days=11,
        mess=mess,
    )
    return filing.write(by_own_month(_incidents(truth, mess)), months)


def _incidents(truth: Truth, mess: Mess) -> Iterator[Row]:
    people, luck = People(truth), mess.luck(FEED)
    calls: dict[int, list[Any]] = defaultdict(list)
    frame = truth.call
    for call in rows(frame[frame["agency"] == "police"], ["called_at", "call_id"]):
        calls[call.event_id].append(call)
    frame = truth.event
    frame = frame[(frame["kind"] == "asb") & frame["police"].astype(bool)]
    frame = frame.sort_values(["occurred_from", "event_id"], kind="stable")
    for event, point in zip(rows(frame), grid_points(frame), strict=True):
        draw = luck.draw(event.event_id)
        told = calls.get(event.event_id, [])
        cells = _cells(event, point, told, people, draw)
        named = [Named("caller", call.person_id, at) for at, call in enumerate(told[:2], 1)]
        yield Row(event.event_id, event.occurred_from.date(), cells, named)


def _cells(
    event: Any, point: tuple[int, int] | None, calls: list[Any], people: People, draw: Draw
) -> list[object]:
    first, second = (_caller(calls, at, people, draw) for at in (0, 1))
    return [
        f"INC{event.occurred_from:%y}{number(FEED, event.event_id)}",
        event.occurred_from.strftime("%d-%b-%y"),
        clock(event.occurred_from, draw, "%H:%M:%S"),
        _CATEGORIES.get(event.asb_category or "", "ASB - NUISANCE"),
        NATIONAL[heading_key(event.asb_heading)],
        draw.pick(_GRADES),
        flag(any(call.requested for call in calls), draw),
        flag(event.youth, draw),
        flag(event.alcohol, draw),
        event.location or "",
        *written_point(point, draw),
        _name(first, draw),
        first.born.strftime("%d/%m/%Y") if first and first.born else "",
        first.address if first else "",
        first.postcode if first else "",
        first.phone if first else "",
        _name(second, draw) if len(calls) > 1 else "",
        second.phone if second else "",
        _log_text(event, len(calls)),
    ]


def _caller(calls: list[Any], at: int, people: People, draw: Draw) -> Written | None:
    """Who called, in the operator's hearing; None for nobody, or for somebody who would not say."""
    if at >= len(calls) or calls[at].person_id is None:
        return None
    return people.written(calls[at].person_id, calls[at].called_at, draw)


def _name(caller: Written | None, draw: Draw) -> str:
    return draw.pick(_ANONYMOUS) if caller is None else caller.full_name


def _log_text(event: Any, calls: int) -> str:
    times = "caller" if calls < 2 else f"{calls} callers"
    when: dt.datetime = event.occurred_from
    return f"{times} reports {(event.asb_heading or 'nuisance').lower()} at {event.location}, {when:%H%M} hrs"
