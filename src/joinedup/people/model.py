"""The linkage model: what each degree of agreement weighs. Learnt without truth, frozen as a dated file.

A weight is the base-2 logarithm of m/u: ``m`` is how often a level is seen between two descriptions of one
person, ``u`` between two of different people (Fellegi and Sunter 1969).
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from splink import SettingsCreator

from joinedup.errors import BadInput
from joinedup.people.comparisons import BY_NAME, Comparison

FROZEN = Path(__file__).with_name("models") / "2026-11-29.json"
LEAST_RARITY = 2e-5  # a value seen once may be a slip: it counts as no rarer than this


@dataclass(frozen=True)
class Shares:
    """Of one level: its share among pairs of one person (m) and of different people (u)."""

    m: float
    u: float

    @property
    def weight(self) -> float:
        """Bits for (positive) or against."""
        return math.log2(self.m / self.u)

    def within(self, most: float) -> Shares:
        """The same, weighing no more than so many bits for or against."""
        return replace(self, m=min(max(self.m, self.u / 2**most), self.u * 2**most))


@dataclass(frozen=True)
class Model:
    """Shares of all levels by comparison, and the chance that two descriptions are of one person."""

    shares: Mapping[str, tuple[Shares, ...]]
    prior: float
    trained_on: str  # a date and what it was trained on, in words
    descriptions: int  # how many it was trained on: the chance of a match falls as a table grows

    def __post_init__(self) -> None:
        for name, levels in self.shares.items():
            if name not in BY_NAME or len(levels) != len(BY_NAME[name].levels):
                raise BadInput("The model has other comparisons or levels than this version", where=name)
        if not 0 < self.prior < 1:
            raise BadInput("The chance of a match is between 0 and 1", where="prior")

    def for_table_of(self, descriptions: int) -> Model:
        """The same weights, with the chance of a match in a table of so many descriptions.

        In a smaller table it is no greater: a few records are of the same many people.
        """
        prior = self.prior * (self.descriptions - 1) / max(descriptions - 1, 1)
        return replace(self, prior=min(prior, self.prior), descriptions=descriptions)

    def written(self, path: Path) -> None:
        """Freeze it as JSON."""
        said: dict[str, Any] = {
            "trained_on": self.trained_on,
            "descriptions": self.descriptions,
            "prior": self.prior,
            "comparisons": {},
        }
        for name, levels in self.shares.items():
            codes = [level.code for level in BY_NAME[name].levels]
            said["comparisons"][name] = [
                {"level": code, "m": one.m, "u": one.u} for code, one in zip(codes, levels, strict=True)
            ]
        path.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


@functools.cache
def read_model(path: Path = FROZEN) -> Model:
    """A frozen model: the product's own, or that of a path.

    Raises BadInput where its levels are not those of this version.
    """
    said = json.loads(path.read_text(encoding="utf-8"))
    shares = {
        name: tuple(Shares(one["m"], one["u"]) for one in levels)
        for name, levels in said["comparisons"].items()
    }
    return Model(shares, said["prior"], said["trained_on"], said["descriptions"])


def settings(comparisons: tuple[Comparison, ...], model: Model) -> SettingsCreator:
    """Splink's settings for these comparisons: its answer has the level and weight of each."""
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="description",
        comparisons=[_described(one, model.shares[one.name]) for one in comparisons],
        blocking_rules_to_generate_predictions=[],  # pairs are made by ``blocking`` and registered
        probability_two_random_records_match=model.prior,
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
    )


def _described(comparison: Comparison, shares: tuple[Shares, ...]) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": comparison.unknown, "label_for_charts": "nothing to compare", "is_null_level": True}
    ]
    for level, believed in zip(comparison.levels, shares, strict=True):
        bounded = believed.within(comparison.most)
        said: dict[str, Any] = {
            "sql_condition": level.sql,
            "label_for_charts": level.code,
            "m_probability": bounded.m,
            "u_probability": bounded.u,
        }
        if level.rarity:
            said |= {
                "tf_adjustment_column": level.rarity,
                "tf_adjustment_weight": 1.0,
                "tf_minimum_u_value": LEAST_RARITY,
                "disable_tf_exact_match_detection": True,
            }
        levels.append(said)
    return {"output_column_name": comparison.name, "comparison_levels": levels}
