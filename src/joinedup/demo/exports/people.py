"""How an agency writes a person down: names, birth date, address of the day, with that agency's own mess."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from joinedup.demo.exports import slips
from joinedup.demo.exports.ethnic_words import ethnic_words
from joinedup.demo.exports.exported import Truth, rows
from joinedup.demo.exports.mess import Draw

MISSING, UNKNOWN, REFUSED = "", "\0unknown", "\0refused"
"""An ethnic group that is not there: empty, the agency's word for unknown, its word for refused."""


@dataclass(frozen=True)
class Written:
    """A person as one agency wrote them down once. Empty text or None is an empty cell.

    ``ethnicity`` is the census's label, or one of MISSING, UNKNOWN, REFUSED.
    """

    given: str = ""
    middle: str = ""
    family: str = ""
    born: dt.date | None = None
    age: int | None = None
    sex: str = ""
    ethnicity: str = MISSING
    house: str = ""
    street: str = ""
    town: str = ""
    postcode: str = ""
    uprn: str = ""
    phone: str = ""
    email: str = ""
    pnc_id: str = ""
    nhs_number: str = ""

    @property
    def surname_first(self) -> str:
        """``SMITH, Ann Mary``."""
        rest = " ".join(part for part in (self.given, self.middle) if part)
        return f"{self.family.upper()}, {rest}" if rest else self.family.upper()

    @property
    def full_name(self) -> str:
        """``Ann Smith``."""
        return " ".join(part for part in (self.given, self.family) if part)

    @property
    def address(self) -> str:
        """House, street and town in one cell."""
        return ", ".join(part for part in (f"{self.house} {self.street}".strip(), self.town) if part)

    def ethnic_code(self, unknown: str = "NS", refused: str = "NS") -> str:
        """The self-defined code; the agency's own words for what is not known."""
        return self._ethnic("self_defined", unknown, refused)

    def ethnic_words(self, unknown: str = "Not known", refused: str = "Refused") -> str:
        """The group in words."""
        return self._ethnic("words", unknown, refused)

    def officer_code(self, unknown: str = "IC9") -> str:
        """The officer's code."""
        return self._ethnic("officer_defined", unknown, unknown)

    def _ethnic(self, form: str, unknown: str, refused: str) -> str:
        if self.ethnicity in (MISSING, UNKNOWN, REFUSED):
            return {MISSING: "", UNKNOWN: unknown, REFUSED: refused}[self.ethnicity]
        return str(getattr(ethnic_words(self.ethnicity), form))


ANONYMOUS = Written(family="Anonymous")


class People:
    """Everybody in the truth, and where they lived when."""

    def __init__(self, truth: Truth) -> None:
        self._people = {row.person_id: row for row in rows(truth.person)}
        self._addresses = {row.address_id: row for row in rows(truth.address)}
        self._homes: dict[int, list[Any]] = defaultdict(list)
        for home in rows(truth.residence, ["person_id", "from_date"]):
            self._homes[home.person_id].append(home)
        self._aliases: dict[int, list[Any]] = defaultdict(list)
        for alias in rows(truth.alias):
            self._aliases[alias.person_id].append(alias)

    def person(self, person_id: int) -> Any:
        """The true person."""
        return self._people[person_id]

    def address(self, address_id: int) -> Any:
        """An address."""
        return self._addresses[address_id]

    def home(self, person_id: int, on: dt.datetime, *, before: bool = False) -> Any:
        """Where somebody lived on a day, or ``before`` that where there is one; None where nobody knows."""
        lived = [home for home in self._homes.get(person_id, ()) if home.from_date <= on]
        if not lived:
            lived = self._homes.get(person_id, [])[:1]
        if not lived:
            return None
        chosen = lived[-2] if before and len(lived) > 1 else lived[-1]
        return self._addresses[chosen.address_id]

    def aliases(self, person_id: int) -> list[Any]:
        """Other names of somebody."""
        return self._aliases.get(person_id, [])

    def written(self, person_id: int | None, on: dt.datetime, draw: Draw) -> Written:
        """How this agency writes somebody down on this occasion."""
        if person_id is None:
            return ANONYMOUS
        person = self._people[person_id]
        given, middle, family = self._name(person, draw)
        born = _birth(person, draw)
        home = self.home(person_id, on, before=draw.happens("old-address"))
        if draw.happens("address-missing"):
            home = None
        return Written(
            given=given,
            middle=middle,
            family=family,
            born=born,
            age=_age(born or person.birth_date, on),
            sex="" if draw.happens("sex-missing") else person.sex,
            ethnicity=_ethnicity(person, draw),
            house=home.house if home else "",
            street=home.street if home else "",
            town=home.town if home else "",
            postcode="" if home is None or draw.happens("postcode-missing") else home.postcode,
            uprn=str(home.uprn) if home else "",
            phone="" if draw.happens("phone-missing") else person.phone or "",
            email="" if draw.happens("email-missing") else person.email or "",
            pnc_id=person.pnc_id or "",
            nhs_number=str(person.nhs_number or ""),
        )

    def _name(self, person: Any, draw: Draw) -> tuple[str, str, str]:
        if draw.happens("name-unknown"):
            return "", "", draw.pick(("UNKNOWN", "N/K"))
        if draw.happens("name-refused"):
            return "", "", "REFUSED"
        given, family = person.given_name, person.family_name
        others = [alias for alias in self.aliases(person.person_id) if alias.kind != "nickname"]
        if others and draw.happens("other-name"):
            other = draw.pick(others)
            given, family = other.given_name or given, other.family_name or family
        elif draw.happens("nickname"):
            own = [alias for alias in self.aliases(person.person_id) if alias.kind == "nickname"]
            given = (own[0].given_name if own else slips.nickname(given, draw)) or given
        if draw.happens("spelling-slip"):
            if draw.random.random() < 0.5:
                given = slips.misspelt(given, draw)
            else:
                family = slips.misspelt(family, draw)
        if draw.happens("swapped-names"):
            given, family = family, given
        middle = "" if draw.happens("middle-name-left-out") else person.middle_name or ""
        return given, middle, family


def _birth(person: Any, draw: Draw) -> dt.date | None:
    born = person.birth_date
    born = born.date() if isinstance(born, dt.datetime) else born
    if draw.happens("birth-missing"):
        return None
    if draw.happens("first-of-january"):
        return slips.first_of_january(born)
    if draw.happens("day-month-swapped"):
        return slips.day_and_month_swapped(born)
    if draw.happens("birth-slip"):
        return slips.year_slipped(born, draw)
    return born if isinstance(born, dt.date) else None


def _ethnicity(person: Any, draw: Draw) -> str:
    if draw.happens("ethnicity-missing"):
        return MISSING
    if draw.happens("ethnicity-unknown"):
        return UNKNOWN
    return REFUSED if draw.happens("ethnicity-refused") else str(person.ethnic_group)


def _age(born: dt.date, on: dt.datetime) -> int:
    """Completed years on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
