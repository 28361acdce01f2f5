"""What events of which nobody is known could change: anonymous ones are counted, and never merged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from joinedup.measures.repeats.counting import Counted


@dataclass(frozen=True)
class Bound:
    """The most repeat units, and events by them, that there can be; dates may allow fewer."""

    repeat_units: int
    repeat_events: int


def most(found: Counted, threshold: int) -> Bound:
    """The answer's upper bound where events without a unit could be anybody's.

    Each unit that lacks the fewest events is given them first; what is left makes new units. Where all are
    strangers to each other and to everybody, the answer is the least: ``found`` itself.
    """
    left = found.without_unit
    lacking = np.sort(threshold - found.reached[~found.repeats])
    lifted = int(np.searchsorted(np.cumsum(lacking), left, side="right"))
    new = (left - int(lacking[:lifted].sum())) // threshold
    units = found.repeat_units + lifted + new
    if not units:
        return Bound(0, 0)
    gained = int(np.sort(found.events_of[~found.repeats])[::-1][:lifted].sum())
    return Bound(units, min(found.repeat_events + gained + left, found.events))
