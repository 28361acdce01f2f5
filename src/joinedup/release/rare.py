"""The door for rare events: yearly counts that are released as they are, and what can be told of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotPermitted
from joinedup.release.admitting import admit
from joinedup.release.decision import What
from joinedup.release.figures import ReleasedFigure, release
from joinedup.terms import Every, Flag, Form, Period, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import FigureQuery
    from joinedup.measures.rare import RareEvents
    from joinedup.workspace import Workspace


def released_rare_events(
    workspace: Workspace,
    viewer: Viewer,
    query: FigureQuery,
    *,
    coming: int = 1,
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
    reason: str = "",
    channel: str = "hub",
) -> tuple[ReleasedFigure, RareEvents]:
    """The yearly figure (April to March) that was released and logged, and the calculation over it.

    A query without a period takes every whole year that was delivered. Few events are small counts, and a
    chance gives a count away: people who see protected tables get none. Raises ``NotPermitted``, ``NotFound``
    and ``BadInput``, also for years on both sides of a break in recording.
    """
    from joinedup.measures import delivered_period
    from joinedup.measures.rare import rare_events, series_of

    measure, decision = admit(workspace, viewer, query.measure, What.FIGURE, purpose=purpose, reason=reason)
    if decision.protected:
        raise NotPermitted(
            _("Rare events are judged by exact counts, and those of this source are not shown to you"),
            where=query.measure,
            next_step=_("Ask an analyst of the partnership"),
        )
    period = query.period or whole_years(delivered_period(workspace, measure, query.as_at))
    asked = replace(query, form=Form.RATE, period=period, by=(), against=None)
    whole, figure = (
        release(
            workspace, viewer, replace(asked, every=every), purpose=purpose, reason=reason, channel=channel
        )
        for every in (Every.WHOLE, Every.YEAR)
    )
    if any(Flag.SERIES_BREAK in row.flags for row in whole.rows):
        broken = [note for note in whole.notes if note not in figure.notes]
        raise BadInput(
            _("Years before and after a change in recording make no rate"),
            where=" ".join(broken),
            next_step=_("Choose years on one side of it: --from and --to"),
        )
    found = rare_events(series_of(figure.rows), coming=coming)
    return figure, replace(found, notes=(*found.notes, *figure.notes))


def whole_years(delivered: Period | None) -> Period | None:
    """The years from April to March that lie whole within a period; the period itself where none does."""
    if delivered is None:
        return None
    years = [year for year in delivered.each(Every.YEAR) if year.months == 12]
    return Period(years[0].start, years[-1].end) if years else delivered
