"""Who comes again after what."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from joinedup.measures.linked import again
from joinedup.measures.linked.definitions import AgainByFirst
from joinedup.measures.linked.kinds.work import Done, Work, known_by, of_nobody, read
from joinedup.measures.repeats.telling import reach
from joinedup.terms import Strictness


def again_by_first(work: Work) -> Done:
    """See ``AgainByFirst``."""
    definition = cast(AgainByFirst, work.definition)
    period, months = work.query.period, definition.window.months
    frame = read(work, definition.records, [definition.group], reach(definition, period))
    frame = frame.drop_duplicates(["event", "best", "strict", "loose"])
    cells, immature = {}, 0
    for level in Strictness:
        known, unit, _names = known_by(frame, level)
        kind, names = pd.factorize(known[definition.group].fillna(""), sort=True)
        deeds = again.Deeds(unit, kind.astype(np.int64), known["day"].to_numpy().astype("datetime64[D]"))
        cohort = again.cohort_of(deeds, months, definition.threshold, period, work.ground.until)
        cells[level] = again.cells_of(cohort, [str(name) for name in names])
        immature = cohort.immature if level is Strictness.BEST else immature
    notes = of_nobody(frame[frame["day"].to_numpy() < np.datetime64(period.end)])
    if immature:
        notes.append(
            _("The months of {number} people still run: they are not counted.").format(number=immature)
        )
    return Done(cells, notes)
