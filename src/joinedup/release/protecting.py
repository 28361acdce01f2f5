"""A figure made safe: protected as the whole table it is part of, and attacked before it leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from django.utils.translation import gettext as _

from joinedup.errors import NotPermitted
from joinedup.release.attack import exposed
from joinedup.release.figure_table import lay_out
from joinedup.release.linked_table import LinkedTable, link
from joinedup.release.protected_tables import refusal
from joinedup.release.protection import Hidden, cheapest_neighbour, protect
from joinedup.terms import Flag

if TYPE_CHECKING:
    from joinedup.measures import Figure, FigureQuery, FigureRow
    from joinedup.workspace import Workspace

MOST_HIDDEN = 4000  # beyond this the audit would take minutes, and little would be left to read
_ROUNDS = 40


def protected_figure(
    workspace: Workspace, computed: Figure, compute: Callable[[FigureQuery], Figure]
) -> Figure:
    """``computed`` with its small counts, their partners and all that follows from them taken out.

    The pattern is that of the whole table, over all areas, whatever part was asked for, so that asking for
    parts tells nothing more. Raises ``NotPermitted`` where the table is of a kind that cannot be protected,
    or where the attack still finds something after all that can reasonably be hidden is hidden.
    """
    query, threshold = computed.query, workspace.settings.small_number
    sentence = refusal(computed.measure, query)
    if sentence:
        raise NotPermitted(sentence)
    whole = compute(replace(query, areas=())) if query.areas else computed
    table = lay_out(workspace, whole)
    linked = link(table.layers, table.dimensions)
    hidden = withstanding(linked, threshold)
    if hidden is None:
        raise NotPermitted(_("This table of closed data cannot be made safe: ask for a coarser one."))
    gone = table.hidden_keys(linked, hidden)
    return replace(
        computed,
        rows=[_suppressed(row) if table.key(row) in gone else row for row in computed.rows],
        deliveries=(),
        notes=(*computed.notes, _note(threshold)),
    )


def withstanding(table: LinkedTable, threshold: int) -> Hidden | None:
    """What to hide so that the attack finds nothing; None where that is not reached (it fails closed)."""
    hidden = protect(table, threshold)
    least = 1 if len(table.layers) == 1 else 0
    for _round in range(_ROUNDS):
        if np.count_nonzero(hidden) > MOST_HIDDEN:
            return None
        found = exposed(table, hidden, threshold - 1, least=least)
        if not found:
            return hidden
        for cell in found:
            neighbour = cheapest_neighbour(table, hidden, cell)
            if neighbour is not None:
                hidden[neighbour] = True
        hidden = protect(table, threshold, hidden)
    return None


def _suppressed(row: FigureRow) -> FigureRow:
    """The row without its numbers, and without the flag that would tell small counts from their partners."""
    kept = tuple(flag for flag in row.flags if flag is not Flag.SMALL_NUMBER)
    return replace(
        row,
        numerator=None,
        denominator=None,
        value=None,
        lower=None,
        upper=None,
        flags=(*kept, Flag.SUPPRESSED),
    )


def _note(threshold: int) -> str:
    return _(
        "Counts of 1 to %(most)s are hidden, and others with them so that they cannot be worked out; what "
        "rests on a hidden count is hidden too. Zeros are shown."
    ) % {"most": threshold - 1}
