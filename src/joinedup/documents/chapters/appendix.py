"""The appendix of workings: every cited number with its value unrounded, and every question asked."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from django.utils.translation import gettext as _

from joinedup.documents.chapters.quality import numbered
from joinedup.documents.citing import Name, Plain, escape, paragraph, say
from joinedup.documents.drafting import INTERVAL, Draft
from joinedup.documents.workings import Derived, Entry, Ledger, Question
from joinedup.terms import LONDON, AreaLevel, Every, Flag, Form, Period


def write(draft: Draft) -> str:
    """Both halves of the appendix."""
    workings = draft.scope.workings
    lines = [_line(entry, draft.scope.period) for entry in workings.entries]
    head = [_("Mark"), _("What it is"), _("Numbers"), _("From")]
    widths = [6, 46, 40, 8]
    return (
        f"# {_('Appendix: workings')} {{.new-page}}\n\n"
        f"## {_('Every number')}\n\n"
        + _guide(draft)
        + ":::workings\n\n"
        + f"| {' | '.join(head)} |\n|{'|'.join('-' * width for width in widths)}|\n"
        + "\n".join(lines)
        + f"\n\n: {_('Every number of this document, with its value and where it comes from')}\n\n:::\n\n"
        + f"## {_('Every question')}\n\n"
        + paragraph(
            say(
                _(
                    "Each question was asked of joinedup once; the command asks it again, as it was "
                    "known then, so "
                    "it gives the same numbers for ever."
                )
            )
        )
        + _definitions(draft)
        + "::::columns\n\n"
        + "".join(_question(question, draft.scope.known_on()) for question in _used(draft))
        + "::::\n\n"
    )


def _guide(draft: Draft) -> str:
    """What holds for many rows of the table, said once."""
    return paragraph(
        say(
            _("Where a row names no period it is of {period}."),
            period=draft.period,
        ),
        say(
            _(
                "**How ranks are made.** Places in the order of the counts; the range is the middle "
                "{level} of the "
                "places in {draws} draws of each ward's rate from {gamma}, with a fixed seed."
            ),
            level=INTERVAL,
            draws=Plain("10,000", "method"),
            gamma=Plain("Gamma(count + 0.5)", "method"),
        ),
    )


def _definitions(draft: Draft) -> str:
    """What each measure means and its unit, once for all its questions."""
    measures = {question.figure.measure.name: question.figure.measure for question in _used(draft)}
    return "".join(
        f"- **{escape(measure.title)}:** {Name(measure.meaning.replace(chr(10), ' '))}\n"
        for measure in measures.values()
    ) + "\n"  # fmt: skip


def _used(draft: Draft) -> list[Question]:
    """The questions that an entry rests on, in order."""
    names = {entry.question.reference for entry in draft.scope.workings.entries if isinstance(entry, Entry)}
    for entry in draft.scope.workings.entries:
        if isinstance(entry, Derived):
            names.update(entry.sources)
    return [question for question in draft.scope.workings.questions if question.reference in names]


def _line(entry: Entry | Derived | Ledger, usual: Period) -> str:
    mark = f"[{entry.reference}]{{#{entry.reference.lower()}}}"
    if isinstance(entry, Entry):
        what, numbers, origin = _row_words(entry, usual), _row_numbers(entry), _link(entry.question.reference)
    elif isinstance(entry, Derived):
        what = f"{_cell(entry.what)}: {_cell(entry.how)}"
        numbers = _derived_numbers(entry)
        origin = " ".join(_link(source) for source in entry.sources)
    else:
        what = f"{_cell(entry.what)}: {_cell(entry.how)}"
        numbers = "; ".join(
            _number(part.replace("_", " "), part, value) for part, value in entry.parts.items()
        )
        origin = escape(_("ledger"))
    return f"| {mark} | {what} | {numbers} | {origin} |"


def _cell(text: str) -> str:
    return escape(text.replace("\n", " "))


def _link(reference: str) -> str:
    return f"[{reference}](#{reference.lower()})"


def _row_words(entry: Entry, usual: Period) -> str:
    row, figure = entry.row, entry.question.figure
    parts = [figure.measure.title, _form(figure.query.form), str(row.area_name)]
    parts += [] if row.period == usual else [row.period.words]
    parts += [f"{name}: {figure.measure.label(name, value)}" for name, value in row.breakdowns.items()]
    if row.flags:
        parts.append(_("flags: {flags}").format(flags=", ".join(str(flag) for flag in row.flags)))
    return _cell("; ".join(parts))


def _form(form: Form) -> str:
    return {
        Form.COUNT: _("count"),
        Form.RATE: _("rate"),
        Form.SHARE: _("share"),
        Form.CHANGE: _("change on the year before"),
        Form.YEAR_TO_DATE: _("year to date"),
        Form.ROLLING_12: _("rolling 12 months"),
    }[form]


_DENOMINATOR = {
    Form.RATE: "residents",
    Form.SHARE: "of",
    Form.CHANGE: "the year before",
    Form.YEAR_TO_DATE: "the year before",
}


def _row_numbers(entry: Entry) -> str:
    row, form = entry.row, entry.question.figure.query.form
    named = [
        (_("count"), "numerator", row.numerator),
        (_(_DENOMINATOR.get(form, "denominator")), "denominator", row.denominator),
        (_("value"), "value", row.value),
        (_("lower"), "lower", row.lower),
        (_("upper"), "upper", row.upper),
    ]
    return "; ".join(_number(label, part, value) for label, part, value in named if value is not None)


def _derived_numbers(entry: Derived) -> str:
    named = [
        (_("value"), "value", entry.value),
        (_("lower"), "lower", entry.lower),
        (_("upper"), "upper", entry.upper),
    ]
    return "; ".join(_number(label, part, value) for label, part, value in named if value is not None)


def _number(label: str, part: str, value: float) -> str:
    return f'{escape(label)} [{escape(_shown(value))}]{{part="{part}" number="{value!r}"}}'


def _shown(value: float) -> str:
    if isinstance(value, int) or (math.isfinite(value) and value == int(value)):
        return f"{int(value):,}"
    return f"{value:.6g}" if math.isfinite(value) else _("no upper end")


def _question(question: Question, moment: dt.datetime) -> str:
    figure, query = question.figure, question.figure.query
    measure = figure.measure
    known = figure.known_on.astimezone(LONDON) if figure.known_on else None
    title = f"{question.reference}. {measure.title}, {_form(query.form)}, {query.level}"
    lines = [
        (_("Definition"), f"{measure.name}, {_('version')} {measure.version}."),
        (_("Unit"), figure.unit),
        (_("Method"), _method(query.form)),
        (_("Known on"), f"{known:%-d %B %Y, %H:%M}" if known else _("nothing delivered")),
        (_("Deliveries"), numbered([row.number for row in figure.deliveries]) or _("none")),
    ]
    if figure.notes:
        lines.append((_("Notes"), " ".join(figure.notes)))
    return (
        f":::question\n\n### [{escape(title)}]{{#{question.reference.lower()}}}\n\n"
        + "".join(f"**{escape(label)}:** {Name(text.replace(chr(10), ' '))}\n\n" for label, text in lines)
        + f"    {command(query, moment)}\n\n:::\n\n"
    )


def _method(form: Form) -> str:
    return {
        Form.COUNT: _("count; exact Poisson interval"),
        Form.RATE: _("count divided by residents, times 1,000; exact Poisson interval"),
        Form.SHARE: _("part divided by whole; Wilson interval"),
        Form.CHANGE: _("count now divided by count before, minus one; exact conditional interval"),
        Form.YEAR_TO_DATE: _("count April to the month against the same months before; exact conditional"),
        Form.ROLLING_12: _("count over twelve months; exact Poisson interval"),
    }[form]


def command(query: Any, moment: dt.datetime) -> str:
    """The shell command that asks the same question again, as it was known at a moment (aware)."""
    words = ["joinedup figure", query.measure, f"--form {query.form}"]
    if query.level is not AreaLevel.PARTNERSHIP:
        words.append(f"--area-level {query.level}")
    words += [f"--area {code}" for code in query.areas]
    if query.period is not None:
        first, last = query.period.each(Every.MONTH)[0], query.period.each(Every.MONTH)[-1]
        words.append(f"--from {first} --to {last}")
    if query.every is not Every.WHOLE:
        words.append(f"--every {query.every}")
    words += [f"--by {name}" for name in query.by]
    words += [f"--where {name}={value}" for name, value in query.where]
    words.append(f"--as-at {moment.astimezone(LONDON).isoformat()}")
    return " ".join(words)


__all__ = ["Flag", "command", "write"]
