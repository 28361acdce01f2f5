"""The door for rhythms: a released figure cut by one, or by an event's days, into rates for each hour or day.

It reads no record: what the figure hides stays hidden, and who sees protected tables only gets none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotPermitted
from joinedup.release.admitting import admit
from joinedup.release.asking import Decisions
from joinedup.release.decision import What
from joinedup.release.figures import ReleasedFigure, release
from joinedup.terms import Every, Form, Period, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import FigureQuery, Measure
    from joinedup.measures.rhythms import EventFigure, EventRow, RhythmFigure, RhythmRow
    from joinedup.workspace import Workspace


@dataclass(frozen=True)
class ReleasedRhythm:
    """A figure that has passed the door, and what there was for each hour or day of each kind."""

    figure: ReleasedFigure
    found: RhythmFigure

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the reader, each once."""
        return tuple(dict.fromkeys((*self.found.notes, *_spoken(self.figure, self.found.rhythm.name))))

    def to_json_rows(self) -> list[dict[str, Any]]:
        """The public table: one plain dictionary for each row, the same keys in all."""
        one = self.found.rhythm
        head = {"rhythm": one.name, "rhythm_version": one.version, "unit_of_time": str(one.unit)}
        return _json(self.figure, head, self.found.rows)


@dataclass(frozen=True)
class ReleasedEvent:
    """A figure that has passed the door, and an event's days beside others."""

    figure: ReleasedFigure
    found: EventFigure

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the reader, each once."""
        name = self.figure.query.by[0]
        return tuple(dict.fromkeys((*self.found.notes, *_spoken(self.figure, name))))

    def to_json_rows(self) -> list[dict[str, Any]]:
        """The public table: one plain dictionary for each row, the same keys in all."""
        return _json(self.figure, {"event": self.found.event.name}, self.found.rows)


def released_rhythm(
    workspace: Workspace,
    viewer: Viewer,
    query: FigureQuery,
    *,
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
    reason: str = "",
    channel: str = "hub",
) -> ReleasedRhythm:
    """A count cut by one rhythm, with the time that there was of each kind, rates and ratios; logged.

    ``query`` is for a count, by the rhythm and nothing else. Raises what ``release`` raises, and ``BadInput``
    for a question that is none of a rhythm.
    """
    from joinedup.measures import delivered_months
    from joinedup.measures.rhythms import rhythm_named, rhythm_of

    measure = _asked(workspace, viewer, query)
    _refuse_protected(workspace, viewer, measure, purpose=purpose, reason=reason)
    _refuse_two(workspace, measure, query)
    rhythm = rhythm_named(workspace, query.by[0], query)
    figure = release(workspace, viewer, query, purpose=purpose, reason=reason, channel=channel)
    months = delivered_months(workspace, measure, query.as_at)
    return ReleasedRhythm(figure, rhythm_of(figure.rows, rhythm, months))


def released_event(
    workspace: Workspace,
    viewer: Viewer,
    query: FigureQuery,
    name: str,
    *,
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
    reason: str = "",
    channel: str = "hub",
) -> ReleasedEvent:
    """A count on an event's days beside the same days of the week around them; logged.

    ``query`` is for a count, not cut; without areas it is asked of the event's place. Without a period it is
    all months with data. Raises what ``release`` raises, ``NotFound`` for an event there is not, and
    ``BadInput`` for a question that is none of an event.
    """
    from joinedup.measures import delivered_months
    from joinedup.measures.rhythms import event_named, event_of, matched_breakdown, pairs

    event = event_named(workspace, name)
    query = replace(query, by=(matched_breakdown(event),))
    measure = _asked(workspace, viewer, query)
    _refuse_protected(workspace, viewer, measure, purpose=purpose, reason=reason)
    _refuse_two(workspace, measure, query, but_of_hours=True)
    if query.every is not Every.WHOLE:
        raise BadInput(_("An event is compared over the whole period"), next_step=_("Leave out --every"))
    if event.level is not None and not query.areas:
        query = replace(query, level=event.level, areas=event.areas)
    months = delivered_months(workspace, measure, query.as_at)
    if query.period is None and months:
        query = replace(query, period=Period(min(months), Period.of_month(max(months)).end))
    figure = release(workspace, viewer, query, purpose=purpose, reason=reason, channel=channel)
    assert figure.query.period is not None  # noqa: S101 - release filled it in
    return ReleasedEvent(
        figure, event_of(figure.rows, event, pairs(workspace, event, figure.query.period, months))
    )


def _asked(workspace: Workspace, viewer: Viewer, query: FigureQuery) -> Measure:
    from joinedup.release.existing import measure_asked

    measure = measure_asked(workspace, viewer, query.measure)
    if query.form is not Form.COUNT or len(query.by) != 1:
        raise BadInput(
            _("A rhythm is read of a count, cut by it alone"),
            where=", ".join(query.by),
            next_step=_("Narrow it with --where"),
        )
    if query.by[0] in measure.breakdowns:
        raise BadInput(
            _("The measure has a breakdown of its own of that name, which is no rhythm"),
            where=f"measure {measure.name}: {query.by[0]}",
            next_step=_("Ask for it with: joinedup figure"),
        )
    return measure


def _refuse_protected(
    workspace: Workspace, viewer: Viewer, measure: Measure, *, purpose: Purpose, reason: str
) -> None:
    """Raise NotPermitted where this person sees protected tables only of the measure, or nothing.

    The words are the same whatever the measure's records are, and if there is none. They name a rhythm that
    this person can ask for.
    """
    _measure, decision = admit(workspace, viewer, measure.name, What.FIGURE, purpose=purpose, reason=reason)
    if decision.protected:
        raise NotPermitted(
            _("Rhythms of closed measures are for those who see counts as they are"),
            where=measure.name,
            next_step=_open_to(workspace, viewer, purpose),
        )


def _open_to(workspace: Workspace, viewer: Viewer, purpose: Purpose) -> str:
    """What to ask in place of a rhythm that is refused: the first of joinedup's own measures that this person
    sees whole, by the first rhythm that it can be cut by."""
    from joinedup.measures import catalogue
    from joinedup.measures.rhythms import fitting

    decisions = Decisions(workspace, viewer)
    for one in catalogue().values():
        decision = decisions.of_measure(What.FIGURE, one, purpose=purpose)
        rhythms = []
        if decision.allowed and not decision.protected:
            with suppress(BadInput):  # a wrong file of the workspace is the doctor's to tell of
                rhythms = fitting(workspace, one)
        if rhythms:
            return _("Open ones can be asked, such as: joinedup rhythm {measure} --by {rhythm}").format(
                measure=one.name, rhythm=rhythms[0].name
            )
    return _("Ask an analyst of the partnership")


def _refuse_two(
    workspace: Workspace, measure: Measure, query: FigureQuery, *, but_of_hours: bool = False
) -> None:
    """Raise BadInput where the count is narrowed by a rhythm too: the time that there was is not.

    ``but_of_hours``: each day has its night, so that days may be compared by their nights alone.
    """
    from joinedup.measures.rhythms import Unit, with_rhythms

    _measure, narrowing = with_rhythms(workspace, measure, replace(query, by=()))
    names = [one.name for one in narrowing if not (but_of_hours and one.unit is Unit.HOURS)]
    if names:
        raise BadInput(
            _("A rhythm cannot be narrowed by another: its time would be that of all days"),
            where=", ".join(names),
            next_step=_("Leave it out of --where, or ask for counts with: joinedup figure"),
        )


def _spoken(figure: ReleasedFigure, name: str) -> Sequence[str]:
    """The figure's own notes, but for the one on values of the rhythm that no record has."""
    named = f"({name.replace('_', ' ')})"
    return [note for note in figure.notes if named not in note]


def _json(
    figure: ReleasedFigure, head: Mapping[str, Any], rows: Sequence[RhythmRow] | Sequence[EventRow]
) -> list[dict[str, Any]]:
    fixed = {
        "measure": figure.measure.name,
        "definition_version": figure.measure.version,
        "unit": figure.unit,
        **head,
    }
    known = {
        "known_on": figure.known_on.isoformat() if figure.known_on else None,
        "deliveries": [delivery.number for delivery in figure.deliveries],
    }
    return [{**fixed, **row.to_json(), **known} for row in rows]
