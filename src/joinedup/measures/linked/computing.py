"""Computing figures of linked people and places: each kind of definition by its own counting."""

from __future__ import annotations

from collections.abc import Mapping

from joinedup.measures.linked.catalogue import linked_named
from joinedup.measures.linked.ground import figure_of, ground_of
from joinedup.measures.linked.kinds import COUNTED, Work, check_asked
from joinedup.measures.linked.result import Cell, LinkedFigure, LinkedQuery
from joinedup.records import RecordBook
from joinedup.terms import Strictness
from joinedup.workspace import Workspace


def linked(workspace: Workspace, query: LinkedQuery) -> LinkedFigure:
    """What a named definition gives: by the best linkage, with the range of all three.

    Without a delivery that counts or, where people are counted, a linkage that read it there is one row
    without numbers, flagged ``no-data``. Raises ``NotFound`` for a definition there is not, and ``BadInput``
    for a question that lacks what its definition needs.
    """
    definition = linked_named(query.name)
    check_asked(definition, query)
    with RecordBook(workspace).reading(query.as_at) as reader:
        ground = ground_of(reader, definition, query)
        cells: Mapping[Strictness, list[Cell]] = {}
        notes: list[str] = []
        if ground.tells and ground.has(definition.records) and not (definition.needed - ground.sources):
            done = COUNTED[type(definition)](Work(workspace, reader, definition, query, ground))
            cells, notes = done.cells, list(done.notes)
    return figure_of(ground, definition, query, cells, notes, small=workspace.settings.small_number)
