"""What people write into a form, as cells of a row: dates, times and places as the feed's files have them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from joinedup.errors import BadInput
from joinedup.feeds.columns import Kind
from joinedup.feeds.rules import FIRST_YEAR, TimeFormat
from joinedup.feeds.translating import gettext as _

if TYPE_CHECKING:
    from joinedup.feeds.columns import Column
    from joinedup.feeds.contract import Contract
    from joinedup.feeds.form import FormRule, Question

MOST_IN_A_LINE = 200
MOST_IN_LINES = 4000
_DEGREES = re.compile(r"\s*(-?\d{1,3}(?:\.\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d+)?)\s*", re.ASCII)


class WrongAnswers(BadInput):
    """Answers that cannot be taken. ``wrong``: column to a sentence; the empty one is for the whole form."""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__(
            _("The report was not stored"), next_step=_("Mend the answers that are marked and send it again")
        )
        self.wrong = dict(wrong)


def row_of(
    contract: Contract, form: FormRule, given: Mapping[str, str], reference: str, today: dt.date
) -> list[str]:
    """A cell for each column of the contract, in its order.

    ``given``: column of a question to what was written. A date is ISO 8601 (2024-05-31), so is a time of day
    (21:30); a place is latitude and longitude in degrees ("54.574, -1.235"), or what the contract's file
    would have. Raises WrongAnswers with a sentence for each answer that is wrong.
    """
    cells = {form.reference: reference}
    wrong: dict[str, str] = {}
    for question in form.questions:
        text = given.get(question.column, "").strip()
        try:
            cells |= _cells(contract, question, text, today)
        except BadInput as error:
            wrong[question.column] = f"{error.what}."
    if wrong:
        raise WrongAnswers(wrong)
    return [cells.get(column.name, "") for column in contract.columns]


def _cells(contract: Contract, question: Question, text: str, today: dt.date) -> dict[str, str]:
    column = contract.column(question.column)
    if not text:
        if column.required or column.name == contract.time.column:
            raise BadInput(_("Answer this question"))
        return {}
    most = MOST_IN_A_LINE if question.lines == 1 else MOST_IN_LINES
    if len(text) > most:
        raise BadInput(_("Write at most {most:,} characters").format(most=most))
    if question.choices and text not in question.choices:
        raise BadInput(_("Choose one of the answers"))
    if contract.place is not None and column.name in contract.place.columns:
        return _place(contract, text)
    return {column.name: _dated(contract, column, text, today)}


def _dated(contract: Contract, column: Column, text: str, today: dt.date) -> str:
    """The text as the contract writes it: dates and times of day are asked for in one way only."""
    rule = contract.time
    if column.name in {rule.column, rule.until}:
        return _moment(text, rule.pattern, today, rule.format, bool(rule.clock))
    if column.name in {rule.clock, rule.until_clock}:
        return _clock(text, rule.clock_pattern)
    if column.kind is Kind.DATE:
        return _moment(text, column.pattern, today, TimeFormat.DATE, True)
    return text


def _moment(text: str, pattern: str, today: dt.date, format_: TimeFormat, day_only: bool) -> str:
    if format_ is TimeFormat.MONTH:
        text, pattern = f"{text}-01", "%Y-%m"
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(_("Write it as a date: day, month and year")) from None
    if moment.year < FIRST_YEAR:
        raise BadInput(_("Write the year with four digits, such as 2024"))
    if moment.date() > today:
        raise BadInput(_("That day has not come yet"))
    if moment.tzinfo is not None or (day_only and moment.time() != dt.time.min):
        raise BadInput(_("Write it as a date: day, month and year"))
    return moment.strftime(pattern)


def _clock(text: str, pattern: str) -> str:
    try:
        return dt.time.fromisoformat(text).strftime(pattern)
    except ValueError:
        raise BadInput(_("Write it as a time of day, such as 21:30")) from None


def _place(contract: Contract, text: str) -> dict[str, str]:
    """The cells of a place: what the map gives, as the contract's files have it."""
    import numpy as np

    from joinedup.places import grid_reference, to_grid

    rule = contract.place
    assert rule is not None  # noqa: S101 - the caller looked
    degrees = _DEGREES.fullmatch(text)
    if degrees is None:
        if rule.grid_reference is None:
            raise BadInput(_("Choose the place on the map, or write latitude and longitude"))
        return {rule.grid_reference: text}
    latitude, longitude = float(degrees[1]), float(degrees[2])
    if rule.grid == "wgs84":
        return {rule.x: f"{longitude:.6f}", rule.y: f"{latitude:.6f}"}
    (east,), (north,) = to_grid(np.array([longitude]), np.array([latitude]))
    if not (np.isfinite(east) and np.isfinite(north)):
        raise BadInput(_("That place is not in Great Britain"))
    if rule.grid_reference is not None:
        return {rule.grid_reference: grid_reference(int(east), int(north))}
    return {rule.x: f"{east:.0f}", rule.y: f"{north:.0f}"}
