"""Victims of recorded crime: one row for each victim, in the file of the month in which the crime is new."""

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
from joinedup.terms import Period

FEED = "police-victims"
HEADER = columns(
    "CRIME REF NO,VICTIM NO,OFFENCE DATE,VICTIM NAME,DOB,AGE,GENDER,ETHNICITY,ETHNIC APPEARANCE,HOUSE,"
    "STREET,TOWN,POSTCODE,TEL,RELATIONSHIP TO SUSPECT"
)
_RELATIONSHIPS = {
    "partner": "Spouse/partner",
    "ex-partner": "Ex partner",
    "family": "Family",
    "acquaintance": "Acquaintance",
    "stranger": "Stranger",
}
# One force's system, fed by three older ones: each wrote the same codes in its own words.
_APPEARANCES = {
    "IC1": ("IC1 - White N European", "White - North European", "IC1 - White"),
    "IC2": ("IC2 - White S European", "White - South European", "IC2 - Dark European"),
    "IC3": ("IC3 - Black", "Black", "IC3 - African Caribbean"),
    "IC4": ("IC4 - Asian", "Asian", "4. IC4 - Asian"),
    "IC5": ("IC5 - Oriental", "Chinese, Japanese or South East Asian", "5. IC5 - Oriental"),
    "IC6": ("IC6 - Middle Eastern", "Middle Eastern", "IC6 - Arabic"),
    "IC9": ("IC9", "0. Missing/not known", "Unknown"),
}
_SPOILT_AGES = ("#VALUE!", "None recorded", "-1")


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a month: ``2024-05_VICTIMS.csv``."""
    people = People(truth)

    def cells(crime: Crime, part: Any, _month: dt.date, draw: Draw) -> Cells | None:
        return None if draw.happens("row-missing") else _cells(crime, part, people, draw)

    filed = part_rows(truth, mess, FEED, "victim", cells)
    return write_files(FEED, "VICTIMS", HEADER, filed, folder, mess, months)


def _cells(crime: Crime, part: Any, people: People, draw: Draw) -> Cells:
    on = crime.event.occurred_from
    victim = people.written(part.person_id, on, draw)
    age: object = "" if victim.born is None else victim.age
    return [
        crime.ref,
        part.ordinal,
        on.strftime(DAY),
        victim.surname_first,
        victim.born.strftime(DAY) if victim.born else "",
        draw.pick(_SPOILT_AGES) if draw.happens("age-spoilt") else age,
        victim.sex or draw.pick(("U", "NULL", "")),
        victim.ethnic_code(unknown="NS", refused="REFUSED"),
        draw.pick(_APPEARANCES[victim.officer_code()]) if victim.officer_code() else "",
        victim.house,
        victim.street.upper(),
        victim.town.upper(),
        victim.postcode,
        victim.phone,
        _RELATIONSHIPS.get(part.relationship or "", draw.pick(("Unknown", ""))),
    ]
