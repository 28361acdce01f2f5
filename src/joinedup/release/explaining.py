"""The door for explanations: why a count moved between two dates of knowledge."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.errors import NotPermitted
from joinedup.release.acts import log_act
from joinedup.release.admitting import admit
from joinedup.release.decision import What
from joinedup.release.words import in_words
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import Explanation, FigureQuery
    from joinedup.workspace import Workspace


def explain(  # noqa: PLR0913 - the question, who asks, and why
    workspace: Workspace,
    viewer: Viewer,
    query: FigureQuery,
    earlier: dt.datetime,
    later: dt.datetime,
    *,
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
    reason: str = "",
    channel: str = "hub",
    vintage_before: str | None = None,
) -> Explanation:
    """Explain why a count moved, to somebody who may see it whole; the act is in the log before they do.

    Whoever sees only protected tables of the measure is refused: each reason tells of a few records, which no
    table hides. Raises ``NotPermitted`` also where the log cannot be written.
    """
    from joinedup.measures import explain as explained

    measure, decision = admit(workspace, viewer, query.measure, What.WORKINGS, purpose=purpose, reason=reason)
    if decision.protected:
        raise NotPermitted(decision.sentence, next_step=_("Ask an analyst why the count moved"))
    found = explained(workspace, query, earlier, later, vintage_before=vintage_before)
    asked = in_words(measure.title, found.query)
    log_act(
        "disclosure",
        by=viewer,
        purpose=purpose,
        what=f"Why it moved from {earlier:%Y-%m-%d} to {later:%Y-%m-%d}: {asked}"[:300],
        reason=reason,
        recipients=[viewer.username],
        detail={
            "measure": measure.name,
            "level": str(found.query.level),
            "areas": list(found.query.areas),
            "period": str(found.query.period),
            "where": [list(pair) for pair in found.query.where],
            "between": [earlier.isoformat(), later.isoformat()],
            "vintages": [vintage_before or query.vintage, query.vintage],
            "what": What.WORKINGS.value,
            "channel": channel,
            **decision.basis,
        },
    )
    return found
