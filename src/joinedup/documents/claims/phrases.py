"""Phrases that several rules look for, as parts of regular expressions (letters of either case)."""

from __future__ import annotations

MONTHS = [
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
]  # fmt: skip
_NAMES = [rf"{name[:3]}(?:{name[3:]})?" for name in MONTHS]
MONTH = f"(?:{'|'.join(_NAMES)})".replace("sep(?:tember)?", "sept?(?:ember)?")
"""A month, whole or by its first letters."""

ROUGHLY = (
    r"(?:(?:approximately|approx\.?|about|around|some|nearly|almost|over|just|under|circa|an?|only|the|further|"
    r"(?:more|fewer|less)\s+than|up\s+to|at\s+least|an?\s+estimated)\s+)*"
)
"""Words between a number and what introduces it."""

MOVED = (
    r"(?:increas\w*|reduc\w*|decreas\w*|rise|rises|risen|rising|rose|fall|falls|fallen|falling|fell|drop|"
    r"drops|dropped|declin\w*|grew|grow|grown|growth|improv\w*|change|changes|changed|cut|cuts|uplift|"
    r"(?<!made[ ])up|down|higher|lower|more|fewer|less)"
)
"""Words that say that something became more or less."""


def month_of(name: str) -> int:
    """The number, 1 to 12, of a month by its name or its first letters."""
    return next(place for place, month in enumerate(MONTHS, 1) if month.startswith(name.lower()[:3]))
