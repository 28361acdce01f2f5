"""Words and numbers of the checker, as they are said to its reader."""

from __future__ import annotations

from fractions import Fraction

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext


def translated(words: str) -> str:
    """The words in the reader's language; as they are written where nobody has set Django up."""
    return gettext(words) if settings.configured and apps.ready else words


def whole(value: Fraction | int) -> str:
    """A count with thousands separated; a part of one, if there is any, to two decimals."""
    exact = Fraction(value)
    return f"{exact.numerator:,}" if exact.denominator == 1 else f"{float(exact):,.2f}"


def percent(value: Fraction, decimals: int = 1) -> str:
    """Percentage points as a percentage, rounded half up."""
    return f"{rounded(value, decimals)} %"


def rounded(value: Fraction, decimals: int) -> str:
    """A decimal number, rounded half away from zero, with that many decimals."""
    scale = 10**decimals
    units = int(abs(value) * scale + Fraction(1, 2))
    sign = "−" if value < 0 and units else ""
    return f"{sign}{units // scale:,}" + (f".{units % scale:0{decimals}d}" if decimals else "")


def span(least: int, most: int) -> str:
    """A range of whole numbers: one of them where there is only one."""
    return (
        whole(least)
        if least == most
        else translated("{least} to {most}").format(least=whole(least), most=whole(most))
    )
