"""The catalogue: what is loaded, of which vintage and year, from where and under which licence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from joinedup.places import ledger
from joinedup.places.other_counts import LOADED_APART
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.places.models import LoadedFile


@dataclass(frozen=True)
class CatalogueEntry:
    """One thing in use: ``kind`` is boundaries, lookup, residents, workday, visitors, dwellings,
    deprivation, classification or postcodes.

    ``rows`` counts areas for boundaries and rows of the table otherwise; ``detail`` says what the kind adds
    (the set it was dissolved from, the parent set, the year and breakdown).
    """

    kind: str
    level: str
    vintage: str
    detail: str
    rows: int
    title: str
    source: str
    licence: str
    version: int
    loaded_at: datetime


def catalogue(workspace: Workspace) -> list[CatalogueEntry]:
    """What is in use: boundaries, lookups, residents and other denominators, deprivation, classifications,
    postcodes; each by level and vintage."""
    from joinedup.places import models

    entries = []
    for row in sorted(ledger.current_rows(workspace).values(), key=lambda row: (row.level, row.vintage)):
        detail = f"dissolved from {row.derived_from}" if row.derived_from else ""
        entries.append(_entry("boundaries", row, detail, row.version))
    for lookup, version in _newest(models.Lookup, "level", "vintage", "parent_level", "parent_vintage"):
        detail = f"to {lookup.parent_level} {lookup.parent_vintage}, {lookup.kind}"
        entries.append(_entry("lookup", lookup, detail, version))
    for table, version in _newest(models.ResidentsTable, "level", "vintage", "year", "breakdown"):
        if table.breakdown in LOADED_APART:
            entries.append(_entry(table.breakdown, table, str(table.year), version))
        else:
            entries.append(_entry("residents", table, f"{table.year}, {table.breakdown}", version))
    for table, version in _newest(models.DeprivationTable, "level", "vintage", "year"):
        entries.append(_entry("deprivation", table, str(table.year), version))
    for classes, version in _newest(models.ClassificationTable, "level", "vintage", "name", "year"):
        entries.append(_entry("classification", classes, f"{classes.name} {classes.year}", version))
    for directory, version in _newest(models.PostcodeDirectory, "level"):
        entries.append(_entry("postcodes", directory, "", version))
    return entries


def _newest(model: Any, *names: str) -> list[tuple[Any, int]]:
    """The newest row of each name and how many there have been."""
    found: dict[tuple[Any, ...], tuple[Any, int]] = {}
    for row in model.objects.order_by("id"):
        name = tuple(getattr(row, attribute) for attribute in names)
        found[name] = (row, found[name][1] + 1 if name in found else 1)
    return [found[name] for name in sorted(found)]


def _entry(kind: str, row: LoadedFile, detail: str, version: int) -> CatalogueEntry:
    return CatalogueEntry(
        kind,
        row.level,
        row.vintage,
        detail,
        row.rows,
        row.title,
        row.source,
        row.licence,
        version,
        row.loaded_at,
    )
