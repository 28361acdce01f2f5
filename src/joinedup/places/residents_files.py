"""Loading tables of residents: totals, and counts by age, sex or ethnic group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from joinedup.errors import BadInput
from joinedup.places import tables
from joinedup.places.boundaries import Origin, check_set_name
from joinedup.places.csv_tables import Row, read_rows
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace

TOTAL = "total"
BREAKDOWNS = ("age", "sex", "ethnic group")
_SCHEMA = pa.schema([("code", pa.string()), ("label", pa.string()), ("residents", pa.int64())])


@dataclass(frozen=True)
class Layout:
    """How a table says its counts: by columns (one for each label), or by rows (``label`` and ``count``)."""

    code: str
    total: str = ""
    breakdown: str = ""
    columns: tuple[str, ...] = ()
    label: str = ""
    count: str = ""

    def __post_init__(self) -> None:
        by_rows = bool(self.label or self.count)
        if self.breakdown and self.breakdown not in BREAKDOWNS:
            raise BadInput(
                f"Residents are not broken down by '{self.breakdown}'",
                next_step=f"Use one of: {', '.join(BREAKDOWNS)}",
            )
        if by_rows != bool(self.label and self.count) or (by_rows and self.columns):
            raise BadInput("A breakdown is either in columns, or in a column of labels and one of counts")
        if bool(self.breakdown) != (by_rows or bool(self.columns)):
            raise BadInput("A breakdown needs its name and its columns")
        if not self.total and not self.breakdown:
            raise BadInput("Say which column holds the total, or a breakdown")

    def named(self) -> list[str]:
        """The columns that the table must have."""
        return [c for c in (self.code, self.total, *self.columns, self.label, self.count) if c]


@dataclass
class _Counts:
    total: dict[str, int] = field(default_factory=dict)
    parts: dict[tuple[str, str], int] = field(default_factory=dict)
    areas: set[str] = field(default_factory=set)


def load_residents(  # noqa: PLR0913 - a table's columns and its origin
    workspace: Workspace,
    file: Path,
    *,
    level: AreaLevel | str,
    vintage: str,
    year: int,
    code: str,
    total: str = "",
    breakdown: str = "",
    columns: Sequence[str] = (),
    label: str = "",
    count: str = "",
    title: str = "",
    source: str = "",
    licence: str = "",
) -> tables.LoadedTable:
    """Load a CSV of residents for the areas of one set in one year.

    ``total`` names the column of all residents. A ``breakdown`` (age, sex, ethnic group) stands in
    ``columns``, whose names are its labels, or in rows, with a column of labels (``label``) and one of
    counts (``count``); then a total repeats on an area's rows and must be the same on each. With no total
    it is the sum of the breakdown. Rows for areas that are not loaded are set aside and counted. Raises
    ``BadInput`` with row and column.
    """
    level, vintage = check_set_name(level, vintage)
    layout = Layout(code, total, breakdown, tuple(columns), label, count)
    known = tables.known_areas(workspace, level, vintage)
    counts, set_aside, row = _Counts(), 0, None
    for row in read_rows(Path(file), layout.named()):
        if row.text(code) in known:
            _take(row, layout, counts)
        else:
            set_aside += 1
    tables.check_some(list(counts.areas), row, str(file))
    if not layout.total:
        for (area, _), number in counts.parts.items():
            counts.total[area] = counts.total.get(area, 0) + number
    origin = Origin(title or f"Residents of {level.value} {vintage}, {year}", source, licence)
    kept = {(area, TOTAL): number for area, number in counts.total.items()}
    changed = _keep(workspace, level.value, vintage, year, TOTAL, kept, origin)
    if breakdown:
        changed |= _keep(workspace, level.value, vintage, year, breakdown, counts.parts, origin)
    return tables.LoadedTable(
        origin.title, len(kept) + len(counts.parts), set_aside, len(known - counts.areas), changed
    )


def _take(row: Row, layout: Layout, counts: _Counts) -> None:
    """Add one row's numbers; an area or label that comes twice, or two different totals, are refused."""
    area = row.text(layout.code)
    if area in counts.areas and not layout.label:
        raise row.refusal(layout.code, "names an area that came before")
    counts.areas.add(area)
    if layout.total and counts.total.setdefault(area, row.whole(layout.total)) != row.whole(layout.total):
        raise row.refusal(layout.total, "differs from the total on an earlier row of the same area")
    for column in layout.columns:
        counts.parts[area, column] = row.whole(column)
    if layout.label:
        part = (area, row.text(layout.label))
        if part in counts.parts:
            raise row.refusal(layout.label, "comes a second time for the same area")
        counts.parts[part] = row.whole(layout.count)


def _keep(
    workspace: Workspace,
    level: str,
    vintage: str,
    year: int,
    breakdown: str,
    counts: dict[tuple[str, str], int],
    origin: Origin,
) -> bool:
    from joinedup.places.models import ResidentsTable

    ordered = sorted(counts.items())
    columns = [
        [area for (area, _), _ in ordered],
        [name for (_, name), _ in ordered],
        [n for _, n in ordered],
    ]
    return tables.keep_table(
        workspace,
        ResidentsTable,
        pa.table(columns, schema=_SCHEMA),
        origin,
        kind="residents",
        level=level,
        vintage=vintage,
        year=year,
        breakdown=breakdown,
    )
