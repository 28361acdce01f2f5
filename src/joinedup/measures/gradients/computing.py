"""From a figure's rows of rates to the same by deprivation of the area."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _

from joinedup import places
from joinedup.errors import BadInput
from joinedup.measures import intervals
from joinedup.measures.forms import PER
from joinedup.measures.gradients import statistics
from joinedup.measures.gradients.result import Gradient, GradientRow
from joinedup.measures.gradients.statistics import FIFTHS, Floats
from joinedup.measures.peers.comparing import is_exact
from joinedup.measures.peers.left_out import left_out
from joinedup.measures.result import FigureRow

LEAST_AREAS = 5


def by_deprivation(rows: Sequence[FigureRow], deprivation: places.Deprivation) -> Gradient:
    """The rate in each fifth of deprivation, the ratio of the ends, the slope and the concentration index.

    ``rows`` are those of one figure of rates over one period. Areas of which a number is missing, hidden,
    rounded or of some of the months only, or whose deprivation is not known, are left out and told. Fifths
    are those of the country where the areas have published deciles, else of the residents here. Raises
    BadInput where fewer than five areas are left, or no deprivation is loaded for them.
    """
    if deprivation.year is None:
        raise BadInput(
            "No index of deprivation is loaded that speaks of these areas",
            where=f"level {deprivation.level}",
            next_step="Load one with: joinedup places load-deprivation, or choose the level lsoa or ward",
        )
    taken = [row for row in rows if is_exact(row) and row.area_code in deprivation.areas]
    if len(taken) < LEAST_AREAS:
        raise BadInput(
            f"Ranking by deprivation needs {LEAST_AREAS} areas with a whole, exact count, residents and a "
            f"rank; here are {len(taken)}",
            next_step="Choose a finer level, leave out --area, or a period that was delivered whole",
        )
    counts = np.array([row.numerator for row in taken], dtype=np.float64)
    people = np.array([row.denominator for row in taken], dtype=np.float64)
    told = [deprivation.areas[row.area_code] for row in taken]
    fifths = _fifths(told, people)
    found = [
        *of_fifths(counts, people, fifths),
        *of_slope(counts, people, np.array([one.rank for one in told], dtype=np.float64)),
    ]
    left = left_out(rows, {row.area_code for row in taken})
    return Gradient(found, len(taken), (_of_fifths(deprivation, told), *left, *_caveats()))


def _fifths(told: Sequence[places.AreaDeprivation], people: Floats) -> np.ndarray:
    deciles = [one.decile for one in told]
    if all(decile is not None for decile in deciles):
        return np.array([math.ceil((decile or 0) / 2) for decile in deciles])
    return statistics.fifths_of(statistics.places_of(people, [one.rank for one in told]))


def of_fifths(counts: Floats, people: Floats, fifths: np.ndarray) -> list[GradientRow]:
    """Counts, residents and rates of the five, with exact Poisson intervals, and the ratio of the ends."""
    found = []
    sums = {}
    for fifth in range(1, FIFTHS + 1):
        of = fifths == fifth
        count, lives = int(counts[of].sum()), int(people[of].sum())
        sums[fifth] = (count, lives)
        if not lives:
            found.append(GradientRow("fifth", str(fifth), 0, None, None, None, None, None))
            continue
        lower, upper = (float(one.item()) * PER / lives for one in intervals.poisson(count))
        found.append(
            GradientRow("fifth", str(fifth), int(of.sum()), count, lives, count * PER / lives, lower, upper)
        )
    (most, lives), (least, others) = sums[1], sums[FIFTHS]
    return [*found, _ratio(most, least, lives, others, int(np.isin(fifths, [1, FIFTHS]).sum()))]


def _ratio(most: int, least: int, lives: int, others: int, areas: int) -> GradientRow:
    if not lives or not others:
        return GradientRow("ratio", "1 to 5", areas, most, least, None, None, None)
    lower, upper = (float(one) for one in intervals.ratio(most, least))
    scale = others / lives
    return GradientRow(
        "ratio",
        "1 to 5",
        areas,
        most,
        least,
        most / least * scale if least else None,
        None if math.isnan(lower) else lower * scale,
        upper * scale if math.isfinite(upper) else None,
    )


def of_slope(counts: Floats, people: Floats, ranks: Floats) -> list[GradientRow]:
    """The slope index, for 1,000 residents, and the concentration index; None where nothing was counted."""
    both = statistics.estimates(counts, people, ranks)
    total, lives = int(counts.sum()), int(people.sum())
    found = []
    for name, one, scale in (("slope", both[0], PER), ("concentration", both[1], 1)):
        known = total and math.isfinite(one.value)
        scaled = [None if x is None or not known else x * scale for x in (one.value, one.lower, one.upper)]
        found.append(GradientRow(name, "all", len(counts), total, lives, *scaled))
    return found


def _of_fifths(deprivation: places.Deprivation, told: Sequence[places.AreaDeprivation]) -> str:
    of = _("fifths of the country") if all(one.decile for one in told) else _("fifths of the residents here")
    said = _("Deprivation: {source}, {year} ({method}); {fifths}, 1 being the most deprived.")
    return said.format(
        source=deprivation.source.rstrip("."), year=deprivation.year, method=deprivation.method, fifths=of
    )


def _caveats() -> tuple[str, ...]:
    return (
        _(
            "Deprivation is that of the area in which it happened, not of anybody in particular; where "
            "people come from elsewhere, a rate for residents is not theirs."
        ),
        _("The intervals of slope and concentration are by drawing areas again, for areas differ anyway."),
    )
