"""The rows of the table as HTML: thousands of squares are too many for a template's loop."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from joinedup.hub.intelligence import wording
from joinedup.hub.intelligence.answer import Answer, Line
from joinedup.hub.intelligence.presentation import flag_words
from joinedup.terms import Form

_ROW = (
    '<tr data-code="{code}"{chosen}><th scope="row" data-sort-value="{name}">'
    '<a href="{page}" data-ask>{name}</a>{parent}</th>'
    "{value}{counts}{change}<td>{cautions}</td></tr>"
)
_NUMBER = '<td class="ju-number" data-sort-value="{raw}">{text}</td>'
_LINKED = (
    '<td class="ju-number" data-sort-value="{raw}"><a class="in-value" href="{href}" data-value="{raw}" '
    'data-workings-link>{text}<span class="ju-hidden"> {words}</span></a>{more}</td>'
)


def table_rows(answer: Answer) -> SafeString:
    """Every row of the table, greatest value first."""
    question = answer.question
    asked = question.but(area="").query_string()
    changed = question.but(area="", form=Form.CHANGE).query_string()
    links = {
        "page": f"{reverse('intelligence')}?{asked}&area=",
        "value": f"{reverse('intelligence-workings')}?{asked}&area=",
        "change": f"{reverse('intelligence-workings')}?{changed}&area=",
    }
    return format_html_join("\n", "{}", ((_row(line, answer, links),) for line in answer.lines))


def _row(line: Line, answer: Answer, links: dict[str, str]) -> SafeString:
    question = answer.question
    form = question.form
    value = _linked(line, line.value, line.text, links["value"])
    interval = format_html('<td class="ju-number">{}</td>', line.interval_text or "–")
    return format_html(
        _ROW,
        code=line.code,
        chosen=SafeString(' class="in-chosen"') if line.code == question.area else "",
        name=line.name,
        page=links["page"] + line.code,
        parent=format_html('<span class="in-parent">{}</span>', line.parent) if line.parent else "",
        counts=_counts(line, form),
        value=value + interval,
        change=_compared(line, links) if answer.compares else "",
        cautions="; ".join(flag_words(line.flags)) or "–",
    )


def _counts(line: Line, form: Form) -> SafeString | str:
    """What the value was divided from, except where it is the count itself."""
    if form is Form.COUNT:
        return ""
    return _number(line.numerator) + _number(line.denominator)


def _compared(line: Line, links: dict[str, str]) -> SafeString:
    """The count of the months compared with, and the change against it."""
    change = line.change
    if change is None:
        return _number(None) + _number(None)
    text = wording.value(Form.CHANGE, change.value)
    verdict = "" if change.clear or change.value is None else _("no clear change")
    more = format_html('<span class="in-parent">{}</span>', verdict) if verdict else ""
    return _number(change.before) + _linked(line, change.value, text, links["change"], more)


def _number(number: float | None) -> SafeString:
    return format_html(
        _NUMBER, raw="" if number is None else number, text="–" if number is None else wording.count(number)
    )


def _linked(line: Line, raw: Any, text: str, link: str, more: SafeString | str = "") -> SafeString:
    return format_html(
        _LINKED,
        raw="" if raw is None else raw,
        href=link + line.code,
        text=text,
        words=_("workings for %(area)s") % {"area": line.name},
        more=more,
    )
