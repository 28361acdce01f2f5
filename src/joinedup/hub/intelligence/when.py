"""When what a question counts happens: one rhythm, as bars with their intervals and as a table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from joinedup.errors import JoinedupError
from joinedup.hub.intelligence import presentation, wording
from joinedup.hub.intelligence.choices import Choices
from joinedup.hub.intelligence.question import Question
from joinedup.hub.intelligence.views import asked_of
from joinedup.hub.views.errors import refused
from joinedup.measures.rhythms import untold_notes
from joinedup.terms import AreaLevel

_USUAL = "day_or_night"
_WIDE = 240.0
"""How long the longest bar's interval is, in units of the picture."""


@dataclass(frozen=True)
class Bar:
    """One value: its words, and where its bar and the ends of its interval lie."""

    label: str
    count: str
    time: str
    rate: str
    interval: str
    ratio: str
    ratio_interval: str
    least_to_most: str
    cautions: str
    length: str
    lower: str
    upper: str
    told: bool


@dataclass(frozen=True)
class Way:
    """One rhythm that can be chosen."""

    title: str
    address: str
    chosen: bool


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The rhythm that was asked for, of the chosen area or the whole place."""
    try:
        asked = asked_of(request)
        if asked is None:
            raise Http404
        question, choices = asked.reading.question, asked.doors.choices
        rhythms = choices.cutting(question.measure, question.kind)
        if not rhythms:
            return render(request, "hub/intelligence/when.html", _nothing(question, choices), status=404)
        wanted = request.GET.get("rhythm", "")
        rhythm = next((one for one in rhythms if one.name == (wanted or _USUAL)), rhythms[0])
        correction = _correction(asked.doors, wanted, rhythm)
        level, codes = _where(question, choices)
        answer = asked.doors.rhythm(question, rhythm.name, level, codes)
    except JoinedupError as error:
        return refused(request, error)
    placed = [row for row in answer.found.rows if row.area_code not in {"outside", "unlocated"}]
    rows = placed
    if codes and level is not AreaLevel.PARTNERSHIP:
        rows = [row for row in placed if row.area_code in codes]
    return render(
        request,
        "hub/intelligence/when.html",
        {
            **_nothing(question, choices),
            "found": True,
            "correction": correction,
            "rhythm": answer.found.rhythm,
            "place": rows[0].area_name if rows else choices.name_of(question.within),
            "kind": ", ".join(answer.figure.measure.label(name, value) for name, value in question.where()),
            "bars": bars_of(rows, str(answer.found.rhythm.unit)),
            "cautious": any(row.flags for row in rows),
            "wide": _WIDE,
            "ways": [
                Way(
                    one.words["title"], presentation.when_address(question, one.name), one.name == rhythm.name
                )
                for one in rhythms
            ],
            "notes": _notes(answer, rows, [row for row in answer.found.rows if row not in placed]),
        },
    )


def _nothing(question: Question, choices: Choices) -> dict[str, Any]:
    return {
        "question": question,
        "measure": choices.measure(question.measure),
        "back": presentation.page_address(question),
    }


def _notes(answer: Any, rows: list[Any], elsewhere: list[Any]) -> list[str]:
    """The sentences of the answer, with numbers of the rows that are shown; and how many are in none."""
    of_all = set(untold_notes(answer.found.rows))
    notes = [*untold_notes(rows), *(note for note in answer.notes if note not in of_all)]
    number = sum(row.count or 0 for row in elsewhere)
    if number:
        said = ngettext(
            "%(number)s more record has no place, or lies outside: it is not in this table.",
            "%(number)s more records have no place, or lie outside: they are not in this table.",
            number,
        )
        notes.append(said % {"number": wording.count(number)})
    return notes


def _correction(doors: Any, wanted: str, rhythm: Any) -> str:
    """Why the rhythm that was asked for is not shown, and which is; empty where it is, or none was asked."""
    if wanted in {"", rhythm.name}:
        return ""
    why = doors.why_not_cut_by(wanted)
    return _("{why} Shown instead: {rhythm}.").format(why=why, rhythm=rhythm.words["title"])


def _where(question: Question, choices: Choices) -> tuple[AreaLevel, tuple[str, ...]]:
    """The chosen area, the place looked within, or the whole partnership."""
    if question.area:
        return question.level, (question.area,)
    place = choices.places.get(question.within)
    return (place.level, (place.code,)) if place else (AreaLevel.PARTNERSHIP, ())


def bars_of(rows: list[Any], unit: str) -> list[Bar]:
    """The rows with the lengths of their bars: the longest interval takes the whole width."""
    most = max((row.upper for row in rows if row.upper is not None), default=0.0) or 1.0
    return [_bar(row, unit, _WIDE / most) for row in rows]


def _bar(row: Any, unit: str, scale: float) -> Bar:
    return Bar(
        label=row.label,
        count="–" if row.count is None else wording.count(row.count),
        time="–" if row.exposure is None else f"{wording.count(row.exposure)} {_(unit)}",
        rate=_number(row.rate, 1),
        interval=_interval(row.lower, row.upper, 1),
        ratio=_number(row.ratio, 2),
        ratio_interval=_interval(row.ratio_lower, row.ratio_upper, 2),
        least_to_most=_interval(row.least, row.most, 2),
        cautions="; ".join(presentation.flag_words(tuple(flag.value for flag in row.flags))),
        length=_place(row.rate, scale),
        lower=_place(row.lower, scale),
        upper=_place(row.upper, scale),
        told=row.told,
    )


def _place(number: float | None, scale: float) -> str:
    return "" if number is None else f"{number * scale:.1f}"


def _number(number: float | None, digits: int) -> str:
    return "–" if number is None else f"{number:,.{digits}f}"


def _interval(lower: float | None, upper: float | None, digits: int) -> str:
    if lower is None or upper is None:
        return "–"
    if math.isinf(upper):
        return _("{lower} or more").format(lower=_number(lower, digits))
    return _("{lower} to {upper}").format(lower=_number(lower, digits), upper=_number(upper, digits))
