"""Lookups: which area of one set an area of another belongs to, and how codes changed between vintages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from joinedup.errors import BadInput
from joinedup.places import ledger, tables
from joinedup.places.boundaries import Origin, check_set_name
from joinedup.places.csv_tables import Row, read_rows
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.places.models import Lookup


class LookupKind(StrEnum):
    """What a lookup's rows mean."""

    BEST_FIT = "best-fit"  # published as the best fit: the child may cross the parent's border
    EXACT = "exact"  # each child lies wholly in its parent
    CHANGE = "change"  # from one vintage of a level to the next, with a code of what happened


class Change(StrEnum):
    """What happened to an area between two vintages (ONS's change codes)."""

    UNCHANGED = "U"
    SPLIT = "S"
    MERGED = "M"
    IRREGULAR = "X"


@dataclass(frozen=True)
class Translation:
    """What an area became. ``exact`` when all of the old area is in one new area: unchanged or merged."""

    code: str
    becomes: tuple[str, ...]
    change: Change
    exact: bool


_SCHEMA = pa.schema([("child", pa.string()), ("parent", pa.string()), ("change", pa.string())])


def load_lookup(  # noqa: PLR0913 - a table's columns and its origin
    workspace: Workspace,
    file: Path,
    *,
    child_set: tuple[str, str],
    parent_set: tuple[str, str],
    child: str,
    parent: str,
    kind: LookupKind | str = LookupKind.BEST_FIT,
    change: str | None = None,
    title: str = "",
    source: str = "",
    licence: str = "",
) -> tables.LoadedTable:
    """Load a CSV lookup from areas of ``child_set`` to areas of ``parent_set`` (each a level and a vintage).

    ``child``, ``parent`` and ``change`` are names of columns. Rows of which neither area is loaded are set
    aside and counted. A best-fit or exact lookup gives each child one parent, and the parent of a loaded
    child must be loaded; a lookup of changes may give several, and one of its vintages may be absent.
    Raises ``BadInput`` with the row's number.
    """
    kind = LookupKind(kind)
    level, vintage = check_set_name(*child_set)
    parent_level, parent_vintage = check_set_name(*parent_set)
    if (kind is LookupKind.CHANGE) != bool(change):
        raise BadInput("A lookup of changes, and no other, has a column of change codes", where=str(file))
    wanted = kind is not LookupKind.CHANGE  # of two vintages of a level, one may be loaded
    children = tables.known_areas(workspace, level, vintage, required=wanted)
    parents = tables.known_areas(workspace, parent_level, parent_vintage, required=wanted)
    kept: dict[tuple[str, str], str] = {}
    set_aside, row = 0, None
    given: dict[str, str] = {}
    for row in read_rows(Path(file), [child, parent, *([change] if change else [])]):
        code, upper = row.text(child), row.text(parent)
        if code not in children and upper not in parents:
            set_aside += 1
            continue
        if kind is not LookupKind.CHANGE and upper not in parents:
            raise row.refusal(parent, f"names an area that is not in {parent_level} {parent_vintage}")
        if kind is not LookupKind.CHANGE and given.setdefault(code, upper) != upper:
            raise row.refusal(parent, "gives an area a second parent")
        kept[code, upper] = _change(row, change)
    tables.check_some(list(kept), row, str(file))
    ordered = sorted(kept)
    columns = [[c for c, _ in ordered], [p for _, p in ordered], [kept[pair] for pair in ordered]]
    from joinedup.places.models import Lookup

    origin = Origin(title or f"{level} {vintage} to {parent_level} {parent_vintage}", source, licence)
    changed = tables.keep_table(
        workspace,
        Lookup,
        pa.table(columns, schema=_SCHEMA),
        origin,
        kind="lookup",
        level=level.value,
        vintage=vintage,
        parent_level=parent_level.value,
        parent_vintage=parent_vintage,
    ) | _set_kind(level.value, vintage, parent_level.value, parent_vintage, kind)
    without = len(children - {code for code, _ in kept})
    return tables.LoadedTable(origin.title, len(kept), set_aside, without, changed)


def _change(row: Row, column: str | None) -> str:
    if not column:
        return ""
    value = row.text(column)
    if value not in set(Change):
        raise row.refusal(column, "is not one of the change codes U, S, M, X")
    return value


def _set_kind(level: str, vintage: str, parent_level: str, parent_vintage: str, kind: LookupKind) -> bool:
    row = _newest(level, vintage, parent_level, parent_vintage)
    if row is None or row.kind == kind.value:
        return False
    row.kind = kind.value
    row.save(update_fields=["kind"])
    return True


def _newest(level: str, vintage: str, parent_level: str, parent_vintage: str) -> Lookup | None:
    from joinedup.places.models import Lookup

    return (
        Lookup.objects.filter(
            level=level, vintage=vintage, parent_level=parent_level, parent_vintage=parent_vintage
        )
        .order_by("id")
        .last()
    )


def parents_by_lookup(
    workspace: Workspace, child_set: tuple[str, str], parent_set: tuple[str, str]
) -> tuple[Mapping[str, str], LookupKind] | None:
    """{child code: parent code} and kind of the newest best-fit or exact lookup; None when none is loaded."""
    row = _newest(*child_set, *parent_set)
    if row is None or row.kind == LookupKind.CHANGE.value:
        return None
    table = tables.read_table(workspace, row)
    pairs = zip(table["child"].to_pylist(), table["parent"].to_pylist(), strict=True)
    return dict(pairs), LookupKind(row.kind)


def vintages_of(workspace: Workspace, code: str) -> tuple[tuple[str, str], ...]:
    """The loaded sets (level, vintage) in which a code exists, older vintages first; empty when in none."""
    rows = ledger.current_rows(workspace).values()
    return tuple((row.level, row.vintage) for row in rows if code in ledger.read_set(workspace, row).names)


def translate(workspace: Workspace, code: str, *, level: str, old: str, new: str) -> Translation | None:
    """What an area of the ``old`` vintage became in the ``new`` one; None when no lookup of changes has it.

    A split area becomes several, and which of them a record belongs to cannot be told from the code: not
    exact.
    """
    return translations(workspace, level=level, old=old, new=new).get(code)


def translations(workspace: Workspace, *, level: str, old: str, new: str) -> Mapping[str, Translation]:
    """What every area of the ``old`` vintage became in the ``new`` one, by its code; empty where no lookup of
    changes between the two is loaded."""
    row = _newest(level, old, level, new)
    if row is None or row.kind != LookupKind.CHANGE.value:
        return {}
    table = tables.read_table(workspace, row)
    becomes: dict[str, list[tuple[str, str]]] = {}
    for child, parent, change in zip(*(table[c].to_pylist() for c in _SCHEMA.names), strict=True):
        becomes.setdefault(child, []).append((parent, change))
    return {code: _translation(code, found) for code, found in becomes.items()}


def _translation(code: str, found: list[tuple[str, str]]) -> Translation:
    change = Change(found[0][1])
    exact = change in {Change.UNCHANGED, Change.MERGED} and len(found) == 1
    return Translation(code, tuple(sorted(parent for parent, _ in found)), change, exact)
