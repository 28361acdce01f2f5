"""The share of residents who are of some ages, also where they were counted for areas of an older vintage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from joinedup import places
from joinedup.measures.age_labels import years_of
from joinedup.measures.localities.columns import Cell, Column, Ground, from_above
from joinedup.measures.localities.definitions import Part
from joinedup.measures.localities.result import PartFlag
from joinedup.places.lookups import Change
from joinedup.terms import AreaLevel

AGE = "age"


@dataclass(frozen=True)
class _Told:
    """Residents of the ages and of all ages by code of area, from where, and why there are none."""

    cells: Mapping[str, Cell]
    source: str = ""
    missing: str = ""


def aged(ground: Ground, part: Part) -> Column:
    """The share of residents of the part's ages.

    As counted for the areas themselves. Else, of LSOAs, as counted for those of another vintage that became
    them: areas that merged are added up, each part of one that was split has the share of the whole, flagged.
    Wards and MSOAs are the sum of their LSOAs; an output area has the share of its LSOA, flagged.
    """
    title = str(part.title)
    if ground.level is AreaLevel.OA and not _own(ground, part).cells:
        return from_above(ground, aged(ground.above(), part))
    told = _own(ground, part)
    if not told.cells and not told.missing:
        told = _changed(ground, part) if ground.level is AreaLevel.LSOA else _of_lsoas(ground, part)
    if not told.cells:
        why = told.missing or _("no residents by age are loaded that speak of these areas")
        return Column(part.name, title, missing=why)
    notes = [_("{source}.").format(source=told.source.rstrip("."))]
    split = sum(PartFlag.BEFORE_SPLIT.value in one.flags for one in told.cells.values())
    spread = sum(PartFlag.SPREAD.value in one.flags for one in told.cells.values())
    if split:
        said = _("{number} areas have the share of the older area that they are a part of.")
        notes.append(said.format(number=split))
    if spread:
        said = _("in {number} areas older ones are counted in equal parts, as a border cuts them now.")
        notes.append(said.format(number=spread))
    return Column(part.name, title, told.cells, False, tuple(notes))


def _own(ground: Ground, part: Part) -> _Told:
    """Residents by age of exactly these areas (also added up by a published lookup)."""
    found = places.residents_by(ground.workspace, ground.level, AGE, vintage=ground.vintage, year=part.year)
    if not found.counts:
        return _Told({})
    labels = {label for one in found.counts.values() for label in one}
    within = _within(labels, part)
    if within is None:
        why = _("the bands of age that are loaded do not fall on {low} to {high}")
        return _Told({}, missing=why.format(low=part.from_age, high=part.to_age))
    cells = {
        code: _cell(sum(n for label, n in one.items() if label in within), sum(one.values()))
        for code, one in found.counts.items()
    }
    return _Told(
        {code: one for code, one in cells.items() if one}, f"{found.source.rstrip('.')}; {found.method}"
    )


def _cell(aged_so: float, residents: float, flags: tuple[str, ...] = ()) -> Cell | None:
    """A share; None where nobody lives."""
    if not residents:
        return None
    return Cell(aged_so / residents, residents, aged_so, residents, flags)


def _within(labels: Iterable[str], part: Part) -> frozenset[str] | None:
    """The labels that lie in the part's ages; None where one lies across their end, or is no age."""
    found = set()
    for label in labels:
        years = years_of(label)
        if years is None:
            return None
        low, high = years
        if part.from_age <= low and high <= part.to_age:
            found.add(label)
        elif low <= part.to_age and high >= part.from_age:
            return None
    return frozenset(found)


def _changed(ground: Ground, part: Part) -> _Told:
    """From LSOAs of another vintage that became these; the newest vintage that has ages first."""
    missing = ""
    for vintage in places.vintages_counted(ground.workspace, ground.level, AGE):
        if vintage == ground.vintage:
            continue
        told = _own(Ground(ground.workspace, ground.level, vintage, ()), part)
        became = places.translations(
            ground.workspace, level=ground.level.value, old=vintage, new=ground.vintage
        )
        missing = missing or told.missing
        if told.cells and became:
            source = _("{source}; areas of {old} as they became those of {new}").format(
                source=told.source.rstrip("."), old=vintage, new=ground.vintage
            )
            return _Told(_translated(told.cells, became), source)
    return _Told({}, missing=missing)


def _translated(older: Mapping[str, Cell], became: Mapping[str, places.Translation]) -> dict[str, Cell]:
    """Cells of the newer areas. An area whose older ones are not all known, or that is made of pieces of
    several, has none."""
    sources: dict[str, list[places.Translation]] = {}
    for one in became.values():
        for code in one.becomes:
            sources.setdefault(code, []).append(one)
    found = {}
    for code, from_these in sources.items():
        if any(one.code not in older for one in from_these):
            continue
        if all(one.exact for one in from_these):
            parts = [older[one.code] for one in from_these]
            whole = _cell(
                sum(one.numerator or 0 for one in parts), sum(one.denominator or 0 for one in parts)
            )
            if whole:
                found[code] = whole
        elif len(from_these) == 1 and from_these[0].change is Change.SPLIT:
            old, share = older[from_these[0].code], len(from_these[0].becomes)
            found[code] = replace(old, weight=old.weight / share, flags=(PartFlag.BEFORE_SPLIT.value,))
    return found


def _of_lsoas(ground: Ground, part: Part) -> _Told:
    """Wards and MSOAs as the sum of the LSOAs that lie in them, where all of these are known."""
    below = places.areas(ground.workspace, AreaLevel.LSOA)
    lsoas = Ground(ground.workspace, AreaLevel.LSOA, below[0].vintage, tuple(below)) if below else None
    if lsoas is None:
        return _Told({})
    told = _own(lsoas, part)
    if not told.cells:
        told = _changed(lsoas, part)
    members: dict[str, list[str]] = {}
    for area in below:
        members.setdefault(area.parents.get(ground.level.value, ""), []).append(area.code)
    found = {}
    for code in ground.codes:
        within = members.get(code, [])
        if not within or any(one not in told.cells for one in within):
            continue
        if summed := _summed([told.cells[one] for one in within]):
            found[code] = summed
    return _Told(found, told.source, told.missing)


def _summed(cells: list[Cell]) -> Cell | None:
    """The sum: of an area that was split each part counts for its part, which is exact where all are here."""
    numerator = denominator = 0.0
    pieces: dict[tuple[float, float], float] = {}
    for one in cells:
        share = one.weight / (one.denominator or 1)
        numerator += (one.numerator or 0) * share
        denominator += one.weight
        if share < 1:
            whole = (one.numerator or 0.0, one.denominator or 0.0)
            pieces[whole] = pieces.get(whole, 0.0) + share
    whole_ones = all(abs(one - round(one)) < 1e-9 for one in pieces.values())
    return _cell(numerator, denominator, () if whole_ones else (PartFlag.SPREAD.value,))
