"""The margins that answers are weighted to: residents by age, sex and place, as far as they are loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from joinedup import places
from joinedup.errors import BadInput
from joinedup.measures.consulting.definitions import AgeGroup, Consultation
from joinedup.measures.consulting.result import WeightBy
from joinedup.measures.consulting.weighting import UNKNOWN, Margin
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace

USUAL = (WeightBy.AGE, WeightBy.SEX, WeightBy.DISTRICT)
_SEXES = ("female", "male")
_LEVELS = {WeightBy.DISTRICT: AreaLevel.DISTRICT, WeightBy.WARD: AreaLevel.WARD}


def labels_of(workspace: Workspace, definition: Consultation, frame: pd.DataFrame) -> pd.DataFrame:
    """The answers with a column for each margin: the label that each falls under, None where nobody said.

    ``frame`` has ``age_band``, ``sex`` and ``stated_area`` (an LSOA of the current boundaries).
    """
    band = {code: group.name for group in definition.ages for code in group.bands}
    area = {one.code: one.parents for one in _areas(workspace, AreaLevel.LSOA)}
    told = {
        WeightBy.AGE: frame["age_band"].map(band),
        WeightBy.SEX: frame["sex"].where(frame["sex"].isin(_SEXES)),
    }
    for by, level in _LEVELS.items():
        code = {lsoa: parents.get(level) for lsoa, parents in area.items()}
        told[by] = frame["stated_area"].map(code)
    return frame.assign(**{by.value: column for by, column in told.items()})


def residents_for(
    workspace: Workspace, definition: Consultation, by: Sequence[WeightBy]
) -> tuple[dict[WeightBy, dict[str, int]], list[str]]:
    """Residents by label of each margin that is loaded, and notes of those that are not and of their years.

    Named margins that are not loaded are refused; of the usual ones (``by`` empty) they are left out, and
    said.
    """
    found: dict[WeightBy, dict[str, int]] = {}
    notes = []
    for one in by or USUAL:
        counts, note = _residents(workspace, definition, one)
        if not counts and by:
            raise BadInput(
                _("There is no table of residents to weight by"),
                where=one.value,
                next_step=_("Load one, or leave it out. See: joinedup places list"),
            )
        if counts:
            found[one] = counts
            notes.append(note)
        else:
            notes.append(_("Not weighted by {what}: no residents by it are loaded.").format(what=one.value))
    return found, notes


def margin_of(by: WeightBy, residents: Mapping[str, int], labels: pd.Series[str]) -> Margin:
    """The margin of these answers."""
    names = sorted(residents)
    number = {name: at for at, name in enumerate(names)}
    member = np.array(labels.map(number).fillna(UNKNOWN).tolist(), dtype=np.int64)
    return Margin(by.value, tuple(names), tuple(residents[name] for name in names), member)


def _residents(workspace: Workspace, definition: Consultation, by: WeightBy) -> tuple[dict[str, int], str]:
    if by in _LEVELS:
        found = places.residents(workspace, _LEVELS[by])
        ours = _ours(workspace, _LEVELS[by])
        counts = {code: number for code, number in found.items() if code in ours and number > 0}
        return counts, _said(by, found.source, found.year)
    table = places.residents_by(workspace, AreaLevel.PARTNERSHIP, by.value)
    (own,) = table.counts.values() or [{}]
    counts = _of_ages(own, definition.ages) if by is WeightBy.AGE else _of_sexes(own)
    return counts, _said(by, table.source, table.year)


def _of_ages(counts: Mapping[str, int], ages: Sequence[AgeGroup]) -> dict[str, int]:
    """Residents of each group of ages, from single years; none where a year is lacking or not single."""
    years = {
        int(label.rstrip("+")): number for label, number in counts.items() if label.rstrip("+").isdigit()
    }
    if len(years) != len(counts) or not years:
        return {}
    oldest = max(years)
    if any(year not in years for one in ages for year in range(one.first, min(one.last, oldest) + 1)):
        return {}
    return {
        one.name: sum(years[year] for year in range(one.first, min(one.last, oldest) + 1)) for one in ages
    }


def _of_sexes(counts: Mapping[str, int]) -> dict[str, int]:
    folded = {label.casefold().rstrip("s"): number for label, number in counts.items()}
    return {sex: folded[sex] for sex in _SEXES} if set(_SEXES) <= set(folded) else {}


def _ours(workspace: Workspace, level: AreaLevel) -> set[str]:
    districts = set(places.partnership_districts(workspace))
    return {one.code for one in _areas(workspace, level) if districts & {one.code, *one.within}}


def _areas(workspace: Workspace, level: AreaLevel) -> list[places.Area]:
    from joinedup.errors import NotFound

    try:
        return places.areas(workspace, level)
    except NotFound:  # no such boundaries are loaded
        return []


def _said(by: WeightBy, source: str, year: int | None) -> str:
    said = _("Weighted by {what} to residents of {year}: {source}.")
    return said.format(what=by.value, year=year, source=source.rstrip("."))
