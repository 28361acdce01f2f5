"""Which tables of closed data may be made at all for people who see protected tables only.

They are those that can be published (``catalogue``): nothing is shown that was not attacked beside all shown
before. Each refusal names its rule and what would be needed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.terms import AreaLevel, Form, Period

if TYPE_CHECKING:
    from joinedup.measures import FigureQuery, Measure

LEVELS = frozenset({AreaLevel.ALL, AreaLevel.PARTNERSHIP, AreaLevel.DISTRICT, AreaLevel.WARD})
FORMS = frozenset({Form.COUNT, Form.RATE, Form.SHARE, Form.CHANGE})

QUARTER, YEAR, APRIL = 3, 12, 4  # months


def breakdown_of(measure: Measure) -> str | None:
    """The one breakdown that a closed measure is published by: the first that its definition names."""
    return next(iter(measure.breakdowns), None)


Rule = Callable[["Measure", "FigureQuery"], "str | None"]


def _additive(measure: Measure, query: FigureQuery) -> str | None:
    if measure.additive_over_areas and measure.additive_over_time:
        return None
    return _(
        "This measure does not add up over areas and time, so its small numbers cannot be protected yet."
    )


def _form(measure: Measure, query: FigureQuery) -> str | None:
    if query.form in FORMS:
        return None
    return _("Running totals of closed data can be subtracted from each other: ask for counts or a change.")


def _level(measure: Measure, query: FigureQuery) -> str | None:
    if query.level in LEVELS:
        return None
    return _("Closed data is shown by ward, district or the whole partnership: choose one of these levels.")


def _one_breakdown(measure: Measure, query: FigureQuery) -> str | None:
    shown = breakdown_of(measure)
    if not query.where and query.by in {(), (shown,)}:
        return None
    if shown is None:
        return _("This closed measure is shown whole: take out filters and breakdowns.")
    return _("This closed measure is shown whole or by %(breakdown)s: take out what else it is cut by.") % {
        "breakdown": shown
    }


def _as_now(measure: Measure, query: FigureQuery) -> str | None:
    if query.as_at is None and query.against is None and query.vintage is None:
        return None
    return _("Closed data is shown as known now, for today's areas: take out the other date or boundaries.")


def _quarters_or_years(measure: Measure, query: FigureQuery) -> str | None:
    """Checked again when the period is known, for a query that left it open."""
    if query.period is None or all(_whole(part) for part in query.period.each(query.every)):
        return None
    return _("Closed data is shown by whole quarters or by years from April: choose such a period.")


def _whole(part: Period) -> bool:
    """Whether a period is a calendar quarter or an April year."""
    first = part.start.month
    return (part.months == QUARTER and first % 3 == 1) or (part.months == YEAR and first == APRIL)


RULES: tuple[Rule, ...] = (_additive, _form, _level, _one_breakdown, _as_now, _quarters_or_years)


def refusal(measure: Measure, query: FigureQuery) -> str | None:
    """Why this table cannot be made safe, or None where it can."""
    return next((sentence for rule in RULES if (sentence := rule(measure, query))), None)
