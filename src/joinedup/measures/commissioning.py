"""What was delivered against what was contracted, and what each unit cost. Pure functions, no verdict."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from joinedup.measures import intervals
from joinedup.measures.rare.statistics import dispersion
from joinedup.terms import Flag, Period

MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
_FEW = 5


@dataclass(frozen=True)
class Contracted:
    """An amount (pence, or units) for each month, quarter or year, or in all of ``first`` to ``last`` day."""

    amount: int
    per: str
    first: dt.date
    last: dt.date | None

    def within(self, periods: Iterable[Period]) -> Fraction:
        """What falls on these periods, exactly: in all is spread evenly over days, the rest over months."""
        if self.per != "all":
            months = sum(period.months for period in periods)
            return Fraction(self.amount * months, MONTHS_OF[self.per])
        assert self.last is not None  # noqa: S101 - the register refuses it
        days = sum((period.end - period.start).days for period in periods)
        return Fraction(self.amount * days, (self.last - self.first).days + 1)


@dataclass(frozen=True)
class DeliveredRow:
    """What was counted in the months that are known, beside what was contracted for just these.

    ``value``, ``lower`` and ``upper`` are count / contracted with the exact Poisson interval of the count,
    ``cost_each`` is cost / count in pence, from ``cost_each_lower`` to ``cost_each_upper``, which are the
    cost over the count's limits (upper None: no limit). None: not known, or cannot be divided.
    """

    of: str
    unit: str
    counted_by: str
    months: int
    months_wanted: int
    flags: tuple[Flag, ...]
    count: int | None = None
    count_lower: float | None = None
    count_upper: float | None = None
    contracted: float | None = None
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    cost_pence: int | None = None
    cost_each: float | None = None
    cost_each_lower: float | None = None
    cost_each_upper: float | None = None
    spread: float | None = None

    def to_json(self) -> dict[str, Any]:
        """One plain dictionary; the numerator is the count, the denominator what was contracted."""
        return {
            "of": self.of,
            "unit": self.unit,
            "counted_by": self.counted_by,
            "numerator": self.count,
            "count_lower": self.count_lower,
            "count_upper": self.count_upper,
            "denominator": self.contracted,
            "value": self.value,
            "lower": self.lower,
            "upper": self.upper,
            "cost_pence": self.cost_pence,
            "cost_each_pence": self.cost_each,
            "cost_each_lower": self.cost_each_lower,
            "cost_each_upper": self.cost_each_upper,
            "months": self.months,
            "months_wanted": self.months_wanted,
            "flags": [flag.value for flag in self.flags],
        }


def read_delivered(
    of: str,
    unit: str,
    counted_by: str,
    counts: Mapping[Period, int],
    wanted: Period,
    *,
    volume: Contracted | None,
    cost: Contracted | None,
    flags: Iterable[Flag] = (),
) -> DeliveredRow:
    """The sum of the counts of periods within ``wanted``, against volume and cost of just these months.

    ``counts`` are of periods that do not overlap; of one that reaches beyond ``wanted`` nothing counts. A
    month without a count is not known, which is not nothing: neither volume nor cost of it stands beside the
    rest. ``spread`` is how many times more the periods differ than chance makes them, where they do.
    """
    known = {
        period: count
        for period, count in counts.items()
        if wanted.start <= period.start and period.end <= wanted.end
    }
    months = sum(period.months for period in known)
    raised = {*flags} | ({Flag.INCOMPLETE_FEED} if months < wanted.months else set())
    told = (of, unit, counted_by)
    if not known:
        return DeliveredRow(*told, months=0, months_wanted=wanted.months, flags=(Flag.NO_DATA,))
    count = sum(known.values())
    low, high = (float(limit[0]) for limit in intervals.poisson([count]))
    agreed = float(volume.within(known)) if volume else None
    spent = cost.within(known) if cost else None
    differ = dispersion([*known.values()], [float(one.months) for one in known])
    raised |= {Flag.SMALL_NUMBER} if count < _FEW else set()
    each, each_lower, each_upper = _each(spent, count, low, high)
    return DeliveredRow(
        *told,
        months=months,
        months_wanted=wanted.months,
        flags=tuple(flag for flag in Flag if flag in raised),
        count=count,
        count_lower=low,
        count_upper=high,
        contracted=agreed,
        value=count / agreed if agreed else None,
        lower=low / agreed if agreed else None,
        upper=high / agreed if agreed else None,
        cost_pence=None if spent is None else round(spent),
        cost_each=each,
        cost_each_lower=each_lower,
        cost_each_upper=each_upper,
        spread=differ.index if differ is not None and differ.differs else None,
    )


def _each(
    cost: Fraction | None, count: int, low: float, high: float
) -> tuple[float | None, float | None, float | None]:
    """The cost over the count, and over its limits: the least over the upper, the most over the lower one."""
    if cost is None:
        return None, None, None
    return (
        float(cost / count) if count else None,
        float(cost) / high,
        float(cost) / low if low else None,
    )
