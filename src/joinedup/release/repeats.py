"""The door for repeats: of the sources whose counts this person may see as they are, and logged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from joinedup.release.asking import Decisions
from joinedup.release.whole_sources import log_counted, require_whole, seen_whole
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from joinedup.measures.repeats import Repeat, RepeatFigure, RepeatQuery, Shared
    from joinedup.terms import Strictness
    from joinedup.workspace import Workspace


def repeats_available(workspace: Workspace, viewer: Viewer) -> list[Repeat]:
    """The definitions of repeats of which this person may see anything."""
    from joinedup.measures.repeats import REPEATS

    decisions = Decisions(workspace, viewer)
    return [one for one in REPEATS.values() if seen_whole(decisions, one.sources, None)]


def released_repeats(
    workspace: Workspace, viewer: Viewer, query: RepeatQuery, *, purpose: Purpose, reason: str = ""
) -> RepeatFigure:
    """Count repeats, from the sources of the definition that this person may see whole; others are left out
    and told in a note.

    Small counts of people are not protected yet, so people who see protected tables get none. Raises
    ``NotFound`` for a definition there is not, and ``NotPermitted``.
    """
    from joinedup.measures.repeats import FewerThanSeen, repeat_named, repeats

    definition = repeat_named(query.repeat)
    whole = require_whole(
        Decisions(workspace, viewer), definition.sources, asked=query.sources, needed=(), purpose=purpose
    )
    detail: dict[str, object] = {
        "repeat": definition.name,
        "version": definition.version,
        "period": str(query.period),
        "level": query.level.value,
        "areas": list(query.areas),
    }
    what = f"{definition.title}, {query.period.words}"
    try:
        figure = repeats(workspace, replace(query, sources=whole.sources))
    except FewerThanSeen:  # which says how many were seen
        log_counted(viewer, [whole], what, detail, purpose=purpose, reason=reason)
        raise
    detail["linkage"] = figure.linkage
    log_counted(viewer, [whole], what, detail, purpose=purpose, reason=reason)
    return replace(figure, notes=(*figure.notes, *whole.notes))


def released_shared(
    workspace: Workspace,
    viewer: Viewer,
    query: RepeatQuery,
    other: str,
    *,
    purpose: Purpose,
    reason: str = "",
) -> tuple[Mapping[Strictness, Shared], tuple[str, ...]]:
    """How far those who repeat by two definitions are the same ones, by strictness, and notes.

    Both are counted from what this person may see whole, of each something. Raises as ``released_repeats``,
    and BadInput for definitions that cannot be compared.
    """
    from joinedup.measures.repeats import repeat_named, shared

    both = [repeat_named(name) for name in (query.repeat, other)]
    decisions = Decisions(workspace, viewer)
    wholes = [
        require_whole(decisions, one.sources, asked=query.sources, needed=(), purpose=purpose) for one in both
    ]
    sources = sorted({source for whole in wholes for source in whole.sources})
    found = shared(workspace, replace(query, sources=tuple(sources)), other)
    what = f"{both[0].title}, beside: {both[1].title}, {query.period.words}"
    detail = {"repeat": both[0].name, "other": both[1].name, "period": str(query.period)}
    log_counted(viewer, wholes, what, detail, purpose=purpose, reason=reason)
    return found, tuple(dict.fromkeys(note for whole in wholes for note in whole.notes))
