"""What an exporter reads and what it leaves behind: the truth's tables, and one file for each sending."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import namedtuple
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from joinedup.terms import LONDON, Period

NOON = dt.time(12)


@dataclass(frozen=True)
class Named:
    """Somebody whom a row may name: role and number as the feed's contract has them, and who it is.

    ``person_id`` is the truth's; None where nobody knows.
    """

    role: str
    person_id: int | None
    ordinal: int = 1


@dataclass(frozen=True)
class ExportedFile:
    """One file as an agency sent it: its feed, where it lies, when it came (aware, UTC).

    ``period`` are the months that it may tell of: its own, or, where it brings changes, all up to its own.
    ``naming`` are the rows that may name somebody, until who is who was written down.
    """

    feed: str
    path: Path
    received_at: dt.datetime
    period: Period
    naming: Sequence[tuple[Sequence[object], Sequence[Named]]] = field(default=(), compare=False, repr=False)


class Truth(Protocol):
    """The tables of the simulation (``person``, ``event``, ``part``, …), each a data frame."""

    def __getattr__(self, name: str) -> Any:
        """The table of this name."""


def rows(frame: Any, order: Sequence[str] = ()) -> list[Any]:
    """A data frame as named tuples, sorted by ``order``; whatever it holds for "nothing" becomes None."""
    if order:
        frame = frame.sort_values(list(order), kind="stable")
    names = list(frame.columns)
    row = namedtuple("row", names)  # type: ignore[misc]
    return [row(*cells) for cells in zip(*(_plain(frame[name]) for name in names), strict=True)]


def _plain(column: Any) -> list[Any]:
    """The column's values as Python's own types."""
    if column.dtype.kind == "M":
        moments: list[Any] = column.to_numpy().astype("datetime64[s]").astype(object).tolist()
        return moments
    there = column.notna().tolist()
    return [value if given else None for value, given in zip(column.tolist(), there, strict=True)]


def receipt_time(month: Period, days: int) -> dt.datetime:
    """Noon in London so many days after the month's end, or on the next working day."""
    day = month.last + dt.timedelta(days=days)
    while day.weekday() >= 5:
        day += dt.timedelta(days=1)
    return dt.datetime.combine(day, NOON, tzinfo=LONDON).astimezone(dt.UTC)


def month_of(moment: dt.datetime | dt.date) -> dt.date:
    """The first day of the month."""
    return dt.date(moment.year, moment.month, 1)


def number(scheme: str, true_id: int, digits: int = 9) -> str:
    """An agency's own number for something: other agencies have other numbers, and none can be undone by eye.

    One to one for ids below 10 to the power of ``digits`` (a product with a number prime to 10, shifted).
    """
    key = int.from_bytes(hashlib.blake2b(scheme.encode(), digest_size=8).digest())
    size = 10**digits
    factor = key % size // 10 * 10 + 7
    return str((true_id * factor + key // size) % size).zfill(digits)
