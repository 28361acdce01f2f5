"""What leaves as a file: a released table as CSV, with its metadata (CSV on the Web) beside it.

Pure functions: the texts are written or sent by the caller. Source of the format: W3C, Metadata Vocabulary
for Tabular Data (2015).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from joinedup.spreadsheet import safe_cell

if TYPE_CHECKING:
    from joinedup.release.figures import ReleasedFigure

_MEANINGS = {
    "area_level": "Level of the area",
    "area_code": "Code of the area",
    "area_name": "Name of the area",
    "period": "Month, or first and last month",
    "numerator": "Number counted",
    "denominator": "Number it is compared with or divided by",
    "value": "Value, in the unit stated",
    "lower": "Lower end of the 95 % interval",
    "upper": "Upper end of the 95 % interval",
    "flags": "Cautions, separated by spaces",
    "known_on": "Date of knowledge (UTC)",
    "deliveries": "Numbers of the deliveries it rests on, separated by spaces",
}
_NUMBERS = {"value": "number", "lower": "number", "upper": "number"}
_WHOLE = {"numerator": "integer", "denominator": "integer", "definition_version": "integer"}


def csv_text(figure: ReleasedFigure) -> str:
    """The released rows as CSV, as UTF-8 text: a header, then a line for each row; hidden cells are empty."""
    return rows_as_csv(_columns(figure), figure.to_json_rows())


def rows_as_csv(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Released rows under these headings as CSV: nothing in it runs in a spreadsheet, lists have spaces
    between their parts."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([safe_cell(_cell(row.get(name))) for name in names])
    return out.getvalue()


def csvw_text(figure: ReleasedFigure, file_name: str, *, licences: Sequence[str] = ()) -> str:
    """The metadata of ``file_name`` as JSON: what it is, unit, sources, licences, known on, columns."""
    measure = figure.measure
    table = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": file_name,
        "dc:title": measure.title,
        "dc:description": measure.meaning,
        "dc:source": list(measure.sources),
        "dc:license": list(dict.fromkeys(licences)),
        "dc:date": figure.known_on.isoformat() if figure.known_on else None,
        "rdfs:comment": [*measure.caveats, *figure.notes, figure.decision.sentence],
        "schema:unitText": figure.unit,
        "schema:version": measure.version,
        "tableSchema": {"columns": [_column(name) for name in _columns(figure)]},
    }
    return json.dumps({key: value for key, value in table.items() if value}, ensure_ascii=False, indent=2)


def _columns(figure: ReleasedFigure) -> list[str]:
    rows = figure.to_json_rows()
    return list(rows[0]) if rows else list(_MEANINGS)


def _column(name: str) -> dict[str, Any]:
    title = _MEANINGS.get(name, name.replace("_", " ").capitalize())
    kind = _WHOLE.get(name) or _NUMBERS.get(name) or "string"
    column: dict[str, Any] = {"name": name, "titles": [name], "dc:description": title, "datatype": kind}
    if name in {"flags", "deliveries"}:
        column["separator"] = " "
    return column


def _cell(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return " ".join(str(item) for item in value)
    return value
