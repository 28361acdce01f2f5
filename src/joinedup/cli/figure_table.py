"""A figure as a table for people: headings named for its form, per cent as per cent, cautions in words.

JSON and CSV stay as the figure gives them; this is for the eye only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from joinedup.cli.output import Figures, counted
from joinedup.terms import Form, Per

if TYPE_CHECKING:
    from joinedup.measures import FigureRow, Measure
    from joinedup.release import ReleasedFigure

_COMPARISONS = {Form.CHANGE, Form.YEAR_TO_DATE}
_DENOMINATORS = {
    Form.SHARE: "Out of",
    Form.CHANGE: "Before",
    Form.YEAR_TO_DATE: "Same months the year before",
}
_VALUES = {
    Form.SHARE: "Share",
    Form.CHANGE: "Change",
    Form.YEAR_TO_DATE: "Change",
}


def table_of(answer: ReleasedFigure) -> list[dict[str, Any]]:
    """One row of words for each row of the figure, under headings for people."""
    headings = _headings(answer.query.form, answer.query.per)
    rows = [_row(answer.measure, answer.query.form, headings, row) for row in answer.rows]
    if not any(row["Cautions"] for row in rows):
        for row in rows:
            del row["Cautions"]
    return rows


def _headings(form: Form, per: Per) -> tuple[str, str]:
    """What the columns of denominator and value are called; empty where a form has none."""
    if form is not Form.RATE:
        return _DENOMINATORS.get(form, ""), _VALUES.get(form, "")
    from joinedup.measures import bases

    return bases.heading(per), f"Per 1,000 {bases.words(per)}"


def _row(measure: Measure, form: Form, headings: tuple[str, str], row: FigureRow) -> dict[str, Any]:
    cut = {
        name.replace("_", " ").capitalize(): measure.label(name, value)
        for name, value in row.breakdowns.items()
    }
    shown: dict[str, Any] = {
        "Code": row.area_code,
        "Area": row.area_name,
        "Period": row.period.words,
        **cut,
        _numerator_heading(measure, form): counted(row.numerator),
    }
    denominator, value = headings
    if denominator:
        shown[denominator] = counted(row.denominator)
    if value:
        shown[value] = _value(form, row)
    shown["95% interval"] = _interval(form, row)
    shown["Cautions"] = "; ".join(_cautions(form, row))
    return shown


def _numerator_heading(measure: Measure, form: Form) -> str:
    noun = str(measure.noun)
    heading = noun[:1].upper() + noun[1:]
    return f"{heading}, 12 months to the end" if form is Form.ROLLING_12 else heading


def _value(form: Form, row: FigureRow) -> Figures:
    from joinedup.hub.intelligence import wording
    from joinedup.hub.intelligence.comparison import change_text

    if form in _COMPARISONS:
        return Figures(change_text(row.numerator, _change(row)))
    return Figures(wording.value(form, row.value))


def _interval(form: Form, row: FigureRow) -> Figures:
    from joinedup.hub.intelligence import wording
    from joinedup.hub.intelligence.comparison import is_few

    if form in _COMPARISONS:
        few = is_few(row.numerator, _change(row))
        return Figures("" if few else wording.interval(Form.CHANGE, row.lower, row.upper))
    return Figures(wording.interval(form, row.lower, row.upper))


def _cautions(form: Form, row: FigureRow) -> list[str]:
    """The flags in words, and whether a change may be chance alone."""
    from joinedup.hub.intelligence.comparison import verdict
    from joinedup.hub.intelligence.presentation import flag_words

    said = flag_words(tuple(flag.value for flag in row.flags))
    if form in _COMPARISONS and (doubt := verdict(row.numerator, _change(row))):
        said = [doubt, *said]
    return said


def _change(row: FigureRow) -> Any:
    from joinedup.hub.intelligence.comparison import Change

    flags = tuple(flag.value for flag in row.flags)
    return Change(row.denominator, row.value, row.lower, row.upper, flags)
