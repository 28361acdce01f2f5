"""Charts and maps as SVG: one quiet style, the Analysis Function's palette, told apart without colour.

Drawn once and used in the page and in the PDF. Sizes are in CSS pixels. What a chart says in words is written
by the chapters; here is only how it looks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any

import altair as alt
from django.utils.translation import gettext as _

from joinedup.documents.wording import Verdict

DEEP, TURQUOISE, PINK, ORANGE, GREY, PURPLE = (
    "#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1",
)  # fmt: skip
SEQUENTIAL = ("#DCEBF8", "#A9CDEE", "#6BACE6", "#2073BC", "#12436D")
QUIET, LINE, INK = "#4A5562", "#CDD6DF", "#1D2530"
NO_DATA = "#ECECEC"
FEW = "#FFFFFF"
FONT = "Atkinson Hyperlegible, sans-serif"
WIDTH = 640
_KEYS_IN_A_ROW = 3  # more, and a chart with every verdict would be wider than its page and set smaller

_clip = re.compile(r'(id="|url\(#)(clip\d+|gradient_?\d*)')


def _style() -> dict[str, Any]:
    axis = {
        "labelFont": FONT, "titleFont": FONT, "labelFontSize": 13, "titleFontSize": 13, "labelColor": QUIET,
        "titleColor": QUIET, "titleFontWeight": "normal", "domainColor": LINE, "tickColor": LINE,
        "gridColor": "#E6EBF0", "labelLimit": 260, "titlePadding": 10,
    }  # fmt: skip
    legend = {"labelFont": FONT, "titleFont": FONT, "labelFontSize": 13, "titleFontSize": 13,
              "labelColor": INK, "titleColor": INK, "titleFontWeight": "normal"}  # fmt: skip
    return {
        "font": FONT, "background": "white", "view": {"stroke": None}, "axis": axis, "legend": legend,
        "header": {"labelFont": FONT, "titleFont": FONT, "labelFontSize": 14, "labelColor": INK},
        "text": {"font": FONT, "fontSize": 13, "color": INK}, "padding": 6,
    }  # fmt: skip


def svg(chart: Any, values: Sequence[Any] | None = None) -> str:
    """Draw a chart, of ``values`` where it names no data of its own.

    Its clip paths get names of their own, for many charts stand in one page.
    """
    import vl_convert

    specification = {**chart.to_dict(validate=False), "config": _style()}
    if values is not None:
        specification["data"] = {"values": list(values)}
    drawn = vl_convert.vegalite_to_svg(specification, allowed_base_urls=[])
    mark = f"d{hashlib.sha256(drawn.encode()).hexdigest()[:8]}-"
    return _clip.sub(lambda match: f"{match[1]}{mark}{match[2]}", drawn)


def _data(rows: Sequence[dict[str, Any]]) -> Any:
    return alt.InlineData(values=list(rows))


def changes(rows: Sequence[dict[str, Any]]) -> str:
    """Relative changes with their intervals. Rows: name, value, lower, upper, verdict (words)."""
    order = [row["name"] for row in rows]
    verdicts = list(dict.fromkeys(row["verdict"] for row in rows))
    known = {
        str(Verdict.HIGHER.words): (PINK, "triangle-up"),
        str(Verdict.LOWER.words): (DEEP, "triangle-down"),
        str(Verdict.PERHAPS_HIGHER.words): (GREY, "triangle-up"),
        str(Verdict.PERHAPS_LOWER.words): (GREY, "triangle-down"),
    }
    colours = [known.get(word, (GREY, "circle"))[0] for word in verdicts]
    shapes = [known.get(word, (GREY, "circle"))[1] for word in verdicts]
    base = alt.Chart(_data(rows)).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(domain=False, ticks=False, labelPadding=8)),
        color=alt.Color(
            "verdict:N",
            scale=alt.Scale(domain=verdicts, range=colours),
            legend=alt.Legend(title=None, orient="top", columns=_KEYS_IN_A_ROW),
        ),
    )
    title = _("Change on the year before")
    across = alt.X("value:Q", title=title, axis=alt.Axis(format="+.0%", tickCount=7))
    bars = base.mark_rule(strokeWidth=2).encode(x=alt.X("lower:Q", title=title), x2="upper:Q")
    points = base.mark_point(filled=True, size=95, opacity=1).encode(
        x=across,
        shape=alt.Shape(
            "verdict:N",
            scale=alt.Scale(domain=verdicts, range=shapes),
            legend=alt.Legend(
                title=None, orient="top", columns=_KEYS_IN_A_ROW, symbolStrokeWidth=0, symbolSize=110
            ),
        ),
    )
    zero = alt.Chart(_data([{"zero": 0}])).mark_rule(color=INK, strokeWidth=1).encode(x="zero:Q")
    return svg((zero + bars + points).properties(width=WIDTH - 190, height=20 * len(rows)))


def months(rows: Sequence[dict[str, Any]], spans: Sequence[dict[str, Any]], title: str) -> str:
    """Counts by month with the compared periods shaded. Rows: month (ISO), count, lower, upper; spans: start,
    end, label, middle."""
    month = alt.X("month:T", title=None, axis=alt.Axis(format="%b %Y", labelAngle=0, tickCount=8, grid=False))
    shades = (
        alt.Chart(_data(spans))
        .mark_rect(opacity=1)
        .encode(
            x="start:T",
            x2="end:T",
            color=alt.Color(
                "label:N",
                scale=alt.Scale(domain=[s["label"] for s in spans], range=["#F1F3F5", "#E3EEF7"]),
                legend=None,
            ),
        )
    )
    names = (
        alt.Chart(_data(spans))
        .mark_text(baseline="top", dy=4, color=QUIET)
        .encode(x="middle:T", y=alt.value(0), text="label:N")
    )
    base = alt.Chart(_data(rows)).encode(x=month)
    scale = alt.Scale(domainMin=0, nice=True)
    band = base.mark_area(color=DEEP, opacity=0.18).encode(
        y=alt.Y("lower:Q", scale=scale, title=title), y2="upper:Q"
    )
    line = base.mark_line(color=DEEP, strokeWidth=2.5, point=alt.OverlayMarkDef(color=DEEP, size=28)).encode(
        y=alt.Y("count:Q", scale=scale, title=title)
    )
    return svg((shades + band + line + names).properties(width=WIDTH - 60, height=200))


def rates(rows: Sequence[dict[str, Any]], title: str) -> str:
    """Rates with intervals, one row for each area. Rows: name, value, lower, upper, here (bool), label."""
    order = [row["name"] for row in rows]
    base = alt.Chart(_data(rows)).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(domain=False, ticks=False, labelPadding=8)),
        color=alt.condition("datum.here", alt.value(DEEP), alt.value("#8CA3B8")),
    )
    bars = base.mark_bar(height=20).encode(x=alt.X("value:Q", title=title, scale=alt.Scale(zero=True)))
    whiskers = base.mark_rule(strokeWidth=1.5, color=INK).encode(
        x="lower:Q", x2="upper:Q", color=alt.value(INK)
    )
    labels = base.mark_text(align="left", dx=8).encode(x="upper:Q", text="label:N", color=alt.value(INK))
    return svg((bars + whiskers + labels).properties(width=WIDTH - 230, height=32 * len(rows)))


def ranks(rows: Sequence[dict[str, Any]], title: str) -> str:
    """Ranks with their intervals. Rows: name, rank, lower, upper."""
    order = [row["name"] for row in rows]
    base = alt.Chart(_data(rows)).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(domain=False, ticks=False, labelPadding=8))
    )
    last = max(row["upper"] for row in rows)
    scale = alt.Scale(domain=[0.5, last + 0.5], nice=False)
    across = alt.Axis(values=list(range(1, last + 1)), format="d")
    bars = base.mark_bar(height=10, color="#A9CDEE", cornerRadius=5).encode(
        x=alt.X("from:Q", scale=scale, title=title, axis=across), x2="to:Q"
    )
    points = base.mark_point(filled=True, size=80, color=DEEP, opacity=1).encode(
        x=alt.X("rank:Q", scale=scale, axis=across, title=title)
    )
    return svg((bars + points).properties(width=WIDTH - 230, height=18 * len(rows)))


def deciles(rows: Sequence[dict[str, Any]], title: str, across: str) -> str:
    """Rates by decile of deprivation with intervals. Rows: decile, value, lower, upper, few (drawn paler)."""
    base = alt.Chart(_data(rows)).encode(
        x=alt.X("decile:O", title=across, axis=alt.Axis(labelAngle=0, domain=False, ticks=False))
    )
    bars = base.mark_bar().encode(
        y=alt.Y("value:Q", title=title, scale=alt.Scale(zero=True)),
        color=alt.condition("datum.few", alt.value("#A9CDEE"), alt.value("#2073BC")),
    )
    whiskers = base.mark_rule(color=INK, strokeWidth=1.5).encode(y="lower:Q", y2="upper:Q")
    return svg((bars + whiskers).properties(width=WIDTH - 80, height=230))
