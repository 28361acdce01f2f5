"""The question and answer of consultations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from joinedup.measures.consulting.definitions import Consultation
from joinedup.records import DeliveryRow
from joinedup.terms import Flag, Period


class WeightBy(StrEnum):
    """What answers are made like residents by."""

    AGE = "age"
    SEX = "sex"
    DISTRICT = "district"
    WARD = "ward"


@dataclass(frozen=True)
class ConsultQuery:
    """Which consultation, of which months; ``by``: the margins to weight to (none: ages, sexes and districts,
    as far as residents by them are loaded); ``question``: only those that have these words, in any capitals.
    """

    name: str
    period: Period
    by: tuple[WeightBy, ...] = ()
    question: str = ""
    as_at: dt.datetime | None = None


@dataclass(frozen=True)
class ConsultedRow:
    """One answer to one question. ``value`` is the share of all who answered it, as they came, and
    ``weighted`` that of the weighted; ``effective`` is how many answers drawn evenly would tell as much, and
    ``design_effect`` the loss. Where nobody answered or nothing is weighted, None."""

    question: str
    answer: str
    numerator: int
    denominator: int
    value: float | None
    lower: float | None
    upper: float | None
    weighted: float | None = None
    weighted_lower: float | None = None
    weighted_upper: float | None = None
    effective: float | None = None
    design_effect: float | None = None
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class Consulted:
    """The answers: ``weighted_by`` which margins, what was known when, and on which deliveries it rests."""

    query: ConsultQuery
    definition: Consultation
    rows: Sequence[ConsultedRow]
    weighted_by: tuple[WeightBy, ...]
    known_on: dt.datetime | None
    deliveries: tuple[DeliveryRow, ...]
    notes: tuple[str, ...]

    def to_json_rows(self) -> list[dict[str, Any]]:
        """The public table: one plain dictionary for each row, the same keys in all."""
        fixed = {
            "measure": self.definition.name,
            "definition_version": self.definition.version,
            "period": str(self.query.period),
            "weighted_by": [one.value for one in self.weighted_by],
        }
        known = {
            "known_on": self.known_on.isoformat() if self.known_on else None,
            "deliveries": [delivery.number for delivery in self.deliveries],
        }
        return [
            {**fixed, **{**vars(row), "flags": [flag.value for flag in row.flags]}, **known}
            for row in self.rows
        ]
