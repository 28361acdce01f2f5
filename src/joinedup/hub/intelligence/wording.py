"""Numbers as people read them: counts, rates, changes and their intervals."""

from __future__ import annotations

import math

from django.utils.translation import gettext as _

from joinedup.terms import Form

MINUS = "−"


def count(value: float) -> str:
    """A count with thousands separated: ``3,204``."""
    return f"{value:,.0f}"


def rate(value: float, more: int = 0) -> str:
    """A rate for each 1,000 residents, to one decimal (two when it is below one) and ``more``."""
    return f"{value:,.{2 + more}f}" if 0 < value < 1 else f"{value:,.{1 + more}f}"


def percent(share: float) -> str:
    """The size of a share or change in per cent, without its sign; a decimal below one per cent."""
    size = abs(share) * 100
    return f"{size:.1f}%" if 0 < size < 0.95 else f"{size:,.0f}%"


def signed_percent(change: float) -> str:
    """A change with its sign: ``−12%``, ``+3%``."""
    if math.isinf(change):
        return _("no upper limit")
    sign = MINUS if change < 0 else "+" if change > 0 else ""
    return f"{sign}{percent(change)}"


def share(part: float, more: int = 0) -> str:
    """A share of all, in per cent with one decimal and ``more``: ``12.3%``."""
    return f"{part * 100:.{1 + more}f}%"


def value(form: Form, number: float | None, more: int = 0) -> str:
    """The value of a figure in its form, with ``more`` decimals than usual; an en dash for none."""
    if number is None or math.isnan(number):
        return "–"
    if form is Form.CHANGE:
        return signed_percent(number)
    if form is Form.SHARE:
        return share(number, more)
    return rate(number, more) if form is Form.RATE else count(number)


def interval(form: Form, lower: float | None, upper: float | None) -> str:
    """``38.1 to 44.6``; empty where there is no interval."""
    if lower is None or upper is None or math.isnan(lower) or math.isnan(upper):
        return ""
    return _("%(lower)s to %(upper)s") % {"lower": value(form, lower), "upper": value(form, upper)}


def more_or_fewer(change: float) -> str:
    """``12% fewer``, ``3% more``, ``no change``."""
    if change == 0:
        return _("no change")
    if change < 0:
        return _("%(size)s fewer") % {"size": percent(change)}
    return _("%(size)s more") % {"size": percent(change)}


def change_interval(lower: float | None, upper: float | None) -> str:
    """The interval of a change in words: ``9% to 15% fewer``, ``5% fewer to 3% more``."""
    if lower is None or upper is None or math.isnan(lower) or math.isnan(upper):
        return ""
    if math.isinf(upper):
        return _("%(lower)s or above") % {"lower": more_or_fewer(lower)}
    if lower < 0 and upper < 0:
        return _("%(low)s to %(high)s fewer") % {"low": percent(upper), "high": percent(lower)}
    if lower > 0 and upper > 0:
        return _("%(low)s to %(high)s more") % {"low": percent(lower), "high": percent(upper)}
    return _("%(low)s to %(high)s") % {"low": more_or_fewer(lower), "high": more_or_fewer(upper)}


def is_clear(lower: float | None, upper: float | None) -> bool:
    """Whether the interval of a change leaves no change out."""
    if lower is None or upper is None or math.isnan(lower) or math.isnan(upper):
        return False
    return lower > 0 or upper < 0
