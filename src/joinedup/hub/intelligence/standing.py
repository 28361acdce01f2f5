"""How far an answer's months stand: which were delivered, which are too young, whose residents they have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from joinedup.hub.intelligence import wording
from joinedup.hub.intelligence.answer import Answer
from joinedup.hub.intelligence.trend import Month
from joinedup.terms import Flag, Form, Period, add_months

_NUMBERS = {
    1: gettext_lazy("one"),
    2: gettext_lazy("two"),
    3: gettext_lazy("three"),
    4: gettext_lazy("four"),
    5: gettext_lazy("five"),
    6: gettext_lazy("six"),
    7: gettext_lazy("seven"),
    8: gettext_lazy("eight"),
    9: gettext_lazy("nine"),
}
_UNDELIVERED = {Flag.NO_DATA.value, Flag.INCOMPLETE_FEED.value}


def counted_so_far(answer: Answer, noun: str) -> list[str]:
    """What is known while months are lacking: the months there are, the count so far, and what waits."""
    period = answer.question.period
    delivered = [month.month for month in _months(answer) if not _UNDELIVERED & set(month.flags)]
    words = {
        "day": _day(answer.question.as_at),
        "number": len(delivered),
        "all": period.months,
        "months": months_in_words(delivered),
        "count": wording.count(answer.whole.numerator or 0),
        "noun": noun,
        "place": answer.choices.name_of(answer.question.within),
        "period": period.words,
    }
    if not delivered:
        said = (
            _("By %(day)s not every feed had delivered %(period)s: %(count)s %(noun)s so far in %(place)s.")
            if words["day"]
            else _("Not every feed has delivered %(period)s: %(count)s %(noun)s so far in %(place)s.")
        )
    elif words["day"]:
        said = _(
            "By %(day)s only %(number)s of these %(all)s months (%(months)s) had been delivered: "
            "%(count)s %(noun)s so far in %(place)s."
        )
    else:
        said = _(
            "Only %(number)s of these %(all)s months (%(months)s) have been delivered: "
            "%(count)s %(noun)s so far in %(place)s."
        )
    needs = (
        _("A rate or a comparison needs every feed.")
        if period.months == 1
        else _("A rate or a comparison needs all %(all)s months.") % words
    )
    return [said % words, needs]


def still_to_come(answer: Answer) -> str:
    """From which month results are still to come, and what that does to the figure and its line."""
    if Flag.NOT_YET_MATURE.value not in answer.whole.flags:
        return ""
    young = [month.month for month in _months(answer) if month.young]
    number = getattr(answer.measure, "matures_after", 0)
    if not young or not number:
        return _("Results of the latest months are still to come, so this will change.")
    words = {
        "month": Period.of_month(min(young)).words,
        "number": _NUMBERS.get(number, number),
        "figure": _("this share") if answer.question.form is Form.SHARE else _("this figure"),
    }
    if number == 1:
        said = _("Months from %(month)s have had under one month for outcomes to come, ")
    else:
        said = _("Months from %(month)s have had under %(number)s months for outcomes to come, ")
    return (said + _("so %(figure)s will change and their line falls for that reason alone.")) % words


def residents_of(answer: Answer) -> str:
    """By whose count a rate is divided, in a word or two: ``Census 2021``; empty where it is not said."""
    return answer.choices.bases.get(answer.question.level, {}).get(answer.question.per, "")


def months_in_words(months: Sequence[dt.date]) -> str:
    """Months as runs: ``April and May 2024``, ``April 2024 to June 2024, March 2025``."""
    runs: list[list[dt.date]] = []
    for month in sorted(set(months)):
        if runs and add_months(runs[-1][-1], 1) == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    return ", ".join(_run(run) for run in runs)


def _run(run: Sequence[dt.date]) -> str:
    if len(run) == 2 and run[0].year == run[1].year:
        return _("%(first)s and %(second)s") % {"first": f"{run[0]:%B}", "second": f"{run[1]:%B %Y}"}
    return Period(run[0], add_months(run[-1], 1)).words


def _months(answer: Answer) -> Sequence[Month]:
    return answer.trend.now_months if answer.trend is not None else ()


def _day(as_at: str) -> str:
    if not as_at:
        return ""
    day = dt.date.fromisoformat(as_at)
    return f"{day.day} {day:%B %Y}"
