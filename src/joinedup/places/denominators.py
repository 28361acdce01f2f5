"""How many people live in an area: the denominators of rates.

A count is taken as published for the area, or summed from LSOAs that nest in it, or summed by a published
best-fit lookup. It is never apportioned: an area for which none of these holds is absent, and so has no
rate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import shapely

from joinedup.places import area_lists, hierarchy, ledger, lookups, tables
from joinedup.places.residents_files import TOTAL
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.places.models import BoundarySet, ResidentsTable

PUBLISHED = "published for the area"
NESTED = "sum of nested LSOAs"
BEST_FIT = "sum of LSOAs by best-fit lookup"
OF_DISTRICTS = "sum of the partnership's districts"

_WHOLE = 0.9  # of an area's extent; generalised coastlines of two levels differ by up to about 0.3 %

_Parts = dict[str, dict[str, int]]  # {area code: {label: residents}}


@dataclass(frozen=True)
class Residents(Mapping[str, int]):
    """Residents by area code. An area that is absent has no denominator; ``year`` is None when none has."""

    level: AreaLevel
    vintage: str
    year: int | None = None
    source: str = ""
    method: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What people call the table, with its year in it: ``Census 2021``; empty where there is none."""
        if self.year is None:
            return ""
        called = self.source.partition(".")[0].partition(",")[0].strip()
        return called if str(self.year) in called else f"{called} {self.year}".strip()

    def __getitem__(self, code: str) -> int:
        return self.counts[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.counts)

    def __len__(self) -> int:
        return len(self.counts)


@dataclass(frozen=True)
class ResidentsByGroup:
    """Residents by area code and label of a breakdown (age, sex, ethnic group)."""

    level: AreaLevel
    vintage: str
    breakdown: str
    year: int | None = None
    source: str = ""
    method: str = ""
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def residents(
    workspace: Workspace, level: AreaLevel | str, *, vintage: str | None = None, year: int | None = None
) -> Residents:
    """The residents of the areas of a level (newest vintage and year unless named); people, whole numbers.

    Empty where the catalogue has no denominator for the level: output areas without a table of their own,
    squares, wards of a vintage that no lookup speaks of.
    """
    found = residents_by(workspace, level, TOTAL, vintage=vintage, year=year)
    totals = {code: parts[TOTAL] for code, parts in found.counts.items()}
    return Residents(found.level, found.vintage, found.year, found.source, found.method, totals)


def residents_by(
    workspace: Workspace,
    level: AreaLevel | str,
    breakdown: str,
    *,
    vintage: str | None = None,
    year: int | None = None,
) -> ResidentsByGroup:
    """Like ``residents``, for each label of a breakdown: age, sex or ethnic group."""
    level = AreaLevel(level)
    empty = ResidentsByGroup(level, vintage or "", breakdown)
    if level is AreaLevel.PARTNERSHIP:
        return _of_partnership(workspace, breakdown, year)
    if level in {AreaLevel.ALL, AreaLevel.SQUARE}:
        return empty
    row = ledger.current_row(workspace, level, vintage)
    if row is None:
        return empty
    for table in _tables(breakdown, year):
        if found := _parts_for(workspace, row, table):
            parts, method = found
            return ResidentsByGroup(
                level,
                row.vintage,
                breakdown,
                table.year,
                f"{table.title}. {table.source}".strip(),
                method,
                parts,
            )
    return ResidentsByGroup(level, row.vintage, breakdown)


def vintages_counted(workspace: Workspace, level: AreaLevel | str, breakdown: str) -> tuple[str, ...]:
    """The vintages of a level for which residents by a breakdown are loaded, the newest first."""
    from joinedup.places.models import ResidentsTable

    rows = ResidentsTable.objects.filter(level=AreaLevel(level).value, breakdown=breakdown)
    return tuple(sorted(set(rows.values_list("vintage", flat=True)), reverse=True))


def _tables(breakdown: str, year: int | None) -> list[ResidentsTable]:
    """The tables in use, the newest year first."""
    from joinedup.places.models import ResidentsTable

    rows = ResidentsTable.objects.filter(breakdown=breakdown).order_by("id")
    newest = {(row.level, row.vintage, row.year): row for row in rows}
    kept = [row for row in newest.values() if year in {None, row.year}]
    return sorted(kept, key=lambda row: (-row.year, row.level, row.vintage))


def _parts_for(workspace: Workspace, row: BoundarySet, table: ResidentsTable) -> tuple[_Parts, str] | None:
    """What a table says of a set's areas, and by which method; None when it says nothing of them."""
    if (table.level, table.vintage) == (row.level, row.vintage):
        return _read(workspace, table), PUBLISHED
    if table.level != AreaLevel.LSOA.value:
        return None
    found = lsoas_within(workspace, row, table.vintage)
    if found is None:
        return None
    parents, method = found
    return add_up(_read(workspace, table), parents), method


def lsoas_within(
    workspace: Workspace, row: BoundarySet, vintage: str
) -> tuple[Mapping[str, str], str] | None:
    """{LSOA code: code of the set's area} where LSOAs of the vintage may be added up to it, and the method.

    LSOAs nest in districts always, in MSOAs of the same vintage, and elsewhere only as a published lookup
    says. An area of whose extent less than nine tenths has loaded LSOAs is left out.
    """
    lsoas = ledger.current_row(workspace, AreaLevel.LSOA, vintage)
    if lsoas is None:
        return None
    found = lookups.parents_by_lookup(workspace, (lsoas.level, lsoas.vintage), (row.level, row.vintage))
    if found is not None:
        return found[0], BEST_FIT if found[1] is lookups.LookupKind.BEST_FIT else NESTED
    if row.level == AreaLevel.DISTRICT.value:
        nested = hierarchy.parents(workspace, lsoas, row.level)
    elif row.level == AreaLevel.MSOA.value and row.vintage == vintage:
        nested = hierarchy.inner_parents(workspace, lsoas, row)
    else:
        return None
    return _of_whole_areas(workspace, lsoas, row, nested), NESTED


def _of_whole_areas(
    workspace: Workspace, lsoas: BoundarySet, row: BoundarySet, parents: Mapping[str, str]
) -> dict[str, str]:
    """The nesting without areas of which a good part has no LSOA: some of theirs are not loaded."""
    children, uppers = ledger.read_set(workspace, lsoas), ledger.read_set(workspace, row)
    extent = dict(zip(children.code, shapely.area(children.geometry), strict=True))
    covered: dict[str, float] = {}
    for child, parent in parents.items():
        covered[parent] = covered.get(parent, 0.0) + extent.get(child, 0.0)
    whole = {
        code
        for code, area in zip(uppers.code, shapely.area(uppers.geometry), strict=True)
        if covered.get(code, 0.0) >= _WHOLE * area
    }
    return {child: parent for child, parent in parents.items() if parent in whole}


def add_up(parts: _Parts, parents: Mapping[str, str]) -> _Parts:
    """Sums by parent; a parent with a child of which nothing is known is left out."""
    sums: _Parts = {}
    incomplete = {parent for child, parent in parents.items() if child not in parts}
    for child, parent in sorted(parents.items()):
        if parent not in incomplete:
            target = sums.setdefault(parent, {})
            for label, number in parts[child].items():
                target[label] = target.get(label, 0) + number
    return sums


def _read(workspace: Workspace, row: ResidentsTable) -> _Parts:
    table = tables.read_table(workspace, row)
    parts: _Parts = {}
    for code, label, number in zip(*(table[c].to_pylist() for c in table.column_names), strict=True):
        parts.setdefault(code, {})[label] = number
    return parts


def _of_partnership(workspace: Workspace, breakdown: str, year: int | None) -> ResidentsByGroup:
    """The sum of the partnership's districts; nothing when one of them has no count."""
    whole = AreaLevel.PARTNERSHIP
    found = residents_by(workspace, AreaLevel.DISTRICT, breakdown, year=year)
    districts = area_lists.partnership_districts(workspace)
    if not districts or any(code not in found.counts for code in districts):
        return ResidentsByGroup(whole, "", breakdown)
    sums = add_up(
        {code: dict(found.counts[code]) for code in districts}, dict.fromkeys(districts, whole.value)
    )
    return ResidentsByGroup(whole, "", breakdown, found.year, found.source, OF_DISTRICTS, sums)
