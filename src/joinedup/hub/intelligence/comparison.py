"""One count against an earlier one: clear or not, too few for a percentage, or no comparison at all."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from joinedup.hub.intelligence import wording
from joinedup.measures import FEW_FOR_A_PERCENTAGE
from joinedup.terms import Flag, Form


@dataclass(frozen=True)
class Change:
    """A count against an earlier one; ``value``, ``lower`` and ``upper`` are now / before − 1."""

    before: int | None
    value: float | None
    lower: float | None
    upper: float | None
    flags: tuple[str, ...] = ()

    @property
    def broken(self) -> bool:
        """Whether the two counts were not made in the same way."""
        return Flag.SERIES_BREAK.value in self.flags

    @property
    def undelivered(self) -> bool:
        """Whether months of either side were not delivered: the counts are not of like with like."""
        return Flag.NO_DATA.value in self.flags

    @property
    def clear(self) -> bool:
        """Whether the interval leaves no change out, and both counts were made in the same way."""
        if self.broken:
            return False
        return self.value is not None and wording.is_clear(self.lower, self.upper)


def is_few(now: int | None, change: Change | None) -> bool:
    """Whether either count is so small that both are given instead of a percentage."""
    if now is None or change is None or change.before is None or change.broken or change.undelivered:
        return False
    return min(now, change.before) < FEW_FOR_A_PERCENTAGE


def change_text(now: int | None, change: Change | None) -> str:
    """A change as a cell says it: ``−12%``, ``12 to 0`` where the counts are few, or why there is none."""
    if change is None or Flag.SUPPRESSED.value in change.flags:
        return wording.value(Form.CHANGE, None)
    if change.broken:
        return _("recording changed")
    if is_few(now, change):
        counts = {"before": wording.count(change.before or 0), "now": wording.count(now or 0)}
        return _("%(before)s to %(now)s") % counts
    if change.value is None and change.undelivered:
        return _("not all months delivered")
    return wording.value(Form.CHANGE, change.value)


def verdict(now: int | None, change: Change | None) -> str:
    """``no clear change`` where a percentage is given that may be chance alone; else empty."""
    if change is None or change.value is None or change.clear or is_few(now, change):
        return ""
    return _("no clear change")


def rank(now: int | None, change: Change | None) -> int:
    """Where a change stands in the table: clear rises, no clear change, clear falls, few, none."""
    if is_few(now, change):
        return 3
    if change is None or change.value is None:
        return 4
    if not change.clear:
        return 1
    return 0 if change.value > 0 else 2


def map_class(now: int | None, change: Change | None) -> str:
    """The map's class of a change that has no colour of its own; empty where its interval decides."""
    if change is None or not is_few(now, change):
        return ""
    return "few" if change.before else "no-base"
