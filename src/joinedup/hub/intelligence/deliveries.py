"""The strip below the table: which deliveries the numbers rest on, how fresh and how complete they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from joinedup.hub.intelligence import wording
from joinedup.hub.intelligence.answer import Answer
from joinedup.terms import LONDON, AreaLevel, Every, Form, Period


@dataclass(frozen=True)
class Strip:
    """What the numbers rest on; records ``outside`` or ``unlocated`` are in no area of the table.

    ``told`` is False where the deliveries are not for who looks: numbers that are protected, or that are seen
    by broken glass.
    """

    told: bool
    deliveries: tuple[Any, ...]
    feeds: tuple[str, ...]
    known_on: dt.datetime | None
    months: int
    months_delivered: int
    rows_in: int
    quarantined: int
    counted: int | None
    outside: int | None
    unlocated: int | None
    notes: tuple[str, ...]

    @property
    def rows_in_words(self) -> str:
        """How many rows the deliveries had."""
        return wording.count(self.rows_in)

    @property
    def counted_words(self) -> str:
        """How many of the rows are counted here; empty where that is hidden, or no rows are counted."""
        if self.counted is None:
            return ""
        return _("%(number)s of them counted here") % {"number": wording.count(self.counted)}

    @property
    def quarantined_words(self) -> str:
        """How many rows stand in quarantine."""
        return wording.count(self.quarantined)

    @property
    def placed_words(self) -> str:
        """How many of the records counted have no area."""
        if self.outside is None or self.unlocated is None:
            return _("not known")
        outside = ngettext(
            "%(number)s record lies outside", "%(number)s records lie outside", self.outside
        ) % {"number": wording.count(self.outside)}
        unlocated = ngettext("%(number)s has no place", "%(number)s have no place", self.unlocated) % {
            "number": wording.count(self.unlocated)
        }
        return _("%(outside)s, %(unlocated)s") % {"outside": outside, "unlocated": unlocated}


def strip_of(answer: Answer) -> Strip:
    """The strip of an answer, latest delivery first."""
    by_glass = _glass(answer)
    delivered = [] if by_glass else answer.figure.deliveries
    rows = sorted(delivered, key=lambda row: row.known_from, reverse=True)
    known_on = answer.figure.known_on
    return Strip(
        told=not (answer.trend.by_quarter or by_glass),
        deliveries=tuple(rows),
        feeds=tuple(sorted({row.feed for row in rows})),
        known_on=known_on.astimezone(LONDON) if known_on else None,
        months=answer.question.period.months,
        months_delivered=_months_delivered(rows, answer.question.period),
        rows_in=sum(row.rows_in for row in rows),
        quarantined=sum(row.quarantined for row in rows),
        counted=_counted(answer),
        outside=answer.nowhere["outside"],
        unlocated=answer.nowhere["unlocated"],
        notes=_notes(
            [*by_glass, *_edges(answer), *_quarters(answer), *answer.figure.notes, *answer.measure.caveats]
        ),
    )


def _counted(answer: Answer) -> int | None:
    """How many records the figure of the whole place counts, in all the months that its deliveries bring."""
    whole = answer.whole
    if whole.numerator is None or getattr(answer.measure, "has_amount", False):
        return None
    if whole.form is Form.SHARE:
        return None if whole.denominator is None else int(whole.denominator)
    if whole.form is Form.CHANGE:
        return whole.numerator + int(whole.denominator or 0)
    return whole.numerator


def _glass(answer: Answer) -> list[str]:
    """That the glass is broken for whoever looks, where they see this by it."""
    decision = answer.figure.decision
    return [decision.sentence] if decision.grants else []


def _quarters(answer: Answer) -> list[str]:
    if not answer.trend.by_quarter:
        return []
    return [_("This is closed data: the graph shows quarters, because months are not shown.")]


def _edges(answer: Answer) -> list[str]:
    """Why the areas shown may not add up to the place around them."""
    place = answer.choices.places.get(answer.question.within)
    if place is None or place.level is answer.question.level:
        return []
    if answer.question.level is AreaLevel.SQUARE:
        return [_("Squares on the edge are counted whole, so they add up to more than the place itself.")]
    if place.level is AreaLevel.WARD:
        said = _(
            "Small areas are listed under the ward they fit best and counted whole, so they need not add up "
            "to the ward itself."
        )
        return [said]
    return []


def _months_delivered(rows: Sequence[Any], period: Period) -> int:
    """How many months of the period any of these deliveries tells of."""
    covered = {part.start for row in rows if row.period is not None for part in row.period.each(Every.MONTH)}
    return sum(part.start in covered for part in period.each(Every.MONTH))


def _notes(sentences: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sentence for sentence in sentences if sentence))
