"""From a figure's rows to areas among their peers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import ModuleType

import numpy as np
from django.utils.translation import gettext as _

from joinedup.errors import BadInput
from joinedup.measures.definition import Measure
from joinedup.measures.forms import PER
from joinedup.measures.peers import shares, statistics
from joinedup.measures.peers.left_out import left_out
from joinedup.measures.peers.result import Comparison, PeerRow, Verdict
from joinedup.measures.peers.statistics import ALARM, LEAST_FOR_SPREAD, WARNING, Family, Floats, Ranks
from joinedup.measures.query import FigureQuery
from joinedup.measures.result import OUTSIDE, UNLOCATED, FigureRow
from joinedup.terms import Every, Flag, Form

LEAST_COMPARED = 3


@dataclass(frozen=True)
class _Way:
    """How a form is compared: its model, and by what its numbers are multiplied to be in the unit."""

    model: ModuleType
    scale: int


_RATES, _SHARES = _Way(statistics, PER), _Way(shares, 1)


def question(query: FigureQuery) -> FigureQuery:
    """The figure whose rows can be compared: rates (or shares, where they are asked for) of whole areas over
    one period, cut by nothing."""
    form = Form.SHARE if query.form is Form.SHARE else Form.RATE
    return replace(query, form=form, every=Every.WHOLE, by=(), against=None)


def require_family(measure: Measure) -> None:
    """Raise BadInput where the areas of a measure do not add up to their family."""
    if not measure.additive_over_areas:
        raise BadInput(
            "One may count in several areas here, so areas have no family that they add up to",
            where=f"measure {measure.name}",
        )


def compare(rows: Sequence[FigureRow], *, ranked: bool = True, form: Form = Form.RATE) -> Comparison:
    """Each area beside all of them, with the limits of funnel plots, shrunken rates and ranks.

    ``rows`` are those of one figure of rates, or of shares (``form``), over one period. Areas of which a
    number is missing, hidden, rounded or of some of the months only, what has no place and what is outside
    stay in the answer and are not compared. Ranks take longest: not ``ranked``, there are none. Raises
    BadInput where fewer than three areas can be compared.
    """
    taken = [one for one in rows if is_exact(one)]
    if len(taken) < LEAST_COMPARED:
        if all(Flag.NO_DATA in one.flags for one in rows):
            raise BadInput(
                "Nothing was delivered for this period, so no areas can be compared",
                next_step="joinedup figure NAME --every month shows which months there are",
            )
        raise BadInput(
            f"Comparing needs {LEAST_COMPARED} areas with a whole, exact count and a number to divide it by; "
            f"here are {len(taken)}",
            next_step="Leave out --area, or choose a level that has one and a period delivered whole",
        )
    way = _SHARES if form is Form.SHARE else _RATES
    counts = np.array([one.numerator for one in taken], dtype=np.float64)
    exposures = np.array([one.denominator for one in taken], dtype=np.float64)
    family = way.model.family_of(counts, exposures)
    places = way.model.ranks(family, counts, exposures) if ranked else None
    judged = iter(_judged(way, taken, family, counts, exposures, places))
    return Comparison(
        rows=[next(judged) if is_exact(one) else PeerRow(one, Verdict.NOT_JUDGED) for one in rows],
        numerator=int(counts.sum()),
        denominator=int(exposures.sum()),
        rate=family.rate * way.scale,
        differs=None if family.variance is None else family.differs,
        spread=_spread(way, family),
        compared=len(taken),
        notes=(
            *_notes(way, family),
            *([_of_ranks()] if ranked else []),
            *left_out(rows, {one.area_code for one in taken}),
        ),
    )


def comparable(rows: Sequence[FigureRow]) -> int:
    """How many of these rows can be compared."""
    return sum(map(is_exact, rows))


def is_exact(row: FigureRow) -> bool:
    """Whether there is a count to compare: known, not rounded, of all months, of people or of a whole."""
    known = row.numerator is not None and bool(row.denominator)
    known = known and row.area_code not in {
        OUTSIDE,
        UNLOCATED,
    }  # which have no residents, but may have shares
    return known and not {Flag.ROUNDED, Flag.INCOMPLETE_FEED, Flag.SUPPRESSED} & {*row.flags}


def _judged(
    way: _Way,
    taken: Sequence[FigureRow],
    family: Family,
    counts: Floats,
    exposures: Floats,
    places: Ranks | None,
) -> Sequence[PeerRow]:
    warning = way.model.limits(family, exposures, WARNING, chance_alone=False)
    alarm = way.model.limits(family, exposures, ALARM, chance_alone=False)
    by_chance = way.model.limits(family, exposures, ALARM, chance_alone=True)
    mean, lower, upper = way.model.shrunken(family, counts, exposures)
    scale = way.scale / exposures
    found = []
    for at, row in enumerate(taken):
        learnt = not np.isnan(mean[at])
        found.append(
            PeerRow(
                row,
                _verdict(counts[at], _at(warning, at), _at(alarm, at)),
                beyond_chance=not by_chance[0][at] <= counts[at] <= by_chance[1][at],
                warning=_at(warning, at, scale[at]),
                alarm=_at(alarm, at, scale[at]),
                by_chance=_at(by_chance, at, scale[at]),
                shrunken=float(mean[at]) * way.scale if learnt else None,
                shrunken_interval=_at((lower, upper), at, way.scale) if learnt else None,
                rank=int(places.middle[at]) if places else None,
                rank_interval=(int(places.lower[at]), int(places.upper[at])) if places else None,
                among_highest=float(places.among_highest[at]) if places else None,
            )
        )
    return found


def _at(both: tuple[Floats, Floats], at: int, scale: float = 1) -> tuple[float, float]:
    return float(both[0][at] * scale), float(both[1][at] * scale)


def _verdict(count: float, warning: tuple[float, float], alarm: tuple[float, float]) -> Verdict:
    if count > warning[1]:
        return Verdict.HIGHER if count > alarm[1] else Verdict.RATHER_HIGHER
    if count < warning[0]:
        return Verdict.LOWER if count < alarm[0] else Verdict.RATHER_LOWER
    return Verdict.NO_DIFFERENT


def _spread(way: _Way, family: Family) -> tuple[float, float] | None:
    if not family.differs:
        return None
    low, high = way.model.spread(family)
    return low * way.scale, high * way.scale


def _notes(way: _Way, family: Family) -> list[str]:
    """How the areas differ, and what follows for reading their verdicts and ranks."""
    if family.variance is None:
        return [
            _(
                "Of fewer than {least} areas it cannot be told how much they differ beyond chance: the "
                "limits are those of chance alone, which real areas often pass, and no rate is shrunken."
            ).format(least=LEAST_FOR_SPREAD)
        ]
    if not (spread := _spread(way, family)):
        return [
            _(
                "As a whole these areas differ no more than chance alone makes them: no difference between "
                "them is shown, and any of them may take any place."
            )
        ]
    if way is _SHARES:
        differ = _(
            "These areas differ more than by chance: the middle 95% of their own shares lies between "
            "{low:.1f}% and {high:.1f}%. An area is called higher or lower only where it stands out of that "
            "too."
        ).format(low=100 * spread[0], high=100 * spread[1])
    else:
        differ = _(
            "These areas differ more than by chance: the middle 95% of their own rates lies between "
            "{low:.1f} and {high:.1f} per {per:,}. An area is called higher or lower only where it "
            "stands out of that too."
        ).format(low=spread[0], high=spread[1], per=PER)
    return [
        differ,
        _("“Rather” means outside what 95% of such areas have: by chance one in twenty is."),
        _("A rank is as sure as its interval: where intervals overlap, the order may be chance."),
    ]


def _of_ranks() -> str:
    return _(
        "A rank is the middle of the places that an area takes in many draws, not its place in this list: of "
        "two areas of nearly one value, the lower may have the higher rank."
    )
