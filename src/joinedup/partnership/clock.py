"""The clock of a request for information: twenty-eight civil days, counted in London.

The day of asking is day 0, whatever the hour; the day after is day 1. The answer is due on day 28 and late
from day 29. Clock changes do not matter, because days are counted on the calendar and not in hours.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from joinedup.terms import LONDON

DAYS = 28
"""How long the partnership gives itself. See docs/information-requests.md for where that comes from."""


def civil_day(moment: dt.datetime) -> dt.date:
    """The day in London of an instant."""
    return moment.astimezone(LONDON).date()


def due_on(asked_at: dt.datetime) -> dt.date:
    """The last day on which an answer is not late."""
    return civil_day(asked_at) + dt.timedelta(days=DAYS)


@dataclass(frozen=True)
class Clock:
    """A request's clock on one day: ``due``, and ``on``, which is today or the day on which it ended."""

    due: dt.date
    on: dt.date

    @property
    def day(self) -> int:
        """The number of the day: 0 on the day of asking, 28 on the day when it is due, and so on."""
        return DAYS - self.left

    @property
    def left(self) -> int:
        """Days until it is due; below 0 where it is late."""
        return (self.due - self.on).days

    @property
    def late(self) -> int:
        """By how many days it is late, 0 where it is not."""
        return max(-self.left, 0)
