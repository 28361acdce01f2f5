"""Weights that make those who answered like the residents, and what they cost. Pure functions over arrays.

Arrays have an element for each answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from joinedup.measures.intervals import wilson

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
MOST_ROUNDS = 500
CLOSE_ENOUGH = 1e-10
UNKNOWN = -1


@dataclass(frozen=True)
class Margin:
    """What answers are made like: the residents of each label (ages, say), and which label each answer has
    (``UNKNOWN``: nobody said)."""

    name: str
    labels: tuple[str, ...]
    residents: tuple[int, ...]
    member: Integers

    @property
    def empty(self) -> tuple[str, ...]:
        """The labels that have residents and no answer: nothing can be weighted up to stand for them."""
        answered = set(self.member.tolist())
        return tuple(
            label for at, label in enumerate(self.labels) if self.residents[at] > 0 and at not in answered
        )

    @property
    def unknown(self) -> int:
        """Answers of which it is not known: their weight is left by this margin as it is."""
        return int((self.member == UNKNOWN).sum())


@dataclass(frozen=True)
class Raked:
    """Weights with a mean of 1, and whether the margins agree with all of them."""

    weights: Floats
    converged: bool


def rake(margins: Sequence[Margin], base: Floats) -> Raked:
    """Weights by which the answers of each label add up to its share of residents, in every margin.

    Iterative proportional fitting (W. E. Deming and F. F. Stephan, Annals of Mathematical Statistics 11,
    1940); of one margin it is post-stratification. ``base`` are the weights to begin with, above 0. Shares
    are of the labels that have an answer; an answer whose label is not known keeps its weight in a margin,
    and the known ones keep their sum. Margins that contradict each other among these answers do not
    converge, and their weights mean nothing.
    """
    weights = base / base.mean() if len(base) else base.copy()
    converged = False
    for _round in range(MOST_ROUNDS):
        furthest = 0.0
        for margin in margins:
            factor = _factors(margin, weights)
            furthest = max(furthest, float(np.abs(factor - 1).max(initial=0.0)))
            weights = weights * factor
        if furthest < CLOSE_ENOUGH:
            converged = True
            break
    return Raked(weights / weights.mean() if len(weights) else weights, converged)


def _factors(margin: Margin, weights: Floats) -> Floats:
    """By which each weight is multiplied so that this margin agrees."""
    known = margin.member != UNKNOWN
    if not known.any():
        return np.ones_like(weights)
    sums = np.bincount(margin.member[known], weights=weights[known], minlength=len(margin.labels))
    there = (sums > 0) & (np.array(margin.residents) > 0)
    wanted = np.where(there, np.array(margin.residents, dtype=np.float64), 0.0)
    if not wanted.sum():
        return np.ones_like(weights)
    told = sums[there].sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(there, wanted / wanted.sum() * told / sums, 1.0)
    return np.where(known, each[np.maximum(margin.member, 0)], 1.0)


def design_effect(weights: Floats) -> float:
    """How many times the variance of a share is, for unequal weights: n times the sum of their squares over
    the square of their sum (L. Kish, "Survey Sampling", 1965, section 11.7). 1 where all are equal.

    It takes the weights to have nothing to do with the answers, so that it rather says too much.
    """
    return float(len(weights) * np.square(weights).sum() / np.square(weights.sum()))


@dataclass(frozen=True)
class WeightedShare:
    """A weighted share with its interval of 95 %: Wilson's, of the effective number of answers."""

    value: float
    lower: float
    upper: float


def weighted_share(hit: NDArray[np.bool_], weights: Floats) -> WeightedShare:
    """The share of the weights of those who gave an answer; ``hit`` says who did. At least one answer.

    The interval is Wilson's with the number of answers over the design effect in the place of their number
    (as in E. L. Korn and B. I. Graubard, Survey Methodology 24, 1998, of exact intervals).
    """
    value = float(weights[hit].sum() / weights.sum())
    effective = len(weights) / design_effect(weights)
    lower, upper = wilson(value * effective, effective)
    return WeightedShare(value, float(lower), float(upper))
