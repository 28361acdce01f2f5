"""How a rate rises with deprivation: pure functions over arrays with an element for each area.

``counts`` are events (or people), ``people`` residents, ``ranks`` those of deprivation (1: the most deprived;
areas may share one). An area's place is the share of all residents who live in less deprived areas, and half
of its own: near 0 for the least deprived, near 1 for the most.

Sources: A. Wagstaff, P. Paci and E. van Doorslaer, "On the measurement of inequalities in health", Social
Science and Medicine 33 (1991), for the concentration index; J. Mackenbach and A. Kunst, "Measuring the
magnitude of socio-economic inequalities in health", Social Science and Medicine 44 (1997), for the slope
index.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

DRAWS = 2_000
LEAST_FOR_INTERVAL = 10
"""With fewer areas drawing them again says nothing."""

FIFTHS = 5
CONFIDENCE = 0.95
_SEED = 20190926


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval; the interval is None where the areas are too few."""

    value: float
    lower: float | None = None
    upper: float | None = None


def places_of(people: ArrayLike, ranks: ArrayLike) -> Floats:
    """Each area's place, from 0 (least deprived) to 1 (most); areas of one rank share theirs."""
    lives, standing = np.asarray(people, dtype=np.float64), np.asarray(ranks, dtype=np.float64)
    kinds, kind = np.unique(
        -standing, return_inverse=True
    )  # the least deprived, with the highest rank, first
    of_kind = np.bincount(kind, weights=lives, minlength=len(kinds))
    found: Floats = ((np.cumsum(of_kind) - of_kind / 2) / of_kind.sum())[kind]
    return found


def fifths_of(places: ArrayLike) -> NDArray[np.int64]:
    """The fifth of residents that an area's place lies in: 1 is the most deprived, 5 the least."""
    found = FIFTHS - np.floor(np.asarray(places, dtype=np.float64) * FIFTHS).astype(np.int64)
    return np.clip(found, 1, FIFTHS)


def slope_index(counts: ArrayLike, people: ArrayLike, places: ArrayLike) -> float:
    """By how much the rate differs between the very most and the very least deprived: the slope of the areas'
    rates on their places, weighted by residents. In events for one resident; NaN where places do not vary."""
    events, lives, place = (np.asarray(one, dtype=np.float64) for one in (counts, people, places))
    return float(_slope(events, lives, place))


def concentration_index(counts: ArrayLike, places: ArrayLike) -> float:
    """Twice the mean place of the events, less 1: 0 where they are spread as residents are, towards 1 where
    all are in the most deprived areas, below 0 where they are in the least. NaN without events."""
    events, place = (np.asarray(one, dtype=np.float64) for one in (counts, places))
    return float(_concentration(events, place))


def _slope(events: Floats, lives: Floats, place: Floats) -> Floats:
    total = lives.sum(axis=-1)
    middle = (lives * place).sum(axis=-1) / total
    away = place - middle[..., None]
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = (away * events).sum(axis=-1) / (lives * away**2).sum(axis=-1)
    return found


def _concentration(events: Floats, place: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = 2 * (events * place).sum(axis=-1) / events.sum(axis=-1) - 1
    return found


def estimates(counts: ArrayLike, people: ArrayLike, ranks: ArrayLike) -> tuple[Estimate, Estimate]:
    """The slope index and the concentration index, each with the interval by drawing areas again.

    The percentile bootstrap with areas drawn, and not events: areas differ beyond chance, whatever their
    deprivation. B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7 (1979).
    The draws are always the same.
    """
    events, lives = (np.asarray(one, dtype=np.float64) for one in (counts, people))
    place = places_of(lives, ranks)
    slope, concentration = slope_index(events, lives, place), concentration_index(events, place)
    if len(events) < LEAST_FOR_INTERVAL or not events.sum():
        return Estimate(slope), Estimate(concentration)
    drawn = _drawn(events, lives, np.asarray(ranks, dtype=np.float64))
    tail = (1 - CONFIDENCE) / 2
    (low, high), (low_c, high_c) = (np.nanquantile(one, [tail, 1 - tail]) for one in drawn)
    return (
        Estimate(slope, float(low), float(high)),
        Estimate(concentration, float(low_c), float(high_c)),
    )


def _drawn(events: Floats, lives: Floats, ranks: Floats) -> tuple[Floats, Floats]:
    """Both indexes in each draw of as many areas as there are, each as often as it was drawn."""
    number = len(events)
    kinds, kind = np.unique(-ranks, return_inverse=True)
    order = np.argsort(kind, kind="stable")
    events, lives, kind = events[order], lives[order], kind[order]
    first = np.searchsorted(kind, np.arange(len(kinds)))
    times = np.random.default_rng(_SEED).multinomial(number, np.full(number, 1 / number), size=DRAWS)
    weighted = times * lives
    of_kind = np.add.reduceat(weighted, first, axis=1)
    place = ((np.cumsum(of_kind, axis=1) - of_kind / 2) / of_kind.sum(axis=1, keepdims=True))[:, kind]
    return _slope(times * events, weighted, place), _concentration(times * events, place)
