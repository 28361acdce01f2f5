"""How deprived areas are: as published for LSOAs, as means weighted by residents for the areas above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from joinedup.places import denominators, ledger, tables
from joinedup.places.deprivation_files import OVERALL
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.places.models import BoundarySet, DeprivationTable

_MOST_DEPRIVED = 1


@dataclass(frozen=True)
class AreaDeprivation:
    """One area. Rank and decile 1 are the most deprived; a mean has no decile.

    ``share_most_deprived`` is the share (0 to 1) of residents who live in LSOAs of the most deprived tenth
    of the country; ``residents`` are those it is a share of. None where it is not known.
    """

    rank: float
    decile: int | None = None
    score: float | None = None
    residents: int | None = None
    share_most_deprived: float | None = None


@dataclass(frozen=True)
class Deprivation:
    """Deprivation by area code; ``year`` is the index's, None when none is loaded for the level."""

    level: AreaLevel
    vintage: str
    domain: str
    year: int | None = None
    source: str = ""
    method: str = ""
    areas: Mapping[str, AreaDeprivation] = field(default_factory=dict)


def deprivation(
    workspace: Workspace,
    level: AreaLevel | str,
    *,
    vintage: str | None = None,
    year: int | None = None,
    domain: str = OVERALL,
) -> Deprivation:
    """Rank, decile and score of each area of a level in one index (the newest unless a year is named).

    LSOAs are as published. Wards, MSOAs and districts are the mean of their LSOAs' ranks and scores,
    weighted by residents: sum(residents x rank) / sum(residents), over the LSOAs that a published lookup or
    nesting gives them, and absent when one of these has no rank or no residents. The method is named in the
    answer.
    """
    level = AreaLevel(level)
    row = ledger.current_row(workspace, level, vintage) if level in _RANKED else None
    if row is None:
        return Deprivation(level, vintage or "", domain)
    for table in _tables(year):
        if (table.level, table.vintage) == (row.level, row.vintage):
            published = _published(workspace, table, domain)
            if published:
                return _answer(level, row, domain, table, denominators.PUBLISHED, published)
        elif means := _means(workspace, row, table, domain):
            return _answer(level, row, domain, table, *means)
    return Deprivation(level, row.vintage, domain)


_RANKED = (AreaLevel.DISTRICT, AreaLevel.WARD, AreaLevel.MSOA, AreaLevel.LSOA)


def _answer(
    level: AreaLevel,
    row: BoundarySet,
    domain: str,
    table: DeprivationTable,
    method: str,
    found: Mapping[str, AreaDeprivation],
) -> Deprivation:
    source = f"{table.title}. {table.source}".strip()
    return Deprivation(level, row.vintage, domain, table.year, source, method, found)


def _tables(year: int | None) -> list[DeprivationTable]:
    """The tables in use, the newest index first."""
    from joinedup.places.models import DeprivationTable

    newest = {
        (row.level, row.vintage, row.year): row
        for row in DeprivationTable.objects.order_by("id")
        if year in {None, row.year}
    }
    return sorted(newest.values(), key=lambda row: (-row.year, row.level, row.vintage))


def _published(workspace: Workspace, table: DeprivationTable, domain: str) -> dict[str, AreaDeprivation]:
    rows = tables.read_table(workspace, table).to_pylist()
    counts = denominators.residents(workspace, table.level, vintage=table.vintage, year=_weights(table))
    found = {}
    for row in rows:
        if row["domain"] == domain:
            decile = row["decile"]
            share = None if decile is None else float(decile == _MOST_DEPRIVED)
            found[row["code"]] = AreaDeprivation(
                row["rank"], decile, row["score"], counts.get(row["code"]), share
            )
    return found


def _weights(table: DeprivationTable) -> int | None:
    """The year of residents nearest to the index, of the set that the index speaks of."""
    from joinedup.places.models import ResidentsTable

    years = ResidentsTable.objects.filter(
        level=table.level, vintage=table.vintage, breakdown=denominators.TOTAL
    ).values_list("year", flat=True)
    return min(years, key=lambda year: (abs(year - table.year), -year), default=None)


def _means(
    workspace: Workspace, row: BoundarySet, table: DeprivationTable, domain: str
) -> tuple[str, dict[str, AreaDeprivation]] | None:
    """The method and the weighted means of a set's areas; None when LSOAs cannot be added up to it."""
    year = _weights(table)
    if table.level != AreaLevel.LSOA.value or year is None:
        return None
    found = denominators.lsoas_within(workspace, row, table.vintage)
    published = _published(workspace, table, domain)
    if found is None or not published:
        return None
    parents, how = found
    members: dict[str, list[AreaDeprivation | None]] = {}
    for child, parent in parents.items():
        members.setdefault(parent, []).append(published.get(child))
    means = {parent: mean for parent, parts in sorted(members.items()) if (mean := _mean(parts))}
    members_by = "LSOAs by best-fit lookup" if how == denominators.BEST_FIT else "nested LSOAs"
    return f"mean of {members_by}, weighted by their residents in {year}", means


def _mean(parts: list[AreaDeprivation | None]) -> AreaDeprivation | None:
    """The weighted mean; None when a part is unknown or nobody lives there."""
    known = [part for part in parts if part is not None and part.residents is not None]
    total = sum(part.residents or 0 for part in known)
    if len(known) != len(parts) or not total:
        return None
    scores = [part.score for part in known]
    shares = [part.share_most_deprived for part in known]
    return AreaDeprivation(
        _weighted([part.rank for part in known], known, total) or 0.0,
        None,
        _weighted(scores, known, total),
        total,
        _weighted(shares, known, total),
    )


def _weighted(values: list[float | None], parts: list[AreaDeprivation], total: int) -> float | None:
    if any(value is None for value in values):
        return None
    weighted = [(value or 0.0) * (part.residents or 0) for value, part in zip(values, parts, strict=True)]
    return sum(weighted) / total
