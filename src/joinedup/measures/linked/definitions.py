"""What a definition of a figure of linked people states: who counts, by which records, when, beside whom.

Frozen definitions, checked when they are built; nothing here reads anything. Windows, anchors and units are
those of repeats.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from joinedup.errors import BadInput
from joinedup.measures.repeats.definitions import Anchor, Clock, Says, Unit, Window
from joinedup.terms import AreaLevel, RecordType, Sensitivity

if TYPE_CHECKING:
    from typing import TypeAlias

    from django.utils.functional import _StrPromise

    Words: TypeAlias = str | _StrPromise

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
ALL = "all"
"""The group of everybody, beside the groups that a definition cuts by."""


@dataclass(frozen=True)
class Records:
    """Records that count: of one statistical source and type, in which people play these roles.

    Only those that say all of ``says`` (a record, or the incident that it belongs to), and none of
    ``left_out``. A cancelled record never counts.
    """

    source: str
    record_type: RecordType
    roles: tuple[str, ...] = ()
    says: Says = ()
    left_out: Says = ()


@dataclass(frozen=True)
class Definition:
    """What every definition states. ``origin`` says where it is from; ``unit`` what is counted; ``anchor``
    which day a record is of; ``threshold`` how many of what the meaning says are enough. A restricted one is
    of one restricted feed, by that feed's own linkage."""

    name: str
    version: int
    title: Words
    meaning: Words
    origin: Words
    records: tuple[Records, ...]
    window: Window
    threshold: int = 1
    unit: Unit = Unit.PERSON
    anchor: Anchor = Anchor.OCCURRED
    caveats: tuple[Words, ...] = ()
    sensitivity: Sensitivity = Sensitivity.OFFICIAL

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise self._wrong("A definition's name is words in lower case joined by hyphens")
        if self.version < 1 or self.threshold < 1:
            raise self._wrong("A definition's version and threshold count from 1")
        if not self.records:
            raise self._wrong("A definition names the records that count")
        if self.sensitivity is Sensitivity.RESTRICTED and len(self.sources) > 1:
            raise self._wrong("A restricted definition is of one source")
        for name in ("title", "meaning", "origin"):
            words = getattr(self, name)  # a translated one is not read before Django is set up
            if isinstance(words, str) and not words.strip():
                raise self._wrong(f"The definition does not state its {name}")

    def _wrong(self, what: str) -> BadInput:
        return BadInput(what, where=f"definition {self.name}", next_step="Correct the definition")

    @property
    def beside(self) -> tuple[Records, ...]:
        """Records that are looked at beside those that count."""
        return ()

    @property
    def sources(self) -> frozenset[str]:
        """The statistical sources it reads."""
        return frozenset(one.source for one in (*self.records, *self.beside))

    @property
    def needed(self) -> frozenset[str]:
        """The sources without any of which there is no answer: one of each of these."""
        return frozenset()

    @property
    def counts_people(self) -> bool:
        """Whether a linkage is needed."""
        return self.unit is not Unit.PLACE


@dataclass(frozen=True)
class Sign:
    """A sign that somebody may be vulnerable, as a feed has it: a record that says so, of them.

    ``younger_than``: only those whose record has a lower age. It is what somebody wrote down for another
    reason, never a finding.
    """

    name: str
    title: Words
    records: Records
    younger_than: int | None = None


@dataclass(frozen=True)
class SeveralAgencies(Definition):
    """People with a sign of vulnerability who are in the records of ``threshold`` agencies or more within
    one window."""

    signs: tuple[Sign, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.window.clock is not Clock.ROLLING or self.threshold < 2 or not self.signs:
            raise self._wrong("Several agencies are two or more, within some months, of people with a sign")

    @property
    def beside(self) -> tuple[Records, ...]:
        """The records that carry the signs."""
        return tuple(one.records for one in self.signs)


@dataclass(frozen=True)
class AgainByFirst(Definition):
    """Of the people who did (or suffered) something in the period, who comes again within the months after
    their first, by what the first was (the field ``group``)."""

    group: str = "crime_type"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.window.clock is not Clock.AFTER_FIRST:
            raise self._wrong("Who comes again is followed from the first, for each as long")


class Home(StrEnum):
    """How it is known where somebody lives."""

    LOCATED = "located"  # the point of their postcode
    SAID = "said"  # what the record says: in the area of its owner, or not


@dataclass(frozen=True)
class FromElsewhere(Definition):
    """How many of the people live outside the district, and the partnership, of what they did."""

    home: Home = Home.LOCATED
    group: str = ""


@dataclass(frozen=True)
class Travelled(Definition):
    """How far it is, in a straight line, from home to where it happened: median and quartiles."""

    group: str = "crime_type"


@dataclass(frozen=True)
class AroundPlace(Definition):
    """How much happens within some distances (metres) of a named place, beside a ring around them.

    ``ring`` has its inner and outer distance. With a day from which the place is as it is now, as many months
    before it are counted as after.
    """

    distances: tuple[int, ...] = ()
    ring: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.unit is not Unit.PLACE or list(self.distances) != sorted(set(self.distances)):
            raise self._wrong("Around a place are distances, the nearest first")
        if not self.distances or not self.distances[-1] <= self.ring[0] < self.ring[1]:
            raise self._wrong("The ring begins where the farthest distance ends")


@dataclass(frozen=True)
class DuringStays(Definition):
    """What people are suspected of while they stay in a place (``records``: their stays), and so many months
    (the window) after they left."""

    events: tuple[Records, ...] = ()
    group: str = "crime_type"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.events:
            raise self._wrong("What people do during a stay is in records of its own")

    @property
    def beside(self) -> tuple[Records, ...]:
        """The records of what they are suspected of."""
        return self.events

    @property
    def needed(self) -> frozenset[str]:
        """Both the stays and what happens."""
        return self.sources


@dataclass(frozen=True)
class BeforeAfter(Definition):
    """Proven offences (``events``) of the people who come onto a caseload on the day of the field ``on``, in
    as many months (the window) before as from that day, if proven by ``wait`` months after; for each month
    out of custody, which ``releases`` end. Beside people who were not on it by that day and had as many."""

    events: tuple[Records, ...] = ()
    releases: tuple[Records, ...] = ()
    on: str = ""
    wait: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.window.clock is not Clock.AFTER_FIRST or not self.events or not self.on or self.wait < 0:
            raise self._wrong("Before and after are so many months on either side of a day, of told offences")

    @property
    def beside(self) -> tuple[Records, ...]:
        """The offences, and what ends custody."""
        return (*self.events, *self.releases)

    @property
    def needed(self) -> frozenset[str]:
        """The caseload and the offences."""
        return frozenset(one.source for one in (*self.records, *self.events))


@dataclass(frozen=True)
class Group:
    """A group of people: how the records' codes of it begin (in lower case), and what the table of residents
    calls it."""

    name: str
    codes: tuple[str, ...]
    residents: str


@dataclass(frozen=True)
class ByGroup(Definition):
    """People whom the records name in the period, each once, by the group that most of their records tell in
    ``field``, for the residents of the group; beside the group ``reference``, over all and within the areas
    of ``level`` in which they live."""

    field: str = ""
    groups: tuple[Group, ...] = ()
    reference: str = ""
    breakdown: str = ""
    level: AreaLevel = AreaLevel.WARD

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.reference not in {one.name for one in self.groups} or not self.field or not self.breakdown:
            raise self._wrong("Groups are told by a field, beside one of them, for residents by a breakdown")


@dataclass(frozen=True)
class OnCaseload(Definition):
    """People with a spell (``records``) that is open on some day of the period, each once; those with a spell
    of each value of ``kind``; the shares of each value of ``shares``, of whom it is told, and of whom is not
    of age when the period begins; and how many of those in need they are, where the partnership has an
    estimate. ``by_case``: each case once, where nobody may link; then nothing is known of ages."""

    kind: str = ""
    shares: tuple[str, ...] = ()
    by_case: bool = False

    @property
    def counts_people(self) -> bool:
        """Cases need no linkage."""
        return not self.by_case

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.window.clock is not Clock.PERIOD or not self.kind:
            raise self._wrong("A caseload is counted in a period, by a kind of spell")


@dataclass(frozen=True)
class FirstEntrants(Definition):
    """Young people whom the records name as entering for the first time, at these ages (both included), for
    100,000 residents of the ages; and how many of them ``earlier`` records know already."""

    ages: tuple[int, int] = (10, 17)
    earlier: tuple[Records, ...] = ()

    @property
    def beside(self) -> tuple[Records, ...]:
        """The records in which one may have been before."""
        return self.earlier

    @property
    def needed(self) -> frozenset[str]:
        """The service's own records."""
        return frozenset(one.source for one in self.records)


@dataclass(frozen=True)
class ComesOfAge(Definition):
    """Young people with a spell (``records``) when they come of age in the period: who has an adult service's
    spell (``to``) from ``before`` months before to so many months (the window) after, who stays with the
    youth service, and who is in neither."""

    to: tuple[Records, ...] = ()
    before: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.to or self.window.clock is not Clock.AFTER_FIRST:
            raise self._wrong("Whoever comes of age is followed so many months to another service's spells")

    @property
    def beside(self) -> tuple[Records, ...]:
        """The spells of the adult services."""
        return self.to

    @property
    def needed(self) -> frozenset[str]:
        """Both services."""
        return self.sources
