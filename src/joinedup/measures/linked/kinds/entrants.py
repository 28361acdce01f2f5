"""First-time entrants."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from joinedup import places
from joinedup.measures.linked import entrants
from joinedup.measures.linked.definitions import FirstEntrants
from joinedup.measures.linked.kinds.work import Done, Work, read
from joinedup.measures.linked.result import Cell
from joinedup.terms import AreaLevel, Strictness
from joinedup.workspace import Workspace


def first_entrants(work: Work) -> Done:
    """See ``FirstEntrants``: a mention that is nobody's is a young person of its own here, for the file has
    each once."""
    definition, period = cast(FirstEntrants, work.definition), work.query.period
    asked = (*definition.records, *definition.earlier)
    frame = read(work, asked, ["age"])
    own = frame["part"] < len(definition.records)
    age = pd.to_numeric(frame["age"], errors="coerce")
    residents = _residents(work.workspace, definition.ages)
    cells: dict[Strictness, list[Cell]] = {}
    notes: list[str] = []
    for level in Strictness:
        unit = frame[level.value].fillna(frame["feed"] + "/" + frame["record_key"])
        rows = entrants.Rows(
            unit.to_numpy(dtype=np.object_),
            frame["day"].to_numpy().astype("datetime64[D]"),
            age.to_numpy(dtype=np.float64),
            own.to_numpy(dtype=np.bool_),
        )
        found = entrants.entered(rows, period, definition.ages)
        cells[level] = entrants.cells_of(found, residents)
        notes = entrants.notes_of(found) if level is Strictness.BEST else notes
    if residents is None:
        notes.append(_("No table of residents by age is loaded for the partnership, so there is no rate."))
    return Done(cells, notes)


def _residents(workspace: Workspace, ages: tuple[int, int]) -> int | None:
    """Residents of the partnership of these ages, by single years; None where a year is not known."""
    found = places.residents_by(workspace, AreaLevel.PARTNERSHIP, "age")
    (counts,) = found.counts.values() or [{}]
    wanted = [str(age) for age in range(ages[0], ages[1] + 1)]
    if any(age not in counts for age in wanted):
        return None
    return sum(counts[age] for age in wanted)
