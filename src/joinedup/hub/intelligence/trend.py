"""The trend graph: months of one place, beside the same months before, as a Vega-Lite specification."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from joinedup.hub.intelligence import wording
from joinedup.hub.intelligence.question import Question
from joinedup.terms import Form, Period, add_months


@dataclass(frozen=True)
class Month:
    """One month of the graph; ``value`` is None where there is no figure, and the line has a gap there."""

    month: dt.date
    value: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class Trend:
    """The months asked for, those compared with, and what they are called."""

    form: Form
    place: str
    period: Period
    before: Period | None
    now_months: tuple[Month, ...]
    before_months: tuple[Month, ...]


def trend_of(question: Question, form: Form, place: str, rows: Sequence[Any]) -> Trend:
    """Split the monthly rows of a figure into the period and the months compared with."""
    months = tuple(
        sorted(
            (Month(row.period.start, row.value, row.lower, row.upper) for row in rows),
            key=lambda month: month.month,
        )
    )

    def inside(period: Period) -> tuple[Month, ...]:
        return tuple(month for month in months if period.start <= month.month < period.end)

    before = question.before if question.against else None
    return Trend(
        form, place, question.period, before, inside(question.period), inside(before) if before else ()
    )


def alternative_text(trend: Trend, subject: str) -> str:
    """What the graph shows, in sentences for those who do not see it."""
    known = [month for month in trend.now_months if month.value is not None]
    if not known:
        return _("Line graph without a line: there is no figure for %(place)s in %(period)s.") % {
            "place": trend.place,
            "period": trend.period.words,
        }
    low = min(known, key=lambda month: month.value or 0.0)
    high = max(known, key=lambda month: month.value or 0.0)
    sentences = [
        _(
            "Line graph of %(subject)s in %(place)s, month by month, %(period)s: "
            "lowest %(low)s in %(low_month)s, highest %(high)s in %(high_month)s."
        )
        % {
            "subject": subject,
            "place": trend.place,
            "period": trend.period.words,
            "low": wording.value(trend.form, low.value),
            "low_month": f"{low.month:%B %Y}",
            "high": wording.value(trend.form, high.value),
            "high_month": f"{high.month:%B %Y}",
        }
    ]
    sentences += _gap_sentences(trend, len(known)) + _before_sentences(trend)
    return " ".join(sentences)


def _gap_sentences(trend: Trend, known: int) -> list[str]:
    if known == len(trend.now_months):
        return []
    gaps = len(trend.now_months) - known
    said = ngettext("%(gaps)d month has no figure.", "%(gaps)d months have no figure.", gaps)
    return [said % {"gaps": gaps}]


def _before_sentences(trend: Trend) -> list[str]:
    values = [month.value for month in trend.before_months if month.value is not None]
    if trend.before is None or not values:
        return []
    return [
        _("A second line shows %(before)s: between %(low)s and %(high)s a month.")
        % {
            "before": trend.before.words,
            "low": wording.value(trend.form, min(values)),
            "high": wording.value(trend.form, max(values)),
        }
    ]


def specification(trend: Trend) -> dict[str, Any]:
    """The Vega-Lite specification of the graph; the page gives colours by its styles, light or dark.

    The styles ``now``, ``before`` and ``band`` name the marks. A month without a figure breaks its line.
    """
    titles = {Form.RATE: _("per 1,000 residents"), Form.SHARE: _("share of all counted")}
    title = titles.get(trend.form, _("number a month"))
    numbers = ".0%" if trend.form is Form.SHARE else ""
    first = f"{trend.period.start:%Y-%m}"
    drawn = _layers(title, numbers, first, trend.period.months, bool(trend.before_months))
    data = {
        "now": {"values": _values(trend, trend.now_months)},
        "before": {"values": _values(trend, trend.before_months)},
    }
    # Where every layer draws the same data, altair states it once for the whole graph.
    shared = drawn.get("data")
    layers = [{**layer, "data": data[layer.get("data", shared)["name"]]} for layer in drawn["layer"]]
    return {**{key: part for key, part in drawn.items() if key != "data"}, "layer": layers}


@functools.lru_cache(maxsize=200)
def _layers(title: str, numbers: str, first: str, months: int, compared: bool) -> dict[str, Any]:
    """The graph without its numbers, made once for each shape: building it takes longer than a figure."""
    import altair as alt

    x = alt.X("at:T", timeUnit="yearmonth", title=None, axis=_months_axis(first, months))
    scale = alt.Axis(format=numbers) if numbers else alt.Axis()
    y = alt.Y("value:Q", title=title, scale=alt.Scale(zero=True), axis=scale)
    tooltip = [
        alt.Tooltip("label:N", title=_("Month")),
        alt.Tooltip("words:N", title=title[0].upper() + title[1:]),
        alt.Tooltip("range:N", title=_("95% interval")),
    ]
    now = alt.Chart(alt.NamedData("now")).encode(x=x)
    before = alt.Chart(alt.NamedData("before")).encode(x=x)
    layers = [
        now.mark_area(style="band", tooltip=None).encode(
            y=alt.Y("lower:Q", title=title, axis=scale), y2="upper:Q"
        )
    ]
    if compared:
        layers += [
            before.mark_line(style="before", tooltip=None).encode(y=y),
            before.mark_point(style="before-point").encode(y=y, tooltip=tooltip),
        ]
    layers += [
        now.mark_line(style="now", tooltip=None).encode(y=y),
        now.mark_point(style="now-point").encode(y=y, tooltip=tooltip),
    ]
    chart = alt.layer(*layers).properties(width="container", height="container")
    drawn: dict[str, Any] = chart.to_dict(validate=False)
    return drawn


def _months_axis(first: str, months: int) -> Any:
    """Months by their short names; the year stands under the first and under each January."""
    import altair as alt

    with_year = f"timeFormat(datum.value, '%m') == '01' || timeFormat(datum.value, '%Y-%m') == '{first}'"
    label = f"[timeFormat(datum.value, '%b'), {with_year} ? timeFormat(datum.value, '%Y') : '']"
    step = 1 if months <= 15 else 3
    return alt.Axis(
        labelExpr=label,
        tickCount={"interval": "month", "step": step},
        labelOverlap="parity",
        labelFlush=False,
        grid=False,
    )


def _values(trend: Trend, months: Sequence[Month]) -> list[dict[str, Any]]:
    """The points of one line. ``at`` is the month of the period that a point stands above."""
    later = 0
    if trend.before is not None and months is trend.before_months:
        later = (trend.period.start.year - trend.before.start.year) * 12
    return [
        {
            "at": f"{add_months(month.month, later):%Y-%m}-01T00:00:00",
            "label": f"{month.month:%B %Y}",
            "value": month.value,
            "lower": month.lower,
            "upper": month.upper,
            "words": wording.value(trend.form, month.value),
            "range": wording.interval(trend.form, month.lower, month.upper) or "–",
        }
        for month in months
    ]
