"""The question a page of Intelligence answers: frozen, and written in its URL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from joinedup.terms import AreaLevel, Form, Per, Period, Purpose, add_months

FORMS = (Form.COUNT, Form.RATE, Form.SHARE, Form.CHANGE)
LEVELS = (AreaLevel.DISTRICT, AreaLevel.WARD, AreaLevel.MSOA, AreaLevel.LSOA, AreaLevel.SQUARE)

# A level may be shown within these: where one set of areas does not nest in another, the pair is absent.
NESTS_IN: dict[AreaLevel, tuple[AreaLevel, ...]] = {
    AreaLevel.DISTRICT: (AreaLevel.DISTRICT,),
    AreaLevel.WARD: (AreaLevel.DISTRICT, AreaLevel.WARD),
    AreaLevel.MSOA: (AreaLevel.DISTRICT, AreaLevel.MSOA),
    AreaLevel.LSOA: (AreaLevel.DISTRICT, AreaLevel.WARD, AreaLevel.MSOA, AreaLevel.LSOA),
    AreaLevel.SQUARE: (AreaLevel.DISTRICT, AreaLevel.WARD, AreaLevel.MSOA, AreaLevel.LSOA),
}


def levels_below(level: AreaLevel) -> tuple[AreaLevel, ...]:
    """The finer levels that one area of ``level`` can be opened into, coarsest first."""
    return tuple(finer for finer in LEVELS if finer is not level and level in NESTS_IN[finer])


@dataclass(frozen=True)
class Question:
    """Everything that decides what map, graph and table show.

    ``kind`` is empty for everything the measure counts, or ``breakdown:value``. ``within`` and ``area`` are
    codes; empty means the whole partnership and no selection. ``as_at`` is a civil date as text, or empty for
    what is known now. ``purpose`` is what the figures are for: release decides by it, and the log has it.
    ``per`` is what a rate divides by; residents where the figure is no rate.
    """

    form: Form
    measure: str
    level: AreaLevel
    period: Period
    kind: str = ""
    within: str = ""
    against: bool = True
    area: str = ""
    as_at: str = ""
    purpose: Purpose = Purpose.CRIME_AND_DISORDER
    per: Per = Per.RESIDENTS

    def but(self, **changes: Any) -> Question:
        """The same question with some of its parts changed."""
        return replace(self, **changes)

    @property
    def before(self) -> Period:
        """The same months a whole number of years earlier, never overlapping the period itself."""
        years = (self.period.months + 11) // 12
        return self.period.shifted(-12 * years)

    @property
    def last_month(self) -> str:
        """The period's last month, as ``2025-03``."""
        return f"{add_months(self.period.end, -1):%Y-%m}"

    def parameters(self) -> dict[str, str]:
        """The URL's parameters; reading them gives this question again."""
        parameters = {
            "form": self.form.value,
            "per": "" if self.per is Per.RESIDENTS else self.per.value,
            "measure": self.measure,
            "type": self.kind,
            "level": self.level.value,
            "within": self.within,
            "from": f"{self.period.start:%Y-%m}",
            "to": self.last_month,
            "against": "year-before" if self.against else "none",
            "area": self.area,
            "as-at": self.as_at,
            "purpose": "" if self.purpose is Purpose.CRIME_AND_DISORDER else self.purpose.value,
        }
        return {name: value for name, value in parameters.items() if value}

    def query_string(self) -> str:
        """The parameters, encoded for a URL."""
        return urlencode(self.parameters())

    def where(self) -> tuple[tuple[str, str], ...]:
        """The filter on the measure's breakdowns: empty, or one pair of breakdown and value."""
        if not self.kind:
            return ()
        name, _, value = self.kind.partition(":")
        return ((name, value),)
