"""Whether a measure can answer a query, and in which unit."""

from __future__ import annotations

import difflib

from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotFound
from joinedup.measures.bases import words
from joinedup.measures.definition import UNSTATED, Measure
from joinedup.measures.query import FigureQuery
from joinedup.terms import AreaLevel, Every, Form, Per

_SHOWN_VALUES = 30
_EARLIEST, _LATEST = 1900, 2200


def check(measure: Measure, query: FigureQuery) -> None:
    """Refuse what the measure cannot answer, saying what it can."""
    _check_form(measure, query)
    if not measure.placed and query.level is not AreaLevel.ALL:
        raise BadInput(
            f"{measure.title} comes without a place and cannot be cut by {query.level}",
            where=measure.name,
            next_step=_unplaced_next(measure),
        )
    for name in query.by:
        _check_breakdown(measure, name)
    if len(set(query.by)) != len(query.by):
        raise BadInput("A breakdown is named twice", where=", ".join(query.by))
    for name, value in query.where:
        _check_breakdown(measure, name)
        _check_value(measure, name, value)
    if not measure.additive_over_time and (
        query.every is not Every.MONTH or query.form in {Form.YEAR_TO_DATE, Form.ROLLING_12}
    ):
        raise BadInput(
            f"{measure.title} does not add up over time", where=measure.name, next_step="Ask for each month"
        )
    if (
        query.period is not None
        and not _EARLIEST <= query.period.start.year <= query.period.last.year <= _LATEST
    ):
        raise BadInput("That period is not one that data could tell of", where=str(query.period))
    if query.as_at is not None and query.as_at.tzinfo is None:
        raise BadInput("A date of knowledge needs its time zone")
    if query.vintage and query.level in {AreaLevel.ALL, AreaLevel.PARTNERSHIP, AreaLevel.SQUARE}:
        raise BadInput(f"The level {query.level} has no vintages", where=query.vintage)


def _unplaced_next(measure: Measure) -> str:
    cut = f", and cut it by: {', '.join(measure.breakdowns)}" if measure.breakdowns else ""
    return f"Choose the level all (--area-level all){cut}"


def _check_form(measure: Measure, query: FigureQuery) -> None:
    if query.form not in measure.forms:
        raise BadInput(
            f"{measure.title} does not come as {query.form}",
            where=measure.name,
            next_step=f"Choose: {', '.join(measure.forms)}",
        )
    if query.per is not Per.RESIDENTS and query.form is not Form.RATE:
        raise BadInput(
            f"Only a rate divides by {words(query.per)}",
            where=f"{measure.name} as {query.form}",
            next_step=f"Ask for the form {Form.RATE}",
        )
    if query.form is Form.SHARE and not measure.has_hit and not query.by:
        raise BadInput(
            "A share needs a breakdown whose values share the whole",
            where=measure.name,
            next_step=f"Cut it by: {', '.join(measure.breakdowns)}",
        )


def _check_breakdown(measure: Measure, name: str) -> None:
    if name not in measure.breakdowns:
        known = ", ".join(measure.breakdowns)
        raise NotFound(
            f"{measure.title} has no breakdown of that name",
            where=name,
            next_step=(f"There is: {known}" if known else "It has none") + "; rhythms: see joinedup rhythm",
        )


def _check_value(measure: Measure, name: str, value: str) -> None:
    known = measure.breakdowns[name]
    if not known or value in known or value == UNSTATED:
        return
    near = difflib.get_close_matches(value, known, n=3, cutoff=0.6) or list(known)[:_SHOWN_VALUES]
    raise NotFound(
        f"{measure.title} has no such value of {name}",
        where=value[:60],
        next_step=f"There is: {', '.join(near)}",
    )


def unit(measure: Measure, form: Form, per: Per = Per.RESIDENTS) -> str:
    """The unit of a figure's value, in words."""
    if form is Form.RATE:
        return _("{unit} per 1,000 {per} in the period").format(unit=measure.unit, per=words(per))
    if form is Form.SHARE:
        return _("share of {unit}, 0 to 1").format(unit=measure.unit)
    if form in {Form.CHANGE, Form.YEAR_TO_DATE}:
        return _("relative change in {unit}, 0 is none").format(unit=measure.unit)
    return measure.unit
