"""Two mentions attribute by attribute, in words: what was given, what was left empty, what has no place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from joinedup.hub.same.ages import fit_one_birth
from joinedup.hub.templatetags.hub_words import day
from joinedup.records.tokens import SCHEME
from joinedup.release.comparing import Happened, Side
from joinedup.release.watch_lists import detail_names

ATTRIBUTES = (
    "title",
    "full_name",
    "given_name",
    "middle_names",
    "family_name",
    "alias",
    "birth_date",
    "age",
    "sex",
    "ethnicity",
    "address",
    "postcode",
    "uprn",
    "phone",
    "email",
)
_IDENTIFIER = "identifiers."
_TOKENS = _IDENTIFIER + SCHEME  # nobody can read them
_WHOLE = "full_name"
_PUNCTUATED = {_WHOLE, "given_name", "middle_names", "family_name", "alias", "address"}
_CODES = {"postcode", "uprn", "phone"}
"""Of these, as of identifiers, spaces tell nothing."""


@dataclass(frozen=True)
class Cell:
    """What one record says. ``state``: ``given``, ``empty`` or ``no-place``: its feed does not ask for it."""

    state: str
    words: str
    note: str = ""


@dataclass(frozen=True)
class Row:
    """One attribute of both records. ``state``: ``alike``, ``fits`` (not the same, and of one person all the
    same), ``differs`` or ``one-sided``; ``note`` says what a reader has to know of it."""

    heading: str
    left: Cell
    right: Cell
    state: str
    note: str = ""


def rows_of(left: Side, right: Side) -> list[Row]:
    """A row for each attribute for which either feed has a place."""
    return [_row(name, heading, left, right) for name, heading in _named(left, right)]


def details_of(side: Side) -> list[tuple[str, Cell]]:
    """The heading and the words of each attribute for which one record's feed has a place."""
    return [(heading, _cell(name, side)) for name, heading in _named(side)]


def _named(*sides: Side) -> list[tuple[str, str]]:
    """Each attribute for which any of these feeds has a place, and its heading."""
    there = {_plain(name) for side in sides for name in side.carried}
    schemes = sorted(name for name in there if name.startswith(_IDENTIFIER) and name != _TOKENS)
    names = [*(one for one in ATTRIBUTES if one in there), *schemes]
    return list(zip(names, detail_names([f"person.{name}" for name in names]), strict=True))


def when(happened: Happened) -> str:
    """``3 May 2025, 09:30``, or from the one day to the other; a dash where no day is known."""
    if happened.last is not None and happened.last != happened.first:
        return _("{first} to {last}").format(first=day(happened.first), last=day(happened.last))
    return day(happened.first) + (f", {happened.time:%H:%M}" if happened.time else "")


def _row(name: str, heading: str, left: Side, right: Side) -> Row:
    cells = _cell(name, left), _cell(name, right)
    if not all(one.state == "given" for one in cells):
        return Row(heading, *cells, "one-sided")
    state = _compare(name, left, right)
    return Row(heading, *cells, state, _noted(name, state, left, right))


def _noted(name: str, state: str, left: Side, right: Side) -> str:
    """What a reader has to know of how two values compare."""
    if name == "birth_date" and state != "differs" and any(_is_first_of_year(side) for side in (left, right)):
        return _("1 January is often written for an unknown day")
    if state == "fits":
        return _("one birth gives both, each on its record's day")
    if name == "age" and state == "differs" and fit_one_birth(left, right) is False:
        return _("no one birth gives both, if each is of its record's day")
    return ""


def _compare(name: str, left: Side, right: Side) -> str:
    """The state of two values that are both given."""
    if name == "age" and (fits := fit_one_birth(left, right)) is not None:
        return "differs" if not fits else "alike" if _are_alike(name, left, right) else "fits"
    if name == "birth_date" and _may_be_one_day(left, right):
        return "one-sided"
    return "alike" if _are_alike(name, left, right) else "differs"


def _are_alike(name: str, left: Side, right: Side) -> bool:
    """Whether two values say the same; of a name in one cell and one in several, whether one has all words of
    the other."""
    if name == _WHOLE and not all(name in side.carried for side in (left, right)):
        one, other = (set(_words(name, side)) for side in (left, right))
        return one <= other or other <= one
    return _compared(name, left) == _compared(name, right)


def _may_be_one_day(left: Side, right: Side) -> bool:
    """Whether of two births of one year one is on 1 January, which stands for a day that nobody knows."""
    days = [side.said.get("birth_date") for side in (left, right)]
    known = [one for one in days if isinstance(one, dt.date)]
    if len(known) < 2 or known[0].year != known[1].year:
        return False
    return known[0] != known[1] and any(_is_first_of_year(side) for side in (left, right))


def _is_first_of_year(side: Side) -> bool:
    born = side.said.get("birth_date")
    return isinstance(born, dt.date) and (born.month, born.day) == (1, 1)


def _cell(name: str, side: Side) -> Cell:
    words, note = _WRITTEN.get(name, _plainly(name))(side)
    if words:
        return Cell("given", words, note)
    if name in {_plain(one) for one in side.carried}:
        return Cell("empty", _("left empty"))
    return Cell("no-place", _("not asked by this feed"))


def _plain(name: str) -> str:
    return "birth_date" if name == "birth_date_given" else name


def _plainly(name: str) -> Callable[[Side], tuple[str, str]]:
    return lambda side: (str(side.said.get(name) or ""), "")


def _born(side: Side) -> tuple[str, str]:
    """A birth date as its owner wrote it, and how that was read."""
    read, given = side.said.get("birth_date"), str(side.said.get("birth_date_given") or "")
    if not isinstance(read, dt.date):
        return given, _("this is no date that can be") if given else ""
    if given in {"", read.isoformat()}:
        return day(read), ""
    return given, _("read as {day}").format(day=day(read))


def _whole_name(side: Side) -> tuple[str, str]:
    """A name as it stands in one cell, or put together of its parts where the feed has no such cell."""
    words = str(side.said.get(_WHOLE) or "")
    if words or _WHOLE in side.carried:
        return words, ""
    parts = [str(side.said.get(one) or "") for one in ("given_name", "middle_names", "family_name")]
    together = " ".join(one for one in parts if one)
    return together, _("from its parts") if together else ""


def _words(name: str, side: Side) -> list[str]:
    """The words of a value without capitals; in names and addresses commas and full stops tell nothing."""
    words = _cell(name, side).words.casefold()
    return (re.sub(r"[.,]+", " ", words) if name in _PUNCTUATED else words).split()


def _compared(name: str, side: Side) -> object:
    """What two values are compared by: a date as a date, words without capitals and double spaces."""
    if name == "birth_date" and isinstance(side.said.get(name), dt.date):
        return side.said[name]
    words = _words(name, side)
    return ("" if name in _CODES or name.startswith(_IDENTIFIER) else " ").join(words)


_WRITTEN: dict[str, Callable[[Side], tuple[str, str]]] = {"birth_date": _born, _WHOLE: _whole_name}
