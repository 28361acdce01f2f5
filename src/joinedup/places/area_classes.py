"""Classifications of areas by kind: which class each area of a set is of, as published."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from joinedup.errors import BadInput
from joinedup.places import ledger, tables
from joinedup.places.boundaries import Origin, check_set_name
from joinedup.places.csv_tables import read_rows
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.places.models import ClassificationTable

_SCHEMA = pa.schema([("code", pa.string()), ("class", pa.string()), ("label", pa.string())])
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Classification:
    """Classes by code of area; ``labels`` is what each class is called, in ascending order of class.

    An area that is absent has no class. ``title`` is what people call the whole.
    """

    name: str
    level: AreaLevel
    vintage: str
    year: int
    title: str
    source: str
    classes: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


def load_classification(  # noqa: PLR0913 - a table's columns and its origin
    workspace: Workspace,
    file: Path,
    *,
    name: str,
    level: AreaLevel | str,
    vintage: str,
    year: int,
    code: str,
    class_code: str,
    class_name: str = "",
    title: str = "",
    source: str = "",
    licence: str = "",
) -> tables.LoadedTable:
    """Load a CSV with a row for each area: its ``code``, its ``class_code`` and what that class is called.

    ``name`` is what the classification is asked for by (``oac``, ``ruc``). Rows for areas that are not loaded
    are set aside and counted. Raises ``BadInput`` with row and column, also for a class with two names.
    """
    from joinedup.places.models import ClassificationTable

    level, vintage = check_set_name(level, vintage)
    if not _NAME.fullmatch(name):
        raise BadInput(
            "A classification's name is words in lower case joined by hyphens", where=name, next_step="oac"
        )
    known = tables.known_areas(workspace, level, vintage)
    found: dict[str, str] = {}
    labels: dict[str, str] = {}
    set_aside, row = 0, None
    for row in read_rows(Path(file), [one for one in (code, class_code, class_name) if one]):
        area, kind = row.text(code), row.text(class_code)
        if area not in known:
            set_aside += 1
            continue
        if area in found:
            raise row.refusal(code, "names an area that came before")
        label = row.text(class_name) if class_name else kind
        if labels.setdefault(kind, label) != label:
            raise row.refusal(class_name, "gives a class a second name")
        found[area] = kind
    tables.check_some(list(found), row, str(file))
    ordered = sorted(found)
    columns = [ordered, [found[one] for one in ordered], [labels[found[one]] for one in ordered]]
    origin = Origin(title or f"{name} {year}", source, licence)
    changed = tables.keep_table(
        workspace,
        ClassificationTable,
        pa.table(columns, schema=_SCHEMA),
        origin,
        kind="classification",
        name=name,
        level=level.value,
        vintage=vintage,
        year=year,
    )
    return tables.LoadedTable(origin.title, len(found), set_aside, len(known - found.keys()), changed)


def classifications(
    workspace: Workspace, level: AreaLevel | str, *, vintage: str | None = None
) -> tuple[Classification, ...]:
    """Those loaded for the areas of a level (newest vintage unless one is named), by name; of each the newest
    year. A class is never carried over to a level or vintage for which it was not published."""
    from joinedup.places.models import ClassificationTable

    row = ledger.current_row(workspace, level, vintage) if AreaLevel(level) in _CLASSED else None
    if row is None:
        return ()
    rows = ClassificationTable.objects.filter(level=row.level, vintage=row.vintage)
    newest = {one.name: one for one in rows.order_by("year", "id")}
    return tuple(_read(workspace, newest[name]) for name in sorted(newest))


_CLASSED = (AreaLevel.DISTRICT, AreaLevel.WARD, AreaLevel.MSOA, AreaLevel.LSOA, AreaLevel.OA)


def _read(workspace: Workspace, row: ClassificationTable) -> Classification:
    table = tables.read_table(workspace, row)
    codes, classes, labels = (table[name].to_pylist() for name in _SCHEMA.names)
    return Classification(
        row.name,
        AreaLevel(row.level),
        row.vintage,
        row.year,
        row.title,
        row.source,
        dict(zip(codes, classes, strict=True)),
        dict(sorted(dict(zip(classes, labels, strict=True)).items())),
    )
