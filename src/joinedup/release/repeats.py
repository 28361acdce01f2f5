"""The door for repeats: of the sources whose counts this person may see as they are, and logged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.errors import NotPermitted
from joinedup.release.acts import log_act
from joinedup.release.asking import Decisions
from joinedup.release.decision import Access, What
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures.repeats import Repeat, RepeatFigure, RepeatQuery
    from joinedup.workspace import Workspace


def repeats_available(workspace: Workspace, viewer: Viewer) -> list[Repeat]:
    """The definitions of repeats of which this person may see anything."""
    from joinedup.measures.repeats import REPEATS

    decisions = Decisions(workspace, viewer)
    return [one for one in REPEATS.values() if _whole(decisions, one, None)]


def released_repeats(
    workspace: Workspace, viewer: Viewer, query: RepeatQuery, *, purpose: Purpose, reason: str = ""
) -> RepeatFigure:
    """Count repeats, from the sources of the definition that this person may see whole; others are left out
    and told in a note.

    Small counts of people are not protected yet, so people who see protected tables get none. Raises
    ``NotFound`` for a definition there is not, and ``NotPermitted``.
    """
    from joinedup.measures.repeats import repeat_named, repeats

    definition = repeat_named(query.repeat)
    decisions = Decisions(workspace, viewer)
    may = _whole(decisions, definition, purpose)
    wanted = tuple(one for one in may if not query.sources or one in query.sources)
    if not wanted:
        raise NotPermitted(
            _("Repeats are shown to people who see the counts of their sources as they are."),
            next_step=_("Ask an analyst of the partnership"),
        )
    figure = repeats(workspace, replace(query, sources=wanted))
    left_out = sorted(_known(decisions, definition) - set(may))
    log_act(
        "disclosure",
        by=viewer,
        purpose=purpose,
        what=f"{definition.title}, {query.period.words}",
        reason=reason,
        recipients=[viewer.username],
        detail={
            "repeat": definition.name,
            "version": definition.version,
            "period": str(query.period),
            "level": query.level.value,
            "sources": list(wanted),
            "linkage": figure.linkage,
            "owners": sorted(
                {owner for one in wanted for owner in decisions.of_source(What.FIGURE, one).owners}
            ),
        },
    )
    if not left_out:
        return figure
    said = _("Not counted, because you may not see them whole: %(sources)s.") % {
        "sources": ", ".join(left_out)
    }
    return replace(figure, notes=(*figure.notes, said))


def _whole(decisions: Decisions, definition: Repeat, purpose: Purpose | None) -> list[str]:
    """The sources of a definition that this person may see the counts of as they are (for any purpose)."""
    return [
        source
        for source in sorted(definition.sources)
        if decisions.of_source(What.FIGURE, source, purpose=purpose).access is Access.FULL
    ]


def _known(decisions: Decisions, definition: Repeat) -> set[str]:
    """The sources of a definition that are there and not restricted: of others nobody is told."""
    return {
        one for one in definition.sources if not any(m.is_restricted for m in decisions.known.of_source(one))
    }
