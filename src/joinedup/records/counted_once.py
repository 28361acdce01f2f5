"""Which deliveries still tell of their period, so that whoever counts rows counts each of them once.

A later whole file tells of all rows of its period anew: what came for that period before, whole or added, is
told again in it. Rows that were refused and come again, mended or let in, are no new rows: they were counted
where they were refused first.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from joinedup.records.definitions import DeliveryRow
from joinedup.terms import DeliveryMode, Every

_RETURNED = re.compile(r"([a-z]+(?:-[a-z]+)*)-rows-of-delivery-([1-9][0-9]*)-[0-9a-f]+\.csv")


@dataclass(frozen=True)
class Telling:
    """A delivery that still tells of its period.

    ``in_part``: a later whole file told some of its months anew, and the ledger does not count its rows by
    month. ``home``: the delivery in which its rows were refused first, if that still tells too.
    """

    delivery: DeliveryRow
    in_part: bool
    home: int | None = None

    @property
    def came(self) -> int:
        """The rows that came with it for the first time."""
        return 0 if self.home is not None else self.delivery.rows_in

    @property
    def kept(self) -> int:
        """The rows of it that became records, or said again what one says."""
        return self.delivery.accepted + self.delivery.unchanged + self.delivery.revised

    @property
    def judged(self) -> int:
        """The rows of it that were kept or refused, for the first time.

        Of rows that came again, those that a rule then set aside are taken off: they were counted as refused.
        """
        if self.home is not None:
            return -sum(self.delivery.set_aside.values())
        return self.kept + self.delivery.quarantined


def still_telling(deliveries: Iterable[DeliveryRow]) -> list[Telling]:
    """The standing deliveries with a period of which not every month was told anew, in the ledger's order."""
    by_feed: dict[str, list[DeliveryRow]] = defaultdict(list)
    for row in sorted(deliveries, key=lambda row: row.number):
        if row.state == "standing" and row.period is not None:
            by_feed[row.feed].append(row)
    told = [one for rows in by_feed.values() for one in _of_feed(rows)]
    there = {one.delivery.number for one in told}
    return [
        replace(one, home=home) if (home := home_of(one.delivery)) in there else one
        for one in sorted(told, key=lambda one: one.delivery.number)
    ]


def _of_feed(rows: list[DeliveryRow]) -> list[Telling]:
    told_anew: set[dt.date] = set()
    found = []
    for row in reversed(rows):
        months = {month.start for month in row.period.each(Every.MONTH)} if row.period else set()
        if months - told_anew:
            found.append(Telling(row, in_part=not months.isdisjoint(told_anew)))
        if row.mode is DeliveryMode.SNAPSHOT:
            told_anew |= months
    return found


def returned_name(how: str, home: int, token: str) -> str:
    """The file name, in the ledger, of a delivery that brings refused rows of ``home`` again."""
    return f"{how}-rows-of-delivery-{home}-{token}.csv"


def returned_note(rows: int, how: str, home: int) -> str:
    """The first of its notes; ``how`` is mended or released."""
    return f"{rows:,} rows of delivery {home}, {how}"


def home_of(row: DeliveryRow) -> int | None:
    """The delivery whose refused rows this one brings again; None where it brings rows of its own.

    Its name alone does not tell: a partner's file may have any. The note is the house's own.
    """
    named = _RETURNED.fullmatch(row.file_name)
    if named is None or row.mode is DeliveryMode.SNAPSHOT or not row.notes:
        return None
    how, home = named[1], int(named[2])
    own = row.notes[0].endswith(returned_note(0, how, home).removeprefix("0"))
    return home if own and home < row.number else None
