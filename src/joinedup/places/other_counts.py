"""What rates can divide by beside residents: people there on a working day, visitors, dwellings.

Counts are kept as those of residents are, and add up over areas by the same lookups; they are never
apportioned, and an area without one has none. Nothing is estimated here: each comes from a file that says
who counted it.

The workday population of the Census of England and Wales is everybody aged 16 and over in employment whose
workplace is in the area, and every other usual resident of it who is not in employment (ONS, notes on the
workday population of the 2011 Census, dataset WD of Nomis).
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from joinedup.errors import BadInput
from joinedup.places import denominators, tables
from joinedup.places.boundaries import Origin, check_set_name
from joinedup.places.csv_tables import read_rows
from joinedup.places.denominators import Residents
from joinedup.terms import AreaLevel, Per
from joinedup.workspace import Workspace

LOADED_APART = (Per.WORKDAY, Per.VISITORS, Per.DWELLINGS)
"""What is loaded by ``load_denominator``; residents have a loader of their own, with their breakdowns."""

_TITLES = {Per.WORKDAY: "Workday people", Per.VISITORS: "Visitors", Per.DWELLINGS: "Dwellings"}
_SCHEMA = pa.schema([("code", pa.string()), ("label", pa.string()), ("residents", pa.int64())])


def load_denominator(  # noqa: PLR0913 - a table's columns and its origin
    workspace: Workspace,
    file: Path,
    *,
    per: Per | str,
    level: AreaLevel | str,
    vintage: str,
    year: int,
    code: str,
    count: str,
    title: str = "",
    source: str = "",
    licence: str = "",
) -> tables.LoadedTable:
    """Load a CSV of workday people, visitors or dwellings for the areas of one set in one year.

    One row for each area, with its ``code`` and ``count``. Rows for areas that are not loaded are set aside
    and counted. Raises ``BadInput`` with row and column, for residents, and for people whose table does not
    say who counted them: there are many ways to count who is somewhere, and rates by each differ.
    """
    per = Per(per)
    if per not in LOADED_APART:
        raise BadInput("Residents are loaded with their breakdowns", next_step="Use: places load-residents")
    if per is not Per.DWELLINGS and not source.strip():
        raise BadInput(
            "Who is in an area by day can be counted in many ways, so their table says who counted them",
            where=str(file),
            next_step="Give --source, and how they were counted in --title",
        )
    return _load(
        workspace,
        Path(file),
        per,
        check_set_name(level, vintage),
        (code, count),
        year,
        Origin(title or f"{_TITLES[per]} of {AreaLevel(level).value} {vintage}, {year}", source, licence),
    )


def _load(
    workspace: Workspace,
    file: Path,
    per: Per,
    named: tuple[AreaLevel, str],
    columns: tuple[str, str],
    year: int,
    origin: Origin,
) -> tables.LoadedTable:
    from joinedup.places.models import ResidentsTable

    (level, vintage), (code, count) = named, columns
    known = tables.known_areas(workspace, level, vintage)
    counts: dict[str, int] = {}
    set_aside, row = 0, None
    for row in read_rows(file, [code, count]):
        area = row.text(code)
        if area not in known:
            set_aside += 1
            continue
        if area in counts:
            raise row.refusal(code, "names an area that came before")
        counts[area] = row.whole(count)
    tables.check_some(list(counts), row, str(file))
    ordered = sorted(counts)
    content = [ordered, [per.value] * len(ordered), [counts[one] for one in ordered]]
    changed = tables.keep_table(
        workspace,
        ResidentsTable,
        pa.table(content, schema=_SCHEMA),
        origin,
        kind=per.value,
        level=level.value,
        vintage=vintage,
        year=year,
        breakdown=per.value,
    )
    return tables.LoadedTable(origin.title, len(counts), set_aside, len(known - counts.keys()), changed)


def denominator(
    workspace: Workspace,
    per: Per | str,
    level: AreaLevel | str,
    *,
    vintage: str | None = None,
    year: int | None = None,
) -> Residents:
    """What rates of a level divide by, in the shape of residents (newest vintage and year unless named).

    Empty where none are loaded that can be added up to the level.
    """
    per = Per(per)
    if per is Per.RESIDENTS:
        return denominators.residents(workspace, level, vintage=vintage, year=year)
    found = denominators.residents_by(workspace, level, per.value, vintage=vintage, year=year)
    totals = {code: parts[per.value] for code, parts in found.counts.items()}
    return Residents(found.level, found.vintage, found.year, found.source, found.method, totals)


def denominators_loaded() -> tuple[Per, ...]:
    """What tables are loaded of, at any level; residents always first, for they are what is usually meant."""
    from joinedup.places.models import ResidentsTable

    there = set(ResidentsTable.objects.values_list("breakdown", flat=True).distinct())
    return (Per.RESIDENTS, *(one for one in LOADED_APART if one.value in there))


def dwellings(
    workspace: Workspace, level: AreaLevel | str, *, vintage: str | None = None, year: int | None = None
) -> Residents:
    """The dwellings of the areas of a level, as ``denominator`` has them."""
    return denominator(workspace, Per.DWELLINGS, level, vintage=vintage, year=year)
