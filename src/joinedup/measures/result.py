"""A figure: the table that answers a question, with its workings.

Numbers stand in rows of one fixed shape whatever the form; ``docs/house.md`` says what each form's numerator,
denominator and value are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from joinedup.measures.definition import Measure
from joinedup.measures.query import FigureQuery
from joinedup.records import DeliveryRow
from joinedup.terms import AreaLevel, Flag, Period

OUTSIDE = "outside"
UNLOCATED = "unlocated"
PARTNERSHIP = "partnership"
EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One cell of a figure. Numbers that are not known are None, and a flag says why."""

    area_level: AreaLevel
    area_code: str
    area_name: str
    period: Period
    breakdowns: Mapping[str, str]
    numerator: int | None
    denominator: int | None
    value: float | int | None
    lower: float | None
    upper: float | None
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A question's answer: its rows, what was known when, what it rests on, and the SQL that made it.

    ``as_at`` is the date of knowledge asked for, ``known_on`` the one it has (the latest delivery's, where
    none was asked for). ``notes`` are sentences for the reader.
    """

    query: FigureQuery
    measure: Measure
    rows: Sequence[FigureRow]
    as_at: dt.datetime | None
    known_on: dt.datetime | None
    deliveries: tuple[DeliveryRow, ...]
    sql: str
    notes: tuple[str, ...]
    unit: str

    def to_json_rows(self) -> list[dict[str, Any]]:
        """The public table: one plain dictionary for each row, the same keys in all."""
        known_on = self.known_on.isoformat() if self.known_on else None
        deliveries = [delivery.number for delivery in self.deliveries]
        fixed = {
            "measure": self.measure.name,
            "definition_version": self.measure.version,
            "form": str(self.query.form),
            "unit": self.unit,
        }
        periods: dict[Period, str] = {}
        return [
            {
                **fixed,
                "area_level": str(row.area_level),
                "area_code": row.area_code,
                "area_name": row.area_name,
                "period": periods.setdefault(row.period, str(row.period)),
                **row.breakdowns,
                "numerator": row.numerator,
                "denominator": row.denominator,
                "value": row.value,
                "lower": row.lower,
                "upper": row.upper,
                "flags": [str(flag) for flag in row.flags],
                "known_on": known_on,
                "deliveries": deliveries,
            }
            for row in self.rows
        ]
