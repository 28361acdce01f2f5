"""Which tables of closed data may be made at all for people who see protected tables only.

Few and coarse, so that tables that overlap cannot be played off against each other: the fewer ways to cut,
the fewer subtractions. Each refusal names its rule and what would be needed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.terms import AreaLevel, Form

if TYPE_CHECKING:
    from joinedup.measures import FigureQuery, Measure

LEVELS = frozenset({AreaLevel.ALL, AreaLevel.PARTNERSHIP, AreaLevel.DISTRICT, AreaLevel.WARD, AreaLevel.MSOA})
FORMS = frozenset({Form.COUNT, Form.RATE, Form.SHARE, Form.CHANGE})

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
    return _("Closed data is shown by ward, middle-layer area (MSOA) or larger: choose one of these levels.")


def _one_breakdown(measure: Measure, query: FigureQuery) -> str | None:
    if len(query.by) <= 1 and not query.where:
        return None
    return _("Closed data is shown by one breakdown at a time, whole: take out filters and other breakdowns.")


def _as_now(measure: Measure, query: FigureQuery) -> str | None:
    if query.as_at is None and query.against is None:
        return None
    return _("Closed data is shown as known now, against the year before: take out the other date.")


def _whole_quarters(measure: Measure, query: FigureQuery) -> str | None:
    period = query.period
    if period is None or (period.start.month % 3 == 1 and period.months % 3 == 0):
        return None
    return _("Closed data is shown for whole quarters: begin in January, April, July or October.")


RULES: tuple[Rule, ...] = (_additive, _form, _level, _one_breakdown, _as_now, _whole_quarters)


def refusal(measure: Measure, query: FigureQuery) -> str | None:
    """Why this table cannot be made safe, or None where it can."""
    return next((sentence for rule in RULES if (sentence := rule(measure, query))), None)
