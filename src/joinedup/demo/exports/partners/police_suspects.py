"""Suspects of recorded crime: one row for each person suspected of a crime."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from joinedup.demo.exports.exported import ExportedFile, Truth
from joinedup.demo.exports.filing import Cells
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.people import People
from joinedup.demo.exports.police import DAY, Crime, part_rows, write_files
from joinedup.demo.exports.text_files import columns
from joinedup.terms import Period, add_months

FEED = "police-suspects"
HEADER = columns(
    "CRIME REF NO,SUSPECT NO,OFFENCE DATE,PNC ID,SURNAME,FORENAME 1,FORENAME 2,ALIAS,DOB,AGE AT OFFENCE,"
    "SEX,SELF DEFINED ETHNICITY,ETHNIC APPEARANCE,ADDRESS,POSTCODE,STATE"
)
_STATES = {"1": "CHARGED", "2": "CAUTIONED", "3": "CAUTIONED"}


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a month: ``2024-05_SUSPECTS.csv``."""
    people = People(truth)

    def cells(crime: Crime, part: Any, month: dt.date, draw: Draw) -> Cells:
        return _cells(crime, part, month, people, draw)

    filed = part_rows(truth, mess, FEED, "offender", cells)
    return write_files(FEED, "SUSPECTS", HEADER, filed, folder, mess, months)


def _cells(crime: Crime, part: Any, month: dt.date, people: People, draw: Draw) -> Cells:
    on = crime.event.occurred_from
    suspect = people.written(part.person_id, on, draw)
    aliases = people.aliases(part.person_id)
    also = (
        f"{aliases[0].family_name or suspect.family}, {aliases[0].given_name or suspect.given}"
        if aliases
        else ""
    )
    return [
        crime.ref,
        part.ordinal,
        on.strftime(DAY),
        suspect.pnc_id if suspect.pnc_id[:4] < f"{on:%Y}" else "",  # of a year before: nobody knows the later
        suspect.family.upper(),
        suspect.given.upper(),
        suspect.middle.upper(),
        also.upper() if draw.random.random() < 0.5 else "",
        suspect.born.strftime(DAY) if suspect.born else "",
        suspect.age if suspect.born else "",
        suspect.sex or "U",
        suspect.ethnic_code(unknown="NS", refused="REFUSED"),
        suspect.officer_code(),
        suspect.address.upper(),
        suspect.postcode,
        _state(crime.event, month),
    ]


def _state(event: Any, month: dt.date) -> str:
    """What has become of a suspect by the end of a month."""
    known = event.outcome_at is not None and event.outcome_at.date() < add_months(month, 1)
    return _STATES.get(event.outcome_type or "", "SUSPECT") if known else "SUSPECT"
