"""The door for figures: decide, compute, protect, log, and only then hand over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from joinedup.release.acts import log_act
from joinedup.release.admitting import admit
from joinedup.release.asking import Decisions
from joinedup.release.decision import Decision, What
from joinedup.release.words import in_words
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import Figure, FigureQuery, FigureRow, Measure
    from joinedup.workspace import Workspace


@dataclass(frozen=True)
class ReleasedFigure:
    """A figure that has passed the door: the same shape as ``Figure``, with its decision and its act.

    Only ``release`` makes one. Rows may be suppressed: numbers None, flag ``suppressed``.
    """

    _figure: Figure
    decision: Decision
    act_id: UUID
    purpose: Purpose

    @property
    def query(self) -> FigureQuery:
        """What was asked."""
        return self._figure.query

    @property
    def measure(self) -> Measure:
        """The definition that was counted."""
        return self._figure.measure

    @property
    def rows(self) -> Sequence[FigureRow]:
        """The rows that may be seen."""
        return self._figure.rows

    @property
    def as_at(self) -> dt.datetime | None:
        """The date of knowledge that was asked for; None is now."""
        return self._figure.as_at

    @property
    def known_on(self) -> dt.datetime | None:
        """When the latest delivery that counts here became known."""
        return self._figure.known_on

    @property
    def deliveries(self) -> Sequence[Any]:
        """The deliveries the figure rests on."""
        return self._figure.deliveries

    @property
    def sql(self) -> str:
        """The SQL that made it."""
        return self._figure.sql

    @property
    def notes(self) -> Sequence[str]:
        """Caveats, in sentences."""
        return self._figure.notes

    @property
    def unit(self) -> str:
        """The unit of the values."""
        return self._figure.unit

    def to_json_rows(self) -> list[dict[str, Any]]:
        """The public table: one object for each row."""
        return self._figure.to_json_rows()


def release(
    workspace: Workspace,
    viewer: Viewer,
    query: FigureQuery,
    *,
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
    reason: str = "",
    channel: str = "hub",
    what: What | str = What.FIGURE,
) -> ReleasedFigure:
    """Compute a figure, hide what this person may not see, write the act to the log, and hand it over.

    Raises ``NotPermitted`` where the decision is no, or where the log cannot be written: nothing is shown.
    """
    from joinedup.measures import figure
    from joinedup.release.protecting import protected_answer

    measure, decision = admit(workspace, viewer, query.measure, what, purpose=purpose, reason=reason)
    if decision.protected:
        computed, sentence = protected_answer(workspace, measure, query)
        decision = replace(decision, sentence=sentence or decision.sentence)
    else:
        computed = figure(workspace, query)
    act_id = log_act(
        "disclosure",
        by=viewer,
        purpose=purpose,
        what=in_words(measure.title, computed.query),
        reason=reason,
        recipients=[viewer.username],
        detail={
            **as_plain(query),
            "definition_version": measure.version,
            "what": What(what).value,
            "channel": channel,
            **decision.basis,
        },
    )
    return ReleasedFigure(computed, decision, act_id, purpose)


def available(workspace: Workspace, viewer: Viewer) -> list[Measure]:
    """The measures this person may see at all, in the order of the catalogue."""
    from joinedup.measures import catalogue

    decisions = Decisions(workspace, viewer)
    return [one for one in catalogue(workspace).values() if decisions.of_measure(What.FIGURE, one).allowed]


def as_plain(query: FigureQuery) -> dict[str, Any]:
    """The whole query as plain values: enough to ask the same again, without any number that it gave."""
    return {name: _plain(value) for name, value in vars(query).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return None if value is None else str(value)
