"""What a measure of proven reoffending states: whom it follows, from when, how long, and what proves it.

Every part in which published measures differ is a field, so that any two can be set side by side and a bridge
says what each part moves. Frozen, checked when they are built; nothing here reads anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from joinedup.measures.linked.definitions import Definition, Records
from joinedup.measures.repeats.definitions import Clock, Window

if TYPE_CHECKING:
    from joinedup.measures.repeats.definitions import Words


class Ages(StrEnum):
    """Who is followed, by their age on the day of entry (told by the month in which they come of age)."""

    ALL = "all"
    ADULTS = "18-and-over"
    YOUNG = "10-to-17"


class Lives(StrEnum):
    """Where those who are followed live, by the home that the record of their entry tells."""

    ANYWHERE = "anywhere"
    PARTNERSHIP = "in-the-partnership"


class Once(StrEnum):
    """How often one person is counted."""

    PERIOD = "once-in-the-period"  # at the first entry
    ENTRY = "at-each-entry"  # on different days: in each snapshot of a caseload


class Counts(StrEnum):
    """What is a reoffence."""

    OFFENCES = "offences"
    OCCASIONS = "occasions"  # days on which one or more offences were proven


class Taken(StrEnum):
    """At which entries of the period somebody begins to be followed."""

    EVENTS = "each-event"
    FIRST_SNAPSHOT = "first-snapshot"  # of a caseload as it stood on a day: the first of the period
    QUARTERLY_SNAPSHOTS = "quarterly-snapshots"  # those of March, June, September and December


@dataclass(frozen=True)
class Index:
    """One way into the cohort: records, and the day of entry (``on``: a field that has it, else the record's
    own). ``unless``: no entry on a day of which one of these records of the same person is."""

    name: str
    title: Words = field(compare=False)
    records: Records
    on: str = ""
    unless: Records | None = None


@dataclass(frozen=True)
class Proof:
    """Records that prove an offence. ``proven``: the field with the day of the proof, else the record's own;
    ``offended``: the field with the day of the offence, ``day`` for the record's own.

    Where nothing tells the day of the offence, the day of the proof stands for it. ``by_incident``: it is the
    incident, told apart, that has one of these days.
    """

    records: Records
    proven: str = ""
    offended: str = ""
    by_incident: bool = False


@dataclass(frozen=True)
class Cohort:
    """Whom a measure follows: the ways in, and which entries are taken."""

    name: str
    title: Words = field(compare=False)
    ways: tuple[Index, ...]
    taken: Taken = Taken.EVENTS


@dataclass(frozen=True)
class ProofRule:
    """What proves an offence: records of all these kinds."""

    name: str
    title: Words = field(compare=False)
    proofs: tuple[Proof, ...]


@dataclass(frozen=True)
class Reoffending(Definition):
    """One measure of proven reoffending.

    Somebody enters on a day. The clock starts ``starts_after`` months later; a reoffence is an offence of the
    ``follow_up`` months after that day (the day itself is not in it, the same day so many months on is) that
    is proven by so many months (``wait``) after them at the latest. ``baseline``: so many months before
    the clock's start begins a time as long, with which it is compared (0: none). ``cohort_months``: how long
    the period of entry of the published measure is; 0: any.
    """

    records: tuple[Records, ...] = field(init=False)
    window: Window = field(init=False)
    cohort: Cohort = field(kw_only=True)
    once: Once = field(default=Once.PERIOD, kw_only=True)
    ages: Ages = field(default=Ages.ALL, kw_only=True)
    lives: Lives = field(default=Lives.ANYWHERE, kw_only=True)
    starts_after: int = field(default=0, kw_only=True)
    follow_up: int = field(default=12, kw_only=True)
    wait: int = field(default=6, kw_only=True)
    proof: ProofRule = field(kw_only=True)
    counts: Counts = field(default=Counts.OFFENCES, kw_only=True)
    baseline: int = field(default=0, kw_only=True)
    cohort_months: int = field(default=0, kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "records", tuple(dict.fromkeys(one.records for one in self.cohort.ways)))
        object.__setattr__(self, "window", Window(Clock.AFTER_FIRST, max(self.clock_months, 1)))
        super().__post_init__()
        if min(self.starts_after, self.wait, self.cohort_months, self.baseline) < 0 or self.follow_up < 1:
            raise self._wrong("A follow-up lasts a month at least, and no other time is negative")
        if not self.proof.proofs:
            raise self._wrong("The measure names what proves an offence")
        if 0 < self.baseline < self.follow_up:
            raise self._wrong("The time before, with which it is compared, is over when the clock starts")

    @property
    def clock_months(self) -> int:
        """Months from an entry until everything of it can be known."""
        return self.starts_after + self.follow_up + self.wait

    @property
    def beside(self) -> tuple[Records, ...]:
        """What proves an offence."""
        kept_out = [one.unless for one in self.cohort.ways if one.unless]
        return tuple(dict.fromkeys([*(one.records for one in self.proof.proofs), *kept_out]))

    @property
    def needed(self) -> frozenset[str]:
        """Every source of proof: without one of them too few would be found to reoffend."""
        return frozenset(one.records.source for one in self.proof.proofs)


@dataclass(frozen=True)
class ByNeed(Reoffending):
    """A measure with the assessments that say what its people need."""

    needs: Records = field(kw_only=True)

    @classmethod
    def of(cls, measure: Reoffending, needs: Records) -> ByNeed:
        """The same measure, by need."""
        own = {one.name: getattr(measure, one.name) for one in fields(measure) if one.init}
        return cls(**own, needs=needs)

    @property
    def beside(self) -> tuple[Records, ...]:
        """What proves an offence, and the assessments."""
        return (*super().beside, self.needs)

    @property
    def needed(self) -> frozenset[str]:
        """Every source of proof, and that of the assessments."""
        return super().needed | {self.needs.source}


PARTS = ("cohort", "once", "ages", "lives", "starts_after", "follow_up", "wait", "proof", "counts")
"""The parts in which two measures may differ, in the order in which a bridge changes them."""


def differing(one: Reoffending, other: Reoffending) -> tuple[str, ...]:
    """The parts in which two measures differ, in the order of ``PARTS``."""
    return tuple(part for part in PARTS if getattr(one, part) != getattr(other, part))


def alike(one: Reoffending, other: Reoffending) -> bool:
    """Whether their figures may stand on one line: no part differs, whatever they are called."""
    return not differing(one, other)


def together(measures: Sequence[Reoffending]) -> Reoffending:
    """A measure that reads all that these read, and waits as long as the one that waits longest."""
    first = measures[0]
    ways = tuple(dict.fromkeys(way for one in measures for way in one.cohort.ways))
    proofs = tuple(dict.fromkeys(proof for one in measures for proof in one.proof.proofs))
    longest = max(measures, key=lambda one: one.clock_months)
    return replace(
        first,
        cohort=replace(first.cohort, ways=ways),
        proof=replace(first.proof, proofs=proofs),
        starts_after=longest.starts_after,
        follow_up=longest.follow_up,
        wait=longest.wait,
        baseline=0,
    )
