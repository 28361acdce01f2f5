"""Recorded crime, as a police force's records system exports it: each month what is new and what changed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from joinedup.demo.exports.exported import ExportedFile, Truth
from joinedup.demo.exports.filing import Row, clock, flag
from joinedup.demo.exports.grid import written_point
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.people import People
from joinedup.demo.exports.police import CRIMES, DAY, VENUES, Crime, crimes, offence_of, write_files
from joinedup.demo.exports.text_files import columns
from joinedup.terms import Period, add_months

FEED = CRIMES
HEADER = columns(
    "CRIME REF NO,HO CODE,OFFENCE,STATUS,VALIDATED,REPORTED DATE,RECORDED DATE,DATE FROM,TIME FROM,"
    "DATE TO,TIME TO,OUTCOME,OUTCOME DATE,ALCOHOL,DRUGS,DOMESTIC,HATE,WEAPON,BUSINESS,YOUTH,"
    "PREMISES TYPE,PREMISES NAME,LOCATION,EASTING,NORTHING,BEAT,OIC,MO TEXT"
)
_FLAGS = ("alcohol", "drugs", "domestic", "hate", "weapon", "business", "youth")


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a month, of what is new or changed: ``2024-05_CRIME.csv``."""
    people, homes, luck = People(truth), _homes(truth), mess.luck(FEED)
    wanted = {month.start for month in months}
    filed: dict[dt.date, list[Row]] = defaultdict(list)
    for crime in crimes(truth, mess):
        event = crime.event
        for month in wanted.intersection(crime.months):
            draw = luck.draw(event.event_id)  # the same each month: what was written once stays written
            cells = _cells(crime, month, people, homes, draw)
            filed[month].append(Row(event.event_id, event.reported_at.date(), cells))
    return write_files(FEED, "CRIME", HEADER, filed, folder, mess, months)


def _homes(truth: Truth) -> dict[int, int]:
    """Event to the first victim's person_id: for the exact address of what happened at home."""
    part = truth.part
    first = part[(part["role"] == "victim") & (part["ordinal"] == 1)]
    return dict(zip(first["event_id"].tolist(), first["person_id"].tolist(), strict=True))


def _cells(crime: Crime, month: dt.date, people: People, homes: dict[int, int], draw: Draw) -> list[object]:
    event = crime.event
    known = dt.datetime.combine(add_months(month, 1), dt.time())
    reclassified = _by(event.reclassified_at, known)
    code = event.reclassified_to if reclassified else event.offence_code
    outcome = _by(event.outcome_at, known)
    until = event.occurred_to or event.occurred_from
    from_clock = clock(event.occurred_from, draw)
    flags = [flag(getattr(event, name), draw) for name in _FLAGS]
    return [
        crime.ref,
        code,
        offence_of(code, event.offence) if reclassified else event.offence,
        _state(event, known, reclassified, outcome),
        "Y" if _by(event.validated_at, known) else "N",
        event.reported_at.strftime(DAY),
        (event.reported_at + dt.timedelta(hours=draw.random.randrange(24))).strftime(DAY),
        event.occurred_from.strftime(DAY),
        from_clock,
        until.strftime(DAY),
        until.strftime("%H:%M") if from_clock else "",
        event.outcome_type if outcome else "",
        event.outcome_at.strftime(DAY) if outcome else "",
        *flags,
        VENUES.get(event.venue, "OTHER"),
        (event.venue_name or "").upper(),
        _location(event, people, homes),
        *written_point(crime.point, draw),
        (event.lsoa_code or "")[-4:],
        f"{draw.random.randrange(1000, 2800)}",
        _narrative(event),
    ]


def _by(moment: dt.datetime | None, known: dt.datetime) -> bool:
    return moment is not None and moment < known


def _state(event: Any, known: dt.datetime, reclassified: bool, outcome: bool) -> str:
    if _by(event.cancelled_at, known):
        return "NO CRIME"
    if reclassified:
        return "RECLASSIFIED"
    return "FILED" if outcome else "UNDER INVESTIGATION"


def _location(event: Any, people: People, homes: dict[int, int]) -> str:
    victim = homes.get(event.event_id)
    home = people.home(victim, event.occurred_from) if event.venue == "home" and victim is not None else None
    if home is not None:
        return f"{home.house} {home.street}, {home.town}, {home.postcode}".upper()
    return (event.location or "").removeprefix("On or near ").upper()


def _narrative(event: Any) -> str:
    """What an officer typed: no names, but more than anybody outside needs."""
    words = [f"{(event.offence or 'Offence').upper()} AT {VENUES.get(event.venue, 'LOCATION')}"]
    words += [name.upper() for name in ("alcohol", "drugs", "weapon") if getattr(event, name)]
    return ". ".join(words)
