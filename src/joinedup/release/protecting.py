"""What people who see protected tables get of closed data: what was made safe before, and nothing else.

Nothing is protected while somebody waits: every number is one of the ledger's, of published tables or of a
rounded cube, and was attacked beside all that was shown before it (docs/decisions/0022).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.errors import NotPermitted
from joinedup.release.protected_tables import refusal

if TYPE_CHECKING:
    from joinedup.measures import Figure, FigureQuery, Measure
    from joinedup.workspace import Workspace


def protected_answer(workspace: Workspace, measure: Measure, query: FigureQuery) -> tuple[Figure, str]:
    """The figure from the rounded cube where a source of the measure has one, otherwise from its published
    tables; and a sentence where it is not the decision's.

    Raises ``NotPermitted`` with the reason where there is none, and what is to be done.
    """
    from joinedup.release.catalogue.standing import standing_figure
    from joinedup.release.cubes.answering import answer
    from joinedup.release.cubes.ways import holder

    if holder(workspace, measure) is not None:
        return answer(workspace, measure, query), _("Numbers are rounded, because this is closed data.")
    sentence = refusal(measure, query)
    if sentence:
        raise NotPermitted(sentence)
    return standing_figure(workspace, measure, query), ""
