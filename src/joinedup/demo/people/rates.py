"""The frozen rates of the invented partnership, and reading a rate that depends on age."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).with_name("rates.toml")

Rates = Mapping[str, Any]


def load_rates() -> Rates:
    """All rates, by section."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def by_age(steps: Sequence[Sequence[float]], ages: np.ndarray) -> np.ndarray:
    """The rate of each age: ``steps`` are pairs of an age and the rate from there on; before them zero."""
    firsts = np.array([step[0] for step in steps])
    values = np.array([0.0] + [step[1] for step in steps])
    return values[np.searchsorted(firsts, ages, side="right")]


def choices(shares: Mapping[str, float]) -> tuple[list[str], np.ndarray]:
    """The words of a table of shares, and the shares."""
    return list(shares), np.array(list(shares.values()))


def monthly(yearly: float | np.ndarray) -> float | np.ndarray:
    """The chance in a month of what has the chance ``yearly`` in a year."""
    return 1.0 - (1.0 - yearly) ** (1 / 12)
