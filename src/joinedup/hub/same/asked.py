"""What somebody is asked for when they look one person up: name, birth, what for and why."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from joinedup.errors import BadInput
from joinedup.hub.same.stated import LONGEST
from joinedup.people.looking_up import Birth
from joinedup.terms import LONDON, Purpose

FIELDS = ("name", "born", "purpose", "reason")
_EARLIEST = 1850
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR = re.compile(r"\d{4}")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s./-]+(\d{1,2}|[a-z]{3,9})[\s./-]+(\d{4})")


@dataclass(frozen=True)
class Asked:
    """Whom somebody looks for, what for and why."""

    name: str
    born: Birth | None
    purpose: Purpose
    reason: str


def read(given: Mapping[str, str], offered: Collection[Purpose]) -> tuple[Asked | None, dict[str, str]]:
    """What was filled in, and a sentence for each field that is wrong; nothing where any is."""
    wrong: dict[str, str] = {}
    if not given["name"].strip():
        wrong["name"] = _("Write the name of whom you look for")
    born = None
    try:
        born = birth(given["born"])
    except BadInput as error:
        wrong["born"] = error.sentence()
    if given["purpose"] not in offered:
        wrong["purpose"] = _("Choose what it is for")
    if not given["reason"].strip():
        wrong["reason"] = _("Write why you need to look")
    if wrong:
        return None, wrong
    reason = given["reason"].strip()[:LONGEST]
    return Asked(given["name"].strip(), born, Purpose(given["purpose"]), reason), {}


def birth(text: str) -> Birth | None:
    """A year, or a day with its year last or first; None for nothing. Raises BadInput for anything else."""
    plain = text.strip().lower()
    if not plain:
        return None
    day = None
    if not _YEAR.fullmatch(plain):
        day = _day(plain)
    year = day.year if day else int(plain)
    if not year >= _EARLIEST or (day or dt.date(year, 1, 1)) > dt.datetime.now(LONDON).date():
        raise BadInput(_("Nobody who is looked for was born then"), next_step=_("Check the year"))
    return Birth(year, day)


def _day(plain: str) -> dt.date:
    iso, usual = _ISO.fullmatch(plain), _DAY.fullmatch(plain)
    try:
        if iso:
            return dt.date(*map(int, iso.groups()))
        if usual:
            day, month, year = usual.groups()
            number = int(month) if month.isdecimal() else _MONTHS.index(month[:3]) + 1
            return dt.date(int(year), number, int(day))
    except ValueError:
        pass
    raise BadInput(_("That is no year and no day"), next_step=_("Write 1981, or 14 3 1981"))
