"""What a definition of a repeat states: who or what repeats, what counts, in which window, how often.

Frozen definitions, checked when they are built; nothing here reads anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from joinedup.errors import BadInput
from joinedup.terms import RecordType, Sensitivity

if TYPE_CHECKING:
    from typing import TypeAlias

    from django.utils.functional import _StrPromise

    Words: TypeAlias = str | _StrPromise


class Unit(StrEnum):
    """Who or what it happens to again."""

    PERSON = "person"
    PLACE = "place"  # an address where a field gives its UPRN, else the point
    PAIR = "pair"  # two people in two roles of one event
    HOUSEHOLD = "household"  # the people of one home, whichever of them it is


class Clock(StrEnum):
    """From when to when events of one unit are held together."""

    PERIOD = "period"  # the whole period asked for
    ROLLING = "rolling"  # any so many months within the period
    AFTER_FIRST = "after-first"  # so many months from the unit's first in the period, for each as long
    SINCE_LAST = "since-last"  # so many months from the unit's event before, which may lie before the period


class Anchor(StrEnum):
    """Which day an event is of."""

    OCCURRED = "occurred"
    REPORTED = "reported"  # where a feed keeps it, else the day on which it occurred


class Counting(StrEnum):
    """What one event is."""

    RECORD = "record"  # each record: a call
    INCIDENT = "incident"  # all records of a source with one reference: a crime with its victims


@dataclass(frozen=True)
class Window:
    """A clock and its months; none for the whole period. It ends before the same day so many months on."""

    clock: Clock
    months: int = 0

    def __post_init__(self) -> None:
        if (self.clock is Clock.PERIOD) != (self.months == 0) or self.months < 0:
            raise BadInput("A window has months, but for the whole period", where=str(self.clock))


@dataclass(frozen=True)
class Part:
    """Records that count: those of one type, of one statistical source."""

    source: str
    record_type: RecordType


@dataclass(frozen=True)
class SameIncident:
    """When events of one unit, told to different sources, are one incident.

    A common reference (``reference`` names the field by which a record carries another agency's), or both
    within so many minutes and metres. Without a time of day the same day will do where ``day_is_enough``; an
    event without a point is never taken for another.
    """

    minutes: int
    metres: int
    day_is_enough: bool
    reference: str = ""

    def __post_init__(self) -> None:
        if not 0 < self.minutes < 24 * 60 or self.metres <= 0:
            raise BadInput("The same incident is within minutes of less than a day, and metres")


class Sourced(Protocol):
    """Anything that is of a statistical source."""

    @property
    def source(self) -> str:
        """The source."""


class Windowed(Protocol):
    """Any definition that counts from sources within a window."""

    @property
    def window(self) -> Window:
        """Its window."""

    @property
    def sources(self) -> frozenset[str]:
        """The statistical sources it counts from."""


_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FIELD = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
Says = tuple[tuple[str, str], ...]
"""Fields and the value each has to have, as text (``true`` for a yes)."""


@dataclass(frozen=True)
class Repeat:
    """One definition of a repeat, with everything a reader needs to know about it.

    ``origin`` says where the definition comes from. ``roles`` are the parts that people play; a pair is of
    one in ``roles`` and one in ``other_roles``. A repeat is ``threshold`` events in the ``window``, the first
    included. ``requested`` says whether calls made at an officer's request count. Only events count whose
    incident says ``of_incident``, no record that says any of ``left_out``, and as the further event only one
    that says ``further``.
    """

    name: str
    version: int
    title: Words
    meaning: Words
    origin: Words
    unit: Unit
    parts: tuple[Part, ...]
    window: Window
    threshold: int
    roles: tuple[str, ...] = ()
    other_roles: tuple[str, ...] = ()
    anchor: Anchor = Anchor.OCCURRED
    counting: Counting = Counting.RECORD
    requested: bool = True
    same_incident: SameIncident | None = None
    of_incident: Says = ()
    left_out: Says = ()
    further: Says = ()
    sensitivity: Sensitivity = Sensitivity.OFFICIAL
    caveats: tuple[Words, ...] = ()

    def __post_init__(self) -> None:
        self._check_words()
        self._check_unit()
        self._check_window()
        reference = self.same_incident.reference if self.same_incident else ""
        named = [field for field, _ in (*self.of_incident, *self.left_out, *self.further)]
        for field in [*named, *([reference] if reference else [])]:
            if not _FIELD.fullmatch(field):
                raise self._wrong(f"{field} is no name of a field")

    def _wrong(self, what: str) -> BadInput:
        return BadInput(what, where=f"repeat {self.name}", next_step="Correct the definition")

    def _check_words(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise self._wrong("A definition's name is words in lower case joined by hyphens")
        if self.version < 1:
            raise self._wrong("A definition's version counts from 1")
        for name in ("title", "meaning", "origin"):
            words = getattr(self, name)  # a translated one is not read before Django is set up
            if isinstance(words, str) and not words.strip():
                raise self._wrong(f"The definition does not state its {name}")

    def _check_unit(self) -> None:
        if not self.parts or len(set(self.parts)) != len(self.parts):
            raise self._wrong("The definition names its sources and record types, each once")
        if (self.unit is Unit.PLACE) == bool(self.roles) or (self.unit is Unit.PAIR) != bool(
            self.other_roles
        ):
            raise self._wrong("A person has roles, a pair has others beside, and a place has none")
        if set(self.roles) & set(self.other_roles):
            raise self._wrong("The two of a pair play different parts")
        if self.unit is Unit.PLACE and any(
            part.record_type is not RecordType.INCIDENT for part in self.parts
        ):
            raise self._wrong("Only incidents have a place of their own")

    def _check_window(self) -> None:
        if self.threshold < 2:
            raise self._wrong("A repeat is at least two events")
        if self.window.clock is Clock.SINCE_LAST and self.threshold != 2:
            raise self._wrong("Since the last, a repeat is the second of two events")
        if self.further and self.window.clock is not Clock.SINCE_LAST:
            raise self._wrong("What the further event must say goes with a window since the last")

    @property
    def sources(self) -> frozenset[str]:
        """The statistical sources it counts from."""
        return frozenset(part.source for part in self.parts)

    @property
    def record_types(self) -> tuple[RecordType, ...]:
        """The types of its records, each once."""
        return tuple(sorted({part.record_type for part in self.parts}))
