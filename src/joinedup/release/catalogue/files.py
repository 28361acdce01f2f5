"""Published tables as files: CSV with its metadata beside it, or a workbook by the Analysis Function's
conventions (a cover, notes, one table to a sheet, ``[c]`` for what is hidden).

Only the ledger is read, so that a file is the same whenever it is written.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from joinedup import durable
from joinedup.errors import BadInput, NotPermitted
from joinedup.release.acts import log_act
from joinedup.release.asking import Decisions
from joinedup.release.catalogue.counting import Key, with_margins
from joinedup.release.catalogue.ledger import cells_of, measure_of, publication
from joinedup.release.catalogue.tables import Table
from joinedup.release.decision import Access, What
from joinedup.release.export import rows_as_csv
from joinedup.release.suppression.rules import Threshold
from joinedup.spreadsheet import safe_cell
from joinedup.terms import AreaLevel, Every, Period, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import Measure
    from joinedup.release.models import Publication
    from joinedup.workspace import Workspace

HIDDEN = "[c]"  # the Analysis Function's shorthand for what is confidential
_MONTHS_IN_YEAR = 12


def export(workspace: Workspace, viewer: Viewer, number: int, target: Path) -> list[Path]:
    """Write an edition to a new file, .csv or .xlsx; returns the files. The disclosure is in the log first.

    What is only prepared can be written by those who see the counts as they are, to be looked at before it is
    approved. Raises ``NotPermitted`` for others, and for what is withdrawn.
    """
    made = publication(number)
    measure = measure_of(made)
    _require(workspace, viewer, made, measure)
    kinds = {".csv": _write_csv, ".xlsx": _write_workbook}
    if target.suffix not in kinds:
        raise BadInput("Tables are written as .csv or .xlsx", where=target.name)
    beside = [target.with_name(target.name + "-metadata.json")] if target.suffix == ".csv" else []
    for path in (target, *beside):
        if path.exists():
            raise BadInput("That file exists already", where=str(path), next_step="Name a new one")
    log_act(
        "disclosure",
        by=viewer,
        purpose=Purpose.PUBLIC_INFORMATION,
        what=f"wrote publication {made.number} to a file: tables of {made.measure}",
        recipients=[made.recipients if made.left else viewer.username],
        detail={"publication": made.number, "kind": target.suffix, "state": made.state},
    )
    kinds[target.suffix](workspace, made, measure, target)
    return [target, *beside]


def _require(workspace: Workspace, viewer: Viewer, made: Publication, measure: Measure) -> None:
    decision = Decisions(workspace, viewer).of_measure(What.EXPORT, measure)
    if not decision.allowed:
        raise NotPermitted(decision.sentence)
    if made.state == made.State.PREPARED and decision.access is not Access.FULL:
        raise NotPermitted(_("These tables are not published yet."))
    if made.state in {made.State.WITHDRAWN, made.State.DISCARDED}:
        raise NotPermitted(
            _("Publication %(number)s is withdrawn, and is written no more.") % {"number": made.number}
        )


def rows_of(workspace: Workspace, made: Publication, measure: Measure) -> list[dict[str, Any]]:
    """A row for each cell: where, when, which value, the count as shown, and the marker where hidden."""
    names = _area_names(workspace)
    rule = Threshold(made.least_shown, made.rounded_to)
    rows = []
    for key, count in sorted(cells_of(made, in_catalogue=True).items(), key=lambda item: _order(item[0])):
        level, code, period, value = key
        row: dict[str, Any] = {
            "measure": made.measure,
            "area_level": level,
            "area_code": code,
            "area_name": names.get((level, code), _WHOLE_NAMES.get(code, code)),
            "period": period,
        }
        if made.breakdown:
            row[made.breakdown] = measure.label(made.breakdown, value) if value else _("All")
        shown = None if count is None else rule.display(count)
        rows.append({**row, "count": shown, "marker": HIDDEN if count is None else ""})
    return rows


_LEVEL_ORDER = [
    one.value for one in (AreaLevel.ALL, AreaLevel.PARTNERSHIP, AreaLevel.DISTRICT, AreaLevel.WARD)
]
_WHOLE_NAMES = {
    "all": "Everything delivered",
    "partnership": "The partnership",
    "outside": "Outside the partnership",
    "unlocated": "No known place",
}


def _order(key: Key) -> tuple[int, str, str, str]:
    level, code, period, value = key
    return _LEVEL_ORDER.index(level) if level in _LEVEL_ORDER else len(_LEVEL_ORDER), code, period, value


def _area_names(workspace: Workspace) -> dict[tuple[str, str], str]:
    from joinedup import places

    names: dict[tuple[str, str], str] = {}
    for area in places.areas(workspace, AreaLevel.WARD):
        names[AreaLevel.WARD.value, area.code] = area.name
        if AreaLevel.DISTRICT.value in area.parents:
            district = area.parents[AreaLevel.DISTRICT.value]
            names[AreaLevel.DISTRICT.value, district] = area.parent_name or district
    return names


def notes_of(made: Publication, measure: Measure) -> list[str]:
    """What a reader has to know, in sentences."""
    notes = [
        _(
            "Counts of 1 to %(most)s are hidden, and others with them so that they cannot be worked out; "
            "both are marked %(marker)s. Zeros are shown."
        )
        % {"most": made.least_shown - 1, "marker": HIDDEN},
        _("Rates, shares, changes and ranks that rest on a hidden count are not given either."),
        _("As known on %(day)s; later editions may differ.") % {"day": made.known_on.date().isoformat()},
        _("Source: %(sources)s.") % {"sources": ", ".join(made.sources)},
    ]
    if made.rounded_to > 1:
        notes.append(_("Counts are rounded to the nearest %(base)s.") % {"base": made.rounded_to})
    if not made.left:
        notes.insert(0, _("PREPARED, NOT PUBLISHED: to be looked at by who approves it."))
    return [*notes, *measure.caveats]


def _write_csv(workspace: Workspace, made: Publication, measure: Measure, target: Path) -> None:
    rows = rows_of(workspace, made, measure)
    names = list(rows[0]) if rows else ["count"]
    metadata = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": target.name,
        "dc:title": measure.title,
        "dc:description": measure.meaning,
        "dc:source": list(made.sources),
        "dc:date": made.known_on.isoformat(),
        "dc:identifier": f"publication {made.number}",
        "rdfs:comment": notes_of(made, measure),
        "schema:unitText": measure.unit,
        "schema:version": made.version,
        "tableSchema": {
            "columns": [
                {"name": name, "titles": [name], "datatype": "integer" if name == "count" else "string"}
                for name in names
            ]
        },
    }
    durable.write_text(
        target.with_name(target.name + "-metadata.json"), json.dumps(metadata, indent=2, ensure_ascii=False)
    )
    durable.write_text(target, rows_as_csv(names, rows))


def _write_workbook(workspace: Workspace, made: Publication, measure: Measure, target: Path) -> None:
    from gptables import Cover, GPTable, write_workbook

    rows = rows_of(workspace, made, measure)
    notes = notes_of(made, measure)
    references = "".join(f"$${number}$$" for number in range(1, len(notes) + 1))
    tables = with_margins(Table.named(name) for name in made.tables)
    sheets: dict[str, Any] = {}
    for table in tables:
        own = [row for row in rows if _is_of(table, row, made.breakdown)]
        if own:
            number = len(sheets) + 1
            sheets[f"Table {number}"] = GPTable(
                table=_frame(own, made.breakdown if table.cut else ""),
                table_name=f"table_{number}",
                title=f"Table {number}: {measure.title}, {_in_words(table, made.breakdown)} {references}",
                scope=_("As known on %(day)s") % {"day": made.known_on.date().isoformat()},
                source=", ".join(made.sources),
                instructions=_("%(marker)s: hidden so that nobody can be known from it.")
                % {"marker": HIDDEN},
            )
    cover = Cover(title=measure.title, intro=[measure.meaning], about=notes)
    numbered = notes_table(notes)
    durable.write(target, lambda path: write_workbook(str(path), sheets, cover=cover, notes_table=numbered))


def notes_table(notes: Sequence[str]) -> Any:
    """The notes of a workbook, numbered."""
    from pandas import DataFrame

    references = [str(number) for number in range(1, len(notes) + 1)]
    return DataFrame({"Note reference": references, "Note text": list(notes)})


def _is_of(table: Table, row: dict[str, Any], breakdown: str) -> bool:
    period = Period.parse(row["period"])
    every = Every.YEAR if period.months == _MONTHS_IN_YEAR else Every.QUARTER
    level = row["area_level"]
    of_level = level == table.level.value or (
        level in {"outside", "unlocated"} and table.level is not AreaLevel.ALL
    )
    whole = not breakdown or row[breakdown] == _("All")
    return of_level and every is table.every and (table.cut or whole)


def _frame(rows: Sequence[dict[str, Any]], breakdown: str) -> Any:
    from pandas import DataFrame

    heads = {"area_code": _("Area code"), "area_name": _("Area"), "period": _("Period")}
    if breakdown:
        heads[breakdown] = breakdown.replace("_", " ").capitalize()
    columns: dict[str, list[Any]] = {
        head: [safe_cell(row[name]) for row in rows] for name, head in heads.items()
    }
    columns[_("Count")] = [row["marker"] or row["count"] for row in rows]
    return DataFrame(columns)


def _in_words(table: Table, breakdown: str) -> str:
    parts = [table.level.value, table.every.value, *([breakdown.replace("_", " ")] if table.cut else [])]
    return _("by %(parts)s") % {"parts": ", ".join(parts)}
