"""How many dwellings stand in an area: the denominator of what happens to homes.

Counts are kept as those of residents are, and add up over areas by the same lookups; they are never
apportioned, and an area without one has none.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from joinedup.places import denominators, tables
from joinedup.places.boundaries import Origin, check_set_name
from joinedup.places.csv_tables import read_rows
from joinedup.places.denominators import Residents
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace

DWELLINGS = "dwellings"
_SCHEMA = pa.schema([("code", pa.string()), ("label", pa.string()), ("residents", pa.int64())])


def load_dwellings(  # noqa: PLR0913 - a table's columns and its origin
    workspace: Workspace,
    file: Path,
    *,
    level: AreaLevel | str,
    vintage: str,
    year: int,
    code: str,
    count: str,
    title: str = "",
    source: str = "",
    licence: str = "",
) -> tables.LoadedTable:
    """Load a CSV of dwellings (or households: the title says which) for the areas of one set in one year.

    One row for each area, with its ``code`` and ``count``. Rows for areas that are not loaded are set aside
    and counted. Raises ``BadInput`` with row and column.
    """
    from joinedup.places.models import ResidentsTable

    level, vintage = check_set_name(level, vintage)
    known = tables.known_areas(workspace, level, vintage)
    counts: dict[str, int] = {}
    set_aside, row = 0, None
    for row in read_rows(Path(file), [code, count]):
        area = row.text(code)
        if area not in known:
            set_aside += 1
            continue
        if area in counts:
            raise row.refusal(code, "names an area that came before")
        counts[area] = row.whole(count)
    tables.check_some(list(counts), row, str(file))
    ordered = sorted(counts)
    columns = [ordered, [DWELLINGS] * len(ordered), [counts[one] for one in ordered]]
    origin = Origin(title or f"Dwellings of {level.value} {vintage}, {year}", source, licence)
    changed = tables.keep_table(
        workspace,
        ResidentsTable,
        pa.table(columns, schema=_SCHEMA),
        origin,
        kind=DWELLINGS,
        level=level.value,
        vintage=vintage,
        year=year,
        breakdown=DWELLINGS,
    )
    return tables.LoadedTable(origin.title, len(counts), set_aside, len(known - counts.keys()), changed)


def dwellings(
    workspace: Workspace, level: AreaLevel | str, *, vintage: str | None = None, year: int | None = None
) -> Residents:
    """The dwellings of the areas of a level, in the shape of residents (newest vintage and year unless
    named). Empty where none are loaded that can be added up to the level."""
    found = denominators.residents_by(workspace, level, DWELLINGS, vintage=vintage, year=year)
    totals = {code: parts[DWELLINGS] for code, parts in found.counts.items()}
    return Residents(found.level, found.vintage, found.year, found.source, found.method, totals)
