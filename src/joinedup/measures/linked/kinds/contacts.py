"""Vulnerable people and the agencies that see them."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from joinedup.measures.linked import several
from joinedup.measures.linked.definitions import SeveralAgencies
from joinedup.measures.linked.ground import Ground
from joinedup.measures.linked.kinds.work import Done, Work, known_by, of_nobody, read
from joinedup.measures.repeats.telling import reach
from joinedup.terms import Strictness


def several_agencies(work: Work) -> Done:
    """See ``SeveralAgencies``."""
    definition = cast(SeveralAgencies, work.definition)
    asked = (*definition.records, *definition.beside)
    seen = read(work, asked, ["age"], reach(definition, work.query.period))
    contacts = seen["part"] < len(definition.records)
    agency, _names = pd.factorize(seen["owner"], sort=True)
    age = pd.to_numeric(seen["age"], errors="coerce")
    seen = seen.assign(agency=agency, is_contact=contacts, age=age)
    cells = {}
    for level in Strictness:
        known, unit, names = known_by(seen, level)
        is_contact = known["is_contact"].to_numpy(dtype=np.bool_)
        sightings = several.Sightings(
            unit[is_contact],
            known["agency"].to_numpy(dtype=np.int64)[is_contact],
            known["day"].to_numpy().astype("datetime64[D]")[is_contact],
        )
        most = several.most_at_once(sightings, definition.window.months, len(names))
        signs = _signs(definition, known, unit, len(names))
        cells[level] = several.cells_of(most, signs, definition.threshold)
    return Done(cells, [*of_nobody(seen[contacts], definition.unit), *_signs_told(definition, work.ground)])


def _signs(
    definition: SeveralAgencies, known: pd.DataFrame, unit: NDArray[np.int64], units: int
) -> dict[str, NDArray[np.bool_]]:
    """By sign, who of the persons has it."""
    age = known["age"].to_numpy()
    part = known["part"].to_numpy()
    found = {}
    for place, sign in enumerate(definition.signs, len(definition.records)):
        says = part == place
        if sign.younger_than is not None:
            says &= age < sign.younger_than  # an age that is not known is not lower
        has = np.zeros(units, dtype=np.bool_)
        has[unit[says]] = True
        found[sign.name] = has
    return found


def _signs_told(definition: SeveralAgencies, ground: Ground) -> list[str]:
    """Which signs no feed of the answer could have."""
    lacking = [str(sign.title) for sign in definition.signs if not ground.has([sign.records])]
    if not lacking:
        return []
    return [_("No feed that counts tells of these signs: {signs}.").format(signs=", ".join(lacking))]
