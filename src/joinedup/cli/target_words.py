"""How targets are written and read on the command line: numbers, ranges and chances."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from joinedup.errors import BadInput

if TYPE_CHECKING:
    from joinedup.measures.projecting import Projection


def plain_number(text: str | None, name: str) -> float | None:
    """A number as people write it: -5, -5%, 70,000."""
    if text is None:
        return None
    try:
        found = float(text.strip().removesuffix("%").replace(",", "").replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise BadInput("That is no number", where=f"--{name.replace('_', '-')} {text}", next_step="Write -5")
    return found


def wanted_in_words(one: Projection) -> str:
    """The count that is to be reached, or not to be passed."""
    most = one.target.at_most
    whole = None if one.wanted is None else math.floor(one.wanted) if most else math.ceil(one.wanted)
    return "–" if whole is None else f"at {'most' if most else 'least'} {whole:,}"


def range_in_words(one: Projection) -> str:
    """The year's count as projected, with its range; as counted where the year is over."""
    if one.projected is None:
        return "–"
    if one.months == 12:
        return f"{one.projected:,.0f}"
    return f"{one.projected:,.0f} ({one.lower:,} to {one.upper:,})"


def chance_in_words(one: Projection) -> str:
    """How likely the target is met, in per cent."""
    chance = one.chance
    if chance is None:
        return "–"
    if 0 < chance < 0.01:
        return "under 1%"
    return "over 99%" if 0.99 < chance < 1 else f"{100 * chance:.0f}%"
