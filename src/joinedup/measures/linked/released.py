"""What a definition of released prisoners states: whom it follows, what may happen to them, and by when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from joinedup.measures.linked.definitions import Definition, Records
from joinedup.measures.repeats.definitions import Clock

if TYPE_CHECKING:
    from joinedup.measures.repeats.definitions import Words


@dataclass(frozen=True)
class Seen:
    """Records in which something is seen. ``on``: the field with its day, else the record's own;
    ``known_on``: the field with the day on which it was proven; the record's own where there is no such
    field, or nothing in it. ``ends``: it is a spell, until the day of this field, and is seen from the
    release on if it is open then."""

    records: Records
    on: str = ""
    known_on: str = ""
    ends: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that tell its days, and which spell it is."""
        told = (self.on, self.known_on, self.ends, "case_ref" if self.ends else "")
        return tuple(one for one in told if one)


@dataclass(frozen=True)
class Outcome:
    """Something that may happen after a release, and where it is seen: in all of these records, else it is
    not told.

    ``wait``: what happened counts if it is proven within so many months, the same for each (0: no proof is
    waited for). ``at_liberty``: only who is at liberty can do it, so the share is also told of them.
    """

    name: str
    title: Words = field(compare=False)
    seen: tuple[Seen, ...]
    wait: int = 0
    at_liberty: bool = False


@dataclass(frozen=True)
class Bands:
    """A number of ``field`` in bands: each with its name and the number from which it counts, ascending."""

    field: str
    each: tuple[tuple[str, int], ...]

    def name_of(self, number: float) -> str:
        """The band of a number; empty below the first."""
        return next((name for name, least in reversed(self.each) if number >= least), "")


@dataclass(frozen=True)
class AfterRelease(Definition):
    """People released (``records``) in the period, each once, from their first release in it: how many there
    are by ``place`` and by length of sentence, how many another record knows, and the share to whom each
    outcome happens within so many months.

    Death and ``custody`` end what can happen to them (custody is told itself, until death); the end of what
    feeds have told loses them from sight. ``lengths`` are bands of the sentence.
    """

    place: str = field(kw_only=True)
    lengths: Bands = field(kw_only=True)
    months: tuple[int, ...] = field(kw_only=True)
    custody: Outcome = field(kw_only=True)
    deaths: tuple[Seen, ...] = field(default=(), kw_only=True)
    outcomes: tuple[Outcome, ...] = field(kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if list(self.months) != sorted(set(self.months)) or not self.months or self.months[0] < 1:
            raise self._wrong("Who is released is followed for some months, the fewest first")
        if self.window.clock is not Clock.AFTER_FIRST or self.window.months != self.months[-1]:
            raise self._wrong("The window of who is released is the longest time for which they are followed")
        if not self.outcomes or not self.place:
            raise self._wrong("What may happen after a release is told, and by what people are parted")

    @property
    def beside(self) -> tuple[Records, ...]:
        """What ends liberty or life, and every outcome's records."""
        told = [*_records((self.custody, *self.outcomes)), *(one.records for one in self.deaths)]
        return tuple(dict.fromkeys(told))

    @property
    def needed(self) -> frozenset[str]:
        """Who is released and who is sentenced: without the second nobody knows who is at liberty."""
        return frozenset(one.source for one in (*self.records, self.custody.seen[0].records))


def _records(outcomes: Iterable[Outcome]) -> Iterator[Records]:
    return (seen.records for outcome in outcomes for seen in outcome.seen)
