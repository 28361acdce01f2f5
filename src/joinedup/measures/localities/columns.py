"""The numbers of one part for every area: counted, or as published for the areas of some vintage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
from django.utils.translation import gettext as _

from joinedup import places
from joinedup.errors import NotFound
from joinedup.measures.localities.definitions import Part, Per
from joinedup.measures.localities.result import PartFlag
from joinedup.measures.localities.statistics import Floats
from joinedup.measures.result import OUTSIDE, UNLOCATED, FigureRow
from joinedup.terms import AreaLevel, Period
from joinedup.workspace import Workspace


class Counts(Protocol):
    """A figure of counts by area, as somebody may see it."""

    @property
    def rows(self) -> Sequence[FigureRow]:
        """A row for each area, and for what is outside and has no place."""

    @property
    def query(self) -> Any:
        """What was asked, its period filled in."""

    @property
    def notes(self) -> Sequence[str]:
        """Sentences for the reader."""

    @property
    def known_on(self) -> dt.datetime | None:
        """When the latest delivery became known."""

    @property
    def deliveries(self) -> Sequence[Any]:
        """The deliveries it rests on."""


@dataclass(frozen=True)
class Ground:
    """The areas that are compared, in order, with their vintage."""

    workspace: Workspace
    level: AreaLevel
    vintage: str
    areas: tuple[places.Area, ...]

    @property
    def codes(self) -> list[str]:
        """Their codes, in order."""
        return [area.code for area in self.areas]

    def above(self) -> Ground:
        """The LSOAs that output areas lie in: those of the same vintage, or else the newest."""
        for vintage in (self.vintage, None):
            try:
                found = places.areas(self.workspace, AreaLevel.LSOA, vintage=vintage)
            except NotFound:
                continue
            return Ground(self.workspace, AreaLevel.LSOA, found[0].vintage, tuple(found))
        return Ground(self.workspace, AreaLevel.LSOA, "", ())


@dataclass(frozen=True)
class Cell:
    """One area's numbers: ``numerator`` over ``denominator`` (None: a score), and ``weight`` in the whole."""

    value: float
    weight: float
    numerator: float | None = None
    denominator: float | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """The cells of a part by code of area, what they are from, and why there are none (``missing``)."""

    name: str
    title: str
    cells: Mapping[str, Cell] = field(default_factory=dict)
    counted: bool = False
    notes: tuple[str, ...] = ()
    missing: str = ""

    def array(self, codes: Sequence[str], number: str) -> Floats:
        """One number of the cells of these areas; NaN where there is none."""
        cells = [self.cells.get(code) for code in codes]
        found = [None if one is None else getattr(one, number) for one in cells]
        return np.array([np.nan if one is None else one for one in found], dtype=np.float64)


def counted(ground: Ground, name: str, title: str, counts: Counts, per: Sequence[Per]) -> Column:
    """A count by area for each of what it is divided by: the first of ``per`` that is known of the areas."""
    asked = [(one, _denominators(ground, one)) for one in per]
    used, known = next(
        ((one, found) for one, found in asked if found), (per[-1], places.Residents(ground.level, ""))
    )
    if not known:
        lacking = _(" or ").join(_WORDS[one]() for one in per)
        return Column(
            name, title, missing=_("no count of {lacking} of these areas is loaded").format(lacking=lacking)
        )
    within = set(ground.codes)
    cells = {
        row.area_code: _counted_cell(row, known.get(row.area_code))
        for row in counts.rows
        if row.area_code in within and row.numerator is not None
    }
    if not cells:
        return Column(name, title, missing=_("nothing of it was delivered for these months"))
    said = _("for each of the {per} ({source}, {year}; {method}).").format(
        per=_WORDS[used](), source=known.source.rstrip("."), year=known.year, method=known.method
    )
    notes = [said]
    if used is not per[0]:
        notes.append(
            _("no count of {wanted} is loaded. By {per}, homes with many people look safer.").format(
                wanted=_WORDS[per[0]](), per=_WORDS[used]()
            )
        )
    return Column(name, title, cells, True, (*notes, *_nowhere(counts.rows)))


_WORDS = {Per.DWELLINGS: lambda: _("dwellings"), Per.RESIDENTS: lambda: _("residents")}


def _denominators(ground: Ground, per: Per) -> places.Residents:
    ask = places.dwellings if per is Per.DWELLINGS else places.residents
    return ask(ground.workspace, ground.level, vintage=ground.vintage)


def _counted_cell(row: FigureRow, among: int | None) -> Cell:
    flags = tuple(flag.value for flag in row.flags)
    if not among:
        return Cell(np.nan, np.nan, row.numerator, among, (*flags, PartFlag.NO_DENOMINATOR.value))
    assert row.numerator is not None  # noqa: S101 - the caller looked
    return Cell(row.numerator / among, float(among), row.numerator, among, flags)


def _nowhere(rows: Sequence[FigureRow]) -> tuple[str, ...]:
    numbers = {row.area_code: row.numerator or 0 for row in rows}
    outside, unlocated = numbers.get(OUTSIDE, 0), numbers.get(UNLOCATED, 0)
    if not outside + unlocated:
        return ()
    said = _("{outside:,} outside every area and {unlocated:,} without a place are in no index.")
    return (said.format(outside=outside, unlocated=unlocated),)


def deprived(ground: Ground, part: Part) -> Column:
    """The score of one domain of deprivation. A rank is no rate: an index without scores gives none."""
    title = str(part.title)
    if ground.level is AreaLevel.OA:
        return from_above(ground, deprived(ground.above(), part))
    found = places.deprivation(
        ground.workspace, ground.level, vintage=ground.vintage, year=part.year, domain=part.domain
    )
    if found.year is None:
        return Column(
            part.name, title, missing=_("no deprivation of that domain and year is loaded for these areas")
        )
    cells = {
        code: Cell(one.score, float(one.residents) if one.residents else np.nan)
        for code, one in found.areas.items()
        if one.score is not None
    }
    if not cells:
        why = _("the index of {year} has ranks and no scores, and a rank is no rate").format(year=found.year)
        return Column(part.name, title, missing=why)
    if min(one.value for one in cells.values()) < 0:
        why = _("its scores lie around 0, so that none is a multiple of the whole's")
        return Column(part.name, title, missing=why)
    said = _("score of {year} ({source}; {method}).").format(
        year=found.year, source=found.source.rstrip("."), method=found.method
    )
    return Column(part.name, title, cells, False, (said,))


def from_above(ground: Ground, column: Column) -> Column:
    """What is published for LSOAs alone, taken for each output area within: each counts for its part."""
    if column.missing:
        return column
    parent = {area.code: area.parents.get(AreaLevel.LSOA.value, "") for area in ground.areas}
    sharing: dict[str, int] = {}
    for code in parent.values():
        sharing[code] = sharing.get(code, 0) + 1
    cells = {
        code: replace(
            column.cells[upper],
            weight=column.cells[upper].weight / sharing[upper],
            flags=(*column.cells[upper].flags, PartFlag.AREA_ABOVE.value),
        )
        for code, upper in parent.items()
        if upper in column.cells
    }
    said = _("that of the LSOA that an output area lies in.")
    return replace(column, cells=cells, notes=(*column.notes, said))


def period_of(counts: Counts) -> Period:
    """The months that were counted."""
    period: Period = counts.query.period
    return period
