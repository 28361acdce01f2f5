"""The door for harm-weighted figures: for those who see the counts of the source as they are, and logged.

A sum of weights can say which offence there was, and how many: 7,973 is one homicide, and 7,985 is that and
one shoplifting. Neither suppression nor rounding protects such sums yet, and rounded counts times a weight
would be a figure that nobody published, so whoever sees protected tables gets none (decision 30).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.errors import NotPermitted
from joinedup.release.acts import log_act
from joinedup.release.admitting import admit
from joinedup.release.decision import What
from joinedup.release.figures import as_plain
from joinedup.release.words import in_words
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures.harm import HarmFigure, HarmQuery
    from joinedup.workspace import Workspace


def released_harm(
    workspace: Workspace,
    viewer: Viewer,
    query: HarmQuery,
    *,
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
    reason: str = "",
    channel: str = "hub",
) -> HarmFigure:
    """A harm-weighted figure by one set of weights, decided and written to the log before it is shown.

    Raises ``NotPermitted``, also for whoever sees protected tables only; ``NotFound`` for what there is not;
    ``BadInput`` for a question that cannot be answered and for weights that are wrong.
    """
    from joinedup.measures.harm import harm, harm_named, weights_named

    definition = harm_named(query.name)
    name = definition.measure.name
    _measure, decision = admit(workspace, viewer, name, What.FIGURE, purpose=purpose, reason=reason)
    if decision.protected:
        raise NotPermitted(
            _("Sums of weights cannot be protected: they would say which crimes there were, and how many."),
            where=name,
            next_step=_("Ask an analyst of the partnership"),
        )
    weights = weights_named(workspace, query.weights)
    figure = harm(workspace, query, weights)
    log_act(
        "disclosure",
        by=viewer,
        purpose=purpose,
        what=in_words(f"{definition.words['title']} ({weights.name})", figure.query),
        reason=reason,
        recipients=[viewer.username],
        detail={
            "measure": name,
            "harm": definition.name,
            "version": definition.version,
            "weights": weights.name,
            "vintage": weights.vintage,
            "asked": as_plain(figure.query),
            "channel": channel,
            **decision.basis,
        },
    )
    return figure
