"""How a name or a date goes wrong when somebody writes it down."""

from __future__ import annotations

import csv
import datetime as dt
import functools
import gzip
import re
from collections import defaultdict
from pathlib import Path

from joinedup.demo.exports.mess import Draw

_NICKNAMES = Path(__file__).parents[1] / "data" / "reference" / "nicknames.csv.gz"
# Keys beside each other, and letters that sound alike.
_KEYS = (
    "a-eso b-vp c-ks d-st e-ai f-gv g-hj h-gn i-ey j-gh k-cl l-kr m-n "
    "n-m o-aup p-bo q-k r-te s-zc t-dr u-oi v-fb w-e x-z y-iu z-sx"
)
_NEAR = {part[0]: part[2:] for part in re.split(" ", _KEYS)}


def misspelt(name: str, draw: Draw) -> str:
    """The name with one letter doubled, dropped, exchanged with the next, or mistyped; never its first."""
    if len(name) < 3:
        return name + name[-1:]
    at = draw.random.randrange(1, len(name) - 1)
    letter = name[at]
    way = draw.random.randrange(4)
    if way == 0:
        return name[:at] + letter + name[at:]
    if way == 1:
        return name[:at] + name[at + 1 :]
    if way == 2 and letter != name[at + 1]:
        return name[:at] + name[at + 1] + letter + name[at + 2 :]
    return name[:at] + draw.pick(_NEAR.get(letter.lower(), "e")) + name[at + 1 :]


@functools.cache
def _nicknames() -> dict[str, tuple[str, ...]]:
    known: dict[str, list[str]] = defaultdict(list)
    with gzip.open(_NICKNAMES, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["relationship"] == "has_nickname":
                known[row["name1"]].append(row["name2"])
    return {name: tuple(short) for name, short in known.items()}


def nickname(given: str, draw: Draw) -> str | None:
    """What they call somebody of this name, None where no nickname is known."""
    known = _nicknames().get(given.lower())
    return draw.pick(known).capitalize() if known else None


def first_of_january(birth: dt.date) -> dt.date:
    """The year is right."""
    return dt.date(birth.year, 1, 1)


def day_and_month_swapped(birth: dt.date) -> dt.date:
    """5 March becomes 3 May; a day that cannot be a month stays."""
    return dt.date(birth.year, birth.day, birth.month) if birth.day <= 12 else birth


def year_slipped(birth: dt.date, draw: Draw) -> dt.date:
    """One year or ten years out."""
    year = birth.year + draw.pick((-10, -1, 1, 10))
    return dt.date(year, birth.month, min(birth.day, 28))
