"""The question that a harm-weighted figure answers, and its table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from joinedup.errors import BadInput
from joinedup.measures.harm.definitions import Harm
from joinedup.measures.harm.weights import Weights
from joinedup.measures.query import FigureQuery
from joinedup.records import DeliveryRow
from joinedup.terms import AreaLevel, Flag, Form, Period

FORMS = (Form.COUNT, Form.ROLLING_12)


@dataclass(frozen=True)
class HarmQuery:
    """Which harm-weighted figure is wanted, by which weights.

    ``figure`` says of which crimes, areas and periods: its measure is that of the definition, its form count,
    or rolling-12-months for twelve months to each month's end.
    """

    name: str
    weights: str
    figure: FigureQuery

    def __post_init__(self) -> None:
        if self.figure.form not in FORMS:
            raise BadInput(
                "Crimes are weighed as counted in a period, or in rolling 12 months",
                where=self.figure.form.value,
            )


@dataclass(frozen=True, slots=True)
class HarmRow:
    """One cell. ``total`` is the sum of the weights, ``denominator`` what it is divided by (None: nothing).

    Of the ``crimes`` only those ``with_weight`` are in it. Where there are crimes and none has a weight,
    ``total`` and ``value`` are None, and the flag no-weight says why.
    """

    area_level: AreaLevel
    area_code: str
    area_name: str
    period: Period
    breakdowns: Mapping[str, str]
    total: float | None
    denominator: int | None
    value: float | None
    lower: float | None
    upper: float | None
    crimes: int | None
    with_weight: int | None
    flags: tuple[Flag, ...] = ()

    @property
    def without_weight(self) -> int | None:
        """How many of the crimes are in no sum."""
        if self.crimes is None or self.with_weight is None:
            return None
        return self.crimes - self.with_weight

    @property
    def share(self) -> float | None:
        """The share of the crimes that are weighed; None where there is no crime."""
        return self.with_weight / self.crimes if self.crimes and self.with_weight is not None else None


@dataclass(frozen=True)
class HarmFigure:
    """A question's answer, with its workings.

    ``by_rule`` tells how many of all crimes of the figure have their weight by each rule, ``unweighted`` how
    many of each offence code have none, the most frequent first.
    """

    definition: Harm
    weights: Weights
    query: FigureQuery
    rows: Sequence[HarmRow]
    by_rule: Mapping[str, int]
    unweighted: Sequence[tuple[str, int]]
    known_on: dt.datetime | None
    deliveries: tuple[DeliveryRow, ...]
    sql: str
    notes: tuple[str, ...]

    @property
    def unit(self) -> str:
        """The unit of the values, in words."""
        return self.definition.words["unit"].format(weight=self.weights.unit)

    def to_json_rows(self) -> list[dict[str, Any]]:
        """The public table: one plain dictionary for each row, the same keys in all."""
        known_on = self.known_on.isoformat() if self.known_on else None
        deliveries = [delivery.number for delivery in self.deliveries]
        fixed = {
            "measure": f"harm-{self.definition.name}",
            "definition_version": self.definition.version,
            "weights": self.weights.name,
            "weights_vintage": self.weights.vintage,
            "form": self.query.form.value,
            "unit": self.unit,
        }
        return [
            {
                **fixed,
                "area_level": row.area_level.value,
                "area_code": row.area_code,
                "area_name": row.area_name,
                "period": str(row.period),
                **row.breakdowns,
                "numerator": row.total,
                "denominator": row.denominator,
                "value": row.value,
                "lower": row.lower,
                "upper": row.upper,
                "crimes": row.crimes,
                "crimes_with_weight": row.with_weight,
                "crimes_without_weight": row.without_weight,
                "share_with_weight": row.share,
                "flags": [flag.value for flag in row.flags],
                "known_on": known_on,
                "deliveries": deliveries,
            }
            for row in self.rows
        ]
