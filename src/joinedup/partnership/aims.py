"""What a target asks, and where: definitions that cannot be built wrong, and compute nothing."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from django.utils.translation import gettext as _

from joinedup.errors import BadInput
from joinedup.terms import AreaLevel, Period

MONTHS = 12


@dataclass(frozen=True)
class Aim:
    """On which side of what a year should end: of a ``count``, or of a ``change`` of a baseline.

    ``change`` is a share (-0.05: 5 % fewer). The baseline is the year before, unless ``baseline_year`` or
    ``baseline_value`` names another; ``known_at`` is the instant of knowledge of it (None: as known whenever
    the target is judged, which a number that is told cannot be).
    """

    at_most: bool
    change: float | None = None
    count: int | None = None
    baseline_year: Period | None = None
    baseline_value: int | None = None
    known_at: dt.datetime | None = None

    def __post_init__(self) -> None:
        if (self.change is None) == (self.count is None):
            raise BadInput(
                _("A target is a count, or a change of its baseline"),
                next_step=_("Say one: --change -5, --at-most 900 or --at-least 900"),
            )
        if self.count is not None and self.count < 0:
            raise BadInput(_("A target is no count below 0"))
        if self.change is not None and not (math.isfinite(self.change) and self.change >= -1):
            raise BadInput(_("Nothing falls by more than 100 per cent"))
        self._check_baseline()

    def _check_baseline(self) -> None:
        named = [one for one in (self.baseline_year, self.baseline_value, self.known_at) if one is not None]
        if named and self.count is not None:
            raise BadInput(
                _("A target that is a count has no baseline"), next_step=_("Leave the baseline out")
            )
        if self.baseline_year is not None and self.baseline_value is not None:
            raise BadInput(_("A baseline is a year or a number, one of them"))
        if self.baseline_year is not None and self.baseline_year.months != MONTHS:
            raise BadInput(
                _("A baseline is of a year of twelve months"),
                where=f"{self.baseline_year}",
                next_step=_("Name one: 2019/20"),
            )
        if self.baseline_value is not None and self.baseline_value < 1:
            raise BadInput(_("A baseline is a number above 0, for it is changed by per cent"))
        if self.baseline_value is not None and self.known_at is None:
            raise BadInput(
                _("It is not said on which day the baseline's number was known"),
                next_step=_("Say --baseline-known 2024-05-31"),
            )

    @property
    def words(self) -> str:
        """As people say it: at least 5 % fewer than in the year before."""
        if self.change is None:
            side = _("at most {count}") if self.at_most else _("at least {count}")
            return side.format(count=f"{self.count:,}")
        percent = f"{abs(self.change) * 100:g}"
        if self.change < 0:
            side = _("at least {percent} % fewer") if self.at_most else _("at most {percent} % fewer")
        elif self.change > 0:
            side = _("at most {percent} % more") if self.at_most else _("at least {percent} % more")
        else:
            side = _("no more") if self.at_most else _("no fewer")
        return f"{side.format(percent=percent)} {self._than()}"

    def _than(self) -> str:
        known = ""
        if self.known_at is not None:
            known = _(", as known on {day}").format(day=f"{self.known_at:%Y-%m-%d}")
        if self.baseline_value is not None:
            return _("than {count}").format(count=f"{self.baseline_value:,}") + known
        if self.baseline_year is not None:
            return _("than in {year}").format(year=self.baseline_year.words) + known
        return _("than in the year before") + known


@dataclass(frozen=True)
class Place:
    """Where: areas of one level and vintage that count together, by the name people call them.

    No areas is the whole partnership. A neighbourhood is several wards, LSOAs or output areas, a street the
    output areas or squares along it: a record tells a point, and no street.
    """

    name: str
    level: AreaLevel = AreaLevel.PARTNERSHIP
    areas: tuple[str, ...] = ()
    vintage: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise BadInput(_("The place of a target has a name"), next_step=_("Say it with --place"))
        if bool(self.areas) is (self.level is AreaLevel.PARTNERSHIP):
            raise BadInput(
                _("A target is of the whole partnership, or of areas of a finer level"),
                where=f"--area-level {self.level.value}",
                next_step=_("Name the areas: --area CODE"),
            )
        if len(set(self.areas)) != len(self.areas):
            raise BadInput(_("An area of a place is named once"), where=self.name)
