"""The rows of the table as HTML: thousands of squares are too many for a template's loop."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from joinedup.hub.intelligence import wording
from joinedup.hub.intelligence.answer import Answer, Line
from joinedup.hub.intelligence.comparison import change_text, is_few, verdict
from joinedup.hub.intelligence.presentation import flag_words
from joinedup.measures.peers import Verdict
from joinedup.terms import Form

_ROW = (
    '<tr data-code="{code}"{chosen}><th scope="row" data-sort-value="{name}">'
    '<a href="{page}" data-ask>{name}</a>{parent}</th>'
    "{value}{counts}{change}{cautions}</tr>"
)
_CAUTIONS = "<td>{}</td>"
_NUMBER = '<td class="ju-number" data-sort-value="{raw}">{text}</td>'
_LINKED = (
    '<td class="ju-number" data-sort-value="{order}"><a class="in-value" href="{href}" data-value="{raw}" '
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
    cautious = has_cautions(answer)
    return format_html_join("\n", "{}", ((_row(line, answer, links, cautious),) for line in answer.lines))


def has_cautions(answer: Answer) -> bool:
    """Whether any row has a caution: without one the column is left out."""
    return any(line.flags for line in answer.lines)


def _row(line: Line, answer: Answer, links: dict[str, str], has_cautions: bool) -> SafeString:
    question = answer.question
    form = question.form
    if form is Form.CHANGE:
        value = _change_cell(line, links["value"])
    else:
        value = _linked(line, line.value, line.text, links["value"], _among_peers(line, answer))
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
        cautions=_cautions(line) if has_cautions else "",
    )


def _among_peers(line: Line, answer: Answer) -> SafeString | str:
    """Where an area stands among its peers, if it stands out."""
    stands = answer.verdicts.get(line.code, Verdict.NOT_JUDGED)
    if stands in {Verdict.NOT_JUDGED, Verdict.NO_DIFFERENT}:
        return ""
    return format_html('<span class="in-parent">{}</span>', stands.words)


def _cautions(line: Line) -> SafeString:
    return format_html(_CAUTIONS, "; ".join(flag_words(line.flags)) or "–")


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
    return _number(change.before) + _change_cell(line, links["change"])


def _change_cell(line: Line, link: str) -> SafeString:
    """A change with its verdict; one between few is its two counts, and sorts after the others."""
    change = line.change
    said = verdict(line.numerator, change)
    more = format_html('<span class="in-parent">{}</span>', said) if said else ""
    raw = change.value if change else None
    few = is_few(line.numerator, change)
    return _linked(line, raw, change_text(line.numerator, change), link, more, few=few)


def _number(number: float | None) -> SafeString:
    return format_html(
        _NUMBER, raw="" if number is None else number, text="–" if number is None else wording.count(number)
    )


def _linked(
    line: Line, raw: Any, text: str, link: str, more: SafeString | str = "", *, few: bool = False
) -> SafeString:
    return format_html(
        _LINKED,
        raw="" if raw is None else raw,
        order="" if raw is None or few else raw,
        href=link + line.code,
        text=text,
        words=_("workings for %(area)s") % {"area": line.name},
        more=more,
    )
