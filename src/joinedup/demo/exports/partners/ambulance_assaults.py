"""Ambulance calls to violence, drugs and drink: saved from a spreadsheet as text, UTF-16 with tabs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from joinedup.demo.exports.exported import ExportedFile, Truth, number, rows
from joinedup.demo.exports.filing import Filing, Row, by_own_month, clock, flag
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.people import People, Written
from joinedup.demo.exports.text_files import Dialect, columns
from joinedup.terms import Period

FEED = "ambulance-assaults"
HEADER = columns(
    "Incident ID,Call Date,Call Time,Chief Complaint,Latitude,Longitude,Location Type,Age,Gender,Alcohol,"
    "Conveyed"
)
_SAVED_AS_TEXT = Dialect(delimiter="\t", encoding="utf-16")
_VENUES = {
    "home": "Home",
    "street": "Street",
    "licensed premises": "Licensed premises",
    "shop": "Shop",
    "school": "School or college",
    "park": "Park or open space",
}


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a month, the whole of it: ``Ambulance_2024-05.txt``."""
    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"Ambulance_{month}{mark}.txt",
        put=lambda path, _month, cells: _SAVED_AS_TEXT.write(path, HEADER, cells),
        days=18,
        mess=mess,
    )
    return filing.write(by_own_month(_calls(truth, mess)), months)


def _calls(truth: Truth, mess: Mess) -> Iterator[Row]:
    people, luck = People(truth), mess.luck(FEED)
    patients: dict[int, int] = {}
    frame = truth.part
    for part in rows(frame[frame["role"].isin(["patient", "victim"])], ["event_id", "ordinal"]):
        patients.setdefault(part.event_id, part.person_id)
    frame = truth.event
    for event in rows(frame[frame["ambulance"].astype(bool)], ["occurred_from", "event_id"]):
        draw = luck.draw(event.event_id)
        called = event.occurred_from + dt.timedelta(minutes=draw.random.randrange(2, 25))
        patient = patients.get(event.event_id)
        written = Written() if patient is None else people.written(patient, called, draw)
        yield Row(event.event_id, called.date(), _cells(event, called, written, draw))


def _cells(event: Any, called: dt.datetime, patient: Written, draw: Draw) -> list[object]:
    lost = event.latitude is None or draw.happens("place-missing")
    return [
        f"A{number(FEED, event.event_id)}",
        called.strftime("%d/%m/%Y"),
        clock(called, draw),
        _complaint(event, draw),
        "" if lost else f"{event.latitude:.3f}",
        "" if lost else f"{event.longitude:.3f}",
        _VENUES.get(event.venue, "Other"),
        "U" if patient.born is None else patient.age,
        {"F": "Female", "M": "Male"}.get(patient.sex, "Unknown"),
        flag(event.alcohol, draw),
        "Y" if event.ae or draw.random.random() < 0.4 else "N",
    ]


def _complaint(event: Any, draw: Draw) -> str:
    if event.kind in {"crime", "assault"} or event.method:
        sharp = "knife" in (event.method or "").lower()
        return "Stab / Gunshot / Penetrating Trauma" if sharp else "Assault / Sexual Assault"
    if event.drugs:
        return "Overdose / Poisoning"
    return "Intoxication" if event.alcohol else draw.pick(("Unknown Problem", "Assault / Sexual Assault"))
