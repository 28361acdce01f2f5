"""How one number came about: what was asked of release, and the command that asks it again."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from joinedup.hub.intelligence import wording
from joinedup.hub.intelligence.choices import Choices
from joinedup.hub.intelligence.comparison import Change, change_text, is_few
from joinedup.hub.intelligence.presentation import FORM_WORDS, flag_words
from joinedup.hub.intelligence.question import Question
from joinedup.measures import bases
from joinedup.terms import LONDON, AreaLevel, Form, Per, Purpose

INTERVAL_METHODS = {
    Form.COUNT: gettext_lazy("Exact Poisson interval, 95%"),
    Form.RATE: gettext_lazy("Exact Poisson interval of the count, 95%, divided by the denominator"),
    Form.SHARE: gettext_lazy("Wilson interval, 95%"),
    Form.CHANGE: gettext_lazy("Exact conditional interval of the ratio of two counts, 95%"),
}
DENOMINATORS = {
    Form.COUNT: gettext_lazy("none: a count stands alone"),
    Form.SHARE: gettext_lazy("everything counted"),
    Form.CHANGE: gettext_lazy("the count of the months compared with"),
}


@dataclass(frozen=True)
class Workings:
    """One number with everything needed to check it."""

    question: Question
    figure: Any
    row: Any
    place: str
    command: str
    kind: str
    """The type counted, in words; empty for all."""

    @property
    def measure(self) -> Any:
        """The definition that was counted."""
        return self.figure.measure

    @property
    def form_words(self) -> str:
        """The form, in words."""
        return str(FORM_WORDS[self.question.form])

    @property
    def text(self) -> str:
        """The value as people read it; a change between few as its two counts, as in the table."""
        if self.question.form is Form.CHANGE:
            return change_text(self.row.numerator, self._change)
        return wording.value(self.question.form, self.row.value)

    @property
    def interval(self) -> str:
        """The interval as people read it; none for a change between few."""
        if self.question.form is Form.CHANGE and is_few(self.row.numerator, self._change):
            return ""
        return wording.interval(self.question.form, self.row.lower, self.row.upper)

    @property
    def _change(self) -> Change:
        row = self.row
        return Change(
            row.denominator, row.value, row.lower, row.upper, tuple(str(flag) for flag in row.flags)
        )

    @property
    def interval_method(self) -> str:
        """How the interval is computed."""
        return str(INTERVAL_METHODS[self.question.form])

    @property
    def compared(self) -> str:
        """The months compared with, for a change."""
        return self.question.before.words if self.question.form is Form.CHANGE else ""

    @property
    def numerator_text(self) -> str:
        """The count, as people read it."""
        return "–" if self.row.numerator is None else wording.count(self.row.numerator)

    @property
    def denominator_text(self) -> str:
        """What the count is divided by, with its number."""
        rate = self.question.form is Form.RATE
        words = bases.words(self.question.per) if rate else str(DENOMINATORS[self.question.form])
        if self.question.form is Form.COUNT:
            return words
        number = "–" if self.row.denominator is None else wording.count(self.row.denominator)
        return f"{number} ({words})"

    @property
    def known_on(self) -> Any:
        """When the latest delivery that counts became known, in London."""
        known = self.figure.known_on
        return known.astimezone(LONDON) if known else None

    @property
    def notes(self) -> tuple[str, ...]:
        """The figure's notes and the measure's caveats."""
        return tuple(dict.fromkeys([*self.figure.notes, *self.measure.caveats]))

    @property
    def flags(self) -> Sequence[str]:
        """Each flag in words."""
        return flag_words(tuple(str(flag) for flag in self.row.flags))


def workings_of(doors: Any, question: Question, choices: Choices) -> Workings | None:
    """The workings of the chosen area's number, or of the whole place's; None where there is none."""
    level, codes = _where(question, choices)
    against = question.before if question.form is Form.CHANGE else None
    figure = doors.figure(
        question, form=question.form, level=level, areas=codes, period=question.period, against=against
    )
    if not figure.rows:
        return None
    row = figure.rows[0]
    place = row.area_name or choices.name_of(question.within)
    kind = choices.kind_label(choices.measure(question.measure), question.kind)
    return Workings(question, figure, row, place, command(question, level, codes), kind)


def _where(question: Question, choices: Choices) -> tuple[AreaLevel, tuple[str, ...]]:
    if question.area:
        return question.level, (question.area,)
    place = choices.places.get(question.within)
    return (place.level, (place.code,)) if place else (AreaLevel.PARTNERSHIP, (AreaLevel.PARTNERSHIP.value,))


def command(question: Question, level: AreaLevel, codes: Sequence[str]) -> str:
    """The shell command that gives the same number."""
    words = [
        "joinedup",
        "figure",
        question.measure,
        "--form",
        question.form.value,
        "--area-level",
        level.value,
    ]
    if question.per is not Per.RESIDENTS:
        words += ["--per", question.per.value]
    for code in codes:
        words += ["--area", code]
    words += ["--from", f"{question.period.start:%Y-%m}", "--to", question.last_month]
    if question.form is Form.CHANGE:
        words += ["--against", str(question.before)]
    for name, value in question.where():
        words += ["--where", f"{name}={value}"]
    if question.purpose is not Purpose.CRIME_AND_DISORDER:
        words += ["--purpose", question.purpose.value]
    if question.as_at:
        words += ["--as-at", question.as_at]
    return shlex.join(words)
