"""Month by month: all the months there are, the two years side by side, and what may be said of seasons."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from joinedup.documents import drawing, wording
from joinedup.documents.chapters.crime import ASB, CRIME
from joinedup.documents.citing import Marked, Plain, paragraph, phrase, say
from joinedup.documents.drafting import INTERVAL, Draft
from joinedup.documents.tables import Column, table
from joinedup.documents.workings import Fact
from joinedup.terms import Every, Period

_YEARS_FOR_SEASONS = 3


def write(draft: Draft) -> str:
    """The chapter."""
    text = f"# {_('Month by month')}\n\n"
    text += _trend(draft, CRIME, _("Recorded crime"), _("crimes"))
    text += _trend(draft, ASB, _("Anti-social behaviour"), _("incidents of anti-social behaviour"))
    return text + _side_by_side(draft) + _seasons(draft)


def _known_months(draft: Draft, measure: str) -> list[Fact]:
    """The count of each month that feeds cover, in order, for all months that were delivered."""
    asked = draft.scope.ask(measure, period=draft.scope.recorded, every=Every.MONTH)
    facts = [fact for fact in asked.of(draft.scope.subject.code) if fact.known]
    return sorted(facts, key=lambda fact: fact.row.period.start)


def _month_name(fact: Fact) -> Plain:
    return Plain(fact.row.period.words, "period")


def _trend(draft: Draft, measure: str, title: str, noun: str) -> str:
    facts = _known_months(draft, measure)
    if not facts:
        return paragraph(say(_("{title}: no month has been delivered."), title=phrase(title)))
    rows = [
        {
            "month": fact.row.period.start.isoformat(),
            "count": fact.row.numerator,
            "lower": fact.row.lower,
            "upper": fact.row.upper,
        }
        for fact in facts
    ]
    most, least = max(facts, key=_number), min(facts, key=_number)
    alt = phrase(
        _(
            "Line chart of {title} in {area} by month, {first} to {last}. The most {noun} were in "
            "{most_month} "
            "({most}), the fewest in {least_month} ({least}); the last month has {now}. The two periods "
            "compared "
            "are shaded."
        ),
        title=phrase(title[:1].lower() + title[1:]),
        area=draft.here,
        first=_month_name(facts[0]),
        last=_month_name(facts[-1]),
        noun=phrase(noun),
        most_month=_month_name(most),
        most=most.count,
        least_month=_month_name(least),
        least=least.count,
        now=facts[-1].count,
    )
    caption = phrase(
        _("**{title} by month, {area}.** The band is the {level} interval of each month's count."),
        title=phrase(title),
        area=draft.here,
        level=INTERVAL,
    )
    return draft.drawn(
        drawing.months(rows, _spans(draft), _("{noun} a month").format(noun=noun)), alt, caption
    )


def _number(fact: Fact) -> int:
    return int(fact.row.numerator)


def _spans(draft: Draft) -> list[dict[str, str]]:
    scope = draft.scope
    spans = [(scope.before, _("Year before")), (scope.period, _("This year"))]
    return [
        _span(period, label, scope.recorded) for period, label in spans if _overlaps(period, scope.recorded)
    ]


def _overlaps(period: Period, recorded: Period | None) -> bool:
    return recorded is None or (period.start < recorded.end and recorded.start < period.end)


def _span(period: Period, label: str, recorded: Period | None) -> dict[str, str]:
    """The months' points stand on first days, so a period is shaded from half a month before its first."""
    start, end = period.start, period.end
    if recorded is not None:
        start, end = max(start, recorded.start), min(end, recorded.end)
    half = dt.timedelta(days=15)
    return {
        "label": label,
        "start": (start - half).isoformat(),
        "end": (end - half).isoformat(),
        "middle": (start + (end - start) / 2 - half).isoformat(),
    }


def _side_by_side(draft: Draft) -> str:
    found = {
        measure: {fact.row.period.start: fact for fact in _known_months(draft, measure)}
        for measure in (CRIME, ASB)
    }
    rows: list[list[Marked | None]] = []
    for month in draft.scope.period.each(Every.MONTH):
        earlier = month.shifted(-12).start
        cells = [found[measure].get(day) for measure in (CRIME, ASB) for day in (earlier, month.start)]
        if any(cells):
            rows.append(
                [Plain(f"{month.start:%B}", "period"), *[fact.count if fact else None for fact in cells]]
            )
    if not rows:
        return ""
    columns = [
        Column(_("Month"), 14),
        Column(_("Crime, year before"), 14, numbers=True),
        Column(_("Crime, this year"), 14, numbers=True),
        Column(_("Anti-social behaviour, year before"), 18, numbers=True),
        Column(_("Anti-social behaviour, this year"), 18, numbers=True),
    ]
    caption = phrase(_("The same months of both years: {before} and {period}"), before=draft.before,
                     period=draft.period)  # fmt: skip
    lengths = say(
        _("Months differ in length, by up to a tenth: compare a month with the same month of the other year.")
    )
    return table(caption, columns, rows, workings=_("Workings")) + paragraph(lengths)


def _seasons(draft: Draft) -> str:
    recorded = draft.scope.recorded
    years = (recorded.months if recorded else 0) // 12
    if years >= _YEARS_FOR_SEASONS:
        return ""
    derived = draft.scope.workings.derive(
        _("Complete years of months that were delivered"),
        _("months delivered, divided by twelve, rounded down"),
        [draft.scope.ask(CRIME, period=recorded, every=Every.MONTH).question],
        years,
        wording.count,
    )
    return (
        ":::caution\n\n"
        + paragraph(
            say(
                _(
                    "The months show ups and downs, but the records hold {years} complete years: too few "
                    "to tell "
                    "a season from chance. At least three are needed, so no seasonal pattern is claimed."
                ),
                years=derived.cite(),
            )
        )
        + ":::\n\n"
    )
