"""Assaults treated in accident and emergency: the items of the national data set, and nobody's name."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from joinedup.demo.exports.exported import ExportedFile, Truth, month_of, rows
from joinedup.demo.exports.filing import Cells, Filing, Row, clock
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.people import People, Written
from joinedup.demo.exports.text_files import Dialect, columns
from joinedup.terms import Period

FEED = "ae-assaults"
HEADER = columns(
    "REPORTING PERIOD START DATE,REPORTING PERIOD END DATE,SITE CODE (OF TREATMENT),"
    "ARRIVAL DATE AND TIME AT ACCIDENT AND EMERGENCY DEPARTMENT,ASSAULT DATE,ASSAULT TIME,ASSAULT METHOD,"
    "ASSAULT METHOD OTHER DESCRIPTION,ASSAULT LOCATION TYPE,ASSAULT LOCATION DESCRIPTION,AGE BAND,SEX,"
    "ETHNIC CATEGORY,ARRIVAL MODE,ALCOHOL"
)
SITES = ("ZZDN1", "ZZDS1")  # no real site's codes: two departments, north and south of the river
_RIVER = 54.575  # degrees of latitude, about where the Tees runs
# Told apart by a word of the truth's method, the first that is in it.
_METHODS = (
    ("knife", "Knife"),
    ("sharp", "Sharp object"),
    ("blade", "Knife"),
    ("glass", "Glass"),
    ("bottle", "Bottle"),
    ("gun", "Gun"),
    ("firearm", "Gun"),
    ("blunt", "Blunt object"),
    ("weapon", "Blunt object"),
    ("object", "Blunt object"),
    ("feet", "Feet"),
    ("foot", "Feet"),
    ("kick", "Kick"),
    ("head", "Head"),
    ("push", "Pushed"),
    ("body", "Other body part"),
    ("fist", "Fist"),
    ("punch", "Punch"),
)
_VENUES = {
    "home": ("Home", "Own home", "Someone else's home"),
    "street": ("Street", "Public highway"),
    "licensed premises": ("Licensed premises", "Pub", "Club"),
    "shop": ("Shop",),
    "school": ("School or college",),
    "park": ("Park or open space",),
}
_VAGUE = ("street", "in town", "pub", "outside", "at home", "Unknown", "?")
_BANDS = (
    (10, "0-9"),
    (18, "10-17"),
    (25, "18-24"),
    (35, "25-34"),
    (45, "35-44"),
    (55, "45-54"),
    (65, "55-64"),
)


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a month, the whole of it, of both departments: ``ISTV_2024-05.csv``."""
    filed: dict[dt.date, list[Row]] = defaultdict(list)
    for row in _attendances(truth, mess):
        filed[month_of(row.day)].append(row)

    def put(path: Path, month: Period, cells: list[Cells]) -> None:
        period = (month.start.isoformat(), month.last.isoformat())
        Dialect().write(path, HEADER, [[*period, *row] for row in cells])

    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"ISTV_{month}{mark}.csv",
        put=put,
        days=20,
        mess=mess,
    )
    return filing.write(filed, months)


def _attendances(truth: Truth, mess: Mess) -> Iterator[Row]:
    """One row for each person hurt who came; where the truth names none, one for what happened."""
    people, luck = People(truth), mess.luck(FEED)
    hurt: dict[int, list[Any]] = defaultdict(list)
    frame = truth.part
    for part in rows(frame[frame["role"].isin(["patient", "victim"])], ["event_id", "ordinal"]):
        hurt[part.event_id].append(part)
    frame = truth.event
    for event in rows(frame[frame["ae"].astype(bool)], ["occurred_from", "event_id"]):
        draw = luck.draw(event.event_id)
        patients = hurt.get(event.event_id, [])[:1]
        patient = people.written(patients[0].person_id, event.occurred_from, draw) if patients else Written()
        yield Row(event.event_id, event.occurred_from.date(), _cells(event, patient, draw))


def _cells(event: Any, patient: Written, draw: Draw) -> list[object]:
    arrived = event.occurred_from + dt.timedelta(minutes=20 + int(draw.random.expovariate(1 / 150)))
    method = _method(event, draw)
    return [
        SITES[int(event.latitude is not None and event.latitude < _RIVER)],
        arrived.strftime("%Y-%m-%dT%H:%M"),
        event.occurred_from.strftime("%Y-%m-%d"),
        clock(event.occurred_from, draw),
        method,
        "see notes" if method == "Other" else "",
        "Unknown"
        if draw.happens("location-type-unknown")
        else draw.pick(_VENUES.get(event.venue, ("Other",))),
        _description(event, draw),
        "" if patient.age is None else next((words for top, words in _BANDS if patient.age < top), "65+"),
        {"F": "Female", "M": "Male"}.get(patient.sex, "Not known"),
        patient.ethnic_words(refused="Not stated"),
        "Ambulance" if event.ambulance else draw.pick(("Walked in", "Walked in", "Brought by police")),
        "Unknown" if draw.happens("flag-unknown") else "Y" if event.alcohol else "N",
    ]


def _method(event: Any, draw: Draw) -> str:
    if draw.happens("method-unknown"):
        return "Unknown"
    if draw.happens("method-other"):
        return "Other"
    told = (event.method or "").lower()
    if told.startswith("body part"):
        return draw.pick(("Fist", "Fist", "Punch", "Kick", "Feet", "Head"))
    return next((words for word, words in _METHODS if word in told), "Fist" if not told else "Other")


def _description(event: Any, draw: Draw) -> str:
    if draw.happens("location-missing"):
        return ""
    if draw.happens("location-vague"):
        return draw.pick(_VAGUE)
    if event.venue == "home":
        return "home"  # whose, the data set does not say
    return event.venue_name or (event.location or "").removeprefix("On or near ")
