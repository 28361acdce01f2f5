"""Loading boundary sets, and dissolving one into the areas above it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from joinedup import durable
from joinedup.errors import BadInput
from joinedup.places import boundary_checks, ledger, placing
from joinedup.places.area_sets import AreaSet, set_key
from joinedup.places.boundary_files import Columns, Features, read_features
from joinedup.progress import Progress, Silent
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.places.models import BoundarySet

_VINTAGE = re.compile(r"[0-9]{4}[a-z0-9]{0,6}")
_LOADABLE = (AreaLevel.DISTRICT, AreaLevel.WARD, AreaLevel.MSOA, AreaLevel.LSOA, AreaLevel.OA)


@dataclass(frozen=True)
class BoundarySetRow:
    """One boundary set in the ledger. ``changed``: this call stored a new version."""

    level: AreaLevel
    vintage: str
    version: int
    title: str
    source: str
    licence: str
    features: int
    sha256: str
    loaded_at: datetime
    derived_from: str
    changed: bool = False


@dataclass(frozen=True)
class Origin:
    """Where a file comes from and under which licence; shown wherever its content is."""

    title: str
    source: str
    licence: str


def check_set_name(level: AreaLevel | str, vintage: str) -> tuple[AreaLevel, str]:
    """A level that can hold boundaries and a vintage that can be part of a column's name."""
    if str(level) not in {wanted.value for wanted in _LOADABLE}:
        raise BadInput(
            f"There are no boundary files of level '{level}'",
            next_step=f"Use one of: {', '.join(wanted.value for wanted in _LOADABLE)}",
        )
    if not _VINTAGE.fullmatch(str(vintage)):
        raise BadInput(
            "A vintage starts with its year, then small letters or digits",
            where=str(vintage),
            next_step="Write 2021",
        )
    return AreaLevel(level), str(vintage)


def load_boundaries(  # noqa: PLR0913 - a file's columns and its origin are what a set is
    workspace: Workspace,
    file: Path | Sequence[Path],
    *,
    level: AreaLevel | str,
    vintage: str,
    code: str,
    name: str,
    parent: str | None = None,
    parent_name: str | None = None,
    title: str = "",
    source: str = "",
    licence: str = "",
    layer: str | None = None,
    repair: bool = False,
    progress: Progress | None = None,
) -> BoundarySetRow:
    """Load the areas of one level and vintage from one file, or from several that make one set.

    ``code``, ``name``, ``parent`` and ``parent_name`` are names of columns (an empty ``name``: the code is
    the name). The same content again changes nothing; other content becomes a new version, sets dissolved
    from it are made again, and points are placed again. ``repair`` mends invalid geometries instead of
    refusing them.

    Raises ``BadInput`` naming the feature that is wrong, and ``NotFound`` for a missing file.
    """
    level, vintage = check_set_name(level, vintage)
    files = [Path(file)] if isinstance(file, str | Path) else [Path(each) for each in file]
    columns = Columns(code, name, parent or "", parent_name or "")
    key = set_key(level.value, vintage)
    with (progress or Silent()).stage(f"Boundaries {level.value} {vintage}", len(files)) as stage:
        features, shapes = [], []
        for each in files:
            read = read_features(each, columns, layer=layer)
            features.append(read)
            shapes.append(_checked(read, columns, repair=repair))
            stage.advance(note=each.name)
    boundary_checks.check_codes(features)
    area_set = _assemble(level, vintage, features, np.concatenate(shapes))
    origin = Origin(title or f"{level.value} {vintage}", source, licence)
    with _changing(workspace):
        row = _store(workspace, area_set, origin, derived_from="")
        if row.changed:
            _dissolve_again(workspace, key)
            placing.bring_up_to_date(workspace)
    return row


def dissolve(
    workspace: Workspace,
    *,
    level: AreaLevel | str,
    vintage: str,
    child_level: AreaLevel | str,
    child_vintage: str,
    names: Mapping[str, str] | None = None,
    title: str = "",
) -> BoundarySetRow:
    """Make a set by joining the areas of another that name the same parent (districts from wards).

    Names come from ``names`` {code: name}, or else from the child's column of parent names, or else are the
    codes. Points take their area of the new set from their area of the child set, so that the parts always
    add up.
    """
    level, vintage = check_set_name(level, vintage)
    with _changing(workspace):
        child = ledger.require_row(workspace, child_level, child_vintage)
        area_set = _dissolved(ledger.read_set(workspace, child), level, vintage, names or {})
        origin = Origin(title or f"{level.value} {vintage}, from {child.title}", child.source, child.licence)
        row = _store(workspace, area_set, origin, derived_from=set_key(child.level, child.vintage))
        if row.changed:
            placing.bring_up_to_date(workspace)
    return row


@contextmanager
def _changing(workspace: Workspace) -> Iterator[None]:
    """Nobody else writes, and sets, those dissolved from them and the placed points change together."""
    from django.db import transaction

    with ledger.writing(workspace):
        ledger.sweep(workspace)
        with transaction.atomic():
            yield


def _checked(features: Features, columns: Columns, *, repair: bool) -> np.ndarray:
    boundary_checks.check_codes([features])
    if columns.parent:
        boundary_checks.check_parents(features)
    if not features.code:
        raise BadInput("The file has no features", where=str(features.file))
    return boundary_checks.usable_geometry(features, repair=repair)


def _assemble(level: AreaLevel, vintage: str, files: Sequence[Features], shapes: np.ndarray) -> AreaSet:
    """One set in ascending order of code from the features of all files."""
    codes = [code for file in files for code in file.code]
    order = sorted(range(len(codes)), key=codes.__getitem__)

    def column(attribute: str) -> list[str]:
        values = [value for file in files for value in getattr(file, attribute)]
        return [values[index] for index in order]

    names = [name or code for name, code in zip(column("name"), column("code"), strict=True)]
    return AreaSet(
        level.value, vintage, column("code"), names, column("parent"), column("parent_name"), shapes[order]
    )


def _dissolved(child: AreaSet, level: AreaLevel, vintage: str, names: Mapping[str, str]) -> AreaSet:
    if len(child.parents) != len(child.code):
        raise BadInput(
            f"The areas of {child.level} {child.vintage} do not name their parents",
            next_step="Load them again with the column that holds the parent's code",
        )
    known = dict(zip(child.parent, child.parent_name, strict=True)) | dict(names)
    codes = sorted(set(child.parent))
    parents = np.array(child.parent)
    shapes = np.array([shapely.union_all(child.geometry[parents == code]) for code in codes], dtype=object)
    empty = [""] * len(codes)
    return AreaSet(level.value, vintage, codes, [known.get(c) or c for c in codes], empty, empty, shapes)


def _dissolve_again(workspace: Workspace, key: str) -> None:
    for row in ledger.current_rows(workspace).values():
        if row.derived_from == key:
            child = ledger.current_rows(workspace)[key]
            names = ledger.read_set(workspace, row).names
            fresh = _dissolved(ledger.read_set(workspace, child), AreaLevel(row.level), row.vintage, names)
            _store(workspace, fresh, Origin(row.title, row.source, row.licence), derived_from=key)


def _store(workspace: Workspace, area_set: AreaSet, origin: Origin, *, derived_from: str) -> BoundarySetRow:
    """Write the set's file and then its ledger row; nothing but its origin when the content is the same."""
    from joinedup.places.models import BoundarySet

    content = area_set.content()
    current = ledger.current_row(workspace, area_set.level, area_set.vintage)
    if current is not None and (current.content, current.derived_from) == (content, derived_from):
        current.title, current.source, current.licence = origin.title, origin.source, origin.licence
        current.save(update_fields=["title", "source", "licence"])
        return row_of(current)
    version = current.version + 1 if current else 1
    name = f"{area_set.key}-v{version}.parquet"
    target = workspace.places_folder / name
    durable.write(target, area_set.save)
    made = BoundarySet.objects.create(
        level=area_set.level,
        vintage=area_set.vintage,
        version=version,
        title=origin.title,
        source=origin.source,
        licence=origin.licence,
        file=name,
        sha256=durable.sha256(target),
        content=content,
        rows=len(area_set.code),
        derived_from=derived_from,
    )
    return row_of(made, changed=True)


def row_of(row: BoundarySet, *, changed: bool = False) -> BoundarySetRow:
    """The public form of a ledger row."""
    return BoundarySetRow(
        AreaLevel(row.level),
        row.vintage,
        row.version,
        row.title,
        row.source,
        row.licence,
        row.rows,
        row.sha256,
        row.loaded_at,
        row.derived_from,
        changed,
    )
