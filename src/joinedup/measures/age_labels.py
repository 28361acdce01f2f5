"""Reading what tables of residents call ages: ``17``, ``10-14``, ``16 to 19``, ``90+``, ``65 and over``."""

from __future__ import annotations

import re

OLDEST = 200
"""The last year of a band without an end."""

_LABEL = re.compile(r"\D*(\d+)(?:\s*(?:-|–|to)\s*(\d+))?\s*(\+|and over|or over|plus)?\D*", re.IGNORECASE)


def years_of(label: str) -> tuple[int, int] | None:
    """The first and last year of age that a label names, both included; None for what is no age."""
    match = _LABEL.fullmatch(label)
    if match is None:
        return None
    low = int(match[1])
    return low, OLDEST if match[3] else int(match[2] or match[1])
