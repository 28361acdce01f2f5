"""How a service writes down its clients: once, in a record that it keeps, whatever happens afterwards."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from joinedup.demo.exports.exported import Truth, number
from joinedup.demo.exports.mess import Draw, Luck
from joinedup.demo.exports.people import People, Written

_NFA = "NFA"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # without I and O, which look like numbers
_ALIAS_KNOWN = 0.7  # of those who have another name: it stands in the record; the demonstration's own share
# Codes as 16+1 forms print them: a zero where others write the letter O.
_WITH_ZERO = {"O1": "01", "O9": "09"}
_WRITTEN_WITH_ZERO = 0.5


@dataclass(frozen=True)
class Client:
    """A person as one service keeps them. ``aliases`` stand in one cell, parted by semicolons."""

    person: Any
    written: Written
    aliases: str
    homeless: bool

    @property
    def surname(self) -> str:
        """In capitals, as case systems keep it."""
        return self.written.family.upper()

    @property
    def forenames(self) -> str:
        """First and middle names."""
        return " ".join(part for part in (self.written.given, self.written.middle) if part)

    @property
    def address(self) -> str:
        """In one cell; NFA for somebody of no fixed abode."""
        return self.written.address

    @property
    def crn(self) -> str:
        """Probation's case reference number."""
        return self.person.crn or ""

    @property
    def prison_number(self) -> str:
        """Everybody who was ever in prison has one; see ``prison_number``."""
        return prison_number(self.person.person_id)

    def born(self, pattern: str) -> str:
        """The birth date, where there is one."""
        return self.written.born.strftime(pattern) if self.written.born else ""

    def age(self) -> object:
        """Completed years, where there is a birth date."""
        return "" if self.written.born is None else self.written.age

    def died_by(self, day: dt.date) -> bool:
        """Whether they were dead on a day."""
        died = self.person.death_date
        return died is not None and died.date() <= day


class Clients:
    """Everybody in the truth, as one service writes them: the same slips in every file of its."""

    def __init__(self, truth: Truth, luck: Luck) -> None:
        self.people, self._luck = People(truth), luck

    def of(self, person_id: int, on: dt.date, role: str = "client") -> Client:
        """A client as the service's record stood on a day."""
        draw = self._luck.draw(role, person_id)
        written = self.people.written(person_id, dt.datetime.combine(on, dt.time.min), draw)
        homeless = draw.happens("no-fixed-abode")
        if homeless:
            written = replace(written, house=_NFA, street="", town="", postcode="", uprn="")
        return Client(
            self.people.person(person_id), written, self._aliases(written, person_id, draw), homeless
        )

    def _aliases(self, written: Written, person_id: int, draw: Draw) -> str:
        others = self.people.aliases(person_id) if draw.random.random() < _ALIAS_KNOWN else []
        return "; ".join(
            f"{(other.family_name or written.family).upper()}, {other.given_name or written.given}"
            for other in others
        )


def with_zero(code: str, draw: Draw) -> str:
    """``09`` for ``O9``, as some of a service's staff write it."""
    return _WITH_ZERO.get(code, code) if draw.random.random() < _WRITTEN_WITH_ZERO else code


def prison_number(person_id: int) -> str:
    """A letter, four digits and two letters: the shape of a prison number, with an invented one."""
    rest, digits = divmod(int(number("prison-number", person_id, 7)), 10_000)
    last, rest = rest % 24, rest // 24
    middle, first = rest % 24, rest // 24
    return f"{_LETTERS[first]}{digits:04d}{_LETTERS[middle]}{_LETTERS[last]}"
