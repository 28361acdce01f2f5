"""Which fixed tables of which closed measures may be published: the workspace's ``public-tables.toml``.

Without the file each closed measure that adds up over areas and time has the same three coarse tables. With
it, a measure that it names has the tables and the rule that it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from joinedup.errors import BadInput
from joinedup.release import tables_file
from joinedup.release.protected_tables import breakdown_of
from joinedup.release.suppression.rules import NHS, Threshold
from joinedup.release.tables_file import FILE_NAME, fits, is_closed
from joinedup.terms import AreaLevel, Every

if TYPE_CHECKING:
    from joinedup.measures import Measure
    from joinedup.workspace import Workspace

LEVELS = (AreaLevel.WARD, AreaLevel.DISTRICT, AreaLevel.PARTNERSHIP, AreaLevel.ALL)
EVERIES = (Every.QUARTER, Every.YEAR)
_KEYS = {"measure", "rule", "tables"}
_RULES = ("threshold", "nhs")


@dataclass(frozen=True)
class Table:
    """One fixed table: an area level, quarters or April years, and whether it is cut by the breakdown."""

    level: AreaLevel
    every: Every
    cut: bool

    @property
    def name(self) -> str:
        """For instance ``ward-year`` or ``district-quarter-breakdown``."""
        return "-".join([self.level.value, self.every.value, *(["breakdown"] if self.cut else [])])

    @classmethod
    def named(cls, name: str) -> Table:
        """The table of such a name."""
        known = {
            table.name: table
            for level in LEVELS
            for every in EVERIES
            for cut in (False, True)
            for table in [cls(level, every, cut)]
        }
        if name not in known:
            raise BadInput(
                "There is no such table",
                where=f"{FILE_NAME}: {name}",
                next_step="Join a level, quarter or year and, if wanted, breakdown: ward-year-breakdown",
            )
        return known[name]


@dataclass(frozen=True)
class TableSet:
    """The tables of one measure that are published together, and the rule that says what is too small."""

    measure: Measure
    breakdown: str
    tables: tuple[Table, ...]
    rule: Threshold


_PLACED = ("ward-year-breakdown", "district-quarter-breakdown", "ward-quarter")
_UNPLACED = ("all-quarter-breakdown", "all-year-breakdown")


def table_sets(workspace: Workspace) -> dict[str, TableSet]:
    """{measure: its tables} for each closed measure that can have some."""
    from joinedup.measures import catalogue

    said = _said(workspace)
    known = {
        name: measure
        for name, measure in catalogue().items()
        if fits(measure) and is_closed(workspace, measure)
    }
    for name in said:
        if name not in known:
            raise BadInput(
                "Only a closed measure that adds up over areas and time has public tables",
                where=f"{FILE_NAME}: {name}",
                next_step="See: joinedup measures",
            )
    return {name: _table_set(workspace, measure, said.get(name, {})) for name, measure in known.items()}


def _said(workspace: Workspace) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for entry in tables_file.entries(workspace, "set"):
        unknown = set(entry) - _KEYS
        if unknown or not isinstance(entry.get("measure"), str):
            raise BadInput(
                "Each [[set]] names its measure, and may say rule and tables",
                where=f"{FILE_NAME}: {', '.join(sorted(unknown)) or 'measure'}",
                next_step="See docs/public-tables.md",
            )
        found[entry["measure"]] = entry
    return found


def _table_set(workspace: Workspace, measure: Measure, said: Mapping[str, Any]) -> TableSet:
    breakdown = breakdown_of(measure) or ""
    tables = tuple(Table.named(name) for name in said.get("tables", _PLACED if measure.placed else _UNPLACED))
    if not breakdown:
        tables = tuple(dict.fromkeys(Table(table.level, table.every, False) for table in tables))
    if not tables:
        raise BadInput("A set without tables publishes nothing", where=f"{FILE_NAME}: {measure.name}")
    return TableSet(measure, breakdown, tables, _rule(workspace, said.get("rule", "threshold"), measure))


def _rule(workspace: Workspace, name: str, measure: Measure) -> Threshold:
    if name not in _RULES:
        raise BadInput("A rule is threshold or nhs", where=f"{FILE_NAME}: {measure.name}, {name}")
    small = workspace.settings.small_number
    if name == "nhs":
        return Threshold(max(small, NHS.least_shown), NHS.rounded_to)
    return Threshold(small)
