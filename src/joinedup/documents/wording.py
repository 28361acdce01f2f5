"""How numbers and changes are put into plain words: one place decides what may be claimed."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext as _


class Verdict(StrEnum):
    """What the data supports saying of a change."""

    HIGHER = "higher"
    LOWER = "lower"
    PERHAPS_HIGHER = "perhaps-higher"
    PERHAPS_LOWER = "perhaps-lower"
    NO_CLEAR_CHANGE = "no-clear-change"
    NOT_COMPARABLE = "not-comparable"

    @property
    def words(self) -> str:
        """As it stands in a table."""
        return {
            Verdict.HIGHER: _("higher"),
            Verdict.LOWER: _("lower"),
            Verdict.PERHAPS_HIGHER: _("higher, but may be chance"),
            Verdict.PERHAPS_LOWER: _("lower, but may be chance"),
            Verdict.NO_CLEAR_CHANGE: _("no clear change"),
            Verdict.NOT_COMPARABLE: _("cannot be compared"),
        }[self]


# What stands in the place of a verdict that does not hold when a whole list is tested together.
DOUBTFUL = {Verdict.HIGHER: Verdict.PERHAPS_HIGHER, Verdict.LOWER: Verdict.PERHAPS_LOWER}


def verdict(lower: float | None, upper: float | None) -> Verdict:
    """Higher or lower only when the whole 95 % interval of the relative change lies on one side of none."""
    if lower is None and upper is None:
        return Verdict.NOT_COMPARABLE
    if lower is not None and lower > 0:
        return Verdict.HIGHER
    if upper is not None and upper < 0:
        return Verdict.LOWER
    return Verdict.NO_CLEAR_CHANGE


def percent_may_be_said(now: float | None, before: float | None, small: bool) -> bool:
    """Whether both counts are large enough for a percentage; otherwise only "7 to 25" is said."""
    from joinedup.measures import FEW_FOR_A_PERCENTAGE

    if small or now is None or before is None:
        return False
    return min(now, before) >= FEW_FOR_A_PERCENTAGE


def few(value: float | None) -> bool:
    """Whether a count is too small for a percentage, a place in an order or a colour."""
    from joinedup.measures import FEW_FOR_A_PERCENTAGE

    return value is None or value < FEW_FOR_A_PERCENTAGE


def count(value: float) -> str:
    """A whole number with thousands separated."""
    return f"{value:,.0f}"


def decimal(value: float) -> str:
    """One decimal, as rates are said."""
    return f"{value:,.1f}"


def percent(value: float) -> str:
    """A share or a relative size without sign, one decimal under ten, whole above."""
    size = abs(value) * 100
    return f"{size:.1f}%" if size < 10 else f"{size:,.0f}%"


def share(value: float) -> str:
    """A share with one decimal."""
    return f"{value * 100:.1f}%"


def fine_share(value: float) -> str:
    """A share near the whole, with two decimals, so that a few missing are not rounded away."""
    return f"{value * 100:.2f}%"


def signed_percent(value: float) -> str:
    """A change with its sign (a true minus), one decimal."""
    size = value * 100
    if round(size, 1) == 0:
        return "0.0%"
    return f"{'+' if size > 0 else '−'}{abs(size):,.1f}%"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{({1: 'st', 2: 'nd', 3: 'rd'}).get(number % 10, 'th')}"
