"""People by where they live, standardised for age."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import cast

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from joinedup import places
from joinedup.measures.linked import age_standard
from joinedup.measures.linked.age_standard import Bands
from joinedup.measures.linked.for_age import StandardisedForAge
from joinedup.measures.linked.kinds.groups import areas_here, first_homes, lives_in
from joinedup.measures.linked.kinds.travel import homes_told
from joinedup.measures.linked.kinds.work import Done, Work, known_by, of_nobody, read
from joinedup.places import ResidentsByGroup
from joinedup.terms import AreaLevel, Strictness
from joinedup.workspace import Workspace

AGE = "age"


def standardised_for_age(work: Work) -> Done:
    """See ``StandardisedForAge``."""
    definition = cast(StandardisedForAge, work.definition)
    frame = read(work, definition.records, [AGE], work.query.period, circumstances=True)
    notes = [*of_nobody(frame), *homes_told(work.workspace, frame)]
    residents = places.residents_by(work.workspace, definition.level, AGE)
    areas = areas_here(work, definition.level, residents.counts)
    bands = _bands(residents, areas)
    if bands is None:
        said = _("No residents by age are loaded for {level}, so nothing is standardised.")
        return Done({}, [*notes, said.format(level=definition.level)])
    frame = frame.assign(
        area=lives_in(work, frame, definition.level, areas),
        told=pd.to_numeric(frame[AGE], errors="coerce").astype(np.float64),
    )
    lives = age_standard.residents_of(residents.counts, areas, bands)
    names = _names(work.workspace, definition.level, areas)
    found = {}
    for level in Strictness:
        known, unit, people = known_by(frame, level)
        ages = age_standard.first_told(unit, known["told"].to_numpy(dtype=np.float64), len(people))
        home = first_homes(known, unit, len(people))
        found[level] = age_standard.cells_of(bands.of(ages), home, names, lives)
    return Done(found, [*notes, _of_residents(residents, bands), _standard()])


def _bands(residents: ResidentsByGroup, areas: Sequence[str]) -> Bands | None:
    labels = {label for code in areas for label in residents.counts[code]}
    return age_standard.bands_of(labels)


def _names(workspace: Workspace, level: AreaLevel, areas: Sequence[str]) -> list[str]:
    """What areas are called; with the code where two are called the same."""
    called = {area.code: area.name for area in places.areas(workspace, level)}
    often = Counter(called[code] for code in areas)
    return [called[code] if often[called[code]] == 1 else f"{called[code]} ({code})" for code in areas]


def _of_residents(residents: ResidentsByGroup, bands: Bands) -> str:
    said = _("Residents by age: {source}, {year} ({method}), in {number} bands from {first} to {last}.")
    return said.format(
        source=residents.source.rstrip("."),
        year=residents.year,
        method=residents.method,
        number=len(bands.labels),
        first=bands.labels[0],
        last=bands.labels[-1],
    )


def _standard() -> str:
    return _(
        "Expected are an area's residents of each age at the rate of that age in the whole partnership "
        "(indirect standardisation). Each area is a part of that standard: a large one stands nearer to 1."
    )
