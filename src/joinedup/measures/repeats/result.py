"""The question and answer of repeats."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from joinedup.measures.repeats.chance import Expected
from joinedup.measures.repeats.concentration import TOP
from joinedup.measures.repeats.definitions import Repeat
from joinedup.measures.repeats.unknown import Bound
from joinedup.measures.result import EVERYTHING
from joinedup.records import DeliveryRow
from joinedup.terms import AreaLevel, Flag, Period, Strictness


@dataclass(frozen=True)
class RepeatQuery:
    """Which repeats are wanted, of which sources and feeds.

    ``sources`` are the statistical sources that the asker may use; no ``feeds``: all of them. ``as_at``: an
    aware UTC instant of knowledge, None for now. ``level``, ``areas`` and ``vintage`` as in ``FigureQuery``:
    an event is of the area in which it happened, and a unit repeats by its events there. ``possible_units``:
    how many people, places or pairs there could be in each area, for Gini and for what chance gives; None
    where only those seen are known.
    """

    repeat: str
    sources: tuple[str, ...]
    period: Period
    feeds: tuple[str, ...] = ()
    as_at: dt.datetime | None = None
    level: AreaLevel = AreaLevel.ALL
    areas: tuple[str, ...] = ()
    vintage: str | None = None
    possible_units: int | None = None


class Asked(Protocol):
    """Any question that is about a period."""

    @property
    def period(self) -> Period:
        """The months asked for."""


class Share(StrEnum):
    """What a row is a share of."""

    UNITS = "units"  # units that repeat, of all units
    EVENTS = "events"  # events by units that repeat (since the last: that are repeats), of all events


@dataclass(frozen=True)
class Answer:
    """What one strictness of the linkage gives.

    ``expected`` is what chance gives (None where it is not reckoned); ``top`` the share
    of events by the top hundredth, twentieth and tenth of the units; ``interval_of_events`` that of the share
    of events, by resampling units (the best linkage only; None where it says nothing); ``anonymous_most`` the
    most that there can be if events of nobody known were anybody's (None where the window allows no simple
    bound).
    """

    units: int
    repeat_units: int
    events: int
    repeat_events: int
    immature: int
    without_unit: int
    distribution: Mapping[int, int]
    top: Mapping[float, float | None]
    gini: float | None
    expected: Expected | None
    interval_of_events: tuple[float, float] | None
    anonymous_most: Bound | None

    def numbers(self, of: Share) -> tuple[int, int]:
        """Numerator and denominator of a row."""
        if of is Share.UNITS:
            return self.repeat_units, self.units
        return self.repeat_events, self.events

    def value(self, of: Share) -> float | None:
        """Their share; None where there is nothing to share."""
        numerator, denominator = self.numbers(of)
        return numerator / denominator if denominator else None


def _told_beside(best: Answer | None, of: Share) -> dict[str, Any]:
    """What a row tells beside its numbers: of everything or of its area; None without data.

    ``by_chance`` is the numerator that chance gives, ``chance_units`` of how many units it reckons (None
    where no number fits).
    """
    names = {share: f"top_{share:.0%}".replace("%", "_percent") for share in TOP}
    if best is None:
        return dict.fromkeys(["by_chance", "chance_units", *names.values(), "gini", "distribution"])
    chance = best.expected
    by_chance = units = None
    if chance is not None:
        by_chance = chance.repeat_units if of is Share.UNITS else chance.repeat_events
        units = chance.units if math.isfinite(chance.units) else None
    return {
        "by_chance": by_chance,
        "chance_units": units,
        **{name: best.top[share] for share, name in names.items()},
        "gini": best.gini,
        "distribution": {str(size): number for size, number in best.distribution.items()},
    }


@dataclass(frozen=True, slots=True)
class RepeatRow:
    """One share by the best linkage; least and most are over the three strictnesses.

    ``lower`` and ``upper`` are the 95 % interval: Wilson's for a share of units; for a share of events, which
    are not independent within a unit, by resampling units (see ``resampling.share_of_events``).
    What is None is not known, and a flag says why.
    """

    of: Share
    area_level: AreaLevel
    area_code: str
    area_name: str
    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    least: int | None = None
    most: int | None = None
    least_denominator: int | None = None
    most_denominator: int | None = None
    least_value: float | None = None
    most_value: float | None = None
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class RepeatFigure:
    """The answer: rows, what each strictness gives by code of area, what was known when, by which linkage,
    and on what it rests."""

    query: RepeatQuery
    definition: Repeat
    rows: Sequence[RepeatRow]
    answers: Mapping[str, Mapping[Strictness, Answer]]
    known_on: dt.datetime | None
    linkage: int | None
    deliveries: tuple[DeliveryRow, ...]
    notes: tuple[str, ...]

    def best_of(self, area_code: str) -> Answer | None:
        """What the best linkage gives for an area (``all`` for everything); None without data."""
        found = self.answers.get(area_code, {}).get(Strictness.BEST)
        return found if found and found.units else None

    @property
    def best(self) -> Answer | None:
        """What the best linkage gives for everything; None without data or a linkage, and of single areas."""
        return self.answers.get(EVERYTHING, {}).get(Strictness.BEST)

    def to_json_rows(self) -> list[dict[str, Any]]:
        """The public table: one plain dictionary for each row, the same keys in all."""
        fixed = {
            "measure": self.definition.name,
            "definition_version": self.definition.version,
            "unit": self.definition.unit.value,
            "period": str(self.query.period),
        }
        known = {
            "known_on": self.known_on.isoformat() if self.known_on else None,
            "linkage": self.linkage,
            "deliveries": [delivery.number for delivery in self.deliveries],
        }
        numbers = [name for name in RepeatRow.__slots__ if name not in {"of", "area_level", "flags"}]
        return [
            {
                **fixed,
                "area_level": row.area_level.value,
                "share_of": row.of.value,
                **{name: getattr(row, name) for name in numbers},
                "flags": [str(flag) for flag in row.flags],
                **_told_beside(self.best_of(row.area_code), row.of),
                **known,
            }
            for row in self.rows
        ]


@dataclass(frozen=True)
class Shared:
    """How far two definitions name the same units, by one strictness."""

    both: int
    only_one: int
    only_other: int
