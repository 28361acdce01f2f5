"""People by the deprivation of the area in which they live."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from joinedup import places
from joinedup.measures.gradients import statistics
from joinedup.measures.linked import cells
from joinedup.measures.linked.by_group import ELSEWHERE, NOT_KNOWN
from joinedup.measures.linked.definitions import ALL
from joinedup.measures.linked.kinds.groups import areas_here, first_homes, lives_in
from joinedup.measures.linked.kinds.travel import homes_told
from joinedup.measures.linked.kinds.work import Done, Work, known_by, of_nobody, read
from joinedup.measures.linked.result import Cell
from joinedup.measures.linked.take_up import ByDeprivation
from joinedup.terms import Strictness

EACH = 100_000
INDEX = "index"
"""The unit of the concentration index, from -1 to 1."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def by_deprivation(work: Work) -> Done:
    """See ``ByDeprivation``."""
    definition = cast(ByDeprivation, work.definition)
    frame = read(work, definition.records, span=work.query.period, circumstances=True)
    notes = [*of_nobody(frame), *homes_told(work.workspace, frame)]
    residents = places.residents(work.workspace, definition.level)
    deprived = places.deprivation(work.workspace, definition.level, domain=definition.domain)
    areas = [
        code
        for code in areas_here(work, definition.level, residents)
        if code in deprived.areas and residents[code]
    ]
    if not areas:
        said = _("No residents and deprivation are loaded that speak of {level}, so there is no rate.")
        return Done({}, [*notes, said.format(level=definition.level)])
    frame = frame.assign(area=lives_in(work, frame, definition.level, areas))
    lives = np.array([residents[code] for code in areas], dtype=np.float64)
    ranks = np.array([deprived.areas[code].rank for code in areas], dtype=np.float64)
    found = {}
    for level in Strictness:
        known, unit, names = known_by(frame, level)
        found[level] = cells_of(first_homes(known, unit, len(names)), lives, ranks)
    return Done(found, [*notes, *_told(residents, deprived)])


def _told(residents: places.Residents, deprived: places.Deprivation) -> Sequence[str]:
    return (
        _("Residents: {source}, {year} ({method}).").format(
            source=residents.source.rstrip("."), year=residents.year, method=residents.method
        ),
        _("Deprivation: {source}, {year} ({method}); fifths of the residents here, 1 most deprived.").format(
            source=deprived.source.rstrip("."), year=deprived.year, method=deprived.method
        ),
    )


def cells_of(area: Integers, lives: Floats, ranks: Floats) -> list[Cell]:
    """Rates of the fifths, the ratio of the ends, slope and concentration; and of whom no area is known.

    ``area`` is the number of the area of each person; ``lives`` and ``ranks`` are residents and rank of
    deprivation (1: most) of each area.
    """
    counts = np.bincount(area[area >= 0], minlength=len(lives)).astype(np.float64)
    fifths = statistics.fifths_of(statistics.places_of(lives, ranks))
    own = [int(counts[fifths == fifth].sum()) for fifth in range(1, statistics.FIFTHS + 1)]
    people = [int(lives[fifths == fifth].sum()) for fifth in range(1, statistics.FIFTHS + 1)]
    found = [
        cells.rate("people", f"fifth-{at}", count, number)
        for at, (count, number) in enumerate(zip(own, people, strict=True), start=1)
    ]
    found.append(cells.rate_ratio("ratio", "fifth-1", own[0], own[-1], people[0], people[-1]))
    total, everybody = int(counts.sum()), int(lives.sum())
    both = statistics.estimates(counts, lives, ranks)
    for of, unit, one, scale in (
        ("slope", cells.PER_100_000, both[0], EACH),
        ("concentration", INDEX, both[1], 1),
    ):
        told = [None if x is None or not total else x * scale for x in (one.value, one.lower, one.upper)]
        found.append(Cell(of, ALL, unit, total, everybody, *told))
    found.append(cells.share("home-not-known", ALL, int((area == NOT_KNOWN).sum()), len(area)))
    found.append(cells.share("lives-elsewhere", ALL, int((area == ELSEWHERE).sum()), len(area)))
    return found
