"""A figure made safe: what its measure's one system hides is taken out of it, and the system was attacked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from django.utils.translation import gettext as _

from joinedup.errors import NotPermitted
from joinedup.release import closed_system
from joinedup.release.attack import exposed
from joinedup.release.closed_system import TOTAL, ClosedSystem
from joinedup.release.linked_table import LinkedTable
from joinedup.release.protected_tables import refusal
from joinedup.release.protection import Hidden, cheapest_neighbour, protect
from joinedup.terms import Form, Period

if TYPE_CHECKING:
    from joinedup.measures import Figure, FigureQuery, FigureRow, Measure
    from joinedup.workspace import Workspace

MOST_HIDDEN = 4000  # beyond this the audit would take minutes, and little would be left to read
_ROUNDS = 40
_A_YEAR = 12

_State = tuple[str, int, int, str, int]
_kept: dict[tuple[str, str], tuple[_State, ClosedSystem | None, Hidden | None]] = {}


def protected_answer(workspace: Workspace, measure: Measure, query: FigureQuery) -> tuple[Figure, str]:
    """The figure that people who see protected tables get, from the rounded cube where a source of the
    measure has one, otherwise exact with cells hidden; and a sentence where it is not the decision's.

    Raises ``NotPermitted`` with the reason where there is none.
    """
    from joinedup.measures import figure
    from joinedup.release.cubes.answering import answer
    from joinedup.release.cubes.ways import holder

    if holder(workspace, measure) is not None:
        return answer(workspace, measure, query), _("Numbers are rounded, because this is closed data.")
    sentence = refusal(measure, query)
    if sentence:
        raise NotPermitted(sentence)
    return protected_figure(workspace, figure(workspace, query)), ""


def protected_figure(workspace: Workspace, computed: Figure) -> Figure:
    """``computed`` with its small counts, their partners and all that follows from them taken out; or, where
    tables of the measure were published, the same figure from these.

    Raises ``NotPermitted`` where the table is no part of its measure's system, or where the attack on the
    system still finds something after all that can reasonably be hidden is hidden: it fails closed.
    """
    from joinedup.release.catalogue.standing import standing_figure, suppressed

    sentence = refusal(computed.measure, computed.query)
    if sentence:
        raise NotPermitted(sentence)
    published = standing_figure(workspace, computed)
    if published is not None:
        return published
    system, hidden = _protected_system(workspace, computed.measure)
    if system is None or hidden is None:
        raise NotPermitted(
            _("This closed measure cannot be made safe yet: too many of its counts are small.")
        )
    if computed.query.by and not system.has_breakdown:
        raise NotPermitted(_("By this breakdown too many counts are small: ask for the total."))
    return replace(
        computed,
        rows=[suppressed(row) if _falls(computed, row, system, hidden) else row for row in computed.rows],
        deliveries=(),
        notes=(*computed.notes, _note(_threshold(workspace, computed.measure))),
    )


def live_cells(workspace: Workspace, measure: Measure) -> dict[tuple[str, str, str, str], int | None] | None:
    """What protected viewers may see of a measure of which nothing was published: each cell of its system by
    level, area, period and value, None where it is hidden. None where they see nothing."""
    system, hidden = _protected_system(workspace, measure)
    if system is None or hidden is None:
        return None
    cells: dict[tuple[str, str, str, str], int | None] = {}
    for code in system.areas:
        for period in system.periods:
            for value in system.values:
                cell = system.cell((code, period, value))
                if cell is not None:
                    count = None if hidden[cell] else int(system.linked.layers[0][cell])
                    cells[system.levels[code], code, str(period), value] = count
    return cells


def _protected_system(workspace: Workspace, measure: Measure) -> tuple[ClosedSystem | None, Hidden | None]:
    """The measure's system and what it hides; kept until data, areas, definition or threshold change."""
    from joinedup import places
    from joinedup.records import RecordBook

    threshold = _threshold(workspace, measure)
    with RecordBook(workspace).reading() as reader:
        generation = reader.generation
    state = (measure.sql, measure.version, generation, places.generation(workspace), threshold)
    key = (str(workspace.folder), measure.name)
    kept = _kept.get(key)
    if kept is None or kept[0] != state:
        kept = _kept[key] = (state, *_safest(workspace, measure, threshold))
    return kept[1], kept[2]


def _threshold(workspace: Workspace, measure: Measure) -> int:
    """The least count that is shown: the settings' or, if that is stricter, the one of its public tables."""
    from joinedup.release.catalogue.tables import table_sets

    tables = table_sets(workspace).get(measure.name)
    small = workspace.settings.small_number
    return max(small, tables.rule.least_shown) if tables else small


def _safest(
    workspace: Workspace, measure: Measure, threshold: int
) -> tuple[ClosedSystem | None, Hidden | None]:
    """The system with its breakdown if that withstands the attack, otherwise the totals only."""
    breakdown = closed_system.breakdown_of(measure)
    for cut in dict.fromkeys((breakdown, None)):
        system = closed_system.build(workspace, measure, cut)
        hidden = None if system is None else withstanding(system.linked, threshold)
        if hidden is not None:
            return system, hidden
    return None, None


def _falls(figure: Figure, row: FigureRow, system: ClosedSystem, hidden: Hidden) -> bool:
    """Whether a row rests on a hidden cell, or on anything the system does not know: then it is hidden."""
    if row.numerator is None and row.denominator is None:
        return False  # no data: nothing to hide
    value = next(iter(row.breakdowns.values()), TOTAL)
    rests_on: list[tuple[Period, str, int | None]] = [(row.period, value, row.numerator)]
    if row.denominator is None:
        pass  # nothing to compare with
    elif figure.query.form is Form.CHANGE:
        rests_on.append((row.period.shifted(-_A_YEAR), value, row.denominator))
    elif figure.query.form is Form.SHARE and not figure.measure.has_hit:
        rests_on.append((row.period, TOTAL, row.denominator))
    for period, part, count in rests_on:
        cell = system.cell((row.area_code, period, part))
        if cell is None or hidden[cell] or count is None or not system.holds(cell, count):
            return True
    return False


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


def _note(threshold: int) -> str:
    return _(
        "Counts of 1 to %(most)s are hidden, and others with them so that they cannot be worked out; what "
        "rests on a hidden count is hidden too. Zeros are shown."
    ) % {"most": threshold - 1}
