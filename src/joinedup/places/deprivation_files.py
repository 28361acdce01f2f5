"""Loading an index of deprivation: rank, decile and score of each area, by domain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from joinedup.errors import BadInput
from joinedup.places import tables
from joinedup.places.boundaries import Origin, check_set_name
from joinedup.places.csv_tables import Row, read_rows
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace

OVERALL = "overall"
_SCHEMA = pa.schema(
    [
        ("code", pa.string()),
        ("domain", pa.string()),
        ("rank", pa.int64()),
        ("decile", pa.int64()),
        ("score", pa.float64()),
    ]
)
_DECILES = 10


@dataclass(frozen=True)
class DomainColumns:
    """The columns of one domain (empty: there is none). Rank 1 and decile 1 are the most deprived."""

    rank: str
    decile: str = ""
    score: str = ""

    def named(self) -> list[str]:
        """The columns that the table must have."""
        return [column for column in (self.rank, self.decile, self.score) if column]


_Values = tuple[int, int | None, float | None]


def load_deprivation(  # noqa: PLR0913 - a table's columns and its origin
    workspace: Workspace,
    file: Path,
    *,
    level: AreaLevel | str,
    vintage: str,
    year: int,
    code: str,
    domains: Mapping[str, DomainColumns],
    title: str = "",
    source: str = "",
    licence: str = "",
) -> tables.LoadedTable:
    """Load a CSV of deprivation for the areas of one set: one row for each area, columns for each domain.

    ``domains`` names the columns of ``overall`` and of any other domain. Rows for areas that are not loaded
    are set aside and counted. Raises ``BadInput`` with row and column.
    """
    level, vintage = check_set_name(level, vintage)
    if OVERALL not in domains:
        raise BadInput(f"Name the columns of the domain '{OVERALL}'", where=str(file))
    known = tables.known_areas(workspace, level, vintage)
    found: dict[tuple[str, str], _Values] = {}
    codes: set[str] = set()
    set_aside, row = 0, None
    columns = [column for domain in domains.values() for column in domain.named()]
    for row in read_rows(Path(file), [code, *columns]):
        area = row.text(code)
        if area not in known:
            set_aside += 1
            continue
        if area in codes:
            raise row.refusal(code, "names an area that came before")
        codes.add(area)
        for name, domain in domains.items():
            found[area, name] = _values(row, domain)
    tables.check_some(list(codes), row, str(file))
    origin = Origin(title or f"Deprivation {year}", source, licence)
    changed = _keep(workspace, level.value, vintage, year, found, origin)
    return tables.LoadedTable(origin.title, len(codes), set_aside, len(known - codes), changed)


def _values(row: Row, domain: DomainColumns) -> _Values:
    rank = row.whole(domain.rank)
    if rank < 1:
        raise row.refusal(domain.rank, "is not a rank (1 is the most deprived)")
    decile = row.whole(domain.decile) if domain.decile else None
    if decile is not None and not 1 <= decile <= _DECILES:
        raise row.refusal(domain.decile, "is not a decile from 1 to 10")
    return rank, decile, row.number_or_none(domain.score) if domain.score else None


def _keep(
    workspace: Workspace,
    level: str,
    vintage: str,
    year: int,
    found: Mapping[tuple[str, str], _Values],
    origin: Origin,
) -> bool:
    from joinedup.places.models import DeprivationTable

    rows = [(*key, *values) for key, values in sorted(found.items())]
    table = pa.Table.from_pylist(
        [dict(zip(_SCHEMA.names, values, strict=True)) for values in rows], schema=_SCHEMA
    )
    return tables.keep_table(
        workspace,
        DeprivationTable,
        table,
        origin,
        kind="deprivation",
        level=level,
        vintage=vintage,
        year=year,
    )
