"""How protected tables are laid out: wards with their districts, quarters with their April years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from joinedup.terms import AreaLevel, Period, add_months

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

BASE_LEVEL = AreaLevel.WARD
TOTAL = ""  # the breakdown value of the total
NOWHERE = ("outside", "unlocated")
_QUARTERS_OF_A_YEAR = 4

Item = TypeVar("Item", bound=Hashable)


def whole_quarters(period: Period) -> Period | None:
    """The whole calendar quarters inside a period; None where there are none."""
    start = add_months(period.start, -(period.start.month - 1) % 3)
    end = add_months(period.end, -((period.end.month - 1) % 3))
    return Period(start, end) if start < end else None


def districts_of(workspace: Workspace, codes: Sequence[str]) -> list[str | None]:
    """The district of each ward; None for what lies outside or has no place."""
    from joinedup import places

    parents = {area.code: area.parents for area in places.areas(workspace, BASE_LEVEL)}
    return [parents.get(code, {}).get(AreaLevel.DISTRICT.value) for code in codes]


def april_years(quarters: Sequence[Period]) -> list[Period | None]:
    """The April year of each quarter, where all four of it are there."""
    begins = [dt.date(quarter.start.year - (quarter.start.month < 4), 4, 1) for quarter in quarters]
    years = [Period(begin, add_months(begin, 12)) for begin in begins]
    return [year if years.count(year) == _QUARTERS_OF_A_YEAR else None for year in years]


def value_of(breakdowns: Mapping[str, str]) -> str:
    """The value of a row that is cut by one breakdown, or by none."""
    return next(iter(breakdowns.values()), TOTAL)


def in_order(items: Iterable[Item]) -> dict[Item, int]:
    """Each distinct item and its place, in the order of first sight."""
    order: dict[Item, int] = {}
    for item in items:
        order.setdefault(item, len(order))
    return order
