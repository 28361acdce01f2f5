"""What protected viewers get of a source that has a cube: sums of the rounded leaves of its latest edition.

No count is looked at: numbers, rates, shares, changes, intervals and flags of small numbers are worked out
from the rounded leaves, so that more questions tell nothing more than the leaves do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.errors import NotPermitted
from joinedup.release.cubes import counting
from joinedup.release.cubes.counting import Axes
from joinedup.release.cubes.ledger import latest
from joinedup.release.cubes.ways import holder
from joinedup.release.protected_tables import FORMS, QUARTER, YEAR
from joinedup.release.rounding import BASE
from joinedup.terms import AreaLevel, Every, Flag, Period, add_months

if TYPE_CHECKING:
    from joinedup.measures import Figure, FigureQuery, FigureRow, Measure
    from joinedup.release.cubes.models import CubeEdition
    from joinedup.release.suppression.cells import Counts
    from joinedup.workspace import Workspace

_PLACED = (AreaLevel.ALL, AreaLevel.PARTNERSHIP, AreaLevel.DISTRICT, AreaLevel.WARD)
_MOST_KEPT = 8


@dataclass(frozen=True)
class Offer:
    """What can be asked of a cube: periods of whole quarters within ``span``, at these levels, whole or by
    and within any of these breakdowns."""

    breakdowns: tuple[str, ...]
    span: Period
    levels: tuple[AreaLevel, ...]
    edition: int
    known_on: dt.datetime


def offer(measure: Measure) -> Offer | None:
    """What can be asked of the cube that this measure has; None where none was made yet."""
    edition = latest(measure.name)
    return _offer(measure, edition) if edition is not None and _fits(measure, edition) else None


def answer(workspace: Workspace, measure: Measure, query: FigureQuery) -> Figure:
    """The figure from the leaves as shown. Raises ``NotPermitted`` with what can be asked instead."""
    from joinedup.measures import Leaves, figure_of_leaves

    edition = _edition(workspace, measure)
    asked = _offer(measure, edition)
    sentence = next((said for rule in _RULES if (said := rule(asked, query))), None)
    if sentence:
        raise NotPermitted(sentence, next_step=_what_can_be_asked(asked))
    axes, leaves = _leaves(workspace, edition)
    query = replace(query, period=query.period or _latest(asked.span), as_at=edition.known_on)
    told = _("Sums of the rounded leaves of edition %(number)s.") % {"number": edition.number}
    areas = {level: axes.level(level) for level in asked.levels}
    kept = Leaves(leaves, areas, axes.quarters, axes.values, f"-- {told}\n")
    figure = figure_of_leaves(workspace, measure, query, kept)
    rows = [_marked(row) for row in figure.rows]
    return replace(figure, rows=rows, notes=(*figure.notes, _note(edition)))


def _edition(workspace: Workspace, measure: Measure) -> CubeEdition:
    from joinedup.measures import catalogue

    name = holder(workspace, measure)
    if name != measure.name:
        known = catalogue(workspace).get(name or "")
        raise NotPermitted(
            _(
                "This source is shown in the rounded numbers of one measure (%(measure)s): another one "
                "beside it could give small counts away."
            )
            % {"measure": known.title if known else name}
        )
    edition = latest(name)
    if edition is None:
        raise NotPermitted(
            _("The rounded numbers of this measure are not made yet: ask an analyst of the partnership."),
            next_step=_("They run: joinedup release cube refresh %(measure)s") % {"measure": name},
        )
    if not _fits(measure, edition):
        raise NotPermitted(_("The definition of this measure is another than when its cube was begun."))
    return edition


def _fits(measure: Measure, edition: CubeEdition) -> bool:
    return int(edition.cube.version) == measure.version


def _offer(measure: Measure, edition: CubeEdition) -> Offer:
    axes = Axes.of_plain(edition.axes)
    levels = _PLACED if measure.placed else (AreaLevel.ALL,)
    return Offer(tuple(axes.values), axes.span, levels, edition.number, edition.known_on)


_read: dict[tuple[object, ...], tuple[Axes, Counts]] = {}


def _leaves(workspace: Workspace, edition: CubeEdition) -> tuple[Axes, Counts]:
    """The labels and rounded leaves of an edition, which never changes; the last few are kept in memory."""
    key = (str(workspace.folder), edition.cube_id, edition.number, edition.made_at)
    found = _read.get(key)
    if found is None:
        axes = Axes.of_plain(edition.axes)
        found = axes, counting.as_shown(edition.leaves, axes)
        for old in list(_read)[: max(0, len(_read) - _MOST_KEPT + 1)]:
            _read.pop(old, None)
        _read[key] = found
    return found


def _latest(span: Period) -> Period:
    return Period(max(span.start, add_months(span.end, -YEAR)), span.end)


def _marked(row: FigureRow) -> FigureRow:
    return row if row.numerator is None else replace(row, flags=(*row.flags, Flag.ROUNDED))


def _form(offer: Offer, query: FigureQuery) -> str | None:
    if query.form in FORMS:
        return None
    return _("Running totals are not made of rounded numbers.")


def _level(offer: Offer, query: FigureQuery) -> str | None:
    return None if query.level in offer.levels else _("Rounded numbers have no areas of this kind.")


def _breakdowns(offer: Offer, query: FigureQuery) -> str | None:
    if {*query.by, *(name for name, _value in query.where)} <= set(offer.breakdowns):
        return None
    return _("The rounded numbers are not cut by this breakdown.")


def _as_now(offer: Offer, query: FigureQuery) -> str | None:
    if query.as_at is None and query.vintage is None:
        return None
    return _("Rounded numbers are of their own day and for their own areas: take out the other ones.")


def _quarters(offer: Offer, query: FigureQuery) -> str | None:
    periods = [one for one in (query.period, query.against) if one is not None]
    cut = query.every is not Every.MONTH
    if cut and all((one.start.month - 1) % QUARTER == 0 and one.months % QUARTER == 0 for one in periods):
        return None
    return _("Rounded numbers are of whole quarters.")


def _span(offer: Offer, query: FigureQuery) -> str | None:
    period = query.period
    if period is None or (offer.span.start <= period.start and period.end <= offer.span.end):
        return None
    return _("The rounded numbers are of %(span)s only.") % {"span": offer.span.words}


_RULES: tuple[Callable[[Offer, FigureQuery], str | None], ...] = (
    _form,
    _level,
    _breakdowns,
    _as_now,
    _quarters,
    _span,
)


def _what_can_be_asked(offer: Offer) -> str:
    words = {
        "levels": ", ".join(offer.levels),
        "breakdowns": ", ".join(offer.breakdowns) or _("nothing"),
        "span": offer.span.words,
    }
    return (
        _(
            "Ask for counts, rates, shares or changes, by %(levels)s, cut by %(breakdowns)s, for any whole "
            "quarters of %(span)s"
        )
        % words
    )


def _note(edition: CubeEdition) -> str:
    return _(
        "Numbers are rounded to %(base)s in their finest cells, and totals are sums of these, so a total may "
        "be off by some. A rounded 0 is none or up to %(most)s. Rates, shares and changes are of rounded "
        "numbers; intervals allow for chance, not for rounding. As known on %(day)s."
    ) % {"base": BASE, "most": BASE - 1, "day": edition.known_on.date().isoformat()}
