"""The areas of a level: their codes, names and what they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.parquet as pq

from joinedup.errors import NotFound
from joinedup.places import grid, hierarchy, ledger, placing
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace

_kept: dict[tuple[str, str, str, str], list[Area]] = {}
_KEPT_LISTS = 60
_SQUARE_PARENTS = (AreaLevel.DISTRICT.value, AreaLevel.WARD.value, AreaLevel.MSOA.value, AreaLevel.LSOA.value)


@dataclass(frozen=True)
class Area:
    """One area. ``parents`` {level: code}; ``within`` also holds areas that a square only partly lies in."""

    level: AreaLevel
    vintage: str
    code: str
    name: str
    parents: Mapping[str, str] = field(default_factory=dict)
    parent_name: str = ""
    within: frozenset[str] = frozenset()


def areas(
    workspace: Workspace,
    level: AreaLevel | str,
    *,
    vintage: str | None = None,
    within: Iterable[str] | None = None,
) -> list[Area]:
    """The areas of a level in order of code; newest vintage unless one is named.

    ``within`` keeps areas that have one of these codes or lie in one of these areas (of any level above).
    Squares are those in which a placed point lies; a square belongs to the district (ward...) of most of
    its points, on a tie to the lowest code, and lies within each in which any of its points lies.
    ``partnership`` and ``all`` have one area, whose code is the level's name. Raises ``NotFound`` when no
    such boundaries are loaded.
    """
    level = AreaLevel(level)
    listed = _all_areas(workspace, level, vintage)
    if within is None:
        return list(listed)
    wanted = {within} if isinstance(within, str) else set(within)
    if not wanted:
        return list(listed)
    return [area for area in listed if area.code in wanted or not wanted.isdisjoint(area.within)]


def partnership_districts(workspace: Workspace) -> tuple[str, ...]:
    """The codes of the partnership's districts: those its settings name, or every district that is loaded."""
    if workspace.settings.districts:
        return workspace.settings.districts
    row = ledger.current_row(workspace, AreaLevel.DISTRICT)
    return tuple(ledger.read_set(workspace, row).code) if row else ()


def _all_areas(workspace: Workspace, level: AreaLevel, vintage: str | None) -> list[Area]:
    key = (str(workspace.folder), ledger.generation(workspace), level.value, vintage or "")
    if (known := _kept.get(key)) is not None:
        return known
    if len(_kept) >= _KEPT_LISTS:
        _kept.clear()
    return _kept.setdefault(key, _list(workspace, level, vintage))


def _list(workspace: Workspace, level: AreaLevel, vintage: str | None) -> list[Area]:
    if level in {AreaLevel.PARTNERSHIP, AreaLevel.ALL}:
        return [Area(level, "", level.value, workspace.settings.partnership)]
    if level is AreaLevel.SQUARE:
        return _squares(workspace)
    row = ledger.require_row(workspace, level, vintage)
    by_level = {
        upper: found
        for upper in hierarchy.ABOVE[level.value]
        if (found := hierarchy.parents(workspace, row, upper))
    }
    area_set = ledger.read_set(workspace, row)
    names = _district_names(workspace)
    listed = []
    for code in area_set.code:
        parents = {upper: found[code] for upper, found in by_level.items() if code in found}
        listed.append(_area(level, row.vintage, code, area_set.names[code], parents, names))
    return listed


def _area(
    level: AreaLevel, vintage: str, code: str, name: str, parents: dict[str, str], names: Mapping[str, str]
) -> Area:
    district = parents.get(AreaLevel.DISTRICT.value, "")
    return Area(level, vintage, code, name, parents, names.get(district, ""), frozenset(parents.values()))


def _district_names(workspace: Workspace) -> Mapping[str, str]:
    row = ledger.current_row(workspace, AreaLevel.DISTRICT)
    return ledger.read_set(workspace, row).names if row else {}


def _squares(workspace: Workspace) -> list[Area]:
    with ledger.writing(workspace):  # a file that is replaced may be deleted at once
        placing.bring_up_to_date(workspace)
        placed = [pq.read_table(ledger.whole_file(workspace, file)) for file in placing.active_files()]
    if not placed:
        return []
    table = pa.concat_tables(placed)
    parents: dict[str, dict[str, str]] = {}
    touched: dict[str, set[str]] = {
        square: set() for square in table["square"].unique().to_pylist() if square is not None
    }
    for level in _SQUARE_PARENTS:
        row = ledger.current_row(workspace, level)
        counted = _points_by_square(table, f"{row.level}_{row.vintage}") if row else []
        for square, area in counted:
            parents.setdefault(square, {}).setdefault(level, area)
            touched[square].add(area)
    names = _district_names(workspace)
    return [_square(code, parents.get(code, {}), frozenset(touched[code]), names) for code in sorted(touched)]


def _points_by_square(table: pa.Table, column: str) -> list[tuple[str, str]]:
    """Square and area of each pair that holds a point, the area with the most points of a square first."""
    known = table.select(["square", column]).drop_null()
    counted = known.group_by(["square", column]).aggregate([([], "count_all")])
    ordered = counted.sort_by([("square", "ascending"), ("count_all", "descending"), (column, "ascending")])
    return list(zip(ordered["square"].to_pylist(), ordered[column].to_pylist(), strict=True))


def _square(code: str, parents: Mapping[str, str], touched: frozenset[str], names: Mapping[str, str]) -> Area:
    name = names.get(parents.get(AreaLevel.DISTRICT.value, ""), "")
    return Area(AreaLevel.SQUARE, "", code, grid.square_name(code), parents, name, touched)


def require_area(workspace: Workspace, level: AreaLevel | str, code: str, vintage: str | None = None) -> Area:
    """One area by its code; ``NotFound`` when there is none."""
    for area in areas(workspace, level, vintage=vintage):
        if area.code == code:
            return area
    raise NotFound(
        f"There is no {level} with the code {code}", next_step="List them with: joinedup places areas LEVEL"
    )
