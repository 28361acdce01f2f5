"""Malicious false alarms to the fire and rescue service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from joinedup.demo.exports.exported import ExportedFile, Named, Truth, number, rows
from joinedup.demo.exports.filing import Filing, Row, by_own_month
from joinedup.demo.exports.grid import grid_points, written_point
from joinedup.demo.exports.mess import Mess
from joinedup.demo.exports.people import People
from joinedup.demo.exports.text_files import Dialect, columns
from joinedup.terms import Period

FEED = "fire-hoax-calls"
HEADER = columns("CALL REF,CALL DATE TIME,CALLER NUMBER,ATTENDED,SAID TO BE,LOCATION,X,Y")
_SAID = ("FIRE IN THE OPEN", "BUILDING FIRE", "VEHICLE FIRE", "ALARM", "RESCUE")


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a month, the whole of it: ``HOAX_2024-05.csv``."""
    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"HOAX_{month}{mark}.csv",
        put=lambda path, _month, cells: Dialect().write(path, HEADER, cells),
        days=9,
        mess=mess,
    )
    return filing.write(by_own_month(_calls(truth, mess)), months)


def _calls(truth: Truth, mess: Mess) -> Iterator[Row]:
    people, luck = People(truth), mess.luck(FEED)
    frame = truth.part
    callers = {
        part.event_id: part.person_id for part in rows(frame[frame["role"].isin(["caller", "offender"])])
    }
    frame = truth.event
    frame = frame[frame["kind"] == "hoax"].sort_values(["occurred_from", "event_id"], kind="stable")
    for event, point in zip(rows(frame), grid_points(frame), strict=True):
        draw = luck.draw(event.event_id)
        caller = callers.get(event.event_id)
        phone = "" if caller is None else people.written(caller, event.occurred_from, draw).phone
        cells: list[object] = [
            f"H{number(FEED, event.event_id)}",
            event.occurred_from.strftime("%Y-%m-%d %H:%M:%S"),
            phone or draw.pick(("WITHHELD", "UNKNOWN")),
            "Y" if draw.random.random() < 0.7 else "N",
            draw.pick(_SAID),
            (event.location or "").removeprefix("On or near ").upper(),
            *written_point(point, draw),
        ]
        yield Row(event.event_id, event.occurred_from.date(), cells, [Named("caller", caller)])
