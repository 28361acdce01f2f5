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
from joinedup.measures import bases
from joinedup.terms import Every, Flag, Form, Per, Period, add_months


@dataclass(frozen=True)
class Month:
    """One month of the graph, or the quarter that begins with it.

    ``value`` is None where there is no figure, and the line has a gap there.
    """

    month: dt.date
    value: float | None
    lower: float | None
    upper: float | None
    words: str
    flags: tuple[str, ...] = ()

    @property
    def young(self) -> bool:
        """Whether results of this month are still to come."""
        return Flag.NOT_YET_MATURE.value in self.flags and self.value is not None


@dataclass(frozen=True)
class Trend:
    """The months (or quarters) asked for, those compared with, and what they are called."""

    form: Form
    place: str
    period: Period
    before: Period | None
    now_months: tuple[Month, ...]
    before_months: tuple[Month, ...]
    every: Every = Every.MONTH
    per: Per = Per.RESIDENTS

    @property
    def by_quarter(self) -> bool:
        """Whether a point is a quarter rather than a month."""
        return self.every is Every.QUARTER


def trend_of(
    question: Question, form: Form, place: str, rows: Sequence[Any], every: Every = Every.MONTH
) -> Trend:
    """Split the monthly (or quarterly) rows of a figure into the period and the months compared with."""
    months = tuple(
        sorted(
            (_month_of(row) for row in rows),
            key=lambda month: month.month,
        )
    )

    def inside(period: Period) -> tuple[Month, ...]:
        return tuple(month for month in months if period.start <= month.month < period.end)

    before = question.before if question.against else None
    then = inside(before) if before else ()
    return Trend(form, place, question.period, before, inside(question.period), then, every, question.per)


def _month_of(row: Any) -> Month:
    flags = tuple(str(flag) for flag in row.flags)
    return Month(row.period.start, row.value, row.lower, row.upper, row.period.words, flags)


def alternative_text(trend: Trend, subject: str) -> str:
    """What the graph shows, in sentences for those who do not see it."""
    known = [month for month in trend.now_months if month.value is not None]
    if not known:
        return _("Line graph without a line: there is no figure for %(place)s in %(period)s.") % {
            "place": trend.place,
            "period": trend.period.words,
        }
    if len(trend.now_months) == 1:
        return " ".join([_one_month(trend, subject, known[0]), *_young_sentences(trend)])
    low = min(known, key=lambda month: month.value or 0.0)
    high = max(known, key=lambda month: month.value or 0.0)
    sentences = [
        _(
            "Line graph of %(subject)s in %(place)s, %(cut)s, %(period)s: "
            "lowest %(low)s in %(low_month)s, highest %(high)s in %(high_month)s."
        )
        % {
            "subject": subject,
            "place": trend.place,
            "cut": _("quarter by quarter") if trend.by_quarter else _("month by month"),
            "period": trend.period.words,
            "low": wording.value(trend.form, low.value),
            "low_month": low.words,
            "high": wording.value(trend.form, high.value),
            "high_month": high.words,
        }
    ]
    sentences += _gap_sentences(trend, len(known)) + _young_sentences(trend) + _before_sentences(trend)
    return " ".join(sentences)


def _one_month(trend: Trend, subject: str, month: Month) -> str:
    """The sentence of a graph that is one point, with the one before where there is one."""
    words = {
        "subject": subject,
        "place": trend.place,
        "month": trend.period.words,
        "value": wording.value(trend.form, month.value),
    }
    earlier = next((one for one in trend.before_months if one.value is not None), None)
    if earlier is None:
        return _("Graph of one month, %(subject)s in %(place)s: %(value)s in %(month)s.") % words
    words |= {"before": f"{earlier.month:%B %Y}", "then": wording.value(trend.form, earlier.value)}
    return (
        _(
            "Graph of one month, %(subject)s in %(place)s: %(value)s in %(month)s, "
            "against %(then)s in %(before)s."
        )
        % words
    )


def _young_sentences(trend: Trend) -> list[str]:
    young = [month.month for month in trend.now_months if month.young]
    if not young:
        return []
    said = _(
        "Months from %(month)s are dotted with hollow points: outcomes are still to come, "
        "and the line falls for that reason alone."
    )
    return [said % {"month": f"{min(young):%B %Y}"}]


def _gap_sentences(trend: Trend, known: int) -> list[str]:
    if known == len(trend.now_months):
        return []
    gaps = len(trend.now_months) - known
    if trend.by_quarter:
        said = ngettext("%(gaps)d quarter has no figure.", "%(gaps)d quarters have no figure.", gaps)
    else:
        said = ngettext("%(gaps)d month has no figure.", "%(gaps)d months have no figure.", gaps)
    return [said % {"gaps": gaps}]


def _before_sentences(trend: Trend) -> list[str]:
    values = [month.value for month in trend.before_months if month.value is not None]
    if trend.before is None or not values:
        return []
    said = _("A second line shows %(before)s: between %(low)s and %(high)s a month.")
    if trend.by_quarter:
        said = _("A second line shows %(before)s: between %(low)s and %(high)s a quarter.")
    return [
        said
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
    people = {"people": bases.words(trend.per)}
    rate = _("per 1,000 %(people)s a quarter") if trend.by_quarter else _("per 1,000 %(people)s a month")
    titles = {Form.RATE: rate % people, Form.SHARE: _("share of all counted")}
    number = _("number a quarter") if trend.by_quarter else _("number a month")
    title = titles.get(trend.form, number)
    numbers = ".0%" if trend.form is Form.SHARE else ""
    first = f"{trend.period.start:%Y-%m}"
    young = any(month.young for month in trend.now_months)
    drawn = _layers(title, numbers, first, trend.period.months, bool(trend.before_months), young)
    data = {
        "now": {"values": _values(trend, trend.now_months)},
        "before": {"values": _values(trend, trend.before_months)},
    }
    # Where every layer draws the same data, altair states it once for the whole graph.
    shared = drawn.get("data")
    layers = [{**layer, "data": data[layer.get("data", shared)["name"]]} for layer in drawn["layer"]]
    return {**{key: part for key, part in drawn.items() if key != "data"}, "layer": layers}


@functools.lru_cache(maxsize=200)
def _layers(title: str, numbers: str, first: str, months: int, compared: bool, young: bool) -> dict[str, Any]:
    """The graph without its numbers, made once for each shape: building it takes longer than a figure."""
    import altair as alt

    x = alt.X("at:T", timeUnit="yearmonth", title=None, axis=_months_axis(first, months))
    scale = alt.Axis(format=numbers) if numbers else alt.Axis()
    y = alt.Y("value:Q", title=title, scale=alt.Scale(zero=True), axis=scale)
    tooltip = [
        alt.Tooltip("label:N", title=_("Months")),
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
    firm = now.transform_filter("datum.firm") if young else now
    layers.append(firm.mark_line(style="now", tooltip=None).encode(y=y))
    if young:
        soft, hollow = now.transform_filter("datum.soft"), now.transform_filter("datum.young")
        layers.append(soft.mark_line(style="young", tooltip=None).encode(y=y))
        layers.append(hollow.mark_point(style="young-point").encode(y=y, tooltip=tooltip))
    layers.append(firm.mark_point(style="now-point").encode(y=y, tooltip=tooltip))
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
            "label": month.words,
            "value": month.value,
            "lower": month.lower,
            "upper": month.upper,
            "words": wording.value(trend.form, month.value),
            "range": wording.interval(trend.form, month.lower, month.upper) or "–",
            "young": month.young,
            # The dotted line starts at the last month that stands firm, so that the two meet.
            "firm": not month.young,
            "soft": month.young or (following is not None and following.young),
        }
        for month, following in zip(months, [*months[1:], None][: len(months)], strict=True)
    ]
