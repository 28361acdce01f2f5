"""A naive record book: a list of what was delivered, replayed from its start whenever somebody asks.

What stands is what the deliveries that are not withdrawn say one after the other, as if nothing had ever been
taken back; without the records that are taken back, and without those that were erased.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from joinedup.terms import DeliveryMode, Period

APRIL, MAY, BOTH = Period.parse("2024-04"), Period.parse("2024-05"), Period.parse("2024-04..2024-05")
JULY = dt.date(2024, 7, 1)
MONTHS = (APRIL.start, MAY.start, JULY)
Rows = dict[str, tuple[str, dt.date]]  # key -> content, month


@dataclass(frozen=True)
class Deliver:
    """A file. ``refused``: records whose rows cannot be read. ``adds``: joins what stands for its period."""

    mode: DeliveryMode
    period: Period
    rows: Rows
    refused: tuple[str, ...] = ()
    adds: bool = False

    @property
    def whole(self) -> bool:
        """Whether what is absent from the file is gone."""
        return self.mode is DeliveryMode.SNAPSHOT


@dataclass(frozen=True)
class Version:
    key: str
    content: str
    month: dt.date
    brought_by: int
    period: Period


@dataclass
class Delivered:
    """A file as the list keeps it; or, with ``takes``, a taking back of these records."""

    number: int
    since: int
    file: Deliver | None
    takes: frozenset[str] = frozenset()
    withdrawn: int | None = None


@dataclass
class NaiveBook:
    """Time is the number of the act. Nothing is ever taken off the list."""

    listed: list[Delivered] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)
    stood: dict[int, list[Version]] = field(default_factory=dict)
    now: int = 0

    def deliver(self, file: Deliver) -> Counter[str]:
        """What becomes of a file's rows."""
        held = self.taken()
        free = {key: said for key, said in file.rows.items() if key not in held | self.erased}
        refused = tuple(key for key in file.refused if key not in self.erased)
        heard = Deliver(file.mode, file.period, free, refused, file.adds)
        _, counts = hear(self.standing(), heard, number=len(self.listed) + 1)
        gone = sum(key in self.erased for key in [*file.rows, *file.refused])
        counts.update(quarantined=len(refused), erased=gone, aside=len(held.intersection(file.rows)))
        self._list(file)
        return counts

    def take_back(self, keys: Iterable[str]) -> bool:
        """Take records back; whether all of them stood, without which nothing happens."""
        if not set(keys) <= {version.key for version in self.standing()}:
            return False
        self._list(None, frozenset(keys))
        return True

    def withdraw(self, one: Delivered) -> bool:
        """Withdraw a delivery; whether no later file that was compared with it stands in the way."""
        if one.file and any(_concern_each_other(one.file, later.file) for later in self.files(one.number)):
            return False
        self.now += 1
        one.withdrawn = self.now
        self.stood[self.now] = self.standing()
        return True

    def erase(self, key: str) -> bool:
        """Erase a record for all times; whether there was any."""
        if key in self.erased or not any(one.file and key in one.file.rows for one in self.listed):
            return False
        self.erased.add(key)
        return True

    def repeats(self, file: Deliver) -> bool:
        """Whether the last file that stands and meets the period is this one."""
        met = [one.file for one in self.files() if one.file and meet(one.file.period, file.period)]
        return bool(met) and met[-1] == file

    def files(self, after: int = 0) -> list[Delivered]:
        """The files that stand, in order."""
        return [one for one in self.listed if one.file and not one.withdrawn and one.number > after]

    def takings(self) -> list[Delivered]:
        """The takings back that stand."""
        return [one for one in self.listed if one.takes and not one.withdrawn]

    def taken(self) -> frozenset[str]:
        """The records that are taken back, but for those that were erased."""
        return frozenset(key for one in self.takings() for key in one.takes) - self.erased

    def standing(self) -> list[Version]:
        """What stands now, by a replay of everything."""
        stood: list[Version] = []
        for one in self.files():
            assert one.file is not None
            stood, _ = hear(stood, one.file, one.number)
        held = self.taken() | self.erased
        return [version for version in stood if version.key not in held]

    def known(self, at: int) -> list[Version]:
        """What stood at a time, without what was erased since."""
        return [version for version in self.stood[at] if version.key not in self.erased]

    def covered(self, at: int) -> set[dt.date]:
        """The months that files said something of, as known at a time."""
        there = [one.file for one in self.listed if one.since <= at < (one.withdrawn or at + 1)]
        return {m for file in there if file for m in MONTHS if file.period.start <= m < file.period.end}

    def _list(self, file: Deliver | None, takes: frozenset[str] = frozenset()) -> None:
        self.now += 1
        self.listed.append(Delivered(len(self.listed) + 1, self.now, file, takes))
        self.stood[self.now] = self.standing()


def hear(stood: list[Version], file: Deliver, number: int) -> tuple[list[Version], Counter[str]]:
    """What stands after a file, and how many rows of it were new, changed or known already."""
    counts = Counter(accepted=0, unchanged=0, revised=0, withdrawn=0)
    after = list(stood)
    concerned = sorted((one for one in stood if applies(one, file)), key=lambda one: one.brought_by)
    last = {version.key: version for version in concerned}
    for version in concerned:
        repeated = version is not last[version.key]
        absent = version.key not in file.rows or repeated
        if file.whole and absent and version.key not in file.refused:
            after.remove(version)
            counts["withdrawn"] += 1
    for key, (content, month) in file.rows.items():
        before = last.get(key)
        if before is not None and before.content == content:
            counts["unchanged"] += 1
            continue
        counts["accepted" if before is None else "revised"] += 1
        if before is not None:
            after.remove(before)
        after.append(Version(key, content, month, number, file.period))
    return after, counts


def applies(version: Version, file: Deliver) -> bool:
    """Whether a file says anything of a version, present or absent."""
    period = file.period
    if not file.whole and not file.adds:
        return True
    if period.start <= version.period.start and version.period.end <= period.end:
        return True
    return meet(version.period, period) and period.start <= version.month < period.end


def meet(one: Period, other: Period) -> bool:
    """Whether two periods have a day in common."""
    return one.start < other.end and one.end > other.start


def _concern_each_other(one: Deliver, other: Deliver | None) -> bool:
    assert other is not None
    return not (one.whole and other.whole) or meet(one.period, other.period)
